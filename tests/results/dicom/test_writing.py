"""Results on disk: each once, whole or not at all, beside the source and never in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pydicom
import pytest

from tests.results.dicom.conftest import MADE_AT, AssessedFactory, blob_pixels, study_of
from tests.results.dicom.peers import complaints_of_dciodvfy, rendered_text, run_peer
from triage_app.errors import ResultError, UnreadableError
from triage_app.imaging.header import read_instance
from triage_app.imaging.source import FileSource
from triage_app.inference.card import ModelCard
from triage_app.inference.session import Model
from triage_app.results.dicom import writing
from triage_app.results.dicom.provenance import ResultKind, is_own_result
from triage_app.results.dicom.study import AssessedInstance, AssessedStudy, group_by_study
from triage_app.results.dicom.writing import find_predecessor, write_results
from triage_app.triage.assess import assess

ALL = (
    ResultKind.REPORT,
    ResultKind.SECONDARY_CAPTURE,
    ResultKind.PRESENTATION_STATE,
    ResultKind.PARAMETRIC_MAP,
    ResultKind.PDF,
)


def kinds_of(paths: list[Path]) -> list[str]:
    return [path.name.split("-")[0] for path in paths]


def test_a_flagged_image_has_a_result_of_every_kind(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    study = study_of(assessed())
    written = write_results(study, tiny_card, tmp_path / "out", MADE_AT, ALL)
    assert sorted(kinds_of(written)) == ["gsps", "map", "pdf", "sc", "sr"]
    assert {path.parent for path in written} == {tmp_path / "out" / study.study_instance_uid}
    series = {pydicom.dcmread(path).SeriesInstanceUID for path in written}
    assert len(series) == 5


def test_an_image_that_is_not_flagged_has_no_outline(assessed, tiny_card, tmp_path: Path):
    written = write_results(study_of(assessed(is_flagged=False)), tiny_card, tmp_path, MADE_AT)
    assert sorted(kinds_of(written)) == ["map", "sc", "sr"]


def test_images_that_were_not_scored_have_the_report_alone(assessed, tiny_card, tmp_path: Path):
    written = write_results(study_of(assessed(body_part="HAND")), tiny_card, tmp_path, MADE_AT, ALL)
    assert kinds_of(written) == ["sr"]


def test_the_same_result_again_writes_nothing(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    study = study_of(assessed())
    out = tmp_path / "out"
    first = write_results(study, tiny_card, out, MADE_AT, ALL)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in first}
    assert write_results(study, tiny_card, out, MADE_AT + timedelta(days=1), ALL) == []
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in first} == before


def test_a_result_that_was_lost_comes_back_as_it_was(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    study = study_of(assessed())
    first = write_results(study, tiny_card, tmp_path / "a", MADE_AT, ALL)
    second = write_results(study, tiny_card, tmp_path / "b", MADE_AT, ALL)
    assert [path.name for path in first] == [path.name for path in second]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_another_models_report_stands_beside_the_first_and_follows_it(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    study = study_of(assessed())
    (first,) = write_results(study, tiny_card, tmp_path / "o", MADE_AT, [ResultKind.REPORT])
    other = tiny_card.model_copy(update={"device_uid": "1.2.3.4"})
    (second,) = write_results(
        study, other, tmp_path / "o", MADE_AT + timedelta(hours=1), [ResultKind.REPORT]
    )
    report = pydicom.dcmread(second)
    (item,) = report.PredecessorDocumentsSequence
    referred = item.ReferencedSeriesSequence[0].ReferencedSOPSequence[0]
    assert referred.ReferencedSOPInstanceUID == pydicom.dcmread(first).SOPInstanceUID
    assert write_results(study, tiny_card, tmp_path / "o", MADE_AT, [ResultKind.REPORT]) == []


def test_an_instance_that_came_later_makes_a_new_report_that_follows(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    one = assessed("a.dcm", study_instance_uid="1.2.3")
    two = assessed("b.dcm", study_instance_uid="1.2.3", is_flagged=False)
    kinds = [ResultKind.REPORT]
    (first,) = write_results(study_of(one), tiny_card, tmp_path / "o", MADE_AT, kinds)
    (second,) = write_results(study_of(one, two), tiny_card, tmp_path / "o", MADE_AT, kinds)
    reports = [pydicom.dcmread(path) for path in (first, second)]
    assert reports[0].SeriesInstanceUID == reports[1].SeriesInstanceUID
    assert "PredecessorDocumentsSequence" in reports[1]


def test_the_latest_report_is_the_predecessor_and_rubbish_is_none(tmp_path: Path):
    assert find_predecessor(tmp_path / "nowhere") is None
    (tmp_path / "sr-1.dcm").write_bytes(b"not DICOM")
    assert find_predecessor(tmp_path) is None


def test_our_own_results_are_no_input(
    assessed: AssessedFactory, tiny_card: ModelCard, tiny_model: Model, tmp_path: Path
):
    item = assessed()
    written = write_results(study_of(item), tiny_card, tmp_path / "out", MADE_AT, ALL)
    results = [read_instance(FileSource(path)) for path in written]
    assert all(is_own_result(result.header) for result in results)
    again = [item, *(AssessedInstance(result, assess(result, tiny_model)) for result in results)]
    (study,), homeless = group_by_study(again)
    assert homeless == []
    assert len(study.instances) == 1
    assert write_results(study, tiny_card, tmp_path / "out", MADE_AT, ALL) == []


def test_copies_of_an_instance_count_once(assessed: AssessedFactory):
    one, copy = assessed("a/x.dcm", uid_seed="same"), assessed("b/x.dcm", uid_seed="same")
    (study,), _ = group_by_study([one, copy])
    assert study.instances == (one,)


@pytest.mark.parametrize("uid", [None, "", "../../etc", "1.2.x", "1" * 65], ids=repr)
def test_an_instance_without_a_study_has_no_place_for_results(assessed, uid: str | None):
    item = assessed(changes={"StudyInstanceUID": uid})
    studies, homeless = group_by_study([item])
    assert (studies, homeless) == ([], [item])
    with pytest.raises(ResultError, match="no valid"):
        AssessedStudy((item,))


def test_a_write_that_fails_leaves_nothing_behind(
    assessed: AssessedFactory,
    tiny_card: ModelCard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", fail)
    with pytest.raises(ResultError, match=r"No space left on device.*check the disk"):
        write_results(study_of(assessed()), tiny_card, tmp_path / "out", MADE_AT)
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(assessed, tiny_card, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ResultError, match="cannot be written"):
        write_results(study_of(assessed()), tiny_card, tmp_path / "file", MADE_AT)


def test_files_are_readable_as_the_umask_says(assessed, tiny_card, tmp_path: Path):
    (path,) = write_results(
        study_of(assessed()), tiny_card, tmp_path / "out", MADE_AT, [ResultKind.REPORT]
    )
    plain = tmp_path / "plain"
    plain.touch()
    assert path.stat().st_mode == plain.stat().st_mode


def test_an_image_that_vanished_after_scoring_is_an_error_of_its_own(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    item = assessed()
    Path(item.instance.source.path).unlink()
    with pytest.raises(UnreadableError):
        write_results(study_of(item), tiny_card, tmp_path / "out", MADE_AT)


@pytest.mark.peer
def test_peers_validate_the_results_of_a_real_radiograph(
    shared_folder: Path, tiny_card: ModelCard, tiny_model: Model, tmp_path: Path
):
    path = shared_folder / "data" / "dicom_public" / "nema_wg04" / "RG1_J2KI"
    if not path.is_file():
        pytest.skip(f"no {path.name} in the folder of real data")
    instance = read_instance(FileSource(path))
    study = study_of(AssessedInstance(instance, assess(instance, tiny_model)))
    written = write_results(study, tiny_card, tmp_path, MADE_AT, ALL)
    # It is flagged, and states a spacing of 0, which makes no plane: no parametric map.
    assert sorted(kinds_of(written)) == ["gsps", "pdf", "sc", "sr"]
    for result in written:
        assert complaints_of_dciodvfy(result) == [], result.name
        assert pydicom.dcmread(result).PatientName == "CompressedSamples^RG1"
    report, state = (
        next(p for p in written if p.name.startswith(kind)) for kind in ("sr-", "gsps-")
    )
    assert "Age 64 years" in rendered_text(report, tmp_path)
    checked = run_peer("dcmpschk", state)
    assert "Test passed" in checked.stdout + checked.stderr, checked.stderr
    capture = pydicom.dcmread(next(p for p in written if p.name.startswith("sc-")))
    assert capture.LossyImageCompression == "01"


def test_large_images_are_not_written_at_full_size(assessed, tiny_card, tmp_path: Path):
    item = assessed(pixels=blob_pixels(rows=3000, columns=2500))
    (path,) = write_results(
        study_of(item), tiny_card, tmp_path, MADE_AT, [ResultKind.SECONDARY_CAPTURE]
    )
    assert path.stat().st_size < 8_000_000
