"""Commands of the reading desk: verdicts, statuses, the order of the list, pages and dialogs."""

from __future__ import annotations

from triage_app.ui.commands import Command, CommandGroup, CommandSpec, command_spec
from triage_app.ui.translation import QT_TRANSLATE_NOOP

__all__ = ["DESK_COMMANDS", "READING_COMMANDS"]

READING_COMMANDS: tuple[CommandSpec, ...] = (
    command_spec(
        Command.NEXT_UNREAD,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Next unread study"),
        "Ctrl+N",
    ),
    command_spec(
        Command.PREVIOUS_UNREAD,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Previous unread study"),
        "Ctrl+Shift+N",
    ),
    command_spec(
        Command.AGREE,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Agree"),
        "Ctrl+1",
        icon="agree",
        check=True,
    ),
    command_spec(
        Command.UNSURE,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Unsure"),
        "Ctrl+2",
        icon="unsure",
        check=True,
    ),
    command_spec(
        Command.DISAGREE,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Disagree"),
        "Ctrl+3",
        icon="disagree",
        check=True,
    ),
    command_spec(
        Command.NOTE,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Write a note"),
        "Ctrl+4",
    ),
    command_spec(
        Command.UNDO,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Undo status or verdict"),
        "Ctrl+Z",
    ),
    command_spec(
        Command.MARK_IN_PROGRESS,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Mark as in progress"),
        "Shift+I",
    ),
    command_spec(
        Command.MARK_DICTATED,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Mark as dictated"),
        "Shift+D",
    ),
    command_spec(
        Command.MARK_VALIDATED,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Mark as validated"),
        "Shift+R",
    ),
    command_spec(
        Command.MARK_CANCELLED,
        CommandGroup.READING,
        QT_TRANSLATE_NOOP("Commands", "Mark as cancelled"),
        "Shift+C",
    ),
)

DESK_COMMANDS: tuple[CommandSpec, ...] = (
    command_spec(
        Command.ARRIVAL_ORDER,
        CommandGroup.LIST,
        QT_TRANSLATE_NOOP("Commands", "Order of arrival"),
        "Ctrl+Shift+A",
        check=True,
    ),
    command_spec(
        Command.THUMBNAILS,
        CommandGroup.LIST,
        QT_TRANSLATE_NOOP("Commands", "Small pictures in the list"),
        "Ctrl+Shift+T",
        check=True,
    ),
    command_spec(
        Command.NEXT_TAB,
        CommandGroup.LIST,
        QT_TRANSLATE_NOOP("Commands", "Next tab"),
        "Alt+PgDown",
    ),
    command_spec(
        Command.PREVIOUS_TAB,
        CommandGroup.LIST,
        QT_TRANSLATE_NOOP("Commands", "Previous tab"),
        "Alt+PgUp",
    ),
    command_spec(
        Command.KEEP_FILTER,
        CommandGroup.LIST,
        QT_TRANSLATE_NOOP("Commands", "Keep the search as a tab …"),
        "Ctrl+D",
        icon="keep",
    ),
    command_spec(
        Command.DROP_FILTER,
        CommandGroup.LIST,
        QT_TRANSLATE_NOOP("Commands", "Remove this tab"),
        "Ctrl+Shift+D",
    ),
    command_spec(
        Command.EXPORT_LIST,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Save the list as CSV …"),
        "Ctrl+Shift+E",
    ),
    command_spec(
        Command.RESULT_PAGE,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Save the result as PDF …"),
        "Ctrl+P",
    ),
    command_spec(
        Command.PRINT_RESULT,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Print the result …"),
        "Ctrl+Shift+P",
    ),
    command_spec(
        Command.STATISTICS,
        CommandGroup.LIST,
        QT_TRANSLATE_NOOP("Commands", "Statistics"),
        "Ctrl+T",
    ),
    command_spec(
        Command.SETTINGS,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Settings …"),
        "Ctrl+,",
    ),
    command_spec(
        Command.TRIAGE_ONLY,
        CommandGroup.MODEL,
        QT_TRANSLATE_NOOP("Commands", "Triage only: no score, no heatmap"),
        "Ctrl+Shift+M",
        check=True,
    ),
    command_spec(
        Command.EDIT_KEYS,
        CommandGroup.HELP,
        QT_TRANSLATE_NOOP("Commands", "Change keys …"),
        "Ctrl+K",
    ),
)
