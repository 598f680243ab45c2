"""Short transactions on the worklist database, and what is told when one cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, delete, false
from sqlalchemy.exc import DBAPIError

from triage_app.errors import StoreDamagedError, StoreUnavailableError
from triage_app.worklist.databases.kind import Database
from triage_app.worklist.migrations import HEAD, find_version, migrate
from triage_app.worklist.schema import models

__all__ = ["Transactions"]

Result = TypeVar("Result")

_MOST_TRIES = 10
"""Of a transaction that the server ended because of another one."""


class Transactions:
    """An open database: brought to the newest schema, then read and written from any thread.

    Raises
    ------
    StoreVersionError
        where a newer program wrote it
    StoreUnavailableError
        where it is no worklist, or cannot be opened or written to
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader, self._writer = database.connect()
        self._is_open = True
        try:
            with self._telling_errors():
                # before anything is written: a database that is not ours stays as it is
                with self._reader.begin() as connection:
                    version = find_version(connection, database.name)
                database.prepare(self._reader)
                with self._writer.begin() as connection:
                    if version != HEAD:
                        database.lock_schema(connection)
                        migrate(connection, database.name)
                        database.complete_schema(connection)
                    # changes nothing, but a database that is read-only says so here
                    connection.execute(delete(models).where(false()))
                self._watch = database.watch(self._reader)
        except BaseException:
            self._is_open = False
            self._reader.dispose()
            raise

    @property
    def name(self) -> str:
        """Where the database is, for people."""
        return self._database.name

    def close(self) -> None:
        """Give every connection back; a second time does nothing."""
        if self._is_open:
            self._is_open = False
            self._watch.close()
            self._reader.dispose()

    def change_token(self) -> int:
        """Give a number that is higher after every change, by whomever."""
        self._require_open()
        with self._telling_errors():
            return self._watch.token()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one moment of the database."""
        self._require_open()
        with self._telling_errors(), self._reader.begin() as connection:
            try:
                yield connection
            except (LookupError, ValueError) as error:
                # no statement of ours stores what we cannot read again
                raise StoreDamagedError(
                    f"{self.name}: the worklist database holds a value that cannot be read; it is "
                    "damaged. Run 'triage-app check', or put a backup in its place."
                ) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction whose changes survive a power cut once it has ended."""
        self._require_open()
        with self._telling_errors(), self._writer.begin() as connection:
            yield connection
            self._database.announce(connection)

    def write(self, act: Callable[[Connection], Result]) -> Result:
        """Write, and do it again where the server ended it because of another transaction.

        Parameters
        ----------
        act : changes nothing but what it is given
        """
        for _ in range(_MOST_TRIES - 1):
            self._require_open()
            try:
                with self._writer.begin() as connection:
                    result = act(connection)
                    self._database.announce(connection)
            except DBAPIError as error:
                if not self._database.is_transient(error):
                    with self._telling_errors():
                        raise
            else:
                return result
        with self.writing() as connection:
            return act(connection)

    @contextmanager
    def _telling_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if (told := self._database.explain(error)) is None:
                raise
            raise told from error

    def _require_open(self) -> None:
        if not self._is_open:
            raise StoreUnavailableError(f"{self.name}: the worklist was closed.")
