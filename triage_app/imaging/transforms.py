"""The grey transformations that a header asks for, parsed into plain values.

PS3.3 C.7.5.1.1.2 (Pixel Padding), C.11.1 (Modality LUT), C.11.2 (VOI LUT), C.11.6 and C.7.6.3.1.2
(Presentation LUT Shape, Photometric Interpretation). What is malformed is left out, with its reason
in `GreyTransforms.remarks`, so that it is never silently another image.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.multival import MultiValue

from triage_app.imaging.header import MALFORMED_DATA_ERRORS, element_value

__all__ = [
    "GreyTransforms",
    "LookupTable",
    "PixelPadding",
    "Rescale",
    "VoiFunction",
    "Window",
    "read_transforms",
]


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
        smallest = 1.0 if self.function is VoiFunction.LINEAR else math.ulp(0.0)
        if not math.isfinite(self.center) or not math.isfinite(self.width):
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
    remarks : what was malformed and left out, for people
    """

    modality: Rescale | LookupTable = Rescale()
    voi: tuple[Window | LookupTable, ...] = ()
    is_inverted: bool = False
    padding: PixelPadding | None = None
    remarks: tuple[str, ...] = ()


def read_transforms(header: Dataset) -> GreyTransforms:
    """Take the grey transformations from a header."""
    remarks: list[str] = []
    is_signed = _integer(element_value(header, "PixelRepresentation")) == 1
    modality = _read_modality(header, is_signed, remarks)
    voi_input_is_signed = is_signed or (isinstance(modality, Rescale) and modality.intercept < 0)
    return GreyTransforms(
        modality=modality,
        voi=(
            *_read_luts(header, "VOILUTSequence", voi_input_is_signed, remarks),
            *_read_windows(header, remarks),
        ),
        is_inverted=_read_inversion(header),
        padding=_read_padding(header, is_signed),
        remarks=tuple(remarks),
    )


def _read_modality(header: Dataset, is_signed: bool, remarks: list[str]) -> Rescale | LookupTable:
    for table in _read_luts(header, "ModalityLUTSequence", is_signed, remarks):
        return table
    slope = _number(element_value(header, "RescaleSlope"))
    intercept = _number(element_value(header, "RescaleIntercept"))
    if slope == 0:
        remarks.append("(0028,1053) Rescale Slope is 0 and was taken as 1")
        slope = None
    return Rescale(1.0 if slope is None else slope, 0.0 if intercept is None else intercept)


def _read_luts(
    header: Dataset, keyword: str, input_is_signed: bool, remarks: list[str]
) -> list[LookupTable]:
    tables = []
    is_big_endian = getattr(header, "original_encoding", (None, None))[1] is False
    for item in element_value(header, keyword) or ():
        try:
            tables.append(_read_lut(item, input_is_signed, is_big_endian))
        except MALFORMED_DATA_ERRORS as error:
            remarks.append(f"a table of {keyword} was left out: {error}")
    return tables


def _read_lut(item: Dataset, input_is_signed: bool, is_big_endian: bool) -> LookupTable:
    """Read one LUT item (PS3.3 C.11.1.1, C.11.2.1.1)."""
    entries, first_mapped, bits = (int(value) for value in item["LUTDescriptor"].value)
    entries = (entries & 0xFFFF) or 0x10000
    first_mapped &= 0xFFFF
    if input_is_signed and first_mapped >= 0x8000:
        first_mapped -= 0x10000
    if not 1 <= bits <= 16:
        raise ValueError(f"LUT Descriptor gives {bits} bits an entry, expected 8 to 16")
    values = _lut_values(item, entries, is_big_endian)
    explanation = str(item.get("LUTExplanation") or "").strip()
    return LookupTable(values, first_mapped, bits, explanation)


def _lut_values(item: Dataset, entries: int, is_big_endian: bool) -> NDArray[np.uint16]:
    data = item["LUTData"].value
    if isinstance(data, bytes):
        if len(data) in (entries, entries + entries % 2) and len(data) < 2 * entries:
            # PS3.3 C.11.1.1.1: entries of 8 bits may stand two in a word.
            return np.frombuffer(data, dtype=np.uint8)[:entries].astype(np.uint16)
        order = ">" if is_big_endian else "<"
        values = np.frombuffer(data[: len(data) // 2 * 2], dtype=f"{order}u2").astype(np.uint16)
    else:
        listed = list(data) if isinstance(data, MultiValue | list | tuple) else [data]
        values = (np.asarray(listed, dtype=np.int64) & 0xFFFF).astype(np.uint16)
    if len(values) < entries:
        raise ValueError(f"LUT Data holds {len(values)} of {entries} entries")
    return values[:entries]


def _read_windows(header: Dataset, remarks: list[str]) -> list[Window]:
    centers = _numbers(element_value(header, "WindowCenter"))
    widths = _numbers(element_value(header, "WindowWidth"))
    explanations = _texts(element_value(header, "WindowCenterWidthExplanation"))
    named = str(element_value(header, "VOILUTFunction") or "LINEAR").strip().upper()
    try:
        function = VoiFunction(named)
    except ValueError:
        remarks.append(f"(0028,1056) VOI LUT Function is {named[:16]!r} and was taken as LINEAR")
        function = VoiFunction.LINEAR
    windows = []
    for index, (center, width) in enumerate(zip(centers, widths, strict=False)):
        explanation = explanations[index] if index < len(explanations) else ""
        try:
            windows.append(Window(center, width, function, explanation))
        except ValueError as error:
            remarks.append(f"window {index + 1} was left out: {error}")
    return windows


def _read_inversion(header: Dataset) -> bool:
    """Tell whether the lowest value is white.

    Photometric Interpretation decides (PS3.3 C.7.6.3.1.2); a Presentation LUT Shape of INVERSE goes
    with MONOCHROME1 (C.11.6.1.2) and counts only where the former is missing.
    """
    photometric = str(element_value(header, "PhotometricInterpretation") or "").strip().upper()
    if photometric in {"MONOCHROME1", "MONOCHROME2"}:
        return photometric == "MONOCHROME1"
    return str(element_value(header, "PresentationLUTShape") or "").strip().upper() == "INVERSE"


def _read_padding(header: Dataset, is_signed: bool) -> PixelPadding | None:
    """Read value and range limit, in the sign of the stored values (PS3.3 C.7.5.1.1.2)."""
    value = _integer(element_value(header, "PixelPaddingValue"))
    if value is None:
        return None
    limit = _integer(element_value(header, "PixelPaddingRangeLimit"))
    ends = [_as_signed(end, is_signed) for end in (value, value if limit is None else limit)]
    return PixelPadding(min(ends), max(ends))


def _as_signed(value: int, is_signed: bool) -> int:
    """Undo a reading with the wrong one of the VRs US and SS."""
    if is_signed and value >= 0x8000:
        return value - 0x10000
    if not is_signed and value < 0:
        return value + 0x10000
    return value


def _numbers(value: Any) -> list[float]:
    values = list(value) if isinstance(value, MultiValue | list | tuple) else [value]
    numbers = [_number(item) for item in values]
    return [number for number in numbers if number is not None]


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    values = list(value) if isinstance(value, MultiValue | list | tuple) else [value]
    return [str(item).strip() for item in values]


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _integer(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)
