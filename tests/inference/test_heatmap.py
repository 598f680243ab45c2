"""The heatmap lies over the place that it was made from."""

from __future__ import annotations

import numpy as np
import pytest

from triage_app.imaging.preprocessing import PreprocessingSpec, to_model_input
from triage_app.inference.heatmap import place_heatmap

SPEC = PreprocessingSpec()


def hot_cell(row: int, column: int, shape: tuple[int, int] = (7, 7)) -> np.ndarray:
    heatmap = np.zeros(shape, dtype=np.float32)
    heatmap[row, column] = 1.0
    return heatmap


@pytest.mark.parametrize("image_shape", [(224, 224), (700, 1400), (1955, 1841), (70, 35)])
@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 6), (6, 0), (2, 4), (6, 6)])
def test_a_hot_cell_is_hottest_over_its_own_pixels(
    image_shape: tuple[int, int], row: int, column: int
) -> None:
    placed = place_heatmap(hot_cell(row, column), image_shape, SPEC)
    assert placed.shape == image_shape
    rows, columns = image_shape
    centre = (int((row + 0.5) / 7 * rows), int((column + 0.5) / 7 * columns))
    assert placed[centre] == pytest.approx(1.0, abs=0.15)
    hottest = np.argwhere(placed == placed.max()).mean(axis=0)
    assert row / 7 * rows <= hottest[0] < (row + 1) / 7 * rows
    assert column / 7 * columns <= hottest[1] < (column + 1) / 7 * columns


def test_it_is_interpolated_between_the_centres_of_two_cells() -> None:
    # Two cells over 8 columns have their centres at 2 and 6; pixel 3 has its own at 3.5, that is
    # 1.5 / 4 of the way.
    placed = place_heatmap(np.array([[0.0, 1.0]], dtype=np.float32), (1, 8), SPEC)
    expected = [0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1]
    np.testing.assert_allclose(placed[0], expected, atol=1e-6)


def test_a_flat_heatmap_stays_flat_and_within_its_range() -> None:
    placed = place_heatmap(np.full((7, 7), 0.3, dtype=np.float32), (301, 403), SPEC)
    np.testing.assert_allclose(placed, 0.3, atol=1e-6)


def test_a_bright_spot_goes_to_the_model_and_back_to_its_place() -> None:
    image = np.zeros((900, 1500), dtype=np.float32)
    image[640:760, 220:420] = 255.0  # its centre is pixel 700, 320
    cells = to_model_input(image, SPEC)[..., 0].reshape(7, 32, 7, 32).mean(axis=(1, 3)) / 255.0
    placed = place_heatmap(cells, image.shape, SPEC)
    row, column = np.unravel_index(int(placed.argmax()), placed.shape)
    assert abs(row - 700) <= 900 / 7
    assert abs(column - 320) <= 1500 / 7


def test_a_heatmap_is_a_plane() -> None:
    with pytest.raises(ValueError, match="expected a heatmap"):
        place_heatmap(np.zeros((1, 7, 7), dtype=np.float32), (10, 10), SPEC)
