"""Images made by a formula, to prove that a model gives the score its card states.

A formula needs no file, holds nobody's data, and gives the same bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["CHECK_IMAGES", "make_check_image"]


def _two_lungs(rows: int, columns: int) -> NDArray[np.float32]:
    """Draw two dark ellipses on grey with a bright middle: the coarse look of a frontal chest."""
    y = np.linspace(-1.0, 1.0, rows, dtype=np.float64)[:, np.newaxis]
    x = np.linspace(-1.0, 1.0, columns, dtype=np.float64)[np.newaxis, :]
    grey = 150.0 - 40.0 * np.abs(y) + 30.0 * (1.0 - np.abs(x))
    for side in (-1.0, 1.0):
        inside = ((x - side * 0.42) / 0.30) ** 2 + ((y + 0.05) / 0.62) ** 2
        grey = grey - 95.0 * np.clip(1.6 - inside, 0.0, 1.0)
    ribs = 12.0 * np.cos(9.0 * np.pi * (y + 0.25 * x**2))
    return np.clip(np.round(grey + ribs), 0.0, 255.0).astype(np.float32)


CHECK_IMAGES: dict[str, Callable[[int, int], NDArray[np.float32]]] = {"two_lungs": _two_lungs}
"""Formulas by the name that a card uses."""


def make_check_image(formula: str, rows: int, columns: int) -> NDArray[np.float32]:
    """Make the check image of a card at the model's size.

    Returns
    -------
    (rows, columns, 1) float32, whole numbers in [0, 255]

    Raises
    ------
    ValueError
        where no formula has that name
    """
    if formula not in CHECK_IMAGES:
        raise ValueError(f"expected one of {sorted(CHECK_IMAGES)}, received {formula!r}")
    return CHECK_IMAGES[formula](rows, columns)[..., np.newaxis]
