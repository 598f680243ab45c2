"""A worklist on a PostgreSQL server, for many readers on many machines."""

from __future__ import annotations

import logging
import math
import threading
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from triage_app.errors import StoreDamagedError, StoreUnavailableError
from triage_app.worklist.databases.kind import ChangeWatch

if TYPE_CHECKING:
    import psycopg

__all__ = ["PostgresqlDatabase"]

logger = logging.getLogger(__name__)

_CHANNEL = "triage_worklist"
_SCHEMA_LOCK = 0x7472_6961_6765
"""Of advisory locks, which a whole database shares; "triage" in ASCII."""
_OLDEST_VERSION = 130000
_CONNECTION = {
    # a server that was cut off, or a cable that was drawn, is noticed within a minute
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "application_name": "triage-app",
}
_ABANDONED_SECONDS = 300
"""After which the server ends a transaction whose program says nothing more, and its locks."""


class PostgresqlDatabase:
    """A database on a PostgreSQL server, from version 13 on.

    A transaction for reading sees one moment (REPEATABLE READ). One for writing locks the rows that
    it changes (READ COMMITTED with FOR UPDATE), so that writers wait only for those of the same
    study; where two wait for each other the server ends one, which is done again.

    Whoever commits sends a notice (NOTIFY), and each store listens: a look for changes asks the
    server nothing.

    Parameters
    ----------
    url : where; the driver that it names does not matter
    busy_seconds : how long to wait for a lock, and for the server to answer a call
    """

    def __init__(self, url: URL, busy_seconds: float) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self.name = url.set(drivername="postgresql").render_as_string(hide_password=True)
        self._busy_seconds = busy_seconds

    def connect(self) -> tuple[Engine, Engine]:
        """Make the engines; the server is called when something is asked.

        Raises
        ------
        StoreUnavailableError
            where the driver is not installed
        """
        # It would write the rows that it reads, patients' names among them, at level DEBUG
        logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
        seconds = max(2, math.ceil(self._busy_seconds))  # less is not allowed
        given = {**_CONNECTION, "connect_timeout": seconds}
        try:
            engine = create_engine(
                self._url,
                poolclass=QueuePool,
                max_overflow=-1,  # threads are few, and none shall wait for another's connection
                pool_pre_ping=True,  # the server may have been started again meanwhile
                hide_parameters=True,  # an error's text must not carry a patient's name
                connect_args={k: v for k, v in given.items() if k not in self._url.query},
            )
        except ImportError as error:
            raise StoreUnavailableError(
                f"{self.name}: the driver for PostgreSQL is not installed; "
                "run: pip install 'triage-app[postgres]'."
            ) from error
        event.listen(engine, "connect", self._set_up_connection)
        event.listen(engine, "handle_error", _withhold_values)
        reading = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        return reading, engine

    def _set_up_connection(self, connection: psycopg.Connection, _record: object) -> None:
        connection.autocommit = True  # for the settings, which a ROLLBACK would take back
        for name, value in {
            "lock_timeout": math.ceil(self._busy_seconds * 1000),
            "idle_in_transaction_session_timeout": _ABANDONED_SECONDS * 1000,
            # a search is planned by the word that it looks for
            "plan_cache_mode": "force_custom_plan",
        }.items():
            connection.execute(f"SET {name} TO {value}")
        connection.autocommit = False

    def prepare(self, engine: Engine) -> None:
        """See that the server can keep a worklist.

        Raises
        ------
        StoreUnavailableError
            where it is too old, cannot keep every script, or may not be written to
        """
        with engine.connect() as connection:
            version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
            encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
            is_standby = connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one()
        if version < _OLDEST_VERSION:
            raise StoreUnavailableError(
                f"{self.name}: the server is older than PostgreSQL 13; choose a newer one."
            )
        if encoding != "UTF8":
            raise StoreUnavailableError(
                f"{self.name}: the database keeps text as {encoding}, which has not every script; "
                "create one with ENCODING 'UTF8' TEMPLATE template0."
            )
        if is_standby:
            raise StoreUnavailableError(
                f"{self.name}: the server is a standby, which is read-only; "
                "give the address of the primary server."
            )

    def lock_schema(self, connection: Connection) -> None:
        """Take turns with programs that start at the same moment."""
        lock = text("SELECT pg_advisory_xact_lock(:key)")
        connection.execute(lock, {"key": _SCHEMA_LOCK})

    def complete_schema(self, connection: Connection) -> None:
        """Sort texts as SQLite does, by their letters' numbers, and index them for searching.

        The same order everywhere, whatever language the server was set up for; and one in which a
        page of the list is read off an index.
        """
        columns = connection.execute(
            text(
                "SELECT table_name, column_name, data_type, character_maximum_length AS length "
                "FROM information_schema.columns "
                "WHERE table_schema = current_schema() "
                "AND data_type IN ('text', 'character varying') "
                "AND collation_name IS DISTINCT FROM 'C' ORDER BY table_name, ordinal_position"
            )
        ).all()
        by_table: dict[str, list[str]] = {}
        for table, column, kind, length in columns:
            sized = kind if length is None else f"{kind}({length})"
            by_table.setdefault(table, []).append(
                f'ALTER COLUMN "{column}" TYPE {sized} COLLATE "C"'
            )
        for table, changes in by_table.items():
            connection.exec_driver_sql(f'ALTER TABLE "{table}" {", ".join(changes)}')
        if _has_trigrams(connection):
            for table in ("studies", "study_results"):
                connection.exec_driver_sql(
                    f"CREATE INDEX IF NOT EXISTS ix_{table}_search ON {table} "
                    "USING gin (search_text gin_trgm_ops)"
                )

    def announce(self, connection: Connection) -> None:
        """Send a notice with the transaction, where it changed anything."""
        connection.exec_driver_sql(
            f"SELECT pg_notify('{_CHANNEL}', '') WHERE pg_current_xact_id_if_assigned() IS NOT NULL"
        )

    def watch(self, engine: Engine) -> ChangeWatch:
        """Give a watch on a connection of its own."""
        return _NoticeWatch(engine, self)

    def explain(self, error: DBAPIError) -> StoreUnavailableError | None:
        """Tell what people can act on from a bug, by the SQLSTATE (PostgreSQL, appendix A)."""
        state = getattr(error.orig, "sqlstate", None) or ""
        if not state:
            return self._explain_connection(error)
        if state in _DAMAGED:
            return StoreDamagedError(
                f"{self.name}: the server says that its files are damaged; "
                "put a backup in its place."
            )
        for beginning, sentence in _SENTENCES.items():
            if state.startswith(beginning):
                return StoreUnavailableError(f"{self.name}: {sentence}")
        return None

    def _explain_connection(self, error: DBAPIError) -> StoreUnavailableError | None:
        """Tell why the server was not reached; its own words name no patient then."""
        import psycopg  # noqa: PLC0415 - comes with an extra

        if not isinstance(error.orig, psycopg.OperationalError):
            return None
        said = str(error.orig).strip().splitlines()
        reason = f" ({said[0].strip()})" if said else ""
        return StoreUnavailableError(
            f"{self.name}: the worklist database cannot be reached{reason}; check that the server "
            "runs, and address, user and password."
        )

    def is_transient(self, error: DBAPIError) -> bool:
        """Tell what the server ended because of another transaction."""
        return getattr(error.orig, "sqlstate", None) in _TRANSIENT


