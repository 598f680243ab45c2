"""From a row of the worklist to an image that can be shown, in a worker's thread."""

from __future__ import annotations

from dataclasses import dataclass, field

from triage_app.errors import TriageError
from triage_app.imaging.display import load_display
from triage_app.imaging.eligibility import ExclusionReason
from triage_app.imaging.header import read_instance
from triage_app.imaging.image_plane import ImagePlane, read_image_plane
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.imaging.source import source_from_path
from triage_app.triage.outcome import Excluded, Scored
from triage_app.ui.viewer.frame import Frame, make_frame
from triage_app.ui.viewer.heat_layer import HeatLayer, make_heat_layer
from triage_app.worklist.records import InstanceRow

__all__ = ["LoadedImage", "load_image"]


@dataclass(frozen=True, slots=True)
class LoadedImage:
    """One image of a study, ready to be shown, or the reason why it cannot be.

    Attributes
    ----------
    frame : None where the image cannot be shown
    problem : one sentence for people; empty where it can
    heat : over the whole image; None where there is no heatmap
    plane : size and shape of its pixels, and which way the patient lies
    """

    instance: InstanceRow
    frame: Frame | None
    problem: str = ""
    heat: HeatLayer | None = field(default=None, repr=False)
    plane: ImagePlane = field(default_factory=ImagePlane)


def load_image(instance: InstanceRow, preprocessing: PreprocessingSpec | None) -> LoadedImage:
    """Read and decode an image, quantise it, and place and colour its heatmap.

    Parameters
    ----------
    preprocessing : of the model that made the heatmap; None shows no heatmap
    """
    if problem := _find_problem(instance):
        return LoadedImage(instance, None, problem=problem)
    try:
        source = read_instance(source_from_path(instance.facts.path))
        display = load_display(source)
    except MemoryError:
        sentence = f"{instance.facts.path}: not enough memory for this image; close other programs."
        return LoadedImage(instance, None, problem=sentence)
    except TriageError as error:
        return LoadedImage(instance, None, problem=_name_file(str(error), instance.facts.path))
    frame = make_frame(display)
    heat = None
    if isinstance(instance.outcome, Scored) and preprocessing is not None:
        heatmap = instance.outcome.heatmap
        heat = make_heat_layer(heatmap, frame.rows, frame.columns, preprocessing)
    return LoadedImage(instance, frame, heat=heat, plane=read_image_plane(source.header))


def _find_problem(instance: InstanceRow) -> str:
    """Say why a sound file has no grey image to show; empty where it should have one."""
    facts, outcome = instance.facts, instance.outcome
    if not facts.path:
        return "Another image has taken the place of its file; open the image again."
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
