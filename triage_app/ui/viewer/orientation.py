"""How an image is turned and flipped before it is shown, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Orientation"]

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Orientation:
    """A flip of left and right, then quarter turns clockwise: every way to lay an image down.

    Coordinates run from 0 to `columns` and from 0 to `rows`, of the image as it is stored or as it
    is shown.

    Attributes
    ----------
    quarter_turns : clockwise, 0 to 3
    is_flipped : whether what is seen is a mirror image
    """

    quarter_turns: int = 0
    is_flipped: bool = False

    def turned(self, quarters: int) -> Orientation:
        """Turn what is seen clockwise; a negative number turns it back."""
        return Orientation((self.quarter_turns + quarters) % 4, self.is_flipped)

    def flipped(self) -> Orientation:
        """Exchange left and right of what is seen."""
        return Orientation(-self.quarter_turns % 4, not self.is_flipped)

    def flipped_upside_down(self) -> Orientation:
        """Exchange top and bottom of what is seen."""
        return Orientation((2 - self.quarter_turns) % 4, not self.is_flipped)

    @property
    def swaps_axes(self) -> bool:
        """Whether rows are shown as columns."""
        return self.quarter_turns % 2 == 1

    def shown_shape(self, rows: int, columns: int) -> tuple[int, int]:
        """Give rows and columns as shown."""
        return (columns, rows) if self.swaps_axes else (rows, columns)

    def shown_aspect(self, pixel_aspect: float) -> float:
        """Give height over width of a pixel as shown."""
        return 1.0 / pixel_aspect if self.swaps_axes else pixel_aspect

    def to_shown(self, x: float, y: float, rows: int, columns: int) -> tuple[float, float]:
        """Give the shown coordinates of stored ones.

        Parameters
        ----------
        rows, columns : of the image as it is stored
        """
        if self.is_flipped:
            x = columns - x
        for turn in range(self.quarter_turns):
            height = rows if turn % 2 == 0 else columns
            x, y = height - y, x
        return x, y

    def to_stored(self, x: float, y: float, rows: int, columns: int) -> tuple[float, float]:
        """Give the stored coordinates of shown ones; see `to_shown`."""
        for turn in reversed(range(self.quarter_turns)):
            height = rows if turn % 2 == 0 else columns
            x, y = y, height - x
        return (columns - x, y) if self.is_flipped else (x, y)

    def apply(self, image: NDArray[T]) -> NDArray[T]:
        """Lay the first two axes of an image down as they are shown; contiguous."""
        shown: NDArray[Any] = image[:, ::-1] if self.is_flipped else image
        return np.ascontiguousarray(np.rot90(shown, -self.quarter_turns))

    def shown_edges(self, edges: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
        """Give what lies at the left, top, right and bottom as shown, from the same as stored."""
        left, top, right, bottom = edges
        if self.is_flipped:
            left, right = right, left
        for _ in range(self.quarter_turns):
            left, top, right, bottom = bottom, left, top, right
        return left, top, right, bottom
