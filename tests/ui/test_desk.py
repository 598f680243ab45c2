"""Reading by real keys: verdicts, statuses, undo, unread studies, modes, arrivals, exports."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from triage_app.settings import ReadingMode
from triage_app.triage.study import StudyState
from triage_app.ui.actions import Command
from triage_app.ui.desk_options import DeskOptions
from triage_app.ui.main_window import MainWindow
from triage_app.ui.statistics_page import StatisticsPage
from triage_app.ui.worklist.model import Column
from triage_app.worklist.records import Feedback, ReadingStatus, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot
    from pytestqt.wait_signal import SignalBlocker

    from tests.ui.conftest import RadiographMaker, WindowMaker
    from triage_app.ui.services import Services

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def studies(tmp_path: Path, make_radiograph: RadiographMaker) -> Path:
    """Give a folder of three studies, two of them flagged."""
    make_radiograph("studies/bright.dcm", brightness=0.8, patient_name="Bright^Berta")
    make_radiograph("studies/brighter.dcm", brightness=0.9, patient_name="Brighter^Bo")
    make_radiograph("studies/dark.dcm", brightness=0.2, patient_name="Dark^Dora")
    return tmp_path / "studies"


@pytest.fixture
def make_desk(
    qtbot: QtBot, make_services: Callable[[], Services]
) -> Iterator[Callable[[DeskOptions], MainWindow]]:
    windows: list[MainWindow] = []

    def make(options: DeskOptions) -> MainWindow:
        window = MainWindow(make_services(), options=options)
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield make
    for window in windows:
        window.close()


def fill(qtbot: QtBot, window: MainWindow, studies: Path) -> None:
    with qtbot.waitSignal(window.scoring.ended):
        window.open_paths([studies])
    model = window.model
    qtbot.waitUntil(lambda: model.rowCount() == 3 and model.study_at(2) is not None)


def choose(qtbot: QtBot, window: MainWindow, row: int) -> str:
    """Click a row, wait until it is shown and in progress; give its key."""
    at = window.list_view.visualRect(window.model.index(row, Column.PATIENT_NAME)).center()
    with qtbot.waitSignal(window.image_shown):
        qtbot.mouseClick(window.list_view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: status(window, row) != "unread")
    return window.list_view.chosen_key


def press(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY
) -> None:
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def status(window: MainWindow, row: int) -> str:
    return str(window.model.index(row, Column.STATUS).data())


def heard(
    qtbot: QtBot, window: MainWindow, is_expected: Callable[[Feedback | None], bool]
) -> SignalBlocker:
    """Wait for what the reader said; what was said before may be read just now as well."""
    return qtbot.waitSignal(
        window.desk.marking.feedback_read,
        check_params_cb=lambda _study_key, found: is_expected(found),
    )


def is_said(found: Feedback | None) -> bool:
    return found is not None


def test_one_key_says_what_the_reader_thinks(
    qtbot: QtBot, window: MainWindow, make_services: Callable[[], Services], studies: Path
) -> None:
    fill(qtbot, window, studies)
    key = choose(qtbot, window, 0)
    with heard(qtbot, window, is_said) as read:
        press(qtbot, window, Qt.Key.Key_3, CONTROL)
    assert read.args[1].verdict is Verdict.DISAGREE
    assert window.actions_by_command[Command.DISAGREE].isChecked()
    assert not window.actions_by_command[Command.AGREE].isChecked()
    other = make_services()
    found = other.find_feedback(key)
    other.close()
    assert found is not None
    assert (found.reader, found.state) == ("Dr Probe", StudyState.FLAGGED)
    assert found.operating_point == "balanced"


def test_a_reason_and_a_note_join_the_verdict(
    qtbot: QtBot, make_desk: Callable[[DeskOptions], MainWindow], studies: Path
) -> None:
    window = make_desk(DeskOptions(verdict_reasons=("artefact", "other finding")))
    fill(qtbot, window, studies)
    choose(qtbot, window, 0)
    with heard(qtbot, window, is_said):
        press(qtbot, window, Qt.Key.Key_2, CONTROL)
    bar = window.desk.verdict_bar
    with heard(qtbot, window, lambda found: found is not None and found.reason == "artefact"):
        bar.reason.setFocus()
        qtbot.keyClick(bar.reason, Qt.Key.Key_Down)
        bar.reason.activated.emit(bar.reason.currentIndex())
    press(qtbot, window, Qt.Key.Key_4, CONTROL)
    assert bar.note.hasFocus()
    qtbot.keyClicks(bar.note, "a button, r1")
    with heard(qtbot, window, lambda found: found is not None and bool(found.note)) as read:
        press(qtbot, window, Qt.Key.Key_Return)
    said = read.args[1]
    assert (said.verdict, said.reason, said.note) == (Verdict.UNSURE, "artefact", "a button, r1")
    assert window.list_view.hasFocus()


def test_what_was_said_is_there_when_the_study_is_opened_again(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    fill(qtbot, window, studies)
    choose(qtbot, window, 0)
    with heard(qtbot, window, is_said):
        press(qtbot, window, Qt.Key.Key_1, CONTROL)
    choose(qtbot, window, 1)
    assert not window.actions_by_command[Command.AGREE].isChecked()
    choose(qtbot, window, 0)
    assert window.actions_by_command[Command.AGREE].isChecked()


def test_undo_takes_back_status_and_verdict_one_by_one(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    fill(qtbot, window, studies)
    choose(qtbot, window, 0)
    undo = window.actions_by_command[Command.UNDO]
    assert not undo.isEnabled(), "what the program noted by itself is not the reader's"
    with heard(qtbot, window, is_said):
        press(qtbot, window, Qt.Key.Key_1, CONTROL)
    press(qtbot, window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: status(window, 0) == "reviewed")
    press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: status(window, 0) == "in progress")
    with heard(qtbot, window, lambda found: found is None) as read:
        press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert read.args[1] is None
    assert not window.actions_by_command[Command.AGREE].isChecked()
    assert not undo.isEnabled()


def test_undo_leaves_what_another_reader_did_since(
    qtbot: QtBot, window: MainWindow, make_services: Callable[[], Services], studies: Path
) -> None:
    fill(qtbot, window, studies)
    key = choose(qtbot, window, 0)
    press(qtbot, window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: status(window, 0) == "reviewed")
    other = make_services()
    other.set_reading_status(key, ReadingStatus.VALIDATED, "Dr. Nye")
    other.close()
    with qtbot.waitSignal(window.desk.failed) as told:
        press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert "Dr. Nye" in told.args[0]
    qtbot.waitUntil(lambda: status(window, 0) == "validated")


@pytest.mark.parametrize(
    ("key", "modifier", "expected"),
    [
        (Qt.Key.Key_R, NO_KEY, "reviewed"),
        (Qt.Key.Key_D, SHIFT, "dictated"),
        (Qt.Key.Key_R, SHIFT, "validated"),
        (Qt.Key.Key_C, SHIFT, "cancelled"),
        (Qt.Key.Key_U, NO_KEY, "unread"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_status_has_a_key(
    qtbot: QtBot,
    window: MainWindow,
    studies: Path,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    expected: str,
) -> None:
    fill(qtbot, window, studies)
    choose(qtbot, window, 0)
    press(qtbot, window, key, modifier)
    qtbot.waitUntil(lambda: status(window, 0) == expected)
    tip = window.model.index(0, Column.STATUS).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith(f"{expected}: Dr Probe, 20")


def test_the_next_unread_study_is_one_key_away(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    fill(qtbot, window, studies)
    choose(qtbot, window, 1)
    choose(qtbot, window, 0)
    with qtbot.waitSignal(window.image_shown):
        press(qtbot, window, Qt.Key.Key_N, CONTROL)
    assert window.list_view.currentIndex().row() == 2


def test_the_order_of_arrival_is_one_key_away(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    fill(qtbot, window, studies)
    press(qtbot, window, Qt.Key.Key_A, CONTROL | SHIFT)
    assert window.list_view.is_in_arrival_order
    assert window.actions_by_command[Command.ARRIVAL_ORDER].isChecked()
    window.list_view.sort_by(Column.PRIORITY)
    assert not window.actions_by_command[Command.ARRIVAL_ORDER].isChecked()


def test_triage_only_shows_flags_and_no_score_anywhere(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    fill(qtbot, window, studies)
    choose(qtbot, window, 0)
    assert window.result_panel.score.text() != ""
    with qtbot.waitSignal(window.image_shown):
        press(qtbot, window, Qt.Key.Key_M, CONTROL | SHIFT)
    assert window.desk.mode_label.text() == "Triage only"
    assert window.list_view.isColumnHidden(Column.SCORE)
    qtbot.waitUntil(lambda: window.model.study_at(0).result.probability is None)
    assert window.result_panel.word.text() == "Flagged"
    assert window.result_panel.score.text() == ""
    item = window.result_panel.images.topLevelItem(0)
    assert item is not None
    assert item.text(2) == ""
    assert not window.actions_by_command[Command.HEATMAP].isEnabled()
    with qtbot.waitSignal(window.image_shown):
        press(qtbot, window, Qt.Key.Key_M, CONTROL | SHIFT)
    assert window.result_panel.score.text() != ""
    assert not window.list_view.isColumnHidden(Column.SCORE)


def test_a_locked_mode_cannot_be_left(
    qtbot: QtBot, make_desk: Callable[[DeskOptions], MainWindow]
) -> None:
    window = make_desk(DeskOptions(mode=ReadingMode.TRIAGE_ONLY, is_mode_locked=True))
    assert window.desk.mode_label.text() == "Triage only (locked)"
    press(qtbot, window, Qt.Key.Key_M, CONTROL | SHIFT)
    assert window.list_view.isColumnHidden(Column.SCORE)
    assert not window.actions_by_command[Command.TRIAGE_ONLY].isEnabled()


def test_arrivals_wait_in_the_badge_until_they_are_asked_for(
    qtbot: QtBot,
    make_desk: Callable[[DeskOptions], MainWindow],
    make_window: WindowMaker,
    studies: Path,
) -> None:
    window = make_desk(DeskOptions(merges_when_idle=False))
    qtbot.waitUntil(lambda: window.list_view.empty_sentence != "")
    other = make_window()
    with qtbot.waitSignal(other.scoring.ended):
        other.open_paths([studies])
    badge = window.filter_bar.badge
    qtbot.waitUntil(lambda: badge.isVisible() and badge.text() == "3 new")
    assert window.model.rowCount() == 0
    qtbot.mouseClick(badge, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.model.rowCount() == 3)
    assert not badge.isVisible()


def test_the_list_is_saved_in_its_order(
    qtbot: QtBot,
    window: MainWindow,
    studies: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(qtbot, window, studies)
    target = tmp_path / "list.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    with qtbot.waitSignal(window.desk.told) as told:
        press(qtbot, window, Qt.Key.Key_E, CONTROL | SHIFT)
    assert told.args[0].startswith("3 studies")
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["patient_name"] for row in rows][2] == "Dark, Dora"
    assert [row["result"] for row in rows] == ["flagged", "flagged", "not flagged"]


def test_the_result_is_saved_as_a_page(
    qtbot: QtBot,
    window: MainWindow,
    studies: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(qtbot, window, studies)
    choose(qtbot, window, 0)
    target = tmp_path / "result.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    with qtbot.waitSignal(window.desk.told):
        press(qtbot, window, Qt.Key.Key_P, CONTROL)
    assert target.read_bytes().startswith(b"%PDF-")


def test_a_file_that_cannot_be_written_is_said(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "not there" / "list.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    with qtbot.waitSignal(window.desk.failed) as told:
        press(qtbot, window, Qt.Key.Key_E, CONTROL | SHIFT)
    assert "list.csv" in told.args[0]
    assert QApplication.activeModalWidget() is None


def test_the_statistics_count_what_was_said(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    fill(qtbot, window, studies)
    for row, key in ((0, Qt.Key.Key_1), (1, Qt.Key.Key_3)):
        choose(qtbot, window, row)
        with heard(qtbot, window, is_said):
            press(qtbot, window, key, CONTROL)
    press(qtbot, window, Qt.Key.Key_T, CONTROL)
    page = window.findChild(QDialog)
    assert isinstance(page, StatisticsPage)
    qtbot.waitUntil(lambda: page.table.topLevelItemCount() == 4)
    everything = page.table.topLevelItem(0)
    assert everything is not None
    assert everything.text(1) == "3"
    assert everything.text(2).endswith("2 of 3")
    assert everything.text(5).startswith("0.50")
    rows = list(csv.DictReader(page.csv_text().splitlines()))
    assert rows[0]["predictive_value_part"] == "1"
    assert rows[0]["predictive_value_whole"] == "2"
    page.close()


def test_another_rule_lets_other_studies_rise_at_once(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    fill(qtbot, window, studies)
    rule = replace(window.desk.options.rule, maximum_wait_seconds=0.0)
    window.desk.apply(replace(window.desk.options, rule=rule))
    qtbot.waitUntil(lambda: window.model.index(2, Column.PRIORITY).data() == "overdue")
