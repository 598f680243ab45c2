"""Choosing and moving the window: presets on the number keys, centre and width under the mouse."""

from __future__ import annotations

from triage_app.imaging.display import DisplayImage, VoiOption
from triage_app.imaging.rendering import window_over
from triage_app.imaging.transforms import LookupTable, VoiFunction, Window
from triage_app.ui.viewer.frame import Frame
from triage_app.ui.wording import decimal_text

__all__ = ["LARGEST_PRESETS", "dragged_window", "presets_for", "starting_window", "voi_text"]

LARGEST_PRESETS = 10
"""As many as there are number keys."""

_PIXELS_FOR_DOUBLE = 256.0
_WIDE = 10.0
_SMALLEST_SHARE_OF_RANGE = 0.02


def presets_for(display: DisplayImage) -> tuple[VoiOption, ...]:
    """Give what the keys 0 to 9 choose: the default, the full range, then the file's other choices.

    The first two stand on the same keys for every image.
    """
    default, *others, full_range = display.voi_options
    return (default, full_range, *others)[:LARGEST_PRESETS]


def starting_window(voi: Window | LookupTable, frame: Frame) -> Window:
    """Give the window that moving starts from; a LUT gives way to a window over its inputs."""
    if isinstance(voi, Window):
        return voi
    first = max(float(voi.first_mapped), frame.lowest)
    last = min(float(voi.first_mapped + len(voi.values) - 1), frame.highest)
    return window_over(first, last) if last > first else window_over(frame.lowest, frame.highest)


def dragged_window(start: Window, frame: Frame, dx: float, dy: float) -> Window:
    """Move a window by mouse: right widens, down raises the centre.

    A step is a share of the window, so that a narrow one moves finely, but never so small that the
    mouse could not lead out of it again.

    Parameters
    ----------
    dx, dy : widget pixels since the drag began
    """
    unit = max(start.width, frame.value_range * _SMALLEST_SHARE_OF_RANGE) / _PIXELS_FOR_DOUBLE
    smallest = 1.0 if start.function is VoiFunction.LINEAR else frame.display.step
    return Window(
        center=start.center + dy * unit,
        width=max(start.width + dx * unit, smallest),
        function=start.function,
    )


def voi_text(voi: Window | LookupTable) -> str:
    """Name a VOI LUT, or give centre and width."""
    if isinstance(voi, LookupTable):
        return f"VOI LUT {voi.explanation}".strip()
    digits = 0 if voi.width >= _WIDE else 3
    text = f"C {decimal_text(voi.center, digits)}  W {decimal_text(voi.width, digits)}"
    return text if voi.function is not VoiFunction.SIGMOID else f"{text}  sigmoid"
