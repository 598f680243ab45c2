"""The outline of the heat as a Grayscale Softcopy Presentation State on the source image itself."""

from __future__ import annotations

import math
from datetime import datetime
from fractions import Fraction
from typing import cast

import highdicom as hd
import numpy as np
from highdicom.pr import GraphicAnnotation, GraphicLayer, GraphicObject, TextObject
from pydicom import Dataset
from pydicom.dataelem import DataElement
from pydicom.sequence import Sequence
from pydicom.valuerep import DSfloat

from triage_app.imaging.elements import text_value
from triage_app.imaging.rendering import WHITE, ModalityImage, apply_voi, find_voi
from triage_app.imaging.transforms import LookupTable, Rescale, VoiFunction, Window
from triage_app.inference.card import ModelCard
from triage_app.results.dicom.context import (
    add_anatomy,
    add_context,
    character_set_for,
    encodable,
    plain,
    reference_header,
)
from triage_app.results.dicom.heat_outline import trace_outlines
from triage_app.results.dicom.heat_picture import result_lines
from triage_app.results.dicom.image_result import image_result
from triage_app.results.dicom.provenance import (
    DISCLAIMER,
    ResultKind,
    model_equipment,
)
from triage_app.results.dicom.statement import scored_of
from triage_app.results.dicom.study import AssessedInstance

__all__ = ["OUTLINE_LEVEL", "build_presentation_state"]

OUTLINE_LEVEL = 0.5
"""Part of the map's greatest heat that the outline follows; it is stated beside the outline."""

_LINE_COLOUR = hd.color.CIELabColor(70.0, 30.0, 70.0)
_LARGEST_ENTRY = 0xFFFF
_FEWEST_STEPS = 255


def build_presentation_state(
    item: AssessedInstance, image: ModalityImage, card: ModelCard, made_at: datetime
) -> Dataset | None:
    """Write the outline of the heat of one flagged image.

    Parameters
    ----------
    item : a scored instance
    image : its modality values, as `load_modality_image` gives them; the first VOI transformation
        is the one that the image is first shown with
    card : of the model
    made_at : when the outcome was made, with its time zone

    Returns
    -------
    pydicom data set with its file meta information; None for an image that is not flagged or has
    no heat, where an outline would point at nothing

    Raises
    ------
    ValueError
        where the instance was not scored
    """
    outcome = scored_of(item)
    peak = float(outcome.heatmap.max())
    if not outcome.is_flagged or peak <= 0:
        return None
    facts, header = item.instance.facts, item.instance.header
    character_set = character_set_for(header)
    reference = reference_header(item.instance)
    layer = GraphicLayer("AI HEAT", 1, "Outline of the heat of an AI model", _LINE_COLOUR)
    state = hd.pr.GrayscaleSoftcopyPresentationState(
        referenced_images=[reference],
        content_label="AI HEAT",
        content_description=plain(f"{card.title}: outline of the heat", character_set),
        graphic_layers=[layer],
        graphic_annotations=[
            GraphicAnnotation(
                referenced_images=[reference],
                graphic_layer=layer,
                graphic_objects=_outlines(item, card, OUTLINE_LEVEL * peak),
                text_objects=[_text(item, card, character_set)],
            )
        ],
        presentation_lut_transformation=hd.PresentationLUTTransformation(
            presentation_lut_shape="INVERSE" if image.transforms.is_inverted else "IDENTITY"
        ),
        **image_result(ResultKind.PRESENTATION_STATE, item, card, "AI outline"),
        contributing_equipment=[model_equipment(card)],
    )
    _add_modality(state, image, text_value(header, "RescaleType") or "US")
    state.SoftcopyVOILUTSequence = Sequence([_voi_item(image)])
    _set_pixel_aspect(state, facts.image.pixel_spacing_mm)
    add_context(state, header, card, made_at, character_set=character_set)
    add_anatomy(state, header)
    return cast("Dataset", state)


def _outlines(item: AssessedInstance, card: ModelCard, level: float) -> list[GraphicObject]:
    """Make a closed polyline of each outline, in pixels of the image from its top left corner."""
    image = item.instance.facts.image
    size = np.array([image.columns, image.rows], dtype=np.float64)
    return [
        GraphicObject(graphic_type="POLYLINE", graphic_data=line * size, units="PIXEL")
        for line in trace_outlines(
            scored_of(item).heatmap, level, card.preprocessing, card.heatmap_geometry
        )
    ]


