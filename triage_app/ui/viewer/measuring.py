"""Drawing measurements: point by point, by drag, by click or by keys."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from triage_app.imaging.image_plane import ImagePlane
from triage_app.ui.theme import READING_ROOM
from triage_app.ui.viewer.marks import paint_outlined
from triage_app.ui.viewer.measurement import (
    Measurement,
    MeasurementKind,
    Point,
    measurement_text,
)
from triage_app.ui.viewer.placement import Placement

__all__ = ["Measuring", "paint_measurements"]

_GRAB_PIXELS = 9.0
_DRAG_PIXELS = 4.0
_HANDLE = 3.5
_LABEL_GAP = 8.0


@dataclass(slots=True)
class _Held:
    """A point under the hand: of the measurement under way (None) or of one that stands."""

    measurement: int | None
    point: int


class Measuring:
    """Holds the measurements of one image and the one that is being drawn.

    Points are widget points at the door and stored image coordinates inside.
    """

    def __init__(self) -> None:
        self.done: list[Measurement] = []
        self.under_way: Measurement | None = None
        self._held: _Held | None = None
        self._pressed_at: tuple[float, float] | None = None

    @property
    def all(self) -> tuple[Measurement, ...]:
        """What is to be painted."""
        return (*self.done, self.under_way) if self.under_way else tuple(self.done)

    def press(self, kind: MeasurementKind, x: float, y: float, placement: Placement) -> None:
        """Set the next point, take hold of one that is there, or begin a measurement."""
        self._pressed_at = (x, y)
        at = _inside(placement.to_stored(x, y), placement)
        if self.under_way is not None:
            self._set_point(at)
            return
        self._held = self._find_point(x, y, placement)
        if self._held is None:
            self.under_way = Measurement(kind, (at, at))
            self._held = _Held(None, 1)

    def move(self, x: float, y: float, placement: Placement) -> bool:
        """Take the held point along; whether there was one."""
        if self._held is None:
            return False
        at = _inside(placement.to_stored(x, y), placement)
        if self._held.measurement is None:
            if self.under_way is None:
                return False
            self.under_way = self.under_way.with_point(self._held.point, at)
        else:
            held = self._held.measurement
            self.done[held] = self.done[held].with_point(self._held.point, at)
        return True

    def release(self, x: float, y: float, placement: Placement) -> None:
        """Let go; a point that was dragged somewhere is set there."""
        start, self._pressed_at = self._pressed_at, None
        if self._held is None:
            return
        if self._held.measurement is not None:
            self._held = None
        elif start is not None and math.dist(start, (x, y)) >= _DRAG_PIXELS:
            self._set_point(_inside(placement.to_stored(x, y), placement))

    def stop(self) -> bool:
        """Give up the measurement under way; whether there was one."""
        was_under_way = self.under_way is not None
        self.under_way = self._held = None
        return was_under_way

    def delete_last(self) -> None:
        """Take away the measurement under way, else the newest."""
        if not self.stop() and self.done:
            self.done.pop()

    def clear(self) -> None:
        """Take all away."""
        self.stop()
        self.done.clear()

    def _set_point(self, at: Point) -> None:
        measurement = self.under_way
        if measurement is None:
            return
        measurement = measurement.with_point(len(measurement.points) - 1, at)
        if measurement.is_degenerate:
            return
        if len(measurement.points) == measurement.points_wanted:
            self.done.append(measurement)
            self.under_way = self._held = None
        else:
            self.under_way = measurement.with_point(len(measurement.points), at)
            self._held = _Held(None, len(measurement.points))

    def _find_point(self, x: float, y: float, placement: Placement) -> _Held | None:
        for number in reversed(range(len(self.done))):
            for point, stored in enumerate(self.done[number].points):
                if math.dist(placement.to_widget(*stored), (x, y)) <= _GRAB_PIXELS:
                    return _Held(number, point)
        return None


def _inside(point: Point, placement: Placement) -> Point:
    """Keep a point on the image: beside it there is nothing to measure."""
    x, y = point
    return min(max(x, 0.0), float(placement.columns)), min(max(y, 0.0), float(placement.rows))


def paint_measurements(
    painter: QPainter,
    measurements: tuple[Measurement, ...],
    to_widget: Callable[[float, float], tuple[float, float]],
    plane: ImagePlane,
    font: QFont,
) -> None:
    """Paint lines, points and texts, outlined so that they can be seen on white and on black."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for measurement in measurements:
        points = [QPointF(*to_widget(*point)) for point in measurement.points]
        for colour, width in (("#000000", 3.5), (READING_ROOM.accent, 1.5)):
            painter.setPen(QPen(QColor(colour), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(points)
            for point in points:
                painter.drawEllipse(point, _HANDLE, _HANDLE)
        text = measurement_text(measurement, plane)
        if text:
            label = _label_place(points, QFontMetricsF(font).boundingRect(text).size())
            paint_outlined(painter, text, label, font, READING_ROOM.selection_text)
    painter.restore()


def _label_place(points: list[QPointF], size: QSizeF) -> QPointF:
    """Give the baseline of a text: behind the end of a length, outside the corner of an angle."""
    if len(points) == 2:
        return points[-1] + QPointF(_LABEL_GAP, -_LABEL_GAP)
    first, vertex, last = points
    away = QPointF()
    for end in (first, last):
        leg = vertex - end
        away += leg / max(math.hypot(leg.x(), leg.y()), 1e-6)
    length = math.hypot(away.x(), away.y())
    away = away / length if length > 1e-3 else QPointF(0.0, 1.0)
    middle = vertex + QPointF(
        away.x() * (_LABEL_GAP + size.width() / 2), away.y() * (_LABEL_GAP + size.height() / 2)
    )
    return middle + QPointF(-size.width() / 2, size.height() / 3)
