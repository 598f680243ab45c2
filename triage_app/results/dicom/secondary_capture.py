"""The picture with heat and disclaimer as a Secondary Capture image, for any viewer there is."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import highdicom as hd
from pydicom import Dataset
from pydicom.sequence import Sequence
from pydicom.sr.codedict import codes

from triage_app.imaging.elements import element_value
from triage_app.imaging.rendering import FloatImage
from triage_app.inference.card import ModelCard
from triage_app.results.dicom.compression_history import add_lossy_history
from triage_app.results.dicom.context import (
    add_anatomy,
    add_common_references,
    add_context,
    character_set_for,
    plain,
    source_reference,
)
from triage_app.results.dicom.heat_picture import draw_heat_picture
from triage_app.results.dicom.image_result import image_result
from triage_app.results.dicom.provenance import (
    ResultKind,
    model_equipment,
)
from triage_app.results.dicom.statement import scored_of
from triage_app.results.dicom.study import AssessedInstance

__all__ = ["build_secondary_capture"]


def build_secondary_capture(
    item: AssessedInstance, rendered: FloatImage, card: ModelCard, made_at: datetime
) -> Dataset:
    """Write the picture of one scored image.

    Parameters
    ----------
    item : a scored instance
    rendered : (rows, columns) float32 in [0, 255], as `render_instance` gives it
    card : of the model
    made_at : when the outcome was made, with its time zone

    Returns
    -------
    pydicom data set with its file meta information: RGB, 8 bit, not compressed

    Raises
    ------
    ValueError
        where the instance was not scored

    Notes
    -----
    No Pixel Spacing is written: the picture is no place to measure.
    """
    outcome = scored_of(item)
    facts, header = item.instance.facts, item.instance.header
    character_set = character_set_for(header)
    spacing = facts.image.pixel_spacing_mm or (1.0, 1.0)
    picture = draw_heat_picture(
        rendered, outcome, card, row_to_column_spacing=spacing[0] / spacing[1]
    )
    capture = hd.sc.SCImage(
        pixel_array=picture.pixels,
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        patient_orientation=("L", "F"),  # replaced below by what the source says
        study_instance_uid=facts.study.study_instance_uid,
        **image_result(ResultKind.SECONDARY_CAPTURE, item, card, "AI heatmap"),
        contributing_equipment=[model_equipment(card)],
    )
    add_context(capture, header, card, made_at, character_set=character_set)
    capture.ConversionType = "WSD"
    capture.ImageType = ["DERIVED", "SECONDARY", "OTHER"]
    # Text and result are part of the pixels, and so is what the source may have had burned in.
    capture.BurnedInAnnotation = "YES"
    capture.PatientOrientation = element_value(header, "PatientOrientation") or []
    add_anatomy(capture, header)
    capture.DerivationDescription = plain(
        f"{card.title}: class activation map over the image", character_set, longest=1024
    )
    purpose = codes.DCM.SourceImageForImageProcessingOperation
    capture.SourceImageSequence = Sequence([source_reference(item.instance, purpose)])
    add_common_references(capture, item.instance)
    add_lossy_history(capture, item.instance)
    return cast("Dataset", capture)
