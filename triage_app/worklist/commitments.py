"""Storage commitments that were asked for and not yet answered; they survive a restart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, select, update

from triage_app.worklist.book import Book
from triage_app.worklist.dialect import upsert
from triage_app.worklist.schema import storage_commitments

__all__ = ["Commitment", "CommitmentQueue"]


@dataclass(frozen=True, slots=True)
class Commitment:
    """A request to commit to the storage of instances (PS3.4 J.3.2).

    Attributes
    ----------
    transaction_uid : (0008,1195)
    requester : AE title of who asked
    references : pairs of SOP Class UID and SOP Instance UID
    attempts : how often an answer was tried
    """

    transaction_uid: str
    requester: str
    references: tuple[tuple[str, str], ...]
    attempts: int = 0


class CommitmentQueue(Book):
    """The queue; `WorklistStore.commitments` gives it."""

    def add(self, commitment: Commitment) -> None:
        """Keep a request; the same transaction of the same requester again replaces it."""
        values = {
            "transaction_uid": commitment.transaction_uid,
            "requester": commitment.requester,
            "references": json.dumps(commitment.references),
            "attempts": commitment.attempts,
            "due_at": self._now(),
        }
        with self._writing() as connection:
            upsert(connection, storage_commitments, ("requester", "transaction_uid"), values)

    def list_due(self) -> list[Commitment]:
        """Give the requests whose answer is to be tried now, oldest first."""
        statement = (
            select(storage_commitments)
            .where(storage_commitments.c.due_at <= self._now())
            .order_by(storage_commitments.c.id)
        )
        with self._reading() as connection:
            return [
                Commitment(
                    row["transaction_uid"],
                    row["requester"],
                    tuple((each[0], each[1]) for each in json.loads(row["references"])),
                    row["attempts"],
                )
                for row in connection.execute(statement).mappings()
            ]

    def postpone(self, commitment: Commitment, seconds: float) -> None:
        """Count an attempt that failed, and try again later."""
        with self._writing() as connection:
            connection.execute(
                update(storage_commitments)
                .where(_is(commitment))
                .values(
                    attempts=storage_commitments.c.attempts + 1,
                    due_at=self._now() + timedelta(seconds=seconds),
                )
            )

    def remove(self, commitment: Commitment) -> None:
        """Strike out a request that was answered, or given up."""
        with self._writing() as connection:
            connection.execute(delete(storage_commitments).where(_is(commitment)))


def _is(commitment: Commitment) -> ColumnElement[bool]:
    return and_(
        storage_commitments.c.requester == commitment.requester,
        storage_commitments.c.transaction_uid == commitment.transaction_uid,
    )
