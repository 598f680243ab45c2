"""The same rendering as `rendering`, strip by strip: for a model, which sees the grey once.

The grey of a pixel follows from that pixel alone, but for two facts of the whole image: whether the
header's padding value is believed, and the percentiles where the header states no window. Those are
found first. Then each strip goes through the very functions of `rendering` while it lies in the
processor's cache, and the grey image need never be there as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage_app.imaging.header import Instance
from triage_app.imaging.pixels import RawFrame, read_raw_frame
from triage_app.imaging.rendering import (
    PERCENTILES,
    apply_modality,
    apply_presentation,
    apply_voi,
    find_voi,
    may_be_reduced,
    modality_image,
    stated_voi,
    window_over,
)
from triage_app.imaging.transforms import (
    GreyTransforms,
    LookupTable,
    PixelPadding,
    Window,
    read_transforms,
)

__all__ = ["StripRendering", "prepare_strips"]

_PIXELS_OF_A_STRIP = 1 << 17
"""A float32 strip of 512 KiB: small enough for a cache, large enough that calls cost little."""

_LARGEST_COUNTED_BITS = 16
"""Stored values of more bits are not counted one by one."""


@dataclass(frozen=True, slots=True)
class StripRendering:
    """A frame and all that is needed to make grey of any of its rows.

    Attributes
    ----------
    voi : as the image is first shown
    padding : None where the header states none, or is not believed
    """

    frame: RawFrame
    transforms: GreyTransforms
    voi: Window | LookupTable
    padding: PixelPadding | None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.frame.containers.shape
        return rows, columns

    def strips(self) -> Iterator[NDArray[np.float32]]:
        """Give the image from the top: (rows of the strip, columns) float32 in [0, 255]."""
        for rows in _strips(self.frame):
            stored = self.frame.stored_values(rows)
            grey = apply_voi(apply_modality(stored, self.transforms.modality), self.voi)
            mask = None if self.padding is None else _is_padding(stored, self.padding)
            yield apply_presentation(
                grey, is_inverted=self.transforms.is_inverted, padding_mask=mask
            )


def prepare_strips(instance: Instance, *, halvings: int = 0) -> StripRendering:
    """Decode the first frame of an instance, and find out how it is first shown.

    Parameters
    ----------
    halvings : as for `load_modality_image`

    Returns
    -------
    StripRendering
        whose strips are the rows of what `render_modality_image` gives, to the last bit; the ends
        of a window over percentiles agree to the precision of float32

    Raises
    ------
    InstanceError
        as `read_stored_values` does
    """
    bits_stored = instance.facts.image.bits_stored
    transforms = read_transforms(instance.header)
    if halvings and not may_be_reduced(transforms, bits_stored):
        halvings = 0
    frame = read_raw_frame(instance, halvings=halvings)
    padding = transforms.padding
    if padding is not None and not _is_believed(frame, padding):
        padding = None
    voi = stated_voi(transforms, bits_stored)
    if voi is None and bits_stored > _LARGEST_COUNTED_BITS:
        voi = find_voi(modality_image(frame.stored_values(), transforms, bits_stored))
    elif voi is None:
        voi = _window_over_percentiles(frame, transforms, padding)
    return StripRendering(frame, transforms, voi, padding)


def _strips(frame: RawFrame) -> Iterator[slice]:
    rows, columns = frame.containers.shape
    step = max(1, _PIXELS_OF_A_STRIP // columns)
    for first in range(0, rows, step):
        yield slice(first, first + step)


def _is_padding(stored: NDArray[np.int32], padding: PixelPadding) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = (stored >= padding.lowest) & (stored <= padding.highest)
    return mask


def _is_believed(frame: RawFrame, padding: PixelPadding) -> bool:
    """Tell, as `find_padding` does, whether some pixels are padding, and some are not."""
    has_padding = has_image = False
    for rows in _strips(frame):
        mask = _is_padding(frame.stored_values(rows), padding)
        has_padding = has_padding or bool(mask.any())
        has_image = has_image or not mask.all()
        if has_padding and has_image:
            return True
    return False


def _window_over_percentiles(
    frame: RawFrame, transforms: GreyTransforms, padding: PixelPadding | None
) -> Window:
    """Count how often each stored value occurs, in place of sorting the pixels."""
    lowest, highest = frame.layout.value_range
    counts: NDArray[np.int64] = np.zeros(highest - lowest + 1, dtype=np.int64)
    for rows in _strips(frame):
        found = np.bincount((frame.stored_values(rows) - lowest).ravel())
        counts[: len(found)] += found
    stored = np.arange(lowest, highest + 1, dtype=np.int32)
    if padding is not None:
        counts[_is_padding(stored, padding)] = 0
    is_there = counts > 0
    values = apply_modality(stored[is_there], transforms.modality)
    order = np.argsort(values)
    ends = np.cumsum(counts[is_there][order])
    darkest, brightest = (_percentile(values[order], ends, each) for each in PERCENTILES)
    return window_over(darkest, brightest)


def _percentile(
    values: NDArray[np.float32], ends: NDArray[np.signedinteger[Any]], percentile: float
) -> float:
    """Interpolate between the pixels around a rank, as `numpy.percentile` does.

    Parameters
    ----------
    values : (n,) rising
    ends : (n,) pixels that have this value or one before it
    """
    rank = percentile / 100.0 * (int(ends[-1]) - 1)
    before, after = np.searchsorted(
        ends, (int(rank), min(int(rank) + 1, int(ends[-1]) - 1)), "right"
    )
    low, high = float(values[before]), float(values[after])
    return low + (high - low) * (rank - int(rank))
