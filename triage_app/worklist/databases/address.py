"""Which kind of database a setting means."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from triage_app.errors import StoreUnavailableError
from triage_app.worklist.databases.kind import Database
from triage_app.worklist.databases.postgresql import PostgresqlDatabase
from triage_app.worklist.databases.sqlite import SqliteDatabase

__all__ = ["database_for", "refuse_missing", "sqlite_path"]

_POSTGRESQL = ("postgresql", "postgres")
"""The schemes that PostgreSQL's own programs read."""


def database_for(path_or_url: Path | str, busy_seconds: float) -> Database:
    """Choose the kind of database by a path or a URL.

    Raises
    ------
    StoreUnavailableError
        where the URL is none, or names a kind of database that this version does not speak
    """
    url = _url_of(path_or_url)
    if url is None:
        path = Path(path_or_url).absolute()
        return SqliteDatabase(
            URL.create("sqlite", database=str(path)), str(path), path, busy_seconds
        )
    name = url.render_as_string(hide_password=True)
    backend = url.get_backend_name()
    if backend in _POSTGRESQL:
        return PostgresqlDatabase(url, busy_seconds)
    if backend != "sqlite":
        raise StoreUnavailableError(
            f"{name}: this version keeps its worklist in SQLite or PostgreSQL; give the path of a "
            "file, or an address like postgresql://user@server/worklist."
        )
    if url.database in (None, "", ":memory:"):
        raise StoreUnavailableError(
            f"{name}: a worklist must outlive the program; give the path of a file."
        )
    is_plain_file = not str(url.database).startswith("file:")
    path_to_create = Path(str(url.database)).absolute() if is_plain_file else None
    return SqliteDatabase(url, name, path_to_create, busy_seconds)


def sqlite_path(path_or_url: Path | str) -> Path | None:
    """Give the file of a SQLite worklist; None for a server.

    Raises
    ------
    StoreUnavailableError
        where the address is none
    """
    url = _url_of(path_or_url)
    if url is None:
        return Path(path_or_url).absolute()
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database.removeprefix("file:")).absolute()


def refuse_missing(path_or_url: Path | str) -> None:
    """Refuse a SQLite worklist that is not there; to open it would make an empty one.

    For those who look after a worklist: of an empty one they would say that all is in order.

    Raises
    ------
    StoreUnavailableError
        where the file is not there, or the address is none
    """
    path = sqlite_path(path_or_url)
    if path is not None and not path.is_file():
        raise StoreUnavailableError(f"{path}: there is no worklist.")


def _url_of(path_or_url: Path | str) -> URL | None:
    if isinstance(path_or_url, Path) or "://" not in path_or_url:
        return None
    try:
        return make_url(path_or_url)
    except (ArgumentError, ValueError) as error:
        raise StoreUnavailableError(
            "The address of the worklist database is not a valid URL; it looks like "
            "sqlite:////folder/worklist.sqlite or postgresql://user@server/worklist."
        ) from error
