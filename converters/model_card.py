"""The card of an exported model, from its run's settings and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from converters.graph import HEATMAP, IMAGE, PROBABILITY
from training.card_defaults import (
    CHECK_FORMULA,
    CHECK_TOLERANCE,
    INTENDED_USE,
    NOT_CALIBRATED,
    eligibility,
)
from training.data.case import Case, Part
from training.run_folder import tool_versions
from triage_app.inference.card import (
    CheckImage,
    DataSet,
    Estimate,
    Evaluation,
    ModelCard,
    OperatingPoint,
    Tensor,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.evaluation.calibration import Calibration
    from training.evaluation.evaluate import Measured
    from training.evaluation.metrics import Interval
    from training.evaluation.operating_points import ChosenPoint
    from training.run_folder import RunSettings

__all__ = ["draft_card", "estimate", "with_figures"]

_EXPORT_TOOLS = ("tf2onnx", "onnx", "onnxruntime")

_USES = {
    Part.TRAIN: "training",
    Part.VALIDATION: "early stopping and operating points",
    Part.HOLDOUT: "testing only",
}


def draft_card(
    settings: RunSettings,
    points: Sequence[ChosenPoint],
    cases: Sequence[Case],
    *,
    name: str,
    version: str,
    onnx_sha256: str,
    heatmap_shape: tuple[int, int],
    check_probability: float,
    calibration: Calibration | None,
) -> ModelCard:
    """Fill a card with all but the figures on the hold-out, which need the loaded model.

    Parameters
    ----------
    settings, points, cases : of the run
    name, version : for people
    onnx_sha256 : of the file beside the card
    heatmap_shape : (h, w)
    check_probability : that the network gives to the check image
    calibration : that stands in the graph; None where there is none
    """
    spec = settings.preprocessing
    not_measured = Estimate(value=0.0)
    description = settings.description
    return ModelCard(
        name=name,
        version=version,
        device_uid=settings.device_uid,
        created=settings.created.date(),
        onnx_sha256=onnx_sha256,
        architecture=(
            f"MobileNetV2 1.0 at {spec.rows} x {spec.columns}, global average pooling, one linear "
            f"unit; recipe {settings.recipe.name}: {settings.recipe.description}"
        ),
        inputs=(Tensor(name=IMAGE, role="image", shape=(None, spec.rows, spec.columns, 1)),),
        outputs=(
            Tensor(name=PROBABILITY, role="probability", shape=(None,)),
            Tensor(name=HEATMAP, role="heatmap", shape=(None, *heatmap_shape)),
        ),
        preprocessing=spec,
        eligibility=eligibility(description.ages, min(spec.rows, spec.columns)),
        operating_points=tuple(
            OperatingPoint(
                name=point.name,
                threshold=point.threshold,
                chosen_for=point.rule,
                sensitivity=not_measured,
                specificity=not_measured,
                data_set="not measured",
                n=1,
            )
            for point in points
        ),
        calibration=(
            {
                "slope": Estimate(value=calibration.slope),
                "intercept": Estimate(value=calibration.intercept),
            }
            if calibration
            else {}
        ),
        data_sets=tuple(_data_set(settings, cases, part) for part in Part),
        known_limits=(
            *description.limits,
            *(() if calibration else (NOT_CALIBRATED,)),
            "Any image that passes the header's criteria is scored; whether it shows a chest is "
            "not tested.",
        ),
        intended_use=INTENDED_USE,
        check_image=CheckImage(
            formula=CHECK_FORMULA, probability=check_probability, tolerance=CHECK_TOLERANCE
        ),
        tool_versions=settings.tool_versions | tool_versions(_EXPORT_TOOLS),
        run_id=settings.run_id,
    )


def with_figures(
    card: ModelCard,
    *,
    holdout: dict[str, Measured],
    validation: Measured,
    holdout_parts: dict[str, Measured],
    check_probability: float,
) -> ModelCard:
    """Complete a card.

    Parameters
    ----------
    card : from `draft_card`
    holdout : figures on the hold-out by the operating point's name
    validation : figures on the validation part at the default operating point
    holdout_parts : the same on subgroups of the hold-out, by their names
    check_probability : that ONNX Runtime gives to the check image
    """
    data_set = _name(card, Part.HOLDOUT)
    default = holdout[card.default_operating_point.name]
    measured = {name: estimate(default.figures[name]) for name in ("ece", "brier")}
    return card.model_copy(
        update={
            "operating_points": tuple(
                point.model_copy(
                    update={
                        "sensitivity": estimate(holdout[point.name].figures["sensitivity"]),
                        "specificity": estimate(holdout[point.name].figures["specificity"]),
                        "data_set": data_set,
                        "n": holdout[point.name].images,
                    }
                )
                for point in card.operating_points
            ),
            "evaluations": (
                _evaluation(data_set, default),
                _evaluation(_name(card, Part.VALIDATION), validation),
                *(
                    _evaluation(data_set, part, subgroup)
                    for subgroup, part in holdout_parts.items()
                ),
            ),
            # of a graph without calibration these figures stand among the evaluations only
            "calibration": card.calibration | measured if card.calibration else {},
            "check_image": card.check_image.model_copy(update={"probability": check_probability}),
        }
    )


def estimate(interval: Interval) -> Estimate:
    """Turn a figure that is defined into a card's estimate.

    Raises
    ------
    ValueError
        where the figure is not defined
    """
    if interval.value is None:
        raise ValueError("expected a figure that is defined, received None")
    return Estimate(value=interval.value, low=interval.low, high=interval.high)


def _evaluation(data_set: str, measured: Measured, subgroup: str = "all") -> Evaluation:
    return Evaluation(
        data_set=data_set,
        subgroup=subgroup,
        n=measured.images,
        metrics={
            name: estimate(interval)
            for name, interval in measured.figures.items()
            if interval.value is not None
        },
    )


def _data_set(settings: RunSettings, cases: Sequence[Case], part: Part) -> DataSet:
    chosen = [case for case in cases if case.part is part]
    return DataSet(
        name=f"{settings.description.name}, {part}",
        used_for=_USES[part],
        images=len(chosen),
        patients=len({case.patient for case in chosen}),
        licence=settings.description.licence,
        source=settings.description.source,
    )


def _name(card: ModelCard, part: Part) -> str:
    return card.data_sets[list(Part).index(part)].name
