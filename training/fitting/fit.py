"""One training from data to a finished run folder."""

from __future__ import annotations

import csv
import hashlib
import logging
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf
from pydicom.uid import generate_uid

from training.data.case import Part
from training.data.description import describe
from training.data.images import load_training_images, resize_images
from training.data.manifest import read_manifest
from training.data.split import hash_files, prove_disjoint, split_by_patient, write_split
from training.errors import RunError
from training.evaluation.alterations import ALTERATIONS, MILD
from training.evaluation.calibration import fit_calibration
from training.evaluation.operating_points import (
    choose_for_sensitivities,
    choose_operating_points,
)
from training.fitting.features import pooled_features
from training.fitting.network import (
    BASE_NAME,
    HEAD_NAME,
    RANDOM_WEIGHTS,
    build_network,
    layers_to_train,
)
from training.fitting.optimisation import Examples, StageState, predict_probability, run_stage
from training.run_folder import RunFolder, RunSettings, tool_versions, utc_now
from triage_app.imaging.preprocessing import PreprocessingSpec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from training.data.case import Case
    from training.progress import ProgressBars
    from training.recipes import Recipe

__all__ = ["continue_training", "start_training"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Images:
    cases: tuple[Case, ...]
    pixels: NDArray[np.uint8]

    @property
    def is_pneumonia(self) -> NDArray[np.bool_]:
        return np.array([case.is_pneumonia for case in self.cases])

    def examples(self, inputs: NDArray[Any], class_weights: tuple[float, float]) -> Examples:
        labels = self.is_pneumonia
        weights = np.where(labels, class_weights[1], class_weights[0]).astype(np.float32)
        return Examples(inputs, labels, weights)


def start_training(
    data: Path,
    run: RunFolder,
    recipe: Recipe,
    *,
    weights: str | None,
    seed: int,
    cache: Path,
    bars: ProgressBars,
) -> None:
    """Split the data, write the settings, and train.

    Parameters
    ----------
    data : folder or table; a table with a column ``part`` is used as it is divided
    run : must not exist yet
    recipe : settings
    weights : path of the base's weights; None for Keras's own
    seed : of split, order, alterations, dropout and the head's first weights
    cache : folder for features
    bars : progress

    Raises
    ------
    RunError
        where the run exists or the weights cannot be had
    ManifestError
        where the data cannot be used
    """
    if run.settings.exists():
        raise RunError(
            f"{run.path}: holds a training already; continue it with --resume or name another "
            "folder with --output."
        )
    cases = read_manifest(data)
    hashes = _hash(cases, bars)
    is_divided = any(case.part is not None for case in cases)
    if not is_divided:
        cases = split_by_patient(cases, hashes, seed=seed)
    prove_disjoint(cases, hashes)
    settings = RunSettings(
        run_id=uuid.uuid4().hex,
        device_uid=generate_uid(),
        created=utc_now(),
        recipe=recipe,
        seed=seed,
        preprocessing=PreprocessingSpec(),
        weights=weights,
        weights_sha256=_hash_weights(weights),
        data=str(data),
        data_sha256=_digest(cases, hashes),
        description=describe(cases, data.stem),
        tool_versions=tool_versions(),
    )
    run.path.mkdir(parents=True, exist_ok=True)
    write_split(cases, hashes, run.split, seed=None if is_divided else seed)
    run.write_settings(settings)
    _train(run, settings, cases, cache, bars)


def continue_training(run: RunFolder, *, cache: Path, bars: ProgressBars) -> None:
    """Go on with a training that was broken off; it ends as if it had not been.

    Raises
    ------
    RunError
        where the folder is no run, or its data or weights have changed since
    """
    settings = run.read_settings()
    if run.is_finished:
        _log.info("%s: is finished already", run.path)
        return
    cases = read_manifest(run.split)
    if _digest(cases, _hash(cases, bars)) != settings.data_sha256:
        raise RunError(f"{run.path}: the images have changed since it was started; train anew.")
    if _hash_weights(settings.weights) != settings.weights_sha256:
        raise RunError(f"{settings.weights}: has changed since the run was started; train anew.")
    _train(run, settings, cases, cache, bars)


def _train(
    run: RunFolder,
    settings: RunSettings,
    cases: Sequence[Case],
    cache: Path,
    bars: ProgressBars,
) -> None:
    tf.config.experimental.enable_op_determinism()
    recipe = settings.recipe
    train, validation = (
        _load(part, cases, settings.preprocessing, bars) for part in (Part.TRAIN, Part.VALIDATION)
    )
    network, states = _run_stages(run, settings, recipe, "", train, validation, cache, bars)
    if recipe.other is not None:
        other, of_other = _run_stages(
            run, settings, recipe.other, "other_", train, validation, cache, bars
        )
        share = recipe.share_of_other
        network.set_weights(
            [
                (1 - share) * own + share * others if np.issubdtype(own.dtype, np.floating) else own
                for own, others in zip(network.get_weights(), other.get_weights(), strict=True)
            ]
        )
        states |= of_other
    _finish(run, settings, network, states, validation, bars)


def _run_stages(
    run: RunFolder,
    settings: RunSettings,
    recipe: Recipe,
    prefix: str,
    train: _Images,
    validation: _Images,
    cache: Path,
    bars: ProgressBars,
) -> tuple[keras.Model, dict[str, StageState]]:
    """Take a network through a recipe's stages; their names start with `prefix`.

    It starts from the seed, whatever was trained before in the same process.
    """
    keras.utils.set_random_seed(settings.seed)
    network = build_network(recipe, settings.preprocessing, settings.weights)
    network.get_layer(BASE_NAME).trainable = False
    class_weights = _class_weights(train.is_pneumonia) if recipe.balances_classes else (1.0, 1.0)

    features = []
    for images in (train, validation):
        with bars.bar("features of the frozen base", len(images.cases)) as bar:
            features.append(pooled_features(network, images.pixels, cache, bar))
    states = {
        f"{prefix}head": run_stage(
            network.get_layer(HEAD_NAME),
            recipe.head,
            train=train.examples(features[0], class_weights),
            validation=validation.examples(features[1], class_weights),
            seed=settings.seed,
            checkpoint=run.checkpoint(f"{prefix}head"),
            bar=bars.bar,
        )
    }
    if recipe.fine_tuning is not None:
        layers_to_train(network, recipe.trainable_layers)
        states[f"{prefix}fine_tuning"] = run_stage(
            network,
            recipe.fine_tuning,
            train=train.examples(train.pixels, class_weights),
            validation=validation.examples(validation.pixels, class_weights),
            seed=settings.seed,
            checkpoint=run.checkpoint(f"{prefix}fine_tuning"),
            bar=bars.bar,
            augmentation=recipe.augmentation,
        )
    for number, stage in enumerate(recipe.whole, start=1):
        name = f"{prefix}whole_{number}"
        shown = _at_side(network, recipe, settings.preprocessing, stage.side)
        layers_to_train(shown, len(shown.get_layer(BASE_NAME).layers))
        states[name] = run_stage(
            shown,
            stage,
            train=train.examples(train.pixels, class_weights),
            validation=validation.examples(
                resize_images(validation.pixels, shown.input.shape[1:3]), class_weights
            ),
            seed=settings.seed + number,
            checkpoint=run.checkpoint(name),
            bar=bars.bar,
            augmentation=recipe.disturbance,
        )
        network.set_weights(shown.get_weights())
    return network, states


def _at_side(
    network: keras.Model, recipe: Recipe, spec: PreprocessingSpec, side: int | None
) -> keras.Model:
    """Build the same network, with the same weights, for images of another size."""
    if side is None:
        return network
    smaller = build_network(
        recipe, spec.model_copy(update={"rows": side, "columns": side}), RANDOM_WEIGHTS
    )
    smaller.set_weights(network.get_weights())
    return smaller


def _finish(
    run: RunFolder,
    settings: RunSettings,
    network: keras.Model,
    states: dict[str, StageState],
    validation: _Images,
    bars: ProgressBars,
) -> None:
    with run.history.open("w", newline="", encoding="utf-8") as file:
        lines = [
            {"stage": stage} | line for stage, state in states.items() for line in state.history
        ]
        writer = csv.DictWriter(file, fieldnames=list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    network.save(run.network)
    probability = predict_probability(network, validation.pixels)
    if settings.recipe.calibrates:
        views = [probability]
        views += _score_altered(network, validation.cases, settings.preprocessing, bars)
        calibration = fit_calibration(
            np.concatenate(views), np.tile(validation.is_pneumonia, len(views))
        )
        run.write_calibration(calibration)
        _log.info("slope %.4f, intercept %.4f", calibration.slope, calibration.intercept)
        probability = calibration.apply(probability)
        points = choose_for_sensitivities(
            [calibration.apply(view) for view in views], validation.is_pneumonia
        )
    else:
        points = choose_operating_points(probability, validation.is_pneumonia)
    with run.validation.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["path", "label", "patient", "probability"])
        for case, value in zip(validation.cases, probability, strict=True):
            table.writerow([case.name, case.label, case.patient, f"{value:.9g}"])
    run.write_operating_points(points)
    for point in points:
        _log.info("operating point %s: threshold %.4f", point.name, point.threshold)


def _score_altered(
    network: keras.Model, cases: Sequence[Case], spec: PreprocessingSpec, bars: ProgressBars
) -> list[NDArray[np.float64]]:
    """Score images in each of the ways of `MILD`."""
    views = []
    for name in MILD:
        with bars.bar(f"scoring, {name}", len(cases)) as bar:
            pixels = load_training_images(cases, spec, bar, ALTERATIONS[name])
        views.append(predict_probability(network, pixels))
    return views


def _load(
    part: Part, cases: Sequence[Case], spec: PreprocessingSpec, bars: ProgressBars
) -> _Images:
    chosen = tuple(case for case in cases if case.part is part)
    with bars.bar(f"reading the part {part}", len(chosen)) as bar:
        return _Images(chosen, load_training_images(chosen, spec, bar))


def _class_weights(is_pneumonia: NDArray[np.bool_]) -> tuple[float, float]:
    """Weights of both labels that give them equal shares of the loss and a mean of 1."""
    share = float(np.mean(is_pneumonia))
    return 0.5 / (1 - share), 0.5 / share


def _hash(cases: Sequence[Case], bars: ProgressBars) -> dict[Path, str]:
    with bars.bar("comparing file contents", len(cases)) as bar:
        return hash_files((case.path for case in cases), bar)


def _hash_weights(weights: str | None) -> str | None:
    if weights is None or weights == RANDOM_WEIGHTS:
        return None
    try:
        with Path(weights).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RunError(
            f"{weights}: cannot be read as the base's weights ({error.strerror or error}); "
            "give the path of a Keras .h5 file with --weights."
        ) from error


def _digest(cases: Sequence[Case], hashes: dict[Path, str]) -> str:
    lines = sorted(f"{hashes[case.path]} {case.label} {case.part}" for case in cases)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
