"""The settings dialog writes what was changed, says beside a field what is refused, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from triage_app.settings import ReadingMode, Settings, load_settings
from triage_app.ui.desk_options import DeskOptions, Preferences
from triage_app.ui.settings_dialog import SettingsDialog
from triage_app.ui.viewer.tools import MouseHabits, Tool

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


@pytest.fixture
def dialog(qtbot: QtBot, path: Path) -> SettingsDialog:
    made = SettingsDialog(Preferences(Settings(), path))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def test_only_what_was_changed_is_written(dialog: SettingsDialog, path: Path) -> None:
    dialog.reader.setText(" Dr. Lee ")
    dialog.mode.setCurrentIndex(1)
    dialog.has_limit.setChecked(True)
    dialog.limit.setValue(90)
    dialog.urgent.setText("stat, HIGH")
    dialog.accept()
    assert dialog.result() == SettingsDialog.DialogCode.Accepted
    written = load_settings(path)
    assert (written.reader, written.maximum_wait_minutes) == ("Dr. Lee", 90)
    assert written.reading_mode is ReadingMode.TRIAGE_ONLY
    assert written.urgent_priorities == ("STAT", "HIGH")
    assert "database" not in path.read_text(encoding="utf-8")
    options = DeskOptions.from_settings(written)
    assert (options.rule.maximum_wait_seconds, options.rule.urgent) == (5400, ("STAT", "HIGH"))


def test_what_the_mouse_does_is_chosen(dialog: SettingsDialog, path: Path) -> None:
    dialog.right_button.setCurrentIndex(dialog.right_button.findData("window"))
    dialog.wheel.setCurrentIndex(dialog.wheel.findData("scroll"))
    dialog.accept()
    assert DeskOptions.from_settings(load_settings(path)).mouse == MouseHabits(
        right=Tool.WINDOW, middle=Tool.PAN, wheel=Tool.SCROLL
    )


def test_nothing_changed_writes_nothing(dialog: SettingsDialog, path: Path) -> None:
    dialog.accept()
    assert dialog.result() == SettingsDialog.DialogCode.Accepted
    assert load_settings(path) == Settings()


@pytest.mark.parametrize("typed", ["-1", "soon"])
def test_a_refused_value_is_said_beside_its_field_and_nothing_is_written(
    dialog: SettingsDialog, path: Path, typed: str
) -> None:
    dialog.seconds.setText(typed)
    dialog.reader.setText("Dr. Lee")
    dialog.accept()
    assert dialog.isVisible()
    assert dialog.error_of("seconds_per_file") != ""
    assert dialog.error_of("reader") == ""
    assert not path.exists()
    dialog.seconds.setText("30")
    dialog.accept()
    assert dialog.error_of("seconds_per_file") == ""
    assert load_settings(path).seconds_per_file == 30


def test_a_file_that_cannot_be_written_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    dialog = SettingsDialog(Preferences(Settings(), tmp_path / "file" / "settings.toml"))
    qtbot.addWidget(dialog)
    dialog.reader.setText("Dr. Lee")
    dialog.accept()
    assert "settings.toml" in dialog.error_of("")


def test_a_model_is_added_and_chosen(
    dialog: SettingsDialog, path: Path, tiny_model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tiny_model_path), ""))
    dialog._ask_for_model()
    assert dialog.model.currentText().startswith("tiny 1")
    dialog.accept()
    assert dialog.model_path == tiny_model_path
    written = load_settings(path)
    assert (written.model, written.models) == (tiny_model_path, (tiny_model_path,))


def test_a_model_without_a_card_is_refused_with_the_reason(
    dialog: SettingsDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "bare.onnx"
    model.write_bytes(b"")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(model), ""))
    dialog._ask_for_model()
    assert "bare.json" in dialog.error_of("model")


def test_folders_are_added_once_and_removed(
    dialog: SettingsDialog, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    dialog._ask_for_folder()
    dialog._ask_for_folder()
    assert dialog.folders.count() == 1
    dialog.accept()
    assert load_settings(path).watched_folders == (tmp_path,)
    dialog.folders.setCurrentRow(0)
    dialog._drop_folder()
    assert dialog.folders.count() == 0
