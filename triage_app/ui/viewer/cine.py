"""Playing the frames of an image, as fast as the file says and the decoder can."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from triage_app.ui.viewer.pane import Pane

__all__ = ["Cine"]

SHORTEST_MILLISECONDS = 33
LONGEST_MILLISECONDS = 2000
USUAL_MILLISECONDS = 66


class Cine(QObject):
    """Asks a pane for one frame after another; never for one more while one is on its way."""

    stopped = Signal()
    """The image has gone, or has no other frame."""

    def __init__(self, pane: Pane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pane = pane
        self._path = ""
        self._awaited: int | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._ask)
        pane.changed.connect(self._note_image)

    @property
    def is_playing(self) -> bool:
        """Whether frames follow each other."""
        return self._timer.isActive()

    def play(self) -> None:
        """Begin with the next frame."""
        image = self._pane.image
        if image is None or image.frames < 2:
            self.stopped.emit()
            return
        self._path, self._awaited = image.instance.facts.path, None
        wanted = round(image.frame_milliseconds or USUAL_MILLISECONDS)
        self._timer.start(min(max(wanted, SHORTEST_MILLISECONDS), LONGEST_MILLISECONDS))

    def stop(self) -> None:
        """Stay at the frame that is shown."""
        self._timer.stop()
        self._awaited = None

    def _ask(self) -> None:
        image = self._pane.image
        if image is None or self._awaited is not None:
            return
        self._awaited = (image.frame_number + 1) % image.frames
        self._pane.frame_wanted.emit(self._awaited)

    def _note_image(self) -> None:
        image = self._pane.image
        self._awaited = None
        is_same = image is not None and image.instance.facts.path == self._path
        if self.is_playing and not (is_same and image and image.frame):
            self.stop()
            self.stopped.emit()
