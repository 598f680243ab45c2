"""An image prepared for windowing in real time: halved into sizes, looked up for every frame.

Painting looks up only what is in sight, at the size nearest to the screen's, so that a frame costs
what the screen costs and not what the image does. The table is made by the same `render` that a
still image goes through, over one pixel per level, so that both show the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from triage_app.imaging.display import DisplayImage, render
from triage_app.imaging.transforms import LookupTable, Window

__all__ = ["Frame", "make_frame"]

T = TypeVar("T", bound=np.generic)

_SMALLEST_SIDE = 192
_ALL_LEVELS = np.arange(1 << 16, dtype=np.uint16)[np.newaxis]


@dataclass(frozen=True, slots=True)
class Frame:
    """An image with its half, quarter, ... sizes.

    Attributes
    ----------
    display : modality values and what the file says of their display
    lowest, highest : modality values, where there is image
    sizes : (rows, columns) uint16 levels, the full size first, each next one half of it
    padding : the same sizes, True where there is no image; None where there is image everywhere
    """

    display: DisplayImage
    lowest: float
    highest: float
    sizes: tuple[NDArray[np.uint16], ...] = field(repr=False)
    padding: tuple[NDArray[np.bool_], ...] | None = field(repr=False)

    @property
    def rows(self) -> int:
        """Of the full size."""
        return int(self.sizes[0].shape[0])

    @property
    def columns(self) -> int:
        """Of the full size."""
        return int(self.sizes[0].shape[1])

    @property
    def value_range(self) -> float:
        """Modality units from the lowest to the highest value, above 0."""
        return max(self.highest - self.lowest, self.display.step, 1e-9)

    def make_lut(self, voi: Window | LookupTable, *, is_inverted: bool) -> NDArray[np.uint8]:
        """Make the display grey of every level.

        Returns
        -------
        (65536,) uint8
        """
        levels = replace(self.display, levels=_ALL_LEVELS, padding_mask=None)
        lut: NDArray[np.uint8] = render(levels, voi, is_inverted=is_inverted)[0]
        return lut

    def pick_size(self, scale: float) -> int:
        """Give the index of the size whose pixels come nearest to one screen pixel each.

        Parameters
        ----------
        scale : screen pixels per image pixel
        """
        wanted = round(float(np.log2(1.0 / scale))) if scale < 1.0 else 0
        return min(wanted, len(self.sizes) - 1)

    def look_up(
        self, size: int, rows: slice, columns: slice, lut: NDArray[np.uint8]
    ) -> NDArray[np.uint8]:
        """Give display grey of a part of one size.

        Returns
        -------
        (rows, columns) uint8, contiguous
        """
        grey: NDArray[np.uint8] = lut[self.sizes[size][rows, columns]]
        if self.padding is not None:
            grey[self.padding[size][rows, columns]] = 0
        return grey

    def value_at(self, row: int, column: int) -> float | None:
        """Give the modality value of a pixel; None where there is no image."""
        mask = self.display.padding_mask
        if mask is not None and mask[row, column]:
            return None
        return float(self.display.values[row, column])


def make_frame(display: DisplayImage) -> Frame:
    """Halve an image down to a size that no screen undercuts."""
    sizes = [display.levels]
    while min(sizes[-1].shape) >= 2 * _SMALLEST_SIDE:
        sizes.append(_halve(sizes[-1]))
    is_image = np.True_ if display.padding_mask is None else ~display.padding_mask
    lowest = float(display.values.min(where=is_image, initial=np.inf))
    highest = float(display.values.max(where=is_image, initial=-np.inf))
    if display.padding_mask is None:
        return Frame(display, lowest, highest, tuple(sizes), None)
    masks = [display.padding_mask]
    while len(masks) < len(sizes):
        quarters = _quarters(masks[-1])
        masks.append(quarters[0] | quarters[1] | quarters[2] | quarters[3])
    return Frame(display, lowest, highest, tuple(sizes), tuple(masks))


def _halve(levels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    quarters = _quarters(levels)
    total = quarters[0].astype(np.uint32)
    for quarter in quarters[1:]:
        total += quarter
    return ((total + 2) // 4).astype(np.uint16)


def _quarters(image: NDArray[T]) -> list[NDArray[T]]:
    """Give the four pixels of every two by two; an odd last row or column is left out."""
    rows, columns = (side // 2 * 2 for side in image.shape)
    return [image[r:rows:2, c:columns:2] for r in (0, 1) for c in (0, 1)]
