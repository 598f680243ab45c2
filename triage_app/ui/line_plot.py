"""A line over weeks with its band, painted by Qt; gaps where nothing was counted stay gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from triage_app.ui.theme import READING_ROOM
from triage_app.ui.wording import date_and_time, decimal_text

__all__ = ["LinePlot", "PlotPoint"]

_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 16.0, 30.0, 26.0
_DOT = 3.0
_BAND_OPACITY = 60
_FEWEST_PIXELS_A_DATE = 96.0


@dataclass(frozen=True, slots=True)
class PlotPoint:
    """One week.

    Attributes
    ----------
    day : its Monday
    value : 0 to 1; None where nothing was counted
    low, high : of its 95 % interval; None without one
    """

    day: date
    value: float | None
    low: float | None = None
    high: float | None = None


class LinePlot(QWidget):
    """Shows values from 0 to 1 over time."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._points: tuple[PlotPoint, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for room to read a trend by."""
        return QSize(420, 190)

    def show_points(self, points: Sequence[PlotPoint]) -> None:
        """Show other points, in the order of their days."""
        self._points = tuple(points)
        values = [point.value for point in points if point.value is not None]
        last = decimal_text(values[-1]) if values else self.tr("none")
        self.setAccessibleName(self.tr("{}, the last value is {}").format(self._title, last))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the frame, the band, the line and the dots."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(READING_ROOM.field))
        plot = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        painter.setPen(QColor(READING_ROOM.text))
        painter.drawText(QPointF(_LEFT, _TOP - 10), self._title)
        known = [point for point in self._points if point.value is not None]
        if not known:
            painter.setPen(QColor(READING_ROOM.muted))
            painter.drawText(
                plot, int(Qt.AlignmentFlag.AlignCenter), self.tr("Nothing counted yet")
            )
            painter.end()
            return
        top = _axis_top(known)
        self._paint_frame(painter, plot, top)
        for run in _runs(self._points):
            self._paint_run(painter, plot, top, run)
        painter.end()

    def _paint_frame(self, painter: QPainter, plot: QRectF, top: float) -> None:
        metrics = painter.fontMetrics()
        for part in (0.0, 0.5, 1.0):
            y = plot.bottom() - plot.height() * part
            painter.setPen(QColor(READING_ROOM.line))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(READING_ROOM.muted))
            text = decimal_text(top * part)
            at = QPointF(
                plot.left() - metrics.horizontalAdvance(text) - 8, y + metrics.ascent() / 2
            )
            painter.drawText(at, text)
        shown = max(int(plot.width() / _FEWEST_PIXELS_A_DATE), 1)
        step = max(-(-len(self._points) // shown), 1)
        for number in range(0, len(self._points), step):
            text = date_and_time(self._points[number].day, None)
            x = self._x(plot, number)
            width = metrics.horizontalAdvance(text)
            left = min(max(x - width / 2, 0.0), self.width() - width)
            painter.drawText(QPointF(left, plot.bottom() + metrics.ascent() + 6), text)

    def _paint_run(self, painter: QPainter, plot: QRectF, top: float, run: Sequence[int]) -> None:
        def place(number: int, value: float) -> QPointF:
            return QPointF(self._x(plot, number), plot.bottom() - plot.height() * value / top)

        points = self._points
        band = [n for n in run if points[n].low is not None and points[n].high is not None]
        if len(band) > 1:
            upper = [place(n, min(points[n].high or 0.0, top)) for n in band]
            lower = [place(n, points[n].low or 0.0) for n in reversed(band)]
            colour = QColor(READING_ROOM.accent)
            colour.setAlpha(_BAND_OPACITY)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawPolygon(QPolygonF([*upper, *lower]))
        for n in band if len(band) == 1 else ():
            painter.setPen(QPen(QColor(READING_ROOM.accent), 1))
            painter.drawLine(place(n, points[n].low or 0.0), place(n, points[n].high or 0.0))
        line = [place(n, points[n].value or 0.0) for n in run]
        painter.setPen(QPen(QColor(READING_ROOM.accent), 2))
        painter.drawPolyline(QPolygonF(line))
        painter.setBrush(QColor(READING_ROOM.accent))
        painter.setPen(Qt.PenStyle.NoPen)
        for at in line:
            painter.drawEllipse(at, _DOT, _DOT)

    def _x(self, plot: QRectF, number: int) -> float:
        last = max(len(self._points) - 1, 1)
        middle = plot.center().x()
        return plot.left() + plot.width() * number / last if len(self._points) > 1 else middle


def _axis_top(points: Sequence[PlotPoint]) -> float:
    """Give the axis's upper end: the next of a few round values above all that is shown."""
    highest = max(point.high or point.value or 0.0 for point in points)
    return next((top for top in (0.1, 0.2, 0.5) if highest <= top), 1.0)


def _runs(points: Sequence[PlotPoint]) -> list[list[int]]:
    """Give the stretches of points that hold a value."""
    runs: list[list[int]] = [[]]
    for number, point in enumerate(points):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(number)
    return [run for run in runs if run]
