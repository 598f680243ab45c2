"""The window of the user guide: pages at the left, the chosen one beside; no network is needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from triage_app.ui.help_pages import PAGES, HelpPage, read_page

__all__ = ["HelpWindow"]

_LINE_HEIGHT_PERCENT = 125


class HelpWindow(QDialog):
    """Shows the pages of the guide, and stays open beside the reader's work."""

    keys_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Guide"))
        self.resize(940, 720)
        self._pages: Sequence[HelpPage] = [read_page(name) for name in PAGES]
        self.contents = QListWidget()
        self.contents.setAccessibleName(self.tr("Pages"))
        self.contents.addItems([page.title for page in self._pages])
        self.contents.setFixedWidth(220)
        self.text = QTextBrowser()
        self.text.setAccessibleName(self.tr("Page"))
        self.text.setOpenLinks(False)
        self.text.document().setDocumentMargin(18)
        self.text.anchorClicked.connect(self._follow)
        self.contents.currentRowChanged.connect(self._show_row)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.keys = buttons.addButton(self.tr("All keys"), QDialogButtonBox.ButtonRole.HelpRole)
        self.keys.clicked.connect(self.keys_wanted)
        buttons.rejected.connect(self.reject)
        pages = QHBoxLayout()
        pages.addWidget(self.contents)
        pages.addWidget(self.text, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(pages)
        layout.addWidget(buttons)

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        return PAGES[self.contents.currentRow()]

    def show_page(self, name: str) -> None:
        """Show a page, and come to the front."""
        self.contents.setCurrentRow(PAGES.index(name))
        self.show()
        self.activateWindow()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_row(self, row: int) -> None:
        self.text.setMarkdown(self._pages[row].text)
        spaced = QTextBlockFormat()
        spaced.setLineHeight(
            _LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        )
        everything = QTextCursor(self.text.document())
        everything.select(QTextCursor.SelectionType.Document)
        everything.mergeBlockFormat(spaced)

    def _follow(self, url: QUrl) -> None:
        """Go to another page of the guide; there are no other links in it."""
        name = PurePosixPath(url.path()).stem
        if name in PAGES:
            self.contents.setCurrentRow(PAGES.index(name))
