"""The vocabulary of commands: what can be asked for, in which part of the menus."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from triage_app.ui.translation import QT_TRANSLATE_NOOP

__all__ = ["Command", "CommandGroup", "CommandSpec", "command_spec", "command_text"]


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
    MARK_IN_PROGRESS = "mark in progress"
    MARK_DICTATED = "mark dictated"
    MARK_VALIDATED = "mark validated"
    MARK_CANCELLED = "mark cancelled"
    NEXT_UNREAD = "next unread"
    PREVIOUS_UNREAD = "previous unread"
    AGREE = "agree"
    UNSURE = "unsure"
    DISAGREE = "disagree"
    NOTE = "note"
    UNDO = "undo"
    ARRIVAL_ORDER = "arrival order"
    NEXT_TAB = "next tab"
    PREVIOUS_TAB = "previous tab"
    KEEP_FILTER = "keep filter"
    DROP_FILTER = "drop filter"
    THUMBNAILS = "thumbnails"
    EXPORT_LIST = "export list"
    RESULT_PAGE = "result page"
    PRINT_RESULT = "print result"
    SEARCH_ARCHIVES = "search archives"
    RECEIVE = "receive"
    SENDING = "sending"
    NETWORK = "network"
    STATISTICS = "statistics"
    SETTINGS = "settings"
    TRIAGE_ONLY = "triage only"
    EDIT_KEYS = "edit keys"
    TOOL_WINDOW = "tool window"
    TOOL_ZOOM = "tool zoom"
    TOOL_PAN = "tool pan"
    TOOL_SCROLL = "tool scroll"
    TOOL_LENGTH = "tool length"
    TOOL_ANGLE = "tool angle"
    DELETE_MEASUREMENT = "delete measurement"
    DELETE_MEASUREMENTS = "delete measurements"
    MAGNIFIER = "magnifier"
    TURN_RIGHT = "turn right"
    TURN_LEFT = "turn left"
    FLIP = "flip"
    FLIP_UPSIDE_DOWN = "flip upside down"
    LIFE_SIZE = "life size"
    INVERT = "invert"
    FIT = "fit"
    PIXEL_FOR_PIXEL = "pixel for pixel"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    RESET = "reset"
    HEATMAP = "heatmap"
    LESS_HEAT = "less heat"
    MORE_HEAT = "more heat"
    HEAT_OUTLINES = "heat outlines"
    LOWER_HEAT_THRESHOLD = "lower heat threshold"
    HIGHER_HEAT_THRESHOLD = "higher heat threshold"
    MARKS = "marks"
    NEXT_IMAGE = "next image"
    PREVIOUS_IMAGE = "previous image"
    NEXT_FRAME = "next frame"
    PREVIOUS_FRAME = "previous frame"
    CINE = "cine"
    STRIP = "strip"
    SIDE_BY_SIDE = "side by side"
    PRIOR = "prior"
    NEXT_PRIOR = "next prior"
    OTHER_IMAGE = "other image"
    LINK_ZOOM = "link zoom"
    LINK_WINDOW = "link window"
    HEADER = "header"
    MODEL_INPUT = "model input"
    MODEL_CARD = "model card"
    EXPORT_PICTURE = "export picture"
    DETACH_VIEWER = "detach viewer"
    FULL_SCREEN = "full screen"
    HELP = "help"
    KEYS = "keys"


class CommandGroup(StrEnum):
    """A menu of the window, and a part of the sheet of keys."""

    FILE = QT_TRANSLATE_NOOP("Commands", "File")
    LIST = QT_TRANSLATE_NOOP("Commands", "List")
    READING = QT_TRANSLATE_NOOP("Commands", "Reading")
    IMAGE = QT_TRANSLATE_NOOP("Commands", "Image")
    COMPARE = QT_TRANSLATE_NOOP("Commands", "Compare")
    MODEL = QT_TRANSLATE_NOOP("Commands", "Model")
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


def command_spec(
    command: Command,
    group: CommandGroup,
    text: str,
    *keys: str,
    icon: str = "",
    check: bool = False,
) -> CommandSpec:
    """Make a line of the table."""
    return CommandSpec(command, group, text, keys, icon, check)


def command_text(spec: CommandSpec) -> str:
    """Give a command's words in the reader's language."""
    return QCoreApplication.translate("Commands", spec.text)
