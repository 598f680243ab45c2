"""Any ONNX model with its card, measured on labelled images."""

from __future__ import annotations

import csv
import json
import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from training.data.manifest import check_both_labels, read_manifest
from training.data.others import find_others
from training.evaluation.measuring import (
    Measured,
    localise,
    measure,
    measure_altered,
    measure_populations,
    measure_subgroups,
    probabilities_and_labels,
)
from training.evaluation.plots import plot_confusion, plot_reliability, plot_roc, plot_scores
from training.evaluation.points import (
    find_operating_points,
    flag_cases,
    group_by_population,
)
from training.evaluation.refusing import is_refused, measure_lost, measure_refused
from training.evaluation.scoring import (
    ScoredCase,
    UnreadableCase,
    find_population,
    score_cases,
)
from training.progress import ProgressBars
from triage_app.inference.session import load_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from training.data.case import Part
    from training.evaluation.points import OperatingPoints
    from triage_app.inference.card import ModelCard
    from triage_app.inference.session import Model

__all__ = ["evaluate"]

_log = logging.getLogger(__name__)


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
    population: str | None = None,
) -> Measured:
    """Score labelled images and write figures, predictions and plots.

    Parameters
    ----------
    model_path : ONNX file with its card beside it
    data : folder or table, see `training.data.manifest.read_manifest`
    output : folder; is made. Holds ``metrics.json``, ``predictions.csv``, ``roc.png``,
        ``reliability.png``, ``confusion.png``, ``scores.png``, the same for each population
        (``roc_adults.png``) where the images are of several, and ``unreadable.csv`` where an image
        could not be read
    part : only this part of a split
    operating_point : name in the card, of each population; None takes the first of each
    seed, resamples : of the bootstrap
    altered : also measure with each of `training.evaluation.alterations.ALTERATIONS`
    population : of the card, that all images are read with; None reads each as its age says, and
        one of unknown age as the card says

    Raises
    ------
    ModelError
        where the model or its card is refused
    TrainingError
        where the data cannot be used, or the card has no such operating point or population
    """
    model = load_model(model_path)
    find_population(model.card, population)  # before the images are read
    points = find_operating_points(model.card, operating_point)
    cases = read_manifest(data, part=part)
    output.mkdir(parents=True, exist_ok=True)
    with ProgressBars() as bars, bars.bar("scoring", len(cases)) as bar:
        scored, unreadable = score_cases(model, cases, progress=bar, population=population)
    _write_unreadable(output / "unreadable.csv", unreadable)
    if unreadable:
        _log.warning(
            "%d of %d images could not be read; they stand in %s",
            len(unreadable),
            len(cases),
            output / "unreadable.csv",
        )
    check_both_labels([item.case for item in scored], f"{data} (what could be read of it)")
    of_bootstrap: dict[str, Any] = {"seed": seed, "resamples": resamples}
    measured = measure(scored, model.card, points, **of_bootstrap)
    by_population = measure_populations(scored, model.card, points, **of_bootstrap)
    _write_predictions(output / "predictions.csv", scored, model.card, points)
    used = [points[name] for name in group_by_population(scored)]
    parts: dict[str, Any] = {
        "subgroups": _figures_of(measure_subgroups(scored, model.card, points, **of_bootstrap))
    }
    if model.card.populations:
        parts["populations"] = {
            name: {"operating_point": points[name].title, "threshold": points[name].threshold}
            | figures
            for name, figures in _figures_of(by_population).items()
        }
    parts |= _measure_gate(model, scored, data)
    if altered:
        parts["altered"] = _figures_of(
            measure_altered(model, cases, points, population=population, **of_bootstrap)
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
            "read_as": population,
            "operating_point": "; ".join(point.title for point in used),
            "threshold": used[0].threshold if len(used) == 1 else None,
            "unreadable": len(unreadable),
            "bootstrap": {"by": "patient", "resamples": resamples, "seed": seed},
            **parts,
        },
    )
    _plot(output, "", scored, measured, used[0].threshold if len(used) == 1 else None)
    if len(used) > 1:
        groups = group_by_population(scored)
        for name, figures in by_population.items():
            _plot(output, f"_{name}", groups[name], figures, points[name].threshold)
    return measured


def _measure_gate(model: Model, scored: Sequence[ScoredCase], data: Path) -> dict[str, Any]:
    """Say what the gate refuses. Refused chest images stay in all other figures."""
    figures = measure_lost(scored, model.card)
    refused = sum(is_refused(item, model.card) for item in scored)
    if refused:
        _log.warning(
            "%d of %d labelled images would be refused as no frontal chest image; they stay in the "
            "figures, and predictions.csv names them",
            refused,
            len(scored),
        )
    others = find_others(data)
    with ProgressBars() as bars, bars.bar("images that are no chest", len(others)) as bar:
        return figures | measure_refused(model, others, bar)


def _figures_of(measured: dict[str, Measured]) -> dict[str, Any]:
    return {
        name: {
            "n": part.images,
            "patients": part.patients,
            **{figure: asdict(interval) for figure, interval in part.figures.items()},
        }
        for name, part in measured.items()
    }


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
    path: Path, scored: Sequence[ScoredCase], card: ModelCard, points: OperatingPoints
) -> None:
    is_flagged = flag_cases(scored, points)
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(
            [
                "path", "label", "probability", "flagged", "patient", "age", "sex", "view", "part",
                "pointing_game", "energy_in_box", "population", "refused",
            ]
        )  # fmt: skip
        for item, flagged in zip(scored, is_flagged, strict=True):
            case = item.case
            places = localise(item, card) if case.boxes else None
            table.writerow(
                [
                    case.name,
                    case.label,
                    f"{item.probability:.9g}",
                    "true" if flagged else "false",
                    case.patient,
                    "" if case.age_years is None else f"{case.age_years:g}",
                    case.sex,
                    case.view,
                    case.part or "",
                    "" if places is None else f"{places[0]:g}",
                    "" if places is None else f"{places[1]:.6g}",
                    item.population,
                    "true" if is_refused(item, card) else "false",
                ]
            )


def _plot(
    output: Path,
    suffix: str,
    scored: Sequence[ScoredCase],
    measured: Measured,
    threshold: float | None,
) -> None:
    probability, is_pneumonia = probabilities_and_labels(scored)
    figures = measured.figures
    plot_roc(
        output / f"roc{suffix}.png",
        probability,
        is_pneumonia,
        auc=figures["auc"],
        threshold=threshold,
    )
    plot_reliability(
        output / f"reliability{suffix}.png", probability, is_pneumonia, ece=figures["ece"]
    )
    plot_confusion(output / f"confusion{suffix}.png", measured.confusion)
    plot_scores(output / f"scores{suffix}.png", probability, is_pneumonia, threshold=threshold)


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
