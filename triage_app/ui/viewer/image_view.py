"""The radiograph itself: painted, windowed, zoomed and moved, by mouse and by keys."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from triage_app.imaging.transforms import LookupTable, Window
from triage_app.ui.theme import READING_ROOM
from triage_app.ui.viewer.colour_bar import paint_colour_bar
from triage_app.ui.viewer.frame import Frame
from triage_app.ui.viewer.marks import Marks, paint_marks
from triage_app.ui.viewer.viewport import Viewport
from triage_app.ui.viewer.windowing import dragged_window, starting_window

__all__ = ["ImageView", "Tool"]

_WHEEL_NOTCH = 120.0
_ZOOM_PER_NOTCH = 1.2
_ZOOM_PER_DRAGGED_PIXEL = 1.006
_PIXELS_PER_KEY = 40
_SHARP_FROM_SCALE = 4.0


class Tool(StrEnum):
    """What dragging with the left button does."""

    WINDOW = "window"
    ZOOM = "zoom"
    PAN = "pan"
    SCROLL = "scroll"


@dataclass(slots=True)
class _Drag:
    """A drag under way: what it does, where it began and where it was last."""

    tool: Tool
    start: QPointF
    last: QPointF
    voi: Window | LookupTable | None
    steps: int = 0


class ImageView(QWidget):
    """Shows one frame, the heat over it and the marks around it; decides nothing of them itself."""

    view_changed = Signal()
    """Zoom, position, window or inversion have changed."""
    probed = Signal(object)
    """Row and column of the pixel under the cursor, or None."""
    stepped = Signal(int)
    """The reader asks for an image that many places further."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Radiograph"))
        self.tool = Tool.WINDOW
        self._frame: Frame | None = None
        self._viewport: Viewport | None = None
        self._voi: Window | LookupTable | None = None
        self._is_inverted = False
        self._lut: NDArray[np.uint8] | None = None
        self._heat: QImage | None = None
        self._heat_opacity = 0.0
        self._marks = Marks()
        self._sentence = ""
        self._drag: _Drag | None = None

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Prefer the shape of a chest radiograph."""
        return QSize(760, 860)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Leave room for the marks."""
        return QSize(320, 320)

    @property
    def frame(self) -> Frame | None:
        """What is shown; None where nothing is."""
        return self._frame

    @property
    def sentence(self) -> str:
        """What stands in the image's place; empty where there is an image."""
        return self._sentence

    @property
    def marks(self) -> Marks:
        """What stands in the corners."""
        return self._marks

    @property
    def voi(self) -> Window | LookupTable | None:
        """The VOI LUT or window that is in use."""
        return self._voi

    @property
    def is_inverted(self) -> bool:
        """Whether the image is shown against what the file asks for."""
        return self._is_inverted

    @property
    def is_white_low(self) -> bool:
        """Whether the lowest value is shown white."""
        return self._frame is not None and self._frame.display.is_inverted != self._is_inverted

    @property
    def viewport(self) -> Viewport | None:
        """Scale and position; None where nothing is shown."""
        return self._viewport

    @property
    def screen_scale(self) -> float:
        """Screen pixels per image pixel."""
        return self._viewport.scale * self.devicePixelRatioF() if self._viewport else 1.0

    def show_frame(self, frame: Frame, voi: Window | LookupTable) -> None:
        """Show an image from the start: fitted, not inverted, without heat."""
        self._frame, self._sentence, self._heat = frame, "", None
        self._voi, self._is_inverted = voi, False
        self._viewport = Viewport.fit(frame.rows, frame.columns, self.width(), self.height())
        self._refresh_lut()

    def show_sentence(self, sentence: str) -> None:
        """Show a sentence instead of an image."""
        self._frame = self._viewport = self._voi = self._lut = self._heat = None
        self._is_inverted = False
        self._sentence = sentence
        self.view_changed.emit()
        self.update()

    def set_voi(self, voi: Window | LookupTable) -> None:
        """Use a VOI LUT or window."""
        self._voi = voi
        self._refresh_lut()

    def set_inverted(self, is_inverted: bool) -> None:
        """Turn black and white around."""
        self._is_inverted = is_inverted
        self._refresh_lut()

    def set_heat(self, heat: NDArray[np.uint8] | None) -> None:
        """Lay a coloured heatmap over the whole image; None lays none."""
        self._heat = None
        if heat is not None:
            rows, columns = heat.shape[:2]
            pixels = np.ascontiguousarray(heat)
            picture = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
            self._heat = picture.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        self.update()

    def set_heat_opacity(self, opacity: float) -> None:
        """Take 0, which hides the heatmap and its colour bar, to 1."""
        self._heat_opacity = opacity
        self.update()

    def set_marks(self, marks: Marks) -> None:
        """Show these marks."""
        self._marks = marks
        self.update()

    def fit(self) -> None:
        """Show the whole image."""
        if self._viewport:
            self._move(self._viewport.fitted())

    def show_pixel_for_pixel(self) -> None:
        """Show one image pixel on one screen pixel."""
        if self._viewport:
            self._move(self._viewport.scaled_to(1.0 / self.devicePixelRatioF()))

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle."""
        if self._viewport:
            self._move(self._viewport.zoomed(factor, self.width() / 2, self.height() / 2))

    def _move(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self.view_changed.emit()
        self.update()

    def _refresh_lut(self) -> None:
        if self._frame and self._voi:
            self._lut = self._frame.make_lut(self._voi, is_inverted=self.is_white_low)
        self.view_changed.emit()
        self.update()

    def _window_by(self, voi: Window | LookupTable, dx: float, dy: float) -> None:
        """Move the window so that dragging up always brightens and to the right always softens."""
        if self._frame is not None:
            start = starting_window(voi, self._frame)
            down = -dy if self.is_white_low else dy
            self.set_voi(dragged_window(start, self._frame, dx, down))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint image, heat, colour bar and marks."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(READING_ROOM.canvas))
        rect = QRectF(self.rect())
        font = QFont(self.font())
        if self._frame and self._viewport and self._lut is not None:
            self._paint_image(painter, self._frame, self._viewport, self._lut)
            if self._heat is not None and self._heat_opacity > 0:
                painter.setOpacity(self._heat_opacity)
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(
                    self._to_widget_rect(self._viewport, 0, 0, *self._image_size()), self._heat
                )
                painter.setOpacity(1.0)
                paint_colour_bar(painter, rect, font)
        elif self._sentence:
            painter.setPen(QColor(READING_ROOM.text))
            painter.drawText(
                rect.adjusted(60, 120, -60, -120),
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                self._sentence,
            )
        paint_marks(painter, self._marks, rect, font)
        painter.end()

    def _paint_image(
        self, painter: QPainter, frame: Frame, viewport: Viewport, lut: NDArray[np.uint8]
    ) -> None:
        """Look up only what is in sight, at the size that is nearest to the screen's."""
        size = frame.pick_size(self.screen_scale)
        factor = 1 << size
        part = self._visible_part(viewport, frame.sizes[size].shape, factor)
        if part.isEmpty():
            return
        rows = slice(part.top(), part.bottom() + 1)
        columns = slice(part.left(), part.right() + 1)
        grey = frame.look_up(size, rows, columns, lut)
        picture = QImage(
            grey.data,
            part.width(),
            part.height(),
            grey.strides[0],
            QImage.Format.Format_Grayscale8,
        )
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, self.screen_scale < _SHARP_FROM_SCALE
        )
        target = self._to_widget_rect(
            viewport,
            part.left() * factor,
            part.top() * factor,
            (part.right() + 1) * factor,
            (part.bottom() + 1) * factor,
        )
        painter.drawImage(target, picture)

    def _visible_part(self, viewport: Viewport, shape: tuple[int, ...], factor: int) -> QRect:
        left, top = viewport.to_image(0, 0)
        right, bottom = viewport.to_image(self.width(), self.height())
        first = QRect(0, 0, shape[1], shape[0])
        wanted = QRect(
            int(left // factor) - 1,
            int(top // factor) - 1,
            int((right - left) // factor) + 4,
            int((bottom - top) // factor) + 4,
        )
        return first.intersected(wanted)

    @staticmethod
    def _to_widget_rect(
        viewport: Viewport, left: float, top: float, right: float, bottom: float
    ) -> QRectF:
        return QRectF(
            QPointF(*viewport.to_widget(left, top)), QPointF(*viewport.to_widget(right, bottom))
        )

    def _image_size(self) -> tuple[int, int]:
        return (self._frame.columns, self._frame.rows) if self._frame else (0, 0)

    # Mouse and keys

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep a fitted image fitted."""
        if self._viewport:
            size = event.size()
            self._viewport = self._viewport.resized(size.width(), size.height())
            self.view_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to drag: left as the tool says, right zooms, middle moves."""
        tools = {
            Qt.MouseButton.LeftButton: self.tool,
            Qt.MouseButton.RightButton: Tool.ZOOM,
            Qt.MouseButton.MiddleButton: Tool.PAN,
        }
        if self._frame and self._drag is None and event.button() in tools:
            at = event.position()
            self._drag = _Drag(tools[event.button()], at, at, self._voi)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell the pixel under the cursor, or go on dragging."""
        at = event.position()
        self._probe(at)
        drag, viewport = self._drag, self._viewport
        if drag is None or viewport is None:
            return
        whole, step = at - drag.start, at - drag.last
        drag.last = at
        match drag.tool:
            case Tool.WINDOW if drag.voi is not None:
                self._window_by(drag.voi, whole.x(), whole.y())
            case Tool.ZOOM:
                factor = _ZOOM_PER_DRAGGED_PIXEL ** -step.y()
                self._move(viewport.zoomed(factor, drag.start.x(), drag.start.y()))
            case Tool.PAN:
                self._move(viewport.panned(step.x(), step.y()))
            case Tool.SCROLL:
                steps = int(whole.y() / _PIXELS_PER_KEY)
                if steps != drag.steps:
                    self.stepped.emit(steps - drag.steps)
                    drag.steps = steps

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End the drag."""
        del event
        self._drag = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Change between the whole image and pixel for pixel at the cursor."""
        if self._viewport is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._viewport.is_fitted:
            factor = 1.0 / self.screen_scale
            self._move(self._viewport.zoomed(factor, event.position().x(), event.position().y()))
        else:
            self.fit()

    def leaveEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """Forget the pixel under the cursor."""
        del event
        self.probed.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom to the cursor; with Ctrl, go through the images of the study."""
        notches = event.angleDelta().y() / _WHEEL_NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if notches:
                self.stepped.emit(-1 if notches > 0 else 1)
        elif self._viewport:
            at = event.position()
            self._move(self._viewport.zoomed(_ZOOM_PER_NOTCH**notches, at.x(), at.y()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move with the arrows, window with Shift and the arrows."""
        steps = {
            Qt.Key.Key_Left: (-_PIXELS_PER_KEY, 0),
            Qt.Key.Key_Right: (_PIXELS_PER_KEY, 0),
            Qt.Key.Key_Up: (0, -_PIXELS_PER_KEY),
            Qt.Key.Key_Down: (0, _PIXELS_PER_KEY),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or self._viewport is None or self._voi is None:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._window_by(self._voi, step[0] / 4, step[1] / 4)
        else:
            self._move(self._viewport.panned(-step[0], -step[1]))

    def _probe(self, at: QPointF) -> None:
        pixel = self._viewport.pixel_at(at.x(), at.y()) if self._viewport else None
        self.probed.emit(pixel)
