"""Shows the window at work without a person: opens, waits, chooses, takes a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from triage_app.triage.study import StudyState
from triage_app.ui.main_window import MainWindow

__all__ = ["Screenshot"]

_SETTLING_MILLISECONDS = 300


class Screenshot(QObject):
    """Takes one picture of a window when all that was opened is scored and a study is shown.

    Parameters
    ----------
    window : shown already
    path : of the picture; its ending says the format
    on_done : called with whether the picture could be written
    """

    def __init__(self, window: MainWindow, path: Path, on_done: Callable[[bool], None]) -> None:
        super().__init__(window)
        self._window = window
        self._path = path
        self._on_done = on_done
        self._is_scored = False

    def take(self, paths: Sequence[Path]) -> None:
        """Open the paths and take the picture as soon as there is something to see."""
        self._window.feed.refreshed.connect(self._choose)
        self._window.image_shown.connect(self._settle)
        if paths:
            self._window.scoring.ended.connect(self._note_scored)
            self._window.open_paths(paths)
        else:
            self._is_scored = True
            self._window.feed.refresh()

    def _note_scored(self) -> None:
        self._is_scored = True

    def _choose(self, total: int) -> None:
        """Choose the first flagged study, else the first one, else take the empty list."""
        if not self._is_scored:
            return
        self._window.feed.refreshed.disconnect(self._choose)
        if total == 0:
            self._settle()
            return
        states = [
            study.result.state
            for row in range(min(total, self._window.model.rowCount()))
            if (study := self._window.model.study_at(row))
        ]
        flagged = StudyState.FLAGGED
        self._window.list_view.choose(states.index(flagged) if flagged in states else 0)

    def _settle(self) -> None:
        QTimer.singleShot(_SETTLING_MILLISECONDS, self, self._grab)

    def _grab(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._on_done(self._window.grab().save(str(self._path)))
