"""The images of a study as small pictures in a row, to choose from by mouse and by keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from triage_app.ui.theme import READING_ROOM
from triage_app.ui.viewer.loading import Thumbnail
from triage_app.worklist.records import InstanceRow

__all__ = ["ImageStrip"]

_SIDE = 72
_SPACE = 34


class ImageStrip(QListWidget):
    """Shows where the reader is among the images; asks for the pictures that are in sight."""

    image_chosen = Signal(int)
    """Index of the image that the reader wants to see."""
    thumbnails_wanted = Signal(object)
    """Indices of images in sight whose picture is missing, as a tuple."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Strip of the study's images"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setGridSize(QSize(_SIDE + 24, _SIDE + _SPACE))
        self.setFixedHeight(_SIDE + _SPACE + 14)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._asked: set[int] = set()
        self._asking = QTimer(self)
        self._asking.setSingleShot(True)
        self._asking.setInterval(0)
        self._asking.timeout.connect(self._ask)
        self.currentRowChanged.connect(self._choose)
        self.horizontalScrollBar().valueChanged.connect(self._asking.start)
        self.hide()

    def show_instances(self, instances: Sequence[InstanceRow]) -> None:
        """Show the images of a study, without pictures at first."""
        empty = QPixmap(_SIDE, _SIDE)
        empty.fill(QColor(READING_ROOM.canvas))
        with QSignalBlocker(self):
            self.clear()
            self._asked.clear()
            for number, instance in enumerate(instances, 1):
                image = instance.facts.image
                name = " ".join(part for part in (image.modality, image.view_position) if part)
                item = QListWidgetItem(QIcon(empty), f"{number}  {name}".strip())
                item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
                item.setToolTip(instance.facts.study.series_description or item.text())
                self.addItem(item)
        self._asking.start()

    def mark_shown(self, number: int) -> None:
        """Mark which image the viewer shows."""
        with QSignalBlocker(self):
            self.setCurrentRow(number)
        self._asking.start()

    def set_thumbnail(self, number: int, thumbnail: Thumbnail) -> None:
        """Show the picture of an image that was asked for."""
        item = self.item(number)
        if item is None or thumbnail.grey is None:
            return
        rows, columns = thumbnail.grey.shape
        picture = QImage(
            thumbnail.grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8
        )
        ratio = self.devicePixelRatioF()
        side = round(_SIDE * ratio)
        pixmap = QPixmap.fromImage(
            picture.scaled(
                side,
                side,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        pixmap.setDevicePixelRatio(ratio)
        item.setIcon(QIcon(pixmap))

    def event(self, event: QEvent) -> bool:
        """Ask for pictures once they come into sight."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Resize):
            self._asking.start()
        return super().event(event)

    def _ask(self) -> None:
        if not self.isVisible():
            return
        sight = self.viewport().rect()
        wanted = tuple(
            number
            for number in range(self.count())
            if number not in self._asked
            and self.visualItemRect(self.item(number)).intersects(sight)
        )
        if wanted:
            self._asked.update(wanted)
            self.thumbnails_wanted.emit(wanted)

    def _choose(self, number: int) -> None:
        if number >= 0:
            self.image_chosen.emit(number)
