"""What the window asks of the network, in plain Python: no Qt, so that it runs in any thread."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.errors import ModelError
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Peer
from triage_app.intake.querying.keys import Method, QueryKeys, StudyMatch
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.settings import Settings
from triage_app.worklist.auditing.events import query, system_user
from triage_app.worklist.delivery_records import Delivery, DeliveryState
from triage_app.worklist.store import WorklistStore

if TYPE_CHECKING:  # they take a moment to import, and a window that does not receive needs none
    from triage_app.intake.querying.retrieve import Retrieved
    from triage_app.results.traffic import TrafficEvent

__all__ = ["NetworkServices", "has_background_work", "ping"]

_EVENTS_SECONDS = 0.05
_GRACE_SECONDS = 3.0


def has_background_work(settings: Settings) -> bool:
    """Tell whether rules are followed, worklists asked or results sent beside the window."""
    return (
        bool(settings.worklists)
        or any(rule.every_seconds is not None for rule in settings.rules)
        or any(destination.results for destination in settings.destinations)
    )


class NetworkServices:
    """Receiving, searching, fetching and sending, as the window needs them.

    Parameters
    ----------
    store : queues and worklist
    settings : as they hold now
    model_path : by which what comes in is scored; None where there is none
    """

    def __init__(self, store: WorklistStore, settings: Settings, model_path: Path | None) -> None:
        self._store = store
        self.settings = settings
        self._model_path = model_path

    @property
    def has_model(self) -> bool:
        """Whether what comes in could be scored; nothing is received where not."""
        return self._model_path is not None

    def run_traffic(
        self, cancel: CancelToken, *, listens: bool
    ) -> Iterator[tuple[TrafficEvent, ...]]:
        """Receive, score, follow rules and send until asked to stop; see `Traffic`.

        Yields
        ------
        tuple of TrafficEvent
            what happened in a moment, so that a flood of instances is no flood of signals

        Raises
        ------
        TriageError
            where model, spool or address are refused
        """
        from triage_app.intake.scan import default_workers  # noqa: PLC0415
        from triage_app.results.traffic import Traffic  # noqa: PLC0415
        from triage_app.results.traffic_options import TrafficOptions  # noqa: PLC0415

        settings = self.settings
        if self._model_path is None:
            raise ModelError("Nothing can be received without a model; choose one in the settings.")
        options = TrafficOptions(
            receiver=settings.receiver,
            spool_folder=settings.spool,
            results_folder=settings.results,
            model_path=self._model_path,
            processes=settings.workers or max(1, default_workers() // 2),
            seconds_per_file=settings.seconds_per_file,
            peers=settings.peers,
            rules=settings.rules,
            worklists=settings.worklists,
            destinations=settings.destinations,
            listens=listens,
            grace_seconds=_GRACE_SECONDS,
        )
        events: list[TrafficEvent] = []
        told_at = 0.0
        for event in Traffic(options, self._store).run(cancel):
            if event is not None:
                events.append(event)
            if events and (event is None or time.monotonic() - told_at > _EVENTS_SECONDS):
                told_at = time.monotonic()
                yield tuple(events)
                events.clear()
        if events:
            yield tuple(events)

    def search(self, peer: Peer, keys: QueryKeys, *, by_web: bool) -> list[StudyMatch]:
        """Ask a peer for studies, newest first.

        Raises
        ------
        PeerError
            where it cannot be reached, refuses, or fails
        """
        from triage_app.intake.querying.fetching import search  # noqa: PLC0415

        asked = keys.model_dump(exclude_defaults=True)
        self._store.audit.note(query(self.settings.reader or system_user(), peer.name, asked))
        return search(peer, self.settings.receiver, keys, by_web=by_web)

    def fetch(
        self, peer: Peer, studies: Sequence[StudyMatch], method: Method, cancel: CancelToken
    ) -> Iterator[Retrieved]:
        """Bring studies into the queue of what is to be scored.

        Raises
        ------
        TriageError
            where there is no model, the peer breaks off, or the disk refuses
        """
        from triage_app.inference.card import card_path_for, read_card  # noqa: PLC0415
        from triage_app.intake.custody import Custody  # noqa: PLC0415
        from triage_app.intake.querying.fetching import Fetcher  # noqa: PLC0415
        from triage_app.intake.spool import Spool, SpoolOptions  # noqa: PLC0415

        if self._model_path is None:
            raise ModelError("Nothing can be fetched without a model; choose one in the settings.")
        options = self.settings.receiver
        eligibility = read_card(card_path_for(self._model_path)).eligibility
        with Spool(SpoolOptions(self.settings.spool, options.least_free_mib * 2**20)) as spool:
            fetcher = Fetcher(
                peer,
                options,
                self._store,
                Custody(spool, self._store.arrivals),
                eligibility.sop_class_uids,
            )
            yield from fetcher.fetch(studies, method, cancel=cancel)

    def list_deliveries(self) -> list[Delivery]:
        """Give what is on its way to other systems, and what was given up, the latter first."""
        shown = [state for state in DeliveryState if state is not DeliveryState.DELIVERED]
        found = self._store.deliveries.list_deliveries(None, shown)
        return sorted(found, key=lambda each: each.state is not DeliveryState.FAILED)

    def resend(self) -> int:
        """Put what was given up back into the queue; say how many."""
        return self._store.deliveries.resend()


def ping(peer: Peer, receiver: ReceiverOptions, token: str = "") -> tuple[str, ...]:
    """Ask whether a peer answers; give the services that did.

    Parameters
    ----------
    token : instead of the one that the settings name, before it is kept anywhere

    Raises
    ------
    TriageError
        where one does not
    """
    from triage_app.intake.querying.ping import ping as ask  # noqa: PLC0415
    from triage_app.intake.receiving.receiver import calling_of  # noqa: PLC0415

    if not token:
        return ask(peer, calling_of(receiver))
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".token") as file:
        file.write(token)
        file.flush()
        asked = peer.model_copy(update={"token_file": Path(file.name), "token_variable": ""})
        return ask(asked, calling_of(receiver))
