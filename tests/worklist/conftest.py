"""A worklist in a real database of each kind, with a clock that stands until it is set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql_server import PostgresqlServer, find_programs, postgresql_server
from tests.worklist.made import Clock
from triage_app.worklist.store import WorklistStore


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresqlServer]:
    """Start a PostgreSQL server of our own."""
    pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server here (Debian: postgresql)")
    with postgresql_server(programs) as started:
        yield started


@pytest.fixture(scope="session")
def empty_worklist(server: PostgresqlServer) -> str:
    """Name of a database with an empty worklist, to be copied."""
    server.tell("CREATE DATABASE empty_worklist TEMPLATE template0")
    WorklistStore.open(server.url("empty_worklist")).close()
    return "empty_worklist"


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "worklist.sqlite"


@pytest.fixture
def postgresql_url(server: PostgresqlServer, empty_worklist: str) -> Iterator[str]:
    url = server.create_database(empty_worklist)
    yield url
    server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Path | str:
    """Where a worklist may be: what is tested with it holds for both kinds."""
    kind = {"sqlite": "sqlite_file", "postgresql": "postgresql_url"}[request.param]
    place: Path | str = request.getfixturevalue(kind)
    return place


@pytest.fixture
def store(database: Path | str, clock: Clock) -> Iterator[WorklistStore]:
    with WorklistStore.open(database, now=clock) as opened:
        yield opened
