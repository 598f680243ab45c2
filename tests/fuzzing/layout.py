"""Where each element of a DICOM file stands, so that it can be damaged at the byte."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

__all__ = ["UNDEFINED_LENGTH", "FileLayout", "Place", "read_layout"]

UNDEFINED_LENGTH = 0xFFFFFFFF
PIXEL_DATA = 0x7FE00010
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD

_LONG_VRS = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ"} | {"SV", "UC", "UN", "UR"}) | {
    "UT",
    "UV",
}
_META_BYTES = 132
_DEEPEST = 20
_DEFLATED = "1.2.840.10008.1.2.1.99"
_BIG_ENDIAN = "1.2.840.10008.1.2.2"
_IMPLICIT = "1.2.840.10008.1.2"


@dataclass(frozen=True, slots=True)
class Place:
    """One element or item.

    Attributes
    ----------
    vr : empty of items, and where the transfer syntax has none
    start, length_at, value_at, end : offsets; `end` is where its value ends
    length_bytes : 2 or 4
    depth : 0 outside of sequences
    is_big_endian : how its numbers are written
    """

    tag: int
    vr: str
    start: int
    length_at: int
    length_bytes: int
    value_at: int
    end: int
    depth: int
    is_big_endian: bool

    @property
    def order(self) -> str:
        """Byte order, as `struct` names it."""
        return ">" if self.is_big_endian else "<"


@dataclass(frozen=True, slots=True)
class FileLayout:
    """A file whose elements were found.

    Attributes
    ----------
    data : its bytes, with the data set inflated where it was deflated
    places : elements and items in the order of the file, those of the file meta information first
    data_set_at : where the data set begins
    """

    data: bytes = field(repr=False)
    places: tuple[Place, ...] = field(repr=False)
    data_set_at: int
    transfer_syntax_uid: str

    @property
    def is_explicit(self) -> bool:
        """Whether the data set states VRs."""
        return self.transfer_syntax_uid not in (_IMPLICIT, "")

    @property
    def is_big_endian(self) -> bool:
        """Whether the data set is written in big endian."""
        return self.transfer_syntax_uid == _BIG_ENDIAN

    @property
    def pixel_data(self) -> Place | None:
        """The outermost Pixel Data."""
        return self.find(PIXEL_DATA)

    @property
    def fragments(self) -> tuple[Place, ...]:
        """The items of encapsulated Pixel Data, the Basic Offset Table first."""
        pixels = self.pixel_data
        if pixels is None:
            return ()
        return tuple(
            place
            for place in self.places
            if place.tag == ITEM and pixels.value_at <= place.start < pixels.end
        )

    def find(self, tag: int) -> Place | None:
        """Find an element outside of sequences."""
        return next((place for place in self.places if place.tag == tag and not place.depth), None)

    def pack(self, data: bytes | bytearray) -> bytes:
        """Give the bytes of the file for a changed `data`: deflated again where it was."""
        if self.transfer_syntax_uid != _DEFLATED:
            return bytes(data)
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        at = self.data_set_at
        return bytes(data[:at]) + packer.compress(bytes(data[at:])) + packer.flush()

    def encode(self, tag: int, vr: str, value: bytes) -> bytes:
        """Encode an element as this file writes them; the value is taken as it is."""
        is_meta = tag >> 16 == 2
        order = ">" if self.is_big_endian and not is_meta else "<"
        head = struct.pack(f"{order}HH", tag >> 16, tag & 0xFFFF)
        if not (self.is_explicit or is_meta):
            return head + struct.pack("<L", len(value)) + value
        if vr in _LONG_VRS:
            return head + vr.encode() + struct.pack(f"{order}HL", 0, len(value)) + value
        return head + vr.encode() + struct.pack(f"{order}H", len(value) & 0xFFFF) + value

    def numbers(self, *values: int) -> bytes:
        """Encode values of VR US, or the low words of others."""
        order = ">" if self.is_big_endian else "<"
        return struct.pack(f"{order}{len(values)}H", *(value & 0xFFFF for value in values))

    def with_element(self, tag: int, vr: str, value: bytes) -> FileLayout:
        """Set an element, or put it where it belongs."""
        return self.with_bytes(tag, self.encode(tag, vr, value))

    def with_bytes(self, tag: int, encoded: bytes) -> FileLayout:
        """Put bytes in the place of an element, or where it belongs; empty ones take it out."""
        found = self.find(tag)
        if found is None:
            after = [place.start for place in self.places if not place.depth and place.tag > tag]
            start = end = min(after, default=len(self.data))
        else:
            start, end = found.start, found.end
        changed = self.data[:start] + encoded + self.data[end:]
        return _parse(changed, replace(self, data=changed))


@dataclass(frozen=True, slots=True)
class _Form:
    """How a data set is written."""

    is_explicit: bool
    order: str


def read_layout(data: bytes) -> FileLayout | None:
    """Find the elements of a sound file; None where it has no preamble, or is not sound."""
    if data[128:132] != b"DICM":
        return None
    try:
        places = list(_walk_meta(data))
    except (struct.error, UnicodeDecodeError):
        return None
    at = places[-1].end if places else _META_BYTES
    syntax = next((data[p.value_at : p.end] for p in places if p.tag == 0x00020010), b"")
    uid = syntax.rstrip(b"\0 ").decode("ascii", "replace")
    if uid == _DEFLATED:
        try:
            data = data[:at] + zlib.decompress(data[at:], wbits=-zlib.MAX_WBITS)
        except zlib.error:
            return None
    return _parse(data, FileLayout(data, (), at, uid))


def _parse(data: bytes, layout: FileLayout) -> FileLayout:
    places = list(_walk_meta(data))
    at = places[-1].end if places else _META_BYTES
    try:
        form = _Form(layout.is_explicit, ">" if layout.is_big_endian else "<")
        places += _walk(data, at, len(data), form)
    except (struct.error, UnicodeDecodeError, RecursionError):
        pass  # what was found up to there is enough to damage
    return replace(layout, data=data, places=tuple(places), data_set_at=at)


def _walk_meta(data: bytes) -> Iterator[Place]:
    for place in _walk(data, _META_BYTES, len(data), _Form(True, "<")):
        if place.tag >> 16 != 2:
            return
        if not place.depth:
            yield place


def _walk(
    data: bytes, at: int, end: int, form: _Form, depth: int = 0, *, in_pixels: bool = False
) -> Iterator[Place]:
    """Give the places from `at` on; a list of undefined length ends with its delimiter."""
    while at + 8 <= end and depth < _DEEPEST:
        place = _read_head(data, at, end, form, depth)
        if place is None:
            return
        is_open = place.end < 0
        limit = end if is_open else place.end
        inside: list[Place] = []
        holds_more = place.vr == "SQ" or is_open or (place.tag == ITEM and not in_pixels)
        if holds_more and place.tag not in (ITEM_END, SEQUENCE_END):
            inside = list(
                _walk(
                    data,
                    place.value_at,
                    limit,
                    form,
                    depth + 1,
                    in_pixels=place.tag == PIXEL_DATA,
                )
            )
        if is_open:
            limit = inside[-1].end if inside else place.value_at
        yield replace(place, end=limit)
        yield from inside
        at = limit
        if depth and place.tag in (ITEM_END, SEQUENCE_END):
            return


def _read_head(data: bytes, at: int, end: int, form: _Form, depth: int) -> Place | None:
    """Read tag, VR and length; `end` is -1 where the length is undefined."""
    group, element = struct.unpack_from(f"{form.order}HH", data, at)
    vr, length_at, length_bytes = "", at + 4, 4
    if form.is_explicit and group != 0xFFFE:
        if not re.fullmatch(rb"[A-Z]{2}", data[at + 4 : at + 6]):
            return None
        vr = data[at + 4 : at + 6].decode("ascii")
        length_at, length_bytes = (at + 8, 4) if vr in _LONG_VRS else (at + 6, 2)
    kind = "L" if length_bytes == 4 else "H"
    (length,) = struct.unpack_from(f"{form.order}{kind}", data, length_at)
    value_at = length_at + length_bytes
    is_open = length_bytes == 4 and length == UNDEFINED_LENGTH
    return Place(
        tag=group << 16 | element,
        vr=vr,
        start=at,
        length_at=length_at,
        length_bytes=length_bytes,
        value_at=value_at,
        end=-1 if is_open else min(end, value_at + length),
        depth=depth,
        is_big_endian=form.order == ">",
    )
