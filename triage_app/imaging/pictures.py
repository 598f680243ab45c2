"""PNG, JPEG and other pictures as display grey: the form that public training sets come in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from triage_app.errors import InstanceMemoryError, UnreadableError
from triage_app.imaging.elements import MALFORMED_DATA_ERRORS

__all__ = ["PICTURE_SUFFIXES", "read_picture"]

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"})
"""Endings, in lower case, of the files that `read_picture` is meant for."""


def read_picture(path: Path) -> NDArray[np.float32]:
    """Read a picture as display grey.

    Parameters
    ----------
    path : of a picture in a format that Pillow reads; the first frame is taken

    Returns
    -------
    (rows, columns) float32 in [0, 255]; colour is reduced by ITU-R BT.601 luma, 16-bit grey is
    divided by 257, an orientation in the file's EXIF data is applied, transparency lies on black

    Raises
    ------
    UnreadableError
        where the file is missing, no picture, or damaged
    InstanceMemoryError
        where the picture claims so many pixels that reading it would endanger the machine
    """
    try:
        with Image.open(path) as opened:
            picture = ImageOps.exif_transpose(opened)
            if picture.mode.startswith("I;16"):
                return np.asarray(picture, dtype=np.float32) / 257.0
            if picture.mode in {"I", "F"}:
                values = np.asarray(picture, dtype=np.float32)
                white = np.float32(257.0 if float(values.max(initial=0.0)) > 255.0 else 1.0)
                grey: NDArray[np.float32] = np.clip(values / white, 0.0, 255.0)
                return grey
            if "A" in picture.getbands() or "transparency" in picture.info:
                rgba = picture.convert("RGBA")
                black = Image.new("RGBA", rgba.size, (0, 0, 0, 255))
                picture = Image.alpha_composite(black, rgba)
            return np.asarray(picture.convert("L"), dtype=np.float32)
    except Image.DecompressionBombError as error:
        raise InstanceMemoryError(f"{path}: too large a picture to read safely: {error}") from error
    except MemoryError as error:
        raise InstanceMemoryError(f"{path}: not enough memory to read the picture.") from error
    except (UnidentifiedImageError, SyntaxError, OSError, *MALFORMED_DATA_ERRORS) as error:
        raise UnreadableError(
            f"{path}: cannot be read as a picture ({error}); check that the file is whole."
        ) from error
