"""The plane of an image: the size of its pixels, where it is true, and how the patient lies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydicom import Dataset
from pydicom.sequence import Sequence

from triage_app.imaging.elements import MALFORMED_DATA_ERRORS, element_value, text_value

__all__ = ["ImagePlane", "Spacing", "SpacingBasis", "read_image_plane"]

_CROSS_SECTIONS = frozenset({"CT", "MR", "NM", "PT"})
"""Modalities whose Pixel Spacing can but lie in the patient (PS3.3 C.7.6.2)."""

_LARGEST_ASPECT = 10.0
_EQUAL = 1e-4
_OPPOSITE = str.maketrans("RLAPHF", "LRPAFH")
_DIRECTIONS = frozenset("RLAPHF")


class SpacingBasis(StrEnum):
    """On which plane a spacing is true (PS3.3 10.7.1.3)."""

    PATIENT = "patient"
    CALIBRATED = "calibrated"
    DETECTOR = "detector"
    FILM = "film"
    UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distance of the centres of neighbouring pixels.

    Attributes
    ----------
    row_mm, column_mm : between rows, and between columns
    basis : where they are true
    """

    row_mm: float
    column_mm: float
    basis: SpacingBasis


@dataclass(frozen=True, slots=True)
class ImagePlane:
    """What a ruler and the letters at the edges of an image need.

    Attributes
    ----------
    spacing : None where the file states none
    pixel_aspect : height of a pixel over its width, from the spacing, else from (0028,0034) Pixel
        Aspect Ratio
    directions : (0020,0020) Patient Orientation, where the rows lead to and where the columns lead
        to, as ("L", "F"); None where it is absent or none of R, L, A, P, H, F
    """

    spacing: Spacing | None = None
    pixel_aspect: float = 1.0
    directions: tuple[str, str] | None = None

    @property
    def edges(self) -> tuple[str, str, str, str] | None:
        """What lies at the left, top, right and bottom of the image as it is stored."""
        if self.directions is None:
            return None
        right, bottom = self.directions
        return right.translate(_OPPOSITE), bottom.translate(_OPPOSITE), right, bottom


def read_image_plane(header: Dataset) -> ImagePlane:
    """Read spacing, aspect and the patient's directions; what is malformed counts as absent."""
    spacing = _find_spacing(header)
    if spacing is not None:
        aspect = spacing.row_mm / spacing.column_mm
    else:
        ratio = _pair(header, "PixelAspectRatio")
        aspect = ratio[0] / ratio[1] if ratio else 1.0
    if not 1 / _LARGEST_ASPECT <= aspect <= _LARGEST_ASPECT:
        aspect = 1.0
    return ImagePlane(spacing, aspect, _directions(header))


def _find_spacing(header: Dataset) -> Spacing | None:
    """Find the spacing and the plane that it is true on.

    PS3.3 10.7.1.3: Pixel Spacing that equals Imager Pixel Spacing was corrected for nothing; one
    that differs, or comes with a Calibration Type, was. Alone, in a projection, it may be either.
    """
    pixel = _pair(header, "PixelSpacing") or _shared_pixel_spacing(header)
    imager = _pair(header, "ImagerPixelSpacing")
    if pixel and text_value(header, "Modality").upper() in _CROSS_SECTIONS:
        return Spacing(*pixel, SpacingBasis.PATIENT)
    if pixel and imager:
        is_equal = all(
            math.isclose(one, other, rel_tol=_EQUAL)
            for one, other in zip(pixel, imager, strict=True)
        )
        return Spacing(*pixel, SpacingBasis.DETECTOR if is_equal else SpacingBasis.CALIBRATED)
    if pixel:
        is_calibrated = text_value(header, "PixelSpacingCalibrationType").upper() in {
            "GEOMETRY",
            "FIDUCIAL",
        }
        basis = SpacingBasis.CALIBRATED if is_calibrated else SpacingBasis.UNSTATED
        return Spacing(*pixel, basis)
    if imager:
        return Spacing(*imager, SpacingBasis.DETECTOR)
    scanned = _pair(header, "NominalScannedPixelSpacing")
    return Spacing(*scanned, SpacingBasis.FILM) if scanned else None


def _shared_pixel_spacing(header: Dataset) -> tuple[float, float] | None:
    """Give the spacing that all frames of an enhanced image share (PS3.3 C.7.6.16.2.1)."""
    try:
        groups = element_value(header, "SharedFunctionalGroupsSequence")
        measures = element_value(groups[0], "PixelMeasuresSequence") if groups else None
        return _pair(measures[0], "PixelSpacing") if measures else None
    except MALFORMED_DATA_ERRORS:
        return None


def _pair(header: Dataset, keyword: str) -> tuple[float, float] | None:
    """Give two numbers above 0, else None."""
    values: Any = element_value(header, keyword)
    try:
        first, second = (float(value) for value in values or ())
    except MALFORMED_DATA_ERRORS:
        return None
    is_usable = all(math.isfinite(value) and value > 0 for value in (first, second))
    return (first, second) if is_usable else None


def _directions(header: Dataset) -> tuple[str, str] | None:
    values: Any = element_value(header, "PatientOrientation")
    if isinstance(values, Sequence):
        return None
    try:
        first, second = (str(value).strip().upper() for value in values or ())
    except MALFORMED_DATA_ERRORS:
        return None
    is_known = all(text and set(text) <= _DIRECTIONS for text in (first, second))
    return (first, second) if is_known else None
