"""Asking a modality worklist again and again, by a rule of the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage_app.errors import PeerError, TriageError
from triage_app.intake.events import CancelToken
from triage_app.intake.ordering.modality_worklist import find_orders
from triage_app.intake.ordering.order_rules import OrderRule
from triage_app.intake.peers import Peer
from triage_app.intake.querying.polling import PollFailed
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.receiving.receiver import calling_of
from triage_app.worklist.store import WorklistStore

__all__ = ["OrdersNoted", "follow_orders"]


@dataclass(frozen=True, slots=True)
class OrdersNoted:
    """A worklist was asked.

    Attributes
    ----------
    source : its name
    orders : how many it holds
    study_keys : of studies here whose priority changed
    """

    source: str
    orders: int
    study_keys: tuple[str, ...]


def follow_orders(
    rule: OrderRule,
    peers: Sequence[Peer],
    receiver: ReceiverOptions,
    store: WorklistStore,
    cancel: CancelToken,
) -> Iterator[OrdersNoted | PollFailed | None]:
    """Ask round after round until asked to stop.

    Yields
    ------
    OrdersNoted or PollFailed or None
        None while it waits, which is a place to stop

    Raises
    ------
    TriageError
        where the rule names no peer of the settings
    StoreError
        where the database cannot be written
    """
    peer = {each.name: each for each in peers}.get(rule.peer)
    if peer is None:
        raise TriageError(
            f"{rule.name}: its peer {rule.peer!r} is not in the settings; add it under [[peers]]."
        )
    while not cancel.is_cancelled:
        try:
            found = find_orders(peer, calling_of(receiver), rule.keys)
        except PeerError as error:
            yield PollFailed(str(error))
        else:
            yield OrdersNoted(peer.name, len(found), tuple(store.orders.note(peer.name, found)))
        yield from cancel.moments(rule.every_seconds)
