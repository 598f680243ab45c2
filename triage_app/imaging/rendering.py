"""From stored values to display grey, in the order of PS3.3 C.11 and PS3.4 N.2.

stored values -> Pixel Padding -> Modality LUT -> VOI LUT -> Presentation LUT Shape -> grey 0..255.
The eye and the model see the same functions. All of them are pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from triage_app.imaging.header import Instance
from triage_app.imaging.pixels import read_stored_values
from triage_app.imaging.transforms import (
    SMALLEST_NUMBER,
    GreyTransforms,
    LookupTable,
    PixelPadding,
    Rescale,
    VoiFunction,
    Window,
    read_transforms,
)

__all__ = [
    "ModalityImage",
    "apply_modality",
    "apply_presentation",
    "apply_voi",
    "find_padding",
    "find_voi",
    "load_modality_image",
    "may_be_reduced",
    "modality_image",
    "render_instance",
    "render_modality_image",
    "stated_voi",
    "window_over",
]

FloatImage = NDArray[np.float32]

WHITE = 255.0
"""Display grey of the brightest value."""

PERCENTILES = (0.5, 99.5)
"""Part of the image values that the window spans where the header states none."""

_LARGEST_DISPLAY_READY_BITS = 8


@dataclass(frozen=True, slots=True)
class ModalityImage:
    """An image before its VOI LUT: what a viewer keeps while the window is moved.

    Attributes
    ----------
    values : (rows, columns) float32, modality units
    padding_mask : (rows, columns) bool, True where there is no image; None where there is image
        everywhere
    transforms : what the header asks for
    bits_stored : of the stored values
    """

    values: FloatImage = field(repr=False)
    padding_mask: NDArray[np.bool_] | None = field(repr=False)
    transforms: GreyTransforms
    bits_stored: int


def find_padding(
    stored: NDArray[np.int32], padding: PixelPadding | None
) -> NDArray[np.bool_] | None:
    """Find the pixels that are no image.

    Parameters
    ----------
    stored : (rows, columns) int32
    padding : (0028,0120) Pixel Padding Value to (0028,0121) Pixel Padding Range Limit

    Returns
    -------
    (rows, columns) bool, or None where every pixel is image, or none is (then the header's value is
    not believed)

    Notes
    -----
    PS3.3 C.7.5.1.1.2: compared before the Modality LUT.
    """
    if padding is None:
        return None
    mask = (stored >= padding.lowest) & (stored <= padding.highest)
    return mask if mask.any() and not mask.all() else None


def apply_modality(stored: NDArray[np.int32], modality: Rescale | LookupTable) -> FloatImage:
    """Map stored values to modality values.

    Parameters
    ----------
    stored : (rows, columns) int32
    modality : LUT (PS3.3 C.11.1.1) or rescale (C.11.1.1.2)

    Returns
    -------
    (rows, columns) float32, modality units
    """
    if isinstance(modality, LookupTable):
        return _look_up(stored, modality).astype(np.float32)
    values = stored.astype(np.float32)
    if modality.slope != 1.0:
        values *= np.float32(modality.slope)
    if modality.intercept != 0.0:
        values += np.float32(modality.intercept)
    return values


def find_voi(image: ModalityImage) -> Window | LookupTable:
    """Give the VOI transformation that an image is first shown with.

    The header's first one; where it states none, the full range of stored values for up to 8 bits,
    which are made for display, and a window over the central percentiles of the image for more.
    """
    stated = stated_voi(image.transforms, image.bits_stored)
    if stated is not None:
        return stated
    values = image.values
    if image.padding_mask is not None:
        values = values[~image.padding_mask]
    return window_over(*np.percentile(values, PERCENTILES))


def stated_voi(transforms: GreyTransforms, bits_stored: int) -> Window | LookupTable | None:
    """Give the VOI transformation that follows from the header alone, or None where none does."""
    if transforms.voi:
        return transforms.voi[0]
    if bits_stored <= _LARGEST_DISPLAY_READY_BITS and transforms.modality == Rescale():
        lowest = -(1 << bits_stored - 1) if transforms.is_signed else 0
        return window_over(lowest, lowest + (1 << bits_stored) - 1)
    return None


def window_over(lowest: float, highest: float) -> Window:
    """Give the window that maps `lowest` to black and `highest` to white exactly.

    An image of one value has no contrast to show; its window is one unit wide.
    """
    width = float(highest) - float(lowest)
    if width < SMALLEST_NUMBER:
        width = 1.0
    return Window(float(lowest) + width / 2, width, VoiFunction.LINEAR_EXACT)


def apply_voi(values: FloatImage, voi: Window | LookupTable) -> FloatImage:
    """Map modality values to grey.

    Parameters
    ----------
    values : (rows, columns) float32, modality units
    voi : a window (PS3.3 C.11.2.1.2 and C.11.2.1.3) or a LUT (C.11.2.1.1)

    Returns
    -------
    (rows, columns) float32 in [0, 255]

    Notes
    -----
    LINEAR has the half-pixel offsets of the standard; its width of 1 is a threshold.
    """
    if isinstance(voi, LookupTable):
        white = np.float32((1 << voi.bits) - 1)
        entries = _look_up(np.rint(values).astype(np.int64), voi).astype(np.float32)
        limited: FloatImage = np.minimum(entries / white, np.float32(1.0)) * np.float32(WHITE)
        return limited
    center, width = voi.center, voi.width
    if voi.function is VoiFunction.LINEAR:
        center, width = center - 0.5, width - 1.0
        if width < SMALLEST_NUMBER:
            return np.where(values > np.float32(center), WHITE, 0.0).astype(np.float32)
    with np.errstate(over="ignore"):  # far outside a narrow window
        distance = (values - np.float32(center)) / np.float32(width)
        if voi.function is VoiFunction.SIGMOID:
            grey = np.float32(WHITE) / (np.float32(1.0) + np.exp(np.float32(-4.0) * distance))
        else:
            grey = np.clip(
                (distance + np.float32(0.5)) * np.float32(WHITE),
                np.float32(0.0),
                np.float32(WHITE),
            )
    shown: FloatImage = grey.astype(np.float32, copy=False)
    return shown


def apply_presentation(
    grey: FloatImage, *, is_inverted: bool, padding_mask: NDArray[np.bool_] | None
) -> FloatImage:
    """Turn grey the right way round and blacken what is no image.

    Parameters
    ----------
    grey : (rows, columns) float32 in [0, 255]
    is_inverted : MONOCHROME1 or an inverse Presentation LUT Shape (PS3.3 C.11.6)
    padding_mask : True where there is no image

    Returns
    -------
    (rows, columns) float32 in [0, 255]
    """
    shown = np.float32(WHITE) - grey if is_inverted else grey
    if padding_mask is None:
        return shown
    return np.where(padding_mask, np.float32(0.0), shown)


def load_modality_image(instance: Instance, frame: int = 0, *, halvings: int = 0) -> ModalityImage:
    """Decode a frame of an instance, counted from 0, up to its modality values.

    Parameters
    ----------
    halvings : how often rows and columns may be halved where the image is sure to look the same;
        0 for an eye

    Raises
    ------
    InstanceError
        as `read_stored_values` does
    """
    transforms = read_transforms(instance.header)
    if halvings and not may_be_reduced(transforms, instance.facts.image.bits_stored):
        halvings = 0
    stored = read_stored_values(instance, frame, halvings=halvings)
    return modality_image(stored, transforms, instance.facts.image.bits_stored)


def modality_image(
    stored: NDArray[np.int32], transforms: GreyTransforms, bits_stored: int
) -> ModalityImage:
    """Take (rows, columns) int32 stored values up to the modality values."""
    return ModalityImage(
        values=apply_modality(stored, transforms.modality),
        padding_mask=find_padding(stored, transforms.padding),
        transforms=transforms,
        bits_stored=bits_stored,
    )


def may_be_reduced(transforms: GreyTransforms, bits_stored: int) -> bool:
    """Tell whether grey follows the stored values by a straight line or a smooth window.

    A mean of values then has the mean of their grey, but for what a window cuts off. Padding is
    told by its exact value, a LUT may jump, and percentiles are of single pixels: not so there.
    """
    is_window = (
        isinstance(transforms.voi[0], Window)
        if transforms.voi
        else bits_stored <= _LARGEST_DISPLAY_READY_BITS and transforms.modality == Rescale()
    )
    return isinstance(transforms.modality, Rescale) and transforms.padding is None and is_window


def render_modality_image(
    image: ModalityImage, voi: Window | LookupTable | None = None
) -> FloatImage:
    """Render with a VOI transformation, or with the one that the image is first shown with.

    Returns
    -------
    (rows, columns) float32 in [0, 255]
    """
    grey = apply_voi(image.values, voi or find_voi(image))
    return apply_presentation(
        grey, is_inverted=image.transforms.is_inverted, padding_mask=image.padding_mask
    )


def render_instance(instance: Instance) -> FloatImage:
    """Render an instance as the model sees it and as the viewer first shows it.

    Returns
    -------
    (rows, columns) float32 in [0, 255]

    Raises
    ------
    InstanceError
        as `read_stored_values` does
    """
    return render_modality_image(load_modality_image(instance))


def _look_up(
    values: NDArray[np.int32] | NDArray[np.int64], table: LookupTable
) -> NDArray[np.uint16]:
    """Take entries of a LUT; values outside it take the first or last (PS3.3 C.11.1.1)."""
    index = values.astype(np.int64) - table.first_mapped
    return table.values[np.clip(index, 0, len(table.values) - 1)]
