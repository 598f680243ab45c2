"""The settings, field by field; what is refused is said beside its field and not written."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from triage_app.errors import ModelError, TriageError
from triage_app.inference.card import card_path_for, read_card
from triage_app.inference.models import find_models, shipped_model_path
from triage_app.settings import ReadingMode, Settings
from triage_app.ui.desk_options import Preferences
from triage_app.ui.language import LANGUAGES

__all__ = ["SettingsDialog"]

_LONGEST_WAIT_MINUTES = 365 * 24 * 60.0


class SettingsDialog(QDialog):
    """Changes `Preferences`.

    After it was accepted, `model_path` is the model that was chosen instead of the one before, or
    None.
    """

    network_wanted = Signal()
    """Reception and other systems, which have a dialog of their own."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 680)
        self._preferences = preferences
        settings = preferences.settings
        self.model_path: Path | None = None
        self._errors: dict[str, QLabel] = {}
        self.reader = QLineEdit(settings.reader)
        self.reader.setPlaceholderText(self.tr("the name of the operating system's user"))
        self.language = _make_choice(LANGUAGES, settings.language)
        self.mode = _make_choice(
            {
                ReadingMode.READER_AID: self.tr("Reader aid: flag, score and heatmap"),
                ReadingMode.TRIAGE_ONLY: self.tr("Triage only: flag, no score, no heatmap"),
            },
            settings.reading_mode,
        )
        self.is_locked = QCheckBox(self.tr("Readers may not change it"))
        self.is_locked.setChecked(settings.is_reading_mode_locked)
        self.has_limit = QCheckBox(self.tr("Unread studies rise after"))
        self.limit = QDoubleSpinBox()
        self.limit.setDecimals(0)
        self.limit.setRange(0, _LONGEST_WAIT_MINUTES)
        self.limit.setSuffix(self.tr(" min"))
        self.limit.setAccessibleName(self.tr("Maximum wait in minutes"))
        self.has_limit.toggled.connect(self.limit.setEnabled)
        self.limit.setValue(settings.maximum_wait_minutes or 0)
        self.has_limit.setChecked(settings.maximum_wait_minutes is not None)
        self.limit.setEnabled(self.has_limit.isChecked())
        self.urgent = QLineEdit(", ".join(settings.urgent_priorities))
        self.merges = QCheckBox(self.tr("New studies enter the list while nobody's hand is on it"))
        self.merges.setChecked(settings.merges_arrivals_when_idle)
        buttons = {
            "window": self.tr("Window"),
            "zoom": self.tr("Zoom"),
            "pan": self.tr("Pan"),
            "scroll": self.tr("Scroll"),
        }
        wheel = {
            "zoom": self.tr("Zoom; with Ctrl scroll"),
            "scroll": self.tr("Scroll; with Ctrl zoom"),
        }
        self.right_button = _make_choice(buttons, settings.right_button)
        self.middle_button = _make_choice(buttons, settings.middle_button)
        self.wheel = _make_choice(wheel, settings.wheel)
        self.reasons = QLineEdit(", ".join(settings.verdict_reasons))
        self.reasons.setCursorPosition(0)
        self.folders = QListWidget()
        self.folders.setMaximumHeight(90)
        self.folders.addItems([str(folder) for folder in settings.watched_folders])
        self.model = QComboBox()
        self._fill_models(settings)
        self.seconds = QLineEdit(f"{settings.seconds_per_file:g}")
        self.network = QPushButton(self.tr("Reception, other systems, rules, destinations …"))
        self.network.setAutoDefault(False)
        self.network.clicked.connect(self.network_wanted)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()

    def accept(self) -> None:
        """Check all fields; write and close where none is refused."""
        for label in self._errors.values():
            label.hide()
        before = self._preferences.settings
        try:
            changes = {
                name: value
                for name, value in self._read().items()
                if getattr(before, name) != value
            }
            Settings.model_validate({**before.model_dump(), **changes})
            self._preferences.change(changes)
        except ValidationError as error:
            for each in error.errors():
                self._show_error(str(each["loc"][0]), each["msg"])
            return
        except TriageError as error:
            self._show_error("", str(error))
            return
        if "model" in changes or "models" in changes:
            chosen = self.model.currentData()
            self.model_path = Path(chosen) if chosen else None
        super().accept()

    def _read(self) -> dict[str, object]:
        folders = [self.folders.item(row).text() for row in range(self.folders.count())]
        chosen = self.model.currentData()
        shipped = _shipped()
        return {
            "reader": self.reader.text().strip(),
            "language": self.language.currentData(),
            "reading_mode": self.mode.currentData(),
            "is_reading_mode_locked": self.is_locked.isChecked(),
            "maximum_wait_minutes": self.limit.value() if self.has_limit.isChecked() else None,
            "urgent_priorities": tuple(word.upper() for word in _words(self.urgent.text())),
            "merges_arrivals_when_idle": self.merges.isChecked(),
            "right_button": self.right_button.currentData(),
            "middle_button": self.middle_button.currentData(),
            "wheel": self.wheel.currentData(),
            "verdict_reasons": _words(self.reasons.text()),
            "watched_folders": tuple(map(Path, folders)),
            "model": None if not chosen or Path(chosen) == shipped else Path(chosen),
            "models": tuple(path for path in self._models if path != shipped),
            "seconds_per_file": _number(self.seconds.text()),
        }

    # Models and folders

    def _fill_models(self, settings: Settings) -> None:
        shipped = _shipped()
        known = [*(find_models(shipped.parent) if shipped else ()), *settings.models]
        known += [settings.model] if settings.model else []
        self._models: dict[Path, None] = {}
        for path in known:
            self._add_model(path)
        chosen = settings.model or shipped
        self.model.setCurrentIndex(max(self.model.findData(str(chosen)), 0))

    def _add_model(self, path: Path) -> bool:
        if path in self._models:
            return True
        try:
            card = read_card(card_path_for(path))
        except ModelError as error:
            if "model" in self._errors:
                self._show_error("model", str(error))
            return False
        self._models[path] = None
        self.model.addItem(f"{card.title} ({card.created.isoformat()})", str(path))
        self.model.setItemData(self.model.count() - 1, str(path), Qt.ItemDataRole.ToolTipRole)
        return True

    def _ask_for_model(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Add a model"), "", "ONNX (*.onnx)")
        if name and self._add_model(Path(name)):
            self.model.setCurrentIndex(self.model.findData(name))

    def _ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Watch a folder"))
        if name and not self.folders.findItems(name, Qt.MatchFlag.MatchExactly):
            self.folders.addItem(name)

    def _drop_folder(self) -> None:
        if self.folders.currentRow() >= 0:
            self.folders.takeItem(self.folders.currentRow())

    # Building

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(8)
        limit = QWidget()
        row = QHBoxLayout(limit)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.has_limit)
        row.addWidget(self.limit)
        row.addStretch(1)
        for name, text, field in (
            ("reader", self.tr("Reader"), self.reader),
            ("language", self.tr("Language (from the next start on)"), self.language),
            ("reading_mode", self.tr("Reading mode"), self.mode),
            ("is_reading_mode_locked", "", self.is_locked),
            ("maximum_wait_minutes", self.tr("Longest wait"), limit),
            ("urgent_priorities", self.tr("Stand first, in this order"), self.urgent),
            ("merges_arrivals_when_idle", self.tr("Arrivals"), self.merges),
            ("right_button", self.tr("Dragging with the right button"), self.right_button),
            ("middle_button", self.tr("Dragging with the middle button"), self.middle_button),
            ("wheel", self.tr("Mouse wheel"), self.wheel),
            ("verdict_reasons", self.tr("Reasons of a verdict"), self.reasons),
            ("watched_folders", self.tr("Watched folders"), self._with_buttons(self.folders)),
            ("model", self.tr("Model"), self._with_button(self.model)),
            ("seconds_per_file", self.tr("Seconds until a file is given up"), self.seconds),
            ("network", self.tr("Network"), self.network),
        ):
            form.addRow(text, self._with_error(name, field))
            if not field.accessibleName():
                field.setAccessibleName(text or name)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addStretch(1)
        layout.addWidget(self._with_error("", QWidget()))
        layout.addWidget(self.buttons)

    def _with_error(self, name: str, field: QWidget) -> QWidget:
        label = QLabel()
        label.setObjectName("Caution")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.hide()
        self._errors[name] = label
        both = QWidget()
        layout = QVBoxLayout(both)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(field)
        layout.addWidget(label)
        return both

    def _with_buttons(self, folders: QListWidget) -> QWidget:
        both = QWidget()
        layout = QHBoxLayout(both)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(folders, 1)
        column = QVBoxLayout()
        for text, act in (
            (self.tr("Add …"), self._ask_for_folder),
            (self.tr("Remove"), self._drop_folder),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(act)
            column.addWidget(button)
        column.addStretch(1)
        layout.addLayout(column)
        return both

    def _with_button(self, field: QWidget) -> QWidget:
        both = QWidget()
        layout = QHBoxLayout(both)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(field, 1)
        button = QPushButton(self.tr("Add …"))
        button.setAutoDefault(False)
        button.clicked.connect(self._ask_for_model)
        layout.addWidget(button)
        return both

    def _show_error(self, name: str, sentence: str) -> None:
        label = self._errors.get(name, self._errors[""])
        label.setText(sentence)
        label.show()

    def error_of(self, name: str) -> str:
        """Give what is said beside a field; empty where nothing is."""
        label = self._errors[name]
        return "" if label.isHidden() else label.text()


def _make_choice(texts: dict[str, str] | dict[ReadingMode, str], chosen: str) -> QComboBox:
    choice = QComboBox()
    for value, text in texts.items():
        choice.addItem(text, value)
    choice.setCurrentIndex(max(choice.findData(chosen), 0))
    return choice


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _number(text: str) -> object:
    """Give the number that was typed, else the text, which the settings refuse by its name."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


def _shipped() -> Path | None:
    try:
        return shipped_model_path()
    except ModelError:
        return None
