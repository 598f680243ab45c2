"""The unified procedure steps that we have claimed, so that a program that ended can go on.

Only who knows the transaction UID may change a workitem in progress (PS3.4 CC.1.1): were it lost,
nobody could ever finish it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from triage_app.worklist.book import Book
from triage_app.worklist.dialect import upsert
from triage_app.worklist.schema import workitem_claims

__all__ = ["WorkitemClaim", "WorkitemClaims"]


@dataclass(frozen=True, slots=True)
class WorkitemClaim:
    """A workitem in our hands.

    Attributes
    ----------
    peer : name of the system that manages it
    workitem_uid : its SOP Instance UID
    transaction_uid : (0008,1195), the lock
    claimed_at : UTC
    """

    peer: str
    workitem_uid: str
    transaction_uid: str
    claimed_at: datetime


class WorkitemClaims(Book):
    """The claims; `WorklistStore.workitem_claims` gives them."""

    def add(self, peer: str, workitem_uid: str, transaction_uid: str) -> WorkitemClaim:
        """Keep a claim before it is made, so that it is never lost."""
        claim = WorkitemClaim(peer, workitem_uid, transaction_uid, self._now())
        values = {
            "peer": peer,
            "workitem_uid": workitem_uid,
            "transaction_uid": transaction_uid,
            "claimed_at": claim.claimed_at,
        }
        with self._writing() as connection:
            upsert(connection, workitem_claims, ("peer", "workitem_uid"), values)
        return claim

    def list_claims(self, peer: str) -> list[WorkitemClaim]:
        """Give the claims at a system, oldest first."""
        statement = (
            select(workitem_claims)
            .where(workitem_claims.c.peer == peer)
            .order_by(workitem_claims.c.id)
        )
        with self._reading() as connection:
            return [
                WorkitemClaim(
                    row["peer"], row["workitem_uid"], row["transaction_uid"], row["claimed_at"]
                )
                for row in connection.execute(statement).mappings()
            ]

    def remove(self, claim: WorkitemClaim) -> None:
        """Strike out a claim whose workitem has ended, or is not ours."""
        with self._writing() as connection:
            connection.execute(
                delete(workitem_claims).where(
                    workitem_claims.c.peer == claim.peer,
                    workitem_claims.c.workitem_uid == claim.workitem_uid,
                    workitem_claims.c.transaction_uid == claim.transaction_uid,
                )
            )
