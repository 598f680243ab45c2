"""Rows as Parquet: the same columns, and parts that are whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage_app.results import parquet as parquet_module
from triage_app.results.parquet import ParquetWriter, read_parquet_rows
from triage_app.results.rows import COLUMNS, RowFormat, read_earlier_rows
from triage_app.triage.outcome import Status

arrow = pytest.importorskip("pyarrow.parquet", reason="the extra `scale` is not installed")


def row(number: int, **values: object) -> dict[str, object]:
    texts = dict.fromkeys(COLUMNS, "")
    return {
        **texts,
        "path": f"/a/{number}.dcm",
        "sop_instance_uid": f"1.2.{number}",
        "status": "scored",
        "probability": 0.25,
        "flagged": False,
        "model": "made (1.2.3)",
        "seconds": 0.1,
        **values,
    }


def test_a_file_is_read_back_as_a_data_frame_reads_it(tmp_path: Path) -> None:
    place = tmp_path / "rows.parquet"
    failed = row(2, status="failed", probability=None, flagged=None)
    with ParquetWriter(place, is_folder=False) as writer:
        writer.write(row(1))
        writer.write(failed)
    table = arrow.read_table(place)
    assert tuple(table.column_names) == COLUMNS
    assert table.to_pylist() == [row(1), failed]
    assert [str(table.schema.field(name).type) for name in ("probability", "flagged")] == [
        "double",
        "bool",
    ]


def test_a_scan_of_nothing_gives_a_file_without_rows(tmp_path: Path) -> None:
    with ParquetWriter(tmp_path / "rows.parquet", is_folder=False):
        pass
    assert arrow.read_table(tmp_path / "rows.parquet").num_rows == 0


def test_a_folder_is_gone_on_with_after_its_whole_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_module, "ROWS_OF_A_PART", 2)
    place = tmp_path / "rows.parquet"
    with ParquetWriter(place, is_folder=True) as writer:
        for number in range(3):
            writer.write(row(number))
    (place / ".part-00002.parquet").write_bytes(b"not finished")
    earlier = read_earlier_rows(place, RowFormat.PARQUET)
    assert [each.path for each in earlier] == ["/a/0.dcm", "/a/1.dcm", "/a/2.dcm"]
    assert {each.status for each in earlier} == {Status.SCORED}
    with ParquetWriter(place, is_folder=True) as writer:
        writer.write(row(3))
    assert [each["path"] for each in read_parquet_rows(place)] == [
        f"/a/{number}.dcm" for number in range(4)
    ]
    assert not list(place.glob(".part-*"))


def test_a_file_name_that_is_no_text_is_written_all_the_same(tmp_path: Path) -> None:
    with ParquetWriter(tmp_path / "rows.parquet", is_folder=True) as writer:
        writer.write(row(1, path="/a/\udcff.dcm"))
    (read,) = read_parquet_rows(tmp_path / "rows.parquet")
    assert read["path"].startswith("/a/")
