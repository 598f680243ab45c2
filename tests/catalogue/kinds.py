"""The catalogue: name, how it is made, the outcome, and what its sentence says."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from tests.catalogue.making import Kitchen, encapsulated
from tests.fuzzing.bombs import claiming, deflated_zeros, zip_claiming, zip_of_zeros

__all__ = ["KINDS", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file.

    Attributes
    ----------
    make : writes the file and gives its path
    status, reason : of its outcome; no reason where it is scored
    sentence : regular expression of what is said
    """

    name: str
    make: Callable[[Kitchen], Path]
    status: str
    reason: str = ""
    sentence: str = ""


def _scored(name: str, make: Callable[[Kitchen], bytes]) -> Kind:
    return Kind(name, lambda kitchen: kitchen.write(make(kitchen)), "scored")


def _excluded(name: str, reason: str, sentence: str, make: Callable[[Kitchen], bytes]) -> Kind:
    return Kind(name, lambda kitchen: kitchen.write(make(kitchen)), "excluded", reason, sentence)


def _failed(name: str, reason: str, sentence: str, make: Callable[[Kitchen], bytes]) -> Kind:
    return Kind(name, lambda kitchen: kitchen.write(make(kitchen)), "failed", reason, sentence)


def _png(_kitchen: Kitchen) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def _zip(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if name:
            archive.writestr(name, data)
    return buffer.getvalue()


def _in_archive(make: Callable[[Kitchen], bytes]) -> Callable[[Kitchen], Path]:
    return lambda kitchen: kitchen.write(make(kitchen), "images.zip")


def _length_of_pixels(kitchen: Kitchen, length: int) -> bytes:
    layout = kitchen.layout()
    pixels = layout.pixel_data
    assert pixels is not None
    data = bytearray(layout.data)
    struct.pack_into("<L", data, pixels.length_at, length)
    return bytes(data)


def _icon_of_explicit_length(kitchen: Kitchen) -> bytes:
    """Put an icon in an item whose length is stated too large: it reaches over the Pixel Data."""
    layout = kitchen.layout()
    icon = b"".join(
        (
            layout.encode(0x00280010, "US", layout.numbers(2)),
            layout.encode(0x00280011, "US", layout.numbers(2)),
            layout.encode(0x7FE00010, "OW", b"\0" * 8),
        )
    )
    item = struct.pack("<HHL", 0xFFFE, 0xE000, 2**31) + icon
    head = struct.pack("<HH2sHL", 0x0088, 0x0200, b"SQ", 0, 2**31 + 8)
    return layout.with_bytes(0x00880200, head + item).data


def _icon_of_sound_length(kitchen: Kitchen) -> bytes:
    layout = kitchen.layout()
    icon = layout.encode(0x7FE00010, "OW", b"\0" * 8)
    item = struct.pack("<HHL", 0xFFFE, 0xE000, len(icon)) + icon
    return layout.with_bytes(0x00880200, layout.encode(0x00880200, "SQ", item)).data


def _deflate_bomb(kitchen: Kitchen) -> bytes:
    uid = DeflatedExplicitVRLittleEndian.encode()
    layout = kitchen.layout().with_element(0x00020010, "UI", uid)
    return layout.data[: layout.data_set_at] + deflated_zeros(300)


def _nested(kitchen: Kitchen) -> bytes:
    layout = kitchen.layout()
    content = b""
    for _ in range(2000):
        item = struct.pack("<HHL", 0xFFFE, 0xE000, len(content)) + content
        content = layout.encode(0x00282110, "SQ", item)
    return layout.with_bytes(0x00282110, content).data


def _endless(kitchen: Kitchen) -> bytes:
    head = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF)
    return kitchen.layout().with_bytes(0x00081140, head).data


def _run_lengths_of_colour(kitchen: Kitchen) -> bytes:
    layout = kitchen.layout(RLELossless)
    layout = layout.with_element(0x00280004, "CS", b"YBR_FULL_422")
    return layout.with_element(0x00280002, "US", layout.numbers(3)).data


def _run_lengths_of_grey_with_three_segments(kitchen: Kitchen) -> bytes:
    frame = bytearray(kitchen.frame(RLELossless))
    struct.pack_into("<4L", frame, 0, 3, 64, 70, 80)
    return kitchen.with_pixels(RLELossless, encapsulated(bytes(frame)))


