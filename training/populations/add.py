"""A further population's head: fitted, judged by cross-validation, and kept in a run of its own."""

from __future__ import annotations

import json
import logging
import shutil
import uuid
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

import keras
import numpy as np
from pydicom.uid import generate_uid

from training.data.case import Part
from training.data.description import describe
from training.data.images import load_training_images
from training.data.manifest import read_manifest
from training.data.split import hash_files, split_by_patient, write_split
from training.errors import ManifestError, RunError
from training.evaluation.alterations import ALTERATIONS, MILD
from training.evaluation.calibration import UNCALIBRATED, fit_calibration
from training.evaluation.metrics import figures_with_intervals
from training.evaluation.operating_points import choose_for_sensitivities
from training.fitting.features import pooled_features
from training.fitting.network import HEAD_NAME, POOLING_NAME
from training.populations.linear_head import FOLDS, LinearHead, fit_head, out_of_fold
from training.run_folder import FurtherPopulation, RunSettings, utc_now
from triage_app.imaging.eligibility import AgeRange
from triage_app.inference.card import Population

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.data.case import Case
    from training.progress import ProgressBars
    from training.run_folder import RunFolder

__all__ = ["add_population"]

_log = logging.getLogger(__name__)

_OLDEST: Final = 150.0
_RESAMPLES: Final = 2000
_EVEN: Final = 0.5


def add_population(
    run: RunFolder,
    data: Path,
    output: RunFolder,
    *,
    name: str,
    from_years: float,
    others: str,
    cache: Path,
    bars: ProgressBars,
) -> None:
    """Teach a finished run's network to read a further population, by a head of its own.

    The network itself stays as it is, so that nobody else's score changes. The head is a linear
    unit over the pooled features. Calibration and operating points come from scores of images whose
    patients the fit had left out, and so do the figures; a fifth of the patients is held out of all
    of it.

    Parameters
    ----------
    run : finished, of one population
    data : folder or table of the further population; with its ages, younger patients are left out
    output : run to write; must not exist
    name, from_years : of the population, and the age from which its head is used
    others : name of those whom the network could read already; used below that age, and where the
        age is unknown
    cache : folder for features
    bars : progress

    Raises
    ------
    RunError
        where the run is not finished, has populations already, or the output exists
    ManifestError
        where the data cannot be used
    """
    settings = run.read_settings()
    points = run.read_operating_points()
    if settings.populations:
        raise RunError(f"{run.path}: has populations already; give the run that it was made from.")
    if output.settings.exists():
        raise RunError(f"{output.path}: holds a training already; name another folder.")
    cases = _cases_from(data, from_years)
    with bars.bar("comparing file contents", len(cases)) as bar:
        hashes = hash_files((case.path for case in cases), bar)
    # the folds judge in the place of a validation part, so that few images go farther
    cases = tuple(
        replace(case, part=Part.TRAIN) if case.part is Part.VALIDATION else case
        for case in split_by_patient(cases, hashes, seed=settings.seed)
    )
    network = keras.models.load_model(run.network, compile=False, safe_mode=True)
    views = _features(network, cases, settings, cache, bars)
    _log.info("%s: cross-validated on all %d images", name, len(cases))
    figures = _cross_validate(views[0], cases, settings.seed)
    is_learnt = np.array([case.part is Part.TRAIN for case in cases])
    learnt = [case for case in cases if case.part is Part.TRAIN]
    of_learnt = (views[:, is_learnt], _labels(learnt), [case.patient for case in learnt])
    left_out = out_of_fold(*of_learnt, seed=settings.seed)
    head = fit_head(*of_learnt, seed=settings.seed)
    scores = UNCALIBRATED.apply_to_logit(left_out)
    calibration = fit_calibration(scores.reshape(-1), np.tile(of_learnt[1], len(scores)))
    chosen = choose_for_sensitivities(
        [calibration.apply(view) for view in scores],
        of_learnt[1],
        f"patients left out in {FOLDS} folds,",
    )
    output.path.mkdir(parents=True, exist_ok=True)
    for kept in (run.split, run.split.with_suffix(".proof.json"), run.history, run.validation):
        shutil.copy2(kept, output.path / kept.name)
    write_split(
        cases,
        hashes,
        output.split_of(name),
        seed=settings.seed,
        parts=(Part.TRAIN, Part.HOLDOUT),
    )
    output.write_settings(_settings(settings, data, cases, name, from_years, others))
    _with_head(network, name, head).save(output.network)
    output.write_calibrations({others: run.read_calibration(), name: calibration})
    figures["penalty"] = head.penalty
    output.figures_of(name).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    output.write_operating_points(
        [
            *(replace(point, population=others) for point in points),
            *(
                replace(point, population=name)
                for point in sorted(chosen, key=lambda point: point.name != "sensitivity_95")
            ),
        ]
    )


