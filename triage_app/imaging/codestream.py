"""What a compressed frame says of itself, read before a decoder written in C sees it.

A codestream that contradicts the header, or that ends early, is told apart here by a walk over its
markers, so that no decoder reserves memory for a size that nobody asked for, and none fills up what
is missing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = [
    "Codestream",
    "CodestreamFormat",
    "Wavelet",
    "ends_early",
    "read_format",
    "read_wavelet",
    "rle_ends_early",
]

_END_OF_IMAGE = b"\xff\xd9"
_START_OF_IMAGE = b"\xff\xd8"
_START_OF_CODESTREAM = b"\xff\x4f\xff\x51"  # SOC and SIZ
_JP2_SIGNATURE = b"\x00\x00\x00\x0cjP  "
_START_OF_TILE_PART = b"\xff\x90"
_CODING_STYLE_DEFAULT = 0xFF52
_CODING_STYLE_COMPONENT = 0xFF53

# ITU-T T.81 table B.1: SOF0 to SOF15 without DHT, JPG and DAC; T.87 C.1.1: SOF55.
_FRAME_MARKERS = (frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}) | {0xF7}
_START_OF_SCAN = 0xDA
_RLE_HEADER_BYTES = 64
_RLE_LARGEST_SEGMENTS = 15
_RLE_LARGEST_GAIN = 64
"""Two bytes of a replicate run give at most 128 (PS3.5 G.3.1)."""


@dataclass(frozen=True, slots=True)
class Codestream:
    """One compressed frame and what its header says it must give."""

    data: bytes
    rows: int
    columns: int
    bits_allocated: int


@dataclass(frozen=True, slots=True)
class CodestreamFormat:
    """What a JPEG, JPEG-LS or JPEG 2000 codestream says it holds.

    Attributes
    ----------
    rows, columns : of the image; rows are 0 where a JPEG states them only at its end (DNL)
    samples : components of a pixel
    precision : bits of a sample
    is_signed : as a JPEG 2000 codestream says; a JPEG knows no sign
    """

    rows: int
    columns: int
    samples: int
    precision: int
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class Wavelet:
    """The transformation of a JPEG 2000 codestream (ITU-T T.800 A.6.1).

    Attributes
    ----------
    levels : how often the image is halved in it
    is_reversible : by the 5/3 filter, else by the 9/7
    """

    levels: int
    is_reversible: bool


def read_format(data: bytes) -> CodestreamFormat | None:
    """Read size and precision; None where the data is no JPEG, JPEG-LS or JPEG 2000.

    Notes
    -----
    ITU-T T.81 B.2.2 (frame header), T.87 C.2.2, T.800 A.5.1 (SIZ).
    """
    try:
        if data.startswith(_START_OF_IMAGE):
            return _read_frame_header(data)
        start = _jpeg_2000_start(data)
        return None if start is None else _read_image_size(data, start)
    except struct.error:
        return None


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Give marker and place of each segment of a JPEG up to its first scan (T.81 B.1.1.4)."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte, T.81 B.1.1.2
            at += 1
            continue
        yield marker, at
        if marker == _START_OF_SCAN:
            return
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]


def _read_frame_header(data: bytes) -> CodestreamFormat | None:
    for marker, at in _segments(data):
        if marker in _FRAME_MARKERS:
            precision, rows, columns, samples = struct.unpack_from(">BHHB", data, at + 4)
            return CodestreamFormat(rows, columns, samples, precision)
    return None


def _jpeg_2000_start(data: bytes) -> int | None:
    """Find the codestream, also where a JP2 file stands around it against PS3.5 A.4.4."""
    if data.startswith(_START_OF_CODESTREAM):
        return 0
    if data.startswith(_JP2_SIGNATURE):
        found = data.find(_START_OF_CODESTREAM)
        return None if found < 0 else found
    return None


def _read_image_size(data: bytes, start: int) -> CodestreamFormat:
    x, y, x_offset, y_offset = struct.unpack_from(">4L", data, start + 8)
    samples, depth, x_step, y_step = struct.unpack_from(">HBBB", data, start + 40)
    if not x_step or not y_step:
        raise struct.error("no step between samples")
    return CodestreamFormat(
        rows=-(-y // y_step) - -(-y_offset // y_step),
        columns=-(-x // x_step) - -(-x_offset // x_step),
        samples=samples,
        precision=(depth & 0x7F) + 1,
        is_signed=bool(depth & 0x80),
    )


def read_wavelet(data: bytes) -> Wavelet | None:
    """Read how a JPEG 2000 codestream is transformed.

    Returns
    -------
    Wavelet or None
        None where a component is transformed in a way of its own, or where the data is no JPEG 2000

    Notes
    -----
    ITU-T T.800 A.4.2 (SOT), A.6.1 (COD) and A.6.2 (COC).
    """
    start = _jpeg_2000_start(data)
    if start is None:
        return None
    at, found = start + 2, None
    try:
        while data[at : at + 2] != _START_OF_TILE_PART:
            marker, length = struct.unpack_from(">HH", data, at)
            if marker == _CODING_STYLE_DEFAULT:
                found = Wavelet(levels=data[at + 9], is_reversible=data[at + 13] == 1)
            if marker == _CODING_STYLE_COMPONENT:
                return None
            at += 2 + length
    except (struct.error, IndexError):
        return None
    return found


def ends_early(data: bytes) -> bool:
    """Tell whether a codestream lacks its end; what is none is left to the decoder to refuse.

    JPEG and JPEG-LS must have an EOI after their scan, JPEG 2000 all the bytes that its tile-parts
    state and an EOC (ITU-T T.81 B.1.1.3, T.87 C.1.1, T.800 A.4.2 and A.4.4). Padding may follow
    (PS3.5 A.4), or what a maker appended.
    """
    if data.startswith(_START_OF_IMAGE):
        scans = [at for marker, at in _segments(data) if marker == _START_OF_SCAN]
        return not scans or data.find(_END_OF_IMAGE, scans[0]) < 0
    start = _jpeg_2000_start(data)
    return start is not None and not _holds_its_tile_parts(data, start)


def _holds_its_tile_parts(data: bytes, start: int) -> bool:
    at = data.find(_START_OF_TILE_PART, start)
    if at < 0:
        return False
    while data[at : at + 2] == _START_OF_TILE_PART and at + 12 <= len(data):
        length = struct.unpack_from(">L", data, at + 6)[0]
        if length == 0:  # the last one, up to EOC
            return data.find(_END_OF_IMAGE, at) >= 0
        at += length
    return data[at : at + 2] == _END_OF_IMAGE


def rle_ends_early(codestream: Codestream) -> bool:
    """Tell whether run-length data is too short for its image, whatever it holds.

    Notes
    -----
    PS3.5 G.5: the header gives the number of segments and their offsets.
    """
    data = codestream.data
    if len(data) <= _RLE_HEADER_BYTES:
        return True
    count, *offsets = struct.unpack_from("<16L", data)
    image_bytes = codestream.rows * codestream.columns * codestream.bits_allocated // 8
    return (
        count <= _RLE_LARGEST_SEGMENTS and any(offset >= len(data) for offset in offsets[:count])
    ) or (len(data) - _RLE_HEADER_BYTES) * _RLE_LARGEST_GAIN < image_bytes
