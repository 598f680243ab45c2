"""From drawn grey to stored values, with the transforms that bring the grey back.

Devices store what they like and say in the header how it is shown; each `GreyStyle` is one of the
ways that real devices use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage_app.demonstration.canvas import FloatImage
from triage_app.imaging.transforms import (
    GreyTransforms,
    LookupTable,
    PixelPadding,
    Rescale,
    VoiFunction,
    Window,
)

__all__ = ["GreyStyle", "StoredImage", "store_grey"]

_DARKEST, _BRIGHTEST = 0.08, 0.86
"""Share of the stored range where the display's black and white lie."""


class GreyStyle(StrEnum):
    """How a device stores grey."""

    PLAIN = "no window at all: the values are grey"
    LINEAR = "one window"
    LINEAR_EXACT = "one window of function LINEAR_EXACT"
    SIGMOID = "one window of function SIGMOID"
    SEVERAL_WINDOWS = "two windows, the first for the lungs"
    VOI_TABLE = "a VOI LUT Sequence"
    MODALITY_TABLE = "a Modality LUT Sequence, then a window"
    RESCALED = "signed values, a rescale, then a window"
    PADDED = "one window, and padding outside the collimator's opening"


@dataclass(frozen=True, slots=True)
class StoredImage:
    """Stored values and how they become grey again.

    Attributes
    ----------
    pixels : (rows, columns) uint8, uint16 or int16
    transforms : for the header
    """

    pixels: NDArray[np.integer[Any]] = field(repr=False)
    transforms: GreyTransforms


def store_grey(
    image: FloatImage, style: GreyStyle, *, bits_stored: int, is_inverted: bool = False
) -> StoredImage:
    """Store display grey as a device would.

    Parameters
    ----------
    image : (rows, columns) float32, display grey 0 to 1, bone bright
    style : how
    bits_stored : 8 to 16
    is_inverted : whether low values are bright (MONOCHROME1)

    Returns
    -------
    StoredImage; rendered, it gives `image` back but for what rounding takes
    """
    grey = 1 - image if is_inverted else image
    top = 2**bits_stored - 1
    values, modality, voi = _STYLES[style](grey, top)
    padding = None
    if style is GreyStyle.PADDED:
        # Outside the opening there is no image; those values are the far end of the range.
        outside = top if is_inverted else 0
        padding = PixelPadding(outside, outside)
        values = np.where(image <= 0, np.float32(outside), values)
    is_signed = isinstance(modality, Rescale) and modality != Rescale()
    lowest = -(2 ** (bits_stored - 1)) if is_signed else 0
    dtype = np.int16 if is_signed else np.uint8 if bits_stored == 8 else np.uint16
    return StoredImage(
        np.rint(np.clip(values, lowest, lowest + top)).astype(dtype),
        GreyTransforms(modality, voi, is_inverted=is_inverted, padding=padding),
    )


_Modality = Rescale | LookupTable
_Stored = tuple[FloatImage, _Modality, tuple[Window | LookupTable, ...]]


def _spread(grey: FloatImage, top: int) -> tuple[FloatImage, int, int]:
    """Lay grey on a part of the stored range; gives the values of black and white too."""
    black, white = round(_DARKEST * top), round(_BRIGHTEST * top)
    return black + grey * np.float32(white - black), black, white


def _window(black: float, white: float) -> Window:
    # PS3.3 C.11.2.1.2.1: LINEAR is black at center - 0.5 - (width - 1) / 2, white as far above.
    return Window((black + white + 1) / 2, white - black + 1)


def _plain(grey: FloatImage, top: int) -> _Stored:
    return grey * np.float32(top), Rescale(), ()


def _linear(grey: FloatImage, top: int) -> _Stored:
    values, black, white = _spread(grey, top)
    return values, Rescale(), (_window(black, white),)


def _linear_exact(grey: FloatImage, top: int) -> _Stored:
    values, black, white = _spread(grey, top)
    window = Window((black + white) / 2, white - black, VoiFunction.LINEAR_EXACT)
    return values, Rescale(), (window,)


def _sigmoid(grey: FloatImage, top: int) -> _Stored:
    center, width = round(0.48 * top), round(0.36 * top)
    # The function never reaches black or white.
    within = np.clip(grey, 0.006, 0.994)
    values = center + np.float32(width / 4) * np.log(within / (1 - within))
    return values, Rescale(), (Window(center, width, VoiFunction.SIGMOID),)


def _several_windows(grey: FloatImage, top: int) -> _Stored:
    values, black, white = _spread(grey, top)
    first = _window(black, white)
    lungs = Window(first.center, first.width, explanation="LUNG")
    bones = Window(round(0.62 * top), round(0.5 * top), explanation="BONE")
    return values, Rescale(), (lungs, bones)


def _voi_table(grey: FloatImage, top: int) -> _Stored:
    table = LookupTable(_entries((np.arange(top + 1) / top) ** 1.6), 0, 16, "FILM LIKE")
    return grey ** np.float32(1 / 1.6) * np.float32(top), Rescale(), (table,)


def _modality_table(grey: FloatImage, top: int) -> _Stored:
    table = LookupTable(_entries((np.arange(top + 1) / top) ** 0.8), 0, 16)
    return grey ** np.float32(1.25) * np.float32(top), table, (_window(0, 65535),)


def _rescaled(grey: FloatImage, top: int) -> _Stored:
    values, black, white = _spread(grey, top)
    half = (top + 1) // 2
    # Modality value = stored value / 2 + half / 2, which is half of what `_spread` laid out.
    return values - half, Rescale(0.5, half / 2), (_window(black / 2, white / 2),)


_STYLES: dict[GreyStyle, Callable[[FloatImage, int], _Stored]] = {
    GreyStyle.PLAIN: _plain,
    GreyStyle.LINEAR: _linear,
    GreyStyle.LINEAR_EXACT: _linear_exact,
    GreyStyle.SIGMOID: _sigmoid,
    GreyStyle.SEVERAL_WINDOWS: _several_windows,
    GreyStyle.VOI_TABLE: _voi_table,
    GreyStyle.MODALITY_TABLE: _modality_table,
    GreyStyle.RESCALED: _rescaled,
    GreyStyle.PADDED: _linear,
}


def _entries(curve: NDArray[np.float64]) -> NDArray[np.uint16]:
    return np.rint(curve * 65535).astype(np.uint16)
