"""A scan that was ended, wherever it was, is gone on with as if nothing had been."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import InstanceFactory
from tests.tiny_model import write_tiny_model
from tests.waiting import wait_until
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.results.rows import COLUMNS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def command(tmp_path: Path, make_instance: InstanceFactory, tiny_model_path: Path) -> list[str]:
    """Give a scan of two images and one that was cut off."""
    for number in range(3):
        make_instance(f"studies/{number}.dcm")
    cut = tmp_path / "studies" / "1.dcm"
    cut.write_bytes(cut.read_bytes()[:-500])
    return [
        *("scan", str(tmp_path / "studies"), "--resume", "--model", str(tiny_model_path)),
        *("--output", str(tmp_path / "rows.csv")),
    ]


def rows_in(folder: Path) -> list[list[str]]:
    with (folder / "rows.csv").open(newline="") as file:
        return [row[:-1] for row in csv.reader(file)]


@pytest.mark.parametrize(
    "left", [b"", b"path,study_inst", ",".join(COLUMNS).encode() + b"\n"], ids=len
)
def test_one_that_ended_before_its_first_row_has_one_header(
    command: list[str], tmp_path: Path, left: bytes
) -> None:
    (tmp_path / "rows.csv").write_bytes(left)
    assert main([*command, "--workers", "0"]) == Exit.DONE_WITH_FAILURES
    rows = rows_in(tmp_path)
    assert rows[0] == list(COLUMNS[:-1])
    assert len(rows) == 4
    assert main([*command, "--workers", "0"]) == Exit.DONE_WITH_FAILURES
    assert rows_in(tmp_path) == rows


def test_one_that_goes_on_ends_with_the_code_of_a_whole_one(
    command: list[str], tmp_path: Path
) -> None:
    assert main([*command, "--workers", "0"]) == Exit.DONE_WITH_FAILURES
    whole = (tmp_path / "rows.csv").read_bytes()
    lines = whole.splitlines(keepends=True)
    for kept in range(len(lines) + 1):
        (tmp_path / "rows.csv").write_bytes(b"".join(lines[:kept])[:-3] if kept else b"")
        assert main([*command, "--workers", "0"]) == Exit.DONE_WITH_FAILURES
        assert [row[:7] for row in rows_in(tmp_path)] == [
            row[:7] for row in csv.reader(whole.decode().splitlines())
        ]


def test_one_of_another_model_is_not_gone_on_with(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--workers", "0"]) == Exit.DONE_WITH_FAILURES
    before = (tmp_path / "rows.csv").read_bytes()
    (tmp_path / "models").mkdir()
    other = write_tiny_model(tmp_path / "models", card_changes={"device_uid": "1.2.3.4.5"})
    assert main([*command, "--workers", "0", "--model", str(other)]) == Exit.COULD_NOT_RUN
    assert "two models never share a file" in capsys.readouterr().err
    assert (tmp_path / "rows.csv").read_bytes() == before


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes as Linux shows them")
def test_a_killed_scan_leaves_no_process_behind(command: list[str], tmp_path: Path) -> None:
    program = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "triage_app", *command, "--workers", "1"],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    children = Path(f"/proc/{program.pid}/task/{program.pid}/children")
    rows = tmp_path / "rows.csv"
    wait_until(lambda: children.read_text().split(), "a worker to start")
    wait_until(lambda: (rows.exists() and rows.stat().st_size) or program.poll(), "a row")
    workers = [int(child) for child in children.read_text().split()] if not program.poll() else []
    os.kill(program.pid, signal.SIGKILL)
    assert program.wait() in (-signal.SIGKILL, Exit.DONE_WITH_FAILURES)
    wait_until(lambda: not any(map(is_there, workers)), "the workers to end with their program")


def is_there(process: int) -> bool:
    """Tell whether a process runs; one that has ended and was not asked for yet does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
