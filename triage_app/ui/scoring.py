"""Scoring in the background: what was opened, how far it is, and how to stop it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from triage_app.intake.events import Assessed, CancelToken, Found, ScanEvent
from triage_app.triage.outcome import Failed
from triage_app.ui.services import Services
from triage_app.ui.workers import Lane, Workers

__all__ = ["Scoring", "ScoringProgress"]

_LEAST_FOR_RATE = 0.5


@dataclass(frozen=True, slots=True)
class ScoringProgress:
    """How far the scoring is.

    Attributes
    ----------
    done, total : files; `total` grows while files are still being found
    known : of those done, how many had their outcome from an earlier time
    failed : how many files failed
    seconds : since it began
    """

    done: int = 0
    total: int = 0
    known: int = 0
    failed: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float | None:
        """Files newly scored a second; None while there is too little to tell."""
        new = self.done - self.known
        return new / self.seconds if new and self.seconds > _LEAST_FOR_RATE else None


class Scoring(QObject):
    """Scores what is opened, one after the other; more may be opened meanwhile."""

    progressed = Signal(object)
    """A `ScoringProgress`."""
    ended = Signal(object)
    """All that was opened is done or cancelled; the last `ScoringProgress`."""
    failed = Signal(str)
    """A sentence for people."""

    def __init__(
        self,
        services: Services,
        workers: Workers,
        *,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._workers = workers
        self._clock = clock
        self._running: list[CancelToken] = []
        self._found: dict[int, int] = {}
        self._progress = ScoringProgress()
        self._began = 0.0

    @property
    def is_running(self) -> bool:
        """Whether something is being scored or waits for it."""
        return bool(self._running)

    def start(self, paths: Sequence[Path]) -> None:
        """Score files and folders in the background."""
        if not paths:
            return
        if not self._running:
            self._progress, self._found, self._began = ScoringProgress(), {}, self._clock()
        run = len(self._found)
        self._found[run] = 0
        token = self._workers.stream(
            Lane.SCORING,
            partial(self._services.assess, tuple(paths)),
            on_event=partial(self._note, run),
            on_end=self._note_end,
            on_error=self.failed.emit,
        )
        self._running.append(token)
        self.progressed.emit(self._progress)

    def cancel(self) -> None:
        """Stop; what was scored so far stays in the list."""
        for token in self._running:
            token.cancel()

    def _note(self, run: int, event: ScanEvent) -> None:
        progress = self._progress
        if isinstance(event, Found):
            self._found[run] = event.files
            progress = replace(progress, total=sum(self._found.values()))
        elif isinstance(event, Assessed):
            has_failed = isinstance(event.outcome, Failed)
            progress = replace(
                progress, done=progress.done + 1, failed=progress.failed + has_failed
            )
        else:
            progress = replace(progress, done=progress.done + 1, known=progress.known + 1)
        self._progress = replace(
            progress,
            total=max(progress.total, progress.done),
            seconds=self._clock() - self._began,
        )
        self.progressed.emit(self._progress)

    def _note_end(self) -> None:
        self._running.pop(0)
        if not self._running:
            self.ended.emit(self._progress)
