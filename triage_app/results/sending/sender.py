"""Working off the queue of one destination: send, retry with growing pauses, ask for commitment."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from pydicom.uid import generate_uid

from triage_app.errors import PeerError, TriageError
from triage_app.imaging.source import source_from_path
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Calling, Peer
from triage_app.intake.receiving.commitment_reports import CommitmentReports
from triage_app.results.sending.answer import Answer, Verdict
from triage_app.results.sending.commitment import ask_for_commitment
from triage_app.results.sending.destination import Destination, Way
from triage_app.results.sending.outgoing import read_outgoing
from triage_app.results.sending.storing import fitting, store_instances
from triage_app.results.sending.turn import Turn
from triage_app.worklist.deliveries import DeliveryQueue
from triage_app.worklist.delivery_records import Delivery, DeliveryState, Outgoing

__all__ = [
    "CommitmentAsked",
    "GivenUp",
    "Paused",
    "Sender",
    "SendingEvent",
    "Sent",
    "pause_seconds",
]

logger = logging.getLogger(__name__)

_BATCH = 100
_LEASE_SECONDS = 900.0
_COMMITMENT_BATCH = 500
_LOOK_SECONDS = 1.0
_MOST_ENDS = 5
"""So often in a row a transfer may end before anything was answered, before we pause."""


class _TransferEndedError(PeerError):
    """A peer ended an association in the middle of a transfer."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An instance was taken; `detail` says what was done to it, where anything was."""

    outgoing: Outgoing
    detail: str


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An instance was given up and stands in the list of errors."""

    outgoing: Outgoing
    detail: str


@dataclass(frozen=True, slots=True)
class Paused:
    """Something is tried again later.

    Attributes
    ----------
    sentence : why
    seconds : how long it waits at least
    """

    sentence: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CommitmentAsked:
    """Storage commitment was asked for.

    Attributes
    ----------
    instances : how many
    is_answered : whether the answer came at once
    """

    instances: int
    is_answered: bool


SendingEvent = Sent | GivenUp | Paused | CommitmentAsked


def pause_seconds(
    destination: Destination, attempts: int, jitter: Callable[[], float] = random.random
) -> float:
    """Give the pause after an attempt that failed.

    Each doubles the last, up to the longest; a random part of up to a half is taken off, so that
    many senders do not come back to a peer in the same second.

    Parameters
    ----------
    attempts : so far, at least 1
    jitter : gives a number from 0 to 1
    """
    first, longest = destination.first_pause_seconds, destination.longest_pause_seconds
    doubled = first * 2.0 ** min(attempts - 1, 60)
    return min(doubled, longest) * (1.0 - 0.5 * jitter())


class Sender:
    """Sends what is queued for a destination.

    Parameters
    ----------
    destination, peer : as `find_destination` gives them
    calling : how we call others
    queue : of deliveries
    turn : of this program; held as long as it sends
    """

    def __init__(
        self,
        destination: Destination,
        peer: Peer,
        calling: Calling,
        queue: DeliveryQueue,
        turn: Turn,
    ) -> None:
        self._destination = destination
        self._peer = peer
        self._calling = calling
        self._queue = queue
        self._turn = turn
        self._reports = CommitmentReports(queue)

    def run(
        self, cancel: CancelToken, *, keeps_trying: bool, waits_for_more: bool = False
    ) -> Iterator[SendingEvent | None]:
        """Work until nothing is left to do.

        Parameters
        ----------
        keeps_trying : whether to wait through the pauses until everything has arrived or was given
            up; else everything that is due is tried once
        waits_for_more : whether to go on until asked to stop, and send what is queued meanwhile

        Yields
        ------
        SendingEvent or None
            None while it waits, which is a place to stop

        Raises
        ------
        StoreUnavailableError
            where the queue cannot be read or written
        """
        # we have the turn, so whoever claimed these on this machine has ended
        self._queue.release(self._destination.name, self._turn.machine)
        failures = 0
        while not cancel.is_cancelled:
            is_unreachable = False
            try:
                for event in self._work(cancel):
                    failures = 0
                    yield event
                pause = self._queue.seconds_until_due(self._destination.name)
            except PeerError as error:
                failures += 1
                is_unreachable = True
                if isinstance(error, _TransferEndedError) and failures <= _MOST_ENDS:
                    continue  # what ended it waits its pause, and must not keep the others
                pause = pause_seconds(self._destination, failures)
                yield Paused(str(error), pause)
            if waits_for_more and not is_unreachable:
                yield from self._wait_for_more(cancel)
            elif pause is None or not keeps_trying:
                return
            else:
                yield from cancel.moments(pause)

    def _wait_for_more(self, cancel: CancelToken) -> Iterator[None]:
        """Wait until something is due, be it queued only now."""
        name = self._destination.name
        while not cancel.is_cancelled and self._queue.seconds_until_due(name) != 0.0:
            if self._destination.asks_for_commitment and self._queue.list_uncommitted(name, 1):
                return
            yield from cancel.moments(_LOOK_SECONDS)

    def _work(self, cancel: CancelToken) -> Iterator[SendingEvent]:
        name = self._destination.name
        while not cancel.is_cancelled:
            batch = self._queue.claim(name, self._turn.owner, _LEASE_SECONDS, _BATCH)
            if not batch:
                break
            yield from self._send(batch, cancel)
        if self._destination.asks_for_commitment and not cancel.is_cancelled:
            yield from self._ask_for_commitment()

    def _send(self, batch: Sequence[Delivery], cancel: CancelToken) -> Iterator[SendingEvent]:
        left = {each.outgoing.sop_instance_uid: each for each in batch}
        failure: PeerError | None = None
        try:
            for delivery in batch:
                if (changed := _changed(delivery.outgoing)) is not None:
                    del left[delivery.outgoing.sop_instance_uid]
                    yield self._settle(delivery, changed)
            ways = {
                Way.STORE: self._store,
                Way.WEB: self._stow,
                Way.HL7: self._message,
                Way.FHIR: self._message,
            }
            sending = ways[self._destination.way]([each.outgoing for each in left.values()])
            with closing(sending):
                for outgoing, answer in sending:
                    yield self._settle(left.pop(outgoing.sop_instance_uid), answer)
                    if cancel.is_cancelled:
                        break
            if left and not cancel.is_cancelled:
                failure = _TransferEndedError(
                    f"{self._peer.name}: ended the transfer before its end."
                )
        except PeerError as error:
            failure = error
        finally:
            # the one under way may be what ends each transfer, so its attempt counts
            for place, delivery in enumerate(left.values()):
                self._give_back(delivery, failure, is_counted=failure is not None and place == 0)
        if failure is not None:
            raise failure

    def _store(self, items: Sequence[Outgoing]) -> Generator[tuple[Outgoing, Answer]]:
        start = 0
        while start < len(items):
            part = items[start : start + max(1, fitting(items[start:]))]
            answered = 0
            for outgoing, answer in store_instances(self._peer, self._calling, part):
                answered += 1
                yield outgoing, answer
            if answered < len(part):
                return
            start += len(part)

    def _stow(self, items: Sequence[Outgoing]) -> Generator[tuple[Outgoing, Answer]]:
        # it takes a moment to import, and many never need it
        from triage_app.results.sending.stow import StowClient  # noqa: PLC0415

        with StowClient(self._peer, looks_it_up=self._destination.looks_it_up) as client:
            for item in items:
                yield item, client.store(item)

    def _message(self, items: Sequence[Outgoing]) -> Generator[tuple[Outgoing, Answer]]:
        # as above
        from triage_app.results.messages.messenger import open_messenger  # noqa: PLC0415

        with open_messenger(self._destination, self._peer) as messenger:
            for item in items:
                yield item, messenger.send(item)

    def _settle(self, delivery: Delivery, answer: Answer) -> SendingEvent:
        outgoing, owner = delivery.outgoing, self._turn.owner
        logger.debug("%s: %s", outgoing.sop_instance_uid, answer.verdict)
        if answer.verdict is Verdict.TAKEN:
            asks = self._destination.asks_for_commitment
            state = DeliveryState.STORED if asks else DeliveryState.DELIVERED
            self._queue.settle(owner, delivery, state, detail=answer.detail)
            return Sent(outgoing, answer.detail)
        is_last = delivery.attempts >= self._destination.most_attempts
        if answer.verdict is Verdict.NEVER or is_last:
            self._queue.settle(owner, delivery, DeliveryState.FAILED, detail=answer.detail)
            return GivenUp(outgoing, answer.detail)
        pause = pause_seconds(self._destination, delivery.attempts)
        self._queue.settle(
            owner, delivery, DeliveryState.WAITING, detail=answer.detail, due_seconds=pause
        )
        return Paused(f"{self._peer.name}: {answer.detail}.", pause)

    def _give_back(
        self, delivery: Delivery, failure: PeerError | None, *, is_counted: bool
    ) -> None:
        is_last = is_counted and delivery.attempts >= self._destination.most_attempts
        self._queue.settle(
            self._turn.owner,
            delivery,
            DeliveryState.FAILED if is_last else DeliveryState.WAITING,
            detail=delivery.detail if failure is None else str(failure),
            due_seconds=pause_seconds(self._destination, delivery.attempts) if is_counted else 0.0,
            is_counted=is_counted,
        )

    def _ask_for_commitment(self) -> Iterator[SendingEvent]:
        name = self._destination.name
        while asked := self._queue.list_uncommitted(name, _COMMITMENT_BATCH):
            transaction_uid = str(generate_uid(prefix=None))
            # kept before it is asked for: the report may be faster than we are, or we may end
            self._queue.note_request(
                asked, transaction_uid, self._destination.commitment_again_seconds
            )
            is_answered = ask_for_commitment(
                self._peer,
                self._calling,
                [each.outgoing for each in asked],
                transaction_uid,
                self._reports,
                self._destination.commitment_wait_seconds,
            )
            yield CommitmentAsked(len(asked), is_answered)


def _changed(outgoing: Outgoing) -> Answer | None:
    """Tell whether a file no longer holds what was queued."""
    try:
        there = read_outgoing(source_from_path(outgoing.path))
    except TriageError as error:
        return Answer(Verdict.NEVER, str(error))
    if there.digest != outgoing.digest:
        sentence = f"{outgoing.path}: was changed since it was queued; send it again."
        return Answer(Verdict.NEVER, sentence)
    return None
