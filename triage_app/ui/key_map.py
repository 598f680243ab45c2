"""Which keys lead to which command: the table's own, and what the reader has made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction, QKeySequence

from triage_app.errors import TriageError
from triage_app.ui.actions import COMMANDS, Command, command_text

__all__ = ["KeyMap", "conflicts_of", "own_keys", "read_keys", "write_keys"]

_SAVED = "window/keys"
_FORM = 1

_PRESET_KEYS = frozenset("0123456789")
"""Lead to the windows of the image."""

Keys = dict[Command, tuple[str, ...]]


def own_keys() -> Keys:
    """Give the keys that the program comes with."""
    return {spec.command: spec.keys for spec in COMMANDS}


def conflicts_of(keys: Mapping[Command, tuple[str, ...]]) -> dict[Command, tuple[str, ...]]:
    """Give, for each command, the keys that lead elsewhere too, or that belong to the presets."""
    uses: dict[str, list[Command]] = {}
    for command, sequences in keys.items():
        for sequence in sequences:
            uses.setdefault(_portable(sequence), []).append(command)
    found: dict[Command, tuple[str, ...]] = {}
    for sequence, commands in uses.items():
        if len(set(commands)) > 1 or sequence in _PRESET_KEYS:
            for command in dict.fromkeys(commands):
                found[command] = (*found.get(command, ()), sequence)
    return found


class KeyMap:
    """Keeps the reader's keys between sessions; only what differs from the program's own.

    Parameters
    ----------
    saved : where; None keeps them for this session
    """

    def __init__(self, saved: QSettings | None = None) -> None:
        self._saved = saved
        self.keys = own_keys()
        text = saved.value(_SAVED) if saved is not None else None
        if isinstance(text, str):
            try:
                self.keys = _merge(json.loads(text))
            except ValueError:
                self.keys = own_keys()  # of another program, or damaged: begin anew

    def change(self, keys: Mapping[Command, tuple[str, ...]]) -> None:
        """Take other keys from now on."""
        self.keys = dict(keys)
        if self._saved is not None:
            self._saved.setValue(_SAVED, json.dumps(_difference(self.keys)))

    def apply_to(self, actions: Mapping[Command, QAction]) -> None:
        """Give every action its keys, and its tool tip the first of them."""
        texts = {spec.command: command_text(spec) for spec in COMMANDS}
        for command, action in actions.items():
            sequences = [QKeySequence(key) for key in self.keys[command]]
            action.setShortcuts(sequences)
            text = texts[command].rstrip(" …")
            if sequences:
                form = QKeySequence.SequenceFormat.NativeText
                text = f"{text} ({sequences[0].toString(form)})"
            action.setToolTip(text)


def write_keys(keys: Mapping[Command, tuple[str, ...]], path: Path) -> None:
    """Write keys as JSON.

    Raises
    ------
    TriageError
        where the file cannot be written
    """
    table = {str(command): list(sequences) for command, sequences in keys.items()}
    text = json.dumps({"form": _FORM, "keys": table}, indent=2, ensure_ascii=False)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise TriageError(
            f"{path}: the keys cannot be written ({error.strerror or error}); "
            "choose a folder that you may write to."
        ) from error


def read_keys(path: Path) -> Keys:
    """Read keys that `write_keys` wrote; commands that it does not name keep the program's own.

    Raises
    ------
    TriageError
        where the file cannot be read, or names a command or a key that there is not
    """
    try:
        return _parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TriageError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except (ValueError, RecursionError) as error:
        raise TriageError(f"{path}: the keys cannot be taken: {error}.") from error


def _parse(text: str) -> Keys:
    stored = json.loads(text)
    if not isinstance(stored, dict) or stored.get("form") != _FORM:
        raise ValueError("it is no file of keys of this version")
    return _merge(stored.get("keys"))


def _merge(table: object) -> Keys:
    if not isinstance(table, dict):
        raise ValueError("expected a table of commands")  # noqa: TRY004 - of a file, not a caller
    keys = own_keys()
    for name, sequences in table.items():
        if name not in set(Command):
            raise ValueError(f"there is no command {name!r}")
        if not isinstance(sequences, list) or not all(isinstance(each, str) for each in sequences):
            raise ValueError(f"{name!r} has no list of keys")
        for sequence in sequences:
            if not _portable(sequence):
                raise ValueError(f"{sequence!r} of {name!r} is no key")
        keys[Command(name)] = tuple(map(_portable, sequences))
    return keys


def _difference(keys: Mapping[Command, tuple[str, ...]]) -> dict[str, list[str]]:
    own = own_keys()
    return {str(c): list(sequences) for c, sequences in keys.items() if sequences != own[c]}


def _portable(sequence: str) -> str:
    """Give a sequence's form in files; empty where it is none."""
    return QKeySequence(sequence).toString(QKeySequence.SequenceFormat.PortableText)
