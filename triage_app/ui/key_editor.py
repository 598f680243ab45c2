"""Every command with its keys, to be changed; what leads to two commands is said before it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from triage_app.errors import TriageError
from triage_app.ui.actions import COMMANDS, Command, command_text
from triage_app.ui.icons import load_icon
from triage_app.ui.key_map import KeyMap, conflicts_of, own_keys, read_keys, write_keys
from triage_app.ui.theme import READING_ROOM

__all__ = ["KeyEditor"]

_MOST_KEYS = 3


class KeyEditor(QDialog):
    """Changes a `KeyMap`; nothing is changed before it is accepted, and no conflict is."""

    def __init__(self, key_map: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Change keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(680, 720)
        self._map = key_map
        self.keys = dict(key_map.keys)
        self.table = QTreeWidget()
        self.table.setRootIsDecorated(False)
        self.table.ensurePolished()  # else the rows take the height they have without the style
        self.table.setUniformRowHeights(True)
        self.table.setHeaderLabels([self.tr("Command"), self.tr("Keys"), self.tr("Conflict")])
        self.table.setAccessibleName(self.tr("Commands and keys"))
        for column, width in enumerate((300, 160)):
            self.table.setColumnWidth(column, width)
        self._items = {spec.command: QTreeWidgetItem([command_text(spec)]) for spec in COMMANDS}
        self.table.addTopLevelItems(list(self._items.values()))
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.setAccessibleName(self.tr("New key"))
        self.add = QPushButton(self.tr("Add key"))
        self.replace = QPushButton(self.tr("Use this key alone"))
        self.clear = QPushButton(self.tr("No key"))
        self.own = QPushButton(self.tr("As delivered"))
        self.state = QLabel()
        self.state.setObjectName("Caution")
        self.state.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        import_ = self.buttons.addButton(
            self.tr("Import …"), QDialogButtonBox.ButtonRole.ActionRole
        )
        export = self.buttons.addButton(self.tr("Export …"), QDialogButtonBox.ButtonRole.ActionRole)
        all_own = self.buttons.addButton(
            self.tr("All as delivered"), QDialogButtonBox.ButtonRole.ResetRole
        )
        self._lay_out()
        self.table.currentItemChanged.connect(lambda *_: self.edit.clear())
        self.add.clicked.connect(lambda: self._take(is_alone=False))
        self.replace.clicked.connect(lambda: self._take(is_alone=True))
        self.clear.clicked.connect(lambda: self._set(()))
        self.own.clicked.connect(lambda: self._set(own_keys()[self.chosen]))
        import_.clicked.connect(self._import)
        export.clicked.connect(self._export)
        all_own.clicked.connect(lambda: self.take_all(own_keys()))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.choose(COMMANDS[0].command)
        self._show()

    @property
    def chosen(self) -> Command:
        """The command whose keys are changed."""
        return COMMANDS[self.table.currentIndex().row()].command

    def choose(self, command: Command) -> None:
        """Go to a command."""
        self.table.setCurrentItem(self._items[command])

    def take_all(self, keys: dict[Command, tuple[str, ...]]) -> None:
        """Show other keys for all commands."""
        self.keys = dict(keys)
        self._show()

    def accept(self) -> None:
        """Keep the keys, unless one of them would lead to two commands."""
        if not conflicts_of(self.keys):
            self._map.change(self.keys)
            super().accept()

    def _take(self, *, is_alone: bool) -> None:
        form = QKeySequence.SequenceFormat.PortableText
        key = self.edit.keySequence().toString(form)
        if key:
            kept = () if is_alone else self.keys[self.chosen]
            self._set(tuple(dict.fromkeys((*kept, key)))[-_MOST_KEYS:])
            self.edit.clear()

    def _set(self, keys: tuple[str, ...]) -> None:
        self.keys[self.chosen] = keys
        self._show()

    def _show(self) -> None:
        conflicts = conflicts_of(self.keys)
        native = QKeySequence.SequenceFormat.NativeText
        for command, item in self._items.items():
            item.setText(1, ", ".join(QKeySequence(k).toString(native) for k in self.keys[command]))
            twice = conflicts.get(command, ())
            names = [self._other_uses(command, key) for key in twice]
            item.setText(2, "; ".join(names))
            item.setForeground(2, QColor(READING_ROOM.caution))
            icon = load_icon("not-processed", READING_ROOM.caution)
            item.setIcon(2, icon) if twice else item.setData(
                2, Qt.ItemDataRole.DecorationRole, None
            )
        self.state.setText(
            self.tr("{} commands share a key; give each its own.").format(len(conflicts))
            if conflicts
            else ""
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not conflicts)

    def _other_uses(self, command: Command, key: str) -> str:
        others = [
            command_text(spec).rstrip(" …")
            for spec in COMMANDS
            if spec.command is not command and key in self.keys[spec.command]
        ]
        return f"{key}: {', '.join(others) or _tr('a window of the image')}"

    def _import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import keys"), "", "JSON (*.json)")
        if name:
            try:
                self.take_all(read_keys(Path(name)))
            except TriageError as error:
                self.state.setText(str(error))

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export keys"), "keys.json", "JSON (*.json)"
        )
        if name:
            try:
                write_keys(self.keys, Path(name))
            except TriageError as error:
                self.state.setText(str(error))

    def _lay_out(self) -> None:
        entry = QHBoxLayout()
        entry.addWidget(QLabel(self.tr("New key:")))
        entry.addWidget(self.edit, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.add, self.replace, self.clear, self.own):
            button.setAutoDefault(False)
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addLayout(entry)
        layout.addLayout(row)
        layout.addWidget(self.state)
        layout.addWidget(self.buttons)


def _tr(text: str) -> str:
    return QCoreApplication.translate("KeyEditor", text)
