"""The HL7 v2 message is valid by another reader, says all, and is one message for one report."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset

from triage_app.results.dicom.provenance import DISCLAIMER
from triage_app.results.messages.hl7_report import Hl7Names, build_hl7_report, control_id
from triage_app.results.messages.report_facts import Coded, ReportFacts, read_report


@pytest.fixture
def facts(report: Dataset) -> ReportFacts:
    return read_report(report)


def fields_of(message: str, segment: str) -> list[list[str]]:
    """Read segments by hand, so that no library's tolerance hides what is written."""
    lines = [line.split("|") for line in message.split("\r")]
    return [line for line in lines if line[0] == segment]


def test_the_message_keeps_to_its_structure(facts: ReportFacts) -> None:
    message = build_hl7_report(facts)
    parsed = parse_message(message, validation_level=VALIDATION_LEVEL.STRICT)
    parsed.validate()
    assert parsed.to_er7() == message


def test_it_names_sender_patient_and_order(facts: ReportFacts) -> None:
    names = Hl7Names("triage-app", "ROOM 1", "RIS", "HOSPITAL")
    message = build_hl7_report(facts, names)
    (msh,), (pid,), (obr,) = (fields_of(message, name) for name in ("MSH", "PID", "OBR"))
    assert msh[2:6] == ["triage-app", "ROOM 1", "RIS", "HOSPITAL"]
    assert (msh[8], msh[9], msh[11]) == ("ORU^R01^ORU_R01", control_id(facts), "2.5.1")
    assert msh[17] == "UNICODE UTF-8"
    assert pid[3].split("^")[0] == "P-1"
    assert pid[5].split("~") == [
        "Yamada^Tarou^^^^^L^A",
        "山田^太郎^^^^^L^I",
        "やまだ^たろう^^^^^L^P",
    ]
    assert (pid[7], pid[8]) == ("20210201", "F")
    assert (obr[3], obr[18], obr[25]) == ("ACC-1", "ACC-1", "P")


def test_every_statement_of_the_report_is_an_observation(facts: ReportFacts) -> None:
    rows = fields_of(build_hl7_report(facts), "OBX")
    said = [(row[3].split("^")[1], row[4], row[5]) for row in rows]
    assert ("Study Instance UID", "", facts.study_instance_uid) in said
    assert ("Flag at the operating point", "", "FLAGGED^Flagged^99TRIAGEAPP") in said
    for number, image in enumerate(facts.images, 1):
        assert ("Source of Measurement", str(number), image.sop_instance_uid) in said
        (written,) = (
            value
            for name, group, value in said
            if name == "Probability of Pneumonia" and group == str(number)
        )
        assert float(written) == pytest.approx(image.probability, rel=1e-8)
    reasons = [value for name, _, value in said if name.startswith("Reason")]
    assert reasons == ["TRUNCATED^Truncated^99TRIAGEAPP", "BODY_PART^Body part^99TRIAGEAPP"]
    assert ("Comment", "", DISCLAIMER) in said
    assert {row[11] for row in rows} == {"P"}, "nobody has verified it"
    assert [row[1] for row in rows] == [str(at) for at in range(1, len(rows) + 1)]


def test_the_same_report_is_the_same_message(facts: ReportFacts) -> None:
    assert build_hl7_report(facts) == build_hl7_report(facts)
    other = replace(facts, sop_instance_uid="1.2.3")
    assert control_id(other) != control_id(facts)
    assert len(control_id(facts)) == 20


def test_identifiers_may_be_as_long_as_those_of_dicom(facts: ReportFacts) -> None:
    long = replace(
        facts, accession_number="A" * 64, patient=replace(facts.patient, patient_id="P" * 64)
    )
    (pid,) = fields_of(build_hl7_report(long), "PID")
    assert pid[3].startswith("P" * 64)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=60))
def test_no_text_breaks_the_message(facts: ReportFacts, text: str) -> None:
    odd = replace(facts, accession_number=text, comments=(text,))
    odd = replace(odd, patient=replace(odd.patient, patient_id=text, issuer=text))
    odd = replace(odd, procedure=Coded(text[:16], "99X", text))
    message = build_hl7_report(odd)
    assert len(fields_of(message, "OBX")) == len(fields_of(build_hl7_report(facts), "OBX")) - (
        len(facts.comments) - 1
    )
    assert parse_message(message).to_er7() == message
