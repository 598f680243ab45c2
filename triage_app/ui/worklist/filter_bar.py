"""Tabs with counts and the search field above the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QTabBar, QToolButton, QWidget

from triage_app.ui.icons import load_icon
from triage_app.ui.services import Tab
from triage_app.ui.theme import READING_ROOM
from triage_app.ui.translation import QT_TRANSLATE_NOOP
from triage_app.ui.wording import count_text
from triage_app.worklist.records import SavedFilter, StudyFilter

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
    """Chooses which studies the list shows.

    Parameters
    ----------
    keep, drop : commands that make a tab of what is searched, and take such a tab away
    """

    filter_chosen = Signal(object)
    """A `Tab`."""
    text_changed = Signal(str)
    merge_wanted = Signal()
    """The reader asks for what has come in meanwhile."""
    left_search = Signal()
    """The reader is done with the search field and goes back to the list."""

    def __init__(self, keep: QAction, drop: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drop = drop
        self._filters: tuple[Tab, ...] = tuple(_TABS)
        self._counts: Mapping[Tab, int] = {}
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setAccessibleName(self.tr("Filter"))
        self.tabs.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tabs.customContextMenuRequested.connect(self._show_tab_menu)
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
        keep.setEnabled(False)
        self.search.textChanged.connect(lambda text: keep.setEnabled(bool(text.strip())))
        self.keep_button = QToolButton()
        self.keep_button.setDefaultAction(keep)
        self.keep_button.setAccessibleName(keep.text())
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
        layout.addWidget(self.keep_button)
        self.tabs.currentChanged.connect(self._tell_choice)
        self.search.textChanged.connect(self.text_changed)

    @property
    def chosen(self) -> Tab:
        """The tab whose studies are shown."""
        return self._filters[max(self.tabs.currentIndex(), 0)]

    def show_saved(self, saved: Sequence[SavedFilter]) -> None:
        """Show the reader's own tabs behind the others; the chosen one stays where it can."""
        before = self.chosen
        self._filters = (*_TABS, *saved)
        with QSignalBlocker(self.tabs):
            while self.tabs.count() > len(_TABS):
                self.tabs.removeTab(self.tabs.count() - 1)
            for each in saved:
                at = self.tabs.addTab(_tab_text(each))
                within = _tab_text(each.filter)
                self.tabs.setTabToolTip(at, self.tr("{} in: {}").format(each.text, within))
            self.tabs.setCurrentIndex(self._filters.index(before) if before in self._filters else 0)
        self._write_counts()
        if self.chosen != before:
            self._tell_choice()
        else:
            self._drop.setEnabled(isinstance(before, SavedFilter))

    def show_counts(self, counts: Mapping[Tab, int]) -> None:
        """Write how many studies each tab holds."""
        self._counts = counts
        self._write_counts()

    def show_arrivals(self, number: int) -> None:
        """Say how many studies wait to enter the list."""
        text = self.tr("{} new").format(count_text(number))
        self.badge.setText(text)
        self.badge.setAccessibleName(self.tr("Waiting to enter the list: {}").format(text))
        self.badge.setVisible(number != 0)

    def choose(self, wanted: Tab) -> None:
        """Go to a tab."""
        self.tabs.setCurrentIndex(self._filters.index(wanted))

    def step(self, places: int) -> None:
        """Go to the tab that many places further, from the other end at an end."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + places) % self.tabs.count())

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

    def _tell_choice(self) -> None:
        self._drop.setEnabled(isinstance(self.chosen, SavedFilter))
        self.filter_chosen.emit(self.chosen)

    def _write_counts(self) -> None:
        for index, wanted in enumerate(self._filters):
            count = count_text(self._counts[wanted]) if wanted in self._counts else "…"
            self.tabs.setTabText(index, f"{_tab_text(wanted)}  {count}".replace("&", "&&"))

    def _show_tab_menu(self, at: QPoint) -> None:
        index = self.tabs.tabAt(at)
        if index < len(_TABS):
            return
        self.tabs.setCurrentIndex(index)
        menu = QMenu(self)
        menu.addAction(self._drop)
        menu.exec(self.tabs.mapToGlobal(at))
        menu.deleteLater()


def _tab_text(wanted: Tab) -> str:
    if isinstance(wanted, SavedFilter):
        return wanted.name
    return QCoreApplication.translate("FilterBar", _TABS[wanted])
