from __future__ import annotations

import numpy as np

from triage_app.inference.heat_colours import COLD, HEAT_COLOURS, colour_heatmap


def lightness(rgb: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB, by way of the luminance."""
    channels = rgb / 255.0
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return 116.0 * np.cbrt(luminance) - 16.0


def test_hotter_is_lighter_in_even_steps() -> None:
    steps = np.diff(lightness(HEAT_COLOURS.astype(np.float64))[::16])
    assert (steps > 0).all()
    assert steps.max() < 2.5 * steps.min()


def test_cold_is_clear_and_hot_is_not() -> None:
    alpha = colour_heatmap(np.array([[0.0, COLD, 0.4, 1.0]], dtype=np.float32))[0, :, 3]
    assert alpha[0] == alpha[1] == 0
    assert 0 < alpha[2] < alpha[3] == 255


def test_what_is_no_heat_is_clear() -> None:
    strange = np.array([[np.nan, -3.0, 7.0]], dtype=np.float32)
    colours = colour_heatmap(strange)[0]
    assert colours[0, 3] == colours[1, 3] == 0
    np.testing.assert_array_equal(colours[2, :3], HEAT_COLOURS[-1])
