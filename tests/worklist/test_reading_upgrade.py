"""A worklist of the version before keeps all that it held, and its list stands as before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from triage_app.worklist.migrations import alembic_config
from triage_app.worklist.records import ReadingStatus, StudyFilter, StudyOrder, StudyQuery
from triage_app.worklist.store import WorklistStore


def make_old_database(path: Path) -> None:
    """Write two studies as version 0002 did, one of them read."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO models VALUES (1, '1.2', 'lung 1', 'balanced', 0.5)")
        for number, status, order in ((1, "unread", 0), (2, "reviewed", 2)):
            connection.execute(
                "INSERT INTO studies VALUES (?, ?, 'Name', 'ID', NULL, 4.0, 'F', ?, '2026-01-01',"
                " NULL, 'Chest', 'CR', 1, ?, 'Dr. Lee', '2026-01-01 08:00:00', 'name id chest',"
                " 'name', 'id', 'chest', '2026-01-01 00:00:00', '2026-01-01 00:00:00', ?)",
                (number, f"study {number}", f"A{3 - number}", status, order),
            )
            connection.execute(
                "INSERT INTO study_results VALUES (?, 1, 'flagged', 0, 0.9, '1.1', NULL,"
                " 'balanced', 1, 0, 0, 0, '[]', '2026-01-01 00:00:00', ?)",
                (number, f"study {number}"),
            )
        connection.commit()


def test_an_older_worklist_is_brought_up_to_date(tmp_path: Path) -> None:
    database = tmp_path / "worklist.sqlite"
    make_old_database(database)
    with WorklistStore.open(database) as store:
        rows = store.list_studies(StudyQuery("1.2", order=StudyOrder.ACCESSION))
        assert [row.study_key for row in rows] == ["study 2", "study 1"]
        unread = store.list_studies(StudyQuery("1.2", filter=StudyFilter.UNREAD, text="chest"))
        assert [row.study_key for row in unread] == ["study 1"]
        waiting = store.list_studies(StudyQuery("1.2", order=StudyOrder.WAITING))
        assert waiting[0].reading_status is ReadingStatus.UNREAD
        assert store.count_by_filter("1.2", "", "Dr. Lee")[StudyFilter.MINE] == 1
