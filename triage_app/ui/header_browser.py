"""The header of an image, element by element, with a search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from triage_app.imaging.header_listing import HeaderLine

__all__ = ["HeaderBrowser"]

_WIDTHS = (230, 46, 280)


class HeaderBrowser(QDialog):
    """Shows the elements of one header; stays open beside the image and follows it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("DICOM header"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(920, 680)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search tag, name or value"))
        self.search.setAccessibleName(self.tr("Search in the header"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.count = QLabel()
        self.count.setObjectName("Muted")
        self.path = QLabel()
        self.path.setObjectName("Muted")
        self.path.setTextFormat(Qt.TextFormat.PlainText)
        self.path.setWordWrap(True)
        self.tree = self._make_tree()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.path)
        layout.addWidget(buttons)

    def show_header(self, path: str, lines: Sequence[HeaderLine]) -> None:
        """Show the elements of a file."""
        self.path.setText(path)
        self.tree.setUpdatesEnabled(False)
        self.tree.clear()
        self.tree.addTopLevelItems([_make_item(line) for line in lines])
        self.tree.setUpdatesEnabled(True)
        self._filter(self.search.text())

    def show_sentence(self, path: str, sentence: str) -> None:
        """Say why there is no header to show."""
        self.show_header(path, ())
        self.tree.addTopLevelItem(QTreeWidgetItem(["", "", "", sentence]))

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderLabels([self.tr("Tag"), self.tr("VR"), self.tr("Name"), self.tr("Value")])
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setAccessibleName(self.tr("Elements of the header"))
        tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        for column, width in enumerate(_WIDTHS):
            tree.setColumnWidth(column, width)
        copy = QAction(self.tr("Copy"), tree)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._copy)
        tree.addAction(copy)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return tree

    def _filter(self, text: str) -> None:
        """Show the elements that match, with the sequences that they stand in."""
        wanted = text.casefold().strip()
        total = found = 0
        for item in _items(self.tree):
            total += 1
            is_match = _matches(item, wanted)
            found += is_match
            item.setHidden(not is_match)
        if wanted:
            for item in list(_items(self.tree)):
                parent = item.parent()
                while parent is not None and not item.isHidden():
                    parent.setHidden(False)
                    parent.setExpanded(True)
                    parent = parent.parent()
        self.count.setText(
            self.tr("{} of {}").format(found, total) if wanted else self.tr("{}").format(total)
        )

    def _copy(self) -> None:
        lines = [
            "\t".join(item.text(column) for column in range(item.columnCount())).strip()
            for item in self.tree.selectedItems()
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))


def _make_item(line: HeaderLine) -> QTreeWidgetItem:
    item = QTreeWidgetItem([line.tag, line.vr, line.name, line.value])
    item.setToolTip(2, line.keyword)
    item.setToolTip(3, line.value)
    item.addChildren([_make_item(child) for child in line.lines])
    return item


def _items(tree: QTreeWidget) -> Iterator[QTreeWidgetItem]:
    waiting = [tree.topLevelItem(number) for number in range(tree.topLevelItemCount())]
    while waiting:
        item = waiting.pop()
        if item is not None:
            yield item
            waiting += [item.child(number) for number in range(item.childCount())]


def _matches(item: QTreeWidgetItem, wanted: str) -> bool:
    if not wanted:
        return True
    tag = item.text(0).casefold()
    bare = "".join(character for character in wanted if character.isalnum())
    return (
        any(wanted in item.text(column).casefold() for column in (0, 2, 3))
        or wanted in item.toolTip(2).casefold()
        or (bool(bare) and bare in tag.strip("()").replace(",", ""))
    )
