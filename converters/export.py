"""A finished run as an ONNX file with its card: proven first, then written as a pair."""

from __future__ import annotations

import logging
import shutil
import tempfile
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from converters.gate import gate_outputs, prove_gate, with_gate
from converters.graph import calibrated_units, to_onnx
from converters.heatmap_geometry import measure_on_cases
from converters.model_card import draft_card, with_figures
from converters.parity import IMAGES, prove_parity
from training.card_defaults import CHECK_FORMULA
from training.data.case import Case, Part
from training.data.images import load_training_images
from training.data.manifest import read_manifest
from training.errors import ExportError
from training.evaluation.measuring import (
    Measured,
    measure,
    measure_altered,
    measure_subgroups,
)
from training.evaluation.points import find_operating_points, group_by_population
from training.evaluation.scoring import ScoredCase, score_cases
from training.fitting.optimisation import predict_probability
from triage_app.inference.card import ModelCard, card_path_for, sha256_of_file, write_card
from triage_app.inference.check_image import make_check_image
from triage_app.inference.session import Model, load_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.progress import ProgressBars
    from training.run_folder import RunFolder

__all__ = ["export_run"]

_log = logging.getLogger(__name__)

_RESAMPLES = 2000


def export_run(
    run: RunFolder,
    output: Path,
    *,
    name: str,
    version: str | None,
    bars: ProgressBars,
    altered: bool = False,
) -> ModelCard:
    """Convert a run's network, prove it, measure it on the hold-out, and write model and card.

    Parameters
    ----------
    run : finished
    output : ``.onnx`` file; the card gets the same name with ``.json``; an older pair is replaced
    name, version : of the model, for people; without a version, the recipe's name
    bars : progress
    altered : also measure on the hold-out altered in each of the ways of `ALTERATIONS`

    Raises
    ------
    RunError
        where the run is not finished
    ExportError
        where the graph differs from the network; nothing was written then
    """
    settings = run.read_settings()
    points = run.read_operating_points()
    own = read_manifest(run.split)
    further = {each.name: read_manifest(run.split_of(each.name)) for each in settings.further}
    cases = [*own, *chain.from_iterable(further.values())]
    network = keras.models.load_model(run.network, compile=False, safe_mode=True)
    calibrations = run.read_calibrations([each.name for each in settings.populations])
    graph = to_onnx(network, calibrated_units(network, calibrations), gate_outputs(network, run))
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=output.parent) as folder:
        onnx_path = Path(folder) / output.name
        onnx_path.write_bytes(graph.SerializeToString())
        shapes = [
            tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim[1:])
            for value in graph.graph.output[:2]
        ]
        check = _check_image(settings.preprocessing.rows, settings.preprocessing.columns)
        card = draft_card(
            settings,
            points,
            [own, *further.values()],
            name=name,
            version=version or settings.recipe.name,
            onnx_sha256=sha256_of_file(onnx_path),
            probability_shape=shapes[0],
            heatmap_shape=shapes[1],
            check_probabilities=[
                float(predict_probability(network, check, calibration, head)[0])
                for head, calibration in enumerate(calibrations)
            ],
            calibrations=calibrations if settings.recipe.calibrates else (),
        )
        write_card(card, card_path_for(onnx_path))
        model = load_model(onnx_path, threads=0)
        parity = prove_parity(network, model, _for_parity(cases), calibrations)
        _log.info(
            "parity on %d images: largest difference %.2g",
            parity.images,
            parity.largest_difference,
        )
        geometry = measure_on_cases(network, cases, settings.preprocessing)
        card = card.model_copy(update={"heatmap_geometry": geometry})
        holdout, validation = (
            _score(model, own, part, bars) for part in (Part.HOLDOUT, Part.VALIDATION)
        )
        further_holdout = _score(model, cases[len(own) :], Part.HOLDOUT, bars)
        used = find_operating_points(card, None)
        of_bootstrap: dict[str, Any] = {"seed": settings.seed, "resamples": _RESAMPLES}
        groups = measure_subgroups(holdout, card, used, **of_bootstrap)
        of_further = {
            name: measure_subgroups(scored, card, used, **of_bootstrap)
            for name, scored in group_by_population(further_holdout).items()
            if name in further
        }
        if altered:
            unseen = [case for case in own if case.part is Part.HOLDOUT]
            changed = measure_altered(model, unseen, used, **of_bootstrap)
            groups |= {f"altered={way}": measured for way, measured in changed.items()}
        card = with_figures(
            card,
            settings,
            holdout=measure(holdout, card, used, **of_bootstrap),
            validation=measure(validation, card, used, **of_bootstrap),
            by_point=_measure_points(
                card, [*holdout, *further_holdout], validation, **of_bootstrap
            ),
            holdout_parts=groups,
            further_parts=of_further,
            check_probabilities=model.predict(check).probability.reshape(-1).tolist(),
        )
        card = with_gate(card, run)
        write_card(card, card_path_for(onnx_path))
        proven = load_training_images(_for_parity(cases), settings.preprocessing)
        prove_gate(network, run, load_model(onnx_path), proven)
        _place_pair(onnx_path, output)
    return card


