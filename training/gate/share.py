"""A share of images with its 95 % interval, also where none or all of them are counted."""

from __future__ import annotations

import math
from typing import Final

from training.evaluation.metrics import Interval

__all__ = ["share_of"]

_Z: Final = 1.959964


def share_of(count: int, images: int) -> Interval:
    """Give count / images with the interval of Wilson (1927).

    The bootstrap, which serves the other figures, would give an interval without width where no
    image is counted. Images count as independent.

    Raises
    ------
    ValueError
        where there are no images
    """
    if images < 1:
        raise ValueError(f"expected at least 1 image, received {images}")
    share = count / images
    middle = share + _Z**2 / (2 * images)
    reach = _Z * math.sqrt(share * (1 - share) / images + _Z**2 / (4 * images**2))
    whole = 1 + _Z**2 / images
    low, high = (middle - reach) / whole, (middle + reach) / whole
    return Interval(share, 0.0 if count == 0 else low, 1.0 if count == images else high)