_TRANSIENT = frozenset(
    {
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "23503",  # foreign_key_violation: what it points to was taken away meanwhile
        "23505",  # unique_violation: another inserted the same meanwhile
    }
)
_DAMAGED = frozenset({"XX001", "XX002"})
_SENTENCES = {
    "08": "the connection to the worklist database was lost; check the network and the server.",
    "25006": "the worklist database is read-only; give the address of the primary server.",
    "28": "the server refused the user or the password; correct them in the address, or in the "
    "password file that PostgreSQL's programs read (~/.pgpass).",
    "3D000": "the server has no such database; create it, or correct the address.",
    "40": "other programs change the same studies; try again.",
    "42501": "this user may not change the worklist database; grant them the right.",
    "53100": "the disk of the worklist database is full; free some space and try again. "
    "What was stored before is safe.",
    "53300": "the server has no connection left; raise max_connections, or close other programs.",
    "53": "the server of the worklist database has not enough memory; try again later.",
    "54000": "a path or an identifier is longer than the database can index; "
    "give the file a shorter path.",
    "55P03": "another program keeps the worklist database locked; wait, and try again.",
    "57014": "the server ended the question, because it took too long; try again.",
    "57P": "the server of the worklist database is shutting down or starting; try again.",
    "25P03": "the connection to the worklist database was idle for too long; try again.",
    "58": "the disk of the worklist database cannot be read or written; look at the server's log.",
}


def _has_trigrams(connection: Connection) -> bool:
    """Have the extension for searching within words, where the server has it and lets us."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DBAPIError:
        logger.warning(
            "the server does not let us have its extension pg_trgm: searching reads every study"
        )
        return False
    return True


def _withhold_values(context: ExceptionContext) -> None:
    """Take the values of rows, which a patient's name may be among, out of an error's text."""
    diagnosis = getattr(context.original_exception, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    if not primary:
        return
    told = (f"{primary} (SQLSTATE {diagnosis.sqlstate})",) if diagnosis else ()
    context.original_exception.args = told
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = told


class _NoticeWatch:
    """Counts the notices that came in on a connection of its own; makes a new one where it broke.

    What is missed while there is none counts as a change.
    """

    def __init__(self, engine: Engine, database: PostgresqlDatabase) -> None:
        self._engine = engine
        self._database = database
        self._lock = threading.Lock()
        self._count = 0
        self._connection: Connection | None = None
        self._listen()

    def _listen(self) -> psycopg.Connection:
        connection = self._engine.connect().execution_options(
            isolation_level="AUTOCOMMIT", postgresql_readonly=False
        )
        connection.exec_driver_sql(f"LISTEN {_CHANNEL}")
        self._connection = connection
        self._count += 1
        return self._driver()

    def _driver(self) -> psycopg.Connection:
        assert self._connection is not None  # noqa: S101 - for the types
        return cast("psycopg.Connection", self._connection.connection.driver_connection)

    def token(self) -> int:
        import psycopg  # noqa: PLC0415 - comes with an extra

        with self._lock:
            driver = self._listen() if self._connection is None else self._driver()
            try:
                self._count += sum(1 for _ in driver.notifies(timeout=0))
            except psycopg.Error as error:
                self._drop()
                wrapped = DBAPIError("LISTEN", None, error, hide_parameters=True)
                if (told := self._database.explain(wrapped)) is None:
                    raise
                raise told from error
            return self._count

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # it listens: not for the pool
            self._connection.close()
            self._connection = None
