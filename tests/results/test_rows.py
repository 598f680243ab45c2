"""The rows of a scan: a stable interface for whoever reads them."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from triage_app.errors import FailureReason, TriageError
from triage_app.imaging.eligibility import Exclusion, ExclusionReason, Notice, NoticeKind
from triage_app.imaging.instance import ImageFacts, InstanceFacts, StudyFacts
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.inference.card import ModelCard
from triage_app.results.heatmaps import write_heatmap
from triage_app.results.rows import (
    COLUMNS,
    RowFormat,
    RowWriter,
    make_row,
    read_earlier_rows,
)
from triage_app.triage.outcome import Excluded, Failed, Scored, Status

FACTS = InstanceFacts(
    path="night/1.dcm",
    sop_instance_uid="1.2.3.3",
    study=StudyFacts(study_instance_uid="1.2.3.1", series_instance_uid="1.2.3.2"),
    image=ImageFacts(rows=40, columns=60),
)
SCORED = Scored(
    probability=float(np.float32(0.1)),
    is_flagged=False,
    operating_point="balanced",
    heatmap=np.zeros((7, 7), np.float32),
    notices=(Notice(NoticeKind.AGE_UNKNOWN, "Age not stated."),),
)
EXCLUDED = Excluded(Exclusion(ExclusionReason.MODALITY, "(0008,0060) Modality", "CT", "CR or DX"))
FAILED = Failed(FailureReason.TRUNCATED, "night/1.dcm: ends early; fetch it again.")

TEXT = (RowFormat.CSV, RowFormat.JSONL)


def test_the_columns_are_the_published_ones():
    assert ",".join(COLUMNS) == (
        "path,study_instance_uid,series_instance_uid,sop_instance_uid,status,reason,detail,"
        "probability,flagged,operating_point,model,seconds"
    )


def test_a_scored_file_has_probability_flag_and_operating_point(tiny_card: ModelCard):
    row = make_row(FACTS, SCORED, 0.25, tiny_card)
    assert tuple(row) == COLUMNS
    assert row["status"] == "scored"
    assert row["reason"] == ""
    assert row["detail"] == "Age not stated."
    assert row["probability"] == 0.1  # the shortest number that is this float32
    assert row["flagged"] is False
    assert row["operating_point"] == "balanced"
    assert tiny_card.device_uid in row["model"]


@pytest.mark.parametrize(
    ("outcome", "status", "reason", "detail"),
    [
        (EXCLUDED, "excluded", "modality", "(0008,0060) Modality is CT; expected CR or DX"),
        (FAILED, "failed", "truncated", "night/1.dcm: ends early; fetch it again."),
    ],
    ids=["excluded", "failed"],
)
def test_a_file_without_a_score_has_reason_and_detail_and_no_number(
    outcome: Excluded | Failed, status: str, reason: str, detail: str, tiny_card: ModelCard
):
    row = make_row(FACTS, outcome, 0.25, tiny_card)
    assert (row["status"], row["reason"], row["detail"]) == (status, reason, detail)
    assert row["probability"] is None
    assert row["flagged"] is None
    assert row["operating_point"] == ""


@pytest.mark.parametrize("row_format", TEXT)
def test_rows_reach_the_file_at_once_and_come_back(
    tmp_path: Path, row_format: RowFormat, tiny_card: ModelCard
):
    path = tmp_path / f"rows{row_format}"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = RowWriter(file, row_format)
        writer.write(make_row(FACTS, SCORED, 0.25, tiny_card))
        (row,) = read_earlier_rows(path, row_format)
    assert (row.path, row.sop_instance_uid, row.status) == ("night/1.dcm", "1.2.3.3", Status.SCORED)
    assert row.was_read


def test_csv_and_json_say_the_same(tmp_path: Path, tiny_card: ModelCard):
    row = make_row(FACTS, SCORED, 0.25, tiny_card)
    for row_format in RowFormat:
        with (tmp_path / f"rows{row_format}").open("w", encoding="utf-8", newline="") as file:
            RowWriter(file, row_format).write(row)
    with (tmp_path / "rows.csv").open(encoding="utf-8") as file:
        (from_csv,) = csv.DictReader(file)
    from_json = json.loads((tmp_path / "rows.jsonl").read_text(encoding="utf-8"))
    assert from_json == row
    assert from_csv["flagged"] == "false"
    assert float(from_csv["probability"]) == from_json["probability"]
    assert list(from_json) == list(from_csv) == list(COLUMNS)


@pytest.mark.parametrize("row_format", TEXT)
def test_a_last_line_that_was_not_finished_is_cut_off(
    tmp_path: Path, row_format: RowFormat, tiny_card: ModelCard
):
    path = tmp_path / f"rows{row_format}"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = RowWriter(file, row_format)
        writer.write(make_row(FACTS, SCORED, 0.25, tiny_card))
        file.write("night/2.dcm,1.2")
    assert len(read_earlier_rows(path, row_format)) == 1
    assert path.read_text(encoding="utf-8").endswith("\n")


@pytest.mark.parametrize("row_format", TEXT)
def test_a_file_that_holds_something_else_is_not_resumed(tmp_path: Path, row_format: RowFormat):
    path = tmp_path / f"rows{row_format}"
    path.write_text("a shopping list\nmilk\n", encoding="utf-8")
    with pytest.raises(TriageError, match="rows of a scan"):
        read_earlier_rows(path, row_format)


@pytest.mark.parametrize("uid", ["1.2.3.3", "../../etc/passwd", ""])
def test_a_heatmap_has_the_size_of_its_image_and_stays_in_its_folder(tmp_path: Path, uid: str):

    heat = np.zeros((7, 7), np.float32)
    heat[0, 6] = 1.0
    outcome = replace(SCORED, heatmap=heat)
    path = write_heatmap(
        tmp_path, replace(FACTS, sop_instance_uid=uid), outcome, PreprocessingSpec()
    )
    assert path.parent == tmp_path
    picture = np.asarray(Image.open(path))
    assert picture.shape == (40, 60)
    assert np.unravel_index(picture.argmax(), picture.shape)[0] < 6
    assert np.unravel_index(picture.argmax(), picture.shape)[1] > 50
