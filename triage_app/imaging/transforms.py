"""The grey transformations that a header asks for, parsed into plain values.

PS3.3 C.7.5.1.1.2 (Pixel Padding), C.11.1 (Modality LUT), C.11.2 (VOI LUT), C.11.6 and C.7.6.3.1.2
(Presentation LUT Shape, Photometric Interpretation). What is malformed is left out, with its reason
in `GreyTransforms.remarks`, so that it is never silently another image.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence

from triage_app.imaging.elements import (
    MALFORMED_DATA_ERRORS,
    element_value,
    states_value,
    text_value,
    whole_number,
)

__all__ = [
    "GreyTransforms",
    "LookupTable",
    "PixelPadding",
    "Rescale",
    "VoiFunction",
    "Window",
    "read_transforms",
]


LARGEST_NUMBER = 1e12
"""Far above every modality value that a radiograph may have, and far below what float32 holds; a
header's number beyond it is malformed."""

SMALLEST_NUMBER = 1e-12
"""Far below every slope and width of use; a header's number below it is taken for zero."""


class VoiFunction(StrEnum):
    """(0028,1056) VOI LUT Function."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class Window:
    """A window over modality values.

    Attributes
    ----------
    center, width : in modality units; the width is at least 1 for LINEAR, above 0 for the others
    function : how grey follows the value inside it
    explanation : (0028,1055) Window Center & Width Explanation
    """

    center: float
    width: float
    function: VoiFunction = VoiFunction.LINEAR
    explanation: str = ""

    def __post_init__(self) -> None:
        smallest = 1.0 if self.function is VoiFunction.LINEAR else SMALLEST_NUMBER
        if not (abs(self.center) <= LARGEST_NUMBER and self.width <= LARGEST_NUMBER):
            raise ValueError(f"expected a finite window, received {self.center} / {self.width}")
        if self.width < smallest:
            raise ValueError(
                f"expected a width of at least {smallest:g} for {self.function}, "
                f"received {self.width:g}"
            )


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A LUT of a Modality or VOI LUT Sequence.

    Attributes
    ----------
    values : (entries,) uint16
    first_mapped : the input that the first entry belongs to; inputs outside take the nearest entry
    bits : of an entry, so that 2**bits - 1 is white
    explanation : (0028,3003) LUT Explanation
    """

    values: NDArray[np.uint16] = field(repr=False)
    first_mapped: int
    bits: int
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Rescale:
    """(0028,1053) Rescale Slope and (0028,1052) Rescale Intercept."""

    slope: float = 1.0
    intercept: float = 0.0


@dataclass(frozen=True, slots=True)
class PixelPadding:
    """Stored values that are no image, both ends included."""

    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class GreyTransforms:
    """All that stands between stored values and display grey.

    Attributes
    ----------
    modality : LUT or rescale
    voi : the header's alternatives, LUTs before windows; the first is the default
    is_inverted : the lowest value is shown white
    padding : None where there is none
    is_signed : stored values are signed
    remarks : what was malformed and left out, for people
    """

    modality: Rescale | LookupTable = Rescale()
    voi: tuple[Window | LookupTable, ...] = ()
    is_inverted: bool = False
    padding: PixelPadding | None = None
    is_signed: bool = False
    remarks: tuple[str, ...] = ()


def read_transforms(header: Dataset) -> GreyTransforms:
    """Take the grey transformations from a header."""
    remarks: list[str] = []
    stored = _stored_range(header)
    modality = _read_modality(header, stored, remarks)
    return GreyTransforms(
        modality=modality,
        voi=(
            *_read_luts(header, "VOILUTSequence", _modality_range(stored, modality), remarks),
            *_read_windows(header, remarks),
        ),
        is_inverted=_read_inversion(header),
        padding=_read_padding(header, is_signed=stored[0] < 0, remarks=remarks),
        is_signed=stored[0] < 0,
        remarks=tuple(remarks),
    )


