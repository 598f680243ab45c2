"""Where the chest lies on a frontal radiograph, by the pattern of two lungs.

No network and no training: a drawn pattern (two dark lungs, a bright middle, bright walls, domes
below) is tried in some two thousand places and sizes, and the one that explains most of the image
is taken. The estimate is coarse on purpose, for telling whether something lies on the chest or
beside it; it outlines no organ and measures nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["ChestField", "find_chest_field"]

_SIDE = 32
_WIDTHS = np.arange(0.28, 0.50, 0.035)
_HEIGHTS = np.arange(0.24, 0.50, 0.035)
_LEAST_ASPECT, _LARGEST_ASPECT = 0.65, 1.5
_CENTRE_X = np.arange(0.38, 0.63, 0.04)
_CENTRE_Y = np.arange(0.34, 0.63, 0.04)
_COARSE = 4
_COARSE_PART = 0.5
_STEPS = 1024
"""Grey is ranked in so many whole steps: whole numbers add up to the same in any order."""

_MARGIN = 1.12
"""The pattern follows the lungs; ribs, pleura and the spread of a coarse map lie just outside."""

_WORST_MATCH = 0.18
"""Correlation below which the image has no such pattern, so that nothing is said of it."""


@dataclass(frozen=True, slots=True)
class ChestField:
    """A chest's outline: a dome, narrow at the top; lengths are shares of rows and columns.

    Attributes
    ----------
    center_row, center_column : 0 to 1
    half_rows, half_columns : from the centre to the edge where it is widest
    match : correlation of the image with the pattern, 0 to 1
    """

    center_row: float
    center_column: float
    half_rows: float
    half_columns: float
    match: float

    def mask(self, rows: int, columns: int) -> NDArray[np.bool_]:
        """Mark the pixels whose centre lies in the field: (rows, columns) bool."""
        y = ((np.arange(rows) + 0.5) / rows - self.center_row) / self.half_rows
        x = ((np.arange(columns) + 0.5) / columns - self.center_column) / self.half_columns
        inside: NDArray[np.bool_] = (np.abs(y) <= 1.0)[:, np.newaxis] & (
            np.abs(x)[np.newaxis, :] <= _half_width(y)[:, np.newaxis]
        )
        return inside


def find_chest_field(image: NDArray[np.float32]) -> ChestField | None:
    """Estimate where the chest lies.

    Parameters
    ----------
    image : (rows, columns), display grey of a frontal radiograph, bone bright; the whole image or
        the model's input

    Returns
    -------
    None where the image has no such pattern. That an image has one does not make it a chest: what
    comes here is taken for a frontal chest radiograph

    Raises
    ------
    ValueError
        where the image has not two dimensions or is empty

    Notes
    -----
    The image is brought to 32 x 32, its grey to ranks, so that exposure and window do not matter,
    and half of its coarsest unevenness is taken off. The match is the correlation with each
    pattern, whose lungs and surroundings have zero sum and equal weight.
    """
    if image.ndim != 2 or 0 in image.shape:
        raise ValueError(f"expected an image of (rows, columns), received shape {image.shape}")
    values = _levelled(image)
    spread = float(np.sqrt(np.square(values.astype(np.float64)).sum()))
    if spread == 0:
        return None
    bank = _patterns()
    # whole numbers below 2 ** 24: their sums are exact in any order, on any number of threads
    lungs = bank.lungs.astype(np.float32) @ values
    around = bank.around.astype(np.float32) @ values
    difference = around / bank.around_pixels - lungs / bank.lung_pixels
    match = difference / (np.sqrt(1.0 / bank.lung_pixels + 1.0 / bank.around_pixels) * spread)
    best = int(np.argmax(match))
    if match[best] < _WORST_MATCH:
        return None
    row, column, half_rows, half_columns = (float(value) for value in bank.places[best])
    return ChestField(row, column, half_rows * _MARGIN, half_columns * _MARGIN, float(match[best]))


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Places (n, 4), and of each pattern the pixels of lungs and surroundings, (n, pixels) uint8.

    Bytes and not floats: every process that reads images keeps them.
    """

    places: NDArray[np.float64]
    lungs: NDArray[np.uint8]
    around: NDArray[np.uint8]
    lung_pixels: NDArray[np.int64]
    around_pixels: NDArray[np.int64]


