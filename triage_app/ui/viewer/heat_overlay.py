"""The heatmap of one view as it is painted: kept ready until image, style or orientation change."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainter

from triage_app.ui.viewer.colour_bar import paint_colour_bar
from triage_app.ui.viewer.heat_layer import (
    HeatLayer,
    HeatMode,
    HeatStyle,
    Outline,
    heat_picture,
    paint_outlines,
)
from triage_app.ui.viewer.orientation import Orientation
from triage_app.ui.viewer.painting import image_rect
from triage_app.ui.viewer.placement import Placement

__all__ = ["HeatOverlay"]


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
            paint_outlines(painter, self._outlines, placement, style.opacity)
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
            self._picture = (orientation, heat_picture(layer, self._style.threshold, orientation))
        return self._picture[1]
