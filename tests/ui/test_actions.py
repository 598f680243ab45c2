from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence

from triage_app.ui.actions import COMMANDS, Command, make_actions
from triage_app.ui.icons import load_icon


def test_every_command_stands_in_the_table_once() -> None:
    assert Counter(spec.command for spec in COMMANDS) == Counter(Command)


def test_no_two_commands_share_a_key_and_none_takes_a_number_key() -> None:
    keys = Counter(QKeySequence(key).toString() for spec in COMMANDS for key in spec.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    assert not set("0123456789") & set(keys)


def test_every_command_can_be_reached_by_keyboard() -> None:
    assert [spec.command for spec in COMMANDS if not spec.keys] == []


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.command)
def test_every_key_is_one_that_qt_knows(spec: object) -> None:
    for key in spec.keys:  # type: ignore[attr-defined]
        assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) == key


def test_tool_tips_name_the_key() -> None:
    parent = QObject()
    actions = make_actions(parent)
    assert actions[Command.HEATMAP].toolTip() == "Heatmap (H)"
    assert actions[Command.OPEN_FILES].toolTip() == "Open files (Ctrl+O)"


def test_a_drawing_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load_icon("no-such-drawing")
