"""Drawing in float: shapes with soft edges, strokes, textures and blurs, in body coordinates."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

__all__ = [
    "Canvas",
    "FloatImage",
    "Points",
    "Stroke",
    "blur",
    "smooth_curve",
    "smooth_texture",
    "tube_outline",
]

FloatImage = NDArray[np.float32]
Points = NDArray[np.float64]
"""(n, 2) of x and y in body coordinates: x to the right of the image, y down."""

_SUPERSAMPLING = 2


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line of constant width with round joints.

    Attributes
    ----------
    points : (n, 2) in body coordinates
    width : in body units
    level : 0 to 1, what is drawn
    """

    points: Points
    width: float
    level: float = 1.0


@dataclass(frozen=True, slots=True)
class Canvas:
    """A picture with body coordinates laid over it.

    Attributes
    ----------
    rows, columns : of the picture
    scale : pixels of one body unit
    center_row, center_column : the pixel of the body's origin
    tilt : radians, clockwise, around the origin
    """

    rows: int
    columns: int
    scale: float
    center_row: float
    center_column: float
    tilt: float = 0.0

    def to_pixels(self, points: Points) -> Points:
        """Map body coordinates (n, 2) of (x, y) to pixels (n, 2) of (column, row)."""
        cosine, sine = math.cos(self.tilt), math.sin(self.tilt)
        x, y = points[:, 0], points[:, 1]
        return np.stack(
            [
                self.center_column + self.scale * (cosine * x - sine * y),
                self.center_row + self.scale * (sine * x + cosine * y),
            ],
            axis=1,
        )

    def fill(self, *outlines: Points) -> FloatImage:
        """Draw filled outlines.

        Returns
        -------
        (rows, columns) float32, 1 inside, with antialiased edges
        """
        picture, drawing = self._start()
        for outline in outlines:
            drawing.polygon(self._sampled(outline), fill=255)
        return self._finish(picture)

    def stroke(self, strokes: Iterable[Stroke]) -> FloatImage:
        """Draw lines; where several cross, the last one stands.

        Returns
        -------
        (rows, columns) float32, 0 to 1, with antialiased edges
        """
        picture, drawing = self._start()
        for line in strokes:
            width = max(1, round(line.width * self.scale * _SUPERSAMPLING))
            level = round(255 * line.level)
            drawing.line(self._sampled(line.points), fill=level, width=width, joint="curve")
        return self._finish(picture)

    def blur(self, image: FloatImage, sigma: float) -> FloatImage:
        """Blur by `sigma` body units."""
        return blur(image, sigma * self.scale)

    def _start(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        size = (self.columns * _SUPERSAMPLING, self.rows * _SUPERSAMPLING)
        picture = Image.new("L", size)
        return picture, ImageDraw.Draw(picture)

    def _sampled(self, points: Points) -> list[tuple[float, float]]:
        return [
            (float(column), float(row)) for column, row in self.to_pixels(points) * _SUPERSAMPLING
        ]

    @staticmethod
    def _finish(picture: Image.Image) -> FloatImage:
        return np.asarray(picture.reduce(_SUPERSAMPLING), dtype=np.float32) / np.float32(255)


def blur(image: FloatImage, sigma: float) -> FloatImage:
    """Blur nearly as a Gaussian of `sigma` pixels would; the borders are continued.

    Notes
    -----
    A wide blur runs on a reduced copy: what it leaves has no finer detail.
    """
    factor = max(1, round(sigma / 1.2))
    rows, columns = image.shape
    small = image
    if factor > 1:
        size = (max(1, columns // factor), max(1, rows // factor))
        reduced = Image.fromarray(image).resize(size, resample=Image.Resampling.BOX)
        small = np.asarray(reduced, dtype=np.float32)
    # Three times (side, 1 - 2 side, side) has the variance 6 side.
    side = np.float32(min(1 / 3, (sigma / factor) ** 2 / 6))
    for _ in range(3):
        for axis in (0, 1):
            small = _mix_neighbours(small, side, axis)
    if factor == 1:
        return small
    enlarged = Image.fromarray(small).resize((columns, rows), resample=Image.Resampling.BICUBIC)
    return np.asarray(enlarged, dtype=np.float32)


def _mix_neighbours(image: FloatImage, side: np.float32, axis: int) -> FloatImage:
    mixed = image * (1 - 2 * side)
    inner = [slice(None), slice(None)]
    outer = [slice(None), slice(None)]
    for shifted, edge in ((slice(1, None), 0), (slice(None, -1), -1)):
        inner[axis], outer[axis] = shifted, slice(None, -1) if edge == 0 else slice(1, None)
        mixed[tuple(inner)] += side * image[tuple(outer)]
        inner[axis] = outer[axis] = slice(edge, edge + 1 if edge == 0 else None)
        mixed[tuple(inner)] += side * image[tuple(outer)]
    return mixed


def smooth_curve(points: Iterable[tuple[float, float]], *, is_closed: bool = False) -> Points:
    """Lay a Catmull-Rom spline through points.

    Parameters
    ----------
    points : at least two (x, y)
    is_closed : whether the curve returns to its first point

    Returns
    -------
    (n, 2), twelve points for each piece
    """
    control = np.asarray(list(points), dtype=np.float64)
    if is_closed:
        control = np.concatenate([control[-1:], control, control[:2]])
    else:
        control = np.concatenate(
            [2 * control[:1] - control[1:2], control, 2 * control[-1:] - control[-2:-1]]
        )
    t = np.linspace(0.0, 1.0, 12, endpoint=False)[:, np.newaxis]
    pieces = []
    for before, start, end, after in zip(
        control, control[1:], control[2:], control[3:], strict=False
    ):
        pieces.append(
            0.5
            * (
                2 * start
                + (end - before) * t
                + (2 * before - 5 * start + 4 * end - after) * t**2
                + (3 * start - before - 3 * end + after) * t**3
            )
        )
    if not is_closed:
        pieces.append(control[-2:-1])
    return np.concatenate(pieces)


def tube_outline(axis: Points, half_widths: NDArray[np.float64]) -> Points:
    """Outline a tube around a line.

    Parameters
    ----------
    axis : (n, 2), the line
    half_widths : (n,), in the same units
    """
    along = np.gradient(axis, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    across *= (half_widths / np.linalg.norm(along, axis=1))[:, np.newaxis]
    return np.concatenate([axis - across, (axis + across)[::-1]])


def smooth_texture(
    random: np.random.Generator, rows: int, columns: int, grain: float
) -> FloatImage:
    """Make a cloudy texture.

    Parameters
    ----------
    random : where its numbers come from
    rows, columns : of the result
    grain : size of a cloud in pixels

    Returns
    -------
    (rows, columns) float32, mean about 0, standard deviation about 0.6
    """
    small_rows = max(2, round(rows / grain) + 2)
    small_columns = max(2, round(columns / grain) + 2)
    values = random.standard_normal((small_rows, small_columns), dtype=np.float32)
    picture = Image.fromarray(values).resize((columns, rows), resample=Image.Resampling.BICUBIC)
    return np.asarray(picture, dtype=np.float32)
