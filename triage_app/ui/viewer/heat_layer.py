"""The heatmap over an image: as colours or as outlines, above a threshold; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.inference.heat_colours import COLD, colour_heatmap
from triage_app.inference.heatmap import HeatmapGeometry, place_heatmap
from triage_app.results.dicom.heat_outline import trace_outlines
from triage_app.ui.viewer.orientation import Orientation

__all__ = [
    "HeatLayer",
    "HeatMode",
    "HeatStyle",
    "Outline",
    "make_heat_layer",
]

_LARGEST_OVERLAY = 1024
"""A class activation map has a few cells; more pixels would only be interpolated twice."""

_OUTLINES = 3
_HOTTEST = 255
_COLOURS_BY_LEVEL = colour_heatmap(np.linspace(0.0, 1.0, 256, dtype=np.float32)[np.newaxis])[0]

Outline = tuple[float, tuple[NDArray[np.float64], ...]]
"""A level, and closed lines of x and y as fractions of the image's width and height."""


class HeatMode(StrEnum):
    """How heat is drawn."""

    COLOURS = "colours"
    OUTLINES = "outlines"


@dataclass(frozen=True, slots=True)
class HeatStyle:
    """How a heatmap is to be shown.

    Attributes
    ----------
    opacity : 0, which hides it, to 1
    threshold : heat below is not shown; from `COLD` to 1
    mode : colours or outlines
    """

    opacity: float = 0.0
    threshold: float = COLD
    mode: HeatMode = HeatMode.COLOURS


@dataclass(frozen=True, slots=True)
class HeatLayer:
    """A heatmap laid over its image.

    Attributes
    ----------
    levels : (rows, columns) uint8 over the whole image, 255 for a heat of 1
    heatmap : (h, w) float32 as the model gave it
    preprocessing : how the image came to the model
    geometry : where the map's cells look, from the card
    """

    levels: NDArray[np.uint8] = field(repr=False)
    heatmap: NDArray[np.float32] = field(repr=False)
    preprocessing: PreprocessingSpec
    geometry: HeatmapGeometry | None = None

    def coloured(self, threshold: float, orientation: Orientation) -> NDArray[np.uint8]:
        """Give red, green, blue and alpha, as shown.

        Returns
        -------
        (rows, columns, 4) uint8, the colours not multiplied by alpha
        """
        colours = _COLOURS_BY_LEVEL.copy()
        colours[: int(np.ceil(threshold * _HOTTEST)), 3] = 0
        picture: NDArray[np.uint8] = colours[orientation.apply(self.levels)]
        return picture

    def outlines(self, threshold: float) -> tuple[Outline, ...]:
        """Trace where heat reaches the threshold, and two levels between it and 1."""
        levels = threshold + (1.0 - threshold) * np.arange(_OUTLINES) / _OUTLINES
        heat = np.clip(np.nan_to_num(self.heatmap), 0.0, 1.0)
        return tuple(
            (
                float(level),
                tuple(trace_outlines(heat, float(level), self.preprocessing, self.geometry)),
            )
            for level in levels
        )


def make_heat_layer(
    heatmap: NDArray[np.float32],
    rows: int,
    columns: int,
    preprocessing: PreprocessingSpec,
    geometry: HeatmapGeometry | None = None,
) -> HeatLayer | None:
    """Lay a heatmap over an image; None where it is no map.

    Parameters
    ----------
    heatmap : (h, w) float32, 0 to 1
    rows, columns : of the image as it is stored
    preprocessing : how the image came to the model
    geometry : where the map's cells look, from the card; None lays them evenly
    """
    if heatmap.ndim != 2 or 0 in heatmap.shape:
        return None
    shrink = min(1.0, _LARGEST_OVERLAY / max(rows, columns))
    shape = (max(1, round(rows * shrink)), max(1, round(columns * shrink)))
    placed = place_heatmap(np.nan_to_num(heatmap), shape, preprocessing, geometry)
    levels = np.rint(np.clip(placed, 0.0, 1.0) * _HOTTEST).astype(np.uint8)
    return HeatLayer(levels, heatmap, preprocessing, geometry)
