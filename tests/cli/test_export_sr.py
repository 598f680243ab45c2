"""``triage-app export-sr`` as an administrator calls it."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from tests.conftest import InstanceFactory
from triage_app.cli import export_sr
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.results.dicom.provenance import ResultKind
from triage_app.results.dicom.writing import DEFAULT_KINDS

STUDY = "1.2.826.0.1.3680043.8.498.5"


@pytest.fixture
def studies(tmp_path: Path, make_instance: InstanceFactory) -> Path:
    make_instance("studies/a.dcm", study_instance_uid=STUDY)
    make_instance("studies/b.dcm", study_instance_uid=STUDY, body_part="HAND")
    make_instance("studies/c.dcm")
    (tmp_path / "studies" / "c.txt").write_text("no DICOM at all")
    return tmp_path / "studies"


@pytest.fixture
def export(tiny_model_path: Path):
    def run(*arguments: object) -> int:
        words = [*map(str, arguments), "--workers", "0", "--model", str(tiny_model_path)]
        return main(["export-sr", *words])

    return run


def test_each_study_has_its_folder_of_results(
    studies: Path, tmp_path: Path, export, capsys: pytest.CaptureFixture[str]
):
    assert export(studies, "--output", tmp_path / "out", "--kinds", "sr,sc") == Exit.DONE
    folders = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len(folders) == 2
    assert STUDY in folders
    names = sorted(path.name.split("-")[0] for path in (tmp_path / "out" / STUDY).iterdir())
    assert names == ["sc", "sr"]
    printed = capsys.readouterr()
    assert "2 studies: 4 results written" in printed.err
    assert printed.out == ""


def test_again_writes_nothing_even_where_the_results_lie_among_the_studies(
    studies: Path, export, capsys: pytest.CaptureFixture[str]
):
    assert export(studies, "--output", studies / "results") == Exit.DONE
    written = sorted((studies / "results").rglob("*.dcm"))
    capsys.readouterr()
    assert export(studies, "--output", studies / "results") == Exit.DONE
    assert "0 results written" in capsys.readouterr().err
    # Results that came back from an archive are no input either.
    assert export(studies, "--output", studies.parent / "elsewhere", "--kinds", "sr") == Exit.DONE
    (report,) = (studies.parent / "elsewhere" / STUDY).iterdir()
    assert report.name in {path.name for path in written}


def test_enhanced_sr_by_choice(studies: Path, tmp_path: Path, export):
    code = export(studies, "-o", tmp_path / "out", "--kinds", "sr", "--enhanced-sr")
    assert code == Exit.DONE
    (report,) = (tmp_path / "out" / STUDY).iterdir()
    assert pydicom.dcmread(report).SOPClassUID == pydicom.uid.EnhancedSRStorage


def test_files_that_failed_make_their_exit_code_and_a_line_in_the_report(
    studies: Path, tmp_path: Path, export, capsys: pytest.CaptureFixture[str]
):
    whole = (studies / "a.dcm").read_bytes()
    (studies / "a.dcm").write_bytes(whole[:-2000])
    assert export(studies, "-o", tmp_path / "out", "--kinds", "sr") == Exit.DONE_WITH_FAILURES
    assert "1 files failed" in capsys.readouterr().err
    (report,) = (tmp_path / "out" / STUDY).iterdir()
    text = str(pydicom.dcmread(report))
    assert "Failed Analyses" in text
    assert str(studies) not in text


def test_an_instance_without_a_study_is_named(
    tmp_path: Path, make_instance, export, capsys: pytest.CaptureFixture[str]
):
    path = make_instance("lonely.dcm", changes={"StudyInstanceUID": None})
    assert export(path, "-o", tmp_path / "out") == Exit.DONE_WITH_FAILURES
    assert "lonely.dcm: has no valid Study Instance UID" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_told_for_each_study(
    studies: Path, tmp_path: Path, export, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "out").write_text("in the way")
    assert export(studies, "-o", tmp_path / "out") == Exit.DONE_WITH_FAILURES
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("kinds", ["", "sr,xx", "agreement"])
def test_unknown_kinds_are_a_usage_error(studies: Path, tmp_path: Path, export, kinds: str):
    with pytest.raises(SystemExit) as stopped:
        export(studies, "-o", tmp_path / "out", "--kinds", kinds)
    assert stopped.value.code == Exit.USAGE


def test_a_missing_path_is_a_usage_error(tmp_path: Path, export):
    assert export(tmp_path / "nothing", "-o", tmp_path / "out") == Exit.USAGE


def test_the_kinds_of_the_help_are_those_of_the_code():
    assert set(export_sr._KINDS) == set(ResultKind) - {ResultKind.AGREEMENT}
    assert set(export_sr._DEFAULT_KINDS.split(",")) == set(DEFAULT_KINDS)
