"""Scoring the inputs of workitems: what was just fetched, and what an earlier model has seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from triage_app.intake.events import Assessed, CancelToken
from triage_app.intake.scan import scan
from triage_app.intake.work import Worker
from triage_app.worklist.records import InstanceRow, ModelIdentity
from triage_app.worklist.store import WorklistStore

__all__ = ["Scorer"]


class Scorer:
    """Brings instances to their outcomes by one model.

    Parameters
    ----------
    store : worklist and queue
    worker : that works off the queue of arrivals
    model : its identity
    model_path : ONNX file with its card beside it
    seconds_per_file : after which a file is given up
    """

    def __init__(
        self,
        store: WorklistStore,
        worker: Worker,
        model: ModelIdentity,
        model_path: Path,
        seconds_per_file: float,
    ) -> None:
        self._store = store
        self._worker = worker
        self._model = model
        self._model_path = model_path
        self._seconds_per_file = seconds_per_file

    def score_arrivals(self, cancel: CancelToken) -> None:
        """Score what waits in the queue; ends when nothing does, or when asked to."""
        for _event in self._worker.work(cancel, stops_when_empty=True):
            pass

    def score_files(self, rows: Sequence[InstanceRow]) -> None:
        """Score instances that are here since before this model."""
        paths = [Path(row.facts.path) for row in rows if row.facts.path]
        if not paths:
            return
        for event in scan(
            paths,
            model_path=self._model_path,
            workers=1,
            seconds_per_file=self._seconds_per_file,
        ):
            if isinstance(event, Assessed):
                self._store.record(event.facts, event.outcome, self._model, event.seconds)