def _levelled(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give ranks less half of the coarsest unevenness, of mean zero, as whole numbers."""
    grey = np.nan_to_num(np.ascontiguousarray(image, dtype=np.float32))
    small = Image.fromarray(grey).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    flat = np.asarray(small).ravel()
    if flat.min() == flat.max():
        return np.zeros(flat.size, np.float32)
    ranks = np.empty(flat.size, np.float32)
    ranks[np.argsort(flat, kind="stable")] = np.linspace(0.0, 1.0, flat.size, dtype=np.float32)
    ranked = Image.fromarray(ranks.reshape(_SIDE, _SIDE))
    coarse = ranked.resize((_COARSE, _COARSE), Image.Resampling.BOX)
    uneven = np.asarray(coarse.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)).ravel()
    values = ranks - np.float32(_COARSE_PART) * uneven
    steps = np.rint(values * _STEPS)
    levelled: NDArray[np.float32] = steps - np.rint(steps.mean()).astype(np.float32)
    return levelled


def _half_width(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the dome's half width at a height, -1 at the apices to 1 at the base; 1 at most."""
    return 1.0 - 0.5 * ((1.0 - np.clip(y, -1.0, 1.0)) / 2.0) ** 2.2


@cache
def _patterns() -> _Patterns:
    rows, columns = (centres.ravel() for centres in np.meshgrid(_CENTRE_Y, _CENTRE_X))
    places, lungs, around = [], [], []
    for half_columns in _WIDTHS:
        for half_rows in _HEIGHTS:
            if not _LEAST_ASPECT <= half_rows / half_columns <= _LARGEST_ASPECT:
                continue
            lung, near = _draw(rows, columns, half_rows, half_columns)
            sizes = np.full((len(rows), 2), (half_rows, half_columns))
            places.append(np.column_stack([rows, columns, sizes]))
            lungs.append(lung)
            around.append(near & ~lung)
    of_lungs, of_around = (
        np.concatenate(some).reshape(-1, _SIDE * _SIDE) for some in (lungs, around)
    )
    return _Patterns(
        np.concatenate(places),
        of_lungs.view(np.uint8),
        of_around.view(np.uint8),
        of_lungs.sum(axis=1),
        of_around.sum(axis=1),
    )


def _draw(
    rows: NDArray[np.float64], columns: NDArray[np.float64], half_rows: float, half_columns: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Draw lungs at each centre, and lungs with what lies close around them.

    Lengths below are shares of the dome's half size.

    Returns
    -------
    two of (n, rows, columns) bool
    """
    middles = (np.arange(_SIDE) + 0.5) / _SIDE
    y = ((middles - rows[:, np.newaxis]) / half_rows)[:, :, np.newaxis]
    x = ((middles - columns[:, np.newaxis]) / half_columns)[:, np.newaxis, :]
    beside = np.abs(x)
    wall = _half_width(y)
    # the heart widens the middle downwards, more to the patient's left
    heart = 0.15 + 0.17 * np.clip(y + 0.2, 0.0, 1.0) + (x > 0) * 0.08 * np.clip(y + 0.3, 0.0, 1.0)
    apex = -1.0 + 0.25 * np.clip(beside - 0.4, 0.0, 1.0)
    diaphragm = 0.72 + 0.28 * np.clip((beside - 0.3) / 0.6, 0.0, 1.0)
    lung = (beside > heart) & (beside < 0.93 * wall) & (y > apex) & (y < diaphragm)
    near = (beside < 1.22 * wall) & (y > -1.18) & (y < 1.25)
    return lung, near
