"""Patient and study of a result: copied from the source exactly, in its own character set."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime, timedelta, timezone

from highdicom.sr import CodedConcept
from pydicom import Dataset
from pydicom.charset import convert_encodings
from pydicom.sequence import Sequence
from pydicom.sr.coding import Code

from triage_app.imaging.elements import MALFORMED_DATA_ERRORS, element_value, text_value
from triage_app.imaging.header import Instance
from triage_app.inference.card import ModelCard

__all__ = [
    "UNICODE",
    "add_anatomy",
    "add_common_references",
    "add_context",
    "character_set_for",
    "encodable",
    "local_time",
    "plain",
    "reference_header",
    "source_reference",
]

UNICODE = "ISO_IR 192"

# Patient (PS3.3 C.7.1.1), Clinical Trial Subject (C.7.1.3), General Study (C.7.2.1), Patient Study
# (C.7.2.2) and Clinical Trial Study (C.7.2.3); what a result must hold, empty where it is unknown.
_TYPE_2 = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "ReferringPhysicianName",
    "StudyID",
    "AccessionNumber",
)
_TYPE_3 = (
    "IssuerOfPatientID",
    "IssuerOfPatientIDQualifiersSequence",
    "TypeOfPatientID",
    "OtherPatientIDsSequence",
    "OtherPatientNames",
    "PatientBirthTime",
    "EthnicGroup",
    "PatientComments",
    "ReferencedPatientSequence",
    "PatientSpeciesDescription",
    "PatientSpeciesCodeSequence",
    "PatientBreedDescription",
    "PatientBreedCodeSequence",
    "BreedRegistrationSequence",
    "ResponsiblePerson",
    "ResponsiblePersonRole",
    "ResponsibleOrganization",
    "PatientIdentityRemoved",
    "DeidentificationMethod",
    "DeidentificationMethodCodeSequence",
    "ClinicalTrialSponsorName",
    "ClinicalTrialProtocolID",
    "ClinicalTrialProtocolName",
    "ClinicalTrialSiteID",
    "ClinicalTrialSiteName",
    "ClinicalTrialSubjectID",
    "ClinicalTrialSubjectReadingID",
    "ClinicalTrialTimePointID",
    "ClinicalTrialTimePointDescription",
    "StudyDescription",
    "ProcedureCodeSequence",
    "IssuerOfAccessionNumberSequence",
    "ReferencedStudySequence",
    "ReferringPhysicianIdentificationSequence",
    "ConsultingPhysicianName",
    "PhysiciansOfRecord",
    "NameOfPhysiciansReadingStudy",
    "AdmittingDiagnosesDescription",
    "PatientAge",
    "PatientSize",
    "PatientWeight",
    "PatientSexNeutered",
    "AdmissionID",
    "ReasonForVisit",
)
_EQUIPMENT = (
    "Manufacturer",
    "ManufacturerModelName",
    "DeviceSerialNumber",
    "InstitutionName",
    "StationName",
)
_LONGEST = {"StationName": 16}


def add_context(
    target: Dataset,
    header: Dataset,
    card: ModelCard | None,
    made_at: datetime,
    *,
    character_set: str | list[str] | None,
) -> None:
    """Give a result its patient, study, character set, times and device.

    Parameters
    ----------
    target : made by highdicom; changed
    header : of the source instance
    card : of the model; None where a person made the result
    made_at : when the result was made, with its time zone
    character_set : from `character_set_for`; None for the default repertoire

    Notes
    -----
    Elements are taken over as they are, malformed or not, so that an archive finds the same
    patient and study. highdicom has put in the time of this call; it is replaced by `made_at`.
    """
    for keyword in (*_TYPE_2, *_TYPE_3, "TimezoneOffsetFromUTC"):
        if keyword in target:
            del target[keyword]
        try:
            if keyword in header:
                element = header[keyword]
                if keyword in _TYPE_2 or not element.is_empty:
                    target[keyword] = deepcopy(element)
        except MALFORMED_DATA_ERRORS:
            pass  # cannot even be parsed: it counts as absent
        if keyword in _TYPE_2 and keyword not in target:
            setattr(target, keyword, "")
    if "SpecificCharacterSet" in target:
        del target.SpecificCharacterSet
    if character_set:
        target.SpecificCharacterSet = character_set
    _set_times(target, local_time(header, made_at))
    if card is not None:
        target.DeviceUID = card.device_uid


def add_anatomy(target: Dataset, header: Dataset) -> None:
    """Copy body part and side of the source's series, or say that the side is not known.

    Notes
    -----
    (0020,0060) Laterality is Type 2C in PS3.3 C.7.3.1: absent for the chest, which has no pair.
    """
    body_part = text_value(header, "BodyPartExamined")
    laterality = text_value(header, "Laterality")
    if body_part:
        target.BodyPartExamined = body_part
    if laterality or not body_part:
        target.Laterality = laterality


def source_reference(source: Instance, purpose: Code | None = None) -> Dataset:
    """Refer to the source in an item of a sequence, with the purpose where one is asked for."""
    reference = Dataset()
    reference.ReferencedSOPClassUID = source.facts.sop_class_uid
    reference.ReferencedSOPInstanceUID = source.facts.sop_instance_uid
    if purpose is not None:
        reference.PurposeOfReferenceCodeSequence = Sequence([CodedConcept.from_code(purpose)])
    return reference


def add_common_references(target: Dataset, source: Instance) -> None:
    """List the source by its series (PS3.3 C.12.2, Common Instance Reference)."""
    series = Dataset()
    series.SeriesInstanceUID = source.facts.study.series_instance_uid
    series.ReferencedInstanceSequence = Sequence([source_reference(source)])
    target.ReferencedSeriesSequence = Sequence([series])


def _set_times(target: Dataset, moment: datetime) -> None:
    day, time = moment.strftime("%Y%m%d"), moment.strftime("%H%M%S")
    for kind in (
        "InstanceCreation",
        "Content",
        "PresentationCreation",
    ):
        if f"{kind}Date" in target:
            setattr(target, f"{kind}Date", day)
            setattr(target, f"{kind}Time", time)
    if "DateOfSecondaryCapture" in target:
        target.DateOfSecondaryCapture, target.TimeOfSecondaryCapture = day, time
    for item in target.get("ContributingEquipmentSequence", Sequence()):
        if text_value(item, "ManufacturerModelName") == "highdicom":
            item.ContributionDateTime = day + time


def local_time(header: Dataset, moment: datetime) -> datetime:
    """Put a moment into the time zone of a header, else into that of this machine.

    Notes
    -----
    (0008,0201) Timezone Offset From UTC applies to every date and time of an instance.

    Raises
    ------
    ValueError
        where the moment has no time zone
    """
    if moment.tzinfo is None:
        raise ValueError("expected a moment with its time zone, received one without")
    offset = re.fullmatch(r"([+-])(\d{2})(\d{2})", text_value(header, "TimezoneOffsetFromUTC"))
    if offset is None:
        return moment.astimezone()
    distance = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    return moment.astimezone(timezone(distance if offset[1] == "+" else -distance))


def character_set_for(header: Dataset, texts: Iterable[str] = ()) -> str | list[str] | None:
    """Give the source's (0008,0005), or Unicode where a text that a person wrote needs it.

    Parameters
    ----------
    header : of the source instance
    texts : that must be kept to the letter
    """
    stated = element_value(header, "SpecificCharacterSet")
    if isinstance(stated, str) or stated is None:
        own: str | list[str] | None = stated or None
    else:
        own = [str(part) for part in stated]
    if all(encodable(text, own) == text for text in texts):
        return own
    return UNICODE


def encodable(text: str, character_set: str | list[str] | None) -> str:
    """Replace what a character set does not hold by question marks."""
    named = [character_set] if isinstance(character_set, str) else list(character_set or [])
    extensions = [name for name in named if name not in ("", "ISO_IR 6", "ISO 2022 IR 6")]
    codecs = ["ascii"]
    if extensions:
        try:
            codecs += convert_encodings(extensions)
        except MALFORMED_DATA_ERRORS:
            codecs = ["ascii"]  # not a character set of the standard

    def holds(letter: str, codec: str) -> bool:
        try:
            letter.encode(codec)
        except (UnicodeError, LookupError):
            return False
        return True

    return "".join(
        letter if any(holds(letter, codec) for codec in codecs) else "?" for letter in text
    )


def plain(text: str, character_set: str | list[str] | None, *, longest: int = 64) -> str:
    r"""Make a text fit for a short VR (LO, SH, ST): one line, no backslash, not too long."""
    line = re.sub(r"[\x00-\x1f\x7f]+", " ", text).replace("\\", "/").strip()
    return encodable(line, character_set)[:longest].rstrip()


def reference_header(instance: Instance) -> Dataset:
    """Give a header that holds what highdicom asks of a source, and nothing malformed.

    Patient and study are left empty; `add_context` copies them.
    """
    facts, header = instance.facts, instance.header
    reference = Dataset()
    reference.SOPClassUID = facts.sop_class_uid
    reference.SOPInstanceUID = facts.sop_instance_uid
    reference.StudyInstanceUID = facts.study.study_instance_uid
    reference.SeriesInstanceUID = facts.study.series_instance_uid
    for keyword in _TYPE_2:
        setattr(reference, keyword, "")
    reference.Modality = facts.image.modality
    reference.Rows, reference.Columns = facts.image.rows, facts.image.columns
    reference.SamplesPerPixel = facts.image.samples_per_pixel or 1
    character_set = character_set_for(header)
    for keyword in _EQUIPMENT:
        value = plain(text_value(header, keyword), character_set, longest=_LONGEST.get(keyword, 64))
        if value:
            setattr(reference, keyword, value)
    return reference
