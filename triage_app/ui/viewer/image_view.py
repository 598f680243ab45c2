"""The radiograph itself: painted, windowed, zoomed, turned and measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
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

from triage_app.imaging.image_plane import ImagePlane
from triage_app.imaging.transforms import LookupTable, Window
from triage_app.ui.theme import READING_ROOM
from triage_app.ui.viewer.frame import Frame
from triage_app.ui.viewer.heat_layer import HeatLayer, HeatStyle
from triage_app.ui.viewer.heat_overlay import HeatOverlay
from triage_app.ui.viewer.marks import Marks, paint_marks
from triage_app.ui.viewer.measuring import Measuring, paint_measurements
from triage_app.ui.viewer.orientation import Orientation
from triage_app.ui.viewer.painting import paint_cross, paint_frame, paint_magnifier
from triage_app.ui.viewer.placement import Placement
from triage_app.ui.viewer.tools import MouseHabits, PointerTools, Tool
from triage_app.ui.viewer.viewport import Viewport
from triage_app.ui.viewer.windowing import dragged_window, starting_window

__all__ = ["ImageView", "Tool"]


class ImageView(QWidget):
    """Shows one frame, the heat over it and the marks around it; decides nothing of them itself."""

    view_changed = Signal()
    """Zoom, position, orientation, window or inversion have changed."""
    probed = Signal(object)
    """Row and column of the pixel under the cursor, or None."""
    stepped = Signal(int)
    """The reader asks for a frame or an image that many places further."""
    focused = Signal()
    """The reader turns to this view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Radiograph"))
        self.tool = Tool.WINDOW
        self.measuring = Measuring()
        self._tools = PointerTools(self)
        self._frame: Frame | None = None
        self._plane = ImagePlane()
        self._placement: Placement | None = None
        self._voi: Window | LookupTable | None = None
        self._is_inverted = False
        self._lut: NDArray[np.uint8] | None = None
        self._heat = HeatOverlay()
        self._marks = Marks()
        self._sentence = ""
        self._cursor: QPointF | None = None
        self._is_cursor_shown = False
        self._has_magnifier = False
        self._shows_measurements = True
        self._is_active = False

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
    def placement(self) -> Placement | None:
        """How the image lies in the widget; None where nothing is shown."""
        return self._placement

    @property
    def viewport(self) -> Viewport | None:
        """Scale and position; None where nothing is shown."""
        return self._placement.viewport if self._placement else None

    @property
    def orientation(self) -> Orientation:
        """How the image is turned and flipped."""
        return self._placement.orientation if self._placement else Orientation()

    @property
    def screen_scale(self) -> float:
        """Screen pixels per image pixel."""
        return self.viewport.scale * self.devicePixelRatioF() if self.viewport else 1.0

    # What is shown

    def show_frame(
        self,
        frame: Frame,
        voi: Window | LookupTable,
        plane: ImagePlane = ImagePlane(),  # noqa: B008 - frozen
    ) -> None:
        """Show an image from the start: fitted, upright, not inverted, without heat."""
        self._frame, self._plane, self._sentence = frame, plane, ""
        self._voi, self._is_inverted = voi, False
        self._placement = self._fitted(Orientation())
        self.measuring = Measuring()
        self.set_heat(None)
        self._refresh_lut()

    def replace_frame(self, frame: Frame) -> None:
        """Show another frame of the same image, placed and windowed as the one before."""
        placement = self._placement
        if placement is None or (frame.rows, frame.columns) != (placement.rows, placement.columns):
            raise ValueError("expected a frame of the shape that is shown, received another")
        self._frame = frame
        self._refresh_lut()

    def show_sentence(self, sentence: str) -> None:
        """Show a sentence instead of an image."""
        self._frame = self._placement = self._voi = self._lut = None
        self._is_inverted = False
        self._sentence = sentence
        self.measuring = Measuring()
        self.set_heat(None)
        self.view_changed.emit()

    def set_voi(self, voi: Window | LookupTable) -> None:
        """Use a VOI LUT or window."""
        self._voi = voi
        self._refresh_lut()

    def set_inverted(self, is_inverted: bool) -> None:
        """Turn black and white around."""
        self._is_inverted = is_inverted
        self._refresh_lut()

    def set_heat(self, heat: HeatLayer | None) -> None:
        """Lay a heatmap over the whole image; None lays none."""
        self._heat.set_layer(heat)
        self.update()

    def set_heat_style(self, style: HeatStyle) -> None:
        """Show the heatmap that way."""
        self._heat.set_style(style)
        self.update()

    def set_marks(self, marks: Marks) -> None:
        """Show these marks."""
        if marks != self._marks:
            self._marks = marks
            self.update()

    def set_measurements_shown(self, is_shown: bool) -> None:
        """Show or hide lengths and angles."""
        self._shows_measurements = is_shown
        self.update()

    def set_magnifier(self, is_on: bool) -> None:
        """Hold a glass over the cursor."""
        self._has_magnifier = is_on
        self.update()

    def set_active(self, is_active: bool) -> None:
        """Draw a line around the view that commands go to, where there are several."""
        self._is_active = is_active
        self.update()

    def set_mouse_habits(self, habits: MouseHabits) -> None:
        """Let buttons and wheel do what the reader is used to."""
        self._tools.habits = habits

    # Placing and windowing

    def fit(self) -> None:
        """Show the whole image."""
        if self.viewport:
            self.move_to(self.viewport.fitted())

    def show_pixel_for_pixel(self) -> None:
        """Show one image pixel on one screen pixel."""
        if self.viewport:
            self.move_to(self.viewport.scaled_to(1.0 / self.devicePixelRatioF()))

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle."""
        if self.viewport:
            self.move_to(self.viewport.zoomed(factor, self.width() / 2, self.height() / 2))

    def move_to(self, viewport: Viewport) -> None:
        """Take scale and position."""
        if self._placement:
            self._place(replace(self._placement, viewport=viewport))

    def orient(self, orientation: Orientation) -> None:
        """Turn and flip the image."""
        if self._placement:
            self._place(self._placement.oriented(orientation))

    def window_by(self, voi: Window | LookupTable, dx: float, dy: float) -> None:
        """Move the window so that dragging up always brightens and to the right always softens."""
        if self._frame is not None:
            start = starting_window(voi, self._frame)
            down = -dy if self.is_white_low else dy
            self.set_voi(dragged_window(start, self._frame, dx, down))

    def put_cursor(self, at: QPointF | None, *, is_by_keys: bool = False) -> None:
        """Take the cursor somewhere, tell the pixel there, and show it if keys have moved it."""
        if at is not None and is_by_keys:
            at = QPointF(
                min(max(at.x(), 0.0), self.width() - 1.0),
                min(max(at.y(), 0.0), self.height() - 1.0),
            )
        needs_paint = self._has_magnifier or is_by_keys or self._is_cursor_shown
        self._cursor, self._is_cursor_shown = at, is_by_keys
        on_image = at is not None and self._placement is not None
        self.probed.emit(self._placement.pixel_at(at.x(), at.y()) if on_image else None)  # type: ignore[union-attr]
        if needs_paint:
            self.update()

    def cursor_point(self) -> QPointF:
        """Where the cursor is, else the middle."""
        return QPointF(self.rect().center()) if self._cursor is None else QPointF(self._cursor)

    def _fitted(self, orientation: Orientation) -> Placement | None:
        if self._frame is None:
            return None
        return Placement.fit(
            self._frame.rows,
            self._frame.columns,
            self.width(),
            self.height(),
            pixel_aspect=self._plane.pixel_aspect,
            orientation=orientation,
        )

    def _place(self, placement: Placement) -> None:
        self._placement = placement
        self.view_changed.emit()
        self.update()

    def _refresh_lut(self) -> None:
        if self._frame and self._voi:
            self._lut = self._frame.make_lut(self._voi, is_inverted=self.is_white_low)
        self.view_changed.emit()
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the image, what is laid over it, and what is only for the hand."""
        del event
        painter = QPainter(self)
        self._paint_scene(painter)
        frame, placement, lut = self._frame, self._placement, self._lut
        if frame and placement and lut is not None:
            at = self.cursor_point()
            if self._has_magnifier:
                ratio = self.devicePixelRatioF()
                paint_magnifier(painter, frame, placement, lut, at=at, pixel_ratio=ratio)
            if self._is_cursor_shown and self.tool.measured:
                paint_cross(painter, at)
        if self._is_active:
            painter.setPen(QColor(READING_ROOM.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def to_picture(self) -> QImage:
        """Paint what is shown, with marks and measurements, as a picture of its own."""
        ratio = self.devicePixelRatioF()
        picture = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        self._paint_scene(painter)
        painter.end()
        return picture

    def _paint_scene(self, painter: QPainter) -> None:
        rect, font = QRectF(self.rect()), QFont(self.font())
        painter.setFont(font)
        painter.fillRect(rect, QColor(READING_ROOM.canvas))
        frame, placement, lut = self._frame, self._placement, self._lut
        if frame and placement and lut is not None:
            ratio = self.devicePixelRatioF()
            paint_frame(
                painter,
                frame,
                placement,
                lut,
                clip=rect,
                pixel_ratio=ratio,
                is_moving=self._tools.is_dragging,
            )
            self._heat.paint(painter, placement, rect, font)
            if self._shows_measurements:
                drawn = self.measuring.all
                paint_measurements(painter, drawn, placement.to_widget, self._plane, font)
        elif self._sentence:
            painter.setPen(QColor(READING_ROOM.text))
            painter.drawText(
                rect.adjusted(60, 120, -60, -120),
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                self._sentence,
            )
        paint_marks(painter, self._marks, rect, font)

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep a fitted image fitted."""
        if self.viewport:
            self.move_to(self.viewport.resized(event.size().width(), event.size().height()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to drag."""
        self.focused.emit()
        self._tools.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell the pixel under the cursor, and go on dragging."""
        self._tools.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End the drag."""
        self._tools.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Change between the whole image and pixel for pixel."""
        self._tools.double_click(event)

    def leaveEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """Forget the pixel under the cursor."""
        del event
        self.put_cursor(None)

    def focusInEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """Tell that commands are for this view now."""
        del event
        self.focused.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom, or go through frames and images."""
        self._tools.wheel(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move, window, or set a point."""
        if not self._tools.key(event):
            super().keyPressEvent(event)
