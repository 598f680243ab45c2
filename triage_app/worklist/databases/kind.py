"""What every kind of database does for the store, each in its own way."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from triage_app.errors import StoreUnavailableError

__all__ = ["ChangeWatch", "Database"]


class Database(Protocol):
    """One kind of database at one place."""

    name: str
    """What people call it in a sentence: a path, or a URL without its password."""

    def connect(self) -> tuple[Engine, Engine]:
        """Give an engine for reading and one for writing over the same connections.

        A transaction for reading sees one moment of the database, however many questions it asks.
        """
        ...

    def prepare(self, engine: Engine) -> None:
        """Set, or require, what must hold before the schema is touched.

        Raises
        ------
        StoreUnavailableError
            where it cannot hold
        """
        ...

    def lock_schema(self, connection: Connection) -> None:
        """Wait until no other program changes the schema, and let none until the end."""
        ...

    def complete_schema(self, connection: Connection) -> None:
        """Add what this kind needs beside the tables and indexes that all kinds have."""
        ...

    def announce(self, connection: Connection) -> None:
        """Let every watch know, once the transaction is committed, that something changed."""
        ...

    def watch(self, engine: Engine) -> ChangeWatch:
        """Give what tells that something changed."""
        ...

    def explain(self, error: DBAPIError) -> StoreUnavailableError | None:
        """Give the error that says what people can act on; None for a bug of ours."""
        ...

    def is_transient(self, error: DBAPIError) -> bool:
        """Tell whether the same transaction, done again, may well succeed."""
        ...


class ChangeWatch(Protocol):
    """Tells whether anything was committed, by anybody, since the last question."""

    def token(self) -> int:
        """Give a number that is higher after every change."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...
