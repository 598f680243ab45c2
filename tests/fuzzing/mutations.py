"""The ways in which a file is damaged: by transfers, disks, programs, and by people on purpose."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tests.fuzzing.layout import ITEM, UNDEFINED_LENGTH, FileLayout, Place

__all__ = ["BYTE_MUTATIONS", "MUTATIONS", "Mutant", "Mutation"]

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Mutant:
    """A damaged file.

    Attributes
    ----------
    is_cut : a part of its Pixel Data is missing, so that a score of it would be a lie
    ending : of its name
    """

    data: bytes
    is_cut: bool = False
    ending: str = ".dcm"


Mutation = Callable[[FileLayout, Rng], Mutant | None]
"""Damages a file; None where it has no place for this damage."""

# What a parser stumbles over: extremes of lengths, tags of structure, VRs that change meaning.
_TOKENS = (
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x00",
    b"\xfe\xff\x00\xe0\xff\xff\xff\xff",
    b"\xfe\xff\x0d\xe0\x00\x00\x00\x00",
    b"\xfe\xff\xdd\xe0\x00\x00\x00\x00",
    b"\xe0\x7f\x10\x00",
    b"\xe0\x7f\x10\x00OW\x00\x00\xff\xff\xff\xff",
    b"SQ\x00\x00\xff\xff\xff\xff",
    b"UN\x00\x00\xff\xff\xff\xff",
    b"US\x02\x00",
    b"\x7f\xff\xff\xff",
    b"NaN ",
    b"\x1b$B",
    b"\xff\xd9",
    b"\xff\xd8",
)
_TWO_LETTERS = (
    "AEASATCSDADSDTFDFLISLOLTOBODOFOLOVOWPNSHSLSQSSSTSVTMUCUIULUNURUSUTUVZZ"  # ZZ is none
)
_VRS = tuple(_TWO_LETTERS[at : at + 2] for at in range(0, len(_TWO_LETTERS), 2))
_LENGTHS = (0, 1, 2, 3, 7, 0x7F, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE)
_SYNTAXES = (
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.1.98",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.2",
    *(f"1.2.840.10008.1.2.4.{kind}" for kind in (50, 51, 57, 70, 80, 81, 90, 91, 92, 100, 102)),
    *(f"1.2.840.10008.1.2.4.{kind}" for kind in (201, 202, 203)),
    "1.2.840.10008.1.2.5",
    "1.2.840.113619.5.2",
    "1.2.3",
    "",
)
_CHARACTER_SETS = (
    b"ISO_IR 100",
    b"ISO_IR 192",
    b"ISO 2022 IR 87\\ISO 2022 IR 159",
    b"\\ISO 2022 IR 149",
    b"GB18030",
    b"ISO_IR 13\\ISO 2022 IR 87\\GBK",
    b"no such set",
    b"\xff\xfe\x00",
    b"\\\\\\\\\\\\",
    b"utf-16",
    b"idna\\punycode\\hex",
)
_NUMBER_TEXTS = (
    b"NaN ",
    b"-nan",
    b"0 ",
    b"-0.0",
    b"inf ",
    b"-Infinity ",
    b"1e308 ",
    b"1e-308",
    b"-1",
    b"1e400 ",
    b"9" * 5000,
    b"",
    b"one ",
    b"1,5 ",
    b"1\\2\\3 ",
    b"\\\\",
    b"\x00\x00",
    b"--1 ",
    b"0x10",
    b"1_0 ",
)


T = TypeVar("T")


def _pick(rng: Rng, choices: tuple[T, ...] | list[T]) -> T:
    return choices[int(rng.integers(len(choices)))]


def _place(layout: FileLayout, rng: Rng) -> Place:
    return _pick(rng, layout.places)


def _junk(rng: Rng, most: int) -> bytes:
    return rng.bytes(int(rng.integers(1, most + 1)))


def _changed(layout: FileLayout, start: int, end: int, put: bytes) -> Mutant:
    return Mutant(layout.pack(layout.data[:start] + put + layout.data[end:]))


def flip_bytes(layout: FileLayout, rng: Rng) -> Mutant:
    data = bytearray(layout.pack(layout.data))
    for at in rng.integers(0, len(data), rng.integers(1, 12)):
        data[at] = rng.integers(256)
    return Mutant(bytes(data))


def flip_header_bits(layout: FileLayout, rng: Rng) -> Mutant:
    data = bytearray(layout.data)
    pixels = layout.pixel_data
    end = pixels.value_at if pixels else len(data)
    for at in rng.integers(128, max(end, 129), rng.integers(1, 6)):
        data[min(at, len(data) - 1)] ^= 1 << int(rng.integers(8))
    return Mutant(layout.pack(data))


def put_a_token(layout: FileLayout, rng: Rng) -> Mutant:
    place, token = _place(layout, rng), _pick(rng, _TOKENS)
    at = int(rng.integers(place.start, max(place.end, place.start + 1)))
    is_inserted = bool(rng.integers(2))
    return _changed(layout, at, at if is_inserted else at + len(token), token)


def _cut(layout: FileLayout, at: int) -> Mutant:
    pixels = layout.pixel_data
    return Mutant(layout.pack(layout.data[:at]), is_cut=pixels is not None and at < pixels.end)


def cut_at_an_element(layout: FileLayout, rng: Rng) -> Mutant:
    place = _place(layout, rng)
    middle = (place.value_at + place.end) // 2
    at = _pick(rng, (place.start, place.start + 4, place.length_at, place.value_at, middle))
    return _cut(layout, at)


def cut_anywhere(layout: FileLayout, rng: Rng) -> Mutant:
    packed = layout.pack(layout.data)
    at = int(rng.integers(0, len(packed)))
    pixels = layout.pixel_data
    is_native_file = packed == layout.data
    return Mutant(packed[:at], is_cut=bool(pixels and is_native_file and at < pixels.end))


def take_a_piece_out(layout: FileLayout, rng: Rng) -> Mutant:
    at = int(rng.integers(128, len(layout.data)))
    return _changed(layout, at, at + int(rng.integers(1, 600)), b"")


def put_a_piece_in_twice(layout: FileLayout, rng: Rng) -> Mutant:
    at = int(rng.integers(128, len(layout.data)))
    return _changed(layout, at, at, layout.data[at : at + int(rng.integers(1, 600))])


def take_an_element_out(layout: FileLayout, rng: Rng) -> Mutant:
    place = _place(layout, rng)
    return _changed(layout, place.start, place.end, b"")


def put_an_element_in_twice(layout: FileLayout, rng: Rng) -> Mutant:
    place, other = _place(layout, rng), _place(layout, rng)
    piece = layout.data[place.start : place.end]
    return _changed(layout, other.start, other.start, piece * int(_pick(rng, (1, 1, 2, 500))))


def exchange_elements(layout: FileLayout, rng: Rng) -> Mutant | None:
    first, second = sorted((_place(layout, rng), _place(layout, rng)), key=lambda p: p.start)
    if first.end > second.start:
        return None
    data = layout.data
    pieces = (
        data[second.start : second.end],
        data[first.end : second.start],
        data[first.start : first.end],
    )
    return _changed(layout, first.start, second.end, b"".join(pieces))


def change_a_length(layout: FileLayout, rng: Rng) -> Mutant:
    place = _place(layout, rng)
    stated = place.end - place.value_at
    near = (stated + int(rng.integers(-9, 10)), len(layout.data) - place.value_at)
    length = _pick(rng, (*_LENGTHS, *near, UNDEFINED_LENGTH, UNDEFINED_LENGTH))
    form = f"{place.order}{'L' if place.length_bytes == 4 else 'H'}"
    most = UNDEFINED_LENGTH if place.length_bytes == 4 else 0xFFFF
    encoded = struct.pack(form, min(max(length, 0), most))
    return _changed(layout, place.length_at, place.value_at, encoded)


def change_a_vr(layout: FileLayout, rng: Rng) -> Mutant | None:
    places = [place for place in layout.places if place.vr]
    if not places:
        return None
    place = _pick(rng, places)
    vr = _pick(rng, _VRS)
    if rng.integers(2):  # the head alone, so that its length is read in another form
        at = place.start + 4
        return _changed(layout, at, at + 2, vr.encode())
    value = layout.data[place.value_at : place.end]
    encoded = layout.encode(place.tag, vr, value)
    return _changed(layout, place.start, place.end, encoded)


def change_a_value(layout: FileLayout, rng: Rng) -> Mutant:
    place = _place(layout, rng)
    value = _pick(rng, (b"", b"\0", _junk(rng, 70), b"\\" * 64, b"A" * 70000, *_NUMBER_TEXTS))
    return _changed(
        layout, place.start, place.end, layout.encode(place.tag, place.vr or "UN", value)
    )


def _item(layout: FileLayout, content: bytes, *, is_open: bool) -> bytes:
    order = ">" if layout.is_big_endian else "<"
    length = UNDEFINED_LENGTH if is_open else len(content)
    head = struct.pack(f"{order}HHL", 0xFFFE, 0xE000, length)
    return head + content + (struct.pack(f"{order}HHL", 0xFFFE, 0xE00D, 0) if is_open else b"")


def _open_sequence(layout: FileLayout, tag: int, content: bytes, *, is_closed: bool) -> bytes:
    order = ">" if layout.is_big_endian else "<"
    head = layout.encode(tag, "SQ", b"")[:-4] + b"\xff\xff\xff\xff"
    return head + content + (struct.pack(f"{order}HHL", 0xFFFE, 0xE0DD, 0) if is_closed else b"")


def nest_sequences(layout: FileLayout, rng: Rng) -> Mutant:
    """Put a sequence into itself, again and again, as deep as no stack goes."""
    depth = int(_pick(rng, (3, 30, 300, 1000, 3000)))
    tag = _pick(rng, (0x00081140, 0x00282110, 0x00283010, 0x00540220))
    is_open = bool(rng.integers(2))
    content = b""
    for _ in range(depth):
        inner = _item(layout, content, is_open=is_open)
        if is_open:
            content = _open_sequence(layout, tag, inner, is_closed=True)
        else:
            content = layout.encode(tag, "SQ", inner)
    return _at(layout, tag, content)


def _at(layout: FileLayout, tag: int, encoded: bytes) -> Mutant:
    changed = layout.with_bytes(tag, encoded)
    return Mutant(changed.pack(changed.data))


def endless_sequence(layout: FileLayout, rng: Rng) -> Mutant:
    """Put in a sequence that is never closed, or of items without number and content."""
    tag = _pick(rng, (0x00081140, 0x00180022, 0x00283010, 0x00540220))
    items = _item(layout, b"", is_open=bool(rng.integers(2))) * int(_pick(rng, (1, 50, 20000)))
    return _at(layout, tag, _open_sequence(layout, tag, items, is_closed=bool(rng.integers(2))))


def set_character_set(layout: FileLayout, rng: Rng) -> Mutant:
    changed = layout.with_element(0x00080005, "CS", _pick(rng, _CHARACTER_SETS))
    name = b"Wang^\x1b$B;3ED\x1b(J=" + _junk(rng, 40) + b"=\x1b$)C\xfb\xf3"
    for tag, vr in ((0x00100010, "PN"), (0x00081030, "LO"), (0x00180015, "CS")):
        if rng.integers(2):
            changed = changed.with_element(tag, vr, name)
    return Mutant(changed.pack(changed.data))


def _matrix(layout: FileLayout, elements: dict[int, int]) -> Mutant:
    changed = layout
    for tag, number in elements.items():
        changed = changed.with_element(tag, "US", layout.numbers(number))
    return Mutant(changed.pack(changed.data))


ROWS, COLUMNS = 0x00280010, 0x00280011
SAMPLES, PLANAR, FRAMES = 0x00280002, 0x00280006, 0x00280008
BITS_ALLOCATED, BITS_STORED, HIGH_BIT, SIGN = 0x00280100, 0x00280101, 0x00280102, 0x00280103


def contradict_the_matrix(layout: FileLayout, rng: Rng) -> Mutant:
    choices = {
        ROWS: (0, 1, 2, 63, 65, 128, 4095, 65535),
        COLUMNS: (0, 1, 2, 63, 65, 128, 4095, 65535),
        SAMPLES: (0, 1, 2, 3, 4, 255, 65535),
        PLANAR: (0, 1, 2, 9),
        BITS_ALLOCATED: (0, 1, 4, 7, 8, 12, 16, 24, 32, 64, 2048, 65535),
        BITS_STORED: (0, 1, 7, 8, 12, 16, 17, 32, 65535),
        HIGH_BIT: (0, 7, 11, 15, 16, 31, 65535),
        SIGN: (0, 1, 2, 65535),
    }
    tags = rng.permutation(list(choices))[: rng.integers(1, 5)]
    return _matrix(layout, {int(tag): _pick(rng, choices[int(tag)]) for tag in tags})


def state_a_gigantic_image(layout: FileLayout, rng: Rng) -> Mutant:
    side = _pick(rng, (65535, 65535, 46341, 32768, 10000, 9999))
    bits = _pick(rng, (8, 16, 32))
    return _matrix(layout, {ROWS: side, COLUMNS: side, BITS_ALLOCATED: bits})


def change_the_frames(layout: FileLayout, rng: Rng) -> Mutant:
    text = _pick(rng, (b"0 ", b"-1", b"2 ", b"1000", b"2147483647", b"1e9 ", *_NUMBER_TEXTS))
    changed = layout.with_element(FRAMES, "IS", text)
    return Mutant(changed.pack(changed.data))


def change_the_photometric_interpretation(layout: FileLayout, rng: Rng) -> Mutant:
    names = b"MONOCHROME1|MONOCHROME2|PALETTE COLOR|RGB|YBR_FULL|YBR_FULL_422|YBR_ICT|HSV|".split(
        b"|"
    )
    changed = layout.with_element(0x00280004, "CS", _pick(rng, names))
    return Mutant(changed.pack(changed.data))


def change_the_rescale(layout: FileLayout, rng: Rng) -> Mutant:
    changed = layout
    for tag in (0x00281052, 0x00281053):
        if rng.integers(3):
            changed = changed.with_element(tag, "DS", _pick(rng, _NUMBER_TEXTS))
    return Mutant(changed.pack(changed.data))


def change_the_window(layout: FileLayout, rng: Rng) -> Mutant:
    changed = layout
    for tag in (0x00281050, 0x00281051):
        if rng.integers(3):
            text = b"\\".join(_pick(rng, _NUMBER_TEXTS) for _ in range(_pick(rng, (1, 1, 2, 9))))
            changed = changed.with_element(tag, "DS", text)
    if rng.integers(2):
        function = _pick(rng, (b"LINEAR", b"LINEAR_EXACT", b"SIGMOID ", b"LOG ", b"\xff\xff", b""))
        changed = changed.with_element(0x00281056, "CS", function)
    return Mutant(changed.pack(changed.data))


def break_a_lookup_table(layout: FileLayout, rng: Rng) -> Mutant:
    tag = _pick(rng, (0x00283000, 0x00283010))
    entries = int(_pick(rng, (0, 0, 1, 256, 4096, 65535)))
    first = int(_pick(rng, (0, 1, 32767, 32768, 65535)))
    bits = int(_pick(rng, (0, 1, 8, 10, 16, 17, 65535)))
    given = int(_pick(rng, (0, 1, entries, max(entries - 1, 0), entries // 2)))
    vr = _pick(rng, ("US", "SS", "OW", "UN", "LO", "SQ"))
    descriptor = _pick(rng, (layout.numbers(entries, first, bits), layout.numbers(entries), b""))
    parts = [layout.encode(0x00283002, _pick(rng, ("US", "SS", "UN")), descriptor)]
    if rng.integers(6):
        values = layout.numbers(*rng.integers(0, 65536, given).tolist())
        parts.append(layout.encode(0x00283006, vr, values))
    items = _item(layout, b"".join(parts), is_open=bool(rng.integers(2)))
    return _at(layout, tag, layout.encode(tag, "SQ", items * int(_pick(rng, (0, 1, 1, 3)))))


def change_the_transfer_syntax(layout: FileLayout, rng: Rng) -> Mutant:
    """Let the header name another syntax than its data set is written in."""
    uid = _pick(rng, _SYNTAXES).encode()
    changed = layout.with_element(0x00020010, "UI", uid + b"\0" * (len(uid) % 2))
    return Mutant(changed.data)


def damage_the_meta_information(layout: FileLayout, rng: Rng) -> Mutant:
    data, at = layout.data, layout.data_set_at
    choices = (
        data[128:],
        data[132:],
        data[at:],
        data[:132] + data[at:],
        data[:132] + data[:at] + data[at:],
        data[:128] + b"DICM" * 3 + data[132:],
        data[:at] + data,
        data[:100] + data[128:],
    )
    return Mutant(_pick(rng, choices))


def _with_pixels(layout: FileLayout, content: bytes, *, is_closed: bool = True) -> Mutant:
    pixels = layout.pixel_data
    assert pixels is not None
    head = layout.data[pixels.start : pixels.length_at] + b"\xff\xff\xff\xff"
    end = struct.pack("<HHL", 0xFFFE, 0xE0DD, 0) if is_closed else b""
    return _changed(layout, pixels.start, pixels.end, head + content + end)


def _fragments(layout: FileLayout) -> list[bytes]:
    return [layout.data[place.value_at : place.end] for place in layout.fragments]


def _encapsulated(layout: FileLayout, fragments: list[bytes]) -> bytes:
    return b"".join(
        struct.pack("<HHL", ITEM >> 16, ITEM & 0xFFFF, len(fragment)) + fragment
        for fragment in fragments
    )


def break_the_offset_table(layout: FileLayout, rng: Rng) -> Mutant | None:
    fragments = _fragments(layout)
    if not fragments:
        return None
    tables = (
        b"",
        b"\0",
        b"\0\0\0\0",
        b"\xff\xff\xff\xff",
        struct.pack("<2L", 0, 1),
        struct.pack("<2L", 8, 4),
        struct.pack("<2L", 0, 0x7FFFFFFE),
        _junk(rng, 60),
        b"\0" * 400_000,
    )
    changed = layout
    if rng.integers(3) == 0:
        offsets = struct.pack("<2Q", 0, _pick(rng, (0, 1, 2**40, 2**64 - 1)))
        changed = changed.with_element(0x7FE00001, "OV", offsets)
        changed = changed.with_element(0x7FE00002, "OV", offsets[::-1])
    return _with_pixels(changed, _encapsulated(changed, [_pick(rng, tables), *fragments[1:]]))


def break_the_fragments(layout: FileLayout, rng: Rng) -> Mutant | None:
    fragments = _fragments(layout)
    if len(fragments) < 2:
        return None
    table, *frames = fragments
    whole = b"".join(frames)
    at = int(rng.integers(1, max(len(whole), 2)))
    choices: tuple[list[bytes], ...] = (
        [],
        [table],
        [table, b""],
        [table, b"", *frames],
        [table, *frames, b""],
        [table, *frames, *frames],
        [*frames],
        [table, *frames[:-1]],
        [table, *reversed(frames)],
        [table, whole[:at], whole[at:]],
        [table, *(whole[i : i + 2] for i in range(0, min(len(whole), 20000), 2))],
        [table, whole[:at]],
        [table, *frames[:-1], frames[-1][:-1]],
    )
    content = _encapsulated(layout, _pick(rng, choices))
    return _with_pixels(layout, content, is_closed=bool(rng.integers(4)))


def damage_the_codestream(layout: FileLayout, rng: Rng) -> Mutant | None:
    """Change bytes of a compressed frame, most of them where its own header stands."""
    frames = [place for place in layout.fragments[1:] if place.end - place.value_at > 4]
    if not frames:
        return None
    place = _pick(rng, frames)
    data = bytearray(layout.data)
    length = place.end - place.value_at
    reach = length if rng.integers(3) == 0 else min(length, 160)
    for offset in rng.integers(0, reach, rng.integers(1, 5)):
        at = place.value_at + int(offset)
        data[at] = int(_pick(rng, (0, 1, 0x7F, 0x80, 0xFE, 0xFF, int(rng.integers(256)))))
    return Mutant(layout.pack(data))


def compress_what_is_not(layout: FileLayout, rng: Rng) -> Mutant | None:
    """Put something else than its image into Pixel Data."""
    if layout.pixel_data is None:
        return None
    frames = (
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8" + b"\xff" * 5000,
        b"\xff\x4f\xff\x51" + _junk(rng, 300),
        b"\x89PNG\r\n\x1a\n" + _junk(rng, 100),
        struct.pack("<16L", 15, *range(64, 64 + 15)) + _junk(rng, 500),
        struct.pack("<16L", 1, 64, *[0] * 14) + b"\x81\x00" * 4000,
        struct.pack("<16L", 2**32 - 1, *[2**32 - 1] * 15) + b"\x81\x00" * 40,
        _junk(rng, 400),
    )
    frame = _pick(rng, frames)
    return _with_pixels(layout, _encapsulated(layout, [b"", frame + b"\0" * (len(frame) % 2)]))


def append_to_the_end(layout: FileLayout, rng: Rng) -> Mutant:
    tail = _pick(
        rng,
        (
            b"\0",
            b"\0" * 513,
            _junk(rng, 300),
            layout.encode(0xFFFCFFFC, "OB", b"\0" * 128),
            layout.data[-400:],
            layout.data[132:],
            b"\xfe\xff\x00\xe0" + b"\xff" * 40,
        ),
    )
    return Mutant(layout.pack(layout.data + tail))


def shorten_the_pixels(layout: FileLayout, rng: Rng) -> Mutant | None:
    """Take bytes out of native Pixel Data, and let its length be that of what is left."""
    pixels = layout.pixel_data
    if pixels is None or layout.fragments or pixels.end - pixels.value_at < 8:
        return None
    keep = int(rng.integers(0, pixels.end - pixels.value_at))
    value = layout.data[pixels.value_at : pixels.value_at + keep]
    encoded = layout.encode(pixels.tag, pixels.vr or "OW", value)
    return _changed(layout, pixels.start, pixels.end, encoded)


MUTATIONS: tuple[Mutation, ...] = (
    flip_bytes,
    flip_header_bits,
    put_a_token,
    cut_at_an_element,
    cut_anywhere,
    take_a_piece_out,
    put_a_piece_in_twice,
    take_an_element_out,
    put_an_element_in_twice,
    exchange_elements,
    change_a_length,
    change_a_vr,
    change_a_value,
    nest_sequences,
    endless_sequence,
    set_character_set,
    contradict_the_matrix,
    state_a_gigantic_image,
    change_the_frames,
    change_the_photometric_interpretation,
    change_the_rescale,
    change_the_window,
    break_a_lookup_table,
    change_the_transfer_syntax,
    damage_the_meta_information,
    break_the_offset_table,
    break_the_fragments,
    damage_the_codestream,
    compress_what_is_not,
    append_to_the_end,
    shorten_the_pixels,
)

BYTE_MUTATIONS: tuple[Mutation, ...] = (
    flip_bytes,
    cut_anywhere,
    take_a_piece_out,
    put_a_piece_in_twice,
)
"""Of files whose elements cannot be found."""
