"""The model's result as a structured report, one for a study and model.

IHE AI Results (AIR): PS3.16 TID 1500 "Measurement Report" with TID 1501 for each scored image, and
a summary of what was and was not analysed. docs/results.md has the tree as a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from highdicom.sr import (
    AlgorithmIdentification,
    CodedConcept,
    ContentItem,
    ContentSequence,
    DeviceObserverIdentifyingAttributes,
    FindingSite,
    LanguageOfContentItemAndDescendants,
    Measurement,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    QualitativeEvaluation,
    RelationshipTypeValues,
    SourceImageForMeasurementGroup,
    TrackingIdentifier,
)
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian

from triage_app.errors import ResultError
from triage_app.imaging.elements import MALFORMED_DATA_ERRORS, element_value, text_value
from triage_app.inference.card import ModelCard
from triage_app.results.dicom.analysis_summary import describe_outcome, summary_of_analyses
from triage_app.results.dicom.concepts import (
    CHEST_RADIOGRAPHY,
    LUNG,
    OwnConcept,
    finding_concept,
    own_coding_scheme,
    state_concept,
)
from triage_app.results.dicom.content import (
    QUALITATIVE_EVALUATIONS,
    Comprehensive3DReport,
    EnhancedReport,
    code_item,
    comment,
    container,
    image_library,
)
from triage_app.results.dicom.context import (
    add_context,
    character_set_for,
    encodable,
    plain,
    reference_header,
)
from triage_app.results.dicom.provenance import (
    DISCLAIMER,
    MANUFACTURER,
    PROGRAM,
    SERIES_NUMBERS,
    ResultKind,
    instance_uid,
    model_equipment,
    program_version,
    series_uid,
)
from triage_app.results.dicom.statement import operating_point_of, scored_of, stated_probability
from triage_app.results.dicom.study import AssessedInstance, AssessedStudy
from triage_app.triage.outcome import Scored
from triage_app.triage.study import StudyState

__all__ = ["build_structured_report", "structured_report_uid"]

ENGLISH = CodedConcept("en", "RFC5646", "English")

CharacterSet = str | list[str] | None


def structured_report_uid(
    study: AssessedStudy, card: ModelCard, *, is_enhanced: bool = False
) -> str:
    """Give the SOP Instance UID that the report of these outcomes has, without building it."""
    statement: list[object] = [is_enhanced]
    for item in study.instances:
        outcome = item.outcome
        said: tuple[object, ...] = describe_outcome(item)
        if isinstance(outcome, Scored):
            said = (
                stated_probability(outcome),
                outcome.is_flagged,
                outcome.operating_point,
                [notice.sentence for notice in outcome.notices],
            )
        statement.append([item.sop_instance_uid, outcome.status, *said])
    statement.append([(point.title, point.threshold) for point in card.operating_points])
    return instance_uid(ResultKind.REPORT, study.study_instance_uid, card.device_uid, statement)


def build_structured_report(
    study: AssessedStudy,
    card: ModelCard,
    made_at: datetime,
    *,
    predecessors: Sequence[Dataset] = (),
    is_enhanced: bool = False,
) -> Dataset:
    """Write what a model said of a study.

    Parameters
    ----------
    study : all instances of the study with their outcomes
    card : of the model
    made_at : when the outcomes were made, with its time zone
    predecessors : reports that this one follows, by another model or of fewer instances; UIDs of
        study, series and instance and the SOP Class UID suffice
    is_enhanced : Enhanced SR in place of Comprehensive 3D SR, for receivers that know no other

    Returns
    -------
    pydicom data set with its file meta information

    Raises
    ------
    ResultError
        where no instance can be referred to
    """
    leading = study.leading
    evidence = _evidence(study)
    character_set = character_set_for(leading.instance.header)
    root = _content(study, card, character_set, is_enhanced=is_enhanced)
    sop_class = EnhancedReport if is_enhanced else Comprehensive3DReport
    report = sop_class(
        evidence=evidence,
        content=root,
        series_instance_uid=series_uid(
            ResultKind.REPORT, study.study_instance_uid, card.device_uid
        ),
        series_number=SERIES_NUMBERS[ResultKind.REPORT],
        sop_instance_uid=structured_report_uid(study, card, is_enhanced=is_enhanced),
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=PROGRAM,
        software_versions=program_version(),
        device_serial_number=card.device_uid,
        series_description=plain(f"AI result: {card.finding}", character_set),
        is_complete=True,
        is_final=False,
        is_verified=False,
        previous_versions=list(predecessors) or None,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        contributing_equipment=[model_equipment(card)],
        coding_schemes=[own_coding_scheme()],
    )
    add_context(report, leading.instance.header, card, made_at, character_set=character_set)
    return cast("Dataset", report)


def _evidence(study: AssessedStudy) -> list[Dataset]:
    """List the study's instances, the leading one first: highdicom takes its equipment from it."""
    items = [study.leading, *(item for item in study.instances if item is not study.leading)]
    references = [reference_header(item.instance) for item in items if item.can_be_referenced]
    if not references:
        raise ResultError(
            f"{study.leading.instance.source.path}: no instance of its study has the UIDs that a "
            "report needs to refer to it; correct the files."
        )
    return references


