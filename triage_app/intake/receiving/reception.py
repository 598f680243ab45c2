"""Receiving and scoring together, as one long task: for the command and for the window."""

from __future__ import annotations

import logging
import queue
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from triage_app.inference.card import card_path_for, read_card
from triage_app.intake.custody import Custody, Recovered
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Peer
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.receiving.receiver import Received, Receiver, Refused
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.intake.work import Worker, WorkEvent, WorkOptions
from triage_app.worklist.store import WorklistStore

__all__ = ["Listening", "Reception", "ReceptionEvent"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listening:
    """The receiver can be called now."""

    ae_title: str
    host: str
    port: int
    recovered: Recovered


ReceptionEvent = Listening | Received | Refused | WorkEvent


class Reception:
    """What a receiving workstation does from its start to its end.

    Parameters
    ----------
    options : of the receiver
    store : queue and worklist; the caller closes it after the last event
    spool_folder : where files go
    model_path : ONNX file with its card beside it
    processes : that score, at least 1
    seconds_per_file : after which a file is given up
    peers : that may ask for storage commitment
    listens : whether to receive; else only what comes in otherwise is scored
    grace_seconds : that open associations get at the end
    """

    def __init__(
        self,
        options: ReceiverOptions,
        store: WorklistStore,
        *,
        spool_folder: Path,
        model_path: Path,
        processes: int,
        seconds_per_file: float,
        peers: Sequence[Peer] = (),
        listens: bool = True,
        grace_seconds: float = 10.0,
    ) -> None:
        self._options = options
        self._store = store
        self._spool_options = SpoolOptions(spool_folder, options.least_free_mib * 2**20)
        self._peers = peers
        self._listens = listens
        self._grace_seconds = grace_seconds
        self._work_options = WorkOptions(
            model_path,
            processes,
            seconds_per_file,
            options.most_attempts,
            options.quiet_seconds,
            options.longest_seconds,
        )

    def run(self, cancel: CancelToken) -> Iterator[ReceptionEvent | None]:
        """Receive and score until asked to stop, then end in order.

        Yields
        ------
        ReceptionEvent or None
            `Listening` first, where it receives; None where nothing happened for a moment, which is
            a place to stop

        Raises
        ------
        TriageError
            where spool, model or address are refused; nothing was received then
        """
        news: queue.SimpleQueue[Received | Refused] = queue.SimpleQueue()
        with ExitStack() as stack:
            spool = stack.enter_context(Spool(self._spool_options))
            custody = Custody(spool, self._store.arrivals)
            worker = Worker(self._store, custody, spool.owner, self._work_options)
            recovered = custody.recover()

            def tell(event: Received | Refused) -> None:
                news.put(event)
                worker.wake()

            criteria = read_card(card_path_for(self._work_options.model_path)).eligibility
            if self._listens:
                receiver = Receiver(
                    self._options,
                    criteria.sop_class_uids,
                    self._store,
                    custody,
                    tell,
                    peers=self._peers,
                )
                host, port = receiver.start()
                stack.callback(receiver.stop, self._grace_seconds)
                yield Listening(self._options.ae_title, host, port, recovered)
            for event in worker.work(cancel):
                yield from _drain(news)
                yield event
        yield from _drain(news)

    def score(self, cancel: CancelToken) -> Iterator[WorkEvent | None]:
        """Score what waits in the queue, without receiving, and end when nothing does."""
        with Spool(self._spool_options) as spool:
            custody = Custody(spool, self._store.arrivals)
            worker = Worker(self._store, custody, spool.owner, self._work_options)
            custody.recover()
            yield from worker.work(cancel, stops_when_empty=True)


def _drain(news: queue.SimpleQueue[Received | Refused]) -> Iterator[Received | Refused]:
    while True:
        try:
            yield news.get_nowait()
        except queue.Empty:
            return
