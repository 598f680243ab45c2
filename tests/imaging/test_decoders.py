"""Every transfer syntax gives the values that were stored, or says why it cannot; never a guess."""

from __future__ import annotations

import copy
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from tests.conftest import stored_pattern
from tests.imaging.corpora import pydicom_file
from triage_app.errors import (
    DecoderError,
    InstanceError,
    InstanceMemoryError,
    PixelDataError,
    TruncatedError,
    UnreadableError,
)
from triage_app.imaging import decoders as decoders_module
from triage_app.imaging import pixels as pixels_module
from triage_app.imaging.codestream import CodestreamFormat, ends_early, read_format
from triage_app.imaging.decoders import DECODERS, LOSSY_SYNTAXES, NATIVE_SYNTAXES, find_decoders
from triage_app.imaging.header import read_instance
from triage_app.imaging.pixels import read_stored_values
from triage_app.imaging.source import FileSource

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.conftest import InstanceFactory

END_OF_IMAGE = b"\xff\xd9"


def read_values(path: Path) -> NDArray[np.int32]:
    return read_stored_values(read_instance(FileSource(path)))


def find(folder: Path, name: str) -> Path:
    """Give a file of pydicom's, or one of the shared public data."""
    public = folder / "data" / "dicom_public"
    for path in (public / "nema_wg04" / name, public / "pydicom_data" / name):
        if path.is_file():
            return path
    return pydicom_file(name)


def frame_of(data_set: Dataset) -> bytes:
    return next(generate_frames(data_set.PixelData, number_of_frames=1))


def with_frame(data_set: Dataset, frame: bytes, path: Path) -> Path:
    """Write the data set with another codestream."""
    changed = copy.deepcopy(data_set)
    changed.PixelData = encapsulate([frame + b"\0" * (len(frame) % 2)])
    changed["PixelData"].VR = "OB"
    changed["PixelData"].is_undefined_length = True
    changed.save_as(path)
    return path


def compressed(
    make_instance: InstanceFactory, uid: str, frame: bytes, pixels: NDArray[np.generic], **kind: int
) -> Path:
    """Write an instance of these pixels whose frame is this codestream."""
    path = make_instance(
        pixels=pixels,  # type: ignore[arg-type]
        bits_stored=kind.get("bits_stored", 12),
        is_signed=bool(kind.get("is_signed", 0)),
    )
    data_set = dcmread(path)
    data_set.file_meta.TransferSyntaxUID = uid
    return with_frame(data_set, frame, path)


def altered(path: Path, **changes: object) -> Path:
    """Change elements of a file; None takes one out."""
    data_set = dcmread(path)
    for keyword, value in changes.items():
        if value is None:
            del data_set[keyword]
        elif keyword == "TransferSyntaxUID":
            data_set.file_meta.TransferSyntaxUID = value
        else:
            setattr(data_set, keyword, value)
    data_set.save_as(path, implicit_vr=False, little_endian=True)
    return path


# One image in several transfer syntaxes.


