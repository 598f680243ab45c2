"""A damaged SQLite worklist is kept aside, and what can still be read of it goes into a new one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from triage_app.worklist.arrival_records import ArrivalState
from triage_app.worklist.databases.sqlite_files import require_alone, set_aside
from triage_app.worklist.schema import metadata
from triage_app.worklist.store import WorklistStore

__all__ = ["Salvage", "rebuild"]

_PORTION = 1000


@dataclass(frozen=True, slots=True)
class Salvage:
    """What was saved.

    Attributes
    ----------
    aside : the damaged file, where it lies now
    saved : rows by table
    is_whole : whether every table was read to its end
    mended : results that were computed anew
    """

    aside: Path
    saved: Mapping[str, int]
    is_whole: bool
    mended: int


def rebuild(path: Path) -> Salvage:
    """Keep a damaged worklist aside and make a new one of what can be read of it.

    What came over the network and is lost from it is found again in the spool when that is put in
    order next, and scored once more.

    Raises
    ------
    StoreUnavailableError
        where another program has it open, or the disk refuses
    """
    require_alone(path)
    aside = set_aside(path, "damaged", datetime.now(UTC))
    if aside is None:
        raise ValueError(f"expected a worklist that is there, received {path}")
    with WorklistStore.open(path) as store:
        saved, is_whole = _copy_rows(aside, path)
        stale = store.upkeep.find_stale_results()
        for study_key, model_device_uid in stale:
            store.upkeep.mend_result(study_key, model_device_uid)
    return Salvage(aside, saved, is_whole, len(stale))


def _copy_rows(damaged: Path, new: Path) -> tuple[dict[str, int], bool]:
    saved: dict[str, int] = {}
    is_whole = True
    uri = f"{damaged.absolute().as_uri()}?mode=rw"  # reading its log needs the right to write
    with (
        closing(sqlite3.connect(uri, uri=True)) as source,
        closing(sqlite3.connect(new)) as target,
        target,
    ):  # its foreign keys are checked at the end, when all is there that can be
        for table in metadata.sorted_tables:
            known = _columns_of(source, table.name)
            columns = [column.name for column in table.columns if column.name in known]
            if not columns:
                is_whole = False
                continue
            reader = _Reader(source, table.name, columns)
            saved[table.name] = _insert(target, table.name, columns, reader)
            is_whole &= reader.is_whole
        _drop_loose_rows(target)
        _score_again(target)
    return saved, is_whole


def _columns_of(source: sqlite3.Connection, table: str) -> set[str]:
    try:
        rows = source.execute(f'PRAGMA table_info("{table}")').fetchall()
    except sqlite3.DatabaseError:
        return set()
    return {row[1] for row in rows}


class _Reader:
    """Reads a table from its beginning, and where that meets damage from its end too."""

    def __init__(self, source: sqlite3.Connection, table: str, columns: list[str]) -> None:
        self._source = source
        self._table = table
        self._names = ", ".join(f'"{column}"' for column in columns)
        self.is_whole = True

    def __iter__(self) -> Iterator[tuple[object, ...]]:
        last = -(2**63)
        try:
            for row_id, *values in self._source.execute(self._statement("ASC")):
                last = row_id
                yield tuple(values)
        except sqlite3.DatabaseError:
            self.is_whole = False
        else:
            return
        try:
            for row_id, *values in self._source.execute(self._statement("DESC")):
                if row_id <= last:
                    return
                yield tuple(values)
        except sqlite3.DatabaseError:
            return

    def _statement(self, direction: str) -> str:
        return (
            f'SELECT rowid, {self._names} FROM "{self._table}" '  # noqa: S608 - names of our schema
            f"ORDER BY rowid {direction}"
        )


def _insert(target: sqlite3.Connection, table: str, columns: list[str], rows: _Reader) -> int:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    statement = f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608
    return sum(target.execute(statement, row).rowcount for row in rows)


def _drop_loose_rows(target: sqlite3.Connection) -> None:
    """Take out rows whose study, series or instance is lost; others may hang on these in turn."""
    while loose := target.execute("PRAGMA foreign_key_check").fetchmany(_PORTION):
        for table, row_id, *_ in loose:
            statement = f'DELETE FROM "{table}" WHERE rowid = ?'  # noqa: S608 - names of our schema
            target.execute(statement, (row_id,))


def _score_again(target: sqlite3.Connection) -> None:
    """Let what came in, and whose outcome is lost, wait for its outcome again."""
    target.execute(
        "UPDATE arrivals SET state = ?, attempts = 0, claimed_by = '', claimed_until = NULL "
        "WHERE state <> ? AND NOT EXISTS (SELECT 1 FROM files JOIN outcomes "
        "ON outcomes.instance_id = files.instance_id WHERE files.path = arrivals.path)",
        (str(ArrivalState.RECEIVED), str(ArrivalState.REMOVED)),
    )
