"""``triage-app scan`` as a researcher calls it: a fresh process, files in, rows and a code out."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pydicom import dcmread

from tests.conftest import InstanceFactory
from tests.tiny_model import write_tiny_model
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.results.rows import COLUMNS, RowFormat, read_earlier_rows


@pytest.fixture
def studies(tmp_path: Path, make_instance: InstanceFactory) -> Path:
    make_instance("studies/a.dcm", shape=(300, 310))
    make_instance("studies/b.dcm", shape=(300, 310), body_part="HAND")
    (tmp_path / "studies" / "c.txt").write_text("no DICOM at all")
    return tmp_path / "studies"


def scan(*arguments: object) -> int:
    return main(["scan", *map(str, arguments), "--workers", "0"])


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        reader = csv.DictReader(file)
        assert tuple(reader.fieldnames or ()) == COLUMNS
        return list(reader)


def test_a_scan_writes_a_row_for_each_file_and_a_summary(
    studies: Path, tmp_path: Path, tiny_model_path: Path, capsys: pytest.CaptureFixture[str]
):
    output = tmp_path / "rows.csv"
    code = scan(studies, "--output", output, "--model", tiny_model_path)
    assert code == Exit.DONE
    assert [row["status"] for row in read_rows(output)] == ["scored", "excluded", "excluded"]
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "1 scored, 2 excluded, 0 failed: done." in printed.err


def test_rows_go_to_standard_output_and_messages_do_not(
    studies: Path, tiny_model_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert scan(studies, "--model", tiny_model_path) == Exit.DONE
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [Path(row["path"]).name for row in rows] == ["a.dcm", "b.dcm", "c.txt"]


def test_json_lines_by_the_ending(studies: Path, tmp_path: Path, tiny_model_path: Path):
    output = tmp_path / "rows.jsonl"
    scan(studies, "--output", output, "--model", tiny_model_path)
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["flagged"] in (True, False)
    assert rows[1]["probability"] is None


def test_rows_name_the_population_before_the_operating_point(
    tmp_path: Path, make_instance: InstanceFactory
):
    for name, age in (("adult", "040Y"), ("child", "003Y"), ("unknown", "")):
        make_instance(f"studies/{name}.dcm", age=age, changes={"PatientBirthDate": ""})
    model, output = write_tiny_model(tmp_path, populations=True), tmp_path / "rows.csv"
    heat = tmp_path / "heat"
    code = scan(tmp_path / "studies", "--output", output, "--model", model, "--heatmaps", heat)
    assert code == Exit.DONE
    adult, child, unknown = read_rows(output)
    assert [row["operating_point"] for row in (adult, child, unknown)] == [
        "adults: balanced",
        "children: balanced",
        "children: balanced",
    ]
    # one picture, which the tiny model reads the other way round for adults
    assert float(adult["probability"]) + float(child["probability"]) == pytest.approx(1, abs=1e-5)
    assert unknown["probability"] == child["probability"]
    assert (adult["detail"], child["detail"]) == ("", "")
    assert (
        "Age not stated; read as children, for whom the model was trained on" in (unknown["detail"])
    )
    assert len(list(heat.glob("*.png"))) == 3


def test_a_failed_file_gives_exit_code_3(studies: Path, tmp_path: Path, tiny_model_path: Path):
    whole = (studies / "a.dcm").read_bytes()
    (studies / "d.dcm").write_bytes(whole[: len(whole) // 2])
    code = scan(studies, "--output", tmp_path / "rows.csv", "--model", tiny_model_path)
    assert code == Exit.DONE_WITH_FAILURES


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "nowhere: no such file"),
        (["studies", "--output", "rows.xlsx"], "rows.xlsx: expected a name that ends in"),
        (["studies", "--resume"], "--resume needs --output"),
    ],
    ids=["missing path", "unknown ending", "resume without output"],
)
def test_a_wrong_call_gives_exit_code_2_and_one_sentence(
    studies: Path,
    tiny_model_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    says: str,
):
    monkeypatch.chdir(studies.parent)
    assert scan(*arguments, "--model", tiny_model_path) == Exit.USAGE
    assert says in capsys.readouterr().err


def test_a_model_that_is_refused_gives_exit_code_1_and_no_output(
    studies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    output = tmp_path / "rows.csv"
    assert scan(studies, "--output", output, "--model", tmp_path / "m.onnx") == Exit.COULD_NOT_RUN
    assert "m.onnx" in capsys.readouterr().err
    assert not output.exists()


def test_an_output_that_cannot_be_written_gives_exit_code_1(
    studies: Path, tmp_path: Path, tiny_model_path: Path, capsys: pytest.CaptureFixture[str]
):
    output = tmp_path / "missing" / "rows.csv"
    assert scan(studies, "--output", output, "--model", tiny_model_path) == Exit.COULD_NOT_RUN
    assert "cannot be written" in capsys.readouterr().err


def test_a_resumed_scan_adds_what_is_missing_and_repeats_nothing(
    studies: Path, tmp_path: Path, tiny_model_path: Path
):
    whole, resumed = tmp_path / "whole.csv", tmp_path / "resumed.csv"
    scan(studies, "--output", whole, "--model", tiny_model_path)
    lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
    resumed.write_text("".join(lines[:2]) + lines[2][:20], encoding="utf-8")
    scan(studies, "--output", resumed, "--resume", "--model", tiny_model_path)
    without_seconds = [
        [{**row, "seconds": ""} for row in read_rows(path)] for path in (whole, resumed)
    ]
    assert without_seconds[0] == without_seconds[1]


@pytest.mark.parametrize("output", ["rows.csv", "rows.jsonl", "rows.parquet/"])
def test_a_file_written_anew_is_scored_again_and_has_one_row(
    studies: Path,
    tmp_path: Path,
    tiny_model_path: Path,
    make_instance: InstanceFactory,
    output: str,
):
    if output.startswith("rows.parquet"):
        pytest.importorskip("pyarrow", reason="the extra `scale` is not installed")
    place = f"{tmp_path}/{output}"
    arguments = ("--output", place, "--model", tiny_model_path)
    scan(studies, *arguments)
    row_format = RowFormat(Path(place).suffix)
    before = read_earlier_rows(Path(place), row_format)
    changed = next(studies.rglob("b.dcm"))
    written = make_instance("elsewhere/b.dcm", shape=(90, 95), uid_seed="written anew")
    changed.write_bytes(written.read_bytes())
    scan(studies, *arguments, "--resume")
    after = read_earlier_rows(Path(place), row_format)
    assert sorted(row.path for row in after) == sorted(row.path for row in before)
    (row,) = [row for row in after if row.path == str(changed)]
    assert row.sop_instance_uid == dcmread(written).SOPInstanceUID
    assert [row for row in after if row.path != str(changed)] == [
        row for row in before if row.path != str(changed)
    ]


def test_a_file_that_is_gone_keeps_its_row(studies: Path, tmp_path: Path, tiny_model_path: Path):
    output = tmp_path / "rows.csv"
    arguments = ("--output", output, "--model", tiny_model_path)
    scan(studies, *arguments)
    before = output.read_bytes()
    (studies / "b.dcm").unlink()
    scan(studies, *arguments, "--resume")
    assert output.read_bytes() == before


def test_what_is_kept_of_the_files_is_not_read_by_the_next_scan(
    studies: Path, tiny_model_path: Path
):
    arguments = ("--output", studies / "rows.csv", "--model", tiny_model_path)
    scan(studies, *arguments)
    scan(studies, *arguments, "--resume")
    assert (studies / "rows.csv.files").stat().st_size > 0
    assert not [row for row in read_rows(studies / "rows.csv") if "rows.csv" in row["path"]]


def test_unordered_rows_are_those_of_a_scan_in_order(
    studies: Path, tmp_path: Path, tiny_model_path: Path
):
    found = []
    for name, order in (("ordered.csv", ()), ("unordered.csv", ("--unordered",))):
        output = tmp_path / name
        arguments = (studies, "--output", output, "--model", tiny_model_path, "--workers", "2")
        assert main(["scan", *map(str, arguments), *order]) == Exit.DONE
        rows = [{**row, "seconds": ""} for row in read_rows(output)]
        found.append(sorted(rows, key=lambda row: row["path"]))
    assert found[0] == found[1]


def test_heatmaps_are_written_for_scored_images_and_not_read_by_the_next_scan(
    studies: Path, tmp_path: Path, tiny_model_path: Path
):
    heatmaps = studies / "heatmaps"
    for name in ("first.csv", "second.csv"):
        scan(
            *(studies, "--output", studies / name, "--heatmaps", heatmaps),
            *("--model", tiny_model_path),
        )
    (row,) = [row for row in read_rows(studies / "second.csv") if row["status"] == "scored"]
    assert [path.name for path in heatmaps.iterdir()] == [f"{row['sop_instance_uid']}.png"]
    assert heatmaps not in {Path(row["path"]).parent for row in read_rows(studies / "second.csv")}


def test_a_file_name_that_is_no_text_comes_back_as_its_bytes(
    studies: Path, tmp_path: Path, tiny_model_path: Path
):
    name = b"Aufnahme-\xfc.dcm"  # Latin-1, as older systems wrote it
    (studies / os.fsdecode(name)).write_bytes((studies / "b.dcm").read_bytes())
    output = tmp_path / "rows.csv"
    scan(studies, "--output", output, "--model", tiny_model_path)
    assert any(os.fsencode(row["path"]).endswith(name) for row in read_rows(output))


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as exit_:
        main(["--help"])
    assert exit_.value.code == 0
    printed = capsys.readouterr().out
    for command in ("scan", "demo", "self-test", "Research use only"):
        assert command in printed


def test_an_interruption_keeps_what_was_done_and_gives_exit_code_130(
    tmp_path: Path, make_instance: InstanceFactory, tiny_model_path: Path
):
    for number in range(900):
        make_instance(f"studies/{number:03}.dcm", shape=(300, 310))
    command = [sys.executable, "-m", "triage_app", "scan", str(tmp_path / "studies")]
    command += ["--model", str(tiny_model_path), "--workers", "1"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(3)]  # a header and two rows: it is at work
    process.send_signal(signal.SIGINT)
    rest, messages = process.communicate(timeout=60)
    assert process.returncode == Exit.INTERRUPTED
    rows = list(csv.DictReader(["".join(lines), *rest.splitlines()][0].splitlines()))
    assert len(rows) == 2
    assert "interrupted; what was done is kept" in messages
    assert "Traceback" not in messages
