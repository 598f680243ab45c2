from __future__ import annotations

import pytest

from triage_app.imaging.image_plane import ImagePlane, Spacing, SpacingBasis
from triage_app.ui.viewer.measurement import Measurement, MeasurementKind, measurement_text

LENGTH = Measurement(MeasurementKind.LENGTH, ((10.0, 10.0), (40.0, 50.0)))
CORNER = Measurement(MeasurementKind.ANGLE, ((10.0, 0.0), (0.0, 0.0), (10.0, 10.0)))


def plane(basis: SpacingBasis, row_mm: float = 0.2, column_mm: float = 0.2) -> ImagePlane:
    return ImagePlane(Spacing(row_mm, column_mm, basis), row_mm / column_mm)


@pytest.mark.parametrize(
    ("basis", "text"),
    [
        (SpacingBasis.PATIENT, "10.0 mm"),
        (SpacingBasis.CALIBRATED, "10.0 mm, calibrated"),
        (SpacingBasis.DETECTOR, "10.0 mm at detector"),
        (SpacingBasis.FILM, "10.0 mm on the film"),
        (SpacingBasis.UNSTATED, "10.0 mm, plane not stated"),
    ],
)
def test_millimetres_are_said_with_the_plane_they_are_true_on(
    basis: SpacingBasis, text: str
) -> None:
    assert measurement_text(LENGTH, plane(basis)) == text


def test_without_a_spacing_a_length_is_in_pixels() -> None:
    assert measurement_text(LENGTH, ImagePlane()) == "50.0 px"


def test_rows_and_columns_have_their_own_spacing() -> None:
    spaced = plane(SpacingBasis.PATIENT, row_mm=0.3, column_mm=0.4)
    assert measurement_text(LENGTH, spaced) == f"{(12**2 + 12**2) ** 0.5:.1f} mm"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (ImagePlane(), "45.0°"),
        (plane(SpacingBasis.DETECTOR, 0.2, 0.2), "45.0°"),
        (plane(SpacingBasis.DETECTOR, 0.3**0.5, 0.1**0.5), "60.0°"),
        (ImagePlane(pixel_aspect=3**0.5), "60.0°"),
    ],
    ids=["pixels", "square", "spacing", "aspect ratio"],
)
def test_an_angle_is_that_of_the_body_and_not_of_the_matrix(given: ImagePlane, text: str) -> None:
    assert measurement_text(CORNER, given) == text


def test_an_angle_is_never_above_180_degrees() -> None:
    points = ((-10.0, -1.0), (0.0, 0.0), (-10.0, 1.0))
    assert measurement_text(Measurement(MeasurementKind.ANGLE, points), ImagePlane()) == "11.4°"


@pytest.mark.parametrize(
    "points", [((1.0, 1.0),), ((1.0, 1.0), (1.0, 1.0))], ids=["one point", "twice the same"]
)
def test_what_is_not_measured_yet_says_nothing(points: tuple[tuple[float, float], ...]) -> None:
    assert measurement_text(Measurement(MeasurementKind.LENGTH, points), ImagePlane()) == ""
