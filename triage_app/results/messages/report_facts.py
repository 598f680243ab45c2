"""What a structured report of ours says, as plain values: the one source of every message.

Only our own reports are read (`is_own_result`), by the concepts of their tree (docs/results.md), so
that no other vendor's words are ever sent under our name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from pydicom import Dataset
from pydicom.valuerep import PersonName

from triage_app.errors import ResultError
from triage_app.imaging.elements import (
    MALFORMED_DATA_ERRORS,
    date_value,
    element_value,
    text_value,
    time_value,
)
from triage_app.results.dicom.context import local_time
from triage_app.results.dicom.provenance import is_own_result

__all__ = [
    "Coded",
    "ImageFinding",
    "PatientOfReport",
    "ReportFacts",
    "SeriesOfReport",
    "UnscoredImage",
    "read_report",
]

_MEASUREMENT_REPORT = ("126000", "DCM")
_FLAG = ("TRIAGE_FLAG", "99TRIAGEAPP")
_REASON = ("REASON", "99TRIAGEAPP")
_NOT_ATTEMPTED = ("NOT_ATTEMPTED", "99TRIAGEAPP")
_FAILED_ANALYSES = ("111024", "DCM")
_ANALYSIS = ("111004", "DCM")
_COMMENT = ("121106", "DCM")
_IMAGE_LIBRARY = ("111028", "DCM")
_MODALITY = ("121139", "DCM")
_PROCEDURE = ("121058", "DCM")
_QUALITATIVE = ("C0034375", "UMLS")
_GROUP = ("125007", "DCM")
_FINDING = ("121071", "DCM")
_PROBABILITY = ("122157", "DCM")
_TRACKING_UID = ("112040", "DCM")
_SITE = ("363698007", "SCT")
_PARAMETERS = ("111002", "DCM")
_SUMMARY = ("111065", "DCM")
_OBSERVER_NAME = ("121013", "DCM")
_OBSERVER_UID = ("121012", "DCM")


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded concept: value, scheme and meaning."""

    value: str
    scheme: str
    meaning: str


@dataclass(frozen=True, slots=True)
class PatientOfReport:
    """Who the report is of; never logged.

    Attributes
    ----------
    name : (0010,0010) with its components and groups
    """

    patient_id: str = field(repr=False)
    issuer: str = field(repr=False)
    name: PersonName = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SeriesOfReport:
    """A series of the evidence: pairs of SOP Class UID and SOP Instance UID."""

    series_instance_uid: str
    modality: str
    instances: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ImageFinding:
    """What was said of one scored image.

    Attributes
    ----------
    finding : what the probability is of; it does not say that it is there
    parameters : of the algorithm: operating point, threshold and the like
    """

    sop_instance_uid: str
    tracking_uid: str
    finding: Coded
    site: Coded | None
    probability: float
    flag: Coded
    parameters: tuple[str, ...]
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnscoredImage:
    """An image that was not scored; `is_failure` where it should have been."""

    sop_instance_uid: str
    reason: Coded
    detail: str
    is_failure: bool


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """All that a message says.

    Attributes
    ----------
    made_at : when the report was made, with its time zone
    flag : of the study: flagged, not flagged, not processed
    summary : status of the analyses (PS3.16 CID 6042)
    comments : disclaimer and known limits
    """

    sop_instance_uid: str
    study_instance_uid: str
    accession_number: str = field(repr=False)
    study_date: date | None = field(repr=False)
    study_time: time | None = field(repr=False)
    made_at: datetime
    patient: PatientOfReport
    model_title: str
    model_device_uid: str
    procedure: Coded
    flag: Coded
    summary: Coded
    images: tuple[ImageFinding, ...]
    unscored: tuple[UnscoredImage, ...]
    comments: tuple[str, ...]
    series: tuple[SeriesOfReport, ...]


def read_report(report: Dataset) -> ReportFacts:
    """Read a structured report of ours.

    Raises
    ------
    ResultError
        where it is none, or lacks what a report of ours has
    """
    concept = _concept(report, "ConceptNameCodeSequence")
    if not is_own_result(report) or not _is(concept, _MEASUREMENT_REPORT):
        raise ResultError("is no AI report of this program, so there is no message to make of it.")
    try:
        return _facts(report)
    except (StopIteration, *MALFORMED_DATA_ERRORS) as error:
        raise ResultError(
            f"its content is not that of our reports ({type(error).__name__}); export it again."
        ) from error


