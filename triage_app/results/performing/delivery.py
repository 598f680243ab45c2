"""Bringing the results of a workitem to where others find them, before it is completed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from triage_app.errors import ResultError
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Calling, Peer
from triage_app.results.sending.destination import Destination, Way
from triage_app.results.sending.sender import Sender, SendingEvent
from triage_app.results.sending.turn import Turn, TurnTakenError
from triage_app.worklist.deliveries import DeliveryQueue
from triage_app.worklist.delivery_records import DeliveryState, Outgoing

__all__ = ["ResultDelivery"]

_POLL_SECONDS = 0.2


class ResultDelivery:
    """Sends results by the queue of a destination, and waits until they have arrived.

    Parameters
    ----------
    destination, peer : as `find_destination` gives them
    calling : how we call others
    queue : of deliveries
    turns : folder of locks
    tell : is told what happens on the way
    """

    def __init__(
        self,
        destination: Destination,
        peer: Peer,
        calling: Calling,
        queue: DeliveryQueue,
        turns: Path,
        tell: Callable[[SendingEvent], None],
    ) -> None:
        self._destination = destination
        self._peer = peer
        self._calling = calling
        self._queue = queue
        self._turns = turns
        self._tell = tell

    @property
    def ae_title(self) -> str:
        """From which what was sent may be retrieved; empty where it is not by associations."""
        return self._peer.ae_title or "" if self._destination.way is Way.STORE else ""

    def url_of(self, study_instance_uid: str, series_instance_uid: str) -> str:
        """Give where a series may be retrieved over HTTP; empty where it may not."""
        if not self._peer.url:
            return ""
        root = self._peer.url.rstrip("/")
        return f"{root}/studies/{study_instance_uid}/series/{series_instance_uid}"

    def deliver(self, items: Sequence[Outgoing], cancel: CancelToken) -> bool:
        """Queue, send, and wait; say whether all have arrived before we were asked to stop.

        Raises
        ------
        ResultError
            where the destination refuses one of them for good
        """
        self._queue.add(self._destination.name, items)
        while not cancel.is_cancelled:
            self._send(cancel)
            states = self._states(items)
            if refused := [state for state in states if state is DeliveryState.FAILED]:
                raise ResultError(
                    f"{self._destination.name} did not take {len(refused)} of {len(items)} results."
                )
            if all(state in (DeliveryState.STORED, DeliveryState.DELIVERED) for state in states):
                return True
            due = self._queue.seconds_until_due(self._destination.name)
            cancel.wait(max(due or 0.0, _POLL_SECONDS))
        return False

    def _send(self, cancel: CancelToken) -> None:
        try:
            with Turn(self._turns, self._destination.name) as turn:
                sender = Sender(self._destination, self._peer, self._calling, self._queue, turn)
                for event in sender.run(cancel, keeps_trying=False):
                    if event is not None:
                        self._tell(event)
        except TurnTakenError:
            pass  # another program of ours works off the same queue

    def _states(self, items: Sequence[Outgoing]) -> list[DeliveryState]:
        wanted = {each.sop_instance_uid for each in items}
        return [
            each.state
            for each in self._queue.list_deliveries(self._destination.name)
            if each.outgoing.sop_instance_uid in wanted
        ]
