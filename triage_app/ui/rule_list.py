"""What the settings file says is done by itself over the network; to be seen, changed in the file.

A rule has many parts, and a mistake in one sends or fetches by itself: the file, which is checked
as a whole when it is read, is the place to change them.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from triage_app.settings import Settings
from triage_app.ui.wording import decimal_text

__all__ = ["RuleList"]

_LARGEST_HEIGHT = 150


class RuleList(QGroupBox):
    """Shows rules, modality worklists and destinations, and opens the file that holds them.

    Parameters
    ----------
    path : of the settings file; None where there is none
    """

    def __init__(
        self, settings: Settings, path: Path | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Done by itself"))
        self._path = path
        self.table = QTreeWidget()
        self.table.ensurePolished()
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setMaximumHeight(_LARGEST_HEIGHT)
        self.table.setHeaderLabels(
            [self.tr("What"), self.tr("Name"), self.tr("Other system"), self.tr("How")]
        )
        self.table.setAccessibleName(self.tr("Rules and destinations"))
        for line in self._lines(settings):
            self.table.addTopLevelItem(QTreeWidgetItem(list(line)))
        for column in range(self.table.columnCount()):
            self.table.resizeColumnToContents(column)
        remark = QLabel(
            str(path)
            if path
            else self.tr("There is no settings file; what is changed holds for this session.")
        )
        remark.setObjectName("Muted")
        remark.setWordWrap(True)
        self.open_button = QPushButton(self.tr("Open the settings file"))
        self.open_button.setAutoDefault(False)
        self.open_button.setEnabled(path is not None and path.is_file())
        self.open_button.clicked.connect(self._open_file)
        row = QHBoxLayout()
        row.addWidget(remark, 1)
        row.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table, 1)
        layout.addLayout(row)

    def _lines(self, settings: Settings) -> list[tuple[str, str, str, str]]:
        """Give kind, name, peer and manner of each."""
        lines = [
            (self.tr("Fetch studies"), rule.name, rule.peer, self._interval(rule.every_seconds))
            for rule in settings.rules
        ]
        lines += [
            (
                self.tr("Ask a modality worklist"),
                order.name,
                order.peer,
                self._interval(order.every_seconds),
            )
            for order in settings.worklists
        ]
        lines += [
            (
                self.tr("Send results"),
                destination.name,
                destination.peer,
                f"{destination.way}: {', '.join(destination.results) or self.tr('when asked')}",
            )
            for destination in settings.destinations
        ]
        return lines or [(self.tr("nothing"), "", "", "")]

    def _interval(self, seconds: float | None) -> str:
        if seconds is None:
            return self.tr("when asked")
        return self.tr("every {} s").format(decimal_text(seconds, 0))

    def _open_file(self) -> None:
        if self._path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path)))
