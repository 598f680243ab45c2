"""An empty database becomes, version by version, the one that the program describes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table, create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from triage_app.worklist.migrations import HEAD, alembic_config
from triage_app.worklist.schema import VERSION_TABLE, metadata
from triage_app.worklist.store import WorklistStore


def test_the_migrated_schema_is_the_one_described(sqlite_file: Path) -> None:
    WorklistStore.open(sqlite_file).close()
    engine = create_engine(f"sqlite:///{sqlite_file}")
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def constraints_of(sqlite_file: Path) -> dict[str, set[str]]:
    with closing(sqlite3.connect(sqlite_file)) as connection:
        tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        return {
            name: {line.strip().rstrip(",") for line in sql.splitlines() if "CONSTRAINT" in line}
            for name, sql in tables
            if name != VERSION_TABLE
        }


def test_the_migrated_constraints_are_the_ones_described(sqlite_file: Path, tmp_path: Path) -> None:
    # Alembic does not compare these
    WorklistStore.open(sqlite_file).close()
    described = tmp_path / "described.sqlite"
    engine = create_engine(f"sqlite:///{described}")
    metadata.create_all(engine)
    engine.dispose()
    assert constraints_of(sqlite_file) == constraints_of(described)


def test_head_is_the_newest_version() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_a_file_without_a_table_is_an_empty_database(sqlite_file: Path) -> None:
    sqlite_file.touch()
    with WorklistStore.open(sqlite_file) as store:
        assert store.list_models() == []


def test_an_up_to_date_database_opens_without_alembic(sqlite_file: Path) -> None:
    WorklistStore.open(sqlite_file).close()
    program = (
        "import sys; from triage_app.worklist.store import WorklistStore; "
        f"WorklistStore.open({str(sqlite_file)!r}).close(); print('alembic' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", program]
    said = subprocess.run(  # noqa: S603 - our own program
        command, cwd=root, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "False"


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_postgresql_can_be_told_of_every_table(table: Table) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped
    assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
    for index in table.indexes:
        assert "CREATE INDEX" in str(CreateIndex(index).compile(dialect=dialect))
        # PostgreSQL cuts off longer names
        assert len(str(index.name)) <= 63
