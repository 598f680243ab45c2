"""Any ONNX model with its card, measured on labelled images."""

from __future__ import annotations

import csv
import json
import logging
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from training.data.manifest import check_both_labels, read_manifest
from training.errors import TrainingError
from training.evaluation.alterations import ALTERATIONS
from training.evaluation.localisation import energy_in_boxes, points_into_boxes
from training.evaluation.metrics import (
    Confusion,
    Interval,
    count_confusion,
    figures_with_intervals,
    interval_of,
)
from training.evaluation.plots import plot_confusion, plot_reliability, plot_roc, plot_scores
from training.evaluation.scoring import ScoredCase, UnreadableCase, score_cases
from training.evaluation.subgroups import find_subgroups
from training.progress import ProgressBars
from triage_app.inference.heatmap import place_heatmap
from triage_app.inference.session import load_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from training.data.case import Case, Part
    from triage_app.inference.card import ModelCard, OperatingPoint
    from triage_app.inference.session import Model

__all__ = [
    "Measured",
    "evaluate",
    "find_operating_point",
    "measure",
    "measure_altered",
    "measure_subgroups",
]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Measured:
    """What scores say of a model.

    Attributes
    ----------
    figures : with intervals, by the names of `training.evaluation.metrics.FIGURES`; and
        ``pointing_game`` and ``energy_in_box`` where boxes exist
    confusion : counts at the threshold
    images, patients, boxed_images : how many there are
    """

    figures: dict[str, Interval]
    confusion: Confusion
    images: int
    patients: int
    boxed_images: int


def evaluate(
    model_path: Path,
    data: Path,
    output: Path,
    *,
    part: Part | None,
    operating_point: str | None,
    seed: int,
    resamples: int,
    altered: bool = False,
) -> Measured:
    """Score labelled images and write figures, predictions and plots.

    Parameters
    ----------
    model_path : ONNX file with its card beside it
    data : folder or table, see `training.data.manifest.read_manifest`
    output : folder; is made. Holds ``metrics.json``, ``predictions.csv``, ``roc.png``,
        ``reliability.png``, ``confusion.png``, ``scores.png``, and ``unreadable.csv`` where an
        image could not be read
    part : only this part of a split
    operating_point : name in the card; None takes the first
    seed, resamples : of the bootstrap
    altered : also measure with each of `training.evaluation.alterations.ALTERATIONS`

    Raises
    ------
    ModelError
        where the model or its card is refused
    TrainingError
        where the data cannot be used, or the card has no such operating point
    """
    model = load_model(model_path)
    point = find_operating_point(model.card, operating_point)
    cases = read_manifest(data, part=part)
    output.mkdir(parents=True, exist_ok=True)
    with ProgressBars() as bars, bars.bar("scoring", len(cases)) as bar:
        scored, unreadable = score_cases(model, cases, progress=bar)
    _write_unreadable(output / "unreadable.csv", unreadable)
    if unreadable:
        _log.warning(
            "%d of %d images could not be read; they stand in %s",
            len(unreadable),
            len(cases),
            output / "unreadable.csv",
        )
    check_both_labels([item.case for item in scored], f"{data} (what could be read of it)")
    measured = measure(scored, model.card, point, seed=seed, resamples=resamples)
    _write_predictions(output / "predictions.csv", scored, model.card, point)
    parts: dict[str, Any] = {
        "subgroups": _figures_of(
            measure_subgroups(scored, model.card, point, seed=seed, resamples=resamples)
        )
    }
    if altered:
        parts["altered"] = _figures_of(
            measure_altered(model, cases, point, seed=seed, resamples=resamples)
        )
    _write_metrics(
        output / "metrics.json",
        measured,
        {
            "model": model.card.title,
            "device_uid": model.card.device_uid,
            "onnx_sha256": model.card.onnx_sha256,
            "data": str(data),
            "part": part,
            "operating_point": point.name,
            "threshold": point.threshold,
            "unreadable": len(unreadable),
            "bootstrap": {"by": "patient", "resamples": resamples, "seed": seed},
            **parts,
        },
    )
    probability, is_pneumonia = _arrays(scored)
    plot_roc(
        output / "roc.png",
        probability,
        is_pneumonia,
        auc=measured.figures["auc"],
        threshold=point.threshold,
    )
    plot_reliability(
        output / "reliability.png", probability, is_pneumonia, ece=measured.figures["ece"]
    )
    plot_confusion(output / "confusion.png", measured.confusion)
    plot_scores(output / "scores.png", probability, is_pneumonia, threshold=point.threshold)
    return measured


def find_operating_point(card: ModelCard, name: str | None) -> OperatingPoint:
    """Give an operating point of a card by name; the first for None.

    Raises
    ------
    TrainingError
        names those that there are
    """
    if name is None:
        return card.default_operating_point
    for point in card.operating_points:
        if point.name == name:
            return point
    raise TrainingError(
        f"{card.title} has no operating point {name!r}; it has: "
        f"{', '.join(point.name for point in card.operating_points)}."
    )


