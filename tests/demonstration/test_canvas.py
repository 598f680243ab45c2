"""The drawing instrument: places, widths, blurs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from triage_app.demonstration.canvas import (
    Canvas,
    Stroke,
    blur,
    smooth_curve,
    smooth_texture,
    tube_outline,
)

CANVAS = Canvas(rows=120, columns=160, scale=100.0, center_row=10.0, center_column=80.0)


def test_x_runs_to_the_right_and_y_down_from_the_origin() -> None:
    points = CANVAS.to_pixels(np.array([[0.0, 0.0], [0.5, 0.25]]))
    np.testing.assert_allclose(points, [[80, 10], [130, 35]])


def test_a_tilt_turns_clockwise() -> None:
    tilted = Canvas(120, 160, 100.0, 10.0, 80.0, tilt=math.pi / 2)
    np.testing.assert_allclose(tilted.to_pixels(np.array([[0.2, 0.0]])), [[80, 30]], atol=1e-9)


def test_a_filled_square_has_its_area_and_place() -> None:
    square = np.array([(-0.2, 0.3), (0.2, 0.3), (0.2, 0.7), (-0.2, 0.7)])
    mask = CANVAS.fill(square)
    assert mask.sum() == pytest.approx(40 * 40, rel=0.05)
    assert mask[60, 80] == 1
    assert mask[20, 80] == 0


def test_a_stroke_has_its_width_and_level() -> None:
    line = Stroke(np.array([(-0.5, 0.5), (0.5, 0.5)]), width=0.1, level=0.5)
    column = CANVAS.stroke([line])[:, 80]
    assert column.max() == pytest.approx(0.5, abs=0.01)
    assert column.sum() == pytest.approx(0.5 * 10, rel=0.12)


@pytest.mark.parametrize("sigma", [0.6, 1.0, 2.0, 5.0, 12.0])
def test_a_blur_spreads_by_its_sigma_and_keeps_the_sum(sigma: float) -> None:
    image = np.zeros((150, 150), dtype=np.float32)
    image[70:80, 70:80] = 1
    blurred = blur(image, sigma)
    assert blurred.sum() == pytest.approx(100, rel=0.04)
    position = np.arange(150)
    profile = blurred.sum(axis=0) / blurred.sum()
    center = (profile * position).sum()
    spread = math.sqrt((profile * (position - center) ** 2).sum())
    assert center == pytest.approx(74.5, abs=0.3)
    # The square itself has a variance of (10^2 - 1) / 12.
    assert spread == pytest.approx(math.sqrt(sigma**2 + 99 / 12), rel=0.12)


def test_a_blur_leaves_an_even_image_as_it_is() -> None:
    even = np.full((40, 50), 0.3, dtype=np.float32)
    np.testing.assert_allclose(blur(even, 7.0), even, atol=1e-5)


def test_a_smooth_curve_passes_its_points() -> None:
    points = [(0.0, 0.0), (1.0, 2.0), (3.0, 1.0)]
    for is_closed in (False, True):
        curve = smooth_curve(points, is_closed=is_closed)
        for point in points:
            assert np.abs(curve - point).sum(axis=1).min() < 1e-9


def test_a_tube_is_as_wide_as_it_says() -> None:
    axis = np.array([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)])
    outline = tube_outline(axis, np.array([0.1, 0.2, 0.3]))
    np.testing.assert_allclose(sorted(np.abs(outline[:, 1])), [0.1, 0.1, 0.2, 0.2, 0.3, 0.3])


def test_a_texture_varies_around_zero() -> None:
    texture = smooth_texture(np.random.default_rng(1), 200, 300, 5.0)
    assert texture.shape == (200, 300)
    assert abs(texture.mean()) < 0.05
    assert 0.3 < texture.std() < 0.9
