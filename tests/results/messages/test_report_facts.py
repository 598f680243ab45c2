"""A message says what the report says."""

from __future__ import annotations

from datetime import date

import pytest
from pydicom import Dataset

from tests.results.dicom.conftest import MADE_AT
from tests.results.messages.conftest import STUDY
from triage_app.errors import ResultError
from triage_app.inference.card import ModelCard
from triage_app.results.dicom.provenance import DISCLAIMER
from triage_app.results.messages.report_facts import read_report


def test_all_that_the_report_says_is_read(report: Dataset, tiny_card: ModelCard) -> None:
    facts = read_report(report)
    assert facts.sop_instance_uid == report.SOPInstanceUID
    assert (facts.study_instance_uid, facts.accession_number) == (STUDY, "ACC-1")
    assert (facts.study_date, facts.made_at) == (date(2024, 3, 5), MADE_AT)
    assert (facts.patient.patient_id, facts.patient.sex) == ("P-1", "F")
    assert facts.patient.name.ideographic == "山田^太郎"
    assert (facts.model_device_uid, facts.model_title) == (tiny_card.device_uid, tiny_card.title)
    assert (facts.flag.meaning, facts.summary.meaning) == ("Flagged", "Partially Succeeded")
    by_flag = {image.flag.meaning: image.probability for image in facts.images}
    assert set(by_flag) == {"Flagged", "Not flagged"}
    assert by_flag["Flagged"] > by_flag["Not flagged"]
    assert facts.images[0].finding.meaning == "Pneumonia"
    assert any("threshold" in text for text in facts.images[0].parameters)
    reasons = {(each.reason.value, each.is_failure) for each in facts.unscored}
    assert reasons == {("TRUNCATED", True), ("BODY_PART", False)}
    assert DISCLAIMER in facts.comments
    uids = {uid for series in facts.series for _, uid in series.instances}
    scored = {image.sop_instance_uid for image in facts.images}
    assert scored | {each.sop_instance_uid for each in facts.unscored} == uids
    assert {series.modality for series in facts.series} == {"CR"}


def test_the_patient_is_in_no_representation(report: Dataset) -> None:
    shown = repr(read_report(report))
    assert not any(secret in shown for secret in ("Yamada", "山田", "P-1", "ACC-1", "2021"))


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("Manufacturer", "Another vendor"),
        ("ContentSequence", []),
        ("ConceptNameCodeSequence", []),
        ("ContentDate", ""),
    ],
)
def test_what_is_no_report_of_ours_is_refused(report: Dataset, keyword: str, value: object) -> None:
    setattr(report, keyword, value)
    with pytest.raises(ResultError):
        read_report(report)
