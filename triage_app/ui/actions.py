"""Every command of the window in one table: its words, its keys, its drawing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence

from triage_app.ui.icons import load_icon
from triage_app.ui.translation import QT_TRANSLATE_NOOP

__all__ = ["COMMANDS", "Command", "CommandGroup", "CommandSpec", "command_text", "make_actions"]


class Command(StrEnum):
    """What the reader can ask for."""

    OPEN_FILES = "open files"
    OPEN_FOLDER = "open folder"
    CANCEL_SCORING = "cancel scoring"
    QUIT = "quit"
    SEARCH = "search"
    GO_TO_LIST = "go to list"
    GO_TO_IMAGE = "go to image"
    REFRESH = "refresh"
    NEXT_STUDY = "next study"
    PREVIOUS_STUDY = "previous study"
    MARK_REVIEWED = "mark reviewed"
    MARK_UNREAD = "mark unread"
    TOOL_WINDOW = "tool window"
    TOOL_ZOOM = "tool zoom"
    TOOL_PAN = "tool pan"
    TOOL_SCROLL = "tool scroll"
    INVERT = "invert"
    FIT = "fit"
    PIXEL_FOR_PIXEL = "pixel for pixel"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    RESET = "reset"
    HEATMAP = "heatmap"
    LESS_HEAT = "less heat"
    MORE_HEAT = "more heat"
    MARKS = "marks"
    NEXT_IMAGE = "next image"
    PREVIOUS_IMAGE = "previous image"
    FULL_SCREEN = "full screen"
    KEYS = "keys"


class CommandGroup(StrEnum):
    """A menu of the window, and a part of the sheet of keys."""

    FILE = QT_TRANSLATE_NOOP("Commands", "File")
    LIST = QT_TRANSLATE_NOOP("Commands", "List")
    READING = QT_TRANSLATE_NOOP("Commands", "Reading")
    IMAGE = QT_TRANSLATE_NOOP("Commands", "Image")
    HELP = QT_TRANSLATE_NOOP("Commands", "Help")


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One command.

    Attributes
    ----------
    text : to be translated in the context "Commands"
    keys : the first is shown in menus and tool tips
    icon : name of a drawing; empty for none
    is_checkable : whether it is switched on and off
    """

    command: Command
    group: CommandGroup
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    is_checkable: bool = False


def _spec(
    command: Command,
    group: CommandGroup,
    text: str,
    *keys: str,
    icon: str = "",
    check: bool = False,
) -> CommandSpec:
    return CommandSpec(command, group, text, keys, icon, check)


COMMANDS: tuple[CommandSpec, ...] = (
    _spec(
        Command.OPEN_FILES,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Open files …"),
        "Ctrl+O",
        icon="open-file",
    ),
    _spec(
        Command.OPEN_FOLDER,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Open folder …"),
        "Ctrl+Shift+O",
        icon="open-folder",
    ),
    _spec(
        Command.CANCEL_SCORING,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Cancel scoring"),
        "Ctrl+.",
        icon="cancel",
    ),
    _spec(Command.QUIT, CommandGroup.FILE, QT_TRANSLATE_NOOP("Commands", "Quit"), "Ctrl+Q"),
    _spec(
        Command.SEARCH,
        CommandGroup.LIST,
        QT_TRANSLATE_NOOP("Commands", "Search"),
        "Ctrl+F",
        "/",
        icon="search",
    ),
    _spec(Command.GO_TO_LIST, CommandGroup.LIST, QT_TRANSLATE_NOOP("Commands", "Go to list"), "L"),
    _spec(
        Command.REFRESH,
        CommandGroup.LIST,
        QT_TRANSLATE_NOOP("Commands", "Refresh"),
        "F5",
        icon="refresh",
    ),
    _spec(
        Command.NEXT_STUDY,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Next study"),
        "N",
        icon="next",
    ),
    _spec(
        Command.PREVIOUS_STUDY,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Previous study"),
        "Shift+N",
        icon="previous",
    ),
    _spec(
        Command.MARK_REVIEWED,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Mark as reviewed"),
        "R",
        icon="reviewed",
    ),
    _spec(
        Command.MARK_UNREAD,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Mark as unread"),
        "U",
    ),
    _spec(
        Command.GO_TO_IMAGE, CommandGroup.IMAGE, QT_TRANSLATE_NOOP("Commands", "Go to image"), "V"
    ),
    _spec(
        Command.PREVIOUS_IMAGE,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Previous image of the study"),
        "PgUp",
    ),
    _spec(
        Command.NEXT_IMAGE,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Next image of the study"),
        "PgDown",
    ),
    _spec(
        Command.TOOL_WINDOW,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Drag sets the window"),
        "W",
        icon="window-level",
        check=True,
    ),
    _spec(
        Command.TOOL_ZOOM,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Drag zooms"),
        "Z",
        icon="zoom",
        check=True,
    ),
    _spec(
        Command.TOOL_PAN,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Drag moves"),
        "T",
        icon="pan",
        check=True,
    ),
    _spec(
        Command.TOOL_SCROLL,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Drag goes through the images"),
        "S",
        icon="images",
        check=True,
    ),
    _spec(
        Command.INVERT,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Invert"),
        "I",
        icon="invert",
        check=True,
    ),
    _spec(
        Command.FIT,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Whole image"),
        "F",
        icon="fit",
    ),
    _spec(
        Command.PIXEL_FOR_PIXEL,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Pixel for pixel"),
        "P",
        icon="one-to-one",
    ),
    _spec(Command.ZOOM_IN, CommandGroup.IMAGE, QT_TRANSLATE_NOOP("Commands", "Zoom in"), "+", "="),
    _spec(Command.ZOOM_OUT, CommandGroup.IMAGE, QT_TRANSLATE_NOOP("Commands", "Zoom out"), "-"),
    _spec(
        Command.RESET,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Reset"),
        "Esc",
        icon="reset",
    ),
    _spec(
        Command.HEATMAP,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Heatmap"),
        "H",
        "O",
        icon="heatmap",
        check=True,
    ),
    _spec(
        Command.LESS_HEAT,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Heatmap fainter"),
        "[",
    ),
    _spec(
        Command.MORE_HEAT,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Heatmap stronger"),
        "]",
    ),
    _spec(
        Command.MARKS,
        CommandGroup.IMAGE,
        QT_TRANSLATE_NOOP("Commands", "Marks"),
        "M",
        icon="marks",
        check=True,
    ),
    _spec(
        Command.FULL_SCREEN,
        CommandGroup.HELP,
        QT_TRANSLATE_NOOP("Commands", "Full screen"),
        "F11",
        check=True,
    ),
    _spec(
        Command.KEYS,
        CommandGroup.HELP,
        QT_TRANSLATE_NOOP("Commands", "Keys"),
        "F1",
        icon="keys",
    ),
)


def command_text(spec: CommandSpec) -> str:
    """Give a command's words in the reader's language."""
    return QCoreApplication.translate("Commands", spec.text)


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
