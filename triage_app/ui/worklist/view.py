"""The table of studies. What is chosen is a study, wherever its row may go."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QItemSelectionModel,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QMenu,
    QTableView,
    QWidget,
)

from triage_app.triage.priority import PriorityRule
from triage_app.triage.study import StudyState
from triage_app.ui.services import PAGE_ROWS
from triage_app.ui.theme import READING_ROOM
from triage_app.ui.wording import reading_status_text, state_text
from triage_app.ui.worklist.delegate import StudyDelegate
from triage_app.ui.worklist.model import COLUMNS, Column, WorklistModel
from triage_app.ui.worklist.thumbnails import PICTURE_SIDE, StudyThumbnails
from triage_app.worklist.records import ReadingStatus, SortKey, StudyOrder

__all__ = ["WorklistView"]

_ROW_HEIGHT = 29
_PICTURE_MARGIN = 6
_CELL_PADDING = 30
_BUSY_SECONDS = 1.5
_RESTING_SECONDS = 20.0
"""After which a cursor that lies on a row no longer keeps rows from moving under it."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A study and how far below the table's upper edge its row lies, in pixels."""

    study_key: str
    y: int


class WorklistView(QTableView):
    """Shows a `WorklistModel`.

    Parameters
    ----------
    thresholds : of the operating points in use, by their titles; marked on the scores
    """

    study_chosen = Signal(str)
    """The reader has moved to another study; its key."""
    study_opened = Signal()
    """The reader asks for the image of the chosen study (Enter or double click)."""
    order_wanted = Signal(object)
    """A tuple of `SortKey`: what the list is sorted by, and by what where that is equal."""

    def __init__(
        self, model: WorklistModel, thresholds: Mapping[str, float], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._chosen_key = ""
        self._last_row = -1
        self._anchor: _Anchor | None = None
        self._hand_moved_at = float("-inf")
        self._sorted_by: tuple[tuple[Column, bool], ...] = ((Column.PRIORITY, False),)
        self.empty_sentence = ""
        self.withheld: frozenset[Column] = frozenset()
        self._thumbnails: StudyThumbnails | None = None
        self.setModel(model)
        self._delegate = StudyDelegate(thresholds, self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("Worklist"))
        self._set_looks()
        self._set_up_header()
        self.selectionModel().selectionChanged.connect(self._note_choice)
        model.modelAboutToBeReset.connect(self._remember_anchor)
        model.modelReset.connect(self._restore_choice)
        model.dataChanged.connect(self._note_loaded)
        self.activated.connect(lambda _: self.study_opened.emit())

    def _set_looks(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(Column.PRIORITY, Qt.SortOrder.AscendingOrder)
        header.sectionClicked.connect(self._sort_by_click)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_column_menu)
        metrics = self.fontMetrics()
        for column, spec in COLUMNS.items():
            title = str(self._model.headerData(column, Qt.Orientation.Horizontal))
            texts = (title, spec.sample, *_words_of(column))
            widest = max(metrics.horizontalAdvance(text) for text in texts)
            header.resizeSection(column, widest + _CELL_PADDING)
        for column in (Column.MODALITY, Column.ACCESSION, Column.READER, Column.PICTURE):
            self.setColumnHidden(column, True)
        header.moveSection(header.visualIndex(Column.PICTURE), 0)
        # the last one is stretched, and the reason is what may be long
        header.moveSection(header.visualIndex(Column.REASON), header.count() - 1)

    @property
    def chosen_key(self) -> str:
        """Key of the study that is chosen; empty where none is. It may be out of sight."""
        return self._chosen_key

    @property
    def is_reader_busy(self) -> bool:
        """Whether the reader's hand has just been on the table, or the cursor lies on a row."""
        rest = _RESTING_SECONDS if self.viewport().underMouse() else _BUSY_SECONDS
        return time.monotonic() - self._hand_moved_at < rest

    def choose(self, row: int) -> None:
        """Move to a row."""
        if 0 <= row < self._model.rowCount():
            column = max(self.currentIndex().column(), 0)
            self.setCurrentIndex(self._model.index(row, column))

    def step(self, places: int) -> None:
        """Move to the next (1) or previous (-1) study, from the chosen one or from where it was."""
        at = self._model.row_of(self._chosen_key)
        if at is None:
            at = self._last_row - 1 if places > 0 else self._last_row
        self.choose(min(max(at + places, 0), self._model.rowCount() - 1))

    def step_unread(self, places: int) -> None:
        """Move to the next (1) or previous (-1) unread study, from the other end at an end.

        Only pages that were read are looked through: those in sight and those passed.
        """
        total = self._model.rowCount()
        at = self._model.row_of(self._chosen_key)
        start = self._last_row if at is None else at
        rows = [(start + places * n) % total for n in range(1, total + 1)] if total else []
        for row in rows:
            study = self._model.study_at(row)
            if study is None:
                break
            if study.reading_status is ReadingStatus.UNREAD and study.study_key != self._chosen_key:
                self.choose(row)
                return

    def take_pictures_from(self, thumbnails: StudyThumbnails) -> None:
        """Let small pictures be shown once they are wanted."""
        self._thumbnails = thumbnails
        thumbnails.arrived.connect(self.viewport().update)
        self._delegate.picture_of = thumbnails.picture

    def set_pictures_shown(self, are_shown: bool) -> None:
        """Show a small picture in each row, or more rows; what is seen first stays first."""
        top = self.rowAt(0)
        height = PICTURE_SIDE + _PICTURE_MARGIN if are_shown else _ROW_HEIGHT
        self.verticalHeader().setDefaultSectionSize(height)
        self.setColumnHidden(Column.PICTURE, not are_shown)
        self.setColumnWidth(Column.PICTURE, PICTURE_SIDE + _CELL_PADDING)
        if top >= 0:
            self.verticalScrollBar().setValue(top * height)

    def is_in_sight(self, study_key: str) -> bool:
        """Whether the row of a study is seen."""
        at = self._model.row_of(study_key)
        return at is not None and self.viewport().rect().intersects(self._row_rect(at))

    def withhold(self, columns: frozenset[Column]) -> None:
        """Hide columns that must not be shown, whatever the reader has chosen."""
        for column in self.withheld - columns:
            self.setColumnHidden(column, False)
        self.withheld = columns
        for column in columns:
            self.setColumnHidden(column, True)

    def sort_by(self, column: Column, *, is_added: bool = False) -> None:
        """Sort by a column; by the same one again, the other way round.

        Parameters
        ----------
        is_added : keep what the list is sorted by, and let this column decide where that is equal
        """
        spec = COLUMNS[column]
        if spec.order is not None:
            before = dict(self._sorted_by)
            is_known = column in before and (is_added or len(before) == 1)
            is_descending = not before[column] if is_known else spec.is_descending_first
            kept = before if is_added else {}
            self._sorted_by = tuple({**kept, column: is_descending}.items())
            self._tell_order()
        self._show_sort_indicator()

    def sort_by_arrival(self, is_wanted: bool) -> None:
        """Sort by age alone, or by priority again."""
        self._sorted_by = () if is_wanted else ((Column.PRIORITY, False),)
        self._tell_order()
        self._show_sort_indicator()

    @property
    def is_in_priority_order(self) -> bool:
        """Whether the list stands in the order of priority."""
        return self._sorted_by[:1] == ((Column.PRIORITY, False),)

    @property
    def is_in_arrival_order(self) -> bool:
        """Whether the list stands by age alone."""
        return not self._sorted_by

    def is_sorted_by(self, column: Column) -> bool:
        """Whether a column is among those that the list is sorted by."""
        return column in dict(self._sorted_by)

    def show_rule(self, rule: PriorityRule) -> None:
        """Tell standings by another rule."""
        self._model.rule = rule
        self.viewport().update()

    def show_thresholds(self, thresholds: Mapping[str, float]) -> None:
        """Mark other operating points on the scores."""
        before, self._delegate = self._delegate, StudyDelegate(thresholds, self)
        self._delegate.picture_of = before.picture_of
        self.setItemDelegate(self._delegate)
        before.deleteLater()

    def _sort_by_click(self, section: int) -> None:
        is_added = QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        self.sort_by(Column(section), is_added=bool(is_added))

    def _tell_order(self) -> None:
        keys = tuple(
            SortKey(order, is_descending)
            for column, is_descending in self._sorted_by
            if (order := COLUMNS[column].order) is not None
        )
        self.order_wanted.emit(keys or (SortKey(StudyOrder.ARRIVAL),))

    def pages_in_sight(self) -> frozenset[int]:
        """Give the numbers of the pages that are seen, and of the one where the choice was."""
        first = max(self.rowAt(0), 0)
        last = first + self.viewport().height() // self.verticalHeader().defaultSectionSize() + 1
        rows = [first, last, max(self._last_row, 0)]
        return frozenset(row // PAGE_ROWS for row in rows)

    def save_columns(self) -> QByteArray:
        """Give widths, order and visibility of the columns, for `restore_columns`."""
        return self.horizontalHeader().saveState()

    def restore_columns(self, state: QByteArray) -> None:
        """Take what `save_columns` gave; the order of the rows stays."""
        are_pictures_hidden = self.isColumnHidden(Column.PICTURE)
        self.horizontalHeader().restoreState(state)
        self.setColumnHidden(Column.PICTURE, are_pictures_hidden)
        self.withhold(self.withheld)
        self._show_sort_indicator()

    def _show_sort_indicator(self) -> None:
        header = self.horizontalHeader()
        self._model.show_ranks(self._sorted_by)
        if len(self._sorted_by) != 1:  # ranks stand in the heads
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            return
        ((column, is_descending),) = self._sorted_by
        order = Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(column, order)

    def _show_column_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        for column in COLUMNS:
            if column is Column.PICTURE:  # has a command of its own, and higher rows
                continue
            action = menu.addAction(str(self._model.headerData(column, Qt.Orientation.Horizontal)))
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(column))
            action.setEnabled(column is not Column.FLAG and column not in self.withheld)
            action.toggled.connect(lambda is_on, c=column: self.setColumnHidden(c, not is_on))
        menu.exec(self.horizontalHeader().mapToGlobal(at))
        menu.deleteLater()

    # The choice follows the study

    def _note_choice(self) -> None:
        rows = self.selectionModel().selectedRows()
        if not rows:
            return
        self._last_row = rows[0].row()
        study = self._model.study_at(self._last_row)
        if study is not None and study.study_key != self._chosen_key:
            self._chosen_key = study.study_key
            self.study_chosen.emit(study.study_key)

    def _note_loaded(self) -> None:
        """Take note of the study under the current row once its page has come."""
        self._note_choice()
        self.viewport().update()

    def _remember_anchor(self) -> None:
        at = self._model.row_of(self._chosen_key)
        if at is None or not self.viewport().rect().contains(self._row_rect(at).center()):
            at = self.rowAt(0)
        study = self._model.study_at(at) if at >= 0 else None
        self._anchor = _Anchor(study.study_key, self.rowViewportPosition(at)) if study else None

    def _restore_choice(self) -> None:
        at = self._model.row_of(self._chosen_key)
        if at is not None:
            self._last_row = at
            self.selectionModel().setCurrentIndex(
                self._model.index(at, 0),
                QItemSelectionModel.SelectionFlag.ClearAndSelect
                | QItemSelectionModel.SelectionFlag.Rows,
            )
        if self._anchor is not None and self.verticalScrollBar().value() > 0:
            row = self._model.row_of(self._anchor.study_key)
            if row is not None:
                height = self.verticalHeader().defaultSectionSize()
                self.verticalScrollBar().setValue(row * height - self._anchor.y)

    def _row_rect(self, row: int) -> QRect:
        return self.visualRect(self._model.index(row, 0))

    # Hand and eye

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Note when the mouse is moved over the rows."""
        if isinstance(event, QMouseEvent):
            self._hand_moved_at = time.monotonic()
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Take the focus without going to the first row, as Qt would."""
        had_current = self.currentIndex().isValid()
        super().focusInEvent(event)
        if not had_current:
            self.selectionModel().clearCurrentIndex()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Note when keys move the choice; Enter opens on every platform."""
        self._hand_moved_at = time.monotonic()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.study_opened.emit()
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 - Qt's name
        """Go nowhere, as Qt would: a command's letter that is switched off changes no patient."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the rows, or what to do where there are none."""
        super().paintEvent(event)
        if self._model.rowCount() == 0 and self.empty_sentence:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(READING_ROOM.muted))
            painter.drawText(
                self.viewport().rect().adjusted(40, 40, -40, -40),
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                self.empty_sentence,
            )
            painter.end()


def _words_of(column: Column) -> tuple[str, ...]:
    """Give the words of the reader's language that a column must have room for."""
    match column:
        case Column.FLAG:  # with room for the icon
            return tuple(f"{state_text(state)} 00" for state in StudyState)
        case Column.STATUS:
            return tuple(reading_status_text(status) for status in ReadingStatus)
        case _:
            return ()
