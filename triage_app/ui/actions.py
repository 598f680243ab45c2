"""Every command of the window in one table: its words, its keys, its drawing."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from triage_app.ui.commands import (
    Command,
    CommandGroup,
    CommandSpec,
    command_spec,
    command_text,
)
from triage_app.ui.icons import load_icon
from triage_app.ui.image_commands import IMAGE_COMMANDS
from triage_app.ui.network_commands import NETWORK_COMMANDS
from triage_app.ui.reading_commands import DESK_COMMANDS, READING_COMMANDS
from triage_app.ui.translation import QT_TRANSLATE_NOOP

__all__ = ["COMMANDS", "Command", "CommandGroup", "CommandSpec", "command_text", "make_actions"]


COMMANDS: tuple[CommandSpec, ...] = (
    command_spec(
        Command.OPEN_FILES,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Open files …"),
        "Ctrl+O",
        icon="open-file",
    ),
    command_spec(
        Command.OPEN_FOLDER,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Open folder …"),
        "Ctrl+Shift+O",
        icon="open-folder",
    ),
    command_spec(
        Command.CANCEL_SCORING,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Cancel scoring"),
        "Ctrl+.",
        icon="cancel",
    ),
    command_spec(Command.QUIT, CommandGroup.FILE, QT_TRANSLATE_NOOP("Commands", "Quit"), "Ctrl+Q"),
    command_spec(
        Command.SEARCH,
        CommandGroup.LIST,
        QT_TRANSLATE_NOOP("Commands", "Search"),
        "Ctrl+F",
        "/",
        icon="search",
    ),
    command_spec(
        Command.GO_TO_LIST, CommandGroup.LIST, QT_TRANSLATE_NOOP("Commands", "Go to list"), "L"
    ),
    command_spec(
        Command.REFRESH,
        CommandGroup.LIST,
        QT_TRANSLATE_NOOP("Commands", "Refresh"),
        "F5",
        icon="refresh",
    ),
    command_spec(
        Command.NEXT_STUDY,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Next study"),
        "N",
        icon="next",
    ),
    command_spec(
        Command.PREVIOUS_STUDY,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Previous study"),
        "Shift+N",
        icon="previous",
    ),
    command_spec(
        Command.MARK_REVIEWED,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Mark as reviewed"),
        "R",
        icon="reviewed",
    ),
    command_spec(
        Command.MARK_UNREAD,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Mark as unread"),
        "U",
    ),
    *READING_COMMANDS,
    *IMAGE_COMMANDS,
    *DESK_COMMANDS,
    *NETWORK_COMMANDS,
    command_spec(
        Command.FULL_SCREEN,
        CommandGroup.HELP,
        QT_TRANSLATE_NOOP("Commands", "Full screen"),
        "F11",
        check=True,
    ),
    command_spec(
        Command.HELP,
        CommandGroup.HELP,
        QT_TRANSLATE_NOOP("Commands", "Guide"),
        "F1",
    ),
    command_spec(
        Command.KEYS,
        CommandGroup.HELP,
        QT_TRANSLATE_NOOP("Commands", "Keys"),
        "Shift+F1",
        icon="keys",
    ),
)


def make_actions(parent: QObject) -> dict[Command, QAction]:
    """Make an action for every command; tool tips name the key."""
    actions = {}
    for spec in COMMANDS:
        text = command_text(spec)
        action = QAction(text, parent)
        action.setObjectName(spec.command)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setCheckable(spec.is_checkable)
        if spec.icon:
            action.setIcon(load_icon(spec.icon))
        if spec.keys:
            keys = QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{text.rstrip(' …')} ({keys})")
        actions[spec.command] = action
    return actions
