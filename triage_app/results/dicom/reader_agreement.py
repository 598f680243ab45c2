"""A reader's agreement with an AI result as a report of its own, which refers to the AI's.

After IHE AI Result Assessment (AIRA): who assessed which result, how, and why. The AI's report is
never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import cast

import highdicom as hd
from highdicom.sr import (
    CodedConcept,
    CompositeContentItem,
    ContentItem,
    LanguageOfContentItemAndDescendants,
    ObservationContext,
    ObserverContext,
    PersonObserverIdentifyingAttributes,
    RelationshipTypeValues,
)
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import UID, ExplicitVRLittleEndian

from triage_app.imaging.header import Instance
from triage_app.results.dicom.concepts import OwnConcept, own_coding_scheme
from triage_app.results.dicom.content import (
    QUALITATIVE_EVALUATIONS,
    Comprehensive3DReport,
    code_item,
    comment,
    container,
)
from triage_app.results.dicom.context import (
    UNICODE,
    add_context,
    character_set_for,
    plain,
    reference_header,
)
from triage_app.results.dicom.provenance import (
    MANUFACTURER,
    PROGRAM,
    SERIES_NUMBERS,
    ResultKind,
    instance_uid,
    program_version,
    series_uid,
)

__all__ = ["Agreement", "ReaderAgreement", "build_reader_agreement"]


class Agreement(StrEnum):
    """Whether a reader shares the model's view."""

    AGREE = "agree"
    UNSURE = "unsure"
    DISAGREE = "disagree"


@dataclass(frozen=True, slots=True)
class ReaderAgreement:
    """What a reader says of an AI result.

    Attributes
    ----------
    agreement : the answer
    reader : name of the person as PS3.5 6.2 has it ("Family^Given"), at most 64 characters
    reason : in the reader's own words and script; must not be empty for a disagreement
    organization : that the reader reads for; empty where unknown

    Raises
    ------
    ValueError
        where the reader has no name, or disagrees without a reason
    """

    agreement: Agreement
    reader: str = field(repr=False)
    reason: str = field(default="", repr=False)
    organization: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.reader.strip()) <= 64 or "\\" in self.reader:
            raise ValueError("expected a reader's name of 1 to 64 characters without a backslash")
        if self.agreement is Agreement.DISAGREE and not self.reason.strip():
            raise ValueError("expected a reason for a disagreement, received none")


def build_reader_agreement(
    source: Instance,
    ai_report: Dataset,
    said: ReaderAgreement,
    made_at: datetime,
    *,
    predecessors: Sequence[Dataset] = (),
) -> Dataset:
    """Write a reader's agreement with an AI report.

    Parameters
    ----------
    source : an instance of the study, whose header gives patient and study
    ai_report : from `build_structured_report`, or read from an archive
    said : by the reader
    made_at : when the reader said so, with its time zone
    predecessors : what the same reader said of this result before

    Returns
    -------
    pydicom data set with its file meta information; in Unicode where the source's character set
    does not hold the reader's words

    Raises
    ------
    ValueError
        where the report belongs to another study
    """
    study_uid = source.facts.study.study_instance_uid
    if str(ai_report.StudyInstanceUID) != study_uid:
        raise ValueError(
            f"expected a report of the study {study_uid}, received one of "
            f"{ai_report.StudyInstanceUID}"
        )
    reader = said.reader if "^" in said.reader or "=" in said.reader else f"{said.reader}^"
    character_set = character_set_for(source.header, (reader, said.reason, said.organization))
    source_uid = f"reader {said.reader}"
    report = Comprehensive3DReport(
        evidence=[reference_header(source), _report_reference(ai_report)],
        content=_content(ai_report, said, reader),
        series_instance_uid=series_uid(ResultKind.AGREEMENT, study_uid, source_uid),
        series_number=SERIES_NUMBERS[ResultKind.AGREEMENT],
        sop_instance_uid=instance_uid(
            ResultKind.AGREEMENT,
            str(ai_report.SOPInstanceUID),
            source_uid,
            [said.agreement, said.reason, said.organization, made_at.timestamp()],
        ),
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=PROGRAM,
        software_versions=program_version(),
        series_description=plain("Reader's agreement with AI result", character_set),
        is_complete=True,
        is_final=True,
        is_verified=False,
        previous_versions=list(predecessors) or None,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        coding_schemes=[own_coding_scheme()],
        specific_character_set=UNICODE,  # of what highdicom checks; `add_context` sets the true one
    )
    add_context(report, source.header, None, made_at, character_set=character_set)
    return cast("Dataset", report)


def _report_reference(report: Dataset) -> Dataset:
    reference = Dataset()
    for keyword in ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        setattr(reference, keyword, getattr(report, keyword))
    return reference


def _content(ai_report: Dataset, said: ReaderAgreement, reader: str) -> ContentItem:
    person = ObservationContext(
        observer_person_context=ObserverContext(
            observer_type=codes.DCM.Person,
            observer_identifying_attributes=PersonObserverIdentifyingAttributes(
                name=reader, organization_name=said.organization or None
            ),
        )
    )
    assessed = CompositeContentItem(
        name=OwnConcept.ASSESSED_RESULT.concept,
        referenced_sop_class_uid=hd.UID(UID(ai_report.SOPClassUID)),
        referenced_sop_instance_uid=hd.UID(UID(ai_report.SOPInstanceUID)),
        relationship_type=RelationshipTypeValues.INFERRED_FROM,
    )
    below: list[ContentItem] = []
    if said.reason.strip():
        below.append(comment(said.reason.strip(), RelationshipTypeValues.HAS_PROPERTIES))
    below.append(assessed)
    answer: CodedConcept = OwnConcept[said.agreement.name].concept
    return container(
        OwnConcept.ASSESSMENT.concept,
        [
            *LanguageOfContentItemAndDescendants(CodedConcept("en", "RFC5646", "English")),
            *person,
            container(
                QUALITATIVE_EVALUATIONS,
                [code_item(OwnConcept.AGREEMENT.concept, answer, items=below)],
            ),
        ],
        None,
    )
