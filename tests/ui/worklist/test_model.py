from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from tests.ui.worklist.rows import QUERY, make_row, make_snapshot
from triage_app.triage.priority import PriorityRule
from triage_app.ui.services import PAGE_ROWS
from triage_app.ui.worklist.model import COLUMNS, Column, Role, WorklistModel
from triage_app.worklist.records import ReadingStatus, StudyOrder

if TYPE_CHECKING:
    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot


@pytest.fixture
def model(qtmodeltester: ModelTester) -> WorklistModel:
    made = WorklistModel()
    qtmodeltester.check(made, force_py=True)
    return made


def text(model: WorklistModel, row: int, column: Column) -> object:
    return model.index(row, column).data()


def test_it_is_a_sound_model_through_every_change(qtmodeltester: ModelTester) -> None:
    model = WorklistModel()
    rows = [make_row(str(number)) for number in range(PAGE_ROWS + 5)]
    for snapshot in (
        make_snapshot([]),
        make_snapshot(rows[:3]),
        make_snapshot(rows, pages=[0]),
        make_snapshot(rows[2:]),
        make_snapshot([]),
    ):
        model.show_snapshot(snapshot)
        qtmodeltester.check(model)


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    """Give a moment by the department's clock, which is this machine's."""
    return datetime(2025, 3, day, hour, minute).astimezone(UTC)


def test_a_row_says_all_that_the_list_shows() -> None:
    model = WorklistModel(now=lambda: at(10, 20))
    model.show_snapshot(make_snapshot([make_row("a", 0.93, reasons=("decoder x 2",))]))
    assert {column: text(model, 0, column) for column in Column} == {
        Column.PRIORITY: "1",
        Column.FLAG: "flagged",
        Column.SCORE: "0.93",
        Column.STATUS: "unread",
        Column.PATIENT_NAME: "Name, a",
        Column.PATIENT_ID: "ID-a",
        Column.AGE_SEX: "4 y F",
        Column.STUDY_DATE: "2025-03-01 08:15",
        Column.WAITING: "2 h 5 min",
        Column.DESCRIPTION: "",
        Column.REASON: "cannot be decoded (2)",
        Column.IMAGES: "1",
        Column.MODALITY: "CR",
        Column.ACCESSION: "A-a",
        Column.READER: "",
        Column.PICTURE: "",
    }


def test_a_row_says_why_it_stands_where_it_stands() -> None:
    rule = PriorityRule(maximum_wait_seconds=3600.0, urgent=("STAT",))
    model = WorklistModel(rule=rule, now=lambda: at(9, 30))
    reviewed = make_row("c", 0.2, ReadingStatus.REVIEWED)
    model.show_snapshot(
        make_snapshot([make_row("a", 0.2, priority="STAT"), make_row("b", 0.2), reviewed])
    )
    words = [text(model, row, Column.PRIORITY) for row in range(3)]
    assert words == ["STAT", "overdue", "3"]
    why = [model.index(row, Column.FLAG).data(Qt.ItemDataRole.ToolTipRole) for row in range(3)]
    assert "Requested as STAT" in why[0]
    assert "worklist" not in why[0]
    assert "Has waited 1 h 15 min, the limit is 1 h 0 min" in why[1]
    assert why[2].startswith("Not flagged")
    assert text(model, 2, Column.WAITING) == "", "nobody waits for a study that was read"


def test_a_row_names_the_worklist_that_ordered_it() -> None:
    model = WorklistModel(rule=PriorityRule(urgent=("STAT",)), now=lambda: at(9, 30))
    ordered = replace(make_row("a", 0.2, priority="STAT"), priority_source="RIS")
    model.show_snapshot(make_snapshot([ordered]))
    why = model.index(0, Column.FLAG).data(Qt.ItemDataRole.ToolTipRole)
    assert "Requested as STAT by the worklist of RIS" in why


def test_every_column_has_a_head_and_every_order_a_column() -> None:
    model = WorklistModel()
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in Column]
    assert all(heads)
    assert len(set(heads)) == len(Column)
    # the order of arrival has a command of its own
    orders = {spec.order for spec in COLUMNS.values()} - {None}
    assert orders | {StudyOrder.ARRIVAL} == set(StudyOrder)


def test_a_screen_reader_hears_column_and_cell(model: WorklistModel) -> None:
    model.show_snapshot(make_snapshot([make_row("a", 0.2)]))
    heard = model.index(0, Column.FLAG).data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard == "AI result: not flagged"


def test_why_a_row_stands_where_it_stands_is_told(model: WorklistModel) -> None:
    model.show_snapshot(make_snapshot([make_row("a", 0.9), make_row("b", None)]))
    tips = [model.index(row, Column.FLAG).data(Qt.ItemDataRole.ToolTipRole) for row in (0, 1)]
    assert tips[0].startswith("Flagged: stands before all others.")
    assert "2025-03-01 08:15" in tips[0]
    assert tips[1].startswith("No image for this model: stands last.")


def test_a_page_is_asked_for_once_when_it_is_seen(qtbot: QtBot, model: WorklistModel) -> None:
    rows = [make_row(str(number)) for number in range(2 * PAGE_ROWS)]
    model.show_snapshot(make_snapshot(rows, pages=[0]))
    asked: list[int] = []
    model.page_wanted.connect(asked.append)
    assert text(model, PAGE_ROWS + 3, Column.PATIENT_NAME) == "…"
    assert text(model, PAGE_ROWS + 4, Column.PATIENT_NAME) == "…"
    assert asked == [1]
    with qtbot.waitSignal(model.dataChanged):
        model.add_page(QUERY, 1, tuple(rows[PAGE_ROWS:]))
    assert text(model, PAGE_ROWS + 3, Column.PATIENT_NAME) == f"Name, {PAGE_ROWS + 3}"


def test_a_page_of_an_earlier_query_is_dropped(model: WorklistModel) -> None:
    rows = [make_row(str(number)) for number in range(2 * PAGE_ROWS)]
    model.show_snapshot(make_snapshot(rows, pages=[0]))
    model.add_page(replace(QUERY, text="other"), 1, tuple(rows[PAGE_ROWS:]))
    assert model.study_at(PAGE_ROWS) is None


def test_new_cells_in_the_same_order_do_not_reset_the_table(
    qtbot: QtBot, model: WorklistModel
) -> None:
    model.show_snapshot(make_snapshot([make_row("a"), make_row("b")]))
    changed = [make_row("a"), make_row("b", status=ReadingStatus.REVIEWED)]
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.show_snapshot(make_snapshot(changed))
    assert text(model, 1, Column.STATUS) == "reviewed"


def test_one_study_changes_where_it_stands(qtbot: QtBot, model: WorklistModel) -> None:
    model.show_snapshot(make_snapshot([make_row("a"), make_row("b")]))
    with qtbot.assertNotEmitted(model.modelReset):
        model.replace_study(make_row("b", status=ReadingStatus.IN_PROGRESS))
        model.replace_study(make_row("not in this list"))
    assert [text(model, row, Column.STATUS) for row in (0, 1)] == ["unread", "in progress"]


def test_a_study_is_found_by_its_key(model: WorklistModel) -> None:
    model.show_snapshot(make_snapshot([make_row("a"), make_row("b")]))
    assert model.row_of("b") == 1
    assert model.row_of("c") is None
    assert model.index(1, 0).data(Role.STUDY) == make_row("b")
