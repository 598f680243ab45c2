"""Small pictures of the studies in sight, read only while the reader wants them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from triage_app.ui.services import Services
from triage_app.ui.viewer.loading import Thumbnail
from triage_app.ui.workers import Lane, Workers
from triage_app.worklist.records import StudyRow

__all__ = ["PICTURE_SIDE", "StudyThumbnails"]

PICTURE_SIDE = 64
"""Of the square that a picture fits into, in widget pixels."""

_LARGEST_KEPT = 2000
_Key = tuple[str, str, int]


class StudyThumbnails(QObject):
    """Gives the picture of a study's driving image, or asks for it.

    One picture is read at a time, the one that was wanted last first, and those that have left the
    sight meanwhile are not read at all: scrolling through a hundred thousand studies leaves no
    queue behind.

    Parameters
    ----------
    is_in_sight : tells whether a study's row is seen, by its key
    """

    arrived = Signal()
    """Another picture is here."""
    failed = Signal(str)
    """A sentence for people."""

    def __init__(
        self,
        services: Services,
        workers: Workers,
        is_in_sight: Callable[[str], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._workers = services, workers
        self._is_in_sight = is_in_sight
        self._pictures: OrderedDict[_Key, QPixmap] = OrderedDict()
        self._wanted: dict[_Key, None] = {}
        self._is_reading = False

    @property
    def is_reading(self) -> bool:
        """Whether a picture is on its way."""
        return self._is_reading

    def picture(self, study: StudyRow, pixel_ratio: float) -> QPixmap | None:
        """Give a study's picture; None while it is not here.

        A study whose image cannot be shown has an empty one.
        """
        key = _key(study)
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        self._wanted.pop(key, None)
        self._wanted[key] = None
        self._read_next(pixel_ratio)
        return None

    def _read_next(self, pixel_ratio: float) -> None:
        if self._is_reading:
            return
        while self._wanted:
            key, _ = self._wanted.popitem()
            if self._is_in_sight(key[0]):
                break
        else:
            return
        self._is_reading = True
        self._workers.submit(
            Lane.THUMBNAILS,
            partial(self._services.load_study_thumbnail, key[0]),
            on_done=partial(self._take, key, pixel_ratio),
            on_error=partial(self._take_failure, key, pixel_ratio),
        )

    def _take(self, key: _Key, pixel_ratio: float, thumbnail: Thumbnail) -> None:
        self._is_reading = False
        self._pictures[key] = _scaled(thumbnail, pixel_ratio)
        while len(self._pictures) > _LARGEST_KEPT:
            self._pictures.popitem(last=False)
        self.arrived.emit()
        self._read_next(pixel_ratio)

    def _take_failure(self, key: _Key, pixel_ratio: float, sentence: str) -> None:
        self.failed.emit(sentence)
        self._take(key, pixel_ratio, Thumbnail(None))


def _key(study: StudyRow) -> _Key:
    return study.study_key, study.result.driving_sop_instance_uid, study.images


def _scaled(thumbnail: Thumbnail, pixel_ratio: float) -> QPixmap:
    if thumbnail.grey is None:
        return QPixmap()
    rows, columns = thumbnail.grey.shape
    image = QImage(thumbnail.grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
    side = round(PICTURE_SIDE * pixel_ratio)
    pixmap = QPixmap.fromImage(
        image.scaled(
            side,
            side,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    )
    pixmap.setDevicePixelRatio(pixel_ratio)
    return pixmap
