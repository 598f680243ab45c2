"""Outlines of the heat: closed, at the level, in the image's own coordinates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.inference.heatmap import place_heatmap
from triage_app.results.dicom.heat_outline import MOST_POINTS, trace_outlines

SPEC = PreprocessingSpec()


def area(line: NDArray[np.float64]) -> float:
    """Area inside a closed line, by the shoelace formula."""
    x, y = line[:-1].T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def heat_at(heatmap: NDArray[np.float32], points: NDArray[np.float64]) -> NDArray[np.float32]:
    placed = place_heatmap(heatmap, (512, 512), SPEC)
    column, row = np.clip((points * 512).astype(int), 0, 511).T
    return placed[row, column]


def test_one_hot_cell_has_one_outline_around_its_centre():
    heatmap = np.zeros((7, 7), np.float32)
    heatmap[2, 4] = 1.0
    (line,) = trace_outlines(heatmap, 0.5, SPEC)
    assert (line[0] == line[-1]).all()
    np.testing.assert_allclose(line[:-1].mean(axis=0), [4.5 / 7, 2.5 / 7], atol=0.01)
    np.testing.assert_allclose(heat_at(heatmap, line), 0.5, atol=0.05)


def test_the_share_of_the_image_above_the_level_is_what_the_outlines_hold():
    y, x = np.mgrid[0:7, 0:7]
    heatmap = np.exp(-((y - 3.2) ** 2 + (x - 2.9) ** 2) / 4).astype(np.float32)
    lines = trace_outlines(heatmap, 0.4, SPEC)
    expected = (place_heatmap(heatmap, (700, 700), SPEC) >= 0.4).mean()
    assert sum(map(area, lines)) == pytest.approx(expected, rel=0.03)


def test_heat_at_the_edge_is_closed_along_it():
    heatmap = np.zeros((7, 7), np.float32)
    heatmap[0, 0] = 1.0
    (line,) = trace_outlines(heatmap, 0.5, SPEC)
    assert line.min() == 0.0
    assert (line[0] == line[-1]).all()


def test_heat_everywhere_is_outlined_by_the_image():
    (line,) = trace_outlines(np.ones((7, 7), np.float32), 0.5, SPEC)
    assert area(line) == pytest.approx(1.0, abs=0.001)


def test_two_places_have_two_outlines_and_a_hole_has_its_own():
    two = np.zeros((7, 7), np.float32)
    two[1, 1] = two[5, 5] = 1.0
    assert len(trace_outlines(two, 0.5, SPEC)) == 2
    ring = np.ones((7, 7), np.float32)
    ring[3, 3] = 0.0
    assert len(trace_outlines(ring, 0.5, SPEC)) == 2


def test_cold_maps_have_none():
    assert trace_outlines(np.full((7, 7), 0.2, np.float32), 0.5, SPEC) == []


def test_a_level_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        trace_outlines(np.zeros((7, 7), np.float32), 0.0, SPEC)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 9), st.integers(2, 9))
def test_any_map_is_traced_in_closed_lines_inside_the_image(seed: int, rows: int, columns: int):
    heatmap = np.random.default_rng(seed).random((rows, columns)).astype(np.float32)
    heatmap[heatmap < 0.3] = 0.5  # saddles and values exactly at the level
    for line in trace_outlines(heatmap, 0.5, SPEC):
        assert (line[0] == line[-1]).all()
        assert np.isfinite(line).all()
        assert line.min() >= 0.0
        assert line.max() <= 1.0
        assert len(line) >= 4


def test_the_longest_outline_fits_into_an_element():
    comb = np.zeros((120, 120), np.float32)
    comb[:, ::2] = 1.0
    comb[0] = 1.0
    lines = trace_outlines(comb, 0.5, SPEC)
    assert max(map(len, lines)) <= MOST_POINTS
    assert all((line[0] == line[-1]).all() for line in lines)
