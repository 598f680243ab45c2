"""Colours for a heatmap: equal steps of heat are equal steps of lightness, and cold is clear."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["COLD", "HEAT_COLOURS", "colour_heatmap"]

_STEPS = 256
_LIGHTNESS = (0.30, 0.95)
_HUE_DEGREES = (300.0, 105.0)
_LARGEST_CHROMA = 0.19

COLD = 0.25
"""Heat below this is clear, so that the radiograph under it keeps its grey."""

_OPAQUE = 0.8


def _oklab_to_srgb(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn Oklab into sRGB, 0 to 1, cut at the gamut (B. Ottosson, 2020)."""
    to_lms = np.array(
        [
            [1.0, 0.3963377774, 0.2158037573],
            [1.0, -0.1055613458, -0.0638541728],
            [1.0, -0.0894841775, -1.2914855480],
        ]
    )
    to_rgb = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    linear = np.clip(((lab @ to_lms.T) ** 3) @ to_rgb.T, 0.0, 1.0)
    curved = 1.055 * linear ** (1 / 2.4) - 0.055
    srgb: NDArray[np.float64] = np.where(linear <= 0.0031308, 12.92 * linear, curved)
    return srgb


def _make_colours() -> NDArray[np.uint8]:
    """Walk from dark violet over red and orange to light yellow, lightness rising evenly."""
    heat = np.linspace(0.0, 1.0, _STEPS)
    lightness = _LIGHTNESS[0] + (_LIGHTNESS[1] - _LIGHTNESS[0]) * heat
    start, end = _HUE_DEGREES[0], _HUE_DEGREES[1] + 360.0
    hue = np.radians(start + (end - start) * heat)
    chroma = _LARGEST_CHROMA * (0.55 + 0.45 * np.sin(np.pi * heat))
    lab = np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=1)
    return np.round(_oklab_to_srgb(lab) * 255.0).astype(np.uint8)


HEAT_COLOURS: NDArray[np.uint8] = _make_colours()
"""(256, 3) uint8 RGB, from cold to hot."""


def colour_heatmap(heat: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Colour a heatmap for laying over an image.

    Parameters
    ----------
    heat : (rows, columns) float32, 0 to 1

    Returns
    -------
    (rows, columns, 4) uint8, red, green, blue and alpha, the colours not multiplied by alpha; alpha
    rises smoothly from 0 at `COLD`
    """
    bounded = np.clip(np.nan_to_num(heat), 0.0, 1.0)
    colours = HEAT_COLOURS[np.round(bounded * (_STEPS - 1)).astype(np.intp)]
    rise = np.clip((bounded - COLD) / (_OPAQUE - COLD), 0.0, 1.0)
    alpha = np.round(255.0 * rise * rise * (3.0 - 2.0 * rise)).astype(np.uint8)
    return np.concatenate([colours, alpha[..., np.newaxis]], axis=2)
