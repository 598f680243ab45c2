"""From a row of the worklist to an image that can be shown, in a worker's thread."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from triage_app.errors import FailureReason, TriageError
from triage_app.imaging.display import load_display
from triage_app.imaging.elements import converted_value
from triage_app.imaging.eligibility import ExclusionReason
from triage_app.imaging.header import read_instance
from triage_app.imaging.image_plane import ImagePlane, read_image_plane
from triage_app.imaging.model_input import read_model_input
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.imaging.source import source_from_path
from triage_app.inference.heatmap import HeatmapGeometry
from triage_app.triage.outcome import Excluded, Failed, Scored
from triage_app.ui.viewer.frame import Frame, make_frame
from triage_app.ui.viewer.heat_layer import HeatLayer, make_heat_layer
from triage_app.worklist.records import InstanceRow

__all__ = [
    "LoadedImage",
    "ModelInput",
    "Thumbnail",
    "load_image",
    "load_model_input",
    "load_thumbnail",
]

_DANGERS = (FailureReason.DECODER, FailureReason.MEMORY, FailureReason.TIMEOUT)
"""What ended a worker, or would have, must not be tried in the process of the window."""


@dataclass(frozen=True, slots=True)
class LoadedImage:
    """One image of a study, ready to be shown, or the reason why it cannot be.

    Attributes
    ----------
    frame : None where the image cannot be shown
    problem : one sentence for people; empty where it can
    heat : over the whole image; None where there is no heatmap, or the image is not flagged
    plane : size and shape of its pixels, and which way the patient lies
    frame_number, frames : which frame it is, from 0, and how many the image has
    frame_milliseconds : from one frame to the next; None where the file does not say
    """

    instance: InstanceRow
    frame: Frame | None
    problem: str = ""
    heat: HeatLayer | None = field(default=None, repr=False)
    plane: ImagePlane = field(default_factory=ImagePlane)
    frame_number: int = 0
    frames: int = 1
    frame_milliseconds: float | None = None


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture of an image.

    Attributes
    ----------
    grey : (rows, columns) uint8, as the image is first shown; None where it cannot be
    """

    grey: NDArray[np.uint8] | None = field(repr=False)


def load_image(
    instance: InstanceRow,
    preprocessing: PreprocessingSpec | None,
    frame_number: int = 0,
    geometry: HeatmapGeometry | None = None,
) -> LoadedImage:
    """Read and decode a frame of an image, quantise it, and place the heatmap of a flagged one.

    Of an image that is not flagged no heatmap is given: the faint rest of heat that made no flag
    would point a reader at nothing.

    Parameters
    ----------
    preprocessing : of the model that made the heatmap; None shows no heatmap
    geometry : where that model's heatmap looks, from its card; None lays its cells evenly
    """
    if problem := _find_problem(instance):
        return LoadedImage(instance, None, problem=problem)
    try:
        source = read_instance(source_from_path(instance.facts.path))
        display = load_display(source, frame_number)
    except MemoryError:
        sentence = f"{instance.facts.path}: not enough memory for this image; close other programs."
        return LoadedImage(instance, None, problem=sentence)
    except TriageError as error:
        return LoadedImage(instance, None, problem=_name_file(str(error), instance.facts.path))
    frame = make_frame(display)
    heat = None
    outcome = instance.outcome
    if isinstance(outcome, Scored) and outcome.is_flagged and preprocessing is not None:
        shape = frame.rows, frame.columns
        heat = make_heat_layer(outcome.heatmap, *shape, preprocessing, geometry)
    return LoadedImage(
        instance,
        frame,
        heat=heat,
        plane=read_image_plane(source.header),
        frame_number=frame_number,
        frames=max(1, source.facts.image.number_of_frames),
        frame_milliseconds=_frame_milliseconds(source.header),
    )


def load_thumbnail(instance: InstanceRow) -> Thumbnail:
    """Read an image small, as it is first shown."""
    frame = load_image(instance, None).frame
    if frame is None:
        return Thumbnail(None)
    voi = frame.display.voi_options[0].voi
    lut = frame.make_lut(voi, is_inverted=frame.display.is_inverted)
    return Thumbnail(frame.look_up(len(frame.sizes) - 1, slice(None), slice(None), lut))


@dataclass(frozen=True, slots=True)
class ModelInput:
    """An image as it comes to the model.

    Attributes
    ----------
    grey : (rows, columns) uint8, rounded for the eye
    preprocessing : how it was made
    """

    instance: InstanceRow
    grey: NDArray[np.uint8] = field(repr=False)
    preprocessing: PreprocessingSpec


def load_model_input(instance: InstanceRow, preprocessing: PreprocessingSpec) -> ModelInput:
    """Render an image and bring it to the model's size, by the functions that scoring uses.

    Raises
    ------
    TriageError
        where the image cannot be rendered
    """
    read = read_instance(source_from_path(instance.facts.path))
    values = read_model_input(read, preprocessing)[..., 0]
    return ModelInput(instance, np.rint(values).astype(np.uint8), preprocessing)


def _frame_milliseconds(header: Dataset) -> float | None:
    """Give the time from frame to frame (PS3.3 C.7.6.5), else of the rate that is recommended."""
    for keyword, is_rate in (
        ("FrameTime", False),
        ("RecommendedDisplayFrameRate", True),
        ("CineRate", True),
    ):
        value = converted_value(header, keyword, float)
        if value is not None and 0 < value < float("inf"):
            return 1000.0 / float(value) if is_rate else float(value)
    return None


def _find_problem(instance: InstanceRow) -> str:
    """Say why a file has no grey image to show; empty where it should have one."""
    facts, outcome = instance.facts, instance.outcome
    if not facts.path:
        return "Another image has taken the place of its file; open the image again."
    if isinstance(outcome, Failed) and outcome.reason in _DANGERS:
        return _name_file(outcome.detail, facts.path)
    has_no_pixels = (
        isinstance(outcome, Excluded) and outcome.exclusion.reason is ExclusionReason.NO_PIXELS
    )
    if has_no_pixels:
        return f"{facts.path}: holds no image."
    if facts.image.samples_per_pixel > 1:
        kind = facts.image.photometric_interpretation
        return f"{facts.path}: is a colour image ({kind}); this viewer shows grey images only."
    return ""


def _name_file(sentence: str, path: str) -> str:
    return sentence if path in sentence else f"{path}: {sentence}"
