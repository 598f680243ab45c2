"""What each command does to the pane that the reader has turned to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from triage_app.ui.actions import Command
from triage_app.ui.viewer.pane import Pane

__all__ = ["PANE_ACTS"]

_ZOOM_STEP = 1.25

PANE_ACTS: Mapping[Command, Callable[[Pane], object]] = {
    Command.FIT: lambda pane: pane.view.fit(),
    Command.PIXEL_FOR_PIXEL: lambda pane: pane.view.show_pixel_for_pixel(),
    Command.LIFE_SIZE: Pane.show_life_size,
    Command.ZOOM_IN: lambda pane: pane.view.zoom_by(_ZOOM_STEP),
    Command.ZOOM_OUT: lambda pane: pane.view.zoom_by(1 / _ZOOM_STEP),
    Command.RESET: Pane.reset,
    Command.TURN_RIGHT: lambda pane: pane.turn(1),
    Command.TURN_LEFT: lambda pane: pane.turn(-1),
    Command.FLIP: Pane.flip,
    Command.FLIP_UPSIDE_DOWN: lambda pane: pane.flip(is_upside_down=True),
    Command.DELETE_MEASUREMENT: lambda pane: pane.delete_measurements(all_of_them=False),
    Command.DELETE_MEASUREMENTS: lambda pane: pane.delete_measurements(all_of_them=True),
    Command.NEXT_FRAME: lambda pane: pane.step_frame(1),
    Command.PREVIOUS_FRAME: lambda pane: pane.step_frame(-1),
}
