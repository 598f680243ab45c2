"""Everything that goes over the network by itself: receiving, fetching by rules, sending results.

One long task for the command and for the window. Each rule and each destination has a thread of its
own, so that a system that does not answer keeps nothing else waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from triage_app.inference.card import card_path_for, read_card
from triage_app.intake.events import CancelToken
from triage_app.intake.ordering.following import OrdersNoted, follow_orders
from triage_app.intake.querying.polling import PollEvent, follow_rule
from triage_app.intake.receiving.receiver import calling_of
from triage_app.intake.receiving.reception import Reception, ReceptionEvent
from triage_app.intake.side_tasks import SideTasks
from triage_app.intake.spool import SpoolOptions
from triage_app.results.sending.destination import find_destination
from triage_app.results.sending.reporting import Reporter, ReportingEvent
from triage_app.results.sending.sender import Sender, SendingEvent
from triage_app.results.sending.turn import Turn
from triage_app.results.traffic_options import TrafficOptions
from triage_app.worklist.store import WorklistStore

__all__ = ["Traffic", "TrafficEvent"]

_SideEvent = PollEvent | OrdersNoted | ReportingEvent | SendingEvent

TrafficEvent = ReceptionEvent | _SideEvent


class Traffic:
    """What a station does from its start to its end.

    Parameters
    ----------
    options : what, and where
    store : queues and worklist; the caller closes it after the last event
    """

    def __init__(self, options: TrafficOptions, store: WorklistStore) -> None:
        self._options = options
        self._store = store

    def run(self, cancel: CancelToken) -> Iterator[TrafficEvent | None]:
        """Receive, score, fetch and send until asked to stop, then end in order.

        Yields
        ------
        TrafficEvent or None
            None where nothing happened for a moment, which is a place to stop

        Raises
        ------
        TriageError
            where spool, model or address are refused; nothing was received then
        """
        options = self._options
        reception = Reception(
            options.receiver,
            self._store,
            spool_folder=options.spool_folder,
            model_path=options.model_path,
            processes=options.processes,
            seconds_per_file=options.seconds_per_file,
            peers=options.peers,
            listens=options.listens,
            grace_seconds=options.grace_seconds,
        )
        beside: SideTasks[_SideEvent] = SideTasks(self._side_tasks(), cancel)
        with beside as side:
            for event in reception.run(cancel):
                yield event
                yield from side.drain()
        yield from side.drain()

    def _side_tasks(self) -> dict[str, Callable[[CancelToken], Iterator[_SideEvent | None]]]:
        options = self._options
        card = read_card(card_path_for(options.model_path))
        reporter = Reporter(
            self._store,
            card,
            options.destinations,
            folder=options.results_folder,
            turns=options.spool_folder,
        )
        tasks: dict[str, Callable[[CancelToken], Iterator[_SideEvent | None]]] = {
            "results": reporter.run
        }
        for destination in options.destinations:
            tasks[f"sending-{destination.name}"] = partial(self._send, destination.name)
        spool_options = SpoolOptions(options.spool_folder, options.receiver.least_free_mib * 2**20)
        for rule in options.rules:
            if rule.every_seconds is not None:
                tasks[f"rule-{rule.name}"] = partial(
                    follow_rule,
                    rule,
                    options.peers,
                    options.receiver,
                    self._store,
                    spool_options,
                    card.eligibility.sop_class_uids,
                )
        for worklist in options.worklists:
            tasks[f"orders-{worklist.name}"] = partial(
                follow_orders, worklist, options.peers, options.receiver, self._store
            )
        return tasks

    def _send(self, name: str, cancel: CancelToken) -> Iterator[SendingEvent | None]:
        """Work off the queue of a destination, and wait for more."""
        options = self._options
        destination, peer = find_destination(name, options.destinations, options.peers)
        with Turn(options.spool_folder, destination.name) as turn:
            sender = Sender(
                destination, peer, calling_of(options.receiver), self._store.deliveries, turn
            )
            yield from sender.run(cancel, keeps_trying=True, waits_for_more=True)
