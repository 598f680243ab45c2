"""What a reader says of an AI result: a report of its own, in the reader's own words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import highdicom as hd
import pydicom
import pytest
from pydicom import Dataset

from tests.results.dicom.conftest import MADE_AT, AssessedFactory, saved, study_of
from tests.results.dicom.peers import complaints_of_dciodvfy, rendered_text
from tests.results.dicom.test_structured_report import items_named
from triage_app.inference.card import ModelCard
from triage_app.results.dicom.reader_agreement import (
    Agreement,
    ReaderAgreement,
    build_reader_agreement,
)
from triage_app.results.dicom.structured_report import build_structured_report
from triage_app.results.dicom.study import AssessedInstance

REASON = "Old scar, seen in 2019."


@pytest.fixture
def item(assessed: AssessedFactory) -> AssessedInstance:
    return assessed()


@pytest.fixture
def ai_report(item: AssessedInstance, tiny_card: ModelCard) -> Dataset:
    return build_structured_report(study_of(item), tiny_card, MADE_AT)


@pytest.mark.parametrize("agreement", Agreement)
def test_the_answer_is_coded_and_refers_to_the_ai_report(
    item: AssessedInstance, ai_report: Dataset, agreement: Agreement, tmp_path: Path
):
    said = ReaderAgreement(agreement, "Reader^Rita", REASON)
    report = build_reader_agreement(item.instance, ai_report, said, MADE_AT)
    read = hd.sr.srread(saved(report, tmp_path / "ra.dcm"))
    (answer,) = items_named(read, "Agreement with the AI result")
    assert answer.ConceptCodeSequence[0].CodeMeaning == agreement.capitalize()
    (comment,) = items_named(answer, "Comment")
    assert comment.TextValue == REASON
    (assessed,) = items_named(answer, "AI result that was assessed")
    referred = assessed.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
    assert referred == ai_report.SOPInstanceUID
    (name,) = items_named(read, "Person Observer Name")
    assert name.PersonName == "Reader^Rita"
    assert read.SeriesInstanceUID not in {
        ai_report.SeriesInstanceUID,
        item.instance.facts.study.series_instance_uid,
    }


def test_a_disagreement_needs_its_reason():
    with pytest.raises(ValueError, match="reason"):
        ReaderAgreement(Agreement.DISAGREE, "Reader^Rita", "  ")
    assert ReaderAgreement(Agreement.AGREE, "Reader^Rita").reason == ""


@pytest.mark.parametrize("name", ["", "  ", "a\\b", "x" * 65], ids=repr)
def test_a_reader_has_a_name_that_dicom_can_hold(name: str):
    with pytest.raises(ValueError, match="name"):
        ReaderAgreement(Agreement.AGREE, name)


def test_the_readers_words_are_never_lost_to_a_character_set(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    item = assessed(patient_name="Müller^Jörg", changes={"SpecificCharacterSet": "ISO_IR 100"})
    ai_report = build_structured_report(study_of(item), tiny_card, MADE_AT)
    said = ReaderAgreement(Agreement.UNSURE, "山田^太郎", "右下肺野に陰影")
    report = build_reader_agreement(item.instance, ai_report, said, MADE_AT)
    read = pydicom.dcmread(saved(report, tmp_path / "ra.dcm"))
    assert read.SpecificCharacterSet == "ISO_IR 192"
    assert items_named(read, "Comment")[0].TextValue == "右下肺野に陰影"
    assert str(items_named(read, "Person Observer Name")[0].PersonName) == "山田^太郎"
    assert str(read.PatientName) == "Müller^Jörg"


def test_another_answer_later_is_another_report_that_follows_the_first(
    item: AssessedInstance, ai_report: Dataset
):
    first = build_reader_agreement(
        item.instance, ai_report, ReaderAgreement(Agreement.AGREE, "Reader^Rita"), MADE_AT
    )
    second = build_reader_agreement(
        item.instance,
        ai_report,
        ReaderAgreement(Agreement.DISAGREE, "Reader^Rita", REASON),
        MADE_AT + timedelta(minutes=5),
        predecessors=[first],
    )
    assert second.SOPInstanceUID != first.SOPInstanceUID
    assert second.SeriesInstanceUID == first.SeriesInstanceUID
    (study,) = second.PredecessorDocumentsSequence
    (series,) = study.ReferencedSeriesSequence
    assert series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID


def test_a_report_of_another_study_is_refused(
    assessed: AssessedFactory, item: AssessedInstance, ai_report: Dataset
):
    other = assessed("other.dcm", study_instance_uid="1.2.3")
    said = ReaderAgreement(Agreement.AGREE, "Reader^Rita")
    with pytest.raises(ValueError, match="expected a report of the study"):
        build_reader_agreement(other.instance, ai_report, said, MADE_AT)


def test_nobodys_words_stand_in_a_representation():
    said = ReaderAgreement(Agreement.DISAGREE, "Reader^Rita", REASON)
    assert "Rita" not in repr(said)
    assert "scar" not in repr(said)


@pytest.mark.peer
def test_peers_validate_and_render_it(item: AssessedInstance, ai_report: Dataset, tmp_path: Path):
    said = ReaderAgreement(Agreement.DISAGREE, "Reader^Rita", REASON, "Clinic")
    report = build_reader_agreement(item.instance, ai_report, said, MADE_AT)
    path = saved(report, tmp_path / "ra.dcm")
    assert complaints_of_dciodvfy(path) == []
    text = rendered_text(path, tmp_path)
    for words in ("Disagree", REASON, "Reader", "Clinic"):
        assert words in text
