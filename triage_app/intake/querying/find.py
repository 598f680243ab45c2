"""Finding studies by C-FIND (PS3.4 C.4.1), in the study root or the patient root."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum
from itertools import product

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pynetdicom.association import Association
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    PatientRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelFind,
)

from triage_app.errors import PeerError
from triage_app.imaging.elements import element_value, text_value, whole_number
from triage_app.intake.peers import Calling, Peer, associate
from triage_app.intake.querying.keys import (
    InstanceMatch,
    QueryKeys,
    SeriesMatch,
    StudyMatch,
    date_range,
    keep_matching,
)

__all__ = [
    "QueryRoot",
    "describe_status",
    "find_instances",
    "find_studies",
    "instance_match",
    "series_match",
    "study_match",
]

_PENDING = (0xFF00, 0xFF01)
_SUCCESS = 0x0000


class QueryRoot(StrEnum):
    """The information model that is asked."""

    STUDY = "study"
    PATIENT = "patient"


_MODELS = {
    QueryRoot.STUDY: StudyRootQueryRetrieveInformationModelFind,
    QueryRoot.PATIENT: PatientRootQueryRetrieveInformationModelFind,
}


def find_studies(
    peer: Peer, calling: Calling, keys: QueryKeys, *, root: QueryRoot = QueryRoot.STUDY
) -> list[StudyMatch]:
    """Ask a peer which studies it has.

    Parameters
    ----------
    peer, calling : whom, and who we are
    keys : what is searched for; where a key belongs to the series, the series are asked for too
    root : the patient root asks for patients first

    Returns
    -------
    list of StudyMatch
        newest first

    Raises
    ------
    PeerError
        where the peer cannot be reached, refuses, or ends with a failure
    """
    model = _MODELS[root]
    found: dict[str, StudyMatch] = {}
    with associate(peer, calling, [build_context(model)]) as association:
        asked = _Asked(peer, association, model)
        for identifier, patient in _study_identifiers(asked, keys, root):
            for answer in asked.find(identifier):
                study = study_match(answer, patient)
                if study.study_instance_uid and study.study_instance_uid not in found:
                    found[study.study_instance_uid] = study
        if keys.needs_series:
            found = {
                uid: match
                for uid, study in found.items()
                if (match := _with_series(asked, study, keys, root))
            }
    return sorted(found.values(), key=lambda study: (study.study_date, study.study_time))[::-1]


def find_instances(
    peer: Peer, calling: Calling, study: StudyMatch, *, root: QueryRoot = QueryRoot.STUDY
) -> dict[SeriesMatch, list[InstanceMatch]]:
    """Ask which instances a study has, by series: of its series, where they are named, else of all.

    Raises
    ------
    PeerError
        where the peer cannot be reached, refuses, or ends with a failure
    """
    model = _MODELS[root]
    found: dict[SeriesMatch, list[InstanceMatch]] = {}
    with associate(peer, calling, [build_context(model)]) as association:
        asked = _Asked(peer, association, model)
        series = study.series
        if series is None:
            answers = asked.find(_series_identifier(study, root))
            series = tuple(map(series_match, answers))
        for each in series:
            if each.series_instance_uid:
                answers = asked.find(_instance_identifier(study, each, root))
                instances = [instance_match(answer) for answer in answers]
                found[each] = [one for one in instances if one.sop_instance_uid]
    return found


class _Asked:
    """A peer that is asked over one association."""

    def __init__(self, peer: Peer, association: Association, model: str) -> None:
        self._peer = peer
        self._association = association
        self._model = model

    def find(self, identifier: Dataset) -> Iterator[Dataset]:
        """Give the matches of one C-FIND.

        Raises
        ------
        PeerError
            where it does not end with success
        """
        if not self._association.is_established:
            raise PeerError(f"{self._peer.name}: ended the association in the middle of a search.")
        for status, answer in self._association.send_c_find(identifier, self._model):
            code = status.get("Status")
            if code in _PENDING:
                if answer is None:
                    raise PeerError(f"{self._peer.name}: gave an answer that cannot be read.")
                yield answer
            elif code != _SUCCESS:
                raise PeerError(f"{self._peer.name}: {describe_status(status)}.")


def describe_status(status: Dataset) -> str:
    """Give a failure's status with its comment, for people."""
    code = status.get("Status")
    if code is None:
        return "it gave no answer, or ended the association"
    comment = text_value(status, "ErrorComment")
    return f"the request failed with status {code:#06x}" + (f" ({comment})" if comment else "")


