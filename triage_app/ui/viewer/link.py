"""Two views that follow each other: in zoom and position, and in window."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from triage_app.imaging.transforms import Window
from triage_app.ui.viewer.pane import Pane
from triage_app.ui.viewer.viewport import Viewport

__all__ = ["PaneLink"]


class PaneLink(QObject):
    """Hands on to the other pane what the reader does in one.

    Images of two acquisitions share neither matrix nor values. So zoom is handed on as a share of
    the scale that fits, position as a share of the image, and a window as what was changed of the
    one that the image came with.
    """

    def __init__(self, first: Pane, second: Pane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panes = (first, second)
        self._seen = [_look(pane) for pane in self._panes]
        self._is_handing_on = False
        self.has_zoom = False
        self.has_window = False
        for number, pane in enumerate(self._panes):
            pane.view.view_changed.connect(lambda n=number: self._note(n))

    def set_zoom(self, is_linked: bool) -> None:
        """Zoom and move both from now on."""
        self.has_zoom = is_linked

    def set_window(self, is_linked: bool) -> None:
        """Window and invert both from now on."""
        self.has_window = is_linked

    def _note(self, number: int) -> None:
        pane, other = self._panes[number], self._panes[1 - number]
        before, now = self._seen[number], _look(pane)
        self._seen[number] = now
        if self._is_handing_on or before[0] is not now[0] or not (pane.image and other.image):
            return
        self._is_handing_on = True
        try:
            if self.has_zoom and before[1] != now[1]:
                _hand_on_viewport(pane, other)
            if self.has_window and before[2:] != now[2:]:
                _hand_on_window(pane, other)
        finally:
            self._is_handing_on = False


def _look(pane: Pane) -> tuple[object, Viewport | None, object, bool]:
    view = pane.view
    return view.frame, view.viewport, view.voi, view.is_inverted


def _hand_on_viewport(pane: Pane, other: Pane) -> None:
    source, target = pane.view.viewport, other.view.viewport
    if source is None or target is None:
        return
    if source.is_fitted:
        other.view.fit()
        return
    share = source.scale / source.fitted().scale
    scaled = target.scaled_to(target.fitted().scale * share)
    x = source.center_x / source.columns * target.columns
    y = source.center_y / source.rows * target.rows
    other.view.move_to(scaled.centred_at(x, y))


def _hand_on_window(pane: Pane, other: Pane) -> None:
    if pane.view.is_inverted != other.view.is_inverted:
        other.view.set_inverted(pane.view.is_inverted)
    now = pane.view.voi
    base, target = (one.presets[0].voi if one.presets else None for one in (pane, other))
    if now is base and target is not None:
        other.view.set_voi(target)
    elif isinstance(now, Window) and isinstance(base, Window) and isinstance(target, Window):
        moved = (now.center - base.center) / base.width
        other.view.set_voi(
            replace(
                target,
                center=target.center + moved * target.width,
                width=target.width * now.width / base.width,
            )
        )
