"""What a user switched on stays on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction

from triage_app.ui.layout_memory import LayoutMemory

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication


def make_action() -> QAction:
    action = QAction()
    action.setCheckable(True)
    return action


def test_a_choice_holds_in_the_next_session(qapp: QApplication, tmp_path: Path) -> None:
    del qapp
    path, chosen, again = str(tmp_path / "layout.ini"), make_action(), make_action()
    settings = QSettings(path, QSettings.Format.IniFormat)
    chosen.setChecked(True)
    LayoutMemory(settings, {}, {"pictures": chosen}).save()
    settings.sync()
    later = QSettings(path, QSettings.Format.IniFormat)
    LayoutMemory(later, {}, {"pictures": again}).restore()
    assert again.isChecked()
