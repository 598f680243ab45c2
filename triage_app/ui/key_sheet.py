"""The sheet of all keys, made from the table of commands."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from triage_app.ui.actions import COMMANDS, Command, CommandGroup, command_text

__all__ = ["KeySheet"]

_SPACE_ABOVE_HEAD = 10


def _mouse_lines() -> tuple[tuple[str, str], ...]:
    def tr(text: str) -> str:
        return QCoreApplication.translate("KeySheet", text)

    return (
        (tr("Left drag"), tr("as the tool says")),
        (tr("Right drag"), tr("zoom")),
        (tr("Middle drag"), tr("move")),
        (tr("Wheel"), tr("zoom to the cursor")),
        (tr("Ctrl + wheel"), tr("frames and images")),
        (tr("Double click"), tr("whole image / pixel for pixel")),
        (tr("Arrows"), tr("move")),
        (tr("Shift + arrows"), tr("window")),
        (tr("Arrows, Enter"), tr("measuring: cursor, set a point")),
        ("0", tr("the file's window or VOI LUT")),
        ("1", tr("full range of values")),
        ("2 … 9", tr("the file's other choices")),
    )


class KeySheet(QDialog):
    """Shows every command with its keys, in columns of groups.

    Parameters
    ----------
    keys : of each command
    """

    def __init__(
        self, keys: Mapping[Command, tuple[str, ...]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = CommandGroup
        columns = QHBoxLayout()
        columns.setSpacing(36)
        for groups in (
            (group.FILE, group.LIST, group.HELP),
            (group.READING, group.COMPARE),
            (group.IMAGE,),
            (group.MODEL,),
        ):
            lines = [line for each in groups for line in _group_lines(each, keys)]
            if group.MODEL in groups:
                lines += [(self.tr("On the image"), ""), *_mouse_lines()]
            columns.addLayout(_make_column(lines))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(columns)
        layout.addWidget(buttons)


def _group_lines(
    group: CommandGroup, keys: Mapping[Command, tuple[str, ...]]
) -> list[tuple[str, str]]:
    """Give the group's head, as a line without keys, and its commands."""
    lines = [(QCoreApplication.translate("Commands", group), "")]
    for spec in COMMANDS:
        if spec.group is group and keys[spec.command]:
            text = ", ".join(
                QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                for key in keys[spec.command]
            )
            lines.append((text, command_text(spec).rstrip(" …")))
    return lines


def _make_column(lines: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(5)
    for row, (keys, text) in enumerate(lines):
        label = QLabel(keys)
        label.setObjectName("Key" if text else "Head")
        if not text and row:
            label.setContentsMargins(0, _SPACE_ABOVE_HEAD, 0, 0)
        grid.addWidget(label, row, 0)
        grid.addWidget(QLabel(text), row, 1)
    grid.setRowStretch(len(lines), 1)
    return grid
