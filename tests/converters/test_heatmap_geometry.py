"""Where the cells of a network look, measured on networks whose answer is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.converters.conftest import KERAS_WARNING

if TYPE_CHECKING:
    from typing import Any

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings(KERAS_WARNING)]

CELL = 8
CELLS = 3


def network_that_looks_at(row: int, column: int) -> Any:
    """Build a network of 3 x 3 cells; each takes one pixel of its 8 x 8, counted from its corner.

    A pixel may lie outside the cell's own square.
    """
    import keras  # noqa: PLC0415 - slow

    from training.fitting.network import HEAD_NAME, POOLING_NAME  # noqa: PLC0415 - slow

    image = keras.Input((CELL * CELLS, CELL * CELLS, 1), name="image")
    pad = CELL
    padded = keras.layers.ZeroPadding2D(pad)(image)
    layer = keras.layers.Conv2D(1, 3 * CELL, strides=CELL, use_bias=False)
    features = layer(padded)
    kernel = np.zeros((3 * CELL, 3 * CELL, 1, 1), np.float32)
    kernel[pad + row, pad + column] = 1.0
    layer.set_weights([kernel])
    pooled = keras.layers.GlobalAveragePooling2D(name=POOLING_NAME)(features)
    head = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, name="logit")], name=HEAD_NAME
    )
    head.get_layer("logit").set_weights([np.ones((1, 1)), np.zeros(1)])
    return keras.Model(image, head(pooled))


@pytest.mark.parametrize(("row", "column"), [(3, 3), (6, 1), (9, -2)])
def test_the_centre_of_the_first_cell_is_the_pixel_that_it_takes(row: int, column: int) -> None:
    from converters.heatmap_geometry import measure_heatmap_geometry  # noqa: PLC0415 - slow

    images = np.random.default_rng(0).uniform(0, 255, (2, 24, 24, 1)).astype(np.float32)
    geometry = measure_heatmap_geometry(network_that_looks_at(row, column), images)
    assert geometry is not None
    assert (geometry.first_row, geometry.first_column) == pytest.approx((row + 0.5, column + 0.5))
    assert (geometry.row_stride, geometry.column_stride) == (CELL, CELL)


def test_a_network_that_answers_to_nothing_has_no_geometry() -> None:
    from converters.heatmap_geometry import measure_heatmap_geometry  # noqa: PLC0415 - slow

    network = network_that_looks_at(0, 0)
    network.get_layer("head").get_layer("logit").set_weights([np.zeros((1, 1)), np.ones(1)])
    assert measure_heatmap_geometry(network, np.zeros((1, 24, 24, 1), np.float32)) is None
