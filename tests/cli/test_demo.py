"""``triage-app demo`` writes the studies, says what comes next, and never among other files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from triage_app.cli.main import main
from triage_app.demonstration.studies import count_images


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    truth = str(folder / "truth.json")
    assert (
        main(["demo", str(folder / "out"), "--seed", "3", "--rows", "192", "--ground-truth", truth])
        == 0
    )
    return folder


def test_says_where_they_are_and_what_comes_next(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A second run overwrites its own files.
    assert main(["demo", str(folder / "out"), "--seed", "3", "--rows", "192"]) == 0
    said = capsys.readouterr().out
    assert f"{folder / 'out'}" in said
    assert f"({count_images()} files)" in said
    assert f"triage-app scan {folder / 'out'}" in said


def test_the_ground_truth_names_every_file_and_opacity(folder: Path) -> None:
    images = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["images"]
    paths = {
        path.relative_to(folder / "out").as_posix()
        for path in (folder / "out").rglob("*")
        if path.is_file()
    }
    assert {image["path"] for image in images} == paths
    boxes = [box for image in images for box in image["opacity_boxes"]]
    assert len(boxes) >= 7
    assert set(boxes[0]) == {"row", "column", "rows", "columns"}


def test_a_folder_with_other_files_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "patient.dcm").write_bytes(b"real")
    assert main(["demo", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "patient.dcm" in said
    assert said.count("\n") == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["real", "patient.dcm"]


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x")
    assert main(["demo", str(tmp_path / "file")]) == 1
    assert "is a file" in capsys.readouterr().err
    assert main(["demo", str(tmp_path / "file" / "below")]) == 1
    assert "cannot be written" in capsys.readouterr().err
