"""The rows of a scan as Parquet: one file, or a folder of parts that a data frame reads as one."""

from __future__ import annotations

import importlib
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from triage_app.errors import TriageError
from triage_app.results.rows import COLUMNS, Row

__all__ = ["ParquetWriter", "drop_parquet_rows", "read_parquet_rows"]

ROWS_OF_A_PART = 10_000
"""What an interruption of the whole machine costs at most; about a megabyte."""

_NUMBERS = frozenset({"probability", "seconds"})
_FACTS = frozenset({"flagged"})


def _pyarrow(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise TriageError(
            "Rows as Parquet need pyarrow; install triage-app with the extra `scale`."
        ) from error


class ParquetWriter:
    """Writes rows; use as a context manager, which closes the file or the last part.

    Parameters
    ----------
    place : a file, or a folder of parts. A part gets its name only when it is whole, so what reads
        the folder meanwhile, and a scan that goes on after an interruption, sees whole parts.
    is_folder : `place` is, or becomes, a folder
    """

    def __init__(self, place: Path, *, is_folder: bool) -> None:
        arrow = _pyarrow("pyarrow")
        self._parquet = _pyarrow("pyarrow.parquet")
        self._schema = arrow.schema(
            [
                (
                    name,
                    arrow.float64()
                    if name in _NUMBERS
                    else arrow.bool_()
                    if name in _FACTS
                    else arrow.string(),
                )
                for name in COLUMNS
            ]
        )
        self._table = arrow.Table
        self._place = place
        self._is_folder = is_folder
        self._rows: list[Row] = []
        self._file: Any = None
        if is_folder:
            place.mkdir(parents=True, exist_ok=True)
            for unfinished in place.glob(".part-*"):
                unfinished.unlink()

    def __enter__(self) -> ParquetWriter:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._write_rows()
        if self._file is not None:
            self._file.close()
        elif not self._is_folder:
            self._open_file().close()

    def write(self, row: Row) -> None:
        """Take in one row; it reaches the disk with its part."""
        texts = {
            name: value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            for name, value in row.items()
            if isinstance(value, str)
        }
        self._rows.append({**row, **texts})
        if len(self._rows) >= ROWS_OF_A_PART:
            self._write_rows()

    def _write_rows(self) -> None:
        if not self._rows:
            return
        table = self._table.from_pylist(self._rows, schema=self._schema)
        if self._is_folder:
            number = len(list(self._place.glob("part-*.parquet")))
            part = self._place / f"part-{number:05}.parquet"
            beside = self._place / f".{part.name}"
            self._parquet.write_table(table, beside)
            beside.rename(part)
        else:
            self._open_file().write_table(table)
        self._rows = []

    def _open_file(self) -> Any:
        if self._file is None:
            self._file = self._parquet.ParquetWriter(self._place, self._schema)
        return self._file


def read_parquet_rows(folder: Path) -> Iterator[Row]:
    """Read the rows of the whole parts of a folder.

    Raises
    ------
    ValueError
        where a part is no Parquet or holds something else than rows of a scan
    """
    parquet = _pyarrow("pyarrow.parquet")
    for part in sorted(folder.glob("part-*.parquet")):
        with parquet.ParquetFile(part) as file:
            if tuple(file.schema_arrow.names) != COLUMNS:
                raise ValueError(f"{part.name} has other columns")
            for batch in file.iter_batches():
                yield from batch.to_pylist()


def drop_parquet_rows(folder: Path, dropped: Container[str]) -> None:
    """Write the parts of a folder anew that hold rows of the files in `dropped`, without those."""
    parquet = _pyarrow("pyarrow.parquet")
    for part in sorted(folder.glob("part-*.parquet")):
        table = parquet.read_table(part, partitioning=None)
        is_kept = [path not in dropped for path in table["path"].to_pylist()]
        if not all(is_kept):
            beside = folder / f".{part.name}"
            parquet.write_table(table.filter(is_kept), beside)
            beside.replace(part)
