"""The worklist as Qt's table model, over pages that are read when they come into sight."""

from __future__ import annotations

from dataclasses import dataclass
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

from triage_app.ui.services import PAGE_ROWS, ListSnapshot
from triage_app.ui.translation import QT_TRANSLATE_NOOP
from triage_app.ui.wording import (
    age_and_sex,
    date_and_time,
    priority_text,
    probability_text,
    reading_status_text,
    reasons_text,
    state_text,
    study_title,
)
from triage_app.worklist.recording import FOLDER_PREFIX
from triage_app.worklist.records import StudyOrder, StudyQuery, StudyRow

__all__ = ["COLUMNS", "Column", "ColumnSpec", "Role", "WorklistModel"]

AnyIndex = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the view and its delegate ask for beside Qt's own roles."""

    STUDY = Qt.ItemDataRole.UserRole + 1


class Column(IntEnum):
    """Columns in the order of the table."""

    FLAG = 0
    SCORE = 1
    STATUS = 2
    PATIENT_NAME = 3
    PATIENT_ID = 4
    AGE_SEX = 5
    STUDY_DATE = 6
    MODALITY = 7
    DESCRIPTION = 8
    IMAGES = 9
    REASON = 10


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
    Column.FLAG: _spec(
        QT_TRANSLATE_NOOP("Worklist", "AI result"), StudyOrder.PRIORITY, "not processed 00"
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
        QT_TRANSLATE_NOOP("Worklist", "Patient"), StudyOrder.PATIENT_NAME, "Kowalczyk, Eva"
    ),
    Column.PATIENT_ID: _spec(
        QT_TRANSLATE_NOOP("Worklist", "ID"), StudyOrder.PATIENT_ID, "00000000"
    ),
    Column.AGE_SEX: _spec(QT_TRANSLATE_NOOP("Worklist", "Age/sex"), StudyOrder.AGE, "12 m M"),
    Column.STUDY_DATE: _spec(
        QT_TRANSLATE_NOOP("Worklist", "Study date"), StudyOrder.STUDY_DATE, "2000-00-00 00:00"
    ),
    Column.MODALITY: _spec(QT_TRANSLATE_NOOP("Worklist", "Mod."), StudyOrder.MODALITY, "CR"),
    Column.DESCRIPTION: _spec(
        QT_TRANSLATE_NOOP("Worklist", "Description"), StudyOrder.DESCRIPTION, "Chest X-ray"
    ),
    Column.IMAGES: _spec(
        QT_TRANSLATE_NOOP("Worklist", "Images"),
        StudyOrder.IMAGES,
        "00",
        is_descending_first=True,
    ),
    Column.REASON: _spec(QT_TRANSLATE_NOOP("Worklist", "Reason"), None, "not a radiograph"),
}


class WorklistModel(QAbstractTableModel):
    """Rows of one query; those that are not read yet are asked for when the view shows them."""

    page_wanted = Signal(int)
    """Number of a page that the view would like to show."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
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
            return QCoreApplication.translate("Worklist", COLUMNS[Column(section)].title)
        if orientation is Qt.Orientation.Vertical and role == Qt.ItemDataRole.DisplayRole:
            return section + 1
        return None

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
                return _cell_text(study, column)
            case Qt.ItemDataRole.ToolTipRole:
                return _tool_tip(study, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                title = QCoreApplication.translate("Worklist", COLUMNS[column].title)
                return f"{title}: {_cell_text(study, column) or '-'}"
            case Role.STUDY:
                return study
            case _:
                return None

    def _ask_for(self, page: int) -> None:
        if page not in self._asked:
            self._asked.add(page)
            self.page_wanted.emit(page)


def _cell_text(study: StudyRow, column: Column) -> str:  # noqa: PLR0911 - one line per column
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
            return str(study.images)
        case Column.REASON:
            return reasons_text(study.result.reasons)


def _folder_text(study_key: str) -> str:
    """Name the folder of files that belong to no study; empty for a study."""
    folder = study_key.removeprefix(FOLDER_PREFIX)
    if folder == study_key:
        return ""
    name = PurePath(folder).name or folder
    return QCoreApplication.translate("Worklist", "Other files in {}").format(name)


def _tool_tip(study: StudyRow, column: Column) -> str:
    if column in (Column.FLAG, Column.SCORE):
        return priority_text(study)
    if column is Column.STATUS and study.reader:
        return f"{reading_status_text(study.reading_status)}: {study.reader}"
    return _cell_text(study, column)
