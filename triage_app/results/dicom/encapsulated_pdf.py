"""One page for people as Encapsulated PDF: the picture with heat, result and disclaimer.

The page is a picture made with Pillow, which is here anyway; it names no patient, since the header
does, in the patient's own script.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import cast

import highdicom as hd
from highdicom.sr import CodedConcept
from PIL import Image
from pydicom import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import EncapsulatedPDFStorage

from triage_app.imaging.elements import text_value
from triage_app.imaging.rendering import FloatImage
from triage_app.inference.card import ModelCard
from triage_app.results.dicom.context import (
    add_context,
    character_set_for,
    plain,
    source_reference,
)
from triage_app.results.dicom.heat_picture import draw_heat_picture
from triage_app.results.dicom.image_result import image_result
from triage_app.results.dicom.provenance import (
    PROGRAM,
    ResultKind,
    model_equipment,
)
from triage_app.results.dicom.statement import scored_of
from triage_app.results.dicom.study import AssessedInstance

__all__ = ["build_encapsulated_pdf"]

_PAGE = (1240, 1754)
"""A4 at 150 dots per inch."""

_MARGIN = 60
_DOTS_PER_INCH = 150.0
_REPORT = CodedConcept("18748-4", "LN", "Diagnostic imaging study")


def build_encapsulated_pdf(
    item: AssessedInstance, rendered: FloatImage, card: ModelCard, made_at: datetime
) -> Dataset:
    """Write the page of one scored image.

    Parameters
    ----------
    item : a scored instance
    rendered : (rows, columns) float32 in [0, 255], as `render_instance` gives it
    card : of the model
    made_at : when the outcome was made, with its time zone

    Returns
    -------
    pydicom data set with its file meta information

    Raises
    ------
    ValueError
        where the instance was not scored
    """
    scored_of(item)
    facts, header = item.instance.facts, item.instance.header
    character_set = character_set_for(header)
    title = plain(f"AI result: {card.finding}", character_set)
    document = hd.SOPClass(
        study_instance_uid=facts.study.study_instance_uid,
        sop_class_uid=EncapsulatedPDFStorage,
        modality="DOC",
        **image_result(ResultKind.PDF, item, card, "AI result"),
    )
    document.ContributingEquipmentSequence = [model_equipment(card)]
    document.ConversionType = "WSD"
    document.AcquisitionDateTime = ""
    # The page shows what the source shows; only a source that says "NO" is known to be free.
    source_is_free = text_value(header, "BurnedInAnnotation").upper() == "NO"
    document.BurnedInAnnotation = "NO" if source_is_free else "YES"
    document.SourceInstanceSequence = Sequence([source_reference(item.instance)])
    document.DocumentTitle = title
    document.ConceptNameCodeSequence = Sequence([_REPORT])
    document.MIMETypeOfEncapsulatedDocument = "application/pdf"
    page = _page(item, rendered, card, made_at, title)
    document.EncapsulatedDocumentLength = len(page)
    document.EncapsulatedDocument = page + b"\0" * (len(page) % 2)
    add_context(document, header, card, made_at, character_set=character_set)
    return cast("Dataset", document)


def _page(
    item: AssessedInstance, rendered: FloatImage, card: ModelCard, made_at: datetime, title: str
) -> bytes:
    spacing = item.instance.facts.image.pixel_spacing_mm or (1.0, 1.0)
    picture = draw_heat_picture(
        rendered, scored_of(item), card, row_to_column_spacing=spacing[0] / spacing[1]
    )
    drawn = Image.fromarray(picture.pixels)
    room = (_PAGE[0] - 2 * _MARGIN, _PAGE[1] - 2 * _MARGIN)
    scale = min(room[0] / drawn.width, room[1] / drawn.height)
    size = (round(drawn.width * scale), round(drawn.height * scale))
    page = Image.new("RGB", _PAGE, "white")
    page.paste(drawn.resize(size, Image.Resampling.LANCZOS), (_MARGIN, _MARGIN))
    file = io.BytesIO()
    moment = made_at.utctimetuple()
    page.save(
        file,
        "PDF",
        resolution=_DOTS_PER_INCH,
        quality=90,
        title=title,
        producer=PROGRAM,
        creationDate=moment,
        modDate=moment,
    )
    return file.getvalue()
