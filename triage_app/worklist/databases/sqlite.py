"""A worklist in a SQLite file."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from triage_app.errors import StoreDamagedError, StoreUnavailableError
from triage_app.worklist.databases.file_system import find_network_file_system
from triage_app.worklist.databases.kind import ChangeWatch

__all__ = ["SqliteDatabase"]

_BEGIN = "worklist_begin"
"""Execution option: the statement that begins a transaction; empty for none."""

_WAL_PAUSE_SECONDS = 0.01
_CACHE_KIB = 64 * 1024
_ALWAYS_CHECKED_BYTES = 32 * 2**20
"""Looked through in about a tenth of a second."""


class SqliteDatabase:
    """A SQLite file with write-ahead log: readers never wait for the writer, nor it for them.

    ``synchronous=FULL``, because with a write-ahead log NORMAL leaves a committed transaction in
    the operating system's memory: after a power cut the file is whole, but a result that was
    already acknowledged may be gone. FULL costs one flush of the disk per transaction.

    Parameters
    ----------
    url, name : where, and what people call it
    path : the file to create; None where the URL says how to open it
    busy_seconds : how long to wait for another writer
    """

    def __init__(self, url: URL, name: str, path: Path | None, busy_seconds: float) -> None:
        self.name = name
        self._url = url
        self._path = path
        self._busy_seconds = busy_seconds
        self._must_be_checked = False

    def connect(self) -> tuple[Engine, Engine]:
        """Create folder and file where they are missing, for their owner only, and open them.

        Raises
        ------
        StoreUnavailableError
            where the operating system refuses
        """
        if self._path is not None:
            self._create_file(self._path)
            self._must_be_checked = _may_be_torn(self._path)
        # It would write the rows that it reads, patients' names among them, at level DEBUG
        logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
        engine = create_engine(
            self._url,
            poolclass=QueuePool,
            max_overflow=-1,  # threads are few, and none shall wait for another's connection
            hide_parameters=True,  # an error's text must not carry a patient's name
            connect_args={"check_same_thread": False, "timeout": self._busy_seconds},
        )
        event.listen(engine, "connect", _set_up_connection)
        event.listen(engine, "begin", _begin)
        return engine, engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    def prepare(self, engine: Engine) -> None:
        """Switch the write-ahead log on and see that it was granted; look for damage.

        Raises
        ------
        StoreDamagedError
            where pages of the file contradict each other
        StoreUnavailableError
            where the file system does not allow it
        """
        deadline = time.monotonic() + self._busy_seconds
        connection = engine.raw_connection()
        try:
            mode = _switch_wal_on(connection, deadline)
        except sqlite3.Error as error:
            wrapped = DBAPIError("PRAGMA journal_mode=WAL", None, error, hide_parameters=True)
            if (told := self.explain(wrapped)) is None:
                raise
            raise told from error
        finally:
            connection.close()
        if mode != "wal":
            raise StoreUnavailableError(_no_log(self.name, "this file system does not allow it"))
        if self._must_be_checked:
            self._look_for_damage(engine)

    def _look_for_damage(self, engine: Engine) -> None:
        with engine.connect() as connection:
            found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
        if found != "ok":
            raise StoreDamagedError(f"{self.name}: {_DAMAGED}")

    def lock_schema(self, connection: Connection) -> None:
        """Do nothing: who writes is alone already."""

    def complete_schema(self, connection: Connection) -> None:
        """Do nothing: its indexes stand in the schema."""

    def announce(self, connection: Connection) -> None:
        """Do nothing: SQLite counts what is committed."""

    def watch(self, engine: Engine) -> ChangeWatch:
        """Give a watch on a connection of its own."""
        return _DataVersionWatch(engine)

    def explain(self, error: DBAPIError) -> StoreUnavailableError | None:
        """Tell what people can act on from a bug, by SQLite's result code."""
        code: str = getattr(error.orig, "sqlite_errorname", None) or ""
        if code.startswith("SQLITE_CORRUPT"):
            return StoreDamagedError(f"{self.name}: {_DAMAGED}")
        for beginning, sentence in _SENTENCES.items():
            if code.startswith(beginning):
                return StoreUnavailableError(f"{self.name}: {sentence}")
        return None

    def is_transient(self, error: DBAPIError) -> bool:
        """Say no: who writes is alone, and SQLite itself waits for the others."""
        return False

    def _create_file(self, path: Path) -> None:
        if (kind := find_network_file_system(path)) is not None:
            raise StoreUnavailableError(_no_log(self.name, f"it lies on {kind}"))
        try:
            for folder in reversed([f for f in path.parents if not f.exists()]):
                folder.mkdir(mode=0o700, exist_ok=True)
            # never opened where it exists: closing it would give up the locks that another store of
            # this program holds on it (POSIX). SQLite gives its journals the mode of the database
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
            os.close(os.open(path, flags, 0o600))
        except OSError as error:
            if path.is_file():
                return  # read-only, perhaps: SQLite finds out and says so
            raise StoreUnavailableError(
                f"{path}: the worklist database cannot be created "
                f"({error.strerror or error}); choose a folder that you may write to."
            ) from error


