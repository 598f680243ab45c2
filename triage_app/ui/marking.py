"""What the reader notes of a study: how far it is read, what they say of the result; and undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from triage_app.ui.services import Services
from triage_app.ui.workers import Lane, Workers
from triage_app.worklist.records import Feedback, Holder, ReadingStatus, Verdict

__all__ = ["Marking"]

_LARGEST_MEMORY = 100


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing that the reader did and can take back; `take_back` says why it could not."""

    study_key: str
    take_back: Callable[[], str]


class Marking(QObject):
    """Writes statuses and verdicts in the background and remembers what was there before."""

    changed = Signal(str)
    """Something of a study was written; its key."""
    feedback_read = Signal(str, object)
    """A study's key and what the reader says of its result now, a `Feedback` or None."""
    can_undo = Signal(bool)
    """Whether there is something to take back."""
    failed = Signal(str)
    """A sentence for people."""

    def __init__(self, services: Services, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._workers = workers
        self._steps: list[_Step] = []

    def set_status(self, study_key: str, status: ReadingStatus) -> None:
        """Write how far the reader has come."""

        def write() -> _Step | None:
            before = self._services.find_row(study_key)
            if before is None:
                return None
            self._services.set_reading_status(study_key, status)

            def take_back() -> str:
                now = self._services.find_row(study_key)
                if now is None or now.reading_status is not status:
                    return self.tr(
                        "The status was changed by {} since; it is left as it is."
                    ).format(now.reader if now else "-")
                self._services.set_reading_status(study_key, before.reading_status, before.reader)
                return ""

            return _Step(study_key, take_back)

        self._run(write)

    def begin(self, study_key: str) -> None:
        """Note that the reader begins a study, and tell who else has it in progress."""

        def note(holder: Holder | None) -> None:
            if holder is None:
                self._tell(study_key)
                return
            since = holder.since.astimezone() if holder.since else None
            self.failed.emit(
                self.tr("{} has this study in progress since {}.").format(
                    holder.reader or "-", f"{since:%H:%M}" if since else "-"
                )
            )

        self._workers.submit(
            Lane.DATABASE,
            lambda: self._services.begin_reading(study_key),
            on_done=note,
            on_error=self.failed.emit,
        )

    def give(self, study_key: str, verdict: Verdict, reason: str = "", note: str = "") -> None:
        """Write what the reader says of the result."""

        def write() -> _Step:
            before = self._services.find_feedback(study_key)
            self._services.give_feedback(study_key, verdict, reason, note)

            def take_back() -> str:
                self._services.restore_feedback(study_key, before)
                return ""

            return _Step(study_key, take_back)

        self._run(write)

    def undo(self) -> None:
        """Take back what the reader did last, in whatever study."""
        if not self._steps:
            return
        step = self._steps.pop()
        self.can_undo.emit(bool(self._steps))

        def note(problem: str) -> None:
            if problem:
                self.failed.emit(problem)
            self._tell(step.study_key)

        self._workers.submit(Lane.DATABASE, step.take_back, on_done=note, on_error=self.failed.emit)

    def _run(self, write: Callable[[], _Step | None]) -> None:
        def note(step: _Step | None) -> None:
            if step is None:
                self.failed.emit(self.tr("The study is no longer in the worklist."))
                return
            self._steps = [*self._steps[-_LARGEST_MEMORY:], step]
            self.can_undo.emit(True)
            self._tell(step.study_key)

        self._workers.submit(Lane.DATABASE, write, on_done=note, on_error=self.failed.emit)

    def _tell(self, study_key: str) -> None:
        self.changed.emit(study_key)

        def pass_on(found: Feedback | None) -> None:
            self.feedback_read.emit(study_key, found)

        self._workers.submit(
            Lane.DATABASE,
            lambda: self._services.find_feedback(study_key),
            on_done=pass_on,
            on_error=self.failed.emit,
        )
