"""Which decoder serves which transfer syntax.

One table, in the order in which decoders are tried. All of them ship under permissive licences:
imagecodecs (BSD; libjpeg-turbo, CharLS, OpenJPEG, OpenJPH inside), pylibjpeg-openjpeg and
pylibjpeg-rle (MIT). A decoder that is not installed leaves its rows out, and a file that needs it
ends with `failed(decoder)` and the name of its transfer syntax.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
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
    JPEGLSNearLossless,
    RLELossless,
)

from triage_app.errors import DecoderError, InstanceMemoryError, TruncatedError

__all__ = [
    "DECODERS",
    "LOSSY_SYNTAXES",
    "NATIVE_SYNTAXES",
    "Codestream",
    "Decoder",
    "decode_codestream",
    "find_decoders",
    "syntax_name",
]


@dataclass(frozen=True, slots=True)
class Codestream:
    """One compressed frame and what its header says it must give."""

    data: bytes
    rows: int
    columns: int
    bits_allocated: int


DecodeFunction = Callable[[Codestream], NDArray[np.integer[Any]]]


@dataclass(frozen=True, slots=True)
class Decoder:
    """A decoder of one library.

    Attributes
    ----------
    name : for people, as `self-test` shows it
    module : that must be installed for it
    decode : from a codestream to (rows, columns), or (rows, columns, samples) where it holds colour
    """

    name: str
    module: str
    decode: DecodeFunction

    @property
    def is_installed(self) -> bool:
        """Whether its library can be imported."""
        return importlib.util.find_spec(self.module) is not None


def _imagecodecs(function: str) -> Decoder:
    def decode(codestream: Codestream) -> NDArray[np.integer[Any]]:
        codec = getattr(importlib.import_module("imagecodecs"), function)
        return np.asarray(codec(codestream.data))

    return Decoder(f"imagecodecs.{function}", "imagecodecs", decode)


def _openjpeg(codestream: Codestream) -> NDArray[np.integer[Any]]:
    decode = importlib.import_module("openjpeg").decode
    return np.asarray(decode(codestream.data))


def _rle(codestream: Codestream) -> NDArray[np.integer[Any]]:
    decode_frame = importlib.import_module("rle.utils").decode_frame
    size = codestream.rows * codestream.columns
    frame = decode_frame(codestream.data, size, codestream.bits_allocated, "<")
    values = np.frombuffer(frame, dtype=f"<u{codestream.bits_allocated // 8}")
    return values.reshape(codestream.rows, codestream.columns)


_JPEG = (_imagecodecs("jpeg8_decode"),)
_JPEG_LOSSLESS = (_imagecodecs("jpeg8_decode"), _imagecodecs("ljpeg_decode"))
_JPEG_LS = (_imagecodecs("jpegls_decode"),)
_JPEG_2000 = (
    _imagecodecs("jpeg2k_decode"),
    Decoder("pylibjpeg-openjpeg", "openjpeg", _openjpeg),
)
_HTJ2K = (
    _imagecodecs("htj2k_decode"),
    Decoder("pylibjpeg-openjpeg", "openjpeg", _openjpeg),
)
_RLE = (Decoder("pylibjpeg-rle", "rle", _rle),)

DECODERS: dict[str, tuple[Decoder, ...]] = {
    JPEGBaseline8Bit: _JPEG,
    JPEGExtended12Bit: _JPEG,
    JPEGLossless: _JPEG_LOSSLESS,
    JPEGLosslessSV1: _JPEG_LOSSLESS,
    JPEGLSLossless: _JPEG_LS,
    JPEGLSNearLossless: _JPEG_LS,
    JPEG2000Lossless: _JPEG_2000,
    JPEG2000: _JPEG_2000,
    HTJ2KLossless: _HTJ2K,
    HTJ2KLosslessRPCL: _HTJ2K,
    HTJ2K: _HTJ2K,
    RLELossless: _RLE,
}
"""Decoders by Transfer Syntax UID, in the order in which they are tried."""

NATIVE_SYNTAXES = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
)
"""Transfer syntaxes that need no decoder (PS3.5 annex A.1, A.2, A.3, A.5)."""

LOSSY_SYNTAXES = frozenset(
    {JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless, JPEG2000, HTJ2K}
)
"""Transfer syntaxes that may be lossy; what they give can overshoot Bits Stored a little."""

_MARKED_END = frozenset(DECODERS) - {RLELossless}
_END_OF_IMAGE = b"\xff\xd9"


def syntax_name(uid: str) -> str:
    """Name and UID of a transfer syntax, for people."""
    if not uid:
        return "(none stated)"
    name = UID(uid).name
    return f"{name} ({uid})" if name != uid else uid


def find_decoders(transfer_syntax_uid: str) -> tuple[Decoder, ...]:
    """Give the installed decoders of a compressed transfer syntax, the first choice first."""
    return tuple(
        decoder for decoder in DECODERS.get(transfer_syntax_uid, ()) if decoder.is_installed
    )


def decode_codestream(
    codestream: Codestream, transfer_syntax_uid: str, path: str
) -> NDArray[np.integer[Any]]:
    """Decode one frame with the first decoder that can.

    Parameters
    ----------
    codestream : the frame
    transfer_syntax_uid : (0002,0010)
    path : of the file, for the sentence of an error

    Returns
    -------
    (rows, columns) integer array in the type of the codestream

    Raises
    ------
    DecoderError
        where no decoder is installed, or each of them refused
    TruncatedError
        where a JPEG codestream has no end marker (decoders fill up what is missing with grey)
    InstanceMemoryError
        where the memory does not suffice
    """
    decoders = find_decoders(transfer_syntax_uid)
    if not decoders:
        raise DecoderError(
            f"{path}: no decoder for its transfer syntax {syntax_name(transfer_syntax_uid)}; "
            "send it in another one, such as Explicit VR Little Endian."
        )
    if transfer_syntax_uid in _MARKED_END and not _has_end_marker(codestream.data):
        raise TruncatedError(
            f"{path}: its compressed image has no end marker, so a part is missing; fetch it again."
        )
    refusals = []
    for decoder in decoders:
        try:
            return decoder.decode(codestream)
        except MemoryError as error:
            raise InstanceMemoryError(f"{path}: not enough memory to decode the image.") from error
        except Exception as error:  # noqa: BLE001 - each library raises types of its own
            refusals.append(f"{decoder.name}: {error}")
    raise DecoderError(
        f"{path}: its image cannot be decoded from {syntax_name(transfer_syntax_uid)} "
        f"({'; '.join(refusals)}); fetch it again."
    )


def _has_end_marker(data: bytes) -> bool:
    """Look for EOI or EOC before the padding (ITU-T T.81 B.1.1.3, T.800 A.4.4, PS3.5 A.4)."""
    return data[-64:].rstrip(b"\0\xff").endswith(_END_OF_IMAGE) or data.endswith(_END_OF_IMAGE)
