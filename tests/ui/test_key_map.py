"""Keys as the reader wants them: kept, exchanged as files, and never leading two ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDialogButtonBox, QWidget

from triage_app.errors import TriageError
from triage_app.ui.actions import Command, make_actions
from triage_app.ui.key_editor import KeyEditor
from triage_app.ui.key_map import KeyMap, conflicts_of, own_keys, read_keys, write_keys

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def saved(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "keys.ini"), QSettings.Format.IniFormat)


def test_the_programs_own_keys_have_no_conflict() -> None:
    assert conflicts_of(own_keys()) == {}


def test_a_key_of_two_commands_is_a_conflict_of_both() -> None:
    keys = own_keys() | {Command.FIT: ("R",)}
    assert conflicts_of(keys) == {Command.FIT: ("R",), Command.MARK_REVIEWED: ("R",)}


def test_a_number_key_belongs_to_the_windows_of_the_image() -> None:
    assert conflicts_of(own_keys() | {Command.FIT: ("3",)}) == {Command.FIT: ("3",)}


def test_changed_keys_come_back_and_the_others_stay_the_programs(saved: QSettings) -> None:
    KeyMap(saved).change(own_keys() | {Command.FIT: ("Ctrl+F12",)})
    assert KeyMap(saved).keys == own_keys() | {Command.FIT: ("Ctrl+F12",)}
    assert json.loads(str(saved.value("window/keys"))) == {"fit": ["Ctrl+F12"]}


@pytest.mark.parametrize("text", ["{", "[]", '{"no such": []}', '{"fit": "F"}'])
def test_damaged_keys_are_replaced_by_the_programs(saved: QSettings, text: str) -> None:
    saved.setValue("window/keys", text)
    assert KeyMap(saved).keys == own_keys()


def test_keys_reach_the_actions_and_their_tool_tips(saved: QSettings) -> None:
    parent = QWidget()
    actions = make_actions(parent)
    key_map = KeyMap(saved)
    key_map.change(own_keys() | {Command.FIT: (), Command.INVERT: ("Ctrl+F9",)})
    key_map.apply_to(actions)
    assert actions[Command.FIT].shortcuts() == []
    assert actions[Command.FIT].toolTip() == "Whole image"
    assert actions[Command.INVERT].toolTip() == "Invert (Ctrl+F9)"


def test_keys_are_exchanged_as_a_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keys = own_keys() | {Command.FIT: ("Ctrl+F12", "F2")}
    write_keys(keys, path)
    assert read_keys(path) == keys


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cannot be taken"),
        ("[]", "no file of keys"),
        ('{"form": 2, "keys": {}}', "no file of keys"),
        ('{"form": 1, "keys": {"fly": ["F"]}}', "no command 'fly'"),
        ('{"form": 1, "keys": {"fit": "F"}}', "no list of keys"),
        ('{"form": 1, "keys": {"fit": ["Hyper+F"]}}', "is no key"),
    ],
    ids=["empty", "list", "newer", "unknown command", "no list", "no key"],
)
def test_a_file_that_is_none_is_refused_with_its_reason(
    tmp_path: Path, text: str, why: str
) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TriageError, match=why):
        read_keys(path)
    with pytest.raises(TriageError, match="cannot be read"):
        read_keys(tmp_path / "not there.json")


@pytest.fixture
def editor(qtbot: QtBot, saved: QSettings) -> KeyEditor:
    made = KeyEditor(KeyMap(saved))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def type_key(qtbot: QtBot, editor: KeyEditor, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    editor.edit.setFocus()
    qtbot.keyClick(editor.edit, key, modifier)
    qtbot.mouseClick(editor.replace, Qt.MouseButton.LeftButton)


def test_a_key_that_is_typed_becomes_the_commands(
    qtbot: QtBot, editor: KeyEditor, saved: QSettings
) -> None:
    editor.choose(Command.FIT)
    type_key(qtbot, editor, Qt.Key.Key_F12, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseClick(
        editor.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton
    )
    assert KeyMap(saved).keys[Command.FIT] == ("Ctrl+F12",)


def test_a_conflict_is_shown_and_cannot_be_kept(
    qtbot: QtBot, editor: KeyEditor, saved: QSettings
) -> None:
    editor.choose(Command.FIT)
    type_key(qtbot, editor, Qt.Key.Key_R, Qt.KeyboardModifier.NoModifier)
    item = editor.table.currentItem()
    assert item is not None
    assert item.text(2) == "R: Mark as reviewed"
    assert not editor.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    editor.accept()
    assert KeyMap(saved).keys == own_keys()
    qtbot.mouseClick(editor.own, Qt.MouseButton.LeftButton)
    assert editor.state.text() == ""
    assert editor.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
