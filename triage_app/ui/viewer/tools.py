"""What mouse, wheel and arrow keys do on an image."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from triage_app.imaging.transforms import LookupTable, Window
from triage_app.ui.viewer.measurement import MeasurementKind

if TYPE_CHECKING:
    from triage_app.ui.viewer.image_view import ImageView

__all__ = ["MouseHabits", "PointerTools", "Tool"]

_WHEEL_NOTCH = 120.0
_ZOOM_PER_NOTCH = 1.2
_ZOOM_PER_DRAGGED_PIXEL = 1.006
_PIXELS_PER_KEY = 40
_CURSOR_PIXELS_PER_KEY = 10
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Tool(StrEnum):
    """What dragging with the left button does."""

    WINDOW = "window"
    ZOOM = "zoom"
    PAN = "pan"
    SCROLL = "scroll"
    LENGTH = "length"
    ANGLE = "angle"

    @property
    def measured(self) -> MeasurementKind | None:
        """What the tool measures; None for one that does not."""
        return {Tool.LENGTH: MeasurementKind.LENGTH, Tool.ANGLE: MeasurementKind.ANGLE}.get(self)


@dataclass(frozen=True, slots=True)
class MouseHabits:
    """What the mouse does beside the tool, which is for the left button; readers' hands differ.

    Attributes
    ----------
    right, middle : what dragging with that button does
    wheel : ZOOM zooms to the cursor; SCROLL goes through frames and images, and zooms with Ctrl
    """

    right: Tool = Tool.ZOOM
    middle: Tool = Tool.PAN
    wheel: Tool = Tool.ZOOM

    def __post_init__(self) -> None:
        """Refuse a wheel that measures."""
        if self.wheel not in (Tool.ZOOM, Tool.SCROLL):
            raise ValueError(f"expected a wheel that zooms or scrolls, received {self.wheel}")


@dataclass(slots=True)
class _Drag:
    """A drag under way: what it does, where it began and where it was last."""

    tool: Tool
    start: QPointF
    last: QPointF
    voi: Window | LookupTable | None
    steps: int = 0


class PointerTools:
    """Turns the events of one view into what it is asked to do."""

    def __init__(self, view: ImageView) -> None:
        self._view = view
        self._drag: _Drag | None = None
        self.habits = MouseHabits()

    @property
    def is_dragging(self) -> bool:
        """Whether frame follows frame."""
        return self._drag is not None and self._drag.tool.measured is None

    def press(self, event: QMouseEvent) -> None:
        """Begin to drag: left as the tool says, the others as the reader is used to."""
        view, at = self._view, event.position()
        tools = {
            Qt.MouseButton.LeftButton: view.tool,
            Qt.MouseButton.RightButton: self.habits.right,
            Qt.MouseButton.MiddleButton: self.habits.middle,
        }
        placement = view.placement
        if placement is None or self._drag is not None or event.button() not in tools:
            return
        tool = tools[event.button()]
        self._drag = _Drag(tool, at, at, view.voi)
        if tool.measured:
            view.measuring.press(tool.measured, at.x(), at.y(), placement)
            view.update()

    def move(self, event: QMouseEvent) -> None:
        """Tell the pixel under the cursor, and go on with what was begun."""
        view, at, drag = self._view, event.position(), self._drag
        view.put_cursor(at)
        placement = view.placement
        if placement is None:
            return
        if drag is None or drag.tool.measured:
            if view.measuring.move(at.x(), at.y(), placement):
                view.update()
            return
        whole, step = at - drag.start, at - drag.last
        drag.last = at
        match drag.tool:
            case Tool.WINDOW if drag.voi is not None:
                view.window_by(drag.voi, whole.x(), whole.y())
            case Tool.ZOOM:
                factor = _ZOOM_PER_DRAGGED_PIXEL ** -step.y()
                view.move_to(placement.viewport.zoomed(factor, drag.start.x(), drag.start.y()))
            case Tool.PAN:
                view.move_to(placement.viewport.panned(step.x(), step.y()))
            case Tool.SCROLL:
                steps = int(whole.y() / _PIXELS_PER_KEY)
                if steps != drag.steps:
                    view.stepped.emit(steps - drag.steps)
                    drag.steps = steps

    def release(self, event: QMouseEvent) -> None:
        """End the drag."""
        drag, self._drag = self._drag, None
        placement, at = self._view.placement, event.position()
        if drag is not None and drag.tool.measured and placement is not None:
            self._view.measuring.release(at.x(), at.y(), placement)
        self._view.update()

    def double_click(self, event: QMouseEvent) -> None:
        """Change between the whole image and pixel for pixel at the cursor."""
        view = self._view
        if view.viewport is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if view.tool.measured:
            self.press(event)
        elif view.viewport.is_fitted:
            at = event.position()
            view.move_to(view.viewport.zoomed(1.0 / view.screen_scale, at.x(), at.y()))
        else:
            view.fit()

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom to the cursor or go through frames and images; with Ctrl the other of both."""
        notches = event.angleDelta().y() / _WHEEL_NOTCH
        has_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if has_ctrl != (self.habits.wheel is Tool.SCROLL):
            if notches:
                self._view.stepped.emit(-1 if notches > 0 else 1)
        elif self._view.viewport:
            at = event.position()
            factor = _ZOOM_PER_NOTCH**notches
            self._view.move_to(self._view.viewport.zoomed(factor, at.x(), at.y()))
        event.accept()

    def key(self, event: QKeyEvent) -> bool:
        """Use an arrow or Enter; whether it was one.

        Arrows move the image, with Shift the window; while measuring they move the cursor, with
        Ctrl pixel by pixel, and Enter sets a point there.
        """
        view = self._view
        arrow, placement = _ARROWS.get(Qt.Key(event.key())), view.placement
        if placement is None or view.voi is None:
            return False
        kind = view.tool.measured
        if kind and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            at = view.cursor_point()
            view.measuring.press(kind, at.x(), at.y(), placement)
            view.put_cursor(at, is_by_keys=True)
            return True
        if arrow is None:
            return False
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            view.window_by(view.voi, *(part * _PIXELS_PER_KEY / 4 for part in arrow))
        elif kind:
            is_fine = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            step = QPointF(*arrow) * (1 if is_fine else _CURSOR_PIXELS_PER_KEY)
            at = view.cursor_point() + step
            view.put_cursor(at, is_by_keys=True)
            view.measuring.move(at.x(), at.y(), placement)
        else:
            view.move_to(placement.viewport.panned(*(-part * _PIXELS_PER_KEY for part in arrow)))
        return True
