"""How far the scoring is, and the button that stops it, in the status bar."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from triage_app.ui.scoring import ScoringProgress
from triage_app.ui.wording import count_text, decimal_text

__all__ = ["ProgressLine", "progress_text"]


class ProgressLine(QWidget):
    """Shows a `ScoringProgress`; hidden while nothing is scored."""

    def __init__(self, cancel: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(150, 12)
        self.bar.setAccessibleName(self.tr("Scoring"))
        self.label = QLabel()
        button = QToolButton()
        button.setDefaultAction(cancel)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.addWidget(self.bar)
        layout.addWidget(self.label)
        layout.addWidget(button)
        self.hide()

    def show_progress(self, progress: ScoringProgress) -> None:
        """Show how far it is; without a total, that something is under way."""
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        self.label.setText(progress_text(progress))
        self.show()


def progress_text(progress: ScoringProgress) -> str:
    """Write "34 of 120 files, 5.2/s, 1 failed"."""
    parts = [_tr("{} of {} files").format(count_text(progress.done), count_text(progress.total))]
    if progress.rate is not None:
        parts.append(_tr("{}/s").format(decimal_text(progress.rate, 1)))
    if progress.failed:
        parts.append(_tr("{} failed").format(count_text(progress.failed)))
    return ", ".join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ProgressLine", text)
