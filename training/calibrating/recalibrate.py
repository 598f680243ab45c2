"""A model's calibration and operating point derived anew from a site's own images."""

from __future__ import annotations

import shutil
import tempfile
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
from training.evaluation.calibration import fit_calibration
from training.evaluation.metrics import figures_with_intervals
from training.evaluation.operating_points import choose_high_sensitivity
from training.evaluation.scoring import score_cases
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
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.data.case import Case, Part
    from training.evaluation.calibration import Calibration
    from training.evaluation.metrics import Interval

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
) -> ModelCard:
    """Write a copy of a model with another calibration and operating point.

    Parameters
    ----------
    model_path : ONNX file with its card
    data : folder or table of the site's labelled images
    output : ``.onnx`` file, not `model_path`; its card gets the same name with ``.json``
    part : only this part of a split
    sensitivity : that the operating point shall have on the site's images
    precision : half the width that its 95 % interval may have
    seed : of folds and bootstrap

    Returns
    -------
    the new card. Its figures are cross-validated by patient: each image is judged with a
    calibration and a threshold that were fitted without its patient

    Raises
    ------
    ModelError
        where model or card is refused
    ManifestError
        where the data cannot be used, are too few, or the score does not rise with pneumonia
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
    refuse_too_few(cases, sensitivity, precision)
    with ProgressBars() as bars, bars.bar("scoring", len(cases)) as bar:
        scored, unreadable = score_cases(model, cases, progress=bar)
    if unreadable:
        raise ManifestError(
            f"{len(unreadable)} images cannot be read; the first: {unreadable[0].reason} Repair or "
            "remove them. Nothing was written."
        )
    known = [item.case for item in scored]
    check_both_labels(known, str(data))
    probability = np.array([item.probability for item in scored], np.float64)
    is_pneumonia = np.array([case.is_pneumonia for case in known])
    try:
        calibration = fit_calibration(probability, is_pneumonia)
        calibrated, is_flagged = _cross_validate(
            probability, is_pneumonia, assign_folds(known, seed), sensitivity
        )
    except ValueError as error:
        raise ManifestError(f"{data}: the model cannot be calibrated on these: {error}.") from error
    figures = figures_with_intervals(
        calibrated,
        is_pneumonia,
        is_flagged,
        [case.patient for case in known],
        resamples=_RESAMPLES,
        seed=seed,
    )
    threshold = choose_high_sensitivity(calibration.apply(probability), is_pneumonia, sensitivity)
    card = _change_card(model.card, data.stem, known, calibration, figures, threshold, sensitivity)
    return _write_pair(model, output, calibration, card)


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
    card: ModelCard,
    site: str,
    cases: Sequence[Case],
    calibration: Calibration,
    figures: dict[str, Interval],
    threshold: float,
    sensitivity: float,
) -> ModelCard:
    data_set = f"{site}, cross-validated by patient"
    estimates = {
        name: Estimate(value=figure.value, low=figure.low, high=figure.high)
        for name, figure in figures.items()
        if figure.value is not None
    }
    return card.model_copy(
        update={
            "device_uid": str(generate_uid()),
            "parent_device_uid": card.device_uid,
            "version": f"{card.version}, calibrated on {site}",
            "created": datetime.now(UTC).date(),
            "operating_points": (
                OperatingPoint(
                    name=f"sensitivity_{100 * sensitivity:g}",
                    threshold=threshold,
                    chosen_for=f"highest threshold with a sensitivity of at least "
                    f"{sensitivity:.1%} on {site}",
                    sensitivity=estimates["sensitivity"],
                    specificity=estimates["specificity"],
                    data_set=data_set,
                    n=len(cases),
                ),
            ),
            "calibration": {
                "slope": Estimate(value=calibration.slope),
                "intercept": Estimate(value=calibration.intercept),
                "ece": estimates["ece"],
                "brier": estimates["brier"],
            },
            "data_sets": (
                *card.data_sets,
                DataSet(
                    name=site,
                    used_for="calibration and operating point",
                    images=len(cases),
                    patients=len({case.patient for case in cases}),
                    licence="not stated",
                    source="labelled by the site that calibrated",
                ),
            ),
            # the parent's figures at its own operating point are not this model's
            "evaluations": (Evaluation(data_set=data_set, n=len(cases), metrics=estimates),),
            "known_limits": (
                *(limit for limit in card.known_limits if limit != NOT_CALIBRATED),
                f"Calibrated on {len(cases)} images of one site; a site with another share of "
                "pneumonia or other devices has to calibrate anew.",
            ),
            "tool_versions": card.tool_versions | tool_versions(("onnx", "onnxruntime")),
        }
    )


def _write_pair(model: Model, output: Path, calibration: Calibration, card: ModelCard) -> ModelCard:
    """Write and prove the pair in a folder of its own, then move it to its place, the card last."""
    spec = card.preprocessing
    image = make_check_image(card.check_image.formula, spec.rows, spec.columns)
    before = float(model.predict(image[np.newaxis]).probability[0])
    expected = float(calibration.apply(np.array([before]))[0])
    graph = insert_calibration(model.path, card.tensor("probability").name, calibration)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".calibrate-", dir=output.parent) as folder:
        written = Path(folder) / output.name
        written.write_bytes(graph.SerializeToString())
        card = card.model_copy(
            update={
                "onnx_sha256": sha256_of_file(written),
                "check_image": card.check_image.model_copy(update={"probability": expected}),
            }
        )
        write_card(card, card_path_for(written))
        load_model(written)
        shutil.move(written, output)
        shutil.move(card_path_for(written), card_path_for(output))
    return card
