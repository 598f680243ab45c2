"""Commands of the network: receiving, searching archives, sending, and whom we know."""

from __future__ import annotations

from triage_app.ui.commands import Command, CommandGroup, CommandSpec, command_spec
from triage_app.ui.translation import QT_TRANSLATE_NOOP

__all__ = ["NETWORK_COMMANDS"]

NETWORK_COMMANDS: tuple[CommandSpec, ...] = (
    command_spec(
        Command.SEARCH_ARCHIVES,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Search archives …"),
        "Ctrl+Shift+F",
        icon="search",
    ),
    command_spec(
        Command.RECEIVE,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Receive studies"),
        "Ctrl+Shift+I",
        check=True,
    ),
    command_spec(
        Command.SENDING,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "What is being sent …"),
        "Ctrl+Shift+S",
    ),
    command_spec(
        Command.NETWORK,
        CommandGroup.FILE,
        QT_TRANSLATE_NOOP("Commands", "Network …"),
        "Ctrl+Shift+,",
    ),
)