def _cases_from(data: Path, from_years: float) -> tuple[Case, ...]:
    cases = read_manifest(data)
    kept = tuple(case for case in cases if case.age_years is None or case.age_years >= from_years)
    if len(kept) < len(cases):
        _log.info(
            "%d images of patients below %g years left out", len(cases) - len(kept), from_years
        )
    if any(case.age_years is None for case in kept):
        _log.warning("some images have no age; they are taken for this population's")
    if not kept:
        raise ManifestError(f"{data}: has no image of a patient of {from_years:g} years or more.")
    return kept


def _features(
    network: keras.Model,
    cases: Sequence[Case],
    settings: RunSettings,
    cache: Path,
    bars: ProgressBars,
) -> NDArray[np.float32]:
    """Pooled features ``(views, n, channels)`` of the images as they are, mirrored and altered."""
    ways: dict[str, Callable[[NDArray[np.float32]], NDArray[np.float32]] | None] = {
        "as they are": None,
        "mirrored": lambda grey: np.ascontiguousarray(grey[:, ::-1]),
    }
    ways |= {way: ALTERATIONS[way] for way in MILD}
    views = []
    for way, alter in ways.items():
        with bars.bar(f"features, {way}", len(cases)) as bar:
            images = load_training_images(cases, settings.preprocessing, None, alter)
            views.append(pooled_features(network, images, cache, bar))
    return np.stack(views)


def _cross_validate(view: NDArray[np.float32], cases: Sequence[Case], seed: int) -> dict[str, Any]:
    """Measure what such a head gives on patients left out, and on each view position."""
    labels, patients = _labels(cases), [case.patient for case in cases]
    logits = out_of_fold(view[np.newaxis], labels, patients, seed=seed)[0]
    groups = {"all": np.ones(len(cases), bool)}
    for position in sorted({case.view for case in cases} - {""}):
        groups[f"view={position}"] = np.array([case.view == position for case in cases])
    figures: dict[str, Any] = {"folds": FOLDS, "images": len(cases)}
    for group, chosen in groups.items():
        if len(set(labels[chosen])) < 2:
            continue
        score = UNCALIBRATED.apply_to_logit(logits[chosen])
        found = figures_with_intervals(
            score,
            labels[chosen],
            score >= _EVEN,
            [patient for patient, is_in in zip(patients, chosen, strict=True) if is_in],
            resamples=_RESAMPLES,
            seed=seed,
        )["auc"]
        figures[f"auc, {group}"] = asdict(found)
        _log.info(
            "cross-validated AUC, %s: %.4f (%.4f to %.4f)",
            group,
            found.value,
            found.low,
            found.high,
        )
    return figures


def _labels(cases: Sequence[Case]) -> NDArray[np.bool_]:
    return np.array([case.is_pneumonia for case in cases])


def _with_head(network: keras.Model, name: str, head: LinearHead) -> keras.Model:
    """Put a further head beside the network's own."""
    pooled = network.get_layer(POOLING_NAME).output
    further = keras.Sequential(
        [keras.Input(pooled.shape[1:], name="pooled"), keras.layers.Dense(1, name="logit")],
        name=f"{HEAD_NAME}_{name}",
    )
    logits = keras.layers.Concatenate(name="logits")([network.output, further(pooled)])
    further.get_layer("logit").set_weights(
        [head.weights.astype(np.float32)[:, np.newaxis], np.array([head.bias], np.float32)]
    )
    return keras.Model(network.input, logits, name=network.name)


def _settings(
    settings: RunSettings,
    data: Path,
    cases: Sequence[Case],
    name: str,
    from_years: float,
    others: str,
) -> RunSettings:
    description = describe(cases, data.stem)
    populations = (
        (others, 0.0, from_years, settings.description.ages),
        (name, from_years, _OLDEST, description.ages),
    )
    return settings.model_copy(
        update={
            "run_id": uuid.uuid4().hex,
            "device_uid": generate_uid(),
            "created": utc_now(),
            "populations": tuple(
                Population(
                    name=each,
                    lowest_years=lowest,
                    highest_years=highest,
                    training_ages=ages
                    or AgeRange(lowest_years=int(lowest), highest_years=int(highest)),
                )
                for each, lowest, highest, ages in populations
            ),
            "population_without_age": others,
            "further": (
                *settings.further,
                FurtherPopulation(name=name, data=str(data), description=description),
            ),
        }
    )
