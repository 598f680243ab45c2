"""Whether the window receives, in the status bar: a mark, and words for those who do not see it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from triage_app.ui.reception import ReceptionReport, ReceptionState
from triage_app.ui.theme import READING_ROOM

__all__ = ["ReceptionLight", "reception_details", "reception_text"]

_COLOURS = {
    ReceptionState.OFF: READING_ROOM.control_line,
    ReceptionState.STARTING: READING_ROOM.neutral,
    ReceptionState.LISTENING: READING_ROOM.accent,
    ReceptionState.BROKEN: READING_ROOM.caution,
    ReceptionState.ENDING: READING_ROOM.neutral,
}
_DIAMETER = 9


class ReceptionLight(QWidget):
    """Shows a `ReceptionReport`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self._mark = _Mark()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.setSpacing(6)
        layout.addWidget(self._mark)
        layout.addWidget(self.label)
        self.show_report(ReceptionReport())

    def show_report(self, report: ReceptionReport) -> None:
        """Show how it stands."""
        self._mark.show_colour(_COLOURS[report.state])
        self.label.setText(reception_text(report))
        self.setToolTip(reception_details(report))
        self.setAccessibleName(reception_text(report))


class _Mark(QWidget):
    """A filled circle."""

    def __init__(self) -> None:
        super().__init__()
        self._colour = QColor()
        self.setFixedSize(QSize(_DIAMETER + 2, _DIAMETER + 2))

    def show_colour(self, name: str) -> None:
        self._colour = QColor(name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawEllipse(1, 1, _DIAMETER, _DIAMETER)
        painter.end()


def reception_text(report: ReceptionReport) -> str:
    """Write "Receiving as TRIAGE, port 11112, 120 instances"."""
    match report.state:
        case ReceptionState.OFF:
            return _tr("Not receiving")
        case ReceptionState.STARTING:
            return _tr("Reception starts …")
        case ReceptionState.ENDING:
            return _tr("Reception ends …")
        case ReceptionState.BROKEN:
            return _tr("Cannot receive")
        case ReceptionState.LISTENING:
            text = _tr("Receiving as {}, port {}").format(report.ae_title, report.port)
            if report.received:
                text += ", " + _tr("{:,} instances").format(report.received)
            return text


def reception_details(report: ReceptionReport) -> str:
    """Write what is counted, and the last trouble."""
    lines = [
        _tr("{:,} instances received, {:,} refused").format(report.received, report.refused),
        _tr("{:,} results sent, {:,} given up").format(report.sent, report.given_up),
    ]
    if report.trouble:
        lines.append(report.trouble)
    return "\n".join(lines)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ReceptionLight", text)
