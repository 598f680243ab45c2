"""Makes a tab of what the reader has searched for, and takes such tabs away."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog

from triage_app.ui.worklist.feed import WorklistFeed
from triage_app.ui.worklist.filter_bar import FilterBar
from triage_app.ui.worklist.saved_filters import SavedFilters
from triage_app.worklist.records import SavedFilter

__all__ = ["FilterKeeping"]


class FilterKeeping(QObject):
    """Stands between the filter bar, the list and what is kept of them.

    Parameters
    ----------
    keep, drop : the commands
    """

    def __init__(
        self,
        saved: SavedFilters,
        bar: FilterBar,
        feed: WorklistFeed,
        keep: QAction,
        drop: QAction,
    ) -> None:
        super().__init__(bar)
        self._saved, self._bar, self._feed = saved, bar, feed
        keep.triggered.connect(lambda _=False: self.ask_for_name())
        drop.triggered.connect(lambda _=False: self.drop_chosen())
        feed.set_saved(saved.filters)
        bar.show_saved(saved.filters)

    def ask_for_name(self) -> None:
        """Ask what the tab shall be called; the text itself is offered."""
        text = self._bar.search.text().strip()
        if not text:
            return
        dialog = QInputDialog(self._bar)
        dialog.setWindowTitle(self.tr("Keep as a tab"))
        dialog.setLabelText(self.tr("Name of the tab"))
        dialog.setTextValue(text)
        dialog.textValueSelected.connect(self.keep)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def keep(self, name: str) -> None:
        """Make a tab of the text and of the tab that it was searched in, and go to it."""
        chosen, text = self._bar.chosen, self._bar.search.text().strip()
        if not name.strip():
            return
        within = chosen.filter if isinstance(chosen, SavedFilter) else chosen
        before = chosen.text if isinstance(chosen, SavedFilter) else ""
        wanted = SavedFilter(name.strip(), within, f"{before} {text}".strip())
        self._saved.keep(wanted)
        self._show()
        self._bar.search.clear()
        self._bar.choose(wanted)

    def drop_chosen(self) -> None:
        """Take the tab away whose studies are shown; the studies stay."""
        chosen = self._bar.chosen
        if isinstance(chosen, SavedFilter):
            self._saved.drop(chosen)
            self._show()

    def _show(self) -> None:
        self._feed.set_saved(self._saved.filters)
        self._bar.show_saved(self._saved.filters)
        self._feed.refresh()
