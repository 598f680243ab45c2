"""The queue of instances that came over the network: received, claimed, settled, complete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, case, delete, func, or_, select
from sqlalchemy import update as update_table

from triage_app.imaging.eligibility import Exclusion, ExclusionReason
from triage_app.imaging.instance import InstanceFacts
from triage_app.triage.outcome import Excluded, Outcome
from triage_app.worklist.arrival_records import (
    Arrival,
    ArrivalState,
    Claim,
    CompleteStudy,
    Registration,
    Settlement,
    UnreportedStudy,
)
from triage_app.worklist.book import Book
from triage_app.worklist.completeness import (
    find_complete,
    find_unreported,
    mark_complete,
    mark_reported,
)
from triage_app.worklist.dialect import insert_new
from triage_app.worklist.recording import Recording
from triage_app.worklist.records import EventKind, ModelIdentity
from triage_app.worklist.schema import arrivals, files, instances, studies, superseded_files
from triage_app.worklist.study_summary import add_event

__all__ = ["ArrivalQueue"]


class ArrivalQueue(Book):
    """The queue; `WorklistStore.arrivals` gives it."""

    def register(self, items: Sequence[Arrival]) -> list[Registration]:
        """Put instances into the queue: all of them, or, where it fails, none.

        The same SOP Instance UID with other content takes the place of what came before, whose
        file is kept until the new one has its outcome.
        """
        return self._write(lambda connection: [self._register(connection, item) for item in items])

    def _register(self, connection: Connection, item: Arrival) -> Registration:
        values: dict[str, Any] = {
            "sop_instance_uid": item.sop_instance_uid,
            "sop_class_uid": item.sop_class_uid,
            "path": item.path,
            "digest": item.digest,
            "sender": item.sender,
            "received_at": self._now(),
            "state": str(ArrivalState.RECEIVED),
            "attempts": 0,
            "claimed_by": "",
            "claimed_until": None,
        }
        if insert_new(connection, arrivals, ("sop_instance_uid",), values):
            return Registration.NEW
        this_instance = arrivals.c.sop_instance_uid == item.sop_instance_uid
        statement = select(arrivals).where(this_instance).with_for_update()
        known = connection.execute(statement).mappings().one()
        connection.execute(update_table(arrivals).where(this_instance).values(values))
        if known["path"] == item.path:
            return Registration.REPEATED
        # content may come back that was replaced and not yet taken away
        back = superseded_files.c.path == item.path
        connection.execute(delete(superseded_files).where(back))
        old = {"path": known["path"], "arrival_id": known["id"]}
        insert_new(connection, superseded_files, ("path",), old)
        return Registration.REPLACED

    def find(self, sop_instance_uids: Iterable[str]) -> dict[str, Arrival]:
        """Give what is registered of some instances, by SOP Instance UID."""
        wanted = list(sop_instance_uids)
        found: dict[str, Arrival] = {}
        with self._reading() as connection:
            for start in range(0, len(wanted), _MOST_PARAMETERS):
                part = wanted[start : start + _MOST_PARAMETERS]
                rows = connection.execute(
                    select(arrivals).where(arrivals.c.sop_instance_uid.in_(part))
                ).mappings()
                found |= {
                    row["sop_instance_uid"]: Arrival(
                        row["sop_instance_uid"],
                        row["sop_class_uid"],
                        row["path"],
                        row["digest"],
                        row["sender"],
                    )
                    for row in rows
                }
        return found

    def known_paths(self) -> set[str]:
        """Give every file that the queue knows, those to be taken away among them."""
        with self._reading() as connection:
            return {
                path
                for table in (arrivals, superseded_files)
                for path in connection.execute(select(table.c.path)).scalars()
            }

    def has_waiting(self) -> bool:
        """Tell whether an instance could be claimed."""
        with self._reading() as connection:
            return any(
                connection.execute(select(arrivals.c.id).where(condition).limit(1)).first()
                for condition in _claimable(self._now())
            )

    def count_by_state(self) -> dict[ArrivalState, int]:
        """Count the instances in each state."""
        statement = select(arrivals.c.state, func.count()).group_by(arrivals.c.state)
        with self._reading() as connection:
            counted = {state: count for state, count in connection.execute(statement)}  # noqa: C416
        return {state: counted.get(str(state), 0) for state in ArrivalState}

    def claim(self, owner: str, lease_seconds: float) -> Claim | None:
        """Claim an instance, those first that were tried least often; None where none waits.

        Parameters
        ----------
        owner : who claims; a program that ended is told from one that runs by it
        lease_seconds : after which another may claim it
        """
        now = self._now()
        with self._writing() as connection:
            row = _find_claimable(connection, now)
            if row is None:
                return None
            attempts = row["attempts"] + 1
            connection.execute(
                update_table(arrivals)
                .where(arrivals.c.id == row["id"])
                .values(
                    state=str(ArrivalState.CLAIMED),
                    attempts=attempts,
                    claimed_by=owner,
                    claimed_until=now + timedelta(seconds=lease_seconds),
                )
            )
        return Claim(row["id"], row["sop_instance_uid"], row["path"], attempts)

    def release(self, owner: str, claim: Claim | None = None, *, is_counted: bool = True) -> int:
        """Give claims back: one, or all of an owner; say how many.

        Parameters
        ----------
        is_counted : whether the attempt counts; not where the program stops on purpose
        """
        condition = (arrivals.c.claimed_by == owner) & _IS_CLAIMED
        if claim is not None:
            condition &= arrivals.c.id == claim.arrival_id
        one_less = case((arrivals.c.attempts > 0, arrivals.c.attempts - 1), else_=0)
        with self._writing() as connection:
            result = connection.execute(
                update_table(arrivals)
                .where(condition)
                .values(
                    state=str(ArrivalState.RECEIVED),
                    claimed_by="",
                    claimed_until=None,
                    attempts=arrivals.c.attempts if is_counted else one_less,
                )
            )
        return result.rowcount

    def settle(
        self,
        owner: str,
        claim: Claim,
        facts: InstanceFacts,
        outcome: Outcome,
        model: ModelIdentity,
        seconds: float,
    ) -> Settlement | None:
        """Keep the outcome of a claimed instance and end the claim, in one transaction.

        Returns
        -------
        Settlement or None
            None where the claim is void, because it ran out or other content has come meanwhile
        """

        def settle(connection: Connection) -> Settlement | None:
            row = _lock(connection, owner, claim)
            if row is None:
                return None
            kept = _REPEATS if _repeats_another(connection, row, facts) else outcome
            recording = Recording(connection, self._now())
            study_key = recording.add(facts, kept, model, seconds)
            recording.finish()
            obsolete = _find_obsolete(connection, claim)
            if obsolete:
                _note_replacement(connection, study_key, self._now())
            connection.execute(
                update_table(arrivals)
                .where(arrivals.c.id == claim.arrival_id)
                .values(
                    state=str(ArrivalState.SETTLED),
                    study_key=study_key,
                    claimed_by="",
                    claimed_until=None,
                )
            )
            return Settlement(study_key, kept, tuple(obsolete))

        return self._write(settle)

    def list_obsolete(self) -> list[str]:
        """Give the files that were replaced and that no instance stands for any more."""
        in_use = or_(
            select(instances.c.id).where(instances.c.path == superseded_files.c.path).exists(),
            select(arrivals.c.id)
            .where(
                arrivals.c.id == superseded_files.c.arrival_id,
                arrivals.c.state.in_([str(ArrivalState.RECEIVED), str(ArrivalState.CLAIMED)]),
            )
            .exists(),
        )
        with self._reading() as connection:
            return list(
                connection.execute(select(superseded_files.c.path).where(~in_use)).scalars()
            )

    def forget(self, paths: Iterable[str]) -> None:
        """Strike out replaced files that were taken away."""
        gone = list(paths)
        if gone:
            with self._writing() as connection:
                for path in gone:
                    this_file = superseded_files.c.path == path
                    connection.execute(delete(superseded_files).where(this_file))

    def complete_studies(self, quiet_seconds: float, most_seconds: float) -> list[CompleteStudy]:
        """Mark the studies of which nothing more is expected, and give them.

        A study is complete when nothing of it came in for `quiet_seconds`, and nothing that came in
        meanwhile is unread, because that may belong to it; or, whatever else waits, `most_seconds`
        after its first instance.
        """
        now = self._now()
        with self._reading() as connection:
            complete = find_complete(connection, now, quiet_seconds, most_seconds)
        if not complete:
            return []
        with self._writing() as connection:
            return mark_complete(connection, complete, now)

    def list_unreported(self, limit: int = 50) -> list[UnreportedStudy]:
        """Give complete studies whose results wait to be queued; they wait over a restart."""
        with self._reading() as connection:
            return find_unreported(connection, limit)

    def note_reported(self, study: UnreportedStudy) -> None:
        """Note that a study's results were queued, or that there are none to queue."""
        with self._writing() as connection:
            mark_reported(connection, study.arrival_ids)


