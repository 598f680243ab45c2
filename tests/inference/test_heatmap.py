"""The heatmap lies over the place that it was made from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from triage_app.imaging.pictures import read_picture
from triage_app.imaging.preprocessing import PreprocessingSpec, to_model_input
from triage_app.inference.heatmap import HeatmapGeometry, place_heatmap
from triage_app.inference.models import shipped_model_path
from triage_app.inference.session import load_model

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


SHIFTED = HeatmapGeometry(first_row=24.0, first_column=20.5, row_stride=32.0, column_stride=32.0)


@pytest.mark.parametrize(("row", "column"), [(1, 1), (3, 5), (5, 2)])
def test_a_cell_is_hottest_where_the_card_says_that_it_looks(row: int, column: int) -> None:
    # an image of twice the input's rows and thrice its columns
    placed = place_heatmap(hot_cell(row, column), (448, 672), SPEC, SHIFTED)
    hottest = np.argwhere(placed >= placed.max() - 1e-4).mean(axis=0) + 0.5
    expected = 2 * (24.0 + 32 * row), 3 * (20.5 + 32 * column)
    np.testing.assert_allclose(hottest, expected, atol=1.0)


def test_beyond_the_outermost_centres_the_heat_is_that_of_the_edge() -> None:
    heatmap = np.arange(49, dtype=np.float32).reshape(7, 7) / 49
    placed = place_heatmap(heatmap, (224, 224), SPEC, SHIFTED)
    np.testing.assert_allclose(placed[:24, :20], heatmap[0, 0], atol=1e-6)
    np.testing.assert_allclose(placed[217:, :20], heatmap[6, 0], atol=1e-6)
    np.testing.assert_allclose(placed[:24, 213:], heatmap[0, 6], atol=1e-6)


def test_without_a_geometry_the_cells_lie_evenly() -> None:
    heatmap = np.random.default_rng(0).random((7, 7)).astype(np.float32)
    even = HeatmapGeometry(first_row=16, first_column=16, row_stride=32, column_stride=32)
    assert HeatmapGeometry.even((7, 7), SPEC) == even
    np.testing.assert_array_equal(
        place_heatmap(heatmap, (500, 300), SPEC), place_heatmap(heatmap, (500, 300), SPEC, even)
    )


def test_evenly_laid_cells_are_those_of_a_bilinear_enlargement() -> None:
    heatmap = np.random.default_rng(1).random((7, 9)).astype(np.float32)
    enlarged = Image.fromarray(heatmap).resize((640, 480), Image.Resampling.BILINEAR)
    np.testing.assert_allclose(
        place_heatmap(heatmap, (480, 640), SPEC), np.asarray(enlarged), atol=1e-5
    )


def test_evidence_comes_back_to_its_place_through_cells_that_look_past_their_middle() -> None:
    """A model whose cells answer to a bell round their true centres, and a blob anywhere inside."""
    centres_y = SHIFTED.first_row + SHIFTED.row_stride * np.arange(7)
    centres_x = SHIFTED.first_column + SHIFTED.column_stride * np.arange(7)
    wrong, right = [], []
    for y, x in np.random.default_rng(2).uniform(60, 170, (40, 2)):
        bell_y = np.exp(-((centres_y - y) ** 2) / (2 * 30.0**2))
        bell_x = np.exp(-((centres_x - x) ** 2) / (2 * 30.0**2))
        heatmap = np.outer(bell_y, bell_x).astype(np.float32)
        for geometry, errors in ((None, wrong), (SHIFTED, right)):
            placed = place_heatmap(heatmap, (224, 224), SPEC, geometry).astype(np.float64)
            share = placed**4 / (placed**4).sum()  # the hot part, smoother than its one hottest
            middle = np.arange(224) + 0.5
            errors.append((share.sum(axis=1) @ middle - y, share.sum(axis=0) @ middle - x))
    # laid evenly, the heat lies above and left of the evidence by what the card knows
    np.testing.assert_allclose(np.mean(wrong, axis=0), (-8.0, -4.5), atol=1.5)
    np.testing.assert_allclose(np.mean(right, axis=0), (0.0, 0.0), atol=1.5)


@pytest.mark.parametrize("field", ["first_row", "first_column", "row_stride", "column_stride"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_geometry_is_of_numbers(field: str, value: float) -> None:
    with pytest.raises(ValidationError):
        HeatmapGeometry.model_validate(SHIFTED.model_dump() | {field: value})


def test_the_shipped_models_map_of_a_mirrored_image_is_its_mirrored_map(
    shared_folder: Path,
) -> None:
    """Two maps of one chest agree best where the cells are laid by the shipped card."""
    model = load_model(shipped_model_path())
    geometry, spec = model.card.heatmap_geometry, model.card.preprocessing
    assert geometry is not None
    folder = shared_folder / "data" / "kermany_train_224" / "PNEUMONIA"
    paths = sorted(folder.glob("person1*_bacteria_*.jpeg"))[::40][:12]
    images = np.stack([to_model_input(read_picture(path), spec) for path in paths])
    maps = [
        one.heatmap.reshape(len(paths), -1, 7, 7)[:, 0]
        for one in (model.predict(images), model.predict(np.ascontiguousarray(images[:, :, ::-1])))
    ]

    def disagreement(lay: HeatmapGeometry | None) -> float:
        of_image, of_mirrored = (
            np.stack([place_heatmap(one / one.max(), (224, 224), spec, lay) for one in some])
            for some in maps
        )
        return float(np.square(of_image - of_mirrored[:, :, ::-1]).mean())

    assert disagreement(geometry) < 0.95 * disagreement(None)
