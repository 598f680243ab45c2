"""What is particular to a kind of database: SQLite today, others by one more class here.

All other modules of this folder speak SQL that SQLite and PostgreSQL share.
"""

from __future__ import annotations

import functools
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Boolean, Connection, Engine, Table, create_engine, event, func, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import PoolProxiedConnection, QueuePool
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.functions import FunctionElement

from triage_app.errors import StoreUnavailableError
from triage_app.worklist.columns import VerbatimText

__all__ = [
    "ChangeWatch",
    "Database",
    "SqliteDatabase",
    "contains_text",
    "database_for",
    "insert_new",
    "upsert",
    "upsert_known",
]

_BEGIN = "worklist_begin"
"""Execution option: the statement that begins a transaction; empty for none."""

_WAL_PAUSE_SECONDS = 0.01
_CACHE_KIB = 64 * 1024


class Database(Protocol):
    """One kind of database at one place."""

    name: str
    """What people call it in a sentence: a path, or a URL without its password."""

    def connect(self) -> tuple[Engine, Engine]:
        """Give an engine for reading and one for writing over the same connections."""
        ...

    def prepare(self, engine: Engine) -> None:
        """Set what must hold before the schema is touched."""
        ...

    def watch(self, engine: Engine) -> ChangeWatch:
        """Give what tells that something changed."""
        ...

    def sentence_for(self, error: DBAPIError) -> str | None:
        """Give the sentence for an error that people can act on; None for a bug of ours."""
        ...


class ChangeWatch(Protocol):
    """Tells whether anything was committed, by anybody, since the last question."""

    def token(self) -> int:
        """Give a number that is higher after every change."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


def database_for(path_or_url: Path | str, busy_seconds: float) -> Database:
    """Choose the kind of database by a path or a URL.

    Raises
    ------
    StoreUnavailableError
        where the URL is none, or names a kind of database that this version does not speak
    """
    if isinstance(path_or_url, Path) or "://" not in path_or_url:
        path = Path(path_or_url).absolute()
        return SqliteDatabase(
            URL.create("sqlite", database=str(path)), str(path), path, busy_seconds
        )
    try:
        url = make_url(path_or_url)
    except ArgumentError as error:
        raise StoreUnavailableError(
            "The address of the worklist database is not a valid URL; "
            "it looks like sqlite:////folder/worklist.sqlite."
        ) from error
    name = url.render_as_string(hide_password=True)
    if url.get_backend_name() != "sqlite":
        raise StoreUnavailableError(
            f"{name}: this version keeps its worklist in SQLite only; give the path of a file."
        )
    if url.database in (None, "", ":memory:"):
        raise StoreUnavailableError(
            f"{name}: a worklist must outlive the program; give the path of a file."
        )
    is_plain_file = not str(url.database).startswith("file:")
    path_to_create = Path(str(url.database)).absolute() if is_plain_file else None
    return SqliteDatabase(url, name, path_to_create, busy_seconds)


def upsert(
    connection: Connection, table: Table, identity: tuple[str, ...], values: Mapping[str, Any]
) -> None:
    """Insert a row, or update the one that has the same `identity`."""
    updated = tuple(name for name in values if name not in identity)
    connection.execute(_insert_or_update(table, identity, updated), dict(values))


def insert_new(
    connection: Connection, table: Table, identity: tuple[str, ...], values: Mapping[str, Any]
) -> bool:
    """Insert a row unless one with the same `identity` stands there; say whether it was new."""
    result = connection.execute(_insert_or_leave(table, identity), dict(values))
    return result.rowcount == 1


def upsert_known(
    connection: Connection, table: Table, identity: tuple[str, ...], values: Mapping[str, Any]
) -> int:
    """Insert a row, or update another with what is neither NULL nor empty; give its id."""
    updated = tuple(name for name in values if name not in identity)
    statement = _insert_or_add(table, identity, updated)
    row_id: int = connection.execute(statement, dict(values)).scalar_one()
    return row_id


@functools.cache
def _insert_or_add(
    table: Table, identity: tuple[str, ...], updated: tuple[str, ...]
) -> ReturningInsert[Any]:
    statement = sqlite.insert(table)
    new = statement.excluded
    known = {
        name: func.coalesce(
            func.nullif(new[name], "")
            if isinstance(table.c[name].type, VerbatimText)
            else new[name],
            table.c[name],
        )
        for name in updated
    }
    return statement.on_conflict_do_update(index_elements=identity, set_=known).returning(
        table.c.id
    )


@functools.cache
def _insert_or_update(
    table: Table, identity: tuple[str, ...], updated: tuple[str, ...]
) -> sqlite.Insert:
    statement = sqlite.insert(table)
    return statement.on_conflict_do_update(
        index_elements=identity, set_={name: statement.excluded[name] for name in updated}
    )


@functools.cache
def _insert_or_leave(table: Table, identity: tuple[str, ...]) -> sqlite.Insert:
    return sqlite.insert(table).on_conflict_do_nothing(index_elements=identity)


class contains_text(FunctionElement[bool]):  # noqa: N801 - reads as a function of SQL
    """Whether a text holds another, letter by letter: three times as fast as LIKE."""

    type = Boolean()
    inherit_cache = True
    name = "contains_text"


@compiles(contains_text)
def _strpos(element: contains_text, compiler: SQLCompiler, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)}) > 0"


@compiles(contains_text, "sqlite")
def _instr(element: contains_text, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


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

    def connect(self) -> tuple[Engine, Engine]:
        """Create folder and file where they are missing, for their owner only, and open them.

        Raises
        ------
        StoreUnavailableError
            where the operating system refuses
        """
        if self._path is not None:
            self._create_file(self._path)
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
        """Switch the write-ahead log on and see that it was granted.

        Raises
        ------
        StoreUnavailableError
            where the file system does not allow it
        """
        deadline = time.monotonic() + self._busy_seconds
        connection = engine.raw_connection()
        try:
            mode = _switch_wal_on(connection, deadline)
        except sqlite3.Error as error:
            wrapped = DBAPIError("PRAGMA journal_mode=WAL", None, error, hide_parameters=True)
            if (sentence := self.sentence_for(wrapped)) is None:
                raise
            raise StoreUnavailableError(sentence) from error
        finally:
            connection.close()
        if mode != "wal":
            raise StoreUnavailableError(
                f"{self.name}: the worklist database cannot keep a write-ahead log there "
                "(a network folder does not allow it); choose a folder on a disk of this machine."
            )

    def watch(self, engine: Engine) -> ChangeWatch:
        """Give a watch on a connection of its own."""
        return _DataVersionWatch(engine)

    def sentence_for(self, error: DBAPIError) -> str | None:
        """Tell what people can act on from a bug, by SQLite's result code."""
        code: str = getattr(error.orig, "sqlite_errorname", None) or ""
        for beginning, sentence in _SENTENCES.items():
            if code.startswith(beginning):
                return f"{self.name}: {sentence}"
        return None

    def _create_file(self, path: Path) -> None:
        try:
            for folder in reversed([f for f in path.parents if not f.exists()]):
                folder.mkdir(mode=0o700, exist_ok=True)
            # SQLite gives its journal files the mode of the database
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
        except OSError as error:
            if path.is_file():
                return  # read-only, perhaps: SQLite finds out and says so
            raise StoreUnavailableError(
                f"{path}: the worklist database cannot be created "
                f"({error.strerror or error}); choose a folder that you may write to."
            ) from error


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
    "SQLITE_CORRUPT": "the worklist database is damaged; move the file away and open the images "
    "again, or put a backup in its place.",
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
