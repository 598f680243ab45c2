"""SQLite's files as files: copied while they are in use, moved away, put back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from triage_app.errors import StoreDamagedError, StoreUnavailableError
from triage_app.worklist.schema import VERSION_TABLE

__all__ = ["back_up", "put_in_place", "require_alone", "require_worklist", "set_aside"]

_JOURNALS = ("-wal", "-shm", "-journal")
_PAGES = 4096
"""Copied at a time, so that writers wait for a moment only."""


def back_up(path: Path, target: Path) -> None:
    """Copy a worklist as it is at one moment, while others read and write it.

    Parameters
    ----------
    target : made for its owner only; written beside its place first, so that it is whole or absent

    Raises
    ------
    StoreDamagedError
        where what was copied is damaged
    StoreUnavailableError
        where it cannot be read, or the copy not be written
    """
    half = target.with_name(f"{target.name}.half")
    try:
        half.unlink(missing_ok=True)
        os.close(os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(_connect(path, "ro")) as source, closing(sqlite3.connect(half)) as copy:
            source.backup(copy, pages=_PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        require_worklist(half, str(path))
        _flush(half)
        half.replace(target)
    except OSError as error:
        raise StoreUnavailableError(
            f"{target}: the backup cannot be written ({error.strerror or error}); "
            "choose a folder that you may write to, with room for it."
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreUnavailableError(f"{path}: it cannot be copied ({error}).") from error
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)


def require_worklist(path: Path, name: str) -> None:
    """See that a file is a whole worklist.

    Parameters
    ----------
    name : what people call it in a sentence

    Raises
    ------
    StoreDamagedError
        where it is not
    """
    statement = "SELECT count(*) FROM sqlite_master WHERE name = ?"
    try:
        with closing(_connect(path, "ro")) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            is_worklist = connection.execute(statement, (VERSION_TABLE,)).fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StoreDamagedError(f"{name}: this is no whole worklist ({error}).") from error
    if found != "ok":
        raise StoreDamagedError(f"{name}: this worklist is damaged ({found}).")
    if not is_worklist:
        raise StoreDamagedError(f"{name}: this is a database, but no worklist.")


def require_alone(path: Path) -> None:
    """See that no other program has a worklist open.

    Raises
    ------
    StoreUnavailableError
        where one has
    """
    if not path.exists():
        return
    try:
        with closing(_connect(path, "rw")) as connection:
            # SQLite leaves the log only where no other connection, however idle, is there
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise StoreUnavailableError(
                f"{path}: another program has the worklist open; close it and try again."
            ) from error
    except sqlite3.DatabaseError:
        return  # so damaged that nobody can work with it


def set_aside(path: Path, why: str, at: datetime) -> Path | None:
    """Give a worklist, with its journals, another name in its folder; None where there is none."""
    if not path.exists():
        return None
    aside = path.with_name(f"{path.name}.{why}-{at:%Y%m%d-%H%M%S}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.{why}-{at:%Y%m%d-%H%M%S}-{number}")
    for journal in _JOURNALS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + journal).rename(aside.with_name(aside.name + journal))
    path.rename(aside)
    return aside


def put_in_place(new: Path, path: Path) -> None:
    """Give a whole database its place, where none is."""
    _flush(new)
    new.replace(path)
    if os.name != "nt":
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=1.0)
    connection.isolation_level = None
    return connection


def _flush(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())