def _facts(report: Dataset) -> ReportFacts:
    qualitative = next(_named(report, _QUALITATIVE))
    patient = PatientOfReport(
        text_value(report, "PatientID"),
        text_value(report, "IssuerOfPatientID"),
        PersonName(element_value(report, "PatientName") or ""),
        date_value(report, "PatientBirthDate"),
        text_value(report, "PatientSex").upper(),
    )
    return ReportFacts(
        sop_instance_uid=text_value(report, "SOPInstanceUID"),
        study_instance_uid=text_value(report, "StudyInstanceUID"),
        accession_number=text_value(report, "AccessionNumber"),
        study_date=date_value(report, "StudyDate"),
        study_time=time_value(report, "StudyTime"),
        made_at=_made_at(report),
        patient=patient,
        model_title=next(_texts(report, _OBSERVER_NAME)),
        model_device_uid=next(_named(report, _OBSERVER_UID)).UID,
        procedure=next(_codes(report, _PROCEDURE)),
        flag=next(_codes(qualitative, _FLAG)),
        summary=next(_codes(qualitative, _SUMMARY)),
        images=tuple(_image(group) for group in _everywhere(report, _GROUP)),
        unscored=tuple(_unscored(report)),
        comments=tuple(_texts(qualitative, _COMMENT)),
        series=tuple(_series(report)),
    )


def _made_at(report: Dataset) -> datetime:
    day, moment = date_value(report, "ContentDate"), time_value(report, "ContentTime")
    if day is None:
        raise ValueError("expected a Content Date, received none")
    # the report's own zone, else this machine's, by which it was written
    zone = local_time(report, datetime.now().astimezone()).tzinfo
    written = datetime.combine(day, moment or time())
    has_zone = re.fullmatch(r"[+-]\d{4}", text_value(report, "TimezoneOffsetFromUTC"))
    return written.replace(tzinfo=zone) if has_zone else written.astimezone()


def _image(group: Dataset) -> ImageFinding:
    number = next(_named(group, _PROBABILITY)).MeasuredValueSequence[0]
    source = next(item for item in group.ContentSequence if item.ValueType == "IMAGE")
    return ImageFinding(
        str(source.ReferencedSOPSequence[0].ReferencedSOPInstanceUID),
        str(next(_named(group, _TRACKING_UID)).UID),
        next(_codes(group, _FINDING)),
        next(_codes(group, _SITE), None),
        float(number.NumericValue),
        next(_codes(group, _FLAG)),
        tuple(_texts(group, _PARAMETERS)),
        tuple(_texts(group, _COMMENT)),
    )


def _unscored(report: Dataset) -> Iterator[UnscoredImage]:
    for kind, is_failure in ((_FAILED_ANALYSES, True), (_NOT_ATTEMPTED, False)):
        for container in _everywhere(report, kind):
            for analysis in _named(container, _ANALYSIS):
                uids = [
                    str(item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID)
                    for item in analysis.get("ContentSequence", ())
                    if item.ValueType in ("IMAGE", "COMPOSITE")
                ]
                yield UnscoredImage(
                    uids[0] if uids else "",
                    next(_codes(analysis, _REASON)),
                    next(_texts(analysis, _COMMENT), ""),
                    is_failure,
                )


def _series(report: Dataset) -> Iterator[SeriesOfReport]:
    modalities = {
        str(entry.ReferencedSOPSequence[0].ReferencedSOPInstanceUID): code.value
        for library in _everywhere(report, _IMAGE_LIBRARY)
        for entry in _walk(library)
        if entry.get("ValueType") == "IMAGE"
        for code in _codes(entry, _MODALITY)
    }
    for study in report.get("CurrentRequestedProcedureEvidenceSequence", ()):
        for series in study.ReferencedSeriesSequence:
            instances = tuple(
                (str(each.ReferencedSOPClassUID), str(each.ReferencedSOPInstanceUID))
                for each in series.ReferencedSOPSequence
            )
            known = [modalities[uid] for _, uid in instances if uid in modalities]
            yield SeriesOfReport(
                str(series.SeriesInstanceUID), known[0] if known else "OT", instances
            )


def _walk(item: Dataset) -> Iterator[Dataset]:
    for child in item.get("ContentSequence", ()):
        yield child
        yield from _walk(child)


def _everywhere(item: Dataset, name: tuple[str, str]) -> Iterator[Dataset]:
    return (each for each in _walk(item) if _is_named(each, name))


def _named(item: Dataset, name: tuple[str, str]) -> Iterator[Dataset]:
    return (each for each in item.get("ContentSequence", ()) if _is_named(each, name))


def _codes(item: Dataset, name: tuple[str, str]) -> Iterator[Coded]:
    return (_concept(each, "ConceptCodeSequence") for each in _named(item, name))


def _texts(item: Dataset, name: tuple[str, str]) -> Iterator[str]:
    return (text_value(each, "TextValue") for each in _named(item, name))


def _is_named(item: Dataset, name: tuple[str, str]) -> bool:
    return _is(_concept(item, "ConceptNameCodeSequence"), name)


def _is(concept: Coded, name: tuple[str, str]) -> bool:
    return (concept.value, concept.scheme) == name


def _concept(item: Dataset, keyword: str) -> Coded:
    for code in element_value(item, keyword) or ():
        value = text_value(code, "CodeValue") or text_value(code, "LongCodeValue")
        return Coded(
            value, text_value(code, "CodingSchemeDesignator"), text_value(code, "CodeMeaning")
        )
    return Coded("", "", "")