def _stored_range(header: Dataset) -> tuple[float, float]:
    """Lowest and highest value that the stored bits hold."""
    bits = min(max(1, whole_number(header, "BitsStored") or 16), 64)
    if whole_number(header, "PixelRepresentation") == 1:
        return -(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1
    return 0.0, 2.0**bits - 1


def _modality_range(
    stored: tuple[float, float], modality: Rescale | LookupTable
) -> tuple[float, float]:
    """Lowest and highest value that the Modality LUT can give (PS3.3 C.11.2.1.1)."""
    if isinstance(modality, LookupTable):
        return float(modality.values.min()), float(modality.values.max())
    ends = [value * modality.slope + modality.intercept for value in stored]
    return min(ends), max(ends)


def _read_modality(
    header: Dataset, stored: tuple[float, float], remarks: list[str]
) -> Rescale | LookupTable:
    for table in _read_luts(header, "ModalityLUTSequence", stored, remarks):
        return table
    slope = _read_rescale_number(header, "RescaleSlope", "(0028,1053) Rescale Slope", 1.0, remarks)
    if abs(slope) < SMALLEST_NUMBER:
        remarks.append(f"(0028,1053) Rescale Slope is {slope:g} and was taken as 1")
        slope = 1.0
    return Rescale(
        slope,
        _read_rescale_number(
            header, "RescaleIntercept", "(0028,1052) Rescale Intercept", 0.0, remarks
        ),
    )


def _read_rescale_number(
    header: Dataset, keyword: str, name: str, default: float, remarks: list[str]
) -> float:
    if not states_value(header, keyword):
        return default
    number = _number(element_value(header, keyword))
    if number is None or abs(number) > LARGEST_NUMBER:
        remarks.append(f"{name} is no usable number and was taken as {default:g}")
        return default
    return number


def _read_luts(
    header: Dataset, keyword: str, inputs: tuple[float, float], remarks: list[str]
) -> list[LookupTable]:
    items = element_value(header, keyword)
    if not isinstance(items, Sequence):
        if states_value(header, keyword):
            remarks.append(f"{keyword} holds no items and was left out")
        return []
    tables = []
    is_big_endian = getattr(header, "original_encoding", (None, None))[1] is False
    for item in items:
        try:
            tables.append(_read_lut(item, inputs, is_big_endian))
        except MALFORMED_DATA_ERRORS as error:
            remarks.append(f"a table of {keyword} was left out: {error}")
    return tables


def _read_lut(item: Dataset, inputs: tuple[float, float], is_big_endian: bool) -> LookupTable:
    """Read one LUT item (PS3.3 C.11.1.1, C.11.2.1.1).

    The first mapped value is signed where the inputs are; many writers choose the VR wrongly, so
    the inputs decide and not the VR.
    """
    entries, first_mapped, bits = (int(value) for value in item["LUTDescriptor"].value)
    entries = (entries & 0xFFFF) or 0x10000
    first_mapped &= 0xFFFF
    lowest, highest = inputs
    if first_mapped >= 0x8000 and (lowest < 0 or first_mapped > highest):
        first_mapped -= 0x10000
    if not 1 <= bits <= 16:
        raise ValueError(f"LUT Descriptor gives {bits} bits an entry, expected 8 to 16")
    values = _lut_values(item, entries, bits, is_big_endian)
    return LookupTable(values, first_mapped, bits, text_value(item, "LUTExplanation"))


def _lut_values(item: Dataset, entries: int, bits: int, is_big_endian: bool) -> NDArray[np.uint16]:
    """Read LUT Data, whose entries of up to 8 bits may stand two in a word (PS3.3 C.11.1.1.1)."""
    data = item["LUTData"].value
    if isinstance(data, bytes):
        order = ">" if is_big_endian else "<"
        words = np.frombuffer(data + b"\0" * (len(data) % 2), dtype=f"{order}u2")
    else:
        listed = list(data) if isinstance(data, MultiValue | list | tuple) else [data]
        words = (np.asarray(listed, dtype=np.int64) & 0xFFFF).astype(np.uint16)
    if bits <= 8 and len(words) < entries <= 2 * len(words):
        # The first of two entries is the low byte of its word, in either byte order.
        words = np.stack([words & 0xFF, words >> 8], axis=1).reshape(-1)
    if len(words) < entries:
        raise ValueError(f"LUT Data holds {len(words)} of {entries} entries")
    return words[:entries].astype(np.uint16)


def _read_windows(header: Dataset, remarks: list[str]) -> list[Window]:
    centers = _listed(element_value(header, "WindowCenter"))
    widths = _listed(element_value(header, "WindowWidth"))
    explanations = _listed(element_value(header, "WindowCenterWidthExplanation"))
    function = _read_voi_function(header, remarks) if centers or widths else VoiFunction.LINEAR
    windows = []
    for at, (center, width, explanation) in enumerate(
        zip_longest(centers, widths, explanations[: max(len(centers), len(widths))]), start=1
    ):
        try:
            windows.append(
                Window(
                    math.nan if center is None else float(center),
                    math.nan if width is None else float(width),
                    function,
                    "" if explanation is None else str(explanation).strip(),
                )
            )
        except (TypeError, ValueError) as error:
            remarks.append(f"window {at} was left out: {error}")
    if not (centers or widths) and states_value(header, "WindowCenter"):
        remarks.append("(0028,1050) Window Center is no number and was left out")
    return windows


def _read_voi_function(header: Dataset, remarks: list[str]) -> VoiFunction:
    named = (text_value(header, "VOILUTFunction") or "LINEAR").upper()
    try:
        return VoiFunction(named)
    except ValueError:
        remarks.append(f"(0028,1056) VOI LUT Function is {named[:16]!r} and was taken as LINEAR")
        return VoiFunction.LINEAR


def _read_inversion(header: Dataset) -> bool:
    """Tell whether the lowest value is white.

    Photometric Interpretation decides (PS3.3 C.7.6.3.1.2); a Presentation LUT Shape of INVERSE goes
    with MONOCHROME1 (C.11.6.1.2) and counts only where the former is missing.
    """
    photometric = text_value(header, "PhotometricInterpretation").upper()
    if photometric in {"MONOCHROME1", "MONOCHROME2"}:
        return photometric == "MONOCHROME1"
    return text_value(header, "PresentationLUTShape").upper() == "INVERSE"


def _read_padding(header: Dataset, *, is_signed: bool, remarks: list[str]) -> PixelPadding | None:
    """Read value and range limit, in the sign of the stored values (PS3.3 C.7.5.1.1.2)."""
    value = whole_number(header, "PixelPaddingValue")
    if value is None:
        if element_value(header, "PixelPaddingValue") is not None:
            remarks.append("(0028,0120) Pixel Padding Value is no number and was left out")
        return None
    limit = whole_number(header, "PixelPaddingRangeLimit")
    ends = [_as_signed(end, is_signed) for end in (value, value if limit is None else limit)]
    return PixelPadding(min(ends), max(ends))


def _as_signed(value: int, is_signed: bool) -> int:
    """Undo a reading with the wrong one of the VRs US and SS."""
    if is_signed and value >= 0x8000:
        return value - 0x10000
    if not is_signed and value < 0:
        return value + 0x10000
    return value


def _listed(value: Any) -> list[Any]:
    if value is None or isinstance(value, Sequence):
        return []
    return list(value) if isinstance(value, MultiValue | list | tuple) else [value]


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
