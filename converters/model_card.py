"""The card of an exported model, from its run's settings and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from converters.graph import HEATMAP, IMAGE, PROBABILITY
from training.card_defaults import (
    CHECK_FORMULA,
    CHECK_TOLERANCE,
    INTENDED_USE,
    NOT_CALIBRATED,
    NOT_GATED,
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
    from collections.abc import Mapping, Sequence

    from training.data.description import DataDescription
    from training.evaluation.calibration import Calibration
    from training.evaluation.measuring import Measured
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
    sources: Sequence[Sequence[Case]],
    *,
    name: str,
    version: str,
    onnx_sha256: str,
    probability_shape: tuple[int, ...],
    heatmap_shape: tuple[int, ...],
    check_probabilities: Sequence[float],
    calibrations: Sequence[Calibration],
) -> ModelCard:
    """Fill a card with all but the figures on the hold-out, which need the loaded model.

    Parameters
    ----------
    settings, points : of the run
    sources : its images, and those of each further population
    name, version : for people
    onnx_sha256 : of the file beside the card
    probability_shape, heatmap_shape : without the batch: () and (h, w), with several populations
        (populations,) and (populations, h, w)
    check_probabilities : that the network's heads give to the check image
    calibrations : that stand in the graph, one for each head; empty where there are none
    """
    spec = settings.preprocessing
    not_measured = Estimate(value=0.0)
    description = settings.description
    of_heads = [
        {
            "slope": Estimate(value=calibration.slope),
            "intercept": Estimate(value=calibration.intercept),
        }
        for calibration in calibrations
    ]
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
            Tensor(name=PROBABILITY, role="probability", shape=(None, *probability_shape)),
            Tensor(name=HEATMAP, role="heatmap", shape=(None, *heatmap_shape)),
        ),
        preprocessing=spec,
        eligibility=eligibility(description.ages, min(spec.rows, spec.columns)),
        populations=tuple(
            population.model_copy(update={"calibration": of_population})
            for population, of_population in zip(
                settings.populations,
                of_heads or [{}] * len(settings.populations),
                strict=True,
            )
        ),
        population_without_age=settings.population_without_age,
        operating_points=tuple(
            OperatingPoint(
                name=point.name,
                population=point.population,
                threshold=point.threshold,
                chosen_for=point.rule,
                sensitivity=not_measured,
                specificity=not_measured,
                data_set="not measured",
                n=1,
            )
            for point in points
        ),
        calibration=of_heads[0] if of_heads and not settings.populations else {},
        data_sets=tuple(
            _data_set(each, cases, part)
            for each, cases in zip(_descriptions(settings), sources, strict=True)
            for part in Part
            if any(case.part is part for case in cases)
        ),
        known_limits=(
            *(limit for each in _descriptions(settings) for limit in each.limits),
            *(() if calibrations else (NOT_CALIBRATED,)),
            NOT_GATED,
        ),
        intended_use=INTENDED_USE,
        check_image=CheckImage(
            formula=CHECK_FORMULA,
            probability=_check_probability(check_probabilities),
            tolerance=CHECK_TOLERANCE,
        ),
        tool_versions=settings.tool_versions | tool_versions(_EXPORT_TOOLS),
        run_id=settings.run_id,
    )


def with_figures(
    card: ModelCard,
    settings: RunSettings,
    *,
    holdout: Measured,
    validation: Measured,
    by_point: Mapping[str, tuple[Part, Measured]],
    holdout_parts: Mapping[str, Measured],
    further_parts: Mapping[str, Mapping[str, Measured]],
    check_probabilities: Sequence[float],
) -> ModelCard:
    """Complete a card.

    Parameters
    ----------
    card : from `draft_card`
    holdout, validation : figures on these parts at the default operating points, each image read
        as its age says
    by_point : for each operating point's title the figures on the images of its population, and of
        which part these are
    holdout_parts : figures on subgroups of the hold-out, by their names
    further_parts : the same of each further population's own hold-out
    check_probabilities : that ONNX Runtime gives to the check image
    """
    data_set = _name(settings, Part.HOLDOUT)
    defaults = {point.population: by_point[point.title] for point in card.default_operating_points}
    return card.model_copy(
        update={
            "operating_points": tuple(
                _with_figures(settings, point, *by_point[point.title])
                for point in card.operating_points
            ),
            "evaluations": (
                _evaluation(data_set, holdout),
                _evaluation(_name(settings, Part.VALIDATION), validation),
                *(
                    _evaluation(_name(settings, part, name), measured, population=name)
                    for name, (part, measured) in defaults.items()
                    if name is not None
                ),
                *(
                    _evaluation(data_set, part, subgroup)
                    for subgroup, part in holdout_parts.items()
                ),
                *(
                    _evaluation(_name(settings, Part.HOLDOUT, name), part, subgroup, name)
                    for name, parts in further_parts.items()
                    for subgroup, part in parts.items()
                ),
            ),
            # of a graph without calibration these figures stand among the evaluations only
            "calibration": card.calibration | _calibration_figures(holdout)
            if card.calibration
            else {},
            "populations": tuple(
                population.model_copy(
                    update={
                        "calibration": population.calibration
                        | _calibration_figures(defaults[population.name][1])
                    }
                )
                if population.calibration
                else population
                for population in card.populations
            ),
            "check_image": card.check_image.model_copy(
                update={"probability": _check_probability(check_probabilities)}
            ),
        }
    )


def _with_figures(
    settings: RunSettings, point: OperatingPoint, part: Part, measured: Measured
) -> OperatingPoint:
    return point.model_copy(
        update={
            "sensitivity": estimate(measured.figures["sensitivity"]),
            "specificity": estimate(measured.figures["specificity"]),
            "data_set": _name(settings, part, point.population),
            "n": measured.images,
        }
    )


def _calibration_figures(measured: Measured) -> dict[str, Estimate]:
    return {name: estimate(measured.figures[name]) for name in ("ece", "brier")}


def _check_probability(probabilities: Sequence[float]) -> float | tuple[float, ...]:
    """Give what a check image states: one number, or one for each of several populations."""
    return probabilities[0] if len(probabilities) == 1 else tuple(probabilities)


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


def _evaluation(
    data_set: str, measured: Measured, subgroup: str = "all", population: str | None = None
) -> Evaluation:
    return Evaluation(
        data_set=data_set,
        population=population,
        subgroup=subgroup,
        n=measured.images,
        metrics={
            name: estimate(interval)
            for name, interval in measured.figures.items()
            if interval.value is not None
        },
    )


def _descriptions(settings: RunSettings) -> list[DataDescription]:
    return [settings.description, *(each.description for each in settings.further)]


def _data_set(description: DataDescription, cases: Sequence[Case], part: Part) -> DataSet:
    chosen = [case for case in cases if case.part is part]
    return DataSet(
        name=f"{description.name}, {part}",
        used_for=_USES[part],
        images=len(chosen),
        patients=len({case.patient for case in chosen}),
        licence=description.licence,
        source=description.source,
    )


def _name(settings: RunSettings, part: Part, population: str | None = None) -> str:
    """Name the images of that part which a population is measured on."""
    further = {each.name: each.description for each in settings.further}
    return f"{further.get(population or '', settings.description).name}, {part}"
