"""Lengths and angles on an image, and what may honestly be said of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from triage_app.imaging.image_plane import ImagePlane, SpacingBasis
from triage_app.ui.wording import decimal_text

__all__ = ["Measurement", "MeasurementKind", "Point", "measurement_text"]

Point = tuple[float, float]
"""Stored image coordinates x and y; the first pixel's centre lies at (0.5, 0.5)."""


class MeasurementKind(StrEnum):
    """What is measured."""

    LENGTH = "length"
    ANGLE = "angle"


@dataclass(frozen=True, slots=True)
class Measurement:
    """Points that a reader has set.

    Attributes
    ----------
    kind : a length has two points; an angle three, the second is its vertex
    points : those set so far
    """

    kind: MeasurementKind
    points: tuple[Point, ...]

    @property
    def points_wanted(self) -> int:
        """How many points it takes."""
        return 2 if self.kind is MeasurementKind.LENGTH else 3

    @property
    def is_degenerate(self) -> bool:
        """Whether two points in a row coincide, so that there is nothing to measure."""
        pairs = zip(self.points, self.points[1:], strict=False)
        return any(math.dist(one, other) < 1e-9 for one, other in pairs)

    def with_point(self, number: int, at: Point) -> Measurement:
        """Move a point; the number after the last adds one."""
        points = list(self.points)
        points[number : number + 1] = [at]
        return replace(self, points=tuple(points))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Measurement", text)


def measurement_text(measurement: Measurement, plane: ImagePlane) -> str:
    """Say a length or an angle with its unit; empty while points are missing.

    Millimetres are said with the plane that they are true on. Without a spacing a length is told in
    pixels. An angle takes the shape of the pixels into account.
    """
    if len(measurement.points) < measurement.points_wanted or measurement.is_degenerate:
        return ""
    if measurement.kind is MeasurementKind.ANGLE:
        first, vertex, last = (_scaled(point, plane) for point in measurement.points)
        turn = math.atan2(first[1] - vertex[1], first[0] - vertex[0]) - math.atan2(
            last[1] - vertex[1], last[0] - vertex[0]
        )
        degrees = abs(math.degrees(math.remainder(turn, math.tau)))
        return _tr("{}°").format(decimal_text(degrees, 1))
    if plane.spacing is None:
        pixels = math.dist(*measurement.points)
        return _tr("{} px").format(decimal_text(pixels, 1))
    length = math.dist(*(_scaled(point, plane) for point in measurement.points))
    text = {
        SpacingBasis.PATIENT: _tr("{} mm"),
        SpacingBasis.CALIBRATED: _tr("{} mm, calibrated"),
        SpacingBasis.DETECTOR: _tr("{} mm at detector"),
        SpacingBasis.FILM: _tr("{} mm on the film"),
        SpacingBasis.UNSTATED: _tr("{} mm, plane not stated"),
    }[plane.spacing.basis]
    return text.format(decimal_text(length, 1))


def _scaled(point: Point, plane: ImagePlane) -> Point:
    """Put a point where equal distances look equal: in millimetres, else in pixel widths."""
    x, y = point
    if plane.spacing is None:
        return x, y * plane.pixel_aspect
    return x * plane.spacing.column_mm, y * plane.spacing.row_mm
