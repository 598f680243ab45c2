"""The scale beside a heatmap, so that its colours can be read."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter

from triage_app.inference.heat_colours import COLD, HEAT_COLOURS
from triage_app.ui.theme import READING_ROOM, Theme

__all__ = ["paint_colour_bar"]

_WIDTH = 12.0
_SHARE_OF_HEIGHT = 0.3
_MARGIN = 14.0
_STOPS = 16


def paint_colour_bar(
    painter: QPainter,
    rect: QRectF,
    font: QFont,
    theme: Theme = READING_ROOM,
    *,
    threshold: float = COLD,
) -> None:
    """Paint the colours from `COLD` to 1 at the right edge, in the middle of its height.

    Parameters
    ----------
    threshold : heat below is not shown, and stays dark on the bar too
    """
    height = rect.height() * _SHARE_OF_HEIGHT
    bar = QRectF(rect.right() - _MARGIN - _WIDTH, rect.center().y() - height / 2, _WIDTH, height)
    gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
    for stop in range(_STOPS + 1):
        heat = COLD + (1.0 - COLD) * stop / _STOPS
        red, green, blue = (int(part) for part in HEAT_COLOURS[round(heat * 255)])
        gradient.setColorAt(stop / _STOPS, QColor(red, green, blue))
    metrics = QFontMetricsF(font)
    labels = (
        (QCoreApplication.translate("ColourBar", "high"), bar.top() + metrics.ascent() / 2),
        (QCoreApplication.translate("ColourBar", "low"), bar.bottom() + metrics.ascent() / 2),
    )
    widest = max(metrics.horizontalAdvance(text) for text, _ in labels)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 150))
    painter.drawRoundedRect(bar.adjusted(-widest - 14, -14, 7, 14), 4, 4)
    painter.setBrush(gradient)
    painter.setPen(QColor(theme.muted))
    painter.drawRect(bar)
    hidden = bar.height() * (threshold - COLD) / (1.0 - COLD)
    if hidden > 0:
        painter.fillRect(bar.adjusted(1, bar.height() - hidden, 0, 0), QColor(theme.canvas))
    painter.setFont(font)
    painter.setPen(QColor(theme.text))
    for text, baseline in labels:
        x = bar.left() - 6 - metrics.horizontalAdvance(text)
        painter.drawText(QRectF(x, baseline - metrics.ascent(), widest + 2, metrics.height()), text)
    painter.restore()
