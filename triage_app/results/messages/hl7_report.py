r"""An AI result as HL7 v2.5.1 ORU^R01, built and validated by hl7apy.

One OBR for the report; an OBX for each thing that it says, with the concepts of the structured
report. Result status P, preliminary: nobody has verified it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.core import Message, Segment
from hl7apy.exceptions import HL7apyException
from pydicom.valuerep import PersonName

from triage_app.errors import ResultError
from triage_app.results.dicom.provenance import PROGRAM
from triage_app.results.messages.report_facts import Coded, ImageFinding, ReportFacts

__all__ = ["VERSION", "Hl7Names", "build_hl7_report", "control_id"]

VERSION = "2.5.1"
_PRELIMINARY = "P"
_STUDY_UID = Coded("110180", "DCM", "Study Instance UID")
_FLAG = Coded("TRIAGE_FLAG", "99TRIAGEAPP", "Flag at the operating point")
_SUMMARY = Coded("111065", "DCM", "Summary of Analyses")
_PROBABILITY = Coded("122157", "DCM", "Probability")
_SOURCE = Coded("121112", "DCM", "Source of Measurement")
_PARAMETERS = Coded("111002", "DCM", "Algorithm Parameters")
_REASON = Coded("REASON", "99TRIAGEAPP", "Reason why the image was not scored")
_COMMENT = Coded("121106", "DCM", "Comment")
_CONTROL_ID_LETTERS = 20
_ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}


@dataclass(frozen=True, slots=True)
class Hl7Names:
    """MSH-3 to MSH-6: who sends, and who is meant."""

    sending_application: str = PROGRAM
    sending_facility: str = ""
    receiving_application: str = ""
    receiving_facility: str = ""


def control_id(facts: ReportFacts) -> str:
    """Give MSH-10: the same for the same report, so that a receiver knows a repetition."""
    digest = hashlib.sha256(facts.sop_instance_uid.encode()).hexdigest()
    return digest[:_CONTROL_ID_LETTERS].upper()


def build_hl7_report(facts: ReportFacts, names: Hl7Names = Hl7Names()) -> str:
    """Write the message; segments end with a carriage return, as in the protocol.

    Raises
    ------
    ResultError
        where the standard's structure does not hold what the report says
    """
    try:
        # the structure is checked below; lengths are not, since DICOM's identifiers may be longer
        message = Message("ORU_R01", version=VERSION, validation_level=VALIDATION_LEVEL.TOLERANT)
        _fill_header(message.msh, facts, names)
        result = message.add_group("ORU_R01_PATIENT_RESULT")
        _fill_patient(result.add_group("ORU_R01_PATIENT").add_segment("PID"), facts)
        order = result.add_group("ORU_R01_ORDER_OBSERVATION")
        _fill_order(order.add_segment("OBR"), facts)
        for number, observation in enumerate(_observations(facts), 1):
            segment = order.add_group("ORU_R01_OBSERVATION").add_segment("OBX")
            _fill_observation(segment, number, observation, facts)
        message.validate()
        return str(message.to_er7())
    except HL7apyException as error:
        raise ResultError(
            f"the report does not fit into an HL7 message ({type(error).__name__})."
        ) from error


def _fill_header(msh: Segment, facts: ReportFacts, names: Hl7Names) -> None:
    msh.msh_3, msh.msh_4 = _text(names.sending_application), _text(names.sending_facility)
    msh.msh_5, msh.msh_6 = _text(names.receiving_application), _text(names.receiving_facility)
    msh.msh_7 = _moment(facts.made_at)
    msh.msh_9 = "ORU^R01^ORU_R01"
    msh.msh_10 = control_id(facts)
    msh.msh_11 = "P"
    msh.msh_12 = VERSION
    msh.msh_18 = "UNICODE UTF-8"


def _fill_patient(pid: Segment, facts: ReportFacts) -> None:
    patient = facts.patient
    pid.pid_1 = "1"
    pid.pid_3 = "^".join((_text(patient.patient_id), "", "", _text(patient.issuer)))
    for name in list(_names(patient.name)) or ["^^^^^^U"]:  # U: no name is known
        pid.add_field("pid_5").value = name
    if patient.birth_date is not None:
        pid.pid_7 = f"{patient.birth_date:%Y%m%d}"
    if patient.sex:
        pid.pid_8 = _text(patient.sex)


def _names(name: PersonName) -> Iterator[str]:
    """Give XPN for each group of a DICOM name; the kind of writing stands in XPN.8."""
    for group, representation in (
        (name.alphabetic, "A"),
        (name.ideographic, "I"),
        (name.phonetic, "P"),
    ):
        if not group:
            continue
        family, given, middle, prefix, suffix = (*group.split("^"), "", "", "", "", "")[:5]
        parts = (family, given, middle, suffix, prefix)  # PS3.5 6.2 and HL7 order them otherwise
        yield "^".join((*map(_text, parts), "", "L", representation))


def _fill_order(obr: Segment, facts: ReportFacts) -> None:
    obr.obr_1 = "1"
    accession = _text(facts.accession_number)
    obr.obr_3 = accession or _text(facts.study_instance_uid)
    obr.obr_4 = _coded(facts.procedure)
    if facts.study_date is not None:
        moment = f"{facts.study_date:%Y%m%d}"
        obr.obr_7 = moment + (f"{facts.study_time:%H%M%S}" if facts.study_time else "")
    obr.obr_18 = accession
    obr.obr_22 = _moment(facts.made_at)
    obr.obr_24 = "RAD"
    obr.obr_25 = _PRELIMINARY


@dataclass(frozen=True, slots=True)
class _Observation:
    kind: str
    name: Coded
    value: str
    group: str = ""
    unit: str = ""


def _observations(facts: ReportFacts) -> Iterator[_Observation]:
    yield _Observation("ST", _STUDY_UID, _text(facts.study_instance_uid))
    yield _Observation("CWE", _FLAG, _coded(facts.flag))
    yield _Observation("CWE", _SUMMARY, _coded(facts.summary))
    for number, image in enumerate(facts.images, 1):
        yield from _image_observations(str(number), image)
    for number, unscored in enumerate(facts.unscored, len(facts.images) + 1):
        if unscored.sop_instance_uid:
            yield _Observation("ST", _SOURCE, _text(unscored.sop_instance_uid), str(number))
        yield _Observation("CWE", _REASON, _coded(unscored.reason), str(number))
        yield _Observation("TX", _COMMENT, _text(unscored.detail), str(number))
    for comment in facts.comments:
        yield _Observation("TX", _COMMENT, _text(comment))


def _image_observations(group: str, image: ImageFinding) -> Iterator[_Observation]:
    yield _Observation("ST", _SOURCE, _text(image.sop_instance_uid), group)
    # the number is named by what it is of, so that it cannot be read without it
    probability = Coded(
        _PROBABILITY.value,
        _PROBABILITY.scheme,
        f"{_PROBABILITY.meaning} of {image.finding.meaning}",
    )
    yield _Observation("NM", probability, f"{image.probability:.9g}", group, "1^no units^UCUM")
    yield _Observation("CWE", _FLAG, _coded(image.flag), group)
    for parameter in image.parameters:
        yield _Observation("TX", _PARAMETERS, _text(parameter), group)
    for comment in image.comments:
        yield _Observation("TX", _COMMENT, _text(comment), group)


def _fill_observation(
    obx: Segment, number: int, observation: _Observation, facts: ReportFacts
) -> None:
    obx.obx_1 = str(number)
    obx.obx_2 = observation.kind
    obx.obx_3 = _coded(observation.name)
    if observation.group:
        obx.obx_4 = observation.group
    obx.obx_5 = observation.value
    if observation.unit:
        obx.obx_6 = observation.unit
    obx.obx_11 = _PRELIMINARY
    obx.obx_14 = _moment(facts.made_at)
    obx.obx_18 = f"{_text(facts.model_title)}^^{_text(facts.model_device_uid)}^ISO"


def _coded(code: Coded) -> str:
    return "^".join(map(_text, (code.value, code.meaning, code.scheme)))


def _moment(moment: datetime) -> str:
    return f"{moment:%Y%m%d%H%M%S%z}"


def _text(text: str) -> str:
    """Escape what HL7 v2 reads as structure (2.7); control characters become spaces."""
    line = re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip()
    return "".join(_ESCAPES.get(letter, letter) for letter in line)
