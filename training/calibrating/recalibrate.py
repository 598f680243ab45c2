"""A model's calibration and operating point derived anew from a site's own images."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydicom.uid import generate_uid

from training.calibrating.graph import insert_calibration
from training.calibrating.sample import FOLDS, assign_folds, refuse_too_few
from training.card_defaults import NOT_CALIBRATED
from training.data.manifest import check_both_labels, read_manifest
from training.errors import ManifestError
from training.evaluation.calibration import UNCALIBRATED, fit_calibration
from training.evaluation.metrics import figures_with_intervals
from training.evaluation.operating_points import choose_high_sensitivity
from training.evaluation.points import group_by_population
from training.evaluation.scoring import find_population, score_cases
from training.progress import ProgressBars
from training.run_folder import tool_versions
from triage_app.inference.card import (
    DataSet,
    Estimate,
    Evaluation,
    ModelCard,
    OperatingPoint,
    card_path_for,
    sha256_of_file,
    write_card,
)
from triage_app.inference.check_image import make_check_image
from triage_app.inference.session import Model, load_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from training.data.case import Case, Part
    from training.evaluation.calibration import Calibration
    from training.evaluation.metrics import Interval
    from training.evaluation.scoring import ScoredCase

__all__ = ["recalibrate"]

_RESAMPLES = 2000


def recalibrate(
    model_path: Path,
    data: Path,
    output: Path,
    *,
    part: Part | None,
    sensitivity: float,
    precision: float,
    seed: int,
    population: str | None = None,
) -> ModelCard:
    """Write a copy of a model with another calibration and operating point.

    Where the model reads populations apart, each that the images are of is calibrated by itself;
    one that none is of stays as it is.

    Parameters
    ----------
    model_path : ONNX file with its card
    data : folder or table of the site's labelled images
    output : ``.onnx`` file, not `model_path`; its card gets the same name with ``.json``
    part : only this part of a split
    sensitivity : that the operating point shall have on the site's images
    precision : half the width that its 95 % interval may have
    seed : of folds and bootstrap
    population : that all images are read with; None reads each as its age says

    Returns
    -------
    the new card. Its figures are cross-validated by patient: each image is judged with a
    calibration and a threshold that were fitted without its patient

    Raises
    ------
    ModelError
        where model or card is refused
    ManifestError
        where the data cannot be used, are too few of a population, or the score does not rise with
        pneumonia
    ExportError
        where the graph cannot be calibrated in place
    """
    if output.resolve() == model_path.resolve():
        raise ManifestError(
            f"{output}: is the model itself; name another file, so that results of both can be "
            "told apart."
        )
    model = load_model(model_path, threads=0)
    cases = read_manifest(data, part=part)
    for name, group in _by_population(model.card, cases, population).items():
        refuse_too_few(group, sensitivity, precision, name)
    with ProgressBars() as bars, bars.bar("scoring", len(cases)) as bar:
        scored, unreadable = score_cases(model, cases, progress=bar, population=population)
    if unreadable:
        raise ManifestError(
            f"{len(unreadable)} images cannot be read; the first: {unreadable[0].reason} Repair or "
            "remove them. Nothing was written."
        )
    fitted = {
        name: _fit(group, str(data), sensitivity=sensitivity, seed=seed)
        for name, group in group_by_population(scored).items()
    }
    card = _change_card(model.card, data.stem, fitted, sensitivity)
    names = [each.name for each in model.card.populations] or [""]
    calibrations = [fitted[name].calibration if name in fitted else UNCALIBRATED for name in names]
    return _write_pair(model, output, calibrations, card)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """What the images of one population gave."""

    cases: tuple[Case, ...]
    calibration: Calibration
    threshold: float
    figures: dict[str, Interval]


def _by_population(
    card: ModelCard, cases: Sequence[Case], population: str | None
) -> dict[str, list[Case]]:
    forced = find_population(card, population)
    groups: dict[str, list[Case]] = {}
    for case in cases:
        chosen = forced or card.population_for(case.age_years)
        groups.setdefault(chosen.name if chosen else "", []).append(case)
    return groups


def _fit(scored: Sequence[ScoredCase], place: str, *, sensitivity: float, seed: int) -> _Fitted:
    """Fit calibration and threshold of one population, and judge them by cross-validation."""
    known = [item.case for item in scored]
    check_both_labels(known, place)
    probability = np.array([item.probability for item in scored], np.float64)
    is_pneumonia = np.array([case.is_pneumonia for case in known])
    try:
        calibration = fit_calibration(probability, is_pneumonia)
        calibrated, is_flagged = _cross_validate(
            probability, is_pneumonia, assign_folds(known, seed), sensitivity
        )
    except ValueError as error:
        raise ManifestError(
            f"{place}: the model cannot be calibrated on these: {error}."
        ) from error
    figures = figures_with_intervals(
        calibrated,
        is_pneumonia,
        is_flagged,
        [case.patient for case in known],
        resamples=_RESAMPLES,
        seed=seed,
    )
    threshold = choose_high_sensitivity(calibration.apply(probability), is_pneumonia, sensitivity)
    return _Fitted(tuple(known), calibration, threshold, figures)


def _cross_validate(
    probability: NDArray[np.float64],
    is_pneumonia: NDArray[np.bool_],
    folds: NDArray[np.int64],
    sensitivity: float,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Calibrate and flag each fold by what the others give."""
    calibrated = np.empty_like(probability)
    is_flagged = np.empty(len(probability), np.bool_)
    for fold in range(FOLDS):
        inside = folds == fold
        rest = probability[~inside], is_pneumonia[~inside]
        calibration = fit_calibration(*rest)
        threshold = choose_high_sensitivity(calibration.apply(rest[0]), rest[1], sensitivity)
        calibrated[inside] = calibration.apply(probability[inside])
        is_flagged[inside] = calibrated[inside] >= threshold
    return calibrated, is_flagged


