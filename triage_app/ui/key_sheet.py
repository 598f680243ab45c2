"""The sheet of all keys, made from the table of commands."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from triage_app.ui.actions import COMMANDS, CommandGroup, command_text

__all__ = ["KeySheet"]


def _mouse_lines() -> tuple[tuple[str, str], ...]:
    def tr(text: str) -> str:
        return QCoreApplication.translate("KeySheet", text)

    return (
        (tr("Left drag"), tr("as the tool says")),
        (tr("Right drag"), tr("zoom")),
        (tr("Middle drag"), tr("move")),
        (tr("Wheel"), tr("zoom to the cursor")),
        (tr("Ctrl + wheel"), tr("images of the study")),
        (tr("Double click"), tr("whole image / pixel for pixel")),
        (tr("Arrows"), tr("move")),
        (tr("Shift + arrows"), tr("window")),
        ("0", tr("the file's window or VOI LUT")),
        ("1", tr("full range of values")),
        ("2 … 9", tr("the file's other choices")),
    )


class KeySheet(QDialog):
    """Shows every command with its keys, in two columns of groups."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(5)
        left = [
            line
            for group in (CommandGroup.FILE, CommandGroup.LIST, CommandGroup.READING)
            for line in _group_lines(group)
        ] + _group_lines(CommandGroup.HELP)
        middle = _group_lines(CommandGroup.IMAGE)
        right = [(self.tr("On the image"), ""), *_mouse_lines()]
        for column, lines in enumerate((left, middle, right)):
            _fill(grid, 3 * column, lines)
            if column:
                grid.setColumnMinimumWidth(3 * column - 1, 24)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(grid)
        layout.addWidget(buttons)


def _group_lines(group: CommandGroup) -> list[tuple[str, str]]:
    """Give the group's head, as a line without keys, and its commands."""
    lines = [(QCoreApplication.translate("Commands", group), "")]
    for spec in COMMANDS:
        if spec.group is group and spec.keys:
            keys = ", ".join(
                QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                for key in spec.keys
            )
            lines.append((keys, command_text(spec).rstrip(" …")))
    return lines


def _fill(grid: QGridLayout, column: int, lines: list[tuple[str, str]]) -> None:
    for row, (keys, text) in enumerate(lines):
        if not text:
            head = QLabel(f"<b>{keys}</b>")
            head.setContentsMargins(0, 8 if row else 0, 0, 2)
            grid.addWidget(head, row, column, 1, 2)
            continue
        key_label = QLabel(keys)
        key_label.setObjectName("Key")
        grid.addWidget(key_label, row, column)
        grid.addWidget(QLabel(text), row, column + 1)