def _content(
    study: AssessedStudy, card: ModelCard, character_set: CharacterSet, *, is_enhanced: bool
) -> ContentItem:
    items: list[ContentItem] = [
        *LanguageOfContentItemAndDescendants(ENGLISH),
        *_observation_context(card, character_set),
        *(
            code_item(codes.DCM.ProcedureReported, code, RelationshipTypeValues.HAS_CONCEPT_MOD)
            for code in _procedures(study)
        ),
    ]
    library = image_library(study.instances)
    if library is not None:
        items.append(library)
    if study.scored:
        groups = [group for item in study.scored for group in _group(item, card, character_set)]
        items.append(container(codes.DCM.ImagingMeasurements, groups))
    items.append(
        container(
            QUALITATIVE_EVALUATIONS,
            [
                code_item(OwnConcept.TRIAGE_FLAG.concept, state_concept(study.result.state)),
                *summary_of_analyses(study.instances, character_set, is_nested=not is_enhanced),
                comment(DISCLAIMER),
                *(comment(encodable(limit, character_set)) for limit in card.known_limits),
            ],
        )
    )
    return container(codes.cid7021.ImagingMeasurementReport, items, None, template_id="1500")


def _observation_context(card: ModelCard, character_set: CharacterSet) -> ObservationContext:
    """Name the model as the observer (TID 1002 with TID 1004)."""
    return ObservationContext(
        observer_device_context=ObserverContext(
            observer_type=codes.DCM.Device,
            observer_identifying_attributes=DeviceObserverIdentifyingAttributes(
                uid=card.device_uid,
                name=encodable(card.title, character_set),
                manufacturer_name=MANUFACTURER,
                model_name=encodable(card.name, character_set),
                serial_number=card.device_uid,
            ),
        )
    )


def _procedures(study: AssessedStudy) -> list[CodedConcept]:
    """Give the study's own procedure codes, else a plain chest X-ray where one was scored."""
    items = element_value(study.leading.instance.header, "ProcedureCodeSequence") or ()
    found = []
    for item in items:
        try:
            value, scheme, meaning = (
                text_value(item, keyword)
                for keyword in ("CodeValue", "CodingSchemeDesignator", "CodeMeaning")
            )
            if value and scheme and meaning:
                found.append(CodedConcept(value, scheme, meaning))
        except MALFORMED_DATA_ERRORS:
            continue
    if found:
        return found
    return [CHEST_RADIOGRAPHY if study.scored else CodedConcept(*codes.SCT.ImagingProcedure[:3])]


def _group(
    item: AssessedInstance, card: ModelCard, character_set: CharacterSet
) -> MeasurementsAndQualitativeEvaluations:
    """Make the measurement group of one scored image (TID 1501)."""
    outcome = scored_of(item)
    facts = item.instance.facts
    flag = StudyState.FLAGGED if outcome.is_flagged else StudyState.NOT_FLAGGED
    tracking = instance_uid(ResultKind.REPORT, facts.sop_instance_uid, card.device_uid, ["group"])
    finding = plain(card.finding, character_set)
    group = MeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(
            uid=tracking,
            identifier=f"{finding}, image {facts.image.instance_number or 1}",
        ),
        finding_type=finding_concept(finding),
        algorithm_id=_algorithm(card, outcome, character_set),
        finding_sites=[FindingSite(LUNG)],
        measurements=[
            Measurement(
                name=codes.DCM.Probability,
                value=stated_probability(outcome),
                unit=codes.UCUM.NoUnits,
            )
        ],
        qualitative_evaluations=[
            QualitativeEvaluation(OwnConcept.TRIAGE_FLAG.concept, state_concept(flag))
        ],
        source_images=[SourceImageForMeasurementGroup(facts.sop_class_uid, facts.sop_instance_uid)],
    )
    below = cast("ContentSequence", group[0].ContentSequence)
    below.extend(comment(encodable(notice.sentence, character_set)) for notice in outcome.notices)
    return group


def _algorithm(
    card: ModelCard, outcome: Scored, character_set: CharacterSet
) -> AlgorithmIdentification:
    """Name the algorithm with its operating point (TID 4019)."""
    return AlgorithmIdentification(
        name=encodable(card.name, character_set),
        version=encodable(card.version, character_set),
        parameters=[encodable(text, character_set) for text in _parameters(card, outcome)],
        family=codes.DCM.ArtificialIntelligence,
        manufacturer=MANUFACTURER,
    )


def _parameters(card: ModelCard, outcome: Scored) -> list[str]:
    point = operating_point_of(card, outcome)
    parameters = [f"operating point: {outcome.operating_point}"]
    if outcome.population:
        parameters.append(f"population: {outcome.population}")
    if point is not None:
        parameters += [
            f"threshold: {point.threshold:g}",
            f"sensitivity at the operating point: {point.sensitivity.value:g} ({point.data_set})",
            f"specificity at the operating point: {point.specificity.value:g} ({point.data_set})",
        ]
    parameters.append(f"SHA-256 of the model: {card.onnx_sha256}")
    return parameters
