"""Small files that unpack to large ones: deflate, zip, run lengths, and empty codestreams."""

from __future__ import annotations

import functools
import io
import struct
import zipfile
import zlib

import numpy as np

from tests.fuzzing.layout import FileLayout
from tests.fuzzing.mutations import Mutant, Rng

__all__ = ["BOMBS", "deflated_zeros", "zip_claiming", "zip_of_zeros"]

_ONE_MEGABYTE = b"\0" * 2**20


@functools.cache
def deflated_zeros(megabytes: int) -> bytes:
    """Give a raw deflate stream that unpacks to so many MiB."""
    packer = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    return b"".join(packer.compress(_ONE_MEGABYTE) for _ in range(megabytes)) + packer.flush()


@functools.cache
def zip_of_zeros(megabytes: int) -> bytes:
    """Give a zip archive whose one member unpacks to so many MiB."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros.dcm", "w", force_zip64=True) as member,
    ):
        for _ in range(megabytes):
            member.write(_ONE_MEGABYTE)
    return buffer.getvalue()


def zip_claiming(data: bytes, size: int) -> bytes:
    """Give a zip archive that states another size for its member than it has."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("image.dcm", data)
    return claiming(buffer.getvalue(), size)


def claiming(archive_of_one: bytes, size: int) -> bytes:
    """Change the size that an archive states for its one member."""
    packed = bytearray(archive_of_one)
    directory = packed.rindex(b"PK\x01\x02")
    struct.pack_into("<L", packed, directory + 24, size)
    return bytes(packed)


def deflate_bomb(layout: FileLayout, rng: Rng) -> Mutant:
    megabytes = int(rng.choice([50, 300, 700, 2000]))
    meta = layout.with_element(0x00020010, "UI", b"1.2.840.10008.1.2.1.99")
    return Mutant(meta.data[: meta.data_set_at] + deflated_zeros(megabytes))


def deflated_pixels_bomb(layout: FileLayout, rng: Rng) -> Mutant:
    """Put a sound deflated header before Pixel Data of zeros without measure."""
    megabytes = int(rng.choice([100, 400]))
    meta = layout.with_element(0x00020010, "UI", b"1.2.840.10008.1.2.1.99")
    start = meta.pixel_data.start if meta.pixel_data else len(meta.data)
    packer = zlib.compressobj(level=1, wbits=-zlib.MAX_WBITS)
    packed = packer.compress(meta.data[meta.data_set_at : start])
    packed += packer.compress(struct.pack("<HH2sHL", 0x7FE0, 0x10, b"OW", 0, megabytes * 2**20))
    for _ in range(megabytes):
        packed += packer.compress(_ONE_MEGABYTE)
    return Mutant(meta.data[: meta.data_set_at] + packed + packer.flush())


def zip_bomb(_layout: FileLayout, rng: Rng) -> Mutant:
    return Mutant(zip_of_zeros(int(rng.choice([100, 900, 3000]))), ending=".zip")


def lying_zip(layout: FileLayout, rng: Rng) -> Mutant:
    data = layout.pack(layout.data)
    size = int(rng.choice([0, 1, len(data) - 1, len(data) + 1, 2**31, 2**32 - 1]))
    if rng.integers(3) == 0:  # more than it says, by far
        return Mutant(claiming(zip_of_zeros(3000), 500), ending=".zip")
    return Mutant(zip_claiming(data, size), ending=".zip")


def damaged_zip(layout: FileLayout, rng: Rng) -> Mutant:
    buffer = io.BytesIO()
    method = int(rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]))
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("../../image.dcm", layout.pack(layout.data))
        archive.writestr("inner/more.dcm", layout.data[:200])
    data = bytearray(buffer.getvalue())
    for at in rng.integers(0, len(data), 4):
        data[at] = rng.integers(256)
    return Mutant(bytes(data), ending=".zip")


def run_length_bomb(layout: FileLayout, rng: Rng) -> Mutant | None:
    """Make an image as large as the header may say, of run lengths that are nearly nothing."""
    if layout.pixel_data is None:
        return None
    side = int(rng.choice([4000, 8000, 9999]))
    bits = int(rng.choice([8, 16, 32]))
    runs = b"\x81\x00" * -(-side * side // 128)
    runs += b"\0" * (len(runs) % 2)
    segments = bits // 8
    starts = [64 + number * len(runs) for number in range(segments)]
    frame = struct.pack("<16L", segments, *starts, *[0] * (15 - segments)) + runs * segments
    return _large(layout, side, bits, frame, b"1.2.840.10008.1.2.5\0")


def empty_codestream_bomb(layout: FileLayout, rng: Rng) -> Mutant | None:
    """Put in a JPEG 2000 codestream of one value, as large as it may say."""
    if layout.pixel_data is None:
        return None
    side = int(rng.choice([3000, 6000, 9999]))
    return _large(layout, side, 8, flat_jpeg_2000(side), b"1.2.840.10008.1.2.4.90\0\0"[:22])


@functools.cache
def flat_jpeg_2000(side: int) -> bytes:
    """Encode an image of one value."""
    import imagecodecs  # noqa: PLC0415 - slow to import

    return bytes(imagecodecs.jpeg2k_encode(np.zeros((side, side), np.uint8), codecformat="j2k"))


def _large(layout: FileLayout, side: int, bits: int, frame: bytes, uid: bytes) -> Mutant:
    changed = layout.with_element(0x00020010, "UI", uid)
    numbers = {0x00280010: side, 0x00280011: side, 0x00280100: bits, 0x00280101: bits}
    for tag, number in {**numbers, 0x00280102: bits - 1, 0x00280002: 1}.items():
        changed = changed.with_element(tag, "US", layout.numbers(number))
    pixels = changed.pixel_data
    assert pixels is not None
    frame += b"\0" * (len(frame) % 2)
    head = struct.pack("<HH2sHL", 0x7FE0, 0x0010, b"OB", 0, 0xFFFFFFFF)
    item = struct.pack("<HHLHHL", 0xFFFE, 0xE000, 0, 0xFFFE, 0xE000, len(frame))
    end = struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    return Mutant(changed.data[: pixels.start] + head + item + frame + end)


BOMBS = (
    deflate_bomb,
    deflated_pixels_bomb,
    zip_bomb,
    lying_zip,
    damaged_zip,
    run_length_bomb,
    empty_codestream_bomb,
)
