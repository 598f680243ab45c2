"""From a radiograph's data set to a file, in every transfer syntax that radiographs come in."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.pixels.encoders.base import get_encoder
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)
from pydicom.valuerep import DSfloat

from triage_app.imaging.description import LossyHistory

if TYPE_CHECKING:
    import io
    from pathlib import Path

__all__ = [
    "WRITABLE_TRANSFER_SYNTAXES",
    "FrameFormat",
    "LossyMethod",
    "add_lossy_compression",
    "encode_frame",
    "lossy_method",
    "pixel_data_vr",
    "write_radiograph",
]

StoredValues = NDArray[np.integer[Any]]

JPEG_QUALITY = 95
"""Of the lossy JPEG processes; high enough that an eye sees no blocks in a radiograph."""

JPEG_LS_NEAR = 2
"""Largest error of a value under JPEG-LS near-lossless."""

JPEG_2000_RATIO = 10
"""Compression ratio asked of lossy JPEG 2000; a usual value for radiographs."""


class LossyMethod(StrEnum):
    """(0028,2114) Lossy Image Compression Method, PS3.3 C.7.6.1.1.5.1."""

    JPEG = "ISO_10918_1"
    JPEG_LS = "ISO_14495_1"
    JPEG_2000 = "ISO_15444_1"


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """What the header says of the stored values.

    Attributes
    ----------
    bits_stored : (0028,0101)
    photometric_interpretation : (0028,0004)
    """

    bits_stored: int
    photometric_interpretation: str


Encoder = Callable[[StoredValues, FrameFormat], bytes]


def _as_unsigned(values: StoredValues) -> StoredValues:
    # JPEG and JPEG-LS know no sign: the bit pattern is coded, and (0028,0103) Pixel
    # Representation says how to read it (PS3.5 8.2.1).
    return values.view(np.uint16) if values.dtype == np.int16 else values


def _refuse_sign(values: StoredValues, process: str) -> None:
    if values.dtype == np.int16:
        raise ValueError(
            f"expected unsigned values for {process}, received int16: an error of one step would "
            "turn the smallest value into the largest"
        )


def _encode_jpeg(largest_bits: int) -> Encoder:
    def encode(values: StoredValues, form: FrameFormat) -> bytes:
        _refuse_sign(values, "a lossy JPEG process")
        if form.bits_stored > largest_bits:
            raise ValueError(
                f"expected at most {largest_bits} bits stored for this JPEG process, "
                f"received {form.bits_stored}"
            )
        samples = values.astype(np.uint8 if largest_bits == 8 else np.uint16)
        return bytes(
            imagecodecs.jpeg8_encode(samples, level=JPEG_QUALITY, bitspersample=largest_bits)
        )

    return encode


def _encode_jpeg_lossless(values: StoredValues, form: FrameFormat) -> bytes:
    samples = _as_unsigned(values)
    bits = samples.dtype.itemsize * 8 if values.dtype == np.int16 else form.bits_stored
    # Selection value 1 (predictor "left") is what the transfer syntax ...4.70 means.
    return bytes(imagecodecs.jpeg8_encode(samples, lossless=True, predictor=1, bitspersample=bits))


def _encode_jpeg_ls(values: StoredValues, form: FrameFormat) -> bytes:
    del form
    return bytes(imagecodecs.jpegls_encode(_as_unsigned(values), level=0))


def _encode_jpeg_ls_near(values: StoredValues, form: FrameFormat) -> bytes:
    _refuse_sign(values, "JPEG-LS near-lossless")
    # A decoder may overshoot by `near`, and only 8 and 16 bits are clamped by the codec itself.
    top = 2**form.bits_stored - 1
    if form.bits_stored < values.dtype.itemsize * 8:
        top -= JPEG_LS_NEAR
    samples = np.minimum(values, top).astype(values.dtype)
    return bytes(imagecodecs.jpegls_encode(samples, level=JPEG_LS_NEAR))


def _encode_with_pydicom(uid: UID, **options: Any) -> Encoder:
    def encode(values: StoredValues, form: FrameFormat) -> bytes:
        rows, columns = values.shape
        return get_encoder(uid).encode(
            values,
            encoding_plugin="pylibjpeg",
            rows=rows,
            columns=columns,
            number_of_frames=1,
            samples_per_pixel=1,
            bits_allocated=values.dtype.itemsize * 8,
            bits_stored=form.bits_stored,
            pixel_representation=int(values.dtype.kind == "i"),
            photometric_interpretation=form.photometric_interpretation,
            **options,
        )

    return encode


def _encode_little_endian(values: StoredValues, form: FrameFormat) -> bytes:
    del form
    return values.astype(values.dtype.newbyteorder("<")).tobytes()


def _encode_big_endian(values: StoredValues, form: FrameFormat) -> bytes:
    del form
    return values.astype(values.dtype.newbyteorder(">")).tobytes()


_ENCODERS: dict[UID, Encoder] = {
    ImplicitVRLittleEndian: _encode_little_endian,
    ExplicitVRLittleEndian: _encode_little_endian,
    ExplicitVRBigEndian: _encode_big_endian,
    DeflatedExplicitVRLittleEndian: _encode_little_endian,
    RLELossless: _encode_with_pydicom(RLELossless),
    JPEGBaseline8Bit: _encode_jpeg(8),
    JPEGExtended12Bit: _encode_jpeg(12),
    JPEGLosslessSV1: _encode_jpeg_lossless,
    JPEGLSLossless: _encode_jpeg_ls,
    JPEGLSNearLossless: _encode_jpeg_ls_near,
    JPEG2000Lossless: _encode_with_pydicom(JPEG2000Lossless),
    JPEG2000: _encode_with_pydicom(JPEG2000, j2k_cr=[JPEG_2000_RATIO]),
}

_LOSSY_METHODS: dict[UID, LossyMethod] = {
    JPEGBaseline8Bit: LossyMethod.JPEG,
    JPEGExtended12Bit: LossyMethod.JPEG,
    JPEGLSNearLossless: LossyMethod.JPEG_LS,
    JPEG2000: LossyMethod.JPEG_2000,
}

WRITABLE_TRANSFER_SYNTAXES: tuple[UID, ...] = tuple(_ENCODERS)
"""The transfer syntaxes of `encode_frame`, uncompressed ones first."""


def lossy_method(transfer_syntax_uid: UID) -> LossyMethod | None:
    """Say by which method a transfer syntax loses information; None where it loses none."""
    return _LOSSY_METHODS.get(transfer_syntax_uid)


def encode_frame(values: StoredValues, form: FrameFormat, transfer_syntax_uid: UID) -> bytes:
    """Encode one grey frame.

    Parameters
    ----------
    values : (rows, columns) uint8, uint16 or int16, stored values within `form.bits_stored`
    form : what the header says of them
    transfer_syntax_uid : one of `WRITABLE_TRANSFER_SYNTAXES`

    Returns
    -------
    Native bytes in the byte order of the transfer syntax, or one compressed frame, not yet
    encapsulated; padded to an even length (PS3.5 8.1.1, A.4)

    Raises
    ------
    ValueError
        where the transfer syntax is not written here, or cannot hold such values
    """
    encoder = _ENCODERS.get(transfer_syntax_uid)
    if encoder is None:
        written = ", ".join(uid.name for uid in WRITABLE_TRANSFER_SYNTAXES)
        raise ValueError(
            f"expected a transfer syntax of ({written}), received {transfer_syntax_uid}"
        )
    encoded = encoder(np.ascontiguousarray(values), form)
    return encoded + b"\x00" * (len(encoded) % 2)


def write_radiograph(
    dataset: Dataset,
    path: Path | io.BytesIO,
    transfer_syntax_uid: str = ExplicitVRLittleEndian,
) -> None:
    """Write a data set of `new_radiograph` as a DICOM file.

    Parameters
    ----------
    dataset : with native little endian Pixel Data; left as it is
    path : of the file, overwritten where it exists, or a buffer
    transfer_syntax_uid : one of `WRITABLE_TRANSFER_SYNTAXES`; a lossy one makes the
        written image DERIVED and says ratio and method (PS3.3 C.7.6.1.1.5)

    Raises
    ------
    ValueError
        where the transfer syntax cannot hold the stored values
    """
    syntax = UID(transfer_syntax_uid)
    pixels = _stored_values(dataset)
    form = FrameFormat(int(dataset.BitsStored), str(dataset.PhotometricInterpretation))
    frame = encode_frame(pixels, form, syntax)
    written = copy.deepcopy(dataset)
    if syntax.is_compressed and not syntax.is_deflated:
        written.add_new(0x7FE00010, "OB", encapsulate([frame]))
        written["PixelData"].is_undefined_length = True
    else:
        written.add_new(0x7FE00010, pixel_data_vr(pixels), frame)
    if method := lossy_method(syntax):
        written.ImageType = ["DERIVED", *list(written.ImageType)[1:]]
        written.DerivationDescription = f"Lossy compression {method.value}"
        add_lossy_compression(written, LossyHistory(pixels.nbytes / len(frame), method))
    if syntax == ExplicitVRBigEndian:
        _swap_tables(written)
    written.file_meta = FileMetaDataset()
    written.file_meta.TransferSyntaxUID = syntax
    with warnings.catch_warnings():
        # pydicom warns that the big endian transfer syntax is retired; that is why it is asked for.
        warnings.filterwarnings("ignore", message=".*[Bb]ig [Ee]ndian.*")
        dcmwrite(path, written, enforce_file_format=True)


def add_lossy_compression(dataset: Dataset, history: LossyHistory) -> None:
    """Say that an image went through a lossy compression, after those that it says already."""
    dataset.LossyImageCompression = "01"
    for keyword, value in (
        ("LossyImageCompressionRatio", DSfloat(round(history.ratio, 2))),
        ("LossyImageCompressionMethod", str(history.method)),
    ):
        before = dataset.get(keyword)
        earlier = [] if before is None else list(before) if _is_several(before) else [before]
        setattr(dataset, keyword, [*earlier, value])


def _is_several(value: Any) -> bool:
    return not isinstance(value, str | float)


def _swap_tables(dataset: Dataset) -> None:
    for keyword in ("ModalityLUTSequence", "VOILUTSequence"):
        for item in dataset.get(keyword, []):
            item.LUTData = np.frombuffer(item.LUTData, dtype="<u2").astype(">u2").tobytes()


def pixel_data_vr(values: StoredValues) -> str:
    """Say the VR of native Pixel Data.

    Notes
    -----
    PS3.5 A.2: OW above 8 bits allocated. Up to 8 bits OB, whose bytes a big endian writer never
    swaps; in implicit VR, where OW is meant, little endian bytes are the same.
    """
    return "OB" if values.dtype.itemsize == 1 else "OW"


def _stored_values(dataset: Dataset) -> StoredValues:
    kind = "i" if dataset.PixelRepresentation else "u"
    dtype = np.dtype(f"<{kind}{dataset.BitsAllocated // 8}")
    count = int(dataset.Rows) * int(dataset.Columns)
    values = np.frombuffer(dataset.PixelData, dtype=dtype, count=count)
    return values.reshape(dataset.Rows, dataset.Columns).astype(dtype.newbyteorder("="))
