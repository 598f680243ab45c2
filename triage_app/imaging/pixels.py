"""From the file's Pixel Data to stored values: one grey frame, whole or not at all."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.encaps import get_frame
from pydicom.errors import InvalidDicomError
from pydicom.uid import RLELossless

from triage_app.errors import (
    InstanceMemoryError,
    PixelDataError,
    TruncatedError,
    UnreadableError,
)
from triage_app.imaging.codestream import Codestream, read_format
from triage_app.imaging.decoders import (
    LOSSY_SYNTAXES,
    NATIVE_SYNTAXES,
    decode_codestream,
    require_decoders,
    syntax_name,
)
from triage_app.imaging.elements import MALFORMED_DATA_ERRORS, states_value, whole_number
from triage_app.imaging.header import Instance
from triage_app.imaging.reduced_decoding import MOST_HALVINGS, decode_reduced

__all__ = ["LARGEST_PIXEL_COUNT", "PixelLayout", "RawFrame", "read_raw_frame", "read_stored_values"]

LARGEST_PIXEL_COUNT = 64_000_000
"""More pixels in one frame than any radiograph has (a long-leg image has about 40 million);
decoding them would take gigabytes."""

_UNDEFINED_LENGTH = 0xFFFFFFFF
_ITEM_TAG = b"\xfe\xff\x00\xe0"


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """How one grey frame is stored (PS3.5 8.1).

    Attributes
    ----------
    rows, columns : at least 1
    bits_allocated : 8, 16 or 32
    bits_stored, high_bit : where the value lies in the allocated bits
    is_signed : (0028,0103) Pixel Representation is 1
    """

    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    is_signed: bool

    @property
    def frame_bytes(self) -> int:
        """Bytes of one native frame."""
        return self.rows * self.columns * self.bits_allocated // 8

    @property
    def value_range(self) -> tuple[int, int]:
        """Lowest and highest value that the stored bits hold."""
        if self.is_signed:
            return -(1 << self.bits_stored - 1), (1 << self.bits_stored - 1) - 1
        return 0, (1 << self.bits_stored) - 1

    @property
    def container(self) -> np.dtype[np.unsignedinteger[Any]]:
        """The unsigned type that holds the allocated bits."""
        return np.dtype(f"u{self.bits_allocated // 8}")


@dataclass(frozen=True, slots=True)
class RawFrame:
    """One frame as it is stored, before its stored bits are cut out.

    Attributes
    ----------
    containers : (rows, columns) unsigned, of (0028,0100) Bits Allocated
    layout : where the stored values lie in them
    path : of the file, for errors
    """

    containers: NDArray[np.unsignedinteger[Any]] = field(repr=False)
    layout: PixelLayout
    path: str

    def stored_values(self, rows: slice = slice(None)) -> NDArray[np.int32]:
        """Give the stored values of some rows, as `read_stored_values` gives those of all."""
        return _stored_values(self.containers[rows], self.layout, self.path)


@dataclass(frozen=True, slots=True)
class _PixelElement:
    value: bytes = field(repr=False)
    is_encapsulated: bool
    is_big_endian: bool
    vr: str


def read_stored_values(
    instance: Instance, frame: int = 0, *, halvings: int = 0
) -> NDArray[np.int32]:
    """Read and decode one frame.

    Parameters
    ----------
    instance : a grey image of one sample per pixel
    frame : counted from 0; the model and the first look take the first
    halvings : how often rows and columns may be halved where the codestream allows it; see
        `reduced_decoding`

    Returns
    -------
    (rows, columns) int32, in the sign that Pixel Representation (0028,0103) states; of
    `reduced_decoding.reduced_shape` where the image was halved

    Raises
    ------
    PixelDataError
        where the elements of the Image Pixel module contradict each other or the data
    TruncatedError
        where the file or its codestream ends early
    DecoderError
        where no decoder is installed for the transfer syntax, or it refuses the data
    InstanceMemoryError
        where the image is larger than any radiograph
    UnreadableError
        where the file cannot be read any more
    ValueError
        where the image has no such frame
    """
    return read_raw_frame(instance, frame, halvings=halvings).stored_values()


def read_raw_frame(instance: Instance, frame: int = 0, *, halvings: int = 0) -> RawFrame:
    """Read and decode one frame up to its containers; parameters and errors as above."""
    path = instance.source.path
    frames = max(1, instance.facts.image.number_of_frames)
    if not 0 <= frame < frames:
        raise ValueError(f"expected a frame from 0 to {frames - 1}, received {frame}")
    if not 0 <= halvings <= MOST_HALVINGS:
        raise ValueError(f"expected halvings from 0 to {MOST_HALVINGS}, received {halvings}")
    layout = _read_layout(instance)
    uid = instance.facts.transfer_syntax_uid
    if uid and uid not in NATIVE_SYNTAXES:
        require_decoders(uid, path)
    element = _read_pixel_element(instance)
    if element.is_encapsulated:
        raw, layout = _decode(element, layout, instance, frame, halvings)
    else:
        raw = _native(element, layout, instance, frame)
    return RawFrame(raw, layout, path)


def _read_layout(instance: Instance) -> PixelLayout:
    path, header, image = instance.source.path, instance.header, instance.facts.image

    def refuse(what: str) -> PixelDataError:
        return PixelDataError(f"{path}: {what}; ask the sender for a corrected file.")

    if image.rows < 1 or image.columns < 1:
        raise refuse(f"(0028,0010) Rows x (0028,0011) Columns is {image.rows} x {image.columns}")
    if image.rows * image.columns > LARGEST_PIXEL_COUNT:
        raise InstanceMemoryError(
            f"{path}: {image.rows} x {image.columns} pixels are more than the "
            f"{LARGEST_PIXEL_COUNT:,} that are decoded; check Rows and Columns."
        )
    if image.samples_per_pixel != 1:
        raise refuse(f"(0028,0002) Samples per Pixel is {image.samples_per_pixel}, expected 1")
    if image.bits_allocated not in (8, 16, 32):
        raise refuse(f"(0028,0100) Bits Allocated is {image.bits_allocated}, expected 8, 16 or 32")
    if not 1 <= image.bits_stored <= image.bits_allocated:
        raise refuse(
            f"(0028,0101) Bits Stored is {image.bits_stored} of {image.bits_allocated} allocated"
        )
    high_bit = whole_number(header, "HighBit")
    high_bit = image.bits_stored - 1 if high_bit is None else high_bit
    if not image.bits_stored - 1 <= high_bit < image.bits_allocated:
        raise refuse(f"(0028,0102) High Bit is {high_bit} with {image.bits_stored} bits stored")
    sign = whole_number(header, "PixelRepresentation")
    if sign not in (0, 1) and states_value(header, "PixelRepresentation"):
        # Taken for unsigned where it is absent; what is there and is neither may mean either.
        raise refuse(f"(0028,0103) Pixel Representation is {sign}, expected 0 or 1")
    return PixelLayout(
        rows=image.rows,
        columns=image.columns,
        bits_allocated=image.bits_allocated,
        bits_stored=image.bits_stored,
        high_bit=high_bit,
        is_signed=sign == 1,
    )


def _read_pixel_element(instance: Instance) -> _PixelElement:
    path, uid = instance.source.path, instance.facts.transfer_syntax_uid
    try:
        with instance.source.open() as file:
            data_set = dcmread(file, force=True)
            element = data_set.get_item("PixelData")
            is_big_endian = data_set.original_encoding[1] is False
    except zlib.error as error:
        raise TruncatedError(f"{path}: its deflated data set ends early ({error}).") from error
    except MemoryError as error:
        raise InstanceMemoryError(f"{path}: not enough memory to read the file.") from error
    except (InvalidDicomError, OSError, *MALFORMED_DATA_ERRORS) as error:
        raise UnreadableError(f"{path}: its Pixel Data cannot be read ({error}).") from error
    if element is None and ("FloatPixelData" in data_set or "DoubleFloatPixelData" in data_set):
        raise PixelDataError(
            f"{path}: holds Float Pixel Data, expected (7FE0,0010) Pixel Data of whole numbers; "
            "ask the sender for the image."
        )
    if element is None:
        raise TruncatedError(
            f"{path}: ends inside its Pixel Data, whose end is not marked; fetch it again."
        )
    value = element.value
    if not value or not isinstance(value, bytes):
        raise PixelDataError(f"{path}: its Pixel Data is empty; ask the sender for the image.")
    length = getattr(element, "length", len(value))
    is_undefined = length == _UNDEFINED_LENGTH or getattr(element, "is_undefined_length", False)
    if not is_undefined and len(value) < length:
        raise TruncatedError(
            f"{path}: ends inside its Pixel Data, after {len(value)} of {length} bytes; "
            "fetch it again."
        )
    is_compressed = bool(uid) and uid not in NATIVE_SYNTAXES
    if is_compressed and not (is_undefined or value.startswith(_ITEM_TAG)):
        raise PixelDataError(
            f"{path}: its transfer syntax is {syntax_name(uid)}, but its Pixel Data is not "
            "compressed; ask the sender for a corrected file."
        )
    if is_undefined and not is_compressed:
        raise _compressed_under_native(instance)
    return _PixelElement(value, is_compressed, is_big_endian, str(element.VR or "OW"))


def _compressed_under_native(instance: Instance) -> PixelDataError:
    return PixelDataError(
        f"{instance.source.path}: its Pixel Data is compressed, but its transfer syntax is "
        f"{syntax_name(instance.facts.transfer_syntax_uid)}; ask the sender for a corrected file."
    )


def _native(
    element: _PixelElement, layout: PixelLayout, instance: Instance, frame: int
) -> NDArray[np.unsignedinteger[Any]]:
    """Take a native frame (PS3.5 8.1.1, annex A.1 to A.3)."""
    path, data = instance.source.path, element.value
    needed = (frame + 1) * layout.frame_bytes
    if len(data) < layout.frame_bytes and data.startswith(_ITEM_TAG):
        raise _compressed_under_native(instance)
    if len(data) < needed:
        what = f"{layout.rows} x {layout.columns} pixels"
        raise TruncatedError(
            f"{path}: its Pixel Data holds {len(data)} of the {needed} bytes of "
            f"{what if frame == 0 else f'{frame + 1} frames of {what}'}; fetch it again."
        )
    expected = layout.frame_bytes * max(1, instance.facts.image.number_of_frames)
    if len(set(data[expected:])) > 1:  # more than padding of one value
        raise PixelDataError(
            f"{path}: its Pixel Data holds {len(data)} bytes, {layout.rows} x {layout.columns} "
            f"pixels of {layout.bits_allocated} bits have {expected}; ask the sender for a "
            "corrected file."
        )
    if element.is_big_endian and layout.bits_allocated == 8 and element.vr == "OW":
        # PS3.5 annex A.3: in words of big endian the two bytes of each word are exchanged.
        words = np.frombuffer(data + b"\0" * (len(data) % 2), dtype="u2")
        data = words.byteswap().tobytes()
    order: Literal["<", ">"] = ">" if element.is_big_endian else "<"
    count = layout.rows * layout.columns
    values = np.frombuffer(
        data,
        dtype=layout.container.newbyteorder(order),
        count=count,
        offset=frame * layout.frame_bytes,
    )
    return values.reshape(layout.rows, layout.columns).astype(layout.container, copy=False)


def _decode(
    element: _PixelElement, layout: PixelLayout, instance: Instance, number: int, halvings: int
) -> tuple[NDArray[np.unsignedinteger[Any]], PixelLayout]:
    """Decode the codestream of a frame (PS3.5 8.2, annex A.4).

    Returns
    -------
    (rows, columns) in the container, and the layout that it has
    """
    path, uid = instance.source.path, instance.facts.transfer_syntax_uid
    try:
        frame = get_frame(
            element.value, number, number_of_frames=max(1, instance.facts.image.number_of_frames)
        )
    except MALFORMED_DATA_ERRORS as error:
        raise TruncatedError(
            f"{path}: the fragments of its Pixel Data are incomplete ({error}); fetch it again."
        ) from error
    stated = None if uid == RLELossless else read_format(frame)
    if stated is not None:
        # Before a decoder reserves the memory for it.
        _check_shape((stated.rows or layout.rows, stated.columns, stated.samples), layout, path)
        if stated.precision <= layout.bits_stored:
            # PS3.5 8.2: a codestream holds the values themselves, wherever High Bit says they lie.
            layout = replace(layout, high_bit=layout.bits_stored - 1)
    codestream = Codestream(frame, layout.rows, layout.columns, layout.bits_allocated)
    if halvings:
        smaller = decode_reduced(
            codestream,
            uid,
            halvings,
            bits_stored=layout.bits_stored,
            is_signed=layout.is_signed,
        )
        if smaller is not None:
            # The wavelet overshoots at edges, and must not wrap round.
            return np.clip(smaller, *layout.value_range).astype(layout.container), layout
    decoded = decode_codestream(codestream, uid, path)
    _check_shape((*decoded.shape, 1)[:3], layout, path)
    if np.issubdtype(decoded.dtype, np.signedinteger) == layout.is_signed and (
        uid in LOSSY_SYNTAXES
    ):
        # What overshoots Bits Stored is white or black, and must not wrap round to the other.
        decoded = np.clip(decoded, *layout.value_range)
    return decoded.reshape(layout.rows, layout.columns).astype(layout.container), layout


def _check_shape(found: tuple[int, ...], layout: PixelLayout, path: str) -> None:
    if found != (layout.rows, layout.columns, 1):
        rows, columns, samples = found
        raise PixelDataError(
            f"{path}: its compressed image has {rows} x {columns} pixels of {samples} samples, the "
            f"header says {layout.rows} x {layout.columns} of 1; ask for a corrected file."
        )


def _stored_values(
    raw: NDArray[np.unsignedinteger[Any]], layout: PixelLayout, path: str
) -> NDArray[np.int32]:
    """Cut the stored bits out of the allocated ones and extend the sign (PS3.5 8.1.1).

    Bits outside Bits Stored may hold anything, such as an old overlay plane. Signed values come
    back right whether a decoder extended their sign or not.
    """
    is_wide = layout.bits_allocated > 16
    values: NDArray[np.signedinteger[Any]] = raw.astype(np.int64 if is_wide else np.int32)
    if layout.high_bit >= layout.bits_stored:
        values = values >> (layout.high_bit + 1 - layout.bits_stored)
    if layout.bits_stored < layout.bits_allocated:
        values = values & ((1 << layout.bits_stored) - 1)
    if layout.is_signed:
        sign = 1 << (layout.bits_stored - 1)
        values = (values ^ sign) - sign
    if is_wide and values.max() > np.iinfo(np.int32).max:
        raise PixelDataError(
            f"{path}: holds values up to {values.max()}, more than any radiograph; ask the sender "
            "for a corrected file."
        )
    stored: NDArray[np.int32] = values.astype(np.int32, copy=False)
    return stored
