"""The FHIR resources are valid, hang together, and never read as a diagnosis."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from pydicom import Dataset

from triage_app.results.dicom.provenance import DISCLAIMER
from triage_app.results.messages.fhir_report import build_fhir_report, encode_fhir_report
from triage_app.results.messages.report_facts import ReportFacts, read_report

Json = dict[str, Any]


@pytest.fixture
def facts(report: Dataset) -> ReportFacts:
    return read_report(report)


@pytest.fixture
def written(facts: ReportFacts) -> Json:
    content: Json = json.loads(encode_fhir_report(build_fhir_report(facts)))
    return content


def of_kind(bundle: Json, kind: str) -> list[Json]:
    resources = [entry["resource"] for entry in bundle["entry"]]
    return [each for each in resources if each["resourceType"] == kind]


def code_of(resource: Json) -> str:
    return str(resource["code"]["coding"][0]["code"])


def test_it_survives_a_round_trip(facts: ReportFacts) -> None:
    bundle = build_fhir_report(facts)
    again = Bundle.model_validate_json(encode_fhir_report(bundle))
    assert again == bundle
    assert encode_fhir_report(again) == encode_fhir_report(bundle)


def test_every_reference_is_to_an_entry_or_by_an_identifier(written: Json) -> None:
    urls = {entry["fullUrl"] for entry in written["entry"]}
    assert len(urls) == len(written["entry"])

    def references(node: object) -> list[Json]:
        if isinstance(node, dict):
            own = [node] if node.get("type") in ("Patient", "ServiceRequest") else []
            own += [node] if "reference" in node else []
            return own + [found for value in node.values() for found in references(value)]
        if isinstance(node, list):
            return [found for value in node for found in references(value)]
        return []

    found = references([entry["resource"] for entry in written["entry"]])
    assert found
    for each in found:
        assert each.get("reference") in urls or each["identifier"]["value"]


def test_the_report_names_study_order_patient_and_results(
    written: Json, facts: ReportFacts
) -> None:
    (report,), (study,), (device,) = (
        of_kind(written, kind) for kind in ("DiagnosticReport", "ImagingStudy", "Device")
    )
    assert report["status"] == "preliminary"
    assert report["identifier"][0]["value"] == f"urn:oid:{facts.sop_instance_uid}"
    assert report["subject"]["identifier"]["value"] == "P-1"
    assert report["basedOn"][0]["identifier"]["value"] == "ACC-1"
    assert report["effectiveDateTime"] == "2024-03-05"
    assert DISCLAIMER in report["conclusion"]
    assert len(report["result"]) == 1 + len(facts.images) + len(facts.unscored)
    assert study["identifier"][0]["value"] == f"urn:oid:{facts.study_instance_uid}"
    assert study["numberOfInstances"] == 4
    assert study["series"][0]["modality"]["code"] == "CR"
    assert device["identifier"][0]["value"] == f"urn:oid:{facts.model_device_uid}"


def test_measurements_are_members_of_their_image(written: Json, facts: ReportFacts) -> None:
    by_url = {entry["fullUrl"]: entry["resource"] for entry in written["entry"]}
    groups = [each for each in of_kind(written, "Observation") if "hasMember" in each]
    assert [each["component"][0]["valueString"] for each in groups] == [
        f"urn:oid:{image.sop_instance_uid}" for image in facts.images
    ]
    for group, image in zip(groups, facts.images, strict=True):
        members = {
            code_of(by_url[each["reference"]]): by_url[each["reference"]]
            for each in group["hasMember"]
        }
        assert members["122157"]["valueQuantity"]["value"] == pytest.approx(image.probability)
        flag = members["TRIAGE_FLAG"]["valueCodeableConcept"]["coding"][0]["code"]
        assert flag == image.flag.value
        assert "125007" in json.dumps(group["category"])


def test_no_value_says_that_the_finding_is_there(written: Json) -> None:
    for each in of_kind(written, "Observation"):
        value = json.dumps({name: each[name] for name in each if name.startswith("value")})
        assert "Pneumonia" not in value
        assert "233604007" not in value


def test_what_was_not_scored_says_why(written: Json) -> None:
    absent = [each for each in of_kind(written, "Observation") if "dataAbsentReason" in each]
    said = [
        (each["dataAbsentReason"]["text"], each["dataAbsentReason"]["coding"][1]["code"])
        for each in absent
    ]
    assert said == [("Truncated", "error"), ("Body part", "not-performed")]


def test_everything_is_marked_as_research(written: Json) -> None:
    for entry in written["entry"]:
        assert entry["resource"]["meta"]["security"][0]["code"] == "HRESCH"
    assert all(DISCLAIMER in json.dumps(each["note"]) for each in of_kind(written, "Observation"))


def test_a_repetition_makes_nothing_twice(written: Json, facts: ReportFacts) -> None:
    keys = [entry["request"]["ifNoneExist"] for entry in written["entry"]]
    assert len(set(keys)) == len(keys)
    again = json.loads(encode_fhir_report(build_fhir_report(facts)))
    assert again == written
