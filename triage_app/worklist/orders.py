"""What was ordered: the priority that a modality worklist gives a study, whichever comes first.

An entry leaves the modality worklist when its images are made, so what it said is kept here and
waits for them. A study is found by its Study Instance UID, which the modality takes from the
worklist, or by its accession number; where both sides name a patient it must be the same one,
because accession numbers of two issuers may be equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, or_, select, update

from triage_app.worklist.book import Book
from triage_app.worklist.dialect import upsert
from triage_app.worklist.records import EventKind
from triage_app.worklist.schema import orders, studies
from triage_app.worklist.search import sortable
from triage_app.worklist.study_summary import add_event, copy_to_results

__all__ = ["Order", "OrderBook", "apply_order"]

_TERMS = ("STAT", "HIGH", "ROUTINE", "MEDIUM", "LOW")
"""(0040,1003) Requested Procedure Priority, the most urgent first (PS3.3 C.4.11)."""


@dataclass(frozen=True, slots=True)
class Order:
    """An entry of a modality worklist, as far as it orders the reading.

    Attributes
    ----------
    accession_number : (0008,0050); empty where the entry has none
    study_instance_uid : (0020,000D); empty where the entry has none
    patient_id : (0010,0020)
    requested_priority : (0040,1003), upper case; empty where nothing is said
    """

    accession_number: str = field(repr=False)
    study_instance_uid: str
    patient_id: str = field(repr=False)
    requested_priority: str


class OrderBook(Book):
    """What modality worklists said; `WorklistStore.orders` gives it."""

    def note(self, source: str, items: Iterable[Order]) -> list[str]:
        """Keep orders, and give the studies that are here already their priority.

        Parameters
        ----------
        source : the name of the system that was asked
        items : an order of the same source, accession number, study and patient again replaces the
            other; one that names neither accession number nor study is left out

        Returns
        -------
        list of str
            the keys of the studies whose priority changed
        """
        at = self._now()
        changed: dict[str, None] = {}
        with self._writing() as connection:
            for item in items:
                if not (item.accession_number or item.study_instance_uid):
                    continue
                values = {
                    "source": source,
                    "accession_number": item.accession_number,
                    "study_instance_uid": item.study_instance_uid,
                    "patient_id": item.patient_id,
                    "requested_priority": item.requested_priority,
                    "noted_at": at,
                }
                identity = ("source", "accession_number", "study_instance_uid", "patient_id")
                upsert(connection, orders, identity, values)
                for row in connection.execute(_studies_of(item)).all():
                    if apply_order(connection, row.id, at):
                        changed[row.study_key] = None
        return list(changed)

    def list_orders(self) -> list[tuple[str, Order]]:
        """Give all that is kept, each with its source, in the order in which it came."""
        with self._reading() as connection:
            rows = connection.execute(select(orders).order_by(orders.c.id)).mappings()
            return [(row["source"], _order(row)) for row in rows]


def apply_order(connection: Connection, study_id: int, at: datetime) -> bool:
    """Give a study the priority that was ordered for it, and note it in its history.

    An order for its Study Instance UID stands before those for its accession number alone; of
    several the most urgent counts, because one accession number may hold several procedures.

    Returns
    -------
    bool
        whether it changed
    """
    this_study = studies.c.id == study_id
    study = connection.execute(select(studies).where(this_study)).mappings().one()
    found = [
        row
        for row in connection.execute(_orders_of(study)).mappings()
        if _is_same_patient(row["patient_id"], study["patient_id"])
    ]
    if not found:
        return False
    best = min(found, key=lambda row: (not _names(row, study), _rank(row["requested_priority"])))
    told = {"requested_priority": best["requested_priority"], "priority_source": best["source"]}
    if all(study[name] == value for name, value in told.items()):
        return False
    connection.execute(update(studies).where(this_study).values(told))
    copy_to_results(connection, study_id)
    detail = f"{told['requested_priority']}, by the worklist of {told['priority_source']}"
    add_event(connection, study_id, at, EventKind.ORDER, detail=detail)
    return True


def _orders_of(study: RowMapping) -> Select[Any]:
    matches = orders.c.study_instance_uid == study["study_key"]
    if study["accession_number"]:
        matches = or_(matches, orders.c.accession_number == study["accession_number"])
    return select(orders).where(matches, orders.c.requested_priority != "").order_by(orders.c.id)


def _studies_of(item: Order) -> Select[Any]:
    matches = studies.c.study_key == item.study_instance_uid
    if item.accession_number:
        by_number = and_(
            studies.c.accession_order == sortable(item.accession_number),  # has the index
            studies.c.accession_number == item.accession_number,
        )
        matches = or_(matches, by_number)
    return select(studies.c.id, studies.c.study_key).where(matches)


def _names(order: RowMapping, study: RowMapping) -> bool:
    return bool(order["study_instance_uid"] == study["study_key"])


def _is_same_patient(ordered: str, shown: str) -> bool:
    return not ordered or not shown or ordered == shown


def _rank(term: str) -> int:
    return _TERMS.index(term) if term in _TERMS else len(_TERMS)


def _order(row: RowMapping) -> Order:
    return Order(
        row["accession_number"],
        row["study_instance_uid"],
        row["patient_id"],
        row["requested_priority"],
    )
