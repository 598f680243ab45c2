"""How the tests of the viewer drive a window: by rows, keys and what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from triage_app.ui.worklist.model import Column

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from triage_app.ui.main_window import MainWindow

NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def open_and_wait(qtbot: QtBot, window: MainWindow, path: Path, rows: int) -> None:
    """Score what lies under a path and wait until the list holds it."""
    with qtbot.waitSignal(window.scoring.ended):
        window.open_paths([path])
    model = window.model
    qtbot.waitUntil(lambda: model.rowCount() == rows and model.study_at(rows - 1) is not None)


def choose(qtbot: QtBot, window: MainWindow, row: int) -> None:
    """Choose a row and wait until its image, or the reason why there is none, is shown."""
    with qtbot.waitSignal(window.image_shown):
        window.list_view.choose(row)


def choose_date(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Choose the study whose date begins like that."""
    model = window.model
    dates = [
        str(model.index(row, Column.STUDY_DATE).data() or "") for row in range(model.rowCount())
    ]
    choose(qtbot, window, next(n for n, found in enumerate(dates) if found.startswith(text)))


def press(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY
) -> None:
    """Press a key on the image that the reader has turned to."""
    view = window.viewer.active.view
    view.window().activateWindow()
    view.setFocus()
    qtbot.keyClick(view, key, modifier)
