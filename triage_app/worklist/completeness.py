"""When everything of a study has come in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from triage_app.worklist.arrival_records import ArrivalState, CompleteStudy
from triage_app.worklist.records import EventKind
from triage_app.worklist.schema import arrivals, studies
from triage_app.worklist.study_summary import add_event

__all__ = ["find_complete", "mark_complete"]

_IS_SETTLED = arrivals.c.state == str(ArrivalState.SETTLED)
_OLDEST_UNREAD = select(func.min(arrivals.c.received_at)).where(
    arrivals.c.state.in_([str(ArrivalState.RECEIVED), str(ArrivalState.CLAIMED)])
)
_OPEN_STUDIES = (
    select(
        arrivals.c.study_key,
        func.count(),
        func.min(arrivals.c.received_at),
        func.max(arrivals.c.received_at),
    )
    .where(_IS_SETTLED)
    .group_by(arrivals.c.study_key)
)


def find_complete(
    connection: Connection, now: datetime, quiet_seconds: float, most_seconds: float
) -> list[CompleteStudy]:
    """Give the studies that are complete; see `ArrivalQueue.complete_studies`."""
    quiet, most = timedelta(seconds=quiet_seconds), timedelta(seconds=most_seconds)
    unread_since = connection.execute(_OLDEST_UNREAD).scalar()

    def is_complete(first: datetime, last: datetime) -> bool:
        # whose study an unread instance is, nobody knows yet
        is_quiet = now >= last + quiet and (unread_since is None or unread_since > last + quiet)
        return is_quiet or now >= first + most

    return [
        CompleteStudy(study_key, count)
        for study_key, count, first, last in connection.execute(_OPEN_STUDIES)
        if is_complete(first, last)
    ]


def mark_complete(connection: Connection, complete: Iterable[CompleteStudy], at: datetime) -> None:
    """Close studies and note it in their history."""
    for study in complete:
        connection.execute(
            update(arrivals)
            .where(arrivals.c.study_key == study.study_key, _IS_SETTLED)
            .values(state=str(ArrivalState.COMPLETE))
        )
        this_study = studies.c.study_key == study.study_key
        study_id = connection.execute(select(studies.c.id).where(this_study)).scalar()
        if study_id is not None:
            detail = f"{study.instances} instances received"
            add_event(connection, study_id, at, EventKind.COMPLETE, detail=detail)