@pytest.mark.parametrize(
    ("reference", "others"),
    [
        ("RG2_J2KR", ["RG2_JLSL", "RG2_JPLL", "RG2_RLE"]),
        ("RG3_J2KR", ["RG3_JLSL", "RG3_JPLL", "RG3_RLE", "RG3_J2KR.dcm"]),
        ("CT1_J2KR", ["CT1_JPLL"]),
        ("MR1_RLE", ["MR1_JLSL"]),
        ("693_UNCR.dcm", ["693_J2KR.dcm"]),
        ("693_UNCI.dcm", ["693_J2KI.dcm"]),
        ("MR2_UNCR.dcm", ["MR2_J2KR.dcm"]),
        ("MR2_UNCI.dcm", ["MR2_J2KI.dcm"]),
        ("JPEG2000_UNC.dcm", ["JPEG2000.dcm", "NM1_J2KI"]),
        ("OBXXXX1A.dcm", ["OBXXXX1A_expb.dcm", "OBXXXX1A_rle.dcm"]),
        ("OBXXXX1A.dcm", ["OBXXXX1A_2frame.dcm", "OBXXXX1A_rle_2frame.dcm"]),
        ("emri_small.dcm", ["emri_small_big_endian.dcm", "emri_small_RLE.dcm"]),
        ("emri_small.dcm", ["emri_small_jpeg_2k_lossless.dcm", "emri_small_jpeg_ls_lossless.dcm"]),
        (
            "MR_small.dcm",
            [
                "MR_small_implicit.dcm",
                "MR_small_bigendian.dcm",
                "MR_small_expb.dcm",
                "MR_small_RLE.dcm",
                "MR_small_jp2klossless.dcm",
                "MR_small_jpeg_ls_lossless.dcm",
                "MR_small_padded.dcm",
            ],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_lossless_variants_of_an_image_are_equal(
    shared_folder: Path, reference: str, others: list[str]
) -> None:
    expected = read_values(find(shared_folder, reference))
    for name in others:
        np.testing.assert_array_equal(read_values(find(shared_folder, name)), expected, name)


@pytest.mark.parametrize(
    ("lossy", "reference", "largest", "mean"),
    [
        # Stored values; the images have 10 bits, and 3 % of that is 30.
        ("RG2_JPLY", "RG2_RLE", 120, 5.0),
        ("RG2_J2KI", "RG2_RLE", 90, 3.0),
        ("RG3_JPLY", "RG3_RLE", 90, 3.0),
        ("RG3_J2KI.dcm", "RG3_RLE", 90, 3.0),
        ("XA1_J2KI", "XA1_JPLL", 60, 3.0),
        ("MR2_J2KI.dcm", "MR2_J2KR.dcm", 60, 5.0),
    ],
)
def test_a_lossy_variant_stays_near_its_original(
    shared_folder: Path, lossy: str, reference: str, largest: int, mean: float
) -> None:
    difference = np.abs(
        read_values(find(shared_folder, lossy)) - read_values(find(shared_folder, reference))
    )
    assert difference.max() <= largest
    assert difference.mean() <= mean


@pytest.mark.parametrize(
    "name",
    [
        "CT_small.dcm",
        "693_J2KI.dcm",
        "J2K_pixelrep_mismatch.dcm",
        "JPEG2000.dcm",
        "JPEGLSNearLossless_08.dcm",
        "JPEGLSNearLossless_16.dcm",
        "MR_small_RLE.dcm",
        "MR_small_jp2klossless.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
        "examples_overlay.dcm",
        "image_dfl.dcm",
        "rtdose_1frame.dcm",
        "rtdose_expb_1frame.dcm",
        "rtdose_rle_1frame.dcm",
    ],
)
def test_stored_values_agree_with_pydicoms_decoders(name: str) -> None:
    np.testing.assert_array_equal(
        read_values(pydicom_file(name)), dcmread(pydicom_file(name)).pixel_array
    )


@pytest.mark.parametrize(
    "name", ["JLSL_08_07_0_1F.dcm", "JLSL_16_15_1_1F.dcm", "RG1_J2KI", "SC1_J2KI", "RG2_RLE"]
)
def test_public_images_agree_with_pydicoms_decoders(shared_folder: Path, name: str) -> None:
    path = find(shared_folder, name)
    np.testing.assert_array_equal(read_values(path), dcmread(path).pixel_array)


def test_signed_jpeg_ls_keeps_its_sign(shared_folder: Path) -> None:
    # JPEG-LS knows no sign: 15 bits of two's complement are coded (PS3.5 8.2.3).
    values = read_values(find(shared_folder, "JLSL_16_15_1_1F.dcm"))
    assert (values.min(), values.max()) == (-16384, 16383)


def test_the_header_decides_the_sign_where_jpeg_2000_states_another() -> None:
    values = read_values(pydicom_file("J2K_pixelrep_mismatch.dcm"))
    assert (values.min(), values.max()) == (-2000, 1896)


def test_what_overshoots_is_clipped_and_does_not_wrap_to_black(shared_folder: Path) -> None:
    path = find(shared_folder, "RG3_JPLY")
    decoded = imagecodecs.jpeg8_decode(frame_of(dcmread(path)))
    assert decoded.max() > 1023  # the codestream really overshoots the 10 bits of the header
    values = read_values(path)
    assert values.max() == 1023
    assert (values[decoded > 1023] == 1023).all()


# What we encode ourselves comes back.


@pytest.mark.parametrize(
    ("bits_stored", "is_signed"),
    [(8, False), (10, False), (12, False), (16, False), (10, True), (12, True), (16, True)],
)
@pytest.mark.parametrize(
    "uid",
    [
        ImplicitVRLittleEndian,
        ExplicitVRLittleEndian,
        ExplicitVRBigEndian,
        RLELossless,
        JPEGLosslessSV1,
        JPEGLSLossless,
        JPEG2000Lossless,
    ],
)
def test_a_lossless_syntax_gives_back_what_was_written(
    make_instance: InstanceFactory, uid: str, bits_stored: int, *, is_signed: bool
) -> None:
    pixels = stored_pattern(33, 47, bits_stored, is_signed=is_signed)
    path = make_instance(
        pixels=pixels, bits_stored=bits_stored, is_signed=is_signed, transfer_syntax_uid=uid
    )
    np.testing.assert_array_equal(read_values(path), pixels)


@pytest.mark.parametrize("uid", [HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K])
@pytest.mark.parametrize("bits_stored", [8, 12, 16])
def test_high_throughput_jpeg_2000_is_decoded(
    make_instance: InstanceFactory, uid: str, bits_stored: int
) -> None:
    pixels = stored_pattern(64, 80, bits_stored)
    frame = imagecodecs.htj2k_encode(pixels, reversible=True)
    path = compressed(make_instance, uid, frame, pixels, bits_stored=bits_stored)
    np.testing.assert_array_equal(read_values(path), pixels)


@pytest.mark.parametrize("predictor", range(1, 8))
def test_every_predictor_of_lossless_jpeg_is_decoded(
    make_instance: InstanceFactory, predictor: int
) -> None:
    pixels = stored_pattern(40, 50, 12)
    frame = imagecodecs.jpeg8_encode(pixels, lossless=True, predictor=predictor, bitspersample=12)
    path = compressed(make_instance, JPEGLossless, frame, pixels)
    np.testing.assert_array_equal(read_values(path), pixels)


@pytest.mark.parametrize("shape", [(1, 1), (1, 37), (37, 1), (3, 3)])
@pytest.mark.parametrize("uid", [RLELossless, JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless])
def test_the_smallest_images_are_decoded(
    make_instance: InstanceFactory, uid: str, shape: tuple[int, int]
) -> None:
    pixels = np.arange(shape[0] * shape[1], dtype=np.uint16).reshape(shape) * 7
    if uid == JPEG2000Lossless:  # pydicom's encoder refuses images as small as these
        frame = imagecodecs.jpeg2k_encode(pixels, codecformat="j2k", reversible=True, resolutions=1)
        path = compressed(make_instance, uid, frame, pixels)
    else:
        path = make_instance(pixels=pixels, transfer_syntax_uid=uid)
    np.testing.assert_array_equal(read_values(path), pixels)


# Native values, PS3.5 8.1.1.


@pytest.mark.parametrize(
    ("bits_stored", "high_bit", "is_signed", "words", "expected"),
    [
        (12, 11, False, [0x0ABC, 0xFABC], [0xABC, 0xABC]),  # rubbish above the value
        (12, 15, False, [0xABC0, 0xABCF], [0xABC, 0xABC]),  # and below it
        (10, 11, False, [0x0FFC, 0xF003], [0x3FF, 0]),  # and on both sides
        (12, 11, True, [0x0800, 0xF800, 0x07FF, 0x0FFF], [-2048, -2048, 2047, -1]),
        (12, 15, True, [0x8000, 0x7FF0, 0xFFFF], [-2048, 2047, -1]),
        (16, 15, True, [0x8000, 0x7FFF, 0xFFFF], [-32768, 32767, -1]),
        (16, 15, False, [0x8000, 0xFFFF], [32768, 65535]),
        (1, 0, False, [0x0001, 0xFFFE], [1, 0]),
        (1, 0, True, [0x0001, 0xFFFE], [-1, 0]),
    ],
)
@pytest.mark.parametrize("uid", [ImplicitVRLittleEndian, ExplicitVRBigEndian, RLELossless])
def test_the_value_is_cut_out_of_its_word(
    make_instance: InstanceFactory,
    uid: str,
    bits_stored: int,
    high_bit: int,
    words: list[int],
    expected: list[int],
    *,
    is_signed: bool,
) -> None:
    pixels = np.array([words], dtype=np.uint16)
    path = make_instance(pixels=pixels, bits_stored=16, transfer_syntax_uid=uid)
    data_set = dcmread(path)
    data_set.BitsStored, data_set.HighBit = bits_stored, high_bit
    data_set.PixelRepresentation = int(is_signed)
    data_set.save_as(path)
    np.testing.assert_array_equal(read_values(path), [expected])


def test_a_codestream_holds_the_value_itself_wherever_high_bit_says_it_lies(
    make_instance: InstanceFactory,
) -> None:
    pixels = stored_pattern(64, 64, 12)
    path = make_instance(pixels=pixels, transfer_syntax_uid=JPEG2000Lossless)
    data_set = dcmread(path)
    assert read_format(frame_of(data_set)) == CodestreamFormat(64, 64, 1, 12)
    data_set.HighBit = 15
    data_set.save_as(path)
    np.testing.assert_array_equal(read_values(path), pixels)


@pytest.mark.parametrize("vr", ["OB", "OW"])
@pytest.mark.parametrize("shape", [(2, 4), (3, 3)], ids=["even", "odd"])
def test_8_bits_in_big_endian_words_are_put_in_order(
    make_instance: InstanceFactory, tmp_path: Path, vr: str, shape: tuple[int, int]
) -> None:
    pixels = np.arange(1, 1 + shape[0] * shape[1], dtype=np.uint8).reshape(shape)
    data_set = dcmread(make_instance(pixels=pixels, bits_stored=8))
    data = pixels.tobytes() + b"\0" * (pixels.size % 2)
    if vr == "OW":  # PS3.5 8.1.1 and annex A.3: the low byte of a word holds the first pixel
        data = np.frombuffer(data, dtype="u2").byteswap().tobytes()
    data_set.PixelData = data
    data_set["PixelData"].VR = vr
    data_set.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    big = Dataset(data_set)  # a data set that was read keeps the byte order it was read in
    big.file_meta = data_set.file_meta
    path = tmp_path / "big.dcm"
    big.save_as(path, enforce_file_format=True)
    np.testing.assert_array_equal(read_values(path), pixels)


def test_only_the_first_frame_is_read(shared_folder: Path) -> None:
    path = find(shared_folder, "emri_small.dcm")
    np.testing.assert_array_equal(read_values(path), dcmread(path).pixel_array[0])


def test_unsigned_values_of_32_bits_that_no_radiograph_has_are_refused(
    make_instance: InstanceFactory,
) -> None:
    path = make_instance(pixels=np.zeros((1, 2), dtype=np.uint16))
    data_set = dcmread(path)
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit = 32, 32, 31
    for top, expected in ((2**31 - 1, None), (2**31, "holds values up to 2147483648")):
        data_set.PixelData = struct.pack("<2L", 5, top)
        data_set.save_as(path)
        if expected is None:
            np.testing.assert_array_equal(read_values(path), [[5, top]])
        else:
            with pytest.raises(PixelDataError, match=expected):
                read_values(path)


# Too little data.


@pytest.mark.parametrize(
    "name",
    [
        "JPGExtended.dcm",
        "JPEG2000.dcm",
        "MR_small_jp2klossless.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
        "MR_small_RLE.dcm",
        "693_J2KI.dcm",
    ],
)
@pytest.mark.parametrize("part", [0.02, 0.5, 0.9, 0.99])
def test_a_codestream_cut_off_is_truncated(tmp_path: Path, name: str, part: float) -> None:
    data_set = dcmread(pydicom_file(name))
    frame = frame_of(data_set).rstrip(b"\0")
    path = with_frame(data_set, frame[: int(len(frame) * part)], tmp_path / name)
    with pytest.raises(TruncatedError, match=r"ends early|incomplete"):
        read_values(path)


@pytest.mark.parametrize(
    "name", ["RG2_JPLY", "RG2_JPLL", "RG2_J2KI", "RG2_JLSL", "RG2_RLE", "RG3_JPLY", "XA1_JPLL"]
)
@pytest.mark.parametrize("part", [0.5, 0.99])
def test_a_radiograph_cut_off_and_closed_again_is_never_filled_up(
    shared_folder: Path, tmp_path: Path, name: str, part: float
) -> None:
    # Some decoders fill up what is missing with grey as soon as an end marker stands.
    data_set = dcmread(find(shared_folder, name))
    frame = frame_of(data_set)
    shortened = frame[: int(len(frame) * part)] + END_OF_IMAGE
    with pytest.raises((TruncatedError, DecoderError)) as caught:
        read_values(with_frame(data_set, shortened, tmp_path / name))
    if "JLSL" not in name:  # CharLS says that the structure is wrong, and not why
        assert caught.type is TruncatedError


def test_an_image_that_is_grey_at_its_end_is_no_cut_off_one(
    make_instance: InstanceFactory,
) -> None:
    pixels = stored_pattern(40, 40, 12)
    pixels[-9:] = 2048
    for frame, uid in (
        (imagecodecs.jpeg8_encode(pixels, level=98, bitspersample=12), JPEGExtended12Bit),
        (imagecodecs.jpeg8_encode(pixels, lossless=True, bitspersample=12), JPEGLosslessSV1),
    ):
        path = compressed(make_instance, uid, frame, pixels)
        assert np.abs(read_values(path) - pixels)[-1].max() == 0


@pytest.mark.parametrize("name", ["MR_small.dcm", "MR_small_bigendian.dcm", "CT_small.dcm"])
@pytest.mark.parametrize("part", [0.4, 0.99])
def test_native_pixels_cut_off_are_truncated(tmp_path: Path, name: str, part: float) -> None:
    data_set = dcmread(pydicom_file(name))
    whole = pydicom_file(name).read_bytes()
    start = whole.rindex(data_set.PixelData)
    path = tmp_path / name
    path.write_bytes(whole[: start + int(len(data_set.PixelData) * part)])
    with pytest.raises(TruncatedError, match=r"ends inside its Pixel Data, after \d+ of \d+ bytes"):
        read_values(path)


def test_a_real_file_cut_off_in_its_pixels_is_truncated() -> None:
    with pytest.raises(TruncatedError, match="after 8130 of 8192 bytes"):
        read_values(pydicom_file("MR_truncated.dcm"))


@pytest.mark.parametrize("name", ["MR_small_RLE.dcm", "MR_small_jp2klossless.dcm", "JPEG2000.dcm"])
@pytest.mark.parametrize("cut", [8, 9, 200])
def test_a_file_without_the_end_of_its_fragments_is_truncated(
    tmp_path: Path, name: str, cut: int
) -> None:
    data = pydicom_file(name).read_bytes()
    end = data.rindex(b"\xfe\xff\xdd\xe0") + 8  # what may follow is Data Set Trailing Padding
    path = tmp_path / name
    path.write_bytes(data[: end - cut])
    with pytest.raises(TruncatedError):
        read_values(path)


def test_a_pixel_data_length_that_was_never_updated_is_truncated(
    make_instance: InstanceFactory,
) -> None:
    path = make_instance(pixels=np.zeros((8, 8), dtype=np.uint16))
    data_set = dcmread(path)
    data_set.PixelData = b"\0" * 100
    data_set.save_as(path)
    with pytest.raises(TruncatedError, match="holds 100 of the 128 bytes of 8 x 8 pixels"):
        read_values(path)


# Contradictions.


@pytest.mark.parametrize("uid", [JPEG2000Lossless, JPEGLSLossless, JPEGLosslessSV1])
@pytest.mark.parametrize(("keyword", "value"), [("Rows", 65), ("Rows", 1), ("Columns", 60000)])
def test_a_codestream_of_another_size_is_refused_before_it_is_decoded(
    make_instance: InstanceFactory,
    monkeypatch: pytest.MonkeyPatch,
    uid: str,
    keyword: str,
    value: int,
) -> None:
    path = altered(make_instance(transfer_syntax_uid=uid), **{keyword: value})
    monkeypatch.setattr(pixels_module, "decode_codestream", lambda *_: pytest.fail("decoded"))
    with pytest.raises(PixelDataError, match="its compressed image has 64 x 81 pixels of 1 samp"):
        read_values(path)


def test_run_lengths_cannot_make_up_a_larger_image(make_instance: InstanceFactory) -> None:
    path = altered(make_instance(transfer_syntax_uid=RLELossless), Rows=60000)
    with pytest.raises(TruncatedError, match="ends early"):
        read_values(path)


@pytest.mark.parametrize("uid", [JPEGBaseline8Bit, JPEG2000Lossless, JPEGLSLossless])
def test_a_colour_codestream_in_a_grey_instance_is_refused(
    make_instance: InstanceFactory, uid: str
) -> None:
    grey = stored_pattern(24, 32, 8)
    colour = np.stack([grey, grey // 2, grey // 3], axis=-1)
    encode = {
        JPEGBaseline8Bit: imagecodecs.jpeg8_encode,
        JPEG2000Lossless: lambda data: imagecodecs.jpeg2k_encode(data, codecformat="j2k"),
        JPEGLSLossless: imagecodecs.jpegls_encode,
    }[uid]
    path = compressed(make_instance, uid, encode(colour), grey, bits_stored=8)
    with pytest.raises(PixelDataError, match="24 x 32 pixels of 3 samples"):
        read_values(path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Rows": 0}, r"Rows x \(0028,0011\) Columns is 0 x 81"),
        ({"Rows": None}, r"Rows x \(0028,0011\) Columns is 0 x 81"),
        ({"SamplesPerPixel": 3}, r"\(0028,0002\) Samples per Pixel is 3, expected 1"),
        ({"BitsAllocated": 12}, r"\(0028,0100\) Bits Allocated is 12, expected 8, 16 or 32"),
        ({"BitsAllocated": 1}, r"\(0028,0100\) Bits Allocated is 1, expected"),
        ({"BitsAllocated": 2048}, r"\(0028,0100\) Bits Allocated is 2048, expected"),
        ({"BitsStored": 17}, r"\(0028,0101\) Bits Stored is 17 of 16 allocated"),
        ({"BitsStored": None}, r"\(0028,0101\) Bits Stored is 0 of 16 allocated"),
        ({"HighBit": 16}, r"\(0028,0102\) High Bit is 16 with 12 bits stored"),
        ({"PixelRepresentation": 2}, r"\(0028,0103\) Pixel Representation is 2, expected 0 or 1"),
        ({"HighBit": 7}, r"\(0028,0102\) High Bit is 7 with 12 bits stored"),
        ({"PixelData": b""}, "Pixel Data is empty"),
    ],
)
def test_elements_that_contradict_each_other_are_named(
    make_instance: InstanceFactory, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(PixelDataError, match=said):
        read_values(altered(make_instance(), **changes))


def test_a_sign_that_cannot_be_read_is_not_taken_for_unsigned(
    make_instance: InstanceFactory,
) -> None:
    path = make_instance()
    data = path.read_bytes()
    assert data.count(b"\x28\x00\x03\x01US") == 1
    path.write_bytes(data.replace(b"\x28\x00\x03\x01US", b"\x28\x00\x03\x01UQ"))
    with pytest.raises(PixelDataError, match="Pixel Representation is None, expected 0 or 1"):
        read_values(path)


def test_without_a_stated_sign_the_values_are_unsigned(make_instance: InstanceFactory) -> None:
    pixels = stored_pattern(8, 8, 16)
    path = make_instance(pixels=pixels, bits_stored=16)
    expected = read_values(altered(path, PixelRepresentation=None))
    np.testing.assert_array_equal(expected, pixels)


def test_more_pixel_data_than_the_header_describes_is_refused(
    make_instance: InstanceFactory,
) -> None:
    # Half the rows would be a picture all the same, and a wrong one.
    with pytest.raises(PixelDataError, match="holds 10368 bytes, 32 x 81 pixels of 16 bits have"):
        read_values(altered(make_instance(), Rows=32))


@pytest.mark.parametrize("padding", [b"\0\0", b"\0" * 512, b"\xff\xff"])
def test_padding_after_the_pixels_is_left_out(
    make_instance: InstanceFactory, padding: bytes
) -> None:
    pixels = stored_pattern(8, 8, 12)
    path = altered(make_instance(pixels=pixels), PixelData=pixels.tobytes() + padding)
    np.testing.assert_array_equal(read_values(path), pixels)


@pytest.mark.parametrize("size", [(65535, 65535), (20000, 20000)])
@pytest.mark.parametrize("uid", [ExplicitVRLittleEndian, JPEG2000Lossless, RLELossless])
def test_a_gigantic_image_is_refused_before_memory_is_reserved(
    make_instance: InstanceFactory, size: tuple[int, int], uid: str
) -> None:
    path = altered(make_instance(transfer_syntax_uid=uid), Rows=size[0], Columns=size[1])
    with pytest.raises(InstanceMemoryError, match=f"{size[0]} x {size[1]} pixels are more than"):
        read_values(path)


def test_compressed_data_under_a_native_syntax_is_refused(make_instance: InstanceFactory) -> None:
    path = make_instance(transfer_syntax_uid=JPEG2000Lossless)
    path = altered(path, TransferSyntaxUID=ExplicitVRLittleEndian)
    with pytest.raises(PixelDataError, match="is compressed, but its transfer syntax is Explicit"):
        read_values(path)


def test_native_data_under_a_compressed_syntax_is_refused(make_instance: InstanceFactory) -> None:
    data = make_instance().read_bytes()
    path = make_instance("labelled.dcm")
    # The same length, so that nothing else changes; JPEG-LS is shorter by the trailing null.
    path.write_bytes(
        data.replace(b"UI\x14\x001.2.840.10008.1.2.1\0", b"UI\x14\x001.2.840.10008.1.2.5\0")
    )
    with pytest.raises(PixelDataError, match=r"is RLE Lossless .* but its Pixel Data is not comp"):
        read_values(path)


@pytest.mark.parametrize(
    ("stated", "real"),
    [(JPEG2000Lossless, JPEGLSLossless), (JPEGLosslessSV1, JPEG2000Lossless)],
)
def test_a_codestream_of_another_kind_is_refused(
    make_instance: InstanceFactory, stated: str, real: str
) -> None:
    path = altered(make_instance(transfer_syntax_uid=real), TransferSyntaxUID=stated)
    with pytest.raises(DecoderError, match="its image cannot be decoded from JPEG"):
        read_values(path)


@pytest.mark.parametrize("uid", ["1.2.840.113619.5.2", "1.2.3.4", "1.2.840.10008.1.2.4.100"])
def test_an_unknown_transfer_syntax_is_named(make_instance: InstanceFactory, uid: str) -> None:
    path = make_instance()
    old = b"UI\x14\x001.2.840.10008.1.2.1\0"
    new = uid.encode() + b"\0" * (-len(uid) % 2)
    data = path.read_bytes().replace(old, b"UI" + struct.pack("<H", len(new)) + new)
    path.write_bytes(data)
    with pytest.raises(DecoderError, match=rf"no decoder for its transfer syntax .*{uid}"):
        read_values(path)


def test_a_file_that_has_gone_since_its_header_was_read(make_instance: InstanceFactory) -> None:
    path = make_instance()
    instance = read_instance(FileSource(path))
    path.unlink()
    with pytest.raises(UnreadableError, match="cannot be opened"):
        read_stored_values(instance)


# Decoders and their libraries.


def test_every_compressed_syntax_has_a_decoder_here() -> None:
    assert {uid for uid in DECODERS if not find_decoders(uid)} == set()
    assert set(DECODERS).isdisjoint(NATIVE_SYNTAXES)
    assert set(DECODERS) >= LOSSY_SYNTAXES


@pytest.mark.parametrize("uid", sorted(DECODERS))
def test_a_missing_library_is_said_with_the_name_of_the_transfer_syntax(
    make_instance: InstanceFactory, monkeypatch: pytest.MonkeyPatch, uid: str
) -> None:
    path = altered(make_instance(transfer_syntax_uid=RLELossless), TransferSyntaxUID=uid)
    monkeypatch.setattr(decoders_module.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(DecoderError, match="no decoder for its transfer syntax") as caught:
        read_values(path)
    assert uid in str(caught.value)
    assert uid.name in str(caught.value)  # type: ignore[attr-defined]


def test_the_second_decoder_serves_where_the_first_refuses(
    make_instance: InstanceFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = stored_pattern(64, 80, 12)
    path = make_instance(pixels=pixels, transfer_syntax_uid=JPEG2000)

    def refuse(_data: bytes) -> None:
        raise RuntimeError("not today")

    expected = read_values(path)
    monkeypatch.setattr(imagecodecs, "jpeg2k_decode", refuse)
    np.testing.assert_array_equal(read_values(path), expected)
    monkeypatch.setattr("openjpeg.decode", refuse)
    with pytest.raises(DecoderError, match=r"imagecodecs\.jpeg2k_decode: not today; pylibjpeg-o"):
        read_values(path)


def test_a_decoder_that_runs_out_of_memory_says_so(
    make_instance: InstanceFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhaust(_data: bytes) -> None:
        raise MemoryError

    path = make_instance(transfer_syntax_uid=JPEGLSLossless)
    monkeypatch.setattr(imagecodecs, "jpegls_decode", exhaust)
    with pytest.raises(InstanceMemoryError, match="not enough memory to decode"):
        read_values(path)


# What a codestream says of itself.


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("JPGExtended.dcm", CodestreamFormat(1024, 256, 1, 12)),
        ("MR_small_jpeg_ls_lossless.dcm", CodestreamFormat(64, 64, 1, 16)),
        ("MR_small_jp2klossless.dcm", CodestreamFormat(64, 64, 1, 16, is_signed=True)),
        ("J2K_pixelrep_mismatch.dcm", CodestreamFormat(512, 512, 1, 13)),
        ("SC_rgb_jpeg_gdcm.dcm", CodestreamFormat(100, 100, 3, 8)),
        ("SC_rgb_jpeg_dcmtk.dcm", CodestreamFormat(100, 100, 3, 8)),
        ("GDCMJ2K_TextGBR.dcm", CodestreamFormat(400, 400, 3, 8)),
    ],
)
def test_size_and_precision_are_read_from_real_codestreams(
    name: str, expected: CodestreamFormat
) -> None:
    frame = frame_of(dcmread(pydicom_file(name)))
    assert read_format(frame) == expected
    assert not ends_early(frame)


def test_a_jp2_file_around_a_codestream_is_looked_through() -> None:
    frame = imagecodecs.jpeg2k_encode(stored_pattern(10, 12, 12), codecformat="jp2")
    assert frame[4:8] == b"jP  "
    assert read_format(frame) == CodestreamFormat(10, 12, 1, 16)


@pytest.mark.parametrize(
    ("data", "early"),
    [
        (b"\xff", False),
        (b"GIF89a" * 10, False),
        (b"\x00\x00\x00\x0cjP  \r\n", False),
        (b"\xff\xd8", True),
        (b"\xff\xd8\xff\xda\x00\x08", True),
        (b"\xff\xd8\xff\xc0\x00", True),
        (b"\xff\xd8\xff\xc0\x00\xff\xff\xff\xff", True),
        (b"\xff\x4f\xff\x51\x00", True),
        (b"\xff\x4f\xff\x51" + b"\0" * 60, True),
    ],
)
def test_what_says_nothing_of_itself_is_refused_by_length_or_by_the_decoder(
    make_instance: InstanceFactory, data: bytes, *, early: bool
) -> None:
    assert read_format(data) is None
    assert ends_early(data) is early
    pixels = stored_pattern(8, 8, 12)
    for uid in (JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless):
        with pytest.raises(TruncatedError if early else (DecoderError, TruncatedError)):
            read_values(compressed(make_instance, uid, data, pixels))


@pytest.mark.parametrize(
    "uid", [JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless, JPEGExtended12Bit]
)
@pytest.mark.parametrize("appended", [b"\0\0", b"\xff\xff\xff", b"made by somebody", b"\xff\xd8"])
def test_what_stands_after_the_end_does_not_matter(
    make_instance: InstanceFactory, tmp_path: Path, uid: str, appended: bytes
) -> None:
    path = make_instance(shape=(64, 64), transfer_syntax_uid=uid)
    expected = read_values(path)
    data_set = dcmread(path)
    longer = with_frame(data_set, frame_of(data_set) + appended, tmp_path / "longer.dcm")
    np.testing.assert_array_equal(read_values(longer), expected)


def test_a_thumbnail_in_the_header_is_not_taken_for_the_end(
    make_instance: InstanceFactory,
) -> None:
    pixels = stored_pattern(64, 64, 12)
    frame = imagecodecs.jpeg8_encode(pixels, lossless=True, bitspersample=12)
    thumbnail = b"\xff\xd8 a small picture \xff\xd9"
    segment = b"\xff\xe1" + struct.pack(">H", 2 + len(thumbnail)) + thumbnail
    whole = frame[:2] + segment + frame[2:]
    path = compressed(make_instance, JPEGLosslessSV1, whole, pixels)
    np.testing.assert_array_equal(read_values(path), pixels)
    cut = compressed(make_instance, JPEGLosslessSV1, whole[: len(whole) // 2], pixels)
    with pytest.raises(TruncatedError, match="ends early"):
        read_values(cut)


def test_a_damaged_codestream_never_decodes_to_another_size(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    for name in ("MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm", "MR_small_RLE.dcm"):
        data_set = dcmread(pydicom_file(name))
        frame = frame_of(data_set)
        for _ in range(25):
            damaged = bytearray(frame)
            for at in rng.integers(0, min(len(frame), 200), size=2):
                damaged[at] = rng.integers(256)
            path = with_frame(data_set, bytes(damaged), tmp_path / name)
            try:
                assert read_values(path).shape == (64, 64)
            except InstanceError:
                continue
