"""Where the heatmap lies on the image that it was made from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from triage_app.imaging.preprocessing import Geometry, PreprocessingSpec

__all__ = ["place_heatmap"]


def place_heatmap(
    heatmap: NDArray[np.float32], image_shape: tuple[int, int], preprocessing: PreprocessingSpec
) -> NDArray[np.float32]:
    """Lay a heatmap over its image.

    Parameters
    ----------
    heatmap : (h, w) float32, 0 to 1, over the model's input
    image_shape : (rows, columns) of the image before preprocessing
    preprocessing : how that image was brought to the model's input

    Returns
    -------
    (rows, columns) float32, 0 to 1, interpolated bilinearly between the centres of the map's cells

    Raises
    ------
    ValueError
        where the map is no plane, or the geometry has no inverse here
    """
    if heatmap.ndim != 2:
        raise ValueError(f"expected a heatmap of (h, w), received shape {heatmap.shape}")
    if preprocessing.geometry is not Geometry.STRETCH:
        raise ValueError(f"expected the geometry 'stretch', received {preprocessing.geometry!r}")
    rows, columns = image_shape
    picture = Image.fromarray(np.ascontiguousarray(heatmap, dtype=np.float32))
    placed = picture.resize((columns, rows), resample=Image.Resampling.BILINEAR)
    return np.asarray(placed, dtype=np.float32)
