"""The worklist as CSV: one row a study, read by spreadsheets without running anything."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui.worklist.rows import make_row
from triage_app.errors import TriageError
from triage_app.results.study_list import COLUMNS, write_study_list
from triage_app.worklist.records import ModelIdentity

MODEL = ModelIdentity("1.2.3", "lung 1.0", "balanced", 0.5)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_study_is_a_row_in_the_order_of_the_list(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    rows = [make_row("b", 0.93), make_row("ä", None, reasons=("body_part",))]
    assert write_study_list(path, iter(rows), MODEL) == 2
    written = read(path)
    assert list(written[0]) == list(COLUMNS)
    assert [row["study"] for row in written] == ["b", "ä"]
    assert (written[0]["result"], written[0]["probability"]) == ("flagged", "0.93")
    assert (written[1]["result"], written[1]["reasons"]) == ("not processed", "body_part")
    assert written[0]["model"] == "lung 1.0 (1.2.3)"


def test_an_empty_list_has_its_header(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    assert write_study_list(path, [], None) == 0
    assert path.read_text(encoding="utf-8-sig").startswith("study,accession_number")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_what_a_spreadsheet_would_compute_stays_text(tmp_path: Path, name: str) -> None:
    row = make_row("a")
    row = replace(row, patient=replace(row.patient, name=name))
    path = tmp_path / "list.csv"
    write_study_list(path, [row], MODEL)
    assert read(path)[0]["patient_name"] == f"'{name}"


def test_any_text_of_a_header_can_be_written(tmp_path: Path) -> None:
    row = make_row("a")
    row = replace(row, patient=replace(row.patient, name='Lee, "Li"\n\udcff 太郎'))
    path = tmp_path / "list.csv"
    write_study_list(path, [row], MODEL)
    assert "太郎" in read(path)[0]["patient_name"]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(TriageError, match=r"list\.csv"):
        write_study_list(tmp_path / "none" / "list.csv", [], MODEL)
