"""The heatmap of one view as it is painted: kept ready until image, style or orientation change."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

from triage_app.inference.heat_colours import HEAT_COLOURS
from triage_app.ui.viewer.colour_bar import paint_colour_bar
from triage_app.ui.viewer.heat_layer import HeatLayer, HeatMode, HeatStyle, Outline
from triage_app.ui.viewer.orientation import Orientation
from triage_app.ui.viewer.painting import image_rect
from triage_app.ui.viewer.placement import Placement

__all__ = ["HeatOverlay"]

_HOTTEST = 255


class HeatOverlay:
    """Holds a heatmap, how it is shown, and what was made of both."""

    def __init__(self) -> None:
        self._layer: HeatLayer | None = None
        self._style = HeatStyle()
        self._picture: tuple[Orientation, QImage] | None = None
        self._outlines: tuple[Outline, ...] | None = None

    def set_layer(self, layer: HeatLayer | None) -> None:
        """Take another heatmap; None for none."""
        self._layer, self._picture, self._outlines = layer, None, None

    def set_style(self, style: HeatStyle) -> None:
        """Show it that way."""
        if style.threshold != self._style.threshold:
            self._picture = self._outlines = None
        self._style = style

    def paint(self, painter: QPainter, placement: Placement, rect: QRectF, font: QFont) -> None:
        """Paint the heat over its image, and the colour bar beside it."""
        layer, style = self._layer, self._style
        if layer is None or style.opacity <= 0:
            return
        if style.mode is HeatMode.OUTLINES:
            if self._outlines is None:
                self._outlines = layer.outlines(style.threshold)
            _paint_outlines(painter, self._outlines, placement, style.opacity)
        else:
            painter.save()
            painter.setOpacity(style.opacity)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(
                image_rect(placement), self._picture_for(layer, placement.orientation)
            )
            painter.restore()
        paint_colour_bar(painter, rect, font, threshold=style.threshold)

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


def _paint_outlines(
    painter: QPainter, outlines: tuple[Outline, ...], placement: Placement, opacity: float
) -> None:
    """Paint outlines in the colours of their heat, on a dark line so that they show on white."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setOpacity(opacity)
    for level, lines in outlines:
        red, green, blue = (int(part) for part in HEAT_COLOURS[round(level * _HOTTEST)])
        polygons = [
            QPolygonF(
                [
                    QPointF(*placement.to_widget(x * placement.columns, y * placement.rows))
                    for x, y in line.tolist()
                ]
            )
            for line in lines
        ]
        for colour, width in ((QColor(0, 0, 0, 160), 3.5), (QColor(red, green, blue), 1.8)):
            painter.setPen(QPen(colour, width))
            for polygon in polygons:
                painter.drawPolyline(polygon)
    painter.restore()
