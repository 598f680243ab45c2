"""The menus and the bar of the window: every command of the table, where one looks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from triage_app.ui.actions import COMMANDS, Command, CommandGroup

__all__ = ["add_menus", "add_study_bar"]

_OPENING = (Command.OPEN_FILES, Command.OPEN_FOLDER)
_GOING_ON = (Command.PREVIOUS_STUDY, Command.NEXT_STUDY, Command.MARK_REVIEWED)


def add_menus(
    window: QMainWindow, actions: Mapping[Command, QAction], presets: Sequence[QAction]
) -> None:
    """Give every group of commands its menu.

    Parameters
    ----------
    presets : ways of showing the image, below the commands of the image
    """
    menus: dict[CommandGroup, QMenu] = {}
    for group in CommandGroup:
        menus[group] = window.menuBar().addMenu(QCoreApplication.translate("Commands", group))
    for spec in COMMANDS:
        menus[spec.group].addAction(actions[spec.command])
    menus[CommandGroup.IMAGE].addSeparator()
    menus[CommandGroup.IMAGE].addActions(list(presets))


def add_study_bar(window: QMainWindow, actions: Mapping[Command, QAction], title: str) -> None:
    """Put what is done to studies all day long below the menus."""
    bar = QToolBar(title)
    bar.setObjectName("StudyBar")
    bar.setMovable(False)
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    bar.addActions([actions[command] for command in _OPENING])
    bar.addSeparator()
    bar.addActions([actions[command] for command in _GOING_ON])
    window.addToolBar(bar)
