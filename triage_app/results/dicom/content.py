"""Parts of a report's content tree that its templates share."""

from __future__ import annotations

from collections.abc import Iterable

import highdicom as hd
from highdicom.sr import (
    CodeContentItem,
    CodedConcept,
    CompositeContentItem,
    ContainerContentItem,
    ContentItem,
    ContentSequence,
    ImageContentItem,
    NumContentItem,
    RelationshipTypeValues,
    TextContentItem,
)
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import UID

from triage_app.results.dicom.concepts import IMAGE_MODALITIES, SOURCE
from triage_app.results.dicom.study import AssessedInstance

__all__ = [
    "QUALITATIVE_EVALUATIONS",
    "Comprehensive3DReport",
    "EnhancedReport",
    "code_item",
    "comment",
    "container",
    "image_library",
    "reference",
]

CONTAINS = RelationshipTypeValues.CONTAINS
HAS_ACQUISITION_CONTEXT = RelationshipTypeValues.HAS_ACQ_CONTEXT
QUALITATIVE_EVALUATIONS = CodedConcept("C0034375", "UMLS", "Qualitative Evaluations")
_PIXELS = CodedConcept("{pixels}", "UCUM", "pixels")


class _OwnContext(hd.SOPClass):
    """Leaves patient and study to `add_context`: highdicom stops at an SOP class unknown to it."""

    def copy_patient_and_study_information(self, dataset: Dataset) -> None:
        """Copy nothing."""


class Comprehensive3DReport(_OwnContext, hd.sr.Comprehensive3DSR):
    """Comprehensive 3D SR."""


class EnhancedReport(_OwnContext, hd.sr.EnhancedSR):
    """Enhanced SR."""


def container(
    name: Code | CodedConcept,
    items: Iterable[ContentItem],
    relationship: RelationshipTypeValues | None = CONTAINS,
    template_id: str | None = None,
) -> ContainerContentItem:
    """Make a container with its items."""
    made = ContainerContentItem(name=name, relationship_type=relationship, template_id=template_id)
    made.ContentSequence = ContentSequence(list(items))
    return made


def code_item(
    name: Code | CodedConcept,
    value: Code | CodedConcept,
    relationship: RelationshipTypeValues = CONTAINS,
    items: Iterable[ContentItem] = (),
) -> CodeContentItem:
    """Make a coded answer, with what belongs to it."""
    made = CodeContentItem(name=name, value=value, relationship_type=relationship)
    below = list(items)
    if below:
        made.ContentSequence = ContentSequence(below)
    return made


def comment(text: str, relationship: RelationshipTypeValues = CONTAINS) -> TextContentItem:
    """Make a comment (121106, DCM)."""
    return TextContentItem(
        name=codes.DCM.Comment, value=text or "-", relationship_type=relationship
    )


def reference(
    item: AssessedInstance, relationship: RelationshipTypeValues = CONTAINS
) -> ImageContentItem | CompositeContentItem:
    """Refer to an instance: IMAGE where the standard knows it as one, else COMPOSITE."""
    facts = item.instance.facts
    kind = ImageContentItem if _is_known_image(item) else CompositeContentItem
    return kind(
        name=SOURCE,
        referenced_sop_class_uid=hd.UID(facts.sop_class_uid),
        referenced_sop_instance_uid=hd.UID(facts.sop_instance_uid),
        relationship_type=relationship,
    )


def _is_known_image(item: AssessedInstance) -> bool:
    """Tell an image of a standard SOP class; readers refuse an IMAGE of a vendor's own."""
    facts = item.instance.facts
    return facts.image.has_pixel_data and "Image Storage" in UID(facts.sop_class_uid).name


def image_library(instances: Iterable[AssessedInstance]) -> ContainerContentItem | None:
    """List the images that were looked at (TID 1600); None where there is none to refer to.

    Notes
    -----
    Descriptors are those of TID 1602 that every header has; highdicom's own library asks for an
    orientation and a spacing, which a CR may lack.
    """
    entries = []
    for item in instances:
        if not (item.can_be_referenced and _is_known_image(item)):
            continue
        entry = reference(item)
        entry.ContentSequence = ContentSequence(_descriptors(item))
        entries.append(entry)
    if not entries:
        return None
    return container(codes.DCM.ImageLibrary, [container(codes.DCM.ImageLibraryGroup, entries)])


def _descriptors(item: AssessedInstance) -> list[ContentItem]:
    image = item.instance.facts.image
    described: list[ContentItem] = []
    modality = IMAGE_MODALITIES.get(image.modality)
    if modality is not None:
        described.append(code_item(codes.DCM.Modality, modality, HAS_ACQUISITION_CONTEXT))
    described += [
        NumContentItem(
            name=name, value=count, unit=_PIXELS, relationship_type=HAS_ACQUISITION_CONTEXT
        )
        for name, count in (
            (codes.DCM.PixelDataRows, image.rows),
            (codes.DCM.PixelDataColumns, image.columns),
        )
    ]
    return described
