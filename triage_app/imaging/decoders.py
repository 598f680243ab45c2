"""Which decoder serves which transfer syntax.

One table, in the order in which decoders are tried, the fastest first: docs/scale.md gives the
times. All of them ship under permissive licences:
imagecodecs (BSD; libjpeg-turbo, CharLS, OpenJPEG, OpenJPH inside) and pylibjpeg-openjpeg (MIT). A
decoder that is not installed leaves its rows out, and a file that needs it
ends with `failed(decoder)` and the name of its transfer syntax.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, replace
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
from triage_app.imaging.codestream import Codestream, ends_early, read_format, rle_ends_early

__all__ = [
    "DECODERS",
    "LOSSY_SYNTAXES",
    "NATIVE_SYNTAXES",
    "Codestream",
    "Decoder",
    "decode_codestream",
    "find_decoders",
    "refuse_filling",
    "require_decoders",
    "syntax_name",
]


class _EndsEarlyError(Exception):
    """A decoder filled up what its codestream does not hold."""


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


def _libjpeg() -> Decoder:
    library = _imagecodecs("jpeg8_decode")
    return replace(library, decode=refuse_filling(library.decode, block=8))


def refuse_filling(library: DecodeFunction, *, block: int) -> DecodeFunction:
    """Watch over libjpeg-turbo, which fills up a scan that ends early, and says so to nobody.

    What it fills up has the value in the middle of the range, down to the last pixel. Where the
    last pixels have it, more data is put before the end marker and the image is decoded once more:
    a whole scan takes no notice of it, a scan that ended early uses it.

    Parameters
    ----------
    library : decodes by libjpeg-turbo
    block : columns that a block of 8 x 8 values has in the decoded image
    """

    def decode(codestream: Codestream) -> NDArray[np.integer[Any]]:
        values = library(codestream)
        stated = read_format(codestream.data)
        if stated and (values[-1, -block:] == 1 << stated.precision - 1).all():
            end = codestream.data.rindex(_END_OF_IMAGE)
            longer = codestream.data[:end] + _MORE_DATA + _END_OF_IMAGE
            if not np.array_equal(library(replace(codestream, data=longer)), values):
                raise _EndsEarlyError
        return values

    return decode


def _openjpeg(codestream: Codestream) -> NDArray[np.integer[Any]]:
    decode = importlib.import_module("openjpeg").decode
    return np.asarray(decode(codestream.data))


def _run_length() -> Decoder:
    # pylibjpeg-rle is a peer in tests only: on damaged data it panics, which no `except` expects.
    def decode(codestream: Codestream) -> NDArray[np.integer[Any]]:
        dtype = f"<u{codestream.bits_allocated // 8}"
        data = importlib.import_module("imagecodecs").dicomrle_decode(codestream.data, dtype)
        values = np.frombuffer(data, dtype=dtype, count=codestream.rows * codestream.columns)
        return values.reshape(codestream.rows, codestream.columns)

    return Decoder("imagecodecs.dicomrle_decode", "imagecodecs", decode)


_END_OF_IMAGE = b"\xff\xd9"
_MORE_DATA = bytes.fromhex("5aa5c396695a3ce10f2d4bb4d21e7887" * 4)

_JPEG = (_libjpeg(),)
_JPEG_LS = (_imagecodecs("jpegls_decode"),)
_JPEG_2000 = (
    _imagecodecs("jpeg2k_decode"),
    Decoder("pylibjpeg-openjpeg", "openjpeg", _openjpeg),
)
_HTJ2K = (
    _imagecodecs("htj2k_decode"),
    Decoder("pylibjpeg-openjpeg", "openjpeg", _openjpeg),
)
_RLE = (_run_length(),)

DECODERS: dict[str, tuple[Decoder, ...]] = {
    JPEGBaseline8Bit: _JPEG,
    JPEGExtended12Bit: _JPEG,
    JPEGLossless: _JPEG,
    JPEGLosslessSV1: _JPEG,
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


def require_decoders(transfer_syntax_uid: str, path: str) -> tuple[Decoder, ...]:
    """Give the installed decoders of a compressed transfer syntax, at least one.

    Raises
    ------
    DecoderError
        where none is installed; the sentence names the transfer syntax
    """
    decoders = find_decoders(transfer_syntax_uid)
    if not decoders:
        raise DecoderError(
            f"{path}: no decoder for its transfer syntax {syntax_name(transfer_syntax_uid)}; "
            "send it in another one, such as Explicit VR Little Endian."
        )
    return decoders


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
        where the codestream ends early (decoders would fill up what is missing with grey)
    InstanceMemoryError
        where the memory does not suffice
    """
    decoders = require_decoders(transfer_syntax_uid, path)
    is_run_length = transfer_syntax_uid == RLELossless
    too_short = rle_ends_early(codestream) if is_run_length else ends_early(codestream.data)
    if too_short:
        raise _truncated(path)
    refusals = []
    for decoder in decoders:
        try:
            return decoder.decode(codestream)
        except MemoryError as error:
            raise InstanceMemoryError(f"{path}: not enough memory to decode the image.") from error
        except _EndsEarlyError as error:
            raise _truncated(path) from error
        except Exception as error:  # noqa: BLE001 - each library raises types of its own
            refusals.append(f"{decoder.name}: {error}")
    if is_run_length:
        # The header of the runs is in order, so it is the runs that do not make up the image.
        raise _truncated(path)
    raise DecoderError(
        f"{path}: its image cannot be decoded from {syntax_name(transfer_syntax_uid)} "
        f"({'; '.join(refusals)}); fetch it again."
    )


def _truncated(path: str) -> TruncatedError:
    return TruncatedError(
        f"{path}: its compressed image ends early, so a part is missing; fetch it again."
    )
