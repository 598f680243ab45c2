"""Drawings from ``resources/icons`` in the colours of the theme, sharp at every scaling."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from triage_app.ui.theme import READING_ROOM

__all__ = ["draw_icon", "load_icon"]

_SIZES = (16, 20, 24, 32, 48)


def load_icon(name: str, colour: str = READING_ROOM.text) -> QIcon:
    """Load an icon; disabled it is drawn in the colour of what cannot be clicked.

    Parameters
    ----------
    name : of a file in ``resources/icons`` without its ending
    """
    icon = QIcon()
    for size in _SIZES:
        icon.addPixmap(_draw(name, colour, size), QIcon.Mode.Normal)
        icon.addPixmap(_draw(name, READING_ROOM.line, size), QIcon.Mode.Disabled)
    return icon


def draw_icon(painter: QPainter, name: str, colour: str, rect: QRectF) -> None:
    """Draw an icon inside a rectangle."""
    _renderer(name, colour).render(painter, rect)


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = files("triage_app").joinpath(f"resources/icons/{name}.svg").read_text("utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
    if not renderer.isValid():
        raise ValueError(f"expected a drawing, received {name}.svg that Qt cannot draw")
    return renderer


def _draw(name: str, colour: str, size: int) -> QPixmap:
    renderer = _renderer(name, colour)
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
