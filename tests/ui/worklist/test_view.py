from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit

from tests.ui.worklist.rows import make_row, make_snapshot
from triage_app.ui.services import PAGE_ROWS
from triage_app.ui.worklist.model import Column, WorklistModel
from triage_app.ui.worklist.view import WorklistView
from triage_app.worklist.records import ReadingStatus, SortKey, StudyOrder

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def view(qtbot: QtBot) -> WorklistView:
    model = WorklistModel()
    made = WorklistView(model, thresholds={"balanced": 0.5})
    model.setParent(made)
    qtbot.addWidget(made)
    made.resize(1300, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(view: WorklistView, keys: str) -> None:
    model = view.model()
    assert isinstance(model, WorklistModel)
    model.show_snapshot(make_snapshot([make_row(key) for key in keys]))


def chosen_row_key(view: WorklistView) -> str:
    model = view.model()
    assert isinstance(model, WorklistModel)
    rows = {index.row() for index in view.selectionModel().selectedIndexes()}
    assert len(rows) == 1
    study = model.study_at(rows.pop())
    assert study is not None
    return study.study_key


def click(qtbot: QtBot, view: WorklistView, row: int) -> None:
    at = view.visualRect(view.model().index(row, Column.PATIENT_NAME)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_a_click_chooses_a_study(qtbot: QtBot, view: WorklistView) -> None:
    show(view, "abc")
    with qtbot.waitSignal(view.study_chosen) as chosen:
        click(qtbot, view, 1)
    assert chosen.args == ["b"]


def test_the_choice_follows_the_study_and_is_not_told_again(
    qtbot: QtBot, view: WorklistView
) -> None:
    show(view, "abc")
    click(qtbot, view, 1)
    with qtbot.assertNotEmitted(view.study_chosen):
        show(view, "xyzabc")
        assert chosen_row_key(view) == "b"
        show(view, "cba")
        assert chosen_row_key(view) == "b"


def test_a_list_that_fills_chooses_nothing_by_itself(qtbot: QtBot, view: WorklistView) -> None:
    with qtbot.assertNotEmitted(view.study_chosen):
        show(view, "abc")
    assert view.chosen_key == ""
    assert not view.selectionModel().hasSelection()


def test_new_rows_above_leave_what_is_seen_where_it_is(qtbot: QtBot, view: WorklistView) -> None:
    keys = "abcdefghijklmnopqrstuvwxyz"
    show(view, keys)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    row = view.rowAt(view.viewport().height() // 2)
    click(qtbot, view, row)
    before = view.rowViewportPosition(row)
    show(view, "01234" + keys)
    assert view.rowViewportPosition(row + 5) == before


def test_arrows_go_from_study_to_study(qtbot: QtBot, view: WorklistView) -> None:
    show(view, "abc")
    click(qtbot, view, 0)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.chosen_key == "b"
    qtbot.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert view.chosen_key == "c"


def test_the_focus_alone_chooses_nothing_and_an_arrow_begins_at_the_top(
    qtbot: QtBot, view: WorklistView
) -> None:
    show(view, "abc")
    other = QLineEdit(view)
    other.show()
    other.setFocus()
    view.setFocus()
    assert view.chosen_key == ""
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.chosen_key == chosen_row_key(view) == "a"


def test_stepping_stops_at_the_ends(view: WorklistView) -> None:
    show(view, "ab")
    view.step(1)
    assert view.chosen_key == "a"
    view.step(1)
    view.step(1)
    assert view.chosen_key == "b"
    view.step(-1)
    view.step(-1)
    assert view.chosen_key == "a"


def test_stepping_goes_on_where_a_study_has_left_the_list(view: WorklistView) -> None:
    show(view, "abcd")
    view.choose(1)
    show(view, "acd")
    assert view.chosen_key == "b", "it is still the study in front of the reader"
    view.step(1)
    assert view.chosen_key == "c"


def test_stepping_back_goes_on_where_a_study_has_left_the_list(view: WorklistView) -> None:
    show(view, "abcd")
    view.choose(2)
    show(view, "abd")
    view.step(-1)
    assert view.chosen_key == "b"


def test_stepping_in_an_empty_list_does_nothing(view: WorklistView) -> None:
    show(view, "")
    view.step(1)
    assert view.chosen_key == ""


def test_a_row_chosen_before_its_page_came_is_told_once_it_has(
    qtbot: QtBot, view: WorklistView
) -> None:
    model = view.model()
    assert isinstance(model, WorklistModel)
    rows = [make_row(str(number)) for number in range(2 * PAGE_ROWS)]
    snapshot = make_snapshot(rows, pages=[0])
    model.show_snapshot(snapshot)
    with qtbot.assertNotEmitted(view.study_chosen):
        view.choose(PAGE_ROWS + 7)
    with qtbot.waitSignal(view.study_chosen) as chosen:
        model.add_page(snapshot.query, 1, tuple(rows[PAGE_ROWS:]))
    assert chosen.args == [str(PAGE_ROWS + 7)]


def test_the_pages_in_sight_are_those_of_the_rows_in_sight(view: WorklistView) -> None:
    model = view.model()
    assert isinstance(model, WorklistModel)
    rows = [make_row(str(number)) for number in range(5 * PAGE_ROWS)]
    model.show_snapshot(make_snapshot(rows, pages=[0]))
    assert view.pages_in_sight() == {0}
    view.scrollToBottom()
    assert view.pages_in_sight() >= {4}


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_opens(qtbot: QtBot, view: WorklistView, key: Qt.Key) -> None:
    show(view, "ab")
    view.choose(0)
    with qtbot.waitSignal(view.study_opened):
        qtbot.keyClick(view, key)


def head(view: WorklistView, column: Column) -> str:
    return str(view.model().headerData(column, Qt.Orientation.Horizontal))


def click_head(
    qtbot: QtBot,
    view: WorklistView,
    column: Column,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    header = view.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(column) + 12, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, modifier, at)


def test_a_click_on_a_head_sorts_and_another_turns_it_round(
    qtbot: QtBot, view: WorklistView
) -> None:
    wanted: list[tuple[SortKey, ...]] = []
    view.order_wanted.connect(wanted.append)
    click_head(qtbot, view, Column.PATIENT_NAME)
    click_head(qtbot, view, Column.PATIENT_NAME)
    assert wanted == [
        (SortKey(StudyOrder.PATIENT_NAME),),
        (SortKey(StudyOrder.PATIENT_NAME, is_descending=True),),
    ]
    assert view.horizontalHeader().sortIndicatorSection() == Column.PATIENT_NAME


def test_scores_sort_with_the_highest_first(qtbot: QtBot, view: WorklistView) -> None:
    with qtbot.waitSignal(view.order_wanted) as wanted:
        click_head(qtbot, view, Column.SCORE)
    assert wanted.args == [(SortKey(StudyOrder.PROBABILITY, is_descending=True),)]


def test_a_click_with_shift_adds_a_key_and_the_heads_show_the_ranks(
    qtbot: QtBot, view: WorklistView
) -> None:
    click_head(qtbot, view, Column.STATUS)
    with qtbot.waitSignal(view.order_wanted) as wanted:
        click_head(qtbot, view, Column.SCORE, Qt.KeyboardModifier.ShiftModifier)
    by_score = SortKey(StudyOrder.PROBABILITY, is_descending=True)
    assert wanted.args == [(SortKey(StudyOrder.READING_STATUS), by_score)]
    assert head(view, Column.STATUS) == "Status  1▲"
    assert head(view, Column.SCORE) == "Score  2▼"
    with qtbot.waitSignal(view.order_wanted) as wanted:
        click_head(qtbot, view, Column.STATUS, Qt.KeyboardModifier.ShiftModifier)
    turned = SortKey(StudyOrder.READING_STATUS, is_descending=True)
    assert wanted.args == [(turned, by_score)]
    click_head(qtbot, view, Column.PATIENT_NAME)
    assert head(view, Column.STATUS) == "Status"
    assert view.horizontalHeader().sortIndicatorSection() == Column.PATIENT_NAME


def test_the_order_of_arrival_is_one_call_away_and_back(qtbot: QtBot, view: WorklistView) -> None:
    with qtbot.waitSignal(view.order_wanted) as wanted:
        view.sort_by_arrival(True)
    assert wanted.args == [(SortKey(StudyOrder.ARRIVAL),)]
    assert view.is_in_arrival_order
    with qtbot.waitSignal(view.order_wanted) as wanted:
        view.sort_by_arrival(False)
    assert wanted.args == [(SortKey(StudyOrder.PRIORITY),)]
    assert view.is_in_priority_order


def test_unread_studies_are_stepped_through_round_the_ends(view: WorklistView) -> None:
    model = view.model()
    assert isinstance(model, WorklistModel)
    done = ReadingStatus.REVIEWED
    rows = [make_row("a"), make_row("b", status=done), make_row("c"), make_row("d", status=done)]
    model.show_snapshot(make_snapshot(rows))
    view.choose(0)
    view.step_unread(1)
    assert view.chosen_key == "c"
    view.step_unread(1)
    assert view.chosen_key == "a"
    view.step_unread(-1)
    assert view.chosen_key == "c"


def test_what_is_withheld_cannot_be_shown_again(view: WorklistView) -> None:
    state = view.save_columns()
    view.withhold(frozenset({Column.SCORE}))
    view.restore_columns(state)
    assert view.isColumnHidden(Column.SCORE)
    view.withhold(frozenset())
    assert not view.isColumnHidden(Column.SCORE)


def test_a_column_that_does_not_sort_leaves_the_order(qtbot: QtBot, view: WorklistView) -> None:
    with qtbot.assertNotEmitted(view.order_wanted):
        click_head(qtbot, view, Column.REASON)
    assert view.horizontalHeader().sortIndicatorSection() == Column.PRIORITY


def test_columns_come_back_as_they_were_left(qtbot: QtBot, view: WorklistView) -> None:
    view.setColumnWidth(Column.PATIENT_NAME, 222)
    view.setColumnHidden(Column.IMAGES, True)
    view.setColumnHidden(Column.READER, False)
    other = WorklistView(WorklistModel(view), thresholds={})
    qtbot.addWidget(other)
    other.restore_columns(view.save_columns())
    assert other.columnWidth(Column.PATIENT_NAME) == 222
    assert other.isColumnHidden(Column.IMAGES)
    assert not other.isColumnHidden(Column.READER)


def test_the_hand_on_the_list_is_noticed(qtbot: QtBot, view: WorklistView) -> None:
    show(view, "abc")
    assert not view.is_reader_busy
    click(qtbot, view, 0)
    assert view.is_reader_busy


def test_an_empty_list_says_what_to_do(view: WorklistView) -> None:
    show(view, "")
    before = view.grab().toImage()
    view.empty_sentence = "Open a folder."
    assert view.grab().toImage() != before
