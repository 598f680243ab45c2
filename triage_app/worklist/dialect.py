"""Statements that SQLite and PostgreSQL write alike, but that SQL itself does not have.

All other modules of this folder speak SQL that both share; `databases/` opens them.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Connection, Table, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.functions import FunctionElement

from triage_app.worklist.columns import VerbatimText

__all__ = [
    "contains_text",
    "insert_new",
    "is_sqlite",
    "lock_against_changes",
    "upsert",
    "upsert_known",
]

_Insert = sqlite.Insert | postgresql.Insert


def is_sqlite(connection: Connection) -> bool:
    """Tell whether there is one writer at a time, and a planner that must be led."""
    return connection.dialect.name == "sqlite"


def lock_against_changes(connection: Connection, table: Table) -> None:
    """Let nobody else change a table until the end of the transaction; reading goes on."""
    if not is_sqlite(connection):  # there who writes is alone already
        connection.exec_driver_sql(f'LOCK TABLE "{table.name}" IN SHARE ROW EXCLUSIVE MODE')


def upsert(
    connection: Connection, table: Table, identity: tuple[str, ...], values: Mapping[str, Any]
) -> None:
    """Insert a row, or update the one that has the same `identity`."""
    updated = tuple(name for name in values if name not in identity)
    statement = _insert_or_update(connection.dialect.name, table, identity, updated)
    connection.execute(statement, dict(values))


def insert_new(
    connection: Connection, table: Table, identity: tuple[str, ...], values: Mapping[str, Any]
) -> bool:
    """Insert a row unless one with the same `identity` stands there; say whether it was new."""
    statement = _insert_or_leave(connection.dialect.name, table, identity)
    return connection.execute(statement, dict(values)).rowcount == 1


def upsert_known(
    connection: Connection, table: Table, identity: tuple[str, ...], values: Mapping[str, Any]
) -> int:
    """Insert a row, or update another with what is neither NULL nor empty; give its id."""
    updated = tuple(name for name in values if name not in identity)
    statement = _insert_or_add(connection.dialect.name, table, identity, updated)
    row_id: int = connection.execute(statement, dict(values)).scalar_one()
    return row_id


def _insert(dialect: str, table: Table) -> _Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@functools.cache
def _insert_or_add(
    dialect: str, table: Table, identity: tuple[str, ...], updated: tuple[str, ...]
) -> ReturningInsert[Any]:
    statement = _insert(dialect, table)
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
    dialect: str, table: Table, identity: tuple[str, ...], updated: tuple[str, ...]
) -> _Insert:
    statement = _insert(dialect, table)
    return statement.on_conflict_do_update(
        index_elements=identity, set_={name: statement.excluded[name] for name in updated}
    )


@functools.cache
def _insert_or_leave(dialect: str, table: Table, identity: tuple[str, ...]) -> _Insert:
    statement = _insert(dialect, table).on_conflict_do_nothing(index_elements=identity)
    # SQLAlchemy else forgets the count of rows of an INSERT, or asks for the key instead
    return statement.inline().execution_options(preserve_rowcount=True)


class contains_text(FunctionElement[bool]):  # noqa: N801 - reads as a function of SQL
    """Whether a text holds another, letter by letter.

    In SQLite three times as fast as LIKE; in PostgreSQL it is LIKE, because that has an index.
    """

    type = Boolean()
    inherit_cache = True
    name = "contains_text"


@compiles(contains_text)
def _like(element: contains_text, compiler: SQLCompiler, **options: Any) -> str:
    whole, part = (compiler.process(clause, **options) for clause in element.clauses)
    for sign in ("\\", "%%", "_"):  # a per cent sign is doubled for the driver
        part = f"replace({part}, '{sign}', '\\{sign}')"
    return f"{whole} LIKE '%%' || {part} || '%%'"


@compiles(contains_text, "sqlite")
def _instr(element: contains_text, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"