_MOST_PARAMETERS = 500
_REPEATS = Excluded(
    Exclusion(
        ExclusionReason.DUPLICATE,
        "(0008,0018) SOP Instance UID",
        "that of another file that came in",
    )
)
_IS_CLAIMED = arrivals.c.state == str(ArrivalState.CLAIMED)


def _claimable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Give what may be claimed: what nobody has claimed, and what somebody did for too long."""
    return (
        arrivals.c.state == str(ArrivalState.RECEIVED),
        and_(_IS_CLAIMED, arrivals.c.claimed_until < now),
    )


def _find_claimable(connection: Connection, now: datetime) -> RowMapping | None:
    """Find what was tried least often, and was not taken by another at this moment."""
    found: list[RowMapping] = []
    for condition in _claimable(now):  # each is read off the index, however much waits
        statement = (
            select(arrivals)
            .where(condition)
            .order_by(arrivals.c.attempts, arrivals.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found += connection.execute(statement).mappings().all()
    return min(found, key=lambda row: (row["attempts"], row["id"]), default=None)


def _lock(connection: Connection, owner: str, claim: Claim) -> Any:
    statement = select(arrivals).where(
        arrivals.c.id == claim.arrival_id,
        arrivals.c.path == claim.path,
        arrivals.c.claimed_by == owner,
        arrivals.c.attempts == claim.attempts,
        _IS_CLAIMED,
    )
    return connection.execute(statement.with_for_update()).mappings().one_or_none()


def _repeats_another(connection: Connection, row: Any, facts: InstanceFacts) -> bool:
    """Tell whether the file holds the UID of another file that came in; senders err."""
    uid = facts.sop_instance_uid
    if not uid or uid == row["sop_instance_uid"]:
        return False
    statement = (
        select(arrivals.c.id)
        .join(files, files.c.path == arrivals.c.path)
        .join(instances, instances.c.id == files.c.instance_id)
        .where(instances.c.sop_instance_uid == uid, arrivals.c.id != row["id"])
        .limit(1)
    )
    return connection.execute(statement).scalar() is not None


def _find_obsolete(connection: Connection, claim: Claim) -> list[str]:
    """Give the replaced files of an instance that stand for nothing now."""
    obsolete = []
    this_arrival = superseded_files.c.arrival_id == claim.arrival_id
    for path in connection.execute(select(superseded_files.c.path).where(this_arrival)).scalars():
        shown = select(instances.c.id).where(instances.c.path == path)
        if connection.execute(shown).scalar() is None:
            connection.execute(delete(files).where(files.c.path == path))
            obsolete.append(path)
    return obsolete


def _note_replacement(connection: Connection, study_key: str, at: datetime) -> None:
    statement = select(studies.c.id).where(studies.c.study_key == study_key)
    study_id = connection.execute(statement).scalar()
    if study_id is not None:
        detail = "an instance came again with other content, which replaced the earlier one"
        add_event(connection, study_id, at, EventKind.REPLACED, detail=detail)
