"""Every element of a header as lines for people: for the eye, and never for a log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydicom import DataElement, Dataset
from pydicom.datadict import dictionary_description, keyword_for_tag
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag

from triage_app.imaging.elements import MALFORMED_DATA_ERRORS

__all__ = ["HeaderLine", "list_header"]

_LONGEST_VALUE = 2000
_DEEPEST = 12
_MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """One element, or one item of a sequence.

    Attributes
    ----------
    tag : as "(0010,0010)"; empty for an item
    vr : value representation; empty for an item
    name : of the element in the dictionary of PS3.6
    value : readable; cut where it is very long
    lines : of a sequence its items, of an item its elements
    keyword : of the element, as "PatientName"; empty where the dictionary has none
    """

    tag: str
    vr: str
    name: str
    value: str = field(repr=False)
    lines: tuple[HeaderLine, ...] = field(default=(), repr=False)
    keyword: str = ""


def list_header(header: Dataset) -> tuple[HeaderLine, ...]:
    """List a data set with its file meta information; what cannot be parsed says so.

    Parameters
    ----------
    header : as `triage_app.imaging.header.read_instance` reads it, without Pixel Data
    """
    counted = [0]
    meta = getattr(header, "file_meta", None)
    first = _list_elements(meta, 0, counted) if isinstance(meta, Dataset) else ()
    return (*first, *_list_elements(header, 0, counted))


def _list_elements(data_set: Dataset, depth: int, counted: list[int]) -> tuple[HeaderLine, ...]:
    lines = []
    for tag in sorted(data_set.keys()):
        counted[0] += 1
        if counted[0] > _MOST_LINES:
            lines.append(HeaderLine("", "", "…", "more elements than are shown"))
            break
        lines.append(_line(data_set, tag, depth, counted))
    return tuple(lines)


def _line(data_set: Dataset, tag: BaseTag, depth: int, counted: list[int]) -> HeaderLine:
    text, keyword = f"({tag.group:04X},{tag.element:04X})", keyword_for_tag(tag)
    try:
        element = data_set[tag]
        name, vr = _name(element), str(element.VR)
        if vr != "SQ":
            return HeaderLine(text, vr, name, _readable(element.value), keyword=keyword)
        items = list(element.value)
        if depth >= _DEEPEST:
            return HeaderLine(text, vr, name, "nested more deeply than is shown", keyword=keyword)
        lines = tuple(
            HeaderLine("", "", f"Item {number}", "", _list_elements(item, depth + 1, counted))
            for number, item in enumerate(items, 1)
        )
        count = f"{len(items)} item{'' if len(items) == 1 else 's'}"
        return HeaderLine(text, vr, name, count, lines, keyword)
    except MALFORMED_DATA_ERRORS:
        return HeaderLine(text, "", _dictionary_name(tag), "cannot be read", keyword=keyword)


def _name(element: DataElement) -> str:
    return str(element.name).strip("[]") or _dictionary_name(element.tag)


def _dictionary_name(tag: BaseTag) -> str:
    try:
        return dictionary_description(tag)
    except KeyError:
        return "Private element" if tag.is_private else "Unknown element"


def _readable(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    if isinstance(value, (list, tuple, MultiValue)):
        # Cut before it is joined: a LUT has 65,536 values.
        shown = "\\".join(str(part) for part in list(value)[: _LONGEST_VALUE // 2])
    else:
        shown = str(value)
    shown = "".join(character if character.isprintable() else " " for character in shown).strip()
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[:_LONGEST_VALUE]}…"
