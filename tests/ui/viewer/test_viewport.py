from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_app.ui.viewer.viewport import LARGEST_SCALE, Viewport

points = st.tuples(st.floats(0, 799), st.floats(0, 599))


def fit() -> Viewport:
    return Viewport.fit(rows=3000, columns=2000, width=800, height=600)


def test_a_fitted_image_touches_two_edges_and_is_centred() -> None:
    viewport = fit()
    assert viewport.scale == pytest.approx(0.2)
    assert viewport.to_widget(1000, 1500) == pytest.approx((400, 300))
    assert viewport.to_widget(0, 0) == pytest.approx((200, 0))


def test_a_fitted_image_stays_fitted_when_the_widget_grows() -> None:
    assert fit().resized(1600, 1200).scale == pytest.approx(0.4)


def test_a_zoomed_image_keeps_its_scale_and_middle_when_the_widget_grows() -> None:
    zoomed = fit().zoomed(3.0, 100, 100)
    grown = zoomed.resized(1600, 1200)
    assert grown.scale == zoomed.scale
    assert (grown.center_x, grown.center_y) == (zoomed.center_x, zoomed.center_y)


@given(point=points, factor=st.floats(1.01, 4.0))
def test_zooming_keeps_the_point_under_the_cursor(
    point: tuple[float, float], factor: float
) -> None:
    viewport = fit().scaled_to(1.0)
    before = viewport.to_image(*point)
    assert viewport.zoomed(factor, *point).to_image(*point) == pytest.approx(before, abs=1e-6)


@given(point=points)
def test_widget_and_image_coordinates_are_inverse(point: tuple[float, float]) -> None:
    viewport = fit().zoomed(2.5, 30, 40).panned(11, -7)
    assert viewport.to_widget(*viewport.to_image(*point)) == pytest.approx(point, abs=1e-6)


@given(steps=st.lists(st.tuples(st.floats(0.05, 20), st.floats(-5000, 5000)), max_size=12))
def test_the_image_can_be_lost_neither_by_zoom_nor_by_moving(
    steps: list[tuple[float, float]],
) -> None:
    viewport = fit()
    for factor, distance in steps:
        viewport = viewport.zoomed(factor, 10, 10).panned(distance, -distance)
        assert 0 <= viewport.center_x <= viewport.columns
        assert 0 <= viewport.center_y <= viewport.rows
        assert fit().scale * 0.2 < viewport.scale <= LARGEST_SCALE


def test_panning_moves_the_image_with_the_hand() -> None:
    viewport = fit().scaled_to(1.0)
    x, y = viewport.to_widget(1000, 1500)
    assert viewport.panned(30, -20).to_widget(1000, 1500) == pytest.approx((x + 30, y - 20))


def test_the_pixel_under_a_point_is_told_by_row_and_column() -> None:
    viewport = fit()
    assert viewport.pixel_at(200, 0) == (0, 0)
    assert viewport.pixel_at(599.9, 599.9) == (2999, 1999)
    assert viewport.pixel_at(199, 0) is None
    assert viewport.pixel_at(601, 0) is None


def test_an_image_without_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match="0 x 5"):
        Viewport.fit(rows=0, columns=5, width=10, height=10)