def _change_card(
    card: ModelCard, site: str, fitted: Mapping[str, _Fitted], sensitivity: float
) -> ModelCard:
    data_set = f"{site}, cross-validated by patient"
    known = [case for each in fitted.values() for case in each.cases]
    points: list[OperatingPoint] = []
    for default in card.default_operating_points:
        new = fitted.get(default.population or "")
        points += (
            [_point(default.population, new, site, data_set, sensitivity)]
            if new
            else card.points_of(default.population)
        )
    return card.model_copy(
        update={
            "device_uid": str(generate_uid()),
            "parent_device_uid": card.device_uid,
            "version": f"{card.version}, calibrated on {site}",
            "created": datetime.now(UTC).date(),
            "operating_points": tuple(points),
            "calibration": {} if card.populations else _calibration(fitted[""]),
            "populations": tuple(
                population.model_copy(update={"calibration": _calibration(fitted[population.name])})
                if population.name in fitted
                else population
                for population in card.populations
            ),
            "data_sets": (
                *card.data_sets,
                DataSet(
                    name=site,
                    used_for="calibration and operating point",
                    images=len(known),
                    patients=len({case.patient for case in known}),
                    licence="not stated",
                    source="labelled by the site that calibrated",
                ),
            ),
            # the parent's figures at its own operating points are not this model's, but those of a
            # population that stayed as it was
            "evaluations": (
                *(
                    Evaluation(
                        data_set=data_set,
                        population=name or None,
                        n=len(each.cases),
                        metrics=_estimates(each),
                    )
                    for name, each in fitted.items()
                ),
                *(
                    evaluation
                    for evaluation in card.evaluations
                    if evaluation.population is not None and evaluation.population not in fitted
                ),
            ),
            "known_limits": (
                *(limit for limit in card.known_limits if limit != NOT_CALIBRATED),
                *(
                    f"Calibrated{f' for {name}' if name else ''} on {len(each.cases)} images of "
                    "one site; a site with another share of pneumonia or other devices has to "
                    "calibrate anew."
                    for name, each in fitted.items()
                ),
            ),
            "tool_versions": card.tool_versions | tool_versions(("onnx", "onnxruntime")),
        }
    )


def _point(
    population: str | None, fitted: _Fitted, site: str, data_set: str, sensitivity: float
) -> OperatingPoint:
    estimates = _estimates(fitted)
    return OperatingPoint(
        name=f"sensitivity_{100 * sensitivity:g}",
        population=population,
        threshold=fitted.threshold,
        chosen_for=f"highest threshold with a sensitivity of at least {sensitivity:.1%} on {site}",
        sensitivity=estimates["sensitivity"],
        specificity=estimates["specificity"],
        data_set=data_set,
        n=len(fitted.cases),
    )


def _calibration(fitted: _Fitted) -> dict[str, Estimate]:
    estimates = _estimates(fitted)
    return {
        "slope": Estimate(value=fitted.calibration.slope),
        "intercept": Estimate(value=fitted.calibration.intercept),
        "ece": estimates["ece"],
        "brier": estimates["brier"],
    }


def _estimates(fitted: _Fitted) -> dict[str, Estimate]:
    return {
        name: Estimate(value=figure.value, low=figure.low, high=figure.high)
        for name, figure in fitted.figures.items()
        if figure.value is not None
    }


def _write_pair(
    model: Model, output: Path, calibrations: Sequence[Calibration], card: ModelCard
) -> ModelCard:
    """Write and prove the pair in a folder of its own, then move it to its place, the card last."""
    spec = card.preprocessing
    image = make_check_image(card.check_image.formula, spec.rows, spec.columns)
    before = model.predict(image[np.newaxis]).probability.reshape(-1).astype(np.float64)
    expected = [
        float(calibration.apply(np.array([score]))[0])
        for calibration, score in zip(calibrations, before, strict=True)
    ]
    check = expected[0] if len(expected) == 1 else tuple(expected)
    graph = insert_calibration(model.path, card.tensor("probability").name, calibrations)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".calibrate-", dir=output.parent) as folder:
        written = Path(folder) / output.name
        written.write_bytes(graph.SerializeToString())
        card = card.model_copy(
            update={
                "onnx_sha256": sha256_of_file(written),
                "check_image": card.check_image.model_copy(update={"probability": check}),
            }
        )
        write_card(card, card_path_for(written))
        load_model(written)
        shutil.move(written, output)
        shutil.move(card_path_for(written), card_path_for(output))
    return card
