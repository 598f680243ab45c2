"""Draws the program's icon in the sizes that desktops ask for, out of ``triage-app.svg``.

``python installer/icons.py FOLDER`` writes ``FOLDER/hicolor/...`` in the layout of the icon theme
specification of freedesktop.org, and ``FOLDER/triage-app.ico`` for Windows.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

__all__ = ["write_icons"]

NAME = "triage-app"
DRAWING = Path(__file__).with_name(f"{NAME}.svg")
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_WINDOWS_SIZES = tuple((size, size) for size in (16, 24, 32, 48, 64, 256))


def write_icons(folder: Path) -> None:
    """Write every size, the drawing itself, and the file for Windows."""
    theme = folder / "hicolor"
    for size in SIZES:
        path = theme / f"{size}x{size}" / "apps" / f"{NAME}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _draw(size).save(str(path)):
            raise OSError(f"{path}: the icon could not be written.")
    scalable = theme / "scalable" / "apps" / DRAWING.name
    scalable.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DRAWING, scalable)
    with Image.open(theme / "256x256" / "apps" / f"{NAME}.png") as image:
        image.save(folder / f"{NAME}.ico", sizes=_WINDOWS_SIZES)


def _draw(size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    return image


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication(sys.argv)
    write_icons(Path(sys.argv[1]))
