"""Painting an image: what is in sight, looked up at the size that is nearest to the screen's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from triage_app.ui.theme import READING_ROOM
from triage_app.ui.viewer.frame import Frame
from triage_app.ui.viewer.placement import Placement

__all__ = ["image_rect", "paint_cross", "paint_frame", "paint_magnifier"]

_SHARP_FROM_SCALE = 4.0
_LARGE_VIEW_PIXELS = 2_500_000
"""More than this cannot be smoothed within a frame's 16 ms."""

_MAGNIFICATION = 2.5
_MAGNIFIER_RADIUS = 130.0
_CROSS_ARM = 11.0
_CROSS_GAP = 3.0


def image_rect(placement: Placement) -> QRectF:
    """Where the whole image lies in the widget."""
    left, top, right, bottom = placement.widget_rect(0, 0, placement.columns, placement.rows)
    return QRectF(QPointF(left, top), QPointF(right, bottom))


def paint_frame(
    painter: QPainter,
    frame: Frame,
    placement: Placement,
    lut: NDArray[np.uint8],
    *,
    clip: QRectF,
    pixel_ratio: float,
    is_moving: bool = False,
) -> None:
    """Paint the part of a frame that lies in a rectangle of the widget.

    Parameters
    ----------
    lut : (65536,) uint8, display grey of every level
    clip : what of the widget is in sight
    pixel_ratio : screen pixels per widget pixel
    is_moving : the next frame follows at once, so that a large one may be painted unsmoothed
    """
    viewport = placement.viewport
    screen_scale = min(viewport.scale, viewport.scale_down) * pixel_ratio
    size = frame.pick_size(screen_scale)
    factor = 1 << size
    part = _part_in_sight(placement, clip, frame.sizes[size].shape, factor)
    if part.isEmpty():
        return
    rows = slice(part.top(), part.bottom() + 1)
    columns = slice(part.left(), part.right() + 1)
    grey = placement.orientation.apply(frame.look_up(size, rows, columns, lut))
    height, width = grey.shape
    picture = QImage(grey.data, width, height, grey.strides[0], QImage.Format.Format_Grayscale8)
    is_hurried = is_moving and clip.width() * clip.height() * pixel_ratio**2 > _LARGE_VIEW_PIXELS
    is_smooth = screen_scale < _SHARP_FROM_SCALE and not is_hurried
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
    left, top, right, bottom = placement.widget_rect(
        part.left() * factor,
        part.top() * factor,
        (part.right() + 1) * factor,
        (part.bottom() + 1) * factor,
    )
    painter.drawImage(QRectF(QPointF(left, top), QPointF(right, bottom)), picture)


def _part_in_sight(
    placement: Placement, clip: QRectF, shape: tuple[int, ...], factor: int
) -> QRect:
    left, top, right, bottom = placement.stored_rect(
        clip.left(), clip.top(), clip.right(), clip.bottom()
    )
    wanted = QRect(
        int(left // factor) - 1,
        int(top // factor) - 1,
        int((right - left) // factor) + 4,
        int((bottom - top) // factor) + 4,
    )
    return QRect(0, 0, shape[1], shape[0]).intersected(wanted)


def paint_magnifier(
    painter: QPainter,
    frame: Frame,
    placement: Placement,
    lut: NDArray[np.uint8],
    *,
    at: QPointF,
    pixel_ratio: float,
) -> None:
    """Paint a round glass over a point, with the image larger inside."""
    enlarged = placement.viewport.magnified(_MAGNIFICATION, at.x(), at.y())
    larger = replace(placement, viewport=enlarged)
    glass = QPainterPath()
    glass.addEllipse(at, _MAGNIFIER_RADIUS, _MAGNIFIER_RADIUS)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(glass)
    painter.fillPath(glass, QColor(READING_ROOM.canvas))
    paint_frame(painter, frame, larger, lut, clip=glass.boundingRect(), pixel_ratio=pixel_ratio)
    painter.setClipping(False)
    painter.setPen(QPen(QColor(READING_ROOM.control_line), 2.0))
    painter.drawEllipse(at, _MAGNIFIER_RADIUS, _MAGNIFIER_RADIUS)
    painter.restore()


def paint_cross(painter: QPainter, at: QPointF) -> None:
    """Paint the cursor that keys move, open in the middle so that its pixel can be seen."""
    for colour, width in (("#000000", 3.0), (READING_ROOM.accent, 1.2)):
        painter.setPen(QPen(QColor(colour), width))
        for direction in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
            painter.drawLine(at + direction * _CROSS_GAP, at + direction * _CROSS_ARM)
