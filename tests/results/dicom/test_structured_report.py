"""The report of a study: what it says, who can read it, and that it is one report."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import highdicom as hd
import pydicom
import pytest
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import (
    Comprehensive3DSRStorage,
    CTImageStorage,
    EnhancedSRStorage,
    KeyObjectSelectionDocumentStorage,
)

from tests.results.dicom.conftest import MADE_AT, AssessedFactory, saved, study_of
from tests.results.dicom.peers import complaints_of_dciodvfy, rendered_text, run_peer
from tests.tiny_model import write_tiny_model
from triage_app.errors import FailureReason, ResultError
from triage_app.imaging.header import read_instance
from triage_app.inference.card import ModelCard
from triage_app.inference.session import Model, load_model
from triage_app.results.dicom.heat_picture import result_lines
from triage_app.results.dicom.statement import scored_of
from triage_app.results.dicom.structured_report import build_structured_report
from triage_app.results.dicom.study import AssessedInstance
from triage_app.triage.assess import assess
from triage_app.triage.outcome import Failed, Scored

STUDY = "1.2.826.0.1.3680043.8.498.77"


@pytest.fixture
def mixed_report(assessed: AssessedFactory, tiny_card: ModelCard) -> Dataset:
    """Report of a flagged, a not flagged, an excluded and a failed image."""
    return build_structured_report(_mixed(assessed), tiny_card, MADE_AT)


def _mixed(assessed: AssessedFactory):
    broken = assessed("night/Probe^Petra/broken.dcm", study_instance_uid=STUDY)
    path = broken.instance.source.path
    broken = replace(
        broken, outcome=Failed(FailureReason.TRUNCATED, f"{path}: ends early; fetch it again.")
    )
    return study_of(
        assessed("a.dcm", study_instance_uid=STUDY, age="040Y"),
        assessed("b.dcm", study_instance_uid=STUDY, is_flagged=False),
        assessed("hand.dcm", study_instance_uid=STUDY, body_part="HAND"),
        broken,
    )


def items_named(node: Dataset, meaning: str) -> list[Dataset]:
    found = []
    for item in node.get("ContentSequence", []):
        if item.ConceptNameCodeSequence[0].CodeMeaning == meaning:
            found.append(item)
        found += items_named(item, meaning)
    return found


def test_each_scored_image_has_its_probability_as_a_measurement(
    mixed_report: Dataset, tmp_path: Path
):
    report = hd.sr.srread(saved(mixed_report, tmp_path / "sr.dcm"))
    groups = report.content.get_image_measurement_groups()
    assert len(groups) == 2
    for group in groups:
        (measurement,) = group.get_measurements(name=codes.DCM.Probability)
        assert 0 < measurement.value < 1
        assert measurement.unit == codes.UCUM.NoUnits
        assert group.finding_type.meaning == "Pneumonia"
        assert (group.finding_type.value, group.finding_type.scheme_designator) == (
            "233604007",
            "SCT",
        )
        assert len(group.source_images) == 1


def test_the_flag_is_coded_for_each_image_and_for_the_study(mixed_report: Dataset):
    flags = [
        item.ConceptCodeSequence[0].CodeMeaning
        for item in items_named(mixed_report, "Flag at the operating point")
    ]
    assert sorted(flags[:2]) == ["Flagged", "Not flagged"]
    assert flags[2:] == ["Flagged"]


def test_the_probability_is_the_one_that_rows_state(assessed: AssessedFactory, tiny_card):
    item = assessed()
    assert isinstance(item.outcome, Scored)
    report = build_structured_report(study_of(item), tiny_card, MADE_AT)
    (number,) = items_named(report, "Probability")
    stated = float(number.MeasuredValueSequence[0].NumericValue)
    assert stated == pytest.approx(item.outcome.probability, rel=1e-6)


@pytest.mark.parametrize(
    ("age", "population", "threshold"),
    [("003Y", "children", "0.5"), ("040Y", "adults", "0.6"), ("", "children", "0.5")],
)
def test_the_population_that_an_image_was_read_with_is_named(
    assessed: AssessedFactory, tmp_path: Path, age: str, population: str, threshold: str
):
    model = load_model(write_tiny_model(tmp_path, populations=True))
    instance = assessed(age=age, changes={"PatientBirthDate": None}).instance
    item = AssessedInstance(instance, assess(instance, model))
    report = build_structured_report(study_of(item), model.card, MADE_AT)
    parameters = [each.TextValue for each in items_named(report, "Algorithm Parameters")]
    assert parameters[:3] == [
        f"operating point: {population}: balanced",
        f"population: {population}",
        f"threshold: {threshold}",
    ]
    said = [each.TextValue for each in items_named(report, "Comment")]
    assert any("read as children" in text for text in said) is (not age)
    assert result_lines(scored_of(item), model.card)[1] == (
        f"operating point: {population}: balanced (threshold {threshold})"
    )


def test_operating_point_and_algorithm_are_named(mixed_report: Dataset, tiny_card: ModelCard):
    parameters = {item.TextValue for item in items_named(mixed_report, "Algorithm Parameters")}
    assert "operating point: balanced" in parameters
    assert "threshold: 0.5" in parameters
    assert {i.TextValue for i in items_named(mixed_report, "Algorithm Name")} == {"tiny"}
    assert {i.TextValue for i in items_named(mixed_report, "Algorithm Version")} == {"1"}
    (observer,) = items_named(mixed_report, "Device Observer UID")
    assert tiny_card.device_uid == observer.UID
    equipment = [
        item
        for item in mixed_report.ContributingEquipmentSequence
        if item.get("DeviceUID") == tiny_card.device_uid
    ]
    assert equipment[0].SoftwareVersions == "1"


def test_it_is_complete_and_unverified(mixed_report: Dataset):
    assert mixed_report.CompletionFlag == "COMPLETE"
    assert mixed_report.VerificationFlag == "UNVERIFIED"
    assert mixed_report.PreliminaryFlag == "PRELIMINARY"


def test_images_that_were_not_scored_are_listed_with_their_reasons(mixed_report: Dataset):
    (summary,) = items_named(mixed_report, "Summary of Analyses")
    assert summary.ConceptCodeSequence[0].CodeMeaning == "Partially Succeeded"
    ways = {
        item.ConceptNameCodeSequence[0].CodeMeaning: item.ContentSequence
        for item in summary.ContentSequence
    }
    assert {name: len(analyses) for name, analyses in ways.items()} == {
        "Successful Analyses": 2,
        "Failed Analyses": 1,
        "Analyses Not Attempted": 1,
    }
    (excluded,) = ways["Analyses Not Attempted"]
    assert [
        i.ConceptCodeSequence[0].CodeMeaning
        for i in items_named(excluded, "Reason why the image was not scored")
    ] == ["Body part"]
    (comment,) = items_named(excluded, "Comment")
    assert "(0018,0015) Body Part Examined is HAND" in comment.TextValue
    (failed,) = ways["Failed Analyses"]
    (comment,) = items_named(failed, "Comment")
    assert comment.TextValue == "ends early; fetch it again."


def test_no_path_of_a_file_leaves_the_house(mixed_report: Dataset, tmp_path: Path):
    data = saved(mixed_report, tmp_path / "sr.dcm").read_bytes()
    assert b"night/" not in data
    assert str(tmp_path).encode() not in data


def test_notices_stand_as_comments_with_the_image_that_they_are_about(mixed_report: Dataset):
    groups = items_named(mixed_report, "Measurement Group")
    comments = [[item.TextValue for item in items_named(group, "Comment")] for group in groups]
    assert sorted(comments) == [[], ["Age 40 years; the model was trained on ages 1 to 5."]]


@pytest.mark.parametrize(
    ("facts", "status"),
    [({"body_part": "HAND"}, "Not Attempted"), ({}, "Succeeded")],
    ids=["all excluded", "all scored"],
)
def test_the_status_of_the_analyses(
    assessed: AssessedFactory, tiny_card: ModelCard, facts: dict[str, str], status: str
):
    report = build_structured_report(study_of(assessed(**facts)), tiny_card, MADE_AT)
    (summary,) = items_named(report, "Summary of Analyses")
    assert summary.ConceptCodeSequence[0].CodeMeaning == status


def test_a_study_without_a_scored_image_has_a_report_all_the_same(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    study = study_of(assessed(body_part="HAND"))
    path = saved(build_structured_report(study, tiny_card, MADE_AT), tmp_path / "sr.dcm")
    report = hd.sr.srread(path)
    flags = items_named(report, "Flag at the operating point")
    assert [item.ConceptCodeSequence[0].CodeMeaning for item in flags] == ["Not processed"]
    assert items_named(report, "Probability") == []


def test_every_instance_of_the_study_is_evidence(mixed_report: Dataset):
    (study,) = mixed_report.CurrentRequestedProcedureEvidenceSequence
    assert study.StudyInstanceUID == STUDY
    assert sum(len(series.ReferencedSOPSequence) for series in study.ReferencedSeriesSequence) == 4


def test_a_new_series_of_the_same_study(assessed: AssessedFactory, tiny_card: ModelCard):
    item = assessed()
    report = build_structured_report(study_of(item), tiny_card, MADE_AT)
    assert report.StudyInstanceUID == item.instance.facts.study.study_instance_uid
    assert report.SeriesInstanceUID != item.instance.facts.study.series_instance_uid
    assert report.Modality == "SR"


def test_the_same_outcomes_give_the_same_bytes(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    items = [
        assessed("a.dcm", study_instance_uid=STUDY),
        assessed("b.dcm", study_instance_uid=STUDY),
    ]
    first = build_structured_report(study_of(*items), tiny_card, MADE_AT)
    second = build_structured_report(study_of(*reversed(items)), tiny_card, MADE_AT)
    assert saved(first, tmp_path / "1").read_bytes() == saved(second, tmp_path / "2").read_bytes()


def test_another_outcome_model_or_operating_point_is_another_report_of_another_uid(
    assessed: AssessedFactory, tiny_card: ModelCard
):
    item = assessed()
    assert isinstance(item.outcome, Scored)
    study = study_of(item)
    point = tiny_card.default_operating_point.model_copy(update={"threshold": 0.4})
    cards = [
        tiny_card,
        tiny_card.model_copy(update={"device_uid": "1.2.3.4"}),
        tiny_card.model_copy(update={"operating_points": (point,)}),
    ]
    reports = [build_structured_report(study, card, MADE_AT) for card in cards]
    changed = replace(item, outcome=replace(item.outcome, probability=0.25, is_flagged=False))
    reports.append(build_structured_report(study_of(changed), tiny_card, MADE_AT))
    assert len({report.SOPInstanceUID for report in reports}) == 4
    assert len({report.SeriesInstanceUID for report in reports}) == 2  # one for each model


def test_a_report_names_the_one_that_it_follows(assessed: AssessedFactory, tiny_card: ModelCard):
    study = study_of(assessed())
    first = build_structured_report(study, tiny_card, MADE_AT)
    card = tiny_card.model_copy(update={"device_uid": "1.2.3.4"})
    second = build_structured_report(study, card, MADE_AT, predecessors=[first])
    (item,) = second.PredecessorDocumentsSequence
    (series,) = item.ReferencedSeriesSequence
    assert series.SeriesInstanceUID == first.SeriesInstanceUID
    assert series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID


def test_a_source_without_uids_is_told_in_a_sentence(
    assessed: AssessedFactory, tiny_card: ModelCard
):
    study = study_of(assessed(changes={"SeriesInstanceUID": None}))
    with pytest.raises(ResultError, match="correct the files"):
        build_structured_report(study, tiny_card, MADE_AT)


def test_a_moment_needs_its_time_zone(assessed: AssessedFactory, tiny_card: ModelCard):
    with pytest.raises(ValueError, match="time zone"):
        build_structured_report(study_of(assessed()), tiny_card, MADE_AT.replace(tzinfo=None))


@pytest.mark.peer
@pytest.mark.parametrize("is_enhanced", [False, True], ids=["comprehensive 3D", "enhanced"])
def test_peers_validate_and_render_it(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path, is_enhanced: bool
):
    report = build_structured_report(_mixed(assessed), tiny_card, MADE_AT, is_enhanced=is_enhanced)
    path = saved(report, tmp_path / "sr.dcm")
    assert complaints_of_dciodvfy(path) == []
    text = rendered_text(path, tmp_path)
    for words in (
        "Pneumonia",
        "Flagged",
        "Not flagged",
        "operating point: balanced",
        "threshold: 0.5",
        "Partially Succeeded",
        "ends early; fetch it again.",
        "Research use only - not a medical device.",
    ):
        assert words in text
    for word in ("Normal", "normal", "Negative", "negative", "Absent"):
        assert not re.search(rf"\b{word}\b", text)
    (number, *_) = items_named(report, "Probability")
    assert str(number.MeasuredValueSequence[0].NumericValue) in text
    dumped = run_peer("dsrdump", path)
    assert dumped.returncode == 0, dumped.stderr
    assert pydicom.dcmread(path).SOPClassUID == (
        EnhancedSRStorage if is_enhanced else Comprehensive3DSRStorage
    )


def test_a_study_of_a_vendors_own_sop_class_has_its_report(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    study = study_of(assessed(changes={"SOPClassUID": "1.2.3.4.5"}, patient_name="Eigen^Erna"))
    path = saved(build_structured_report(study, tiny_card, MADE_AT), tmp_path / "sr.dcm")
    report = pydicom.dcmread(path)
    assert report.PatientName == "Eigen^Erna"
    (summary,) = items_named(report, "Summary of Analyses")
    assert summary.ConceptCodeSequence[0].CodeMeaning == "Not Attempted"


@pytest.mark.peer
def test_peers_validate_a_report_of_other_kinds_of_instances(
    assessed: AssessedFactory, tiny_card: ModelCard, tiny_model: Model, tmp_path: Path
):
    other = assessed("ct.dcm", study_instance_uid=STUDY, changes={"SOPClassUID": CTImageStorage})
    note = assessed("note.dcm", study_instance_uid=STUDY)
    path = Path(note.instance.source.path)
    dataset = pydicom.dcmread(path)
    del dataset.PixelData
    dataset.SOPClassUID = KeyObjectSelectionDocumentStorage
    saved(dataset, path)
    instance = read_instance(note.instance.source)
    private = assessed("p.dcm", study_instance_uid=STUDY, changes={"SOPClassUID": "1.2.3.4.5"})
    study = study_of(private, other, AssessedInstance(instance, assess(instance, tiny_model)))
    path = saved(build_structured_report(study, tiny_card, MADE_AT), tmp_path / "sr.dcm")
    assert complaints_of_dciodvfy(path) == []
    assert "Not Attempted" in rendered_text(path, tmp_path)
