"""Which images were analysed, which failed and which were not attempted, each with its reason.

After the manner of PS3.16 TID 4016 "CAD Analyses Performed", as TID 4100 "Chest CAD Document Root"
uses it: a status of results (CID 6042), and below it the analyses by how they ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from highdicom.sr import CodeContentItem, CodedConcept, ContentItem, RelationshipTypeValues
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from triage_app.results.dicom.concepts import OwnConcept, reason_concept
from triage_app.results.dicom.content import code_item, comment, container, reference
from triage_app.results.dicom.context import encodable
from triage_app.results.dicom.study import AssessedInstance
from triage_app.triage.outcome import Excluded, Failed, Scored

__all__ = ["analysis_status", "describe_outcome", "summary_of_analyses"]

_INFERRED_FROM = RelationshipTypeValues.INFERRED_FROM
_HAS_PROPERTIES = RelationshipTypeValues.HAS_PROPERTIES


def analysis_status(instances: Sequence[AssessedInstance]) -> Code:
    """Give the status of results of CID 6042 over all analyses.

    Excluded images were never attempted, so that they make nothing fail.
    """
    scored = sum(isinstance(item.outcome, Scored) for item in instances)
    failed = sum(isinstance(item.outcome, Failed) for item in instances)
    if failed:
        status = codes.DCM.PartiallySucceeded if scored else codes.DCM.Failed
    else:
        status = codes.DCM.Succeeded if scored else codes.DCM.NotAttempted
    return cast("Code", status)


def summary_of_analyses(
    instances: Sequence[AssessedInstance],
    character_set: str | list[str] | None,
    *,
    is_nested: bool,
) -> list[ContentItem]:
    """Make (111065, DCM, "Summary of Analyses") with an item for each instance.

    Parameters
    ----------
    instances : of the study
    character_set : of the report
    is_nested : whether the analyses stand below the summary, as the template has it; Enhanced SR
        knows no container below a code (PS3.3 A.35.2.3.1.2), so there they stand beside it
    """
    groups: list[tuple[Code | CodedConcept, type[Scored | Failed | Excluded]]] = [
        (codes.DCM.SuccessfulAnalyses, Scored),
        (codes.DCM.FailedAnalyses, Failed),
        (OwnConcept.NOT_ATTEMPTED.concept, Excluded),
    ]
    containers: list[ContentItem] = []
    for name, kind in groups:
        analyses = [
            _analysis(item, character_set) for item in instances if isinstance(item.outcome, kind)
        ]
        if analyses:
            containers.append(
                container(
                    name,
                    analyses,
                    _INFERRED_FROM if is_nested else RelationshipTypeValues.CONTAINS,
                )
            )
    status = analysis_status(instances)
    if is_nested:
        return [code_item(codes.DCM.SummaryOfAnalyses, status, items=containers)]
    return [code_item(codes.DCM.SummaryOfAnalyses, status), *containers]


def _analysis(item: AssessedInstance, character_set: str | list[str] | None) -> CodeContentItem:
    below: list[ContentItem] = []
    reason, detail = describe_outcome(item)
    if reason:
        below.append(code_item(OwnConcept.REASON.concept, reason_concept(reason), _HAS_PROPERTIES))
        below.append(comment(encodable(detail, character_set), _HAS_PROPERTIES))
    if item.can_be_referenced:
        below.append(reference(item, _INFERRED_FROM))
    return code_item(codes.DCM.AnalysisPerformed, OwnConcept.TRIAGE_ANALYSIS.concept, items=below)


def describe_outcome(item: AssessedInstance) -> tuple[str, str]:
    """Give reason and detail of an instance that was not scored; two empty texts for a scored one.

    Where the file lay is left out: a path may name a patient, and tells a receiver nothing.
    """
    match item.outcome:
        case Scored():
            return "", ""
        case Excluded(exclusion):
            return exclusion.reason.value, _without_path(item, exclusion.detail)
        case Failed(reason, detail):
            return reason.value, _without_path(item, detail)


def _without_path(item: AssessedInstance, text: str) -> str:
    path = item.instance.source.path
    return text.removeprefix(f"{path}: ").replace(path, "the file")
