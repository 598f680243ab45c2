"""The schema's versions, and the way from any of them to the newest.

A new version is a module in `versions/` whose `revision` becomes `HEAD`. It writes out its tables
itself and imports nothing of the application, because that goes on changing and a version does not.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from triage_app.errors import StoreUnavailableError, StoreVersionError
from triage_app.worklist.schema import VERSION_TABLE

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["HEAD", "alembic_config", "find_version", "migrate"]

HEAD = "0007"
"""The newest version; stands here too so that an up-to-date database opens without Alembic."""

# Alembic keeps the running migration in a global variable
_one_migration_at_a_time = threading.Lock()


def find_version(connection: Connection, name: str) -> str | None:
    """Give the version of a database's schema; None for an empty database.

    Raises
    ------
    StoreVersionError
        where the schema is of a newer version than this program knows
    StoreUnavailableError
        where the database holds tables, but not a worklist's
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if VERSION_TABLE not in tables:
        raise StoreUnavailableError(
            f"{name}: this is the database of another program; choose another file."
        )
    statement = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - our constant
    version: str | None = connection.execute(statement).scalar()
    if version not in (None, HEAD) and version not in _known_versions():
        raise StoreVersionError(
            f"{name}: the worklist database was written by a newer version of this program "
            f"(schema {version}, this program knows up to {HEAD}); update the program, "
            "or choose another file."
        )
    return version


def migrate(connection: Connection, name: str) -> None:
    """Bring the schema to `HEAD` within the transaction of `connection`.

    Raises
    ------
    StoreVersionError, StoreUnavailableError
        as `find_version`
    """
    if find_version(connection, name) == HEAD:
        return
    # Alembic is imported only here: it takes longer than opening an up-to-date database
    from alembic import command  # noqa: PLC0415

    config = alembic_config()
    config.attributes["connection"] = connection
    with _one_migration_at_a_time:
        command.upgrade(config, HEAD)


def alembic_config() -> Config:
    """Give Alembic's settings: the versions of this package, wherever it is installed."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "triage_app.worklist:migrations")
    return config


def _known_versions() -> set[str]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    scripts = ScriptDirectory.from_config(alembic_config())
    return {script.revision for script in scripts.walk_revisions()}