def _may_be_torn(path: Path) -> bool:
    """Tell whether a file is worth a look through all its pages before it is used.

    A small one always is. Of a large one it takes seconds, so that only one is looked through whose
    log was left behind, because the last program did not end in order or another one is at work.
    """
    try:
        log = path.with_name(f"{path.name}-wal")
        has_log = log.exists() and log.stat().st_size > 0
        return has_log or path.stat().st_size <= _ALWAYS_CHECKED_BYTES
    except OSError:
        return False


def _no_log(name: str, reason: str) -> str:
    return (
        f"{name}: the worklist database cannot keep a write-ahead log there ({reason}; several "
        "machines would damage it); choose a folder on a disk of this machine, or a PostgreSQL "
        "server for a worklist that several machines share."
    )


_DAMAGED = (
    "the worklist database is damaged; run 'triage-app check --repair', which keeps the file aside "
    "and rebuilds it, or put a backup in its place with 'triage-app restore'."
)
_SENTENCES = {
    "SQLITE_BUSY": "another program keeps the worklist database locked; "
    "close it, or wait, and try again.",
    "SQLITE_LOCKED": "another program keeps the worklist database locked; "
    "close it, or wait, and try again.",
    "SQLITE_READONLY": "the worklist database is read-only; "
    "give this user the right to write to the file and its folder.",
    "SQLITE_PERM": "this user may not open the worklist database; "
    "give them the right to write to the file and its folder.",
    "SQLITE_FULL": "the disk of the worklist database is full; free some space and try again. "
    "What was stored before is safe.",
    "SQLITE_NOTADB": "this file is no worklist database; choose another file.",
    "SQLITE_IOERR": "the disk of the worklist database cannot be read or written; "
    "check the disk, or the connection to it.",
    "SQLITE_CANTOPEN": "the worklist database cannot be opened; "
    "check that its folder exists and that this user may write to it.",
    "SQLITE_NOMEM": "there is not enough memory for the worklist database; "
    "close other programs and try again.",
}


def _set_up_connection(connection: sqlite3.Connection, _record: object) -> None:
    # SQLAlchemy, not the driver, says when a transaction begins: `_begin`
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    # a walk over the list's index stays in memory; the default of 2 MiB reads it anew each time
    cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once: one that reads first and then writes could not wait for
    # another writer any more (SQLITE_BUSY_SNAPSHOT)
    if statement := connection.get_execution_options().get(_BEGIN, "BEGIN"):
        connection.exec_driver_sql(statement)


def _switch_wal_on(connection: PoolProxiedConnection, deadline: float) -> str:
    cursor = connection.cursor()
    # Two programs that create the same database: SQLite does not wait by itself here
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return str(cursor.fetchall()[0][0])
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorname.startswith("SQLITE_BUSY")
            if not is_busy or time.monotonic() >= deadline:
                raise
            time.sleep(_WAL_PAUSE_SECONDS)


class _DataVersionWatch:
    """Counts how often ``PRAGMA data_version`` was another than before.

    It changes on a connection whenever any other connection, of this or another process, has
    committed, but only outside of a transaction; and this connection never writes.
    """

    def __init__(self, engine: Engine) -> None:
        self._lock = threading.Lock()
        self._connection = engine.connect().execution_options(**{_BEGIN: ""})
        self._version: int | None = None
        self._count = 0

    def token(self) -> int:
        with self._lock:
            version: int = self._connection.execute(text("PRAGMA data_version")).scalar_one()
            if version != self._version:
                self._version = version
                self._count += 1
            return self._count

    def close(self) -> None:
        with self._lock:
            self._connection.close()
