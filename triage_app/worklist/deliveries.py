"""The queue of what goes to other systems: waiting, claimed, stored, delivered, or given up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    update,
)

from triage_app.worklist.auditing.events import instances_sent
from triage_app.worklist.auditing.trail import append_message, audited_study
from triage_app.worklist.book import Book
from triage_app.worklist.delivery_records import Delivery, DeliveryState, Outgoing, Queued
from triage_app.worklist.dialect import insert_new
from triage_app.worklist.schema import deliveries

__all__ = ["DeliveryQueue"]

_CLOCKS_DIFFER = timedelta(minutes=1)
"""By so much may the clocks of machines differ that share a worklist."""
_UNCLAIMED = {"claimed_by": "", "claimed_until": None}
_AUDITED = frozenset({DeliveryState.STORED, DeliveryState.DELIVERED, DeliveryState.FAILED})


class DeliveryQueue(Book):
    """The queue; `WorklistStore.deliveries` gives it."""

    def add(
        self, destination: str, items: Iterable[Outgoing], *, is_again: bool = False
    ) -> Counter[Queued]:
        """Put instances into the queue of a destination: all of them, or, where it fails, none.

        What is under way or has arrived with the same content is left as it is; what was given up
        is tried again, and other content under the same UID takes the place of what was there.

        Parameters
        ----------
        is_again : send also what has arrived
        """
        with self._writing() as connection:
            return Counter(self._add(connection, destination, item, is_again) for item in items)

    def _add(
        self, connection: Connection, destination: str, item: Outgoing, is_again: bool
    ) -> Queued:
        now = self._now()
        values: dict[str, Any] = {
            "destination": destination,
            "sop_instance_uid": item.sop_instance_uid,
            "sop_class_uid": item.sop_class_uid,
            "transfer_syntax_uid": item.transfer_syntax_uid,
            "study_instance_uid": item.study_instance_uid,
            "path": item.path,
            "digest": item.digest,
            "transaction_uid": "",
            "queued_at": now,
            **_fresh(now),
        }
        if insert_new(connection, deliveries, ("destination", "sop_instance_uid"), values):
            return Queued.NEW
        this_row = and_(
            deliveries.c.destination == destination,
            deliveries.c.sop_instance_uid == item.sop_instance_uid,
        )
        known = connection.execute(select(deliveries).where(this_row)).mappings().one()
        if known["digest"] != item.digest:
            answer = Queued.REPLACED
        elif is_again or known["state"] == str(DeliveryState.FAILED):
            answer = Queued.AGAIN
        else:
            if known["path"] != item.path:  # the one that was named last is there now
                connection.execute(update(deliveries).where(this_row).values(path=item.path))
            return Queued.KNOWN
        connection.execute(update(deliveries).where(this_row).values(values))
        return answer

    def claim(
        self, destination: str, owner: str, lease_seconds: float, limit: int
    ) -> list[Delivery]:
        """Claim what is due for a destination, those first that wait longest.

        Parameters
        ----------
        owner : who claims
        lease_seconds : after which another may claim it
        limit : how many at most
        """
        now = self._now()
        statement = (
            select(deliveries)
            .where(
                deliveries.c.destination == destination,
                or_(
                    _is_in(DeliveryState.WAITING) & _is_due(now),
                    _is_in(DeliveryState.CLAIMED) & (deliveries.c.claimed_until < now),
                ),
            )
            .order_by(deliveries.c.attempts, deliveries.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        changes = {
            "state": str(DeliveryState.CLAIMED),
            "claimed_by": owner,
            "claimed_until": now + timedelta(seconds=lease_seconds),
        }
        with self._writing() as connection:
            rows = connection.execute(statement).mappings().all()
            for row in rows:
                connection.execute(
                    update(deliveries)
                    .where(deliveries.c.id == row["id"])
                    .values(attempts=row["attempts"] + 1, changed_at=now, **changes)
                )
        return [
            _delivery({**row, "state": changes["state"], "attempts": row["attempts"] + 1})
            for row in rows
        ]

    def settle(
        self,
        owner: str,
        delivery: Delivery,
        state: DeliveryState,
        *,
        detail: str = "",
        due_seconds: float = 0.0,
        is_counted: bool = True,
    ) -> bool:
        """End a claim; say whether it was still valid.

        Parameters
        ----------
        state : the new one
        detail : why, for people
        due_seconds : from now until it is tried again, or asked for
        is_counted : whether the attempt counts; not where nothing could be tried
        """
        now = self._now()
        attempts = deliveries.c.attempts
        with self._writing() as connection:
            result = connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.id == delivery.delivery_id,
                    deliveries.c.claimed_by == owner,
                    deliveries.c.digest == delivery.outgoing.digest,
                    _is_in(DeliveryState.CLAIMED),
                )
                .values(
                    state=str(state),
                    detail=detail,
                    due_at=now + timedelta(seconds=due_seconds),
                    changed_at=now,
                    attempts=attempts
                    if is_counted
                    else case((attempts > 0, attempts - 1), else_=0),
                    **_UNCLAIMED,
                )
            )
            if result.rowcount and state in _AUDITED:
                self._audit(connection, delivery, state, detail)
        return result.rowcount == 1

    def _audit(
        self, connection: Connection, delivery: Delivery, state: DeliveryState, detail: str
    ) -> None:
        outgoing = delivery.outgoing
        message = instances_sent(
            audited_study(connection, outgoing.study_instance_uid),
            delivery.destination,
            outgoing.sop_class_uid,
            detail if state is DeliveryState.FAILED else None,
        )
        append_message(connection, message, self._now())

    def release(self, destination: str, owner_prefix: str) -> int:
        """Give back the claims of programs that have ended; say how many.

        Parameters
        ----------
        owner_prefix : with which their owners begin
        """
        with self._writing() as connection:
            result = connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.destination == destination,
                    deliveries.c.claimed_by.startswith(owner_prefix, autoescape=True),
                    _is_in(DeliveryState.CLAIMED),
                )
                .values(state=str(DeliveryState.WAITING), **_UNCLAIMED)
            )
        return result.rowcount

    def resend(self, destination: str | None = None) -> int:
        """Put what was given up back into the queue; say how many.

        Parameters
        ----------
        destination : None for every one
        """
        now = self._now()
        condition = _is_in(DeliveryState.FAILED)
        if destination is not None:
            condition &= deliveries.c.destination == destination
        with self._writing() as connection:
            result = connection.execute(update(deliveries).where(condition).values(_fresh(now)))
        return result.rowcount

    def list_deliveries(
        self,
        destination: str | None = None,
        states: Collection[DeliveryState] = tuple(DeliveryState),
    ) -> list[Delivery]:
        """Give what the queue holds, by destination and in the order in which it came."""
        statement = (
            select(deliveries)
            .where(deliveries.c.state.in_([str(state) for state in states]))
            .order_by(deliveries.c.destination, deliveries.c.id)
        )
        if destination is not None:
            statement = statement.where(deliveries.c.destination == destination)
        with self._reading() as connection:
            return [_delivery(row) for row in connection.execute(statement).mappings()]

    def count_by_state(self, destination: str) -> dict[DeliveryState, int]:
        """Count the instances of a destination in each state."""
        statement = (
            select(deliveries.c.state, func.count())
            .where(deliveries.c.destination == destination)
            .group_by(deliveries.c.state)
        )
        with self._reading() as connection:
            counted = {row[0]: row[1] for row in connection.execute(statement)}
        return {state: counted.get(str(state), 0) for state in DeliveryState}

    def seconds_until_due(self, destination: str) -> float | None:
        """Give how long until something waits to be tried; None where nothing does."""
        now = self._now()
        due = case(
            (_is_due(now), literal(now, deliveries.c.due_at.type)), else_=deliveries.c.due_at
        )
        statement = select(func.min(due)).where(
            deliveries.c.destination == destination, _is_in(DeliveryState.WAITING)
        )
        with self._reading() as connection:
            due_at: datetime | None = connection.execute(statement).scalar()
        return None if due_at is None else max(0.0, (due_at - now).total_seconds())

    def list_uncommitted(self, destination: str, limit: int) -> list[Delivery]:
        """Give what is stored there, and whose commitment is now to be asked for."""
        statement = (
            select(deliveries)
            .where(
                deliveries.c.destination == destination,
                _is_in(DeliveryState.STORED),
                _is_due(self._now()),
            )
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        with self._reading() as connection:
            return [_delivery(row) for row in connection.execute(statement).mappings()]

    def note_request(
        self, items: Iterable[Delivery], transaction_uid: str, due_seconds: float
    ) -> None:
        """Keep under which transaction commitment is asked for, before it is.

        Parameters
        ----------
        due_seconds : after which to ask again, under another transaction
        """
        now = self._now()
        due_at = now + timedelta(seconds=due_seconds)
        with self._writing() as connection:
            for item in items:
                connection.execute(
                    update(deliveries)
                    .where(deliveries.c.id == item.delivery_id, _is_in(DeliveryState.STORED))
                    .values(transaction_uid=transaction_uid, due_at=due_at, changed_at=now)
                )

    def settle_commitment(
        self, transaction_uid: str, committed: Collection[str], failed: Mapping[str, str]
    ) -> int:
        """Take an answer to a request for commitment (PS3.4 J.3.3); say how many it settled.

        Parameters
        ----------
        committed : SOP Instance UIDs that are kept there; delivered
        failed : others, with the reason; given up, because they were accepted and are not there
        """
        if not transaction_uid:
            return 0
        now = self._now()
        changes = [(uid, DeliveryState.DELIVERED, "") for uid in committed]
        changes += [(uid, DeliveryState.FAILED, reason) for uid, reason in failed.items()]
        settled = 0
        with self._writing() as connection:
            for uid, state, detail in changes:
                values: dict[str, Any] = {"state": str(state), "changed_at": now}
                if detail:  # else what was done to it on the way stays
                    values["detail"] = detail
                result = connection.execute(
                    update(deliveries)
                    .where(
                        deliveries.c.transaction_uid == transaction_uid,
                        deliveries.c.sop_instance_uid == uid,
                        _is_in(DeliveryState.STORED),
                    )
                    .values(values)
                )
                settled += result.rowcount
        return settled


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Give what is due, and what was put off by a clock that has been set back since."""
    return (deliveries.c.due_at <= now) | (deliveries.c.changed_at > now + _CLOCKS_DIFFER)


def _fresh(now: datetime) -> dict[str, Any]:
    return {
        "state": str(DeliveryState.WAITING),
        "attempts": 0,
        "due_at": now,
        "detail": "",
        "changed_at": now,
        **_UNCLAIMED,
    }


def _is_in(state: DeliveryState) -> ColumnElement[bool]:
    return deliveries.c.state == str(state)


def _delivery(row: RowMapping | Mapping[str, Any]) -> Delivery:
    return Delivery(
        row["id"],
        row["destination"],
        Outgoing(
            row["sop_instance_uid"],
            row["sop_class_uid"],
            row["transfer_syntax_uid"],
            row["study_instance_uid"],
            row["path"],
            row["digest"],
        ),
        DeliveryState(row["state"]),
        row["attempts"],
        row["due_at"],
        row["transaction_uid"],
        row["detail"],
        row["changed_at"],
    )
