"""From the rendered image to the model's input; the same function trains and reads."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "PREPROCESSING_VERSION",
    "Geometry",
    "PreprocessingSpec",
    "ResizeFilter",
    "strips_to_model_input",
    "to_model_input",
]

PREPROCESSING_VERSION = 1
"""Raised whenever equal settings would give other numbers; a card of another version is refused."""


class ResizeFilter(StrEnum):
    """Antialiased filters, their support scaled with the reduction."""

    BILINEAR = "bilinear"
    AREA = "area"
    BICUBIC = "bicubic"


class Geometry(StrEnum):
    """How an image of another shape meets the model's square."""

    STRETCH = "stretch"


_PILLOW_FILTERS = {
    ResizeFilter.BILINEAR: Image.Resampling.BILINEAR,
    ResizeFilter.AREA: Image.Resampling.BOX,
    ResizeFilter.BICUBIC: Image.Resampling.BICUBIC,
}


class PreprocessingSpec(BaseModel):
    """How an image is brought to the model's size; stands in its card.

    Attributes
    ----------
    version : of the arithmetic, see `PREPROCESSING_VERSION`
    rows, columns : of the model's input
    resize_filter : antialiased filter
    geometry : `stretch` maps the whole image on the whole input, its aspect ratio not kept
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = PREPROCESSING_VERSION
    rows: int = Field(default=224, ge=1)
    columns: int = Field(default=224, ge=1)
    resize_filter: ResizeFilter = ResizeFilter.BILINEAR
    geometry: Geometry = Geometry.STRETCH


def to_model_input(
    image: NDArray[np.float32],
    spec: PreprocessingSpec,
    extent: tuple[float, float, float, float] | None = None,
) -> NDArray[np.float32]:
    """Bring a rendered image to the model's size.

    Parameters
    ----------
    image : (rows, columns) float32, display grey in [0, 255]
    spec : from the model card
    extent : left, top, right, bottom of the part that is taken, in pixels of the image; right and
        bottom may lie outside by less than a pixel, where the edge is continued. None takes the
        whole image.

    Returns
    -------
    (spec.rows, spec.columns, 1) float32 in [0, 255]

    Raises
    ------
    ValueError
        where the image has not two dimensions or is empty

    Notes
    -----
    The filter's support grows with the reduction (antialiasing), as in Pillow's `resize`; without
    it a full-size radiograph gives a score that the small training images never gave.
    """
    if image.ndim != 2 or 0 in image.shape:
        raise ValueError(f"expected an image of (rows, columns), received shape {image.shape}")
    if extent is not None:
        rows, columns = image.shape
        outside = ((0, int(extent[3] > rows)), (0, int(extent[2] > columns)))
        image = np.pad(image, outside, mode="edge")
    picture = Image.fromarray(np.ascontiguousarray(image, dtype=np.float32))
    resized = picture.resize(
        (spec.columns, spec.rows), resample=_PILLOW_FILTERS[spec.resize_filter], box=extent
    )
    values = np.asarray(resized, dtype=np.float32)
    return np.clip(values, 0.0, 255.0)[..., np.newaxis]


def strips_to_model_input(
    strips: Iterable[NDArray[np.float32]], spec: PreprocessingSpec
) -> NDArray[np.float32]:
    """Bring a rendered image that comes in strips to the model's size.

    Parameters
    ----------
    strips : from the top, each (rows of the strip, columns) float32 in [0, 255]
    spec : from the model card

    Returns
    -------
    (spec.rows, spec.columns, 1) float32 in [0, 255]; equal to what `to_model_input` gives for the
    whole image, since Pillow resizes rows first, each by itself, and columns then

    Raises
    ------
    ValueError
        where there is no strip
    """
    narrow = []
    for strip in strips:
        picture = Image.fromarray(np.ascontiguousarray(strip, dtype=np.float32))
        resized = picture.resize(
            (spec.columns, len(strip)), resample=_PILLOW_FILTERS[spec.resize_filter]
        )
        narrow.append(np.asarray(resized, dtype=np.float32))
    return to_model_input(np.concatenate(narrow), spec)
