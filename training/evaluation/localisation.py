"""Whether the heatmap lies where a reader drew a box."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.data.case import Box

__all__ = ["box_mask", "energy_in_boxes", "points_into_boxes"]


def box_mask(boxes: Sequence[Box], image_shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Mark the pixels whose centre lies in a box.

    Returns
    -------
    (rows, columns) bool
    """
    rows, columns = image_shape
    y = np.arange(rows)[:, np.newaxis] + 0.5
    x = np.arange(columns)[np.newaxis, :] + 0.5
    mask = np.zeros(image_shape, dtype=np.bool_)
    for box in boxes:
        mask |= (
            (x >= box.x) & (x < box.x + box.width) & (y >= box.y) & (y < box.y + box.height)
        )  # fmt: skip
    return mask


def points_into_boxes(heatmap: NDArray[np.float32], boxes: Sequence[Box]) -> bool:
    """Tell whether the hottest pixel lies in a box; a cold map points nowhere.

    Parameters
    ----------
    heatmap : (rows, columns), laid over the image
    boxes : in pixels of the image

    Notes
    -----
    The pointing game of Zhang et al., ECCV 2016, without a margin.
    """
    if heatmap.max() <= 0:
        return False
    hottest = np.unravel_index(np.argmax(heatmap), heatmap.shape)
    return bool(box_mask(boxes, heatmap.shape)[hottest])


def energy_in_boxes(heatmap: NDArray[np.float32], boxes: Sequence[Box]) -> float:
    """Share of the heat that lies in the boxes; 0 for a cold map.

    Notes
    -----
    The energy-based pointing game of Wang et al., Score-CAM, CVPR Workshops 2020.
    """
    total = float(heatmap.sum())
    if total <= 0:
        return 0.0
    return float(heatmap[box_mask(boxes, heatmap.shape)].sum()) / total
