"""Tabs with counts and the search field above the list."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QTabBar, QToolButton, QWidget

from triage_app.ui.icons import load_icon
from triage_app.ui.theme import READING_ROOM
from triage_app.ui.translation import QT_TRANSLATE_NOOP
from triage_app.ui.wording import count_text
from triage_app.worklist.records import StudyFilter

__all__ = ["FilterBar"]

_TABS = {
    StudyFilter.ALL: QT_TRANSLATE_NOOP("FilterBar", "All"),
    StudyFilter.UNREAD: QT_TRANSLATE_NOOP("FilterBar", "Unread"),
    StudyFilter.FLAGGED: QT_TRANSLATE_NOOP("FilterBar", "Flagged"),
    StudyFilter.NOT_PROCESSED: QT_TRANSLATE_NOOP("FilterBar", "Not processed"),
    StudyFilter.TODAY: QT_TRANSLATE_NOOP("FilterBar", "Today"),
    StudyFilter.MINE: QT_TRANSLATE_NOOP("FilterBar", "Mine"),
}


class FilterBar(QWidget):
    """Chooses which studies the list shows."""

    filter_chosen = Signal(object)
    """A `StudyFilter`."""
    text_changed = Signal(str)
    merge_wanted = Signal()
    """The reader asks for what has come in meanwhile."""
    left_search = Signal()
    """The reader is done with the search field and goes back to the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filters = tuple(_TABS)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setAccessibleName(self.tr("Filter"))
        for wanted in self._filters:
            self.tabs.addTab(_tab_text(wanted))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Name, ID, accession, description"))
        self.search.setToolTip(self.tr("Search (Ctrl+F); Esc clears"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(
            QAction(load_icon("search", READING_ROOM.muted), "", self.search),
            QLineEdit.ActionPosition.LeadingPosition,
        )
        self.search.setMinimumWidth(110)
        self.search.installEventFilter(self)
        self.badge = QToolButton()
        self.badge.setObjectName("ArrivalBadge")
        self.badge.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.badge.setToolTip(self.tr("Let them into the list (F5)"))
        self.badge.clicked.connect(self.merge_wanted)
        self.badge.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 4, 4)
        layout.addWidget(self.tabs, 0)
        layout.addWidget(self.badge)
        layout.addStretch(1)
        layout.addWidget(self.search, 3)
        self.tabs.currentChanged.connect(
            lambda index: self.filter_chosen.emit(self._filters[index])
        )
        self.search.textChanged.connect(self.text_changed)

    def show_counts(self, counts: Mapping[StudyFilter, int]) -> None:
        """Write how many studies each tab holds."""
        for index, wanted in enumerate(self._filters):
            self.tabs.setTabText(index, f"{_tab_text(wanted)}  {count_text(counts.get(wanted, 0))}")

    def show_arrivals(self, number: int) -> None:
        """Say how many studies wait to enter the list."""
        text = self.tr("{} new").format(count_text(number))
        self.badge.setText(text)
        self.badge.setAccessibleName(self.tr("Waiting to enter the list: {}").format(text))
        self.badge.setVisible(number != 0)

    def choose(self, wanted: StudyFilter) -> None:
        """Go to a tab."""
        self.tabs.setCurrentIndex(self._filters.index(wanted))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let Esc clear the search, and Enter and Down lead to the list, before any shortcut."""
        if watched is self.search and isinstance(event, QKeyEvent):
            keys = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down)
            if event.key() in keys:
                if event.type() is QEvent.Type.ShortcutOverride:
                    event.accept()
                    return True
                if event.type() is QEvent.Type.KeyPress:
                    if event.key() == Qt.Key.Key_Escape:
                        self.search.clear()
                    self.left_search.emit()
                    return True
        return super().eventFilter(watched, event)


def _tab_text(wanted: StudyFilter) -> str:
    return QCoreApplication.translate("FilterBar", _TABS[wanted])
