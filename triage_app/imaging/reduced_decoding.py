"""Decoders that give an image at a half, a quarter or an eighth of its size, in a part of the time.

A JPEG 2000 codestream holds the smaller images itself (ITU-T T.800 annex F), and a block of a
sequential JPEG can be transformed back to fewer values than it has. A model that sees 224 pixels of
2,600 needs no more; an eye does, and never gets an image from here. What is not sure to be the same
image but for its size is not reduced: the decoders of `decoders` then decode it whole.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Jpeg2KImagePlugin, JpegImagePlugin
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
)

from triage_app.imaging.codestream import (
    Codestream,
    CodestreamFormat,
    ends_early,
    read_format,
    read_wavelet,
)
from triage_app.imaging.decoders import refuse_filling

__all__ = [
    "MOST_HALVINGS",
    "REDUCED_DECODERS",
    "ReducedDecoder",
    "decode_reduced",
    "reduced_extent",
    "reduced_shape",
]

MOST_HALVINGS = 3
"""An eighth of the size is the least that a block of a JPEG can be transformed to."""

ReducedDecode = Callable[[Codestream, CodestreamFormat, int], NDArray[np.integer[Any]]]


@dataclass(frozen=True, slots=True)
class ReducedDecoder:
    """A decoder of a part of the size.

    Attributes
    ----------
    name : for people, as `self-test` shows it
    decode : from a codestream, its format and the halvings to (rows, columns)
    is_mean : a pixel stands for the middle of those that it replaces; else for the first of them,
        as the low pass of JPEG 2000 does (ITU-T T.800 F.3)
    """

    name: str
    decode: ReducedDecode
    is_mean: bool


class _ReducedJpeg2000(Jpeg2KImagePlugin.Jpeg2KImageFile):
    """OpenJPEG, asked by Pillow to leave out the finest levels.

    Pillow's own `reduce` rounds the size of the smaller image, and OpenJPEG then refuses every one
    whose size had to be rounded up (T.800 B.5), so size and levels are set as a plugin sets them.
    """

    def __init__(self, data: bytes, halvings: int) -> None:
        self._halvings = halvings
        super().__init__(io.BytesIO(data))

    def _open(self) -> None:
        super()._open()
        tile = self.tile[0]
        if not isinstance(tile.args, tuple):
            raise TypeError(f"expected the arguments of Pillow's decoder, received {tile.args!r}")
        codec, _levels, layers, descriptor, length = tile.args
        columns, rows = self._size
        self._size = reduced_shape(columns, rows, self._halvings)
        self.tile = [
            tile._replace(
                extents=(0, 0, *self._size),
                args=(codec, self._halvings, layers, descriptor, length),
            )
        ]


def _decode_jpeg_2000(
    codestream: Codestream, stated: CodestreamFormat, halvings: int
) -> NDArray[np.integer[Any]]:
    with _ReducedJpeg2000(codestream.data, halvings) as picture:
        values = np.asarray(picture)
    # Pillow moves the values to the top of their word, and signed ones above zero.
    shift = values.dtype.itemsize * 8 - stated.precision
    lifted = values >> shift if shift else values
    if not stated.is_signed:
        return lifted
    return lifted.astype(np.int32) - (1 << stated.precision - 1)


def _decode_jpeg(
    codestream: Codestream, stated: CodestreamFormat, halvings: int
) -> NDArray[np.integer[Any]]:
    def decode(whole: Codestream) -> NDArray[np.integer[Any]]:
        with JpegImagePlugin.JpegImageFile(io.BytesIO(whole.data)) as picture:
            picture.draft("L", (stated.columns >> halvings, stated.rows >> halvings))
            return np.asarray(picture)

    return refuse_filling(decode, block=8 >> halvings)(codestream)


_JPEG = ReducedDecoder("Pillow's libjpeg-turbo", _decode_jpeg, is_mean=True)
_JPEG_2000 = ReducedDecoder("Pillow's OpenJPEG", _decode_jpeg_2000, is_mean=False)

REDUCED_DECODERS: dict[str, ReducedDecoder] = {
    JPEGBaseline8Bit: _JPEG,
    JPEG2000Lossless: _JPEG_2000,
    JPEG2000: _JPEG_2000,
    HTJ2KLossless: _JPEG_2000,
    HTJ2KLosslessRPCL: _JPEG_2000,
    HTJ2K: _JPEG_2000,
}
"""By Transfer Syntax UID."""


def reduced_shape(rows: int, columns: int, halvings: int) -> tuple[int, int]:
    """Give the size after some halvings, each rounded up (ITU-T T.800 B.5)."""
    return -(-rows >> halvings), -(-columns >> halvings)


def reduced_extent(
    rows: int, columns: int, halvings: int, transfer_syntax_uid: str
) -> tuple[float, float, float, float]:
    """Say where the edges of the whole image lie in the reduced one.

    Parameters
    ----------
    rows, columns : of the whole image

    Returns
    -------
    left, top, right, bottom, in pixels of the reduced image; up to half a pixel outside it
    """
    side = 1 << halvings
    start = 0.0 if REDUCED_DECODERS[transfer_syntax_uid].is_mean else 0.5 - 0.5 / side
    return start, start, start + columns / side, start + rows / side


def decode_reduced(
    codestream: Codestream,
    transfer_syntax_uid: str,
    halvings: int,
    *,
    bits_stored: int,
    is_signed: bool,
) -> NDArray[np.integer[Any]] | None:
    """Decode a frame at a part of its size, where that is sure to be the same image.

    Parameters
    ----------
    codestream : one grey frame, whose size was compared with the header
    transfer_syntax_uid : (0002,0010)
    halvings : at most; 1 is half of the rows and columns, 2 a quarter; up to `MOST_HALVINGS`. The
        short reversible filter of JPEG 2000 lets much through that a half should not hold, so an
        image of that is halved once less.
    bits_stored, is_signed : as the header says

    Returns
    -------
    (rows, columns) integer array of `reduced_shape`; None where the frame must be decoded whole,
    which includes all that is damaged
    """
    decoder = REDUCED_DECODERS.get(transfer_syntax_uid)
    stated = read_format(codestream.data)
    if decoder is None or stated is None or ends_early(codestream.data):
        return None
    # The mean of values that are more than grey, or that wrap round, is another value.
    if stated.precision > bits_stored or stated.is_signed != is_signed:
        return None
    halvings = _find_halvings(codestream, stated, transfer_syntax_uid, halvings)
    if halvings == 0:
        return None
    try:
        values = decoder.decode(codestream, stated, halvings)
    except Exception:  # noqa: BLE001 - whole decoding says what is wrong, in its own words
        return None
    expected = reduced_shape(codestream.rows, codestream.columns, halvings)
    return values if values.shape == expected else None


def _find_halvings(
    codestream: Codestream, stated: CodestreamFormat, uid: str, halvings: int
) -> int:
    if stated.samples != 1 or not stated.rows:
        return 0
    if uid == JPEGBaseline8Bit:
        return halvings if stated.precision == 8 else 0
    wavelet = read_wavelet(codestream.data)
    if wavelet is None:
        return 0
    return min(halvings - wavelet.is_reversible, wavelet.levels)
