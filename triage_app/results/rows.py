"""The rows of a scan, one for each file, as CSV or as JSON lines.

The names and their order are a stable interface; see `COLUMNS`.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from triage_app.errors import TriageError
from triage_app.imaging.instance import InstanceFacts
from triage_app.inference.card import ModelCard
from triage_app.triage.outcome import Excluded, Failed, Outcome, Scored, Status

__all__ = [
    "COLUMNS",
    "EarlierRow",
    "Row",
    "RowFormat",
    "RowWriter",
    "cut_unfinished_line",
    "drop_rows",
    "make_row",
    "read_earlier_rows",
]

COLUMNS = (
    "path",
    "study_instance_uid",
    "series_instance_uid",
    "sop_instance_uid",
    "status",
    "reason",
    "detail",
    "probability",
    "flagged",
    "operating_point",
    "model",
    "seconds",
)
"""Header of the CSV and keys of the JSON lines, in this order."""

Row = dict[str, Any]


class RowFormat(StrEnum):
    """By the ending of the output file."""

    CSV = ".csv"
    JSONL = ".jsonl"
    PARQUET = ".parquet"


def make_row(facts: InstanceFacts, outcome: Outcome, seconds: float, card: ModelCard) -> Row:
    """Make the row of one file; values that do not apply are None.

    Parameters
    ----------
    facts, outcome, seconds : as a scan gives them
    card : of the model that was asked

    Returns
    -------
    dict
        by `COLUMNS`; the probability is the shortest number that is the network's float32
    """
    reason, detail, probability, flagged, point = "", "", None, None, ""
    match outcome:
        case Scored():
            detail = " ".join(notice.sentence for notice in outcome.notices)
            probability = float(str(np.float32(outcome.probability)))
            flagged = outcome.is_flagged
            point = outcome.operating_point
        case Excluded(exclusion):
            reason, detail = exclusion.reason.value, exclusion.detail
        case Failed():
            reason, detail = outcome.reason.value, outcome.detail
    values = (
        facts.path,
        facts.study.study_instance_uid,
        facts.study.series_instance_uid,
        facts.sop_instance_uid,
        outcome.status.value,
        reason,
        detail,
        probability,
        flagged,
        point,
        f"{card.title} ({card.device_uid})",
        round(seconds, 4),
    )
    return dict(zip(COLUMNS, values, strict=True))


class RowWriter:
    """Writes rows and lets each reach the file at once, so that an interruption keeps it."""

    def __init__(self, file: TextIO, row_format: RowFormat, *, has_header: bool = False) -> None:
        self._file = file
        self._format = row_format
        self._csv = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if row_format is RowFormat.CSV and not has_header:
            self._csv.writeheader()

    def write(self, row: Row) -> None:
        """Write one row."""
        if self._format is RowFormat.JSONL:
            self._file.write(json.dumps(row) + "\n")
        else:
            self._csv.writerow({key: _csv_value(value) for key, value in row.items()})
        self._file.flush()


def _csv_value(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """What a scan that goes on must know of a row that an earlier one wrote."""

    path: str
    sop_instance_uid: str
    status: Status
    model: str

    @property
    def was_read(self) -> bool:
        """Whether the instance counts when another file carries its UID."""
        return bool(self.sop_instance_uid) and self.status is not Status.FAILED


def read_earlier_rows(path: Path, row_format: RowFormat) -> list[EarlierRow]:
    """Read the rows of an interrupted scan, and cut off a last line that was not finished.

    Raises
    ------
    TriageError
        where the file holds something else than rows of a scan
    """
    from triage_app.results.parquet import read_parquet_rows  # noqa: PLC0415 - it reads COLUMNS here

    try:
        if row_format is RowFormat.PARQUET:
            return [_earlier_row(row) for row in read_parquet_rows(path)]
        cut_unfinished_line(path)
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            return [_earlier_row(row) for row in _parse(file, row_format)]
    except (OSError, KeyError, TypeError, ValueError, csv.Error) as error:
        raise TriageError(
            f"{path}: holds no rows of a scan that could be resumed ({error}); "
            "give another output file."
        ) from error


def drop_rows(path: Path, row_format: RowFormat, dropped: Container[str]) -> None:
    """Take the rows of some files out; what `read_earlier_rows` has read.

    Parameters
    ----------
    path : of the rows, which are there whole until the new ones take their place
    dropped : paths of the files
    """
    from triage_app.results.parquet import drop_parquet_rows  # noqa: PLC0415 - as above

    if row_format is RowFormat.PARQUET:
        drop_parquet_rows(path, dropped)
        return
    beside = path.with_name(f".{path.name}.new")
    with (
        path.open(encoding="utf-8", errors="surrogateescape", newline="") as file,
        beside.open("w", encoding="utf-8", errors="surrogateescape", newline="") as kept,
    ):
        writer = RowWriter(kept, row_format)
        for row in _parse(file, row_format):
            if row["path"] not in dropped:
                writer.write(row)
    beside.replace(path)


def _earlier_row(row: Row) -> EarlierRow:
    return EarlierRow(row["path"], row["sop_instance_uid"], Status(row["status"]), row["model"])


def _parse(file: TextIO, row_format: RowFormat) -> Iterator[dict[str, str]]:
    if row_format is RowFormat.CSV:
        reader = csv.DictReader(file)
        if reader.fieldnames is not None and tuple(reader.fieldnames) != COLUMNS:
            raise ValueError("its first line is another header")
        yield from reader
    else:
        for line in file:
            yield json.loads(line)


def cut_unfinished_line(path: Path) -> None:
    """Cut off what stands after the last line feed: it was being written when a scan ended."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        step = 65536
        position = size
        while position > 0:
            start = max(0, position - step)
            file.seek(start)
            at = file.read(position - start).rfind(b"\n")
            if at >= 0:
                file.truncate(start + at + 1)
                return
            position = start
        file.truncate(0)
