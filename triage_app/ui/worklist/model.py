"""The worklist as Qt's table model, over pages that are read when they come into sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import PurePath

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from triage_app.triage.priority import PriorityRule, Standing
from triage_app.ui.services import PAGE_ROWS, ListSnapshot
from triage_app.ui.translation import QT_TRANSLATE_NOOP
from triage_app.ui.wording import (
    age_and_sex,
    count_text,
    date_and_time,
    moment_text,
    priority_text,
    priority_word,
    probability_text,
    reading_status_text,
    reasons_text,
    standing_of,
    state_text,
    study_title,
    wait_text,
    waited_seconds,
)
from triage_app.worklist.recording import FOLDER_PREFIX
from triage_app.worklist.records import StudyOrder, StudyQuery, StudyRow

__all__ = ["COLUMNS", "Column", "ColumnSpec", "Role", "WorklistModel"]

AnyIndex = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the view and its delegate ask for beside Qt's own roles."""

    STUDY = Qt.ItemDataRole.UserRole + 1
    STANDING = Qt.ItemDataRole.UserRole + 2


class Column(IntEnum):
    """Columns in the order of the table."""

    PRIORITY = 0
    FLAG = 1
    SCORE = 2
    STATUS = 3
    PATIENT_NAME = 4
    PATIENT_ID = 5
    AGE_SEX = 6
    STUDY_DATE = 7
    WAITING = 8
    DESCRIPTION = 9
    REASON = 10
    IMAGES = 11
    MODALITY = 12
    ACCESSION = 13
    READER = 14
    PICTURE = 15


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column of the table.

    Attributes
    ----------
    title : its head, to be translated in the context "Worklist"
    order : what it sorts by; None where it does not
    sample : a text that it begins wide enough for
    is_descending_first : whether the first click on its head puts the highest first
    """

    title: str
    order: StudyOrder | None
    sample: str
    is_descending_first: bool


def _spec(
    title: str, order: StudyOrder | None, sample: str, *, is_descending_first: bool = False
) -> ColumnSpec:
    return ColumnSpec(title, order, sample, is_descending_first)


COLUMNS: dict[Column, ColumnSpec] = {
    Column.PRIORITY: _spec(
        QT_TRANSLATE_NOOP("Worklist", "Priority"), StudyOrder.PRIORITY, "overdue"
    ),
    Column.FLAG: _spec(
        QT_TRANSLATE_NOOP("Worklist", "AI result"), StudyOrder.RESULT, "not processed 00"
    ),
    Column.SCORE: _spec(
        QT_TRANSLATE_NOOP("Worklist", "Score"),
        StudyOrder.PROBABILITY,
        ">0.99 000000",
        is_descending_first=True,
    ),
    Column.STATUS: _spec(
        QT_TRANSLATE_NOOP("Worklist", "Status"), StudyOrder.READING_STATUS, "in progress"
    ),
    Column.PATIENT_NAME: _spec(
        QT_TRANSLATE_NOOP("Worklist", "Patient"), StudyOrder.PATIENT_NAME, "Schmidt-Kowalczyk, Eva"
    ),
    Column.PATIENT_ID: _spec(
        QT_TRANSLATE_NOOP("Worklist", "ID"), StudyOrder.PATIENT_ID, "00000000"
    ),
    Column.AGE_SEX: _spec(QT_TRANSLATE_NOOP("Worklist", "Age/sex"), StudyOrder.AGE, "12 m M"),
    Column.STUDY_DATE: _spec(
        QT_TRANSLATE_NOOP("Worklist", "Study date"), StudyOrder.STUDY_DATE, "2000-00-00 00:00"
    ),
    Column.WAITING: _spec(
        QT_TRANSLATE_NOOP("Worklist", "Waiting"), StudyOrder.WAITING, "000 d 00 h"
    ),
    Column.DESCRIPTION: _spec(
        QT_TRANSLATE_NOOP("Worklist", "Description"), StudyOrder.DESCRIPTION, "Chest X-ray"
    ),
    Column.REASON: _spec(QT_TRANSLATE_NOOP("Worklist", "Reason"), None, "not a radiograph"),
    Column.IMAGES: _spec(
        QT_TRANSLATE_NOOP("Worklist", "Images"),
        StudyOrder.IMAGES,
        "00",
        is_descending_first=True,
    ),
    Column.MODALITY: _spec(QT_TRANSLATE_NOOP("Worklist", "Mod."), StudyOrder.MODALITY, "CR"),
    Column.ACCESSION: _spec(
        QT_TRANSLATE_NOOP("Worklist", "Accession"), StudyOrder.ACCESSION, "A00000000"
    ),
    Column.READER: _spec(QT_TRANSLATE_NOOP("Worklist", "Reader"), StudyOrder.READER, "Dr. Probe"),
    Column.PICTURE: _spec(QT_TRANSLATE_NOOP("Worklist", "Picture"), None, "00000"),
}


def _now() -> datetime:
    return datetime.now(UTC)


class WorklistModel(QAbstractTableModel):
    """Rows of one query; those that are not read yet are asked for when the view shows them.

    Parameters
    ----------
    rule : by which rows rise in the order of priority
    now : the clock that waiting times are told by
    """

    page_wanted = Signal(int)
    """Number of a page that the view would like to show."""

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        rule: PriorityRule = PriorityRule(),  # noqa: B008 - frozen
        now: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(parent)
        self.rule = rule
        self._now = now
        self._ranks: dict[Column, str] = {}
        self._query: StudyQuery | None = None
        self._total = 0
        self._pages: dict[int, tuple[StudyRow, ...]] = {}
        self._row_by_key: dict[str, int] = {}
        self._asked: set[int] = set()

    @property
    def loaded_pages(self) -> frozenset[int]:
        """Numbers of the pages that are here."""
        return frozenset(self._pages)

    def show_snapshot(self, snapshot: ListSnapshot) -> None:
        """Show another moment of the worklist.

        Where it holds the same studies in the same order, only their cells change; otherwise the
        model is reset, and the view finds its study again by `row_of`.
        """
        if self._is_same_order(snapshot):
            for page, rows in snapshot.pages.items():
                self._replace_page(page, rows)
            return
        self.beginResetModel()
        self._query, self._total = snapshot.query, snapshot.total
        self._pages = dict(snapshot.pages)
        self._asked = set(snapshot.pages)
        self._index_keys()
        self.endResetModel()

    def add_page(self, query: StudyQuery, page: int, rows: tuple[StudyRow, ...]) -> None:
        """Take a page that was asked for; one of another query is dropped."""
        if query == self._query and page * PAGE_ROWS < self._total:
            self._replace_page(page, rows)

    def replace_study(self, row: StudyRow) -> None:
        """Show a study's new state where it stands."""
        at = self.row_of(row.study_key)
        if at is None:
            return
        page, place = divmod(at, PAGE_ROWS)
        rows = self._pages[page]
        self._replace_page(page, (*rows[:place], row, *rows[place + 1 :]))

    def row_of(self, study_key: str) -> int | None:
        """Give the row of a study; None where it is not among the pages that are here."""
        return self._row_by_key.get(study_key)

    def study_at(self, row: int) -> StudyRow | None:
        """Give the study of a row; None where its page is not here yet."""
        page, place = divmod(row, PAGE_ROWS)
        rows = self._pages.get(page, ())
        return rows[place] if 0 <= place < len(rows) else None

    def _is_same_order(self, snapshot: ListSnapshot) -> bool:
        return (
            snapshot.query == self._query
            and snapshot.total == self._total
            and snapshot.pages.keys() == self._pages.keys()
            and all(
                [row.study_key for row in rows] == [row.study_key for row in self._pages[page]]
                for page, rows in snapshot.pages.items()
            )
        )

    def _replace_page(self, page: int, rows: tuple[StudyRow, ...]) -> None:
        if self._pages.get(page) == rows:
            return
        self._pages[page] = rows
        self._index_keys()
        first = page * PAGE_ROWS
        last = min(first + PAGE_ROWS, self._total) - 1
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    def _index_keys(self) -> None:
        self._row_by_key = {
            row.study_key: page * PAGE_ROWS + place
            for page, rows in self._pages.items()
            for place, row in enumerate(rows)
        }

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's way
        """Give how many studies the query finds."""
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's way
        """Give the number of `COLUMNS`."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Give the head of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            column = Column(section)
            title = QCoreApplication.translate("Worklist", COLUMNS[column].title)
            return title + self._ranks.get(column, "")
        if orientation is Qt.Orientation.Vertical and role == Qt.ItemDataRole.DisplayRole:
            return section + 1
        return None

    def show_ranks(self, keys: Sequence[tuple[Column, bool]]) -> None:
        """Write beside the heads which of several columns sorts first, second and so on.

        Parameters
        ----------
        keys : columns with whether their highest stands first; one alone needs no rank
        """
        self._ranks = {
            column: f"  {rank}{'▼' if is_descending else '▲'}"
            for rank, (column, is_descending) in enumerate(keys, 1)
            if len(keys) > 1
        }
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def standing_of(self, study: StudyRow) -> Standing:
        """Say whether a study has risen above its tier now, and by what."""
        return standing_of(study, self.rule, self._now())

    def data(  # noqa: PLR0911 - one line per role
        self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Give a cell's text, tool tip, accessible text or study."""
        if not index.isValid() or index.row() >= self._total:
            return None
        study = self.study_at(index.row())
        if study is None:
            self._ask_for(index.row() // PAGE_ROWS)
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        column = Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._cell_text(study, column)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tool_tip(study, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                title = QCoreApplication.translate("Worklist", COLUMNS[column].title)
                return f"{title}: {self._cell_text(study, column) or '-'}"
            case Role.STUDY:
                return study
            case Role.STANDING:
                return self.standing_of(study)
            case _:
                return None

    def _cell_text(self, study: StudyRow, column: Column) -> str:
        match column:
            case Column.PRIORITY:
                return priority_word(study, self.rule, self._now())
            case Column.WAITING:
                is_open = study.reading_status.is_open and study.waiting_since is not None
                return wait_text(waited_seconds(study, self._now())) if is_open else ""
            case _:
                return _fixed_text(study, column)

    def _tool_tip(self, study: StudyRow, column: Column) -> str:
        if column in (Column.PRIORITY, Column.FLAG, Column.SCORE, Column.WAITING):
            return priority_text(study, self.rule, self._now())
        if column in (Column.STATUS, Column.READER) and study.reader:
            since = moment_text(study.status_since) if study.status_since else ""
            text = f"{reading_status_text(study.reading_status)}: {study.reader}"
            return f"{text}, {since}" if since else text
        return self._cell_text(study, column)

    def _ask_for(self, page: int) -> None:
        if page not in self._asked:
            self._asked.add(page)
            self.page_wanted.emit(page)


def _fixed_text(  # noqa: PLR0911, PLR0912 - one line per column
    study: StudyRow, column: Column
) -> str:
    match column:
        case Column.FLAG:
            return state_text(study.result.state)
        case Column.SCORE:
            return probability_text(study.result.probability)
        case Column.STATUS:
            return reading_status_text(study.reading_status)
        case Column.PATIENT_NAME:
            return study.patient.name
        case Column.PATIENT_ID:
            return study.patient.patient_id
        case Column.AGE_SEX:
            return age_and_sex(study.patient)
        case Column.STUDY_DATE:
            return date_and_time(study.study.study_date, study.study.study_time)
        case Column.MODALITY:
            return study.modality
        case Column.DESCRIPTION:
            return study_title(study.study) or _folder_text(study.study_key)
        case Column.IMAGES:
            return count_text(study.images)
        case Column.REASON:
            return reasons_text(study.result.reasons)
        case Column.ACCESSION:
            return study.study.accession_number
        case Column.READER:
            return study.reader
        case Column.PICTURE:
            return ""
        case Column.PRIORITY | Column.WAITING:
            raise ValueError("expected a column that time does not change, received another")


def _folder_text(study_key: str) -> str:
    """Name the folder of files that belong to no study; empty for a study."""
    folder = study_key.removeprefix(FOLDER_PREFIX)
    if folder == study_key:
        return ""
    name = PurePath(folder).name or folder
    return QCoreApplication.translate("Worklist", "Other files in {}").format(name)