def measure(
    scored: Sequence[ScoredCase],
    card: ModelCard,
    point: OperatingPoint,
    *,
    seed: int,
    resamples: int,
) -> Measured:
    """Compute all figures of scored cases at an operating point."""
    probability, is_pneumonia = _arrays(scored)
    is_flagged = probability >= point.threshold
    patients = [item.case.patient for item in scored]
    figures = figures_with_intervals(
        probability, is_pneumonia, is_flagged, patients, resamples=resamples, seed=seed
    )
    boxed = [item for item in scored if item.case.boxes]
    if boxed:
        places = np.array([_localise(item, card) for item in boxed])
        boxed_patients = [item.case.patient for item in boxed]
        for column, name in enumerate(("pointing_game", "energy_in_box")):
            figures[name] = interval_of(
                lambda weights, column=column: (  # type: ignore[misc]  # bound per turn
                    weights @ places[:, column] / weights.sum(axis=1)
                ),
                boxed_patients,
                resamples=resamples,
                seed=seed,
            )
    return Measured(
        figures=figures,
        confusion=count_confusion(is_flagged, is_pneumonia),
        images=len(scored),
        patients=len(set(patients)),
        boxed_images=len(boxed),
    )


def measure_subgroups(
    scored: Sequence[ScoredCase],
    card: ModelCard,
    point: OperatingPoint,
    *,
    seed: int,
    resamples: int,
) -> dict[str, Measured]:
    """Compute all figures for each part of `training.evaluation.subgroups.find_subgroups`."""
    return {
        name: measure(
            [item for item, is_in in zip(scored, mask, strict=True) if is_in],
            card,
            point,
            seed=seed,
            resamples=resamples,
        )
        for name, mask in find_subgroups(scored).items()
    }


def measure_altered(
    model: Model, cases: Sequence[Case], point: OperatingPoint, *, seed: int, resamples: int
) -> dict[str, Measured]:
    """Score cases altered in each of the ways of `ALTERATIONS` and compute all figures.

    Images that cannot be read are left out.
    """
    measured = {}
    with ProgressBars() as bars:
        for name, alteration in ALTERATIONS.items():
            with bars.bar(f"scoring, {name}", len(cases)) as bar:
                scored, _ = score_cases(model, cases, progress=bar, alteration=alteration)
            # a crop moves what was drawn, so that boxes no longer lie where they did
            scored = tuple(replace(item, case=replace(item.case, boxes=())) for item in scored)
            measured[name] = measure(scored, model.card, point, seed=seed, resamples=resamples)
    return measured


def _figures_of(measured: dict[str, Measured]) -> dict[str, Any]:
    return {
        name: {
            "n": part.images,
            "patients": part.patients,
            **{figure: asdict(interval) for figure, interval in part.figures.items()},
        }
        for name, part in measured.items()
    }


def _arrays(scored: Sequence[ScoredCase]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    return (
        np.array([item.probability for item in scored]),
        np.array([item.case.is_pneumonia for item in scored]),
    )


def _localise(item: ScoredCase, card: ModelCard) -> tuple[float, float]:
    placed = place_heatmap(
        item.heatmap, item.image_shape, card.preprocessing, card.heatmap_geometry
    )
    return (
        float(points_into_boxes(placed, item.case.boxes)),
        energy_in_boxes(placed, item.case.boxes),
    )


def _write_unreadable(path: Path, unreadable: Sequence[UnreadableCase]) -> None:
    if not unreadable:
        # of an earlier evaluation into the same folder
        path.unlink(missing_ok=True)
        return
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["path", "label", "reason"])
        table.writerows([item.case.name, item.case.label, item.reason] for item in unreadable)


def _write_predictions(
    path: Path, scored: Sequence[ScoredCase], card: ModelCard, point: OperatingPoint
) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(
            [
                "path", "label", "probability", "flagged", "patient", "age", "sex", "view", "part",
                "pointing_game", "energy_in_box",
            ]
        )  # fmt: skip
        for item in scored:
            case = item.case
            places = _localise(item, card) if case.boxes else None
            table.writerow(
                [
                    case.name,
                    case.label,
                    f"{item.probability:.9g}",
                    "true" if item.probability >= point.threshold else "false",
                    case.patient,
                    "" if case.age_years is None else f"{case.age_years:g}",
                    case.sex,
                    case.view,
                    case.part or "",
                    "" if places is None else f"{places[0]:g}",
                    "" if places is None else f"{places[1]:.6g}",
                ]
            )


def _write_metrics(path: Path, measured: Measured, about: dict[str, Any]) -> None:
    document = {
        "n": measured.images,
        "patients": measured.patients,
        **{name: asdict(interval) for name, interval in measured.figures.items()},
        "confusion_matrix": asdict(measured.confusion),
        **({"boxed_images": measured.boxed_images} if measured.boxed_images else {}),
        **about,
    }
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
