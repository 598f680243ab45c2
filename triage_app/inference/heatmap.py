"""Where the heatmap lies on the image that it was made from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from triage_app.imaging.chest_field import ChestField
from triage_app.imaging.preprocessing import Geometry, PreprocessingSpec

__all__ = ["HeatmapGeometry", "place_heatmap", "share_outside"]


class HeatmapGeometry(BaseModel):
    """Where the cells of a model's heatmap look; a fact of the model that stands in its card.

    Lengths are pixels of the model's input, from its upper left corner: the first pixel reaches
    from 0 to 1.

    Attributes
    ----------
    first_row, first_column : centre of what the first cell answers to
    row_stride, column_stride : from one cell's centre to the next

    Notes
    -----
    A network that pads more on one side than on the other looks past the middle of its cells:
    MobileNetV2 pads each of its five halvings at the right and at the bottom only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    first_row: float
    first_column: float
    row_stride: float = Field(gt=0)
    column_stride: float = Field(gt=0)

    @classmethod
    def even(cls, cells: tuple[int, int], preprocessing: PreprocessingSpec) -> HeatmapGeometry:
        """Lay the cells evenly over the whole input, as for a card that says nothing of it."""
        row_stride, column_stride = preprocessing.rows / cells[0], preprocessing.columns / cells[1]
        return cls(
            first_row=row_stride / 2,
            first_column=column_stride / 2,
            row_stride=row_stride,
            column_stride=column_stride,
        )


def place_heatmap(
    heatmap: NDArray[np.float32],
    image_shape: tuple[int, int],
    preprocessing: PreprocessingSpec,
    geometry: HeatmapGeometry | None = None,
) -> NDArray[np.float32]:
    """Lay a heatmap over its image.

    Parameters
    ----------
    heatmap : (h, w) float32, 0 to 1, over the model's input
    image_shape : (rows, columns) of the image before preprocessing
    preprocessing : how that image was brought to the model's input
    geometry : where the cells look, from the card; None where the card does not say, so that they
        lie evenly over the input

    Returns
    -------
    (rows, columns) float32, 0 to 1, interpolated bilinearly between the centres of the map's cells;
    beyond the outermost centres as at them

    Raises
    ------
    ValueError
        where the map is no plane or empty, or the preprocessing's geometry has no inverse here
    """
    if heatmap.ndim != 2 or 0 in heatmap.shape:
        raise ValueError(f"expected a heatmap of (h, w), received shape {heatmap.shape}")
    if preprocessing.geometry is not Geometry.STRETCH:
        raise ValueError(f"expected the geometry 'stretch', received {preprocessing.geometry!r}")
    cells_high, cells_wide = heatmap.shape
    lay = geometry or HeatmapGeometry.even((cells_high, cells_wide), preprocessing)
    of_rows = _weights(
        image_shape[0], preprocessing.rows, cells_high, lay.first_row, lay.row_stride
    )
    of_columns = _weights(
        image_shape[1], preprocessing.columns, cells_wide, lay.first_column, lay.column_stride
    )
    placed: NDArray[np.float32] = of_rows @ heatmap.astype(np.float32, copy=False) @ of_columns.T
    return placed


def share_outside(
    heatmap: NDArray[np.float32],
    field: ChestField,
    preprocessing: PreprocessingSpec,
    geometry: HeatmapGeometry | None = None,
) -> float:
    """Share of the heat that lies outside the chest, 0 to 1; 0 for a cold map.

    Parameters
    ----------
    heatmap, preprocessing, geometry : as for `place_heatmap`
    field : where the chest lies on the image
    """
    shape = preprocessing.rows, preprocessing.columns
    placed = place_heatmap(heatmap, shape, preprocessing, geometry).astype(np.float64)
    total = float(placed.sum())
    return float(placed[~field.mask(*shape)].sum()) / total if total > 0 else 0.0


def _weights(
    pixels: int, input_pixels: int, cells: int, first: float, stride: float
) -> NDArray[np.float32]:
    """Give what each cell adds to each pixel along one axis: (pixels, cells) float32."""
    on_input = (np.arange(pixels) + 0.5) * (input_pixels / pixels)
    at = np.clip((on_input - first) / stride, 0.0, cells - 1.0)
    below = np.minimum(at.astype(np.intp), max(cells - 2, 0))
    part = at - below
    weights = np.zeros((pixels, cells), dtype=np.float32)
    index = np.arange(pixels)
    weights[index, below] = 1.0 - part
    if cells > 1:
        weights[index, below + 1] = part
    return weights
