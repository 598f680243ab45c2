"""The one place for what went wrong: a line that never stands in the way, with all of it behind."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from triage_app.ui.icons import load_icon
from triage_app.ui.theme import READING_ROOM

__all__ = ["MessageBar"]

_KEPT = 500


class MessageBar(QFrame):
    """Shows the latest message and how many there are; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("MessageBar")
        self._messages: deque[str] = deque(maxlen=_KEPT)
        icon = QLabel()
        icon.setPixmap(load_icon("not-processed", READING_ROOM.caution).pixmap(QSize(18, 18)))
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setMinimumWidth(100)
        self._label.setAccessibleName(self.tr("Message"))
        self.details = QPushButton()
        self.details.clicked.connect(self._show_all)
        self.dismiss = QToolButton()
        self.dismiss.setIcon(load_icon("close"))
        self.dismiss.setToolTip(self.tr("Dismiss"))
        self.dismiss.setAccessibleName(self.tr("Dismiss messages"))
        self.dismiss.clicked.connect(self.clear)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 6, 4)
        layout.setSpacing(10)
        layout.addWidget(icon)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.details)
        layout.addWidget(self.dismiss)
        self.hide()

    @property
    def messages(self) -> tuple[str, ...]:
        """All that are kept, the latest last."""
        return tuple(self._messages)

    def show_message(self, sentence: str) -> None:
        """Add a sentence; the same one again is not repeated."""
        if not self._messages or self._messages[-1] != sentence:
            self._messages.append(sentence)
        count = len(self._messages)
        self.details.setText(
            self.tr("All {} …").format(count) if count > 1 else self.tr("In full …")
        )
        self.show()
        self._elide()

    def clear(self) -> None:
        """Forget all messages."""
        self._messages.clear()
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the sentence to the line."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        if self._messages:
            text = self._messages[-1].replace("\n", " ")
            metrics = self._label.fontMetrics()
            width = max(self._label.width() - 4, 100)
            self._label.setText(metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width))
            self._label.setToolTip(text)

    def _show_all(self) -> None:
        dialog = QDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Messages"))
        text = QPlainTextEdit("\n\n".join(reversed(self._messages)))
        text.setReadOnly(True)
        text.setAccessibleName(self.tr("Messages"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(dialog.reject)
        layout = QVBoxLayout(dialog)
        layout.addWidget(text)
        layout.addWidget(buttons)
        dialog.resize(760, 420)
        dialog.open()
