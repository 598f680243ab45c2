"""How far a reader has come with a study, and what follows from it in the list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, update

from triage_app.worklist.recording import reading_order
from triage_app.worklist.records import EventKind, ReadingStatus
from triage_app.worklist.schema import studies
from triage_app.worklist.search import sortable
from triage_app.worklist.study_summary import add_event, copy_to_results

__all__ = ["change_status"]


def change_status(
    connection: Connection, before: RowMapping, status: ReadingStatus, reader: str, at: datetime
) -> None:
    """Write a new status, and note it in the study's history.

    Parameters
    ----------
    before : the study's row, locked
    """
    connection.execute(
        update(studies)
        .where(studies.c.id == before["id"])
        .values(
            reading_status=str(status),
            reading_order=reading_order(status),
            reader=reader,
            reader_order=sortable(reader),
            status_at=at,
            open_since=studies.c.waiting_since if status.is_open else None,
        )
    )
    copy_to_results(connection, before["id"])
    detail = f"{before['reading_status']} -> {status}"
    add_event(connection, before["id"], at, EventKind.READING_STATUS, actor=reader, detail=detail)