def _cut_jpeg(kitchen: Kitchen) -> bytes:
    frame = kitchen.frame(JPEGBaseline8Bit, bits=8)
    cut = frame[: len(frame) * 6 // 10] + b"\xff\xd9"
    return kitchen.with_pixels(JPEGBaseline8Bit, encapsulated(cut), bits=8)


def _cut_jpeg_2000(kitchen: Kitchen) -> bytes:
    frame = kitchen.frame(JPEG2000Lossless)
    return kitchen.with_pixels(JPEG2000Lossless, encapsulated(frame[: len(frame) // 2]))


def _gigantic_codestream(kitchen: Kitchen) -> bytes:
    frame = bytearray(kitchen.frame(JPEG2000Lossless))
    struct.pack_into(">2L", frame, 8, 2**31, 2**31)
    return kitchen.with_pixels(JPEG2000Lossless, encapsulated(bytes(frame)))


def _gigantic_jpeg(kitchen: Kitchen) -> bytes:
    frame = bytearray(kitchen.frame(JPEGLosslessSV1))
    at = frame.index(b"\xff\xc3")
    struct.pack_into(">2H", frame, at + 5, 65535, 65535)
    return kitchen.with_pixels(JPEGLosslessSV1, encapsulated(bytes(frame)))


def _table(kitchen: Kitchen, tag: int, entries: int) -> bytes:
    layout = kitchen.layout()
    content = layout.encode(0x00283002, "US", layout.numbers(entries, 0, 16))
    content += layout.encode(0x00283006, "US", b"")
    item = struct.pack("<HHL", 0xFFFE, 0xE000, len(content)) + content
    return layout.with_bytes(tag, layout.encode(tag, "SQ", item)).data


def _of_class(uid: str, modality: str) -> Callable[[Kitchen], bytes]:
    return lambda kitchen: kitchen.without(
        0x7FE00010, changes={"SOPClassUID": uid, "Modality": modality}
    )


def _named(name: str) -> Callable[[Kitchen], Path]:
    return lambda kitchen: kitchen.write(kitchen.chest(), name)


def _long_path(kitchen: Kitchen) -> Path:
    folder = kitchen.folder / ("a" * 150) / ("b" * 150)
    folder.mkdir(parents=True)
    path = folder / "image.dcm"
    path.write_bytes(kitchen.chest())
    return path


def _link_to_itself(kitchen: Kitchen) -> Path:
    path = kitchen.place()
    path.symlink_to(path)
    return path


def _link_to_nothing(kitchen: Kitchen) -> Path:
    path = kitchen.place()
    path.symlink_to(kitchen.folder / "nothing")
    return path


def _growing(kitchen: Kitchen) -> bytes:
    data = kitchen.chest()
    return data[: len(data) - len(data) // 3]


_TRUNCATED_PIXELS = r"ends inside its Pixel Data, after \d+ of \d+ bytes; fetch it again\."
_CORRECT = r"; ask the sender for a corrected file\."

HEADERS = (
    _scored("sound", lambda k: k.chest()),
    _scored("no preamble", lambda k: k.chest()[132:]),
    _scored(
        "no preamble, no meta information", lambda k: k.layout().data[k.layout().data_set_at :]
    ),
    _scored("implicit VR", lambda k: k.chest(ImplicitVRLittleEndian)),
    _scored("big endian", lambda k: k.chest(ExplicitVRBigEndian)),
    _scored("deflated", lambda k: k.chest(DeflatedExplicitVRLittleEndian)),
    _scored("private elements", lambda k: k.with_text(0x00091001, "UN", b"\x01\x02 private")),
    _scored("name in Latin-1", lambda k: k.with_text(0x00100010, "PN", b"M\xfcller^J\xf6rg ")),
    _scored(
        "name in Japanese",
        lambda k: k.chest(
            changes={"SpecificCharacterSet": ["", "ISO 2022 IR 87"], "PatientName": "Yamada=山田"}
        ),
    ),
    _scored("unknown character set", lambda k: k.with_text(0x00080005, "CS", b"KLINGON ")),
    _scored("wrong VR of the name", lambda k: k.with_text(0x00100010, "SQ", b"\0" * 8)),
    _scored("sequences 2000 deep where a text belongs", _nested),
    _scored("age that is none", lambda k: k.with_text(0x00101010, "AS", b"old ")),
    _scored("date that is none", lambda k: k.with_text(0x00080020, "DA", b"20249999")),
    _failed(
        "0 meta bytes after the marker",
        "truncated",
        "ends inside its header",
        lambda _: b"\0" * 128 + b"DICM",
    ),
    _failed("cut in its header", "truncated", "ends inside its header", lambda k: k.chest()[:700]),
    _failed(
        "sequence without an end",
        "truncated",
        r"fetch the file again\.|fetch it again\.",
        _endless,
    ),
    _failed(
        "deflated and cut",
        "truncated",
        "cannot be unpacked",
        lambda k: k.chest(DeflatedExplicitVRLittleEndian)[:900],
    ),
    _failed("deflate bomb", "memory", "unpacks to more than the", _deflate_bomb),
)

FOREIGN = (
    _excluded("0 bytes", "not_dicom", "the file is empty", lambda _: b""),
    _excluded("1 byte", "not_dicom", "no DICM marker", lambda _: b"\0"),
    _excluded("text", "not_dicom", "no DICM marker", lambda _: b"Dear colleague, " * 30),
    _excluded("PNG named .dcm", "not_dicom", "a PNG picture, not DICOM", _png),
    _excluded(
        "JPEG named .dcm",
        "not_dicom",
        "a JPEG picture",
        lambda k: k.frame(JPEGBaseline8Bit, bits=8),
    ),
    _excluded("PDF named .dcm", "not_dicom", "a PDF document", lambda _: b"%PDF-1.7\n" * 30),
    _excluded("zip named .dcm", "not_dicom", "a zip archive", lambda k: _zip("a.dcm", k.chest())),
    _excluded("zeros", "not_dicom", "no DICM marker", lambda _: b"\0" * 5000),
    _excluded(
        "encapsulated PDF",
        "sop_class",
        "Encapsulated PDF Storage",
        _of_class("1.2.840.10008.5.1.4.1.1.104.1", "DOC"),
    ),
    _excluded(
        "structured report",
        "sop_class",
        "SR Storage",
        _of_class("1.2.840.10008.5.1.4.1.1.88.33", "SR"),
    ),
    _excluded(
        "ECG",
        "sop_class",
        "ECG Waveform Storage",
        _of_class("1.2.840.10008.5.1.4.1.1.9.1.1", "ECG"),
    ),
    _excluded("CT", "sop_class", "CT Image Storage", _of_class("1.2.840.10008.5.1.4.1.1.2", "CT")),
    _excluded(
        "no SOP class",
        "sop_class",
        r"\(0008,0016\) SOP Class UID is ",
        lambda k: k.with_text(0x00080016, "UI", b"1.2\0"),
    ),
    _excluded(
        "no pixels",
        "no_pixels",
        r"\(7FE0,0010\) Pixel Data is absent",
        lambda k: k.without(0x7FE00010),
    ),
    _excluded(
        "lateral",
        "view_position",
        r"\(0018,5101\) View Position is LL",
        lambda k: k.chest(changes={"ViewPosition": "LL"}),
    ),
    _excluded(
        "hand",
        "body_part",
        "Body Part Examined is HAND",
        lambda k: k.chest(changes={"BodyPartExamined": "HAND"}),
    ),
    _excluded(
        "tiny matrix", "matrix_too_small", "8 x 80; expected at least", lambda k: k.numbered(rows=8)
    ),
    _excluded(
        "multi-frame",
        "multi_frame",
        "Number of Frames is 2",
        lambda k: k.chest(changes={"NumberOfFrames": "2"}),
    ),
    _excluded("RGB", "photometric", r"Samples per Pixel is 3", lambda k: k.numbered(samples=3)),
    _excluded(
        "palette",
        "photometric",
        "PALETTE COLOR",
        lambda k: k.chest(changes={"PhotometricInterpretation": "PALETTE COLOR"}),
    ),
    _excluded(
        "YBR_FULL",
        "photometric",
        "YBR_FULL",
        lambda k: k.chest(changes={"PhotometricInterpretation": "YBR_FULL"}),
    ),
    _excluded(
        "missing photometric interpretation",
        "photometric",
        r"Photometric Interpretation is empty",
        lambda k: k.without(0x00280004),
    ),
)

PIXELS = (
    _scored("signed padding and odd window", lambda k: k.with_text(0x00281051, "DS", b"-5")),
    _scored("window of no number", lambda k: k.with_text(0x00281050, "DS", b"NaN ")),
    _scored("slope of 0", lambda k: k.with_text(0x00281053, "DS", b"0 ")),
    _scored("slope of NaN", lambda k: k.with_text(0x00281053, "DS", b"NaN ")),
    _scored("empty VOI LUT", lambda k: _table(k, 0x00283010, 256)),
    _scored("empty Modality LUT", lambda k: _table(k, 0x00283000, 0)),
    _scored(
        "trailing padding element",
        lambda k: k.chest() + struct.pack("<HH2sHL", 0xFFFC, 0xFFFC, b"OB", 0, 4) + b"\0" * 4,
    ),
    _scored("icon of its own", _icon_of_sound_length),
    _failed(
        "no rows",
        "pixel_data",
        r"\(0028,0010\) Rows x .* is 0 x 80" + _CORRECT,
        lambda k: k.numbered(rows=0),
    ),
    _failed(
        "bits stored > bits allocated",
        "pixel_data",
        "Bits Stored is 17 of 16 allocated" + _CORRECT,
        lambda k: k.numbered(stored=17),
    ),
    _failed(
        "bits stored 65535",
        "pixel_data",
        "Bits Stored is 65535 of 16 allocated" + _CORRECT,
        lambda k: k.numbered(stored=65535),
    ),
    _failed(
        "high bit below",
        "pixel_data",
        "High Bit is 3 with 12 bits stored" + _CORRECT,
        lambda k: k.numbered(high=3),
    ),
    _failed(
        "sign that is none",
        "pixel_data",
        "Pixel Representation is 2, expected 0 or 1" + _CORRECT,
        lambda k: k.numbered(sign=2),
    ),
    _failed(
        "no samples",
        "pixel_data",
        "Samples per Pixel is 0, expected 1" + _CORRECT,
        lambda k: k.numbered(samples=0),
    ),
    _failed(
        "65535 x 65535",
        "memory",
        "65535 x 65535 pixels are more than",
        lambda k: k.numbered(rows=65535, columns=65535),
    ),
    _failed(
        "more pixel data than stated",
        "pixel_data",
        r"holds \d+ bytes, 32 x 80 pixels of 16 bits have 5120" + _CORRECT,
        lambda k: k.numbered(rows=32),
    ),
    _failed(
        "less pixel data than stated",
        "truncated",
        r"holds 10240 of the 20480 bytes of 128 x 80",
        lambda k: k.numbered(rows=128),
    ),
    _failed(
        "empty pixel data",
        "pixel_data",
        r"its Pixel Data is empty; ask the sender",
        lambda k: k.with_pixels(
            "1.2.840.10008.1.2.1", struct.pack("<HH2sHL", 0x7FE0, 0x10, b"OW", 0, 0)
        ),
    ),
    _failed(
        "float pixel data",
        "no_pixels|pixel_data",
        "Float Pixel Data",
        lambda k: k.with_pixels(
            "1.2.840.10008.1.2.1", struct.pack("<HH2sHL", 0x7FE0, 0x8, b"OF", 0, 8) + b"\0" * 8
        ),
    ),
    _failed(
        "odd length of pixel data",
        "truncated",
        r"ends inside its Pixel Data|fetch it again",
        lambda k: _length_of_pixels(k, 10241),
    ),
    _failed("cut in its pixels", "truncated", _TRUNCATED_PIXELS, lambda k: k.chest()[:-100]),
    _failed("file that is still growing", "truncated", _TRUNCATED_PIXELS, _growing),
    _failed(
        "compressed under a native syntax",
        "pixel_data",
        "compressed, but its transfer syntax is Explicit VR",
        lambda k: k.with_pixels("1.2.840.10008.1.2.1", encapsulated(k.frame(JPEGLSLossless))),
    ),
    _failed(
        "native under a compressed syntax",
        "pixel_data",
        "JPEG-LS.* but its Pixel Data is not compressed",
        lambda k: k.with_text(0x00020010, "UI", JPEGLSLossless.encode() + b"\0"),
    ),
    _failed(
        "JPEG-LS under JPEG 2000",
        "decoder",
        "cannot be decoded from JPEG 2000",
        lambda k: k.with_pixels(JPEG2000Lossless, encapsulated(k.frame(JPEGLSLossless))),
    ),
    _failed(
        "private syntax",
        "decoder",
        r"no decoder for its transfer syntax .*1\.2\.3\.4",
        lambda k: k.with_pixels("1.2.3.4", encapsulated(b"\0" * 9)),
    ),
    _failed(
        "no fragments",
        "decoder",
        "cannot be decoded from JPEG 2000",
        lambda k: k.with_pixels(JPEG2000Lossless, encapsulated()),
    ),
    _failed(
        "codestream of 2**31 x 2**31",
        "pixel_data",
        r"compressed image has 2147483648 x 2147483648 pixels",
        _gigantic_codestream,
    ),
    _failed(
        "JPEG of 65535 x 65535",
        "pixel_data",
        "compressed image has 65535 x 65535 pixels",
        _gigantic_jpeg,
    ),
    _failed(
        "JPEG 2000 cut off",
        "truncated",
        "its compressed image ends early, so a part is missing",
        _cut_jpeg_2000,
    ),
)

KNOWN_FROM_OTHERS = (
    _failed(
        "pydicom#1274: length of Pixel Data overflowed",
        "truncated",
        _TRUNCATED_PIXELS,
        lambda k: _length_of_pixels(k, 0xFFFFFFFE),
    ),
    _failed(
        "pydicom#2324: an icon's item swallows the Pixel Data",
        "truncated",
        "ends inside its header|fetch it again",
        _icon_of_explicit_length,
    ),
    _failed(
        "pydicom#1799: file ends before the delimiter",
        "truncated",
        "whose end is not marked; fetch it again",
        lambda k: k.with_pixels(
            JPEGLSLossless, encapsulated(k.frame(JPEGLSLossless), is_closed=False)
        ),
    ),
    _failed(
        "truncated JPEG filled up with grey",
        "truncated",
        "its compressed image ends early",
        _cut_jpeg,
    ),
    _failed(
        "dicom-rs#448: trailing pixel bytes that look like elements",
        "pixel_data",
        r"holds \d+ bytes, .* have 10240" + _CORRECT,
        lambda k: k.with_pixels(
            "1.2.840.10008.1.2.1",
            struct.pack("<HH2sHL", 0x7FE0, 0x10, b"OW", 0, 10260)
            + bytes(10240)
            + struct.pack("<HH2sHL", 0x10, 0x10, b"UT", 0, 8)
            + b"Secret^A",
        ),
    ),
    _failed(
        "dicom-rs#828: bits allocated 1",
        "pixel_data",
        "Bits Allocated is 1, expected 8, 16 or 32" + _CORRECT,
        lambda k: k.numbered(allocated=1, stored=1, high=0),
    ),
    _failed(
        "dicom-rs#828: bits allocated 2048",
        "pixel_data",
        "Bits Allocated is 2048, expected 8, 16 or 32" + _CORRECT,
        lambda k: k.numbered(allocated=2048),
    ),
    _excluded(
        "GDCM PR#235: run lengths of YBR_FULL_422",
        "photometric",
        "Samples per Pixel is 3",
        _run_lengths_of_colour,
    ),
    _failed(
        "GDCM PR#235: run lengths of more segments than samples",
        "truncated|decoder",
        "a part is missing|cannot be decoded",
        _run_lengths_of_grey_with_three_segments,
    ),
)

PLACES = (
    Kind("path of 300 characters", _long_path, "scored"),
    Kind("Latin letters in its path", _named("thórax müller.dcm"), "scored"),
    Kind("Japanese in its path", _named("胸部.dcm"), "scored"),
    Kind("no ending", _named("IM000001"), "scored"),
    Kind("link to itself", _link_to_itself, "failed", "unreadable", "cannot be found or opened"),
    Kind("link to nothing", _link_to_nothing, "failed", "unreadable", "cannot be found or opened"),
    Kind("archive of one", _in_archive(lambda k: _zip("a.dcm", k.chest())), "scored"),
    Kind(
        "archive of none",
        _in_archive(lambda _: _zip("", b"")),
        "excluded",
        "not_dicom",
        "an archive of no file",
    ),
    Kind(
        "archive cut off",
        _in_archive(lambda k: _zip("a.dcm", k.chest())[:400]),
        "failed",
        "unreadable",
        "cannot be read as a zip archive",
    ),
    Kind(
        "archive that leads outside",
        _in_archive(lambda k: _zip("../../a.dcm", k.chest())),
        "scored",
    ),
    Kind(
        "zip bomb",
        _in_archive(lambda _: zip_of_zeros(600)),
        "failed",
        "unreadable",
        "more than the 536870912 that are read from an archive",
    ),
    Kind(
        "zip bomb that lies",
        _in_archive(lambda _: claiming(zip_of_zeros(600), 500)),
        "failed",
        "unreadable",
        "cannot be unpacked",
    ),
    Kind(
        "archive that claims more",
        _in_archive(lambda k: zip_claiming(k.chest(), 2**31)),
        "failed",
        "unreadable",
        "unpacks to 2147483648 bytes",
    ),
)

KINDS: tuple[Kind, ...] = (*HEADERS, *FOREIGN, *PIXELS, *KNOWN_FROM_OTHERS, *PLACES)
