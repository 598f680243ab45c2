"""When everything of a study has come in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from triage_app.worklist.arrival_records import ArrivalState, CompleteStudy, UnreportedStudy
from triage_app.worklist.auditing.events import instances_received
from triage_app.worklist.auditing.message import AuditMessage
from triage_app.worklist.auditing.trail import append_message, audited_study
from triage_app.worklist.records import EventKind
from triage_app.worklist.schema import arrivals, studies
from triage_app.worklist.study_summary import add_event

__all__ = ["find_complete", "find_unreported", "mark_complete", "mark_reported"]

_IS_SETTLED = arrivals.c.state == str(ArrivalState.SETTLED)
_IS_COMPLETE = arrivals.c.state == str(ArrivalState.COMPLETE)
_MOST_PARAMETERS = 500
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
        is_read = unread_since is None or unread_since > last + quiet
        # what came in the future came before the clock was set back
        return (is_read and abs(now - last) >= quiet) or abs(now - first) >= most

    return [
        CompleteStudy(study_key, count)
        for study_key, count, first, last in connection.execute(_OPEN_STUDIES)
        if is_complete(first, last)
    ]


def mark_complete(
    connection: Connection, complete: Iterable[CompleteStudy], at: datetime
) -> list[CompleteStudy]:
    """Close studies, note it in their history, and give those that nobody else closed meanwhile."""
    closed: list[CompleteStudy] = []
    messages: list[AuditMessage] = []
    for study in complete:
        senders = _senders(connection, study.study_key)
        result = connection.execute(
            update(arrivals)
            .where(arrivals.c.study_key == study.study_key, _IS_SETTLED)
            .values(state=str(ArrivalState.COMPLETE))
        )
        if not result.rowcount:
            continue
        closed.append(study)
        this_study = studies.c.study_key == study.study_key
        study_id = connection.execute(select(studies.c.id).where(this_study)).scalar()
        if study_id is not None:
            detail = f"{study.instances} instances received"
            add_event(connection, study_id, at, EventKind.COMPLETE, detail=detail)
        audited = audited_study(connection, study.study_key)
        messages.append(instances_received(audited, senders, study.instances))
    for message in messages:
        append_message(connection, message, at)
    return closed


def _senders(connection: Connection, study_key: str) -> list[str]:
    """Give who sent what of a study is not complete yet."""
    statement = select(arrivals.c.sender).where(arrivals.c.study_key == study_key, _IS_SETTLED)
    return sorted(set(connection.execute(statement.distinct()).scalars()))


def find_unreported(connection: Connection, limit: int) -> list[UnreportedStudy]:
    """Give complete studies whose results wait to be queued, those first that came first."""
    first = (
        select(arrivals.c.study_key)
        .where(_IS_COMPLETE)
        .group_by(arrivals.c.study_key)
        .order_by(func.min(arrivals.c.id))
        .limit(limit)
    )
    found: dict[str, list[int]] = {key: [] for key in connection.execute(first).scalars() if key}
    statement = (
        select(arrivals.c.study_key, arrivals.c.id)
        .where(_IS_COMPLETE, arrivals.c.study_key.in_(list(found)))
        .order_by(arrivals.c.id)
    )
    for study_key, arrival_id in connection.execute(statement):
        found[study_key].append(arrival_id)
    return [UnreportedStudy(key, tuple(ids)) for key, ids in found.items()]


def mark_reported(connection: Connection, arrival_ids: Sequence[int]) -> None:
    """Note that the results with these arrivals were queued; later ones are still to be."""
    for start in range(0, len(arrival_ids), _MOST_PARAMETERS):
        part = arrival_ids[start : start + _MOST_PARAMETERS]
        connection.execute(
            update(arrivals)
            .where(arrivals.c.id.in_(part), _IS_COMPLETE)
            .values(state=str(ArrivalState.REPORTED))
        )
