from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_app.ui.viewer.orientation import Orientation
from triage_app.ui.viewer.placement import Placement

ROWS, COLUMNS = 3, 5
orientations = st.builds(Orientation, st.integers(0, 3), st.booleans())


@given(orientation=orientations, row=st.integers(0, ROWS - 1), column=st.integers(0, COLUMNS - 1))
def test_pixels_and_coordinates_go_to_the_same_place(
    orientation: Orientation, row: int, column: int
) -> None:
    image = np.zeros((ROWS, COLUMNS), dtype=np.uint8)
    image[row, column] = 1
    shown = orientation.apply(image)
    assert shown.shape == orientation.shown_shape(ROWS, COLUMNS)
    x, y = orientation.to_shown(column + 0.5, row + 0.5, ROWS, COLUMNS)
    assert shown[int(y), int(x)] == 1
    assert orientation.to_stored(x, y, ROWS, COLUMNS) == (column + 0.5, row + 0.5)


@given(orientation=orientations)
def test_what_the_reader_sees_is_what_is_turned_and_flipped(orientation: Orientation) -> None:
    image = np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    seen = orientation.apply(image)
    np.testing.assert_array_equal(orientation.turned(1).apply(image), np.rot90(seen, -1))
    np.testing.assert_array_equal(orientation.turned(-1).apply(image), np.rot90(seen, 1))
    np.testing.assert_array_equal(orientation.flipped().apply(image), seen[:, ::-1])
    np.testing.assert_array_equal(orientation.flipped_upside_down().apply(image), seen[::-1])


@given(orientation=orientations)
def test_the_letters_at_the_edges_follow(orientation: Orientation) -> None:
    letters = np.array([["", "H", ""], ["R", "", "L"], ["", "F", ""]])
    shown = orientation.apply(letters)
    edges = orientation.shown_edges(("R", "H", "L", "F"))
    assert edges == (shown[1, 0], shown[0, 1], shown[1, 2], shown[2, 1])


@pytest.mark.parametrize("turns", [1, 3])
def test_turning_keeps_the_middle_and_the_size_of_a_zoomed_image(turns: int) -> None:
    placement = Placement.fit(3000, 2000, 800, 600, pixel_aspect=1.5)
    zoomed = Placement(
        3000, 2000, 1.5, placement.orientation, placement.viewport.zoomed(8, 100, 500)
    )
    turned = zoomed.oriented(Orientation(turns))
    assert turned.to_stored(400, 300) == pytest.approx(zoomed.to_stored(400, 300))
    assert turned.viewport.scale == pytest.approx(zoomed.viewport.scale_down)
    assert turned.viewport.scale_down == pytest.approx(zoomed.viewport.scale)


@given(orientation=orientations, x=st.floats(0, 799), y=st.floats(0, 599))
def test_widget_points_and_stored_pixels_are_inverse(
    orientation: Orientation, x: float, y: float
) -> None:
    placement = Placement.fit(300, 200, 800, 600, orientation=orientation)
    assert placement.to_widget(*placement.to_stored(x, y)) == pytest.approx((x, y), abs=1e-6)
    pixel = placement.pixel_at(x, y)
    assert pixel is None or (0 <= pixel[0] < 300 and 0 <= pixel[1] < 200)
