"""Watches the folders of the settings and lets what is new be scored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from triage_app.intake.watch import FolderWatch, WatchReport
from triage_app.ui.workers import Lane, Workers

__all__ = ["Watching"]

_LOOK_MILLISECONDS = 3000


class Watching(QObject):
    """Looks through folders every few seconds, in the lane of scoring, while there are any."""

    found = Signal(object)
    """A list of files that are new and whole."""
    failed = Signal(str)
    """A sentence for people."""

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = workers
        self._folders: tuple[Path, ...] = ()
        self._watch = FolderWatch()
        self.is_looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self.look)

    def watch(self, folders: Sequence[Path]) -> None:
        """Watch these folders from now on, and no others."""
        self._folders = tuple(folders)
        if self._folders:
            self._timer.start()
            self.look()
        else:
            self._timer.stop()

    def stop(self) -> None:
        """Watch nothing any more."""
        self._timer.stop()

    def look(self) -> None:
        """Look through the folders now; one look at a time."""
        if self.is_looking or not self._folders:
            return
        self.is_looking = True
        self._workers.submit(
            Lane.SCORING,
            partial(self._watch.look, self._folders),
            on_done=self._take,
            on_error=self._take_failure,
        )

    def _take(self, report: WatchReport) -> None:
        self.is_looking = False
        for sentence in report.problems:
            self.failed.emit(sentence)
        if report.ready:
            self.found.emit(list(report.ready))

    def _take_failure(self, sentence: str) -> None:
        self.is_looking = False
        self.failed.emit(sentence)
