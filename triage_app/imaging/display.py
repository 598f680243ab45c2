"""What a viewer needs of an image: its VOI choices, and grey at the speed of a mouse drag."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from triage_app.imaging.header import Instance
from triage_app.imaging.rendering import (
    FloatImage,
    ModalityImage,
    apply_presentation,
    apply_voi,
    find_voi,
    load_modality_image,
    window_over,
)
from triage_app.imaging.transforms import LookupTable, Window

__all__ = ["DisplayImage", "VoiOption", "load_display", "make_display", "render"]

_HIGHEST_LEVEL = 0xFFFF
"""Modality values are quantised to 65,536 levels for display; a screen shows 256."""


@dataclass(frozen=True, slots=True)
class VoiOption:
    """One way to look at the image, with its name for people."""

    label: str
    voi: Window | LookupTable


@dataclass(frozen=True, slots=True)
class DisplayImage:
    """An image made ready for fast windowing.

    Attributes
    ----------
    values : (rows, columns) float32, modality units
    levels : (rows, columns) uint16, such that ``lowest + step * levels`` are the values
    lowest, step : modality value of level 0, and modality units from one level to the next
    voi_options : the header's choices, else the computed one, then the full range; the first is the
        default
    is_inverted : MONOCHROME1 or an inverse Presentation LUT Shape
    padding_mask : True where there is no image; None where there is image everywhere
    remarks : what the header states wrongly and was left out
    """

    values: FloatImage = field(repr=False)
    levels: NDArray[np.uint16] = field(repr=False)
    lowest: float
    step: float
    voi_options: tuple[VoiOption, ...]
    is_inverted: bool
    padding_mask: NDArray[np.bool_] | None = field(repr=False)
    remarks: tuple[str, ...] = ()


def load_display(instance: Instance, frame: int = 0) -> DisplayImage:
    """Decode a frame of an instance, counted from 0, for a viewer.

    Raises
    ------
    InstanceError
        as `load_modality_image` does
    """
    return make_display(load_modality_image(instance, frame))


def make_display(image: ModalityImage) -> DisplayImage:
    """Prepare modality values for fast windowing."""
    lowest, highest = float(image.values.min()), float(image.values.max())
    # Whole numbers that fit keep a level each, so that they are shown exactly.
    is_exact = highest - lowest <= _HIGHEST_LEVEL and bool(
        np.array_equal(image.values, np.rint(image.values))
    )
    step = 1.0 if is_exact or highest == lowest else (highest - lowest) / _HIGHEST_LEVEL
    levels = (image.values - np.float32(lowest)) / np.float32(step)
    return DisplayImage(
        values=image.values,
        levels=np.clip(np.rint(levels), 0, _HIGHEST_LEVEL).astype(np.uint16),
        lowest=lowest,
        step=step,
        voi_options=_voi_options(image, lowest, highest),
        is_inverted=image.transforms.is_inverted,
        padding_mask=image.padding_mask,
        remarks=image.transforms.remarks,
    )


def _voi_options(image: ModalityImage, lowest: float, highest: float) -> tuple[VoiOption, ...]:
    stated = [VoiOption(_label(voi, at), voi) for at, voi in enumerate(image.transforms.voi, 1)]
    first = stated or [VoiOption("computed", find_voi(image))]
    return (*first, VoiOption("full range", window_over(lowest, highest)))


def _label(voi: Window | LookupTable, number: int) -> str:
    if voi.explanation:
        return voi.explanation
    return f"LUT {number}" if isinstance(voi, LookupTable) else f"window {number}"


def render(
    display: DisplayImage, voi: Window | LookupTable, *, is_inverted: bool
) -> NDArray[np.uint8]:
    """Render for the screen by one table look-up a pixel.

    Parameters
    ----------
    display : from `load_display`
    voi : window or LUT
    is_inverted : whether the lowest value is white; `display.is_inverted`, or its contrary

    Returns
    -------
    (rows, columns) uint8
    """
    values = display.lowest + display.step * np.arange(_HIGHEST_LEVEL + 1)
    grey = apply_presentation(
        apply_voi(values.astype(np.float32)[np.newaxis, :], voi),
        is_inverted=is_inverted,
        padding_mask=None,
    )
    shown: NDArray[np.uint8] = np.rint(grey[0]).astype(np.uint8)[display.levels]
    if display.padding_mask is not None:
        shown[display.padding_mask] = 0
    return shown