def _study_identifiers(
    asked: _Asked, keys: QueryKeys, root: QueryRoot
) -> Iterator[tuple[Dataset, Dataset]]:
    """Give one identifier for each modality, in the patient root for each patient too.

    A list of modalities is no matching that every peer knows (PS3.4 C.2.2.2.2 is for UIDs only).
    """
    patients = [Dataset()]
    if root is QueryRoot.PATIENT:
        wanted = _identifier("PATIENT", keys.patient_name)
        wanted.PatientName = keys.patient_name
        wanted.PatientID = keys.patient_id
        patients = list(asked.find(wanted))
    for patient, modality in product(patients, keys.modalities or ("",)):
        identifier = _identifier("STUDY", keys.patient_name, keys.study_description)
        if root is QueryRoot.PATIENT:
            # of the level above its unique key alone (PS3.4 C.4.1.2.1)
            identifier.PatientID = text_value(patient, "PatientID")
        else:
            identifier.PatientName = keys.patient_name
            identifier.PatientID = keys.patient_id
        identifier.AccessionNumber = keys.accession_number
        identifier.StudyDescription = keys.study_description
        identifier.StudyInstanceUID = keys.study_instance_uid
        identifier.StudyDate = date_range(keys.date, date.today())
        identifier.StudyTime = ""
        identifier.ModalitiesInStudy = modality
        identifier.NumberOfStudyRelatedInstances = ""
        yield identifier, patient


def _with_series(
    asked: _Asked, study: StudyMatch, keys: QueryKeys, root: QueryRoot
) -> StudyMatch | None:
    identifier = _series_identifier(study, root)
    series = [series_match(answer) for answer in asked.find(identifier)]
    match = keep_matching(study, [each for each in series if each.series_instance_uid], keys)
    if match is None or match.modalities:
        return match
    return replace(match, modalities=tuple(sorted({s.modality for s in series if s.modality})))


def _series_identifier(study: StudyMatch, root: QueryRoot) -> Dataset:
    identifier = _identifier("SERIES")
    if root is QueryRoot.PATIENT:
        identifier.PatientID = study.patient_id
    identifier.StudyInstanceUID = study.study_instance_uid
    identifier.SeriesInstanceUID = ""
    identifier.Modality = ""
    identifier.BodyPartExamined = ""
    identifier.SeriesDescription = ""
    identifier.NumberOfSeriesRelatedInstances = ""
    return identifier


def _instance_identifier(study: StudyMatch, series: SeriesMatch, root: QueryRoot) -> Dataset:
    identifier = _identifier("IMAGE")
    if root is QueryRoot.PATIENT:
        identifier.PatientID = study.patient_id
    identifier.StudyInstanceUID = study.study_instance_uid
    identifier.SeriesInstanceUID = series.series_instance_uid
    identifier.SOPInstanceUID = ""
    identifier.SOPClassUID = ""
    return identifier


def _identifier(level: str, *texts: str) -> Dataset:
    identifier = Dataset()
    if not all(text.isascii() for text in texts):
        identifier.SpecificCharacterSet = "ISO_IR 192"
    identifier.QueryRetrieveLevel = level
    return identifier


def study_match(answer: Dataset, patient: Dataset | None = None) -> StudyMatch:
    """Read an answer at the study level, and at the patient level where that was asked first."""
    patient = patient or Dataset()
    return StudyMatch(
        study_instance_uid=text_value(answer, "StudyInstanceUID"),
        patient_name=text_value(answer, "PatientName") or text_value(patient, "PatientName"),
        patient_id=text_value(answer, "PatientID") or text_value(patient, "PatientID"),
        accession_number=text_value(answer, "AccessionNumber"),
        study_date=text_value(answer, "StudyDate"),
        study_time=text_value(answer, "StudyTime"),
        modalities=_all_values(answer, "ModalitiesInStudy"),
        description=text_value(answer, "StudyDescription"),
        instances=whole_number(answer, "NumberOfStudyRelatedInstances"),
    )


def _all_values(answer: Dataset, keyword: str) -> tuple[str, ...]:
    value = element_value(answer, keyword)
    values = value if isinstance(value, MultiValue) else [value]
    return tuple(str(each).strip() for each in values if each)


def series_match(answer: Dataset) -> SeriesMatch:
    """Read an answer at the series level."""
    return SeriesMatch(
        text_value(answer, "SeriesInstanceUID"),
        text_value(answer, "Modality"),
        text_value(answer, "BodyPartExamined"),
        text_value(answer, "SeriesDescription"),
        whole_number(answer, "NumberOfSeriesRelatedInstances"),
    )


def instance_match(answer: Dataset) -> InstanceMatch:
    """Read an answer at the instance level."""
    return InstanceMatch(text_value(answer, "SOPInstanceUID"), text_value(answer, "SOPClassUID"))
