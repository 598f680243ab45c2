"""Images altered as another device, another export or another crop would, to test a model with.

Nothing is drawn by chance: equal images are altered equally. What is trained with stands in
`training.fitting`; these are a test and differ from it on purpose.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Alteration = Callable[[NDArray[np.float32]], NDArray[np.float32]]

__all__ = ["ALTERATIONS", "MILD", "Alteration"]

_WHITE: Final = 255.0
_SIDE: Final = 224
"""Blur and grain are told in pixels of an image of this width, so that they do not depend on how
large the file is."""


def _gamma(exponent: float) -> Alteration:
    return lambda grey: _clip(_WHITE * (grey / _WHITE) ** np.float32(exponent))


def _contrast(factor: float, brightness: float = 0.0) -> Alteration:
    return lambda grey: _clip((grey - grey.mean()) * factor + grey.mean() + brightness)


def _blur(radius: float) -> Alteration:
    def blur(grey: NDArray[np.float32]) -> NDArray[np.float32]:
        wide = max(radius * grey.shape[1] / _SIDE, 0.3)
        return _through_picture(
            grey, lambda picture: picture.filter(ImageFilter.GaussianBlur(wide))
        )

    return blur


def _sharpen(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    return _clip(2 * grey - _blur(1.0)(grey))


def _grain(deviation: float) -> Alteration:
    def grain(grey: NDArray[np.float32]) -> NDArray[np.float32]:
        rows, columns = grey.shape
        noise = np.random.default_rng(0).normal(0, deviation, (_SIDE, _SIDE)).astype(np.float32)
        size = Image.fromarray(noise).resize((columns, rows), Image.Resampling.BILINEAR)
        return _clip(grey + np.asarray(size))

    return grain


def _jpeg(quality: int) -> Alteration:
    def jpeg(picture: Image.Image) -> Image.Image:
        kept = io.BytesIO()
        picture.save(kept, "JPEG", quality=quality)
        return Image.open(kept)

    return lambda grey: _through_picture(grey, jpeg)


def _coarse(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take every other pixel, without smoothing, as a careless export does."""
    return _resize(grey[::2, ::2], grey.shape)


def _crop(top: float, bottom: float, left: float, right: float) -> Alteration:
    """Take shares of the sides off; the rest fills the model's square, in another aspect ratio."""

    def crop(grey: NDArray[np.float32]) -> NDArray[np.float32]:
        rows, columns = grey.shape
        return grey[
            int(top * rows) : rows - int(bottom * rows),
            int(left * columns) : columns - int(right * columns),
        ]

    return crop


def _collimate(share: float, grey_value: float = 0.0) -> Alteration:
    """Add a frame outside the image, by which the patient becomes smaller."""

    def collimate(grey: NDArray[np.float32]) -> NDArray[np.float32]:
        rows, columns = int(share * grey.shape[0]), int(share * grey.shape[1])
        return np.pad(grey, ((rows, rows), (columns, columns)), constant_values=grey_value)

    return collimate


def _cover_corners(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cover where marker letters stand."""
    covered = grey.copy()
    rows, columns = (int(0.18 * side) for side in grey.shape)
    for y in (slice(0, rows), slice(-rows, None)):
        for x in (slice(0, columns), slice(-columns, None)):
            covered[y, x] = 0
    return covered


def _rotate(degrees: float) -> Alteration:
    return lambda grey: _through_picture(
        grey, lambda picture: picture.rotate(degrees, Image.Resampling.BILINEAR)
    )


def _clip(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    clipped: NDArray[np.float32] = np.clip(grey, 0, _WHITE).astype(np.float32)
    return clipped


def _through_picture(
    grey: NDArray[np.float32], change: Callable[[Image.Image], Image.Image]
) -> NDArray[np.float32]:
    picture = Image.fromarray(np.rint(np.clip(grey, 0, _WHITE)).astype(np.uint8))
    return np.asarray(change(picture), dtype=np.float32)


def _resize(grey: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    picture = Image.fromarray(np.ascontiguousarray(grey))
    size = (shape[1], shape[0])
    return np.asarray(picture.resize(size, Image.Resampling.BILINEAR), dtype=np.float32)


ALTERATIONS: Final[Mapping[str, Alteration]] = {
    "darker": _gamma(1.5),
    "brighter": _gamma(0.67),
    "flat": _contrast(0.6),
    "steep": _contrast(1.5),
    "overexposed": _contrast(1.0, 40.0),
    "blurred": _blur(1.2),
    "sharpened": _sharpen,
    "grainy": _grain(8.0),
    "jpeg_30": _jpeg(30),
    "coarse_resize": _coarse,
    "cropped": _crop(0.08, 0.08, 0.08, 0.08),
    "narrow": _crop(0.0, 0.0, 0.1, 0.1),
    "low": _crop(0.1, 0.1, 0.0, 0.0),
    "collimated": _collimate(0.08),
    "covered_corners": _cover_corners,
    "rotated": _rotate(6.0),
}
"""By the name that ``metrics.json`` uses. Each takes (rows, columns) float32 display grey in
[0, 255] and gives such an image, of another shape where it crops."""

MILD: Final = ("darker", "brighter", "flat", "blurred", "sharpened", "narrow", "low")
"""Such as occur between devices of one hospital; calibration and operating points are fitted on
these as well, so that they do not hang on one look."""