def _check_image(rows: int, columns: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return make_check_image(CHECK_FORMULA, rows, columns)[np.newaxis]


def _for_parity(cases: Sequence[Case]) -> list[Case]:
    """Choose images that the network was not trained on, half of each label where there are."""
    unseen = sorted(cases, key=lambda case: (case.part is Part.TRAIN, case.name))
    chosen: list[Case] = []
    for is_pneumonia in (True, False):
        chosen += [case for case in unseen if case.is_pneumonia is is_pneumonia][: IMAGES // 2]
    rest = [case for case in unseen if case not in chosen]
    chosen += rest[: IMAGES - len(chosen)]
    if len(chosen) < IMAGES:
        _log.warning("the run has only %d images to prove the export on", len(chosen))
    return chosen


def _score(
    model: Model, cases: Sequence[Case], part: Part, bars: ProgressBars
) -> tuple[ScoredCase, ...]:
    chosen = [case for case in cases if case.part is part]
    with bars.bar(f"scoring the part {part}", len(chosen)) as bar:
        scored, unreadable = score_cases(model, chosen, progress=bar)
    if unreadable:
        raise ExportError(f"{unreadable[0].reason} Nothing was written.")
    return scored


def _measure_points(
    card: ModelCard,
    holdout: Sequence[ScoredCase],
    validation: Sequence[ScoredCase],
    *,
    seed: int,
    resamples: int,
) -> dict[str, tuple[Part, Measured]]:
    """Measure each operating point, by its title, on the images of its population.

    Those are of the hold-out; of a population that has none there, for its images were too few to
    lay some aside, of the validation part, and the card says so.

    Raises
    ------
    ExportError
        where neither part has images of both labels
    """
    measured = {}
    parts = {
        part: group_by_population(scored)
        for part, scored in ((Part.HOLDOUT, holdout), (Part.VALIDATION, validation))
    }
    for point in card.operating_points:
        name = point.population or ""
        of_both = [
            part
            for part, groups in parts.items()
            if len({item.case.is_pneumonia for item in groups.get(name, [])}) == 2
        ]
        if not of_both:
            raise ExportError(
                f"neither the hold-out nor the validation part has images of both labels for the "
                f"population {name!r}, so that nothing can be said of it. Nothing was written."
            )
        part = of_both[0]
        measured[point.title] = (
            part,
            measure(parts[part][name], card, {name: point}, seed=seed, resamples=resamples),
        )
    return measured


def _place_pair(onnx_path: Path, output: Path) -> None:
    """Move model and card to their place; where the second move fails, undo the first.

    Between the two moves a reader finds a new model beside an old card, and refuses it by its hash.
    """
    card_path, card_output = card_path_for(onnx_path), card_path_for(output)
    kept = onnx_path.with_suffix(".previous")
    if output.exists():
        shutil.copy2(output, kept)
    onnx_path.replace(output)
    try:
        card_path.replace(card_output)
    except OSError:
        if kept.exists():
            kept.replace(output)
        else:
            output.unlink()
        raise
