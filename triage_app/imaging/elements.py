"""Values of elements, read with patience: what is malformed counts as absent."""

from __future__ import annotations

import logging
import re
import struct
import warnings
from collections.abc import Callable
from datetime import date, time
from typing import Any

from pydicom import Dataset
from pydicom.errors import BytesLengthException
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence

__all__ = [
    "MALFORMED_DATA_ERRORS",
    "converted_value",
    "date_value",
    "element_value",
    "states_value",
    "text_value",
    "time_value",
    "whole_number",
]

logger = logging.getLogger(__name__)

# pydicom tells of malformed elements by quoting them, and what it quotes may be a patient's name.
# It must reach neither the terminal nor a log; what a reader has to know stands in an outcome.
warnings.filterwarnings("ignore", module=r"pydicom\.")
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)

MALFORMED_DATA_ERRORS = (
    ArithmeticError,
    AttributeError,
    BytesLengthException,
    EOFError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
"""What pydicom raises on data that contradicts the standard, depending on where it does."""


def element_value(header: Dataset, keyword: str) -> Any:
    """Give an element's value; None where it is absent, empty, or cannot be parsed.

    Asking again gives the same: pydicom converts an element when it is first asked for, and keeps
    it even where it stumbles over another one that decides the VR of items in it.
    """
    for _ in range(2):
        try:
            value = header.get(keyword)
        except MALFORMED_DATA_ERRORS:
            continue
        return None if isinstance(value, str) and not value else value
    logger.debug("%s is malformed and counts as absent", keyword)
    return None


def states_value(header: Dataset, keyword: str) -> bool:
    """Tell whether an element stands in the file with a value, malformed or not."""
    element = header.get_item(keyword)
    return element is not None and element.value not in (None, "", b"")


def converted_value(header: Dataset, keyword: str, convert: Callable[[Any], Any]) -> Any:
    """Convert the first value of an element; None where it is absent, empty or malformed.

    Items where a value should be are malformed too: as text they would quote all that stands in
    them, and take without end where they stand in each other a thousand deep.
    """
    value = element_value(header, keyword)
    if isinstance(value, Sequence):
        logger.debug("%s holds items and counts as absent", keyword)
        return None
    if isinstance(value, MultiValue):
        value = value[0] if len(value) else None
    try:
        return None if value is None or value == "" else convert(value)
    except MALFORMED_DATA_ERRORS:
        logger.debug("%s is malformed and counts as absent", keyword)
        return None


def text_value(header: Dataset, keyword: str) -> str:
    """Give the first value as text without its padding; empty where there is none."""
    return converted_value(header, keyword, _plain_text) or ""


def _plain_text(value: Any) -> str:
    if isinstance(value, bytes):  # of an element whose VR is not the dictionary's
        value = value.decode("ascii", errors="replace")
    return str(value).strip(" \0\t\r\n")


def whole_number(header: Dataset, keyword: str) -> int | None:
    """Give the first value as a whole number; None where there is none."""
    number: int | None = converted_value(header, keyword, lambda value: int(float(value)))
    return number


def date_value(header: Dataset, keyword: str) -> date | None:
    """Give a date, also in the old form "2024.03.05" (PS3.5 6.2, VR DA) and its like."""

    def day(value: Any) -> date:
        found = re.fullmatch(r"(\d{4})([.\-/]?)(\d{2})\2(\d{2})", _plain_text(value), re.ASCII)
        if found is None:
            raise ValueError("no date")
        return date(int(found[1]), int(found[3]), int(found[4]))

    converted: date | None = converted_value(header, keyword, day)
    return converted


def time_value(header: Dataset, keyword: str) -> time | None:
    """Give a time to the second, also in the old form "09:30:05" (PS3.5 6.2, VR TM)."""

    def moment(value: Any) -> time:
        pattern = r"(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.\d*)?)?)?"
        found = re.fullmatch(pattern, _plain_text(value), re.ASCII)
        if found is None:
            raise ValueError("no time")
        hour, minute, second = (int(part or 0) for part in found.groups())
        # A leap second is written as 60, which a Python time does not know.
        return time(hour, minute, 59 if second == 60 else second)

    converted: time | None = converted_value(header, keyword, moment)
    return converted
