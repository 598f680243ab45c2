"""Outlines of a heatmap at a level, by marching squares (Lorensen and Cline, SIGGRAPH 1987)."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.inference.heatmap import HeatmapGeometry, place_heatmap

__all__ = ["MOST_POINTS", "trace_outlines"]

SAMPLES = 128
"""Samples on the longer side of the map between which the outline is interpolated."""

MOST_POINTS = 4000
"""Of one outline; (0070,0022) Graphic Data holds 65,534 bytes where its VR is explicit."""

Node = tuple[int, int, bool]
"""An edge of the grid: row and column of its first sample, and whether it goes down."""

Lines = dict[int, tuple[tuple[int, int], ...]]

_TOP, _RIGHT, _BOTTOM, _LEFT = range(4)
# Which edges the line joins, by which corners are inside: top left 1, top right 2, bottom right 4,
# bottom left 8. The two saddles (5 and 10) are decided by the mean of the corners.
_LINES: Lines = {
    1: ((_LEFT, _TOP),),
    2: ((_TOP, _RIGHT),),
    3: ((_LEFT, _RIGHT),),
    4: ((_RIGHT, _BOTTOM),),
    6: ((_TOP, _BOTTOM),),
    7: ((_LEFT, _BOTTOM),),
    8: ((_BOTTOM, _LEFT),),
    9: ((_TOP, _BOTTOM),),
    11: ((_RIGHT, _BOTTOM),),
    12: ((_LEFT, _RIGHT),),
    13: ((_TOP, _RIGHT),),
    14: ((_LEFT, _TOP),),
}
_SPLIT: Lines = {5: ((_LEFT, _TOP), (_RIGHT, _BOTTOM)), 10: ((_TOP, _RIGHT), (_BOTTOM, _LEFT))}
_JOINED: Lines = {5: _SPLIT[10], 10: _SPLIT[5]}


def trace_outlines(
    heatmap: NDArray[np.float32],
    level: float,
    preprocessing: PreprocessingSpec,
    geometry: HeatmapGeometry | None = None,
) -> list[NDArray[np.float64]]:
    """Trace where the heat crosses a level.

    Parameters
    ----------
    heatmap : (h, w) float32, 0 to 1, over the model's input
    level : above 0
    preprocessing : how the image was brought to the model's input
    geometry : where the map's cells look, from the card; None lays them evenly

    Returns
    -------
    list of (points, 2) float64
        closed lines, x and y as fractions of the image's width and height, 0 to 1; the last point
        is the first. Heat that reaches the image's edge is closed along it.

    Raises
    ------
    ValueError
        where the level is not above 0
    """
    if not level > 0:
        raise ValueError(f"expected a level above 0, received {level}")
    factor = max(1, SAMPLES // max(heatmap.shape))
    shape = (heatmap.shape[0] * factor, heatmap.shape[1] * factor)
    samples = place_heatmap(heatmap, shape, preprocessing, geometry).astype(np.float64)
    grid = np.pad(samples, 1, constant_values=0.0)
    joined = _joined_edges(grid, level)
    lines = []
    while joined:
        nodes = _walk(joined)
        points = np.array([_crossing(grid, level, node) for node in nodes])
        # Sample (1, 1) of the padded grid lies half a step inside the image.
        points = np.clip((points - 0.5) / np.array([shape[1], shape[0]]), 0.0, 1.0)
        lines.append(_thinned(points))
    return lines


def _joined_edges(grid: NDArray[np.float64], level: float) -> dict[Node, list[Node]]:
    inside = grid >= level
    cases = inside[:-1, :-1] * 1 + inside[:-1, 1:] * 2 + inside[1:, 1:] * 4 + inside[1:, :-1] * 8
    joined: defaultdict[Node, list[Node]] = defaultdict(list)
    for row, column in np.argwhere((cases > 0) & (cases < 15)):
        case, y, x = int(cases[row, column]), int(row), int(column)
        edges: tuple[Node, Node, Node, Node] = (
            (y, x, False),
            (y, x + 1, True),
            (y + 1, x, False),
            (y, x, True),
        )
        if case in _SPLIT:
            is_joined = grid[y : y + 2, x : x + 2].mean() >= level
            lines = (_JOINED if is_joined else _SPLIT)[case]
        else:
            lines = _LINES[case]
        for first, second in lines:
            joined[edges[first]].append(edges[second])
            joined[edges[second]].append(edges[first])
    return dict(joined)


def _walk(joined: dict[Node, list[Node]]) -> list[Node]:
    """Take one closed line out of the edges that are joined."""
    start = next(iter(joined))
    nodes, here = [start], start
    while True:
        following = joined[here].pop()
        if not joined[here]:
            del joined[here]
        joined[following].remove(here)
        if not joined[following]:
            del joined[following]
        nodes.append(following)
        here = following
        if here == start:
            return nodes


def _crossing(grid: NDArray[np.float64], level: float, node: Node) -> tuple[float, float]:
    y, x, is_down = node
    first = grid[y, x]
    second = grid[y + 1, x] if is_down else grid[y, x + 1]
    part = float((level - first) / (second - first))
    return (x, y + part) if is_down else (x + part, y)


def _thinned(points: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(points) <= MOST_POINTS:
        return points
    step = -(-len(points) // (MOST_POINTS - 1))
    return np.concatenate([points[:-1:step], points[:1]])