def _text(
    item: AssessedInstance, card: ModelCard, character_set: str | list[str] | None
) -> TextObject:
    lines = [
        *result_lines(scored_of(item), card),
        f"outline: {OUTLINE_LEVEL:.0%} of the greatest heat, not the border of a finding",
        DISCLAIMER,
    ]
    return TextObject(
        text_value=encodable("\r\n".join(lines), character_set).replace("\\", "/")[:1024],
        units="DISPLAY",
        bounding_box=(0.01, 0.01, 0.75, 0.2),
        text_justification="LEFT",
    )


def _add_modality(state: Dataset, image: ModalityImage, units: str) -> None:
    """State the Modality LUT of the source (PS3.3 C.11.1): it is applied before the VOI LUT."""
    modality = image.transforms.modality
    if isinstance(modality, LookupTable):
        table = _table_item(modality, is_signed=image.transforms.is_signed)
        table.ModalityLUTType = units[:16]
        state.ModalityLUTSequence = Sequence([table])
    elif modality != Rescale():
        state.RescaleIntercept = DSfloat(modality.intercept, auto_format=True)
        state.RescaleSlope = DSfloat(modality.slope, auto_format=True)
        state.RescaleType = units[:16]


def _voi_item(image: ModalityImage) -> Dataset:
    """State the VOI transformation that the image is first shown with (PS3.3 C.11.8)."""
    voi = _known_everywhere(image, find_voi(image))
    item = Dataset()
    if isinstance(voi, LookupTable):
        item.VOILUTSequence = Sequence([_table_item(voi, is_signed=_gives_negatives(image))])
        return item
    item.WindowCenter = DSfloat(voi.center, auto_format=True)
    item.WindowWidth = DSfloat(voi.width, auto_format=True)
    if voi.function is not VoiFunction.LINEAR:
        item.VOILUTFunction = str(voi.function)
    return item


def _known_everywhere(image: ModalityImage, voi: Window | LookupTable) -> Window | LookupTable:
    """Say the same without (0028,1056) VOI LUT Function, which viewers of states often overlook.

    A LINEAR window one wider and half a unit higher is a LINEAR_EXACT one (PS3.3 C.11.2.1.2 and
    C.11.2.1.3.2); a SIGMOID becomes a table where whole numbers are steps fine enough for one.
    """
    if isinstance(voi, LookupTable) or voi.function is VoiFunction.LINEAR:
        return voi
    if voi.function is VoiFunction.LINEAR_EXACT:
        return Window(voi.center + 0.5, voi.width + 1.0)
    first, last = math.floor(image.values.min()), math.ceil(image.values.max())
    lowest, highest = (-0x8000, 0x7FFF) if _gives_negatives(image) else (0, _LARGEST_ENTRY)
    if not (last - first >= _FEWEST_STEPS and first >= lowest and last <= highest):
        return voi
    inputs = np.arange(first, last + 1, dtype=np.float32)[np.newaxis, :]
    entries = np.rint(apply_voi(inputs, voi)[0] * (_LARGEST_ENTRY / WHITE)).astype(np.uint16)
    return LookupTable(entries, first, 16)


def _gives_negatives(image: ModalityImage) -> bool:
    """Tell whether the Modality LUT can give negative values, which makes a VOI LUT's input SS."""
    modality = image.transforms.modality
    if isinstance(modality, LookupTable):
        return False
    return image.transforms.is_signed or modality.intercept < 0


def _table_item(table: LookupTable, *, is_signed: bool) -> Dataset:
    """Write a LUT of 16-bit entries, which every reader takes (PS3.3 C.11.1.1, C.11.2.1.1)."""
    white = (1 << table.bits) - 1
    entries = np.rint(table.values.astype(np.float64) * (_LARGEST_ENTRY / white))
    data = np.clip(entries, 0, _LARGEST_ENTRY).astype("<u2").tobytes()
    item = Dataset()
    count = len(table.values) % (_LARGEST_ENTRY + 1)  # 65,536 entries are written as 0
    first = table.first_mapped
    vr = "SS" if is_signed and count <= 0x7FFF and first <= 0x7FFF else "US"
    item.add(DataElement(0x00283002, vr, [count, first if vr == "SS" else first & 0xFFFF, 16]))
    item.add(DataElement(0x00283006, "OW", data))
    return item


def _set_pixel_aspect(state: Dataset, spacing_mm: tuple[float, float] | None) -> None:
    """State the shape of pixels that are not square (PS3.3 C.10.4: vertical to horizontal)."""
    if spacing_mm is None or spacing_mm[0] == spacing_mm[1]:
        return
    ratio = Fraction(spacing_mm[0] / spacing_mm[1]).limit_denominator(1000)
    area = state.DisplayedAreaSelectionSequence[0]
    area.PresentationPixelAspectRatio = [ratio.numerator, ratio.denominator]
