"""What the reader says of the model's result: one key, and a reason and a note where they like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from triage_app.ui.actions import Command
from triage_app.ui.translation import QT_TRANSLATE_NOOP
from triage_app.ui.wording import moment_text
from triage_app.worklist.records import Feedback, Verdict

__all__ = ["VERDICT_COMMANDS", "VerdictBar"]

VERDICT_COMMANDS = {
    Command.AGREE: Verdict.AGREE,
    Command.UNSURE: Verdict.UNSURE,
    Command.DISAGREE: Verdict.DISAGREE,
}
_LONGEST_NOTE = 1000
_OWN_REASONS = (
    QT_TRANSLATE_NOOP("Reasons", "finding missed"),
    QT_TRANSLATE_NOOP("Reasons", "no finding there"),
    QT_TRANSLATE_NOOP("Reasons", "other finding"),
    QT_TRANSLATE_NOOP("Reasons", "artefact or device"),
    QT_TRANSLATE_NOOP("Reasons", "poor image"),
)
"""As the settings come; they are kept in these words, and shown in the reader's."""


class VerdictBar(QFrame):
    """Shows and takes a verdict on the study in front of the reader.

    Parameters
    ----------
    actions : those of `VERDICT_COMMANDS` are its buttons
    reasons : offered beside the verdict
    """

    given = Signal(object, str, str)
    """A `Verdict`, the reason and the note."""
    left = Signal()
    """The reader is done with reason or note and goes back to where they were."""

    def __init__(
        self,
        actions: Mapping[Command, QAction],
        reasons: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("VerdictBar")
        self._actions = {command: actions[command] for command in VERDICT_COMMANDS}
        self._verdict: Verdict | None = None
        self._said = ("", "")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 4, 8, 4)
        layout.setSpacing(6)
        layout.addWidget(QLabel(self.tr("The AI result:")))
        for command, action in self._actions.items():
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, c=command: self.give(VERDICT_COMMANDS[c]))
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            layout.addWidget(button)
        self.reason = QComboBox()
        self.reason.setAccessibleName(self.tr("Reason"))
        self.offer(reasons)
        self.note = QLineEdit()
        self.note.setPlaceholderText(self.tr("Note"))
        self.note.setAccessibleName(self.tr("Note"))
        self.note.setMaxLength(_LONGEST_NOTE)
        self.said = QLabel()
        self.said.setObjectName("Muted")
        layout.addWidget(self.reason)
        layout.addWidget(self.note, 1)
        layout.addWidget(self.said)
        self.reason.activated.connect(self._give_again)
        self.note.editingFinished.connect(self._give_again)
        self.note.installEventFilter(self)
        self.show_nothing()

    def offer(self, reasons: Sequence[str]) -> None:
        """Offer these reasons, and none."""
        chosen = self.reason.currentData()
        with QSignalBlocker(self.reason):
            self.reason.clear()
            self.reason.addItem(self.tr("no reason"), "")
            for reason in reasons:
                self.reason.addItem(_reason_text(reason), reason)
            self.reason.setCurrentIndex(max(self.reason.findData(chosen), 0))

    def give(self, verdict: Verdict) -> None:
        """Take a verdict with the reason and the note as they stand."""
        self._verdict = verdict
        self._said = (self.reason.currentData() or "", self.note.text().strip())
        self._show_verdict()
        self.given.emit(verdict, *self._said)

    def show_nothing(self) -> None:
        """Show that there is no result to judge."""
        self.show_feedback(None)
        self.setEnabled(False)
        for action in self._actions.values():
            action.setEnabled(False)

    def show_feedback(self, feedback: Feedback | None) -> None:
        """Show what the reader said; None for nothing yet."""
        self.setEnabled(True)
        for action in self._actions.values():
            action.setEnabled(True)
        self._verdict = feedback.verdict if feedback else None
        self._said = (feedback.reason, feedback.note) if feedback else ("", "")
        self._show_verdict()
        reason, note = self._said
        with QSignalBlocker(self.reason), QSignalBlocker(self.note):
            if reason and self.reason.findData(reason) < 0:  # of a site with other words
                self.reason.addItem(_reason_text(reason), reason)
            self.reason.setCurrentIndex(max(self.reason.findData(reason), 0))
            if self.note.text().strip() != note:
                self.note.setText(note)
        self.said.setText(moment_text(feedback.at) if feedback else "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let Enter and Esc lead out of the note, before any shortcut."""
        keys = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if watched is self.note and isinstance(event, QKeyEvent) and event.key() in keys:
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._give_again()
                self.left.emit()
                return True
        return super().eventFilter(watched, event)

    def _show_verdict(self) -> None:
        for command, action in self._actions.items():
            action.setChecked(VERDICT_COMMANDS[command] is self._verdict)

    def _give_again(self) -> None:
        said = (self.reason.currentData() or "", self.note.text().strip())
        if self._verdict is not None and said != self._said:
            self.give(self._verdict)


def _reason_text(reason: str) -> str:
    """Give the reader's words for a reason that the program came with, else the site's own."""
    return QCoreApplication.translate("Reasons", reason) if reason in _OWN_REASONS else reason
