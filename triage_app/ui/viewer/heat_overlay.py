"""The heatmap of one view as it is painted: kept ready until image, style or orientation change."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF, QTransform

from triage_app.inference.heat_colours import HEAT_COLOURS
from triage_app.ui.viewer.colour_bar import paint_colour_bar
from triage_app.ui.viewer.heat_layer import HeatLayer, HeatMode, HeatStyle, Outline
from triage_app.ui.viewer.orientation import Orientation
from triage_app.ui.viewer.painting import image_rect
from triage_app.ui.viewer.placement import Placement

__all__ = ["HeatOverlay"]

_HOTTEST = 255
_THINNED = 3
"""Of the points of an outline every third is painted; between them it is all but straight."""

_Contour = tuple[QColor, tuple[QPolygonF, ...]]
"""A colour, and the closed lines of its heat in fractions of the image."""


class HeatOverlay:
    """Holds a heatmap, how it is shown, and what was made of both."""

    def __init__(self) -> None:
        self._layer: HeatLayer | None = None
        self._style = HeatStyle()
        self._picture: tuple[Orientation, QImage] | None = None
        self._outlines: tuple[_Contour, ...] | None = None
        self._drawn: tuple[object, QImage] | None = None

    def set_layer(self, layer: HeatLayer | None) -> None:
        """Take another heatmap; None for none."""
        self._layer = layer
        self._picture = self._outlines = self._drawn = None

    def set_style(self, style: HeatStyle) -> None:
        """Show it that way."""
        if style.threshold != self._style.threshold:
            self._picture = self._outlines = self._drawn = None
        self._style = style

    def paint(self, painter: QPainter, placement: Placement, rect: QRectF, font: QFont) -> None:
        """Paint the heat over its image, and the colour bar beside it."""
        layer, style = self._layer, self._style
        if layer is None or style.opacity <= 0:
            return
        if style.mode is HeatMode.OUTLINES:
            if self._outlines is None:
                self._outlines = _as_polygons(layer.outlines(style.threshold))
            painter.drawImage(rect.topLeft(), self._drawn_outlines(painter, placement, rect))
        else:
            painter.save()
            painter.setOpacity(style.opacity)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(
                image_rect(placement), self._picture_for(layer, placement.orientation)
            )
            painter.restore()
        paint_colour_bar(painter, rect, font, threshold=style.threshold)

    def _drawn_outlines(self, painter: QPainter, placement: Placement, rect: QRectF) -> QImage:
        """Keep what was drawn while only the window changes: wide lines are slow to paint."""
        ratio = painter.device().devicePixelRatio()
        key = (placement, self._style, ratio)
        if self._drawn is None or self._drawn[0] != key:
            picture = QImage(
                (rect.size() * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied
            )
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            own = QPainter(picture)
            _paint_outlines(own, self._outlines or (), placement, self._style.opacity)
            own.end()
            self._drawn = (key, picture)
        return self._drawn[1]

    def _picture_for(self, layer: HeatLayer, orientation: Orientation) -> QImage:
        if self._picture is None or self._picture[0] != orientation:
            self._picture = (orientation, _heat_picture(layer, self._style.threshold, orientation))
        return self._picture[1]


def _heat_picture(layer: HeatLayer, threshold: float, orientation: Orientation) -> QImage:
    """Make the picture that is laid over the image, as shown."""
    colours = layer.coloured(threshold, orientation)
    rows, columns = colours.shape[:2]
    picture = QImage(colours.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    return picture.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _as_polygons(outlines: tuple[Outline, ...]) -> tuple[_Contour, ...]:
    """Make closed lines once, of fractions of the image; painting only transforms them."""
    contours = []
    for level, lines in outlines:
        red, green, blue = (int(part) for part in HEAT_COLOURS[round(level * _HOTTEST)])
        polygons = tuple(
            QPolygonF([QPointF(x, y) for x, y in (*line[:-1:_THINNED].tolist(), line[-1])])
            for line in lines
        )
        contours.append((QColor(red, green, blue), polygons))
    return tuple(contours)


def _paint_outlines(
    painter: QPainter, contours: tuple[_Contour, ...], placement: Placement, opacity: float
) -> None:
    """Paint outlines in the colours of their heat, on a dark line so that they show on white."""
    x0, y0 = placement.to_widget(0, 0)
    right = placement.to_widget(placement.columns, 0)
    down = placement.to_widget(0, placement.rows)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setOpacity(opacity)
    painter.setTransform(
        QTransform(right[0] - x0, right[1] - y0, down[0] - x0, down[1] - y0, x0, y0), combine=True
    )
    for heat_colour, polygons in contours:
        for colour, width in ((QColor(0, 0, 0, 160), 3.5), (heat_colour, 1.8)):
            pen = QPen(colour, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            for polygon in polygons:
                painter.drawPolyline(polygon)
    painter.restore()
