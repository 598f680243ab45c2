"""Everything that a report says of a run, gathered once."""

from __future__ import annotations

import csv
import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.data.case import Case, Part
from training.data.manifest import read_manifest
from training.errors import TrainingError
from training.evaluation.comparison import Comparison, compare_predictions
from training.evaluation.evaluate import evaluate
from training.reporting.evaluated import Evaluated, holds_evaluation_of, read_evaluated
from triage_app.errors import ModelError
from triage_app.inference.card import ModelCard, card_path_for, read_card, sha256_of_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.run_folder import RunFolder, RunSettings

__all__ = ["Compared", "ReportFacts", "find_model", "gather_facts"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Compared:
    """Another model on the same images.

    Attributes
    ----------
    evaluated : its own figures
    difference : of the areas under the ROC curves, the other's less this model's
    """

    evaluated: Evaluated
    difference: Comparison


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A run, its model, and how well it answers.

    Attributes
    ----------
    settings, card : of run and model
    cases : of the run's split
    holdout : evaluation on the hold-out
    compared : other models on the same hold-out
    elsewhere : evaluations of this model on other images
    history : (stage, validation loss) of each epoch; empty where the run kept none
    gate, sanity : figures of the gate and of the randomised weights; None where not measured
    """

    settings: RunSettings
    card: ModelCard
    cases: tuple[Case, ...] = field(repr=False)
    holdout: Evaluated
    compared: tuple[Compared, ...] = ()
    elsewhere: tuple[Evaluated, ...] = ()
    history: tuple[tuple[str, float], ...] = ()
    gate: dict[str, Any] | None = None
    sanity: dict[str, Any] | None = None

    def counts(self, part: Part) -> dict[str, int]:
        """Count images, patients and pneumonias of a part."""
        chosen = [case for case in self.cases if case.part is part]
        return {
            "images": len(chosen),
            "patients": len({case.patient for case in chosen}),
            "pneumonia": sum(case.is_pneumonia for case in chosen),
        }

    def wrong(self) -> dict[str, int]:
        """Count missed pneumonias and false alarms on the hold-out."""
        ill, flagged = self.holdout.is_pneumonia, self.holdout.is_flagged
        return {"missed": int(np.sum(ill & ~flagged)), "false_alarms": int(np.sum(~ill & flagged))}


def find_model(run: RunFolder, settings: RunSettings, named: Path | None) -> Path:
    """Find the exported model of a run.

    Parameters
    ----------
    named : by the user; None looks in the run's folder, beside it, and in ``export`` beside it

    Raises
    ------
    TrainingError
        where there is none, or the named one is of another run
    """
    if named is not None:
        card = read_card(card_path_for(named))
        if card.run_id != settings.run_id:
            raise TrainingError(
                f"{named}: is of the run {card.run_id}, not of {run.path} ({settings.run_id})."
            )
        return named
    folder = run.path.resolve()
    for place in (folder, folder.parent / "export", folder.parent):
        for path in sorted(place.glob("*.onnx")):
            try:
                if read_card(card_path_for(path)).run_id == settings.run_id:
                    return path
            except ModelError as error:
                _log.info("passed over: %s", error)
    raise TrainingError(
        f"{run.path}: no exported model of this run was found; make one with 'triage-export "
        f"{run.path} --output {run.path / 'model.onnx'}', or name it with --model."
    )


def gather_facts(
    run: RunFolder,
    *,
    model: Path | None = None,
    compare: Sequence[Path] = (),
    elsewhere: Sequence[Path] = (),
    altered: bool = False,
    resamples: int = 2000,
) -> ReportFacts:
    """Read a run and measure its model, and others, on the run's hold-out.

    What was measured before is read again: it stands in ``RUN/report/<start of the hash>``, and
    holds as long as the model's file is the same.

    Parameters
    ----------
    run : finished
    model : its export; None looks for it
    compare : other ONNX models with their cards
    elsewhere : folders that ``triage-train evaluate`` wrote of this model on other images
    altered : also measure with other exposure, sharpness, crop and compression
    resamples : of the bootstrap

    Raises
    ------
    ModelError
        where a model or its card is refused
    TrainingError
        where the run, a folder or the data cannot be used
    """
    settings = run.read_settings()
    run.read_operating_points()  # refuses a run that is not finished
    path = find_model(run, settings, model)
    card = read_card(card_path_for(path))

    def on_holdout(onnx: Path, *, with_altered: bool) -> Evaluated:
        sha256 = sha256_of_file(onnx)
        folder = run.path / "report" / sha256[:12]
        if not holds_evaluation_of(folder, sha256, Part.HOLDOUT, altered=with_altered):
            evaluate(
                onnx,
                run.split,
                folder,
                part=Part.HOLDOUT,
                operating_point=None,
                seed=settings.seed,
                resamples=resamples,
                altered=with_altered,
            )
        return read_evaluated(folder)

    holdout = on_holdout(path, with_altered=altered)
    compared = []
    for other in compare:
        evaluated = on_holdout(other, with_altered=False)
        difference = compare_predictions(holdout.predictions, evaluated.predictions)
        compared.append(Compared(evaluated, difference))
    others = tuple(map(read_evaluated, elsewhere))
    for evaluated in others:
        if evaluated.metrics.get("onnx_sha256") != card.onnx_sha256:
            raise TrainingError(
                f"{evaluated.folder}: was measured with another model "
                f"({evaluated.model}, file {str(evaluated.metrics.get('onnx_sha256'))[:12]}); "
                "evaluate this one there."
            )
    return ReportFacts(
        settings,
        card,
        read_manifest(run.split),
        holdout,
        tuple(compared),
        others,
        _read_history(run.history),
        _read_json(run.path / "gate.json"),
        _read_json(run.path / "sanity.json"),
    )


def _read_json(path: Path) -> dict[str, Any] | None:
    """Read figures that a run may have; None where it has none."""
    if not path.is_file():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path}: cannot be read ({error}); write it anew.") from error
    return document if isinstance(document, dict) else None


def _read_history(path: Path) -> tuple[tuple[str, float], ...]:
    if not path.is_file():
        return ()
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(
            (row["stage"], float(row["validation_loss"]))
            for row in csv.DictReader(file)
            if row.get("validation_loss")
        )
