"""Finding and fetching, whatever the way: for the command, the search dialog and the polling."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from triage_app.errors import PeerError, TriageError
from triage_app.intake.custody import Custody
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Peer
from triage_app.intake.querying.find import QueryRoot, find_studies
from triage_app.intake.querying.keys import QueryKeys, StudyMatch
from triage_app.intake.querying.retrieve import Retrieved, get_studies, move_studies
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.receiving.receiver import (
    Received,
    Receiver,
    Refused,
    StoreInstance,
    calling_of,
)
from triage_app.intake.receiving.statuses import status_for
from triage_app.worklist.store import WorklistStore

__all__ = ["Fetcher", "Found", "Method", "PollEvent", "PollFailed", "search"]

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 0.1


class Method(StrEnum):
    """How studies come."""

    GET = "get"
    MOVE = "move"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class Found:
    """A search is done."""

    studies: tuple[StudyMatch, ...]


@dataclass(frozen=True, slots=True)
class PollFailed:
    """A round of polling failed; the next one comes all the same."""

    sentence: str


PollEvent = Found | Retrieved | PollFailed


def search(
    peer: Peer,
    options: ReceiverOptions,
    keys: QueryKeys,
    *,
    by_web: bool = False,
    root: QueryRoot = QueryRoot.STUDY,
) -> list[StudyMatch]:
    """Ask a peer for studies, by DICOMweb or by C-FIND; newest first.

    Raises
    ------
    PeerError
        where the peer cannot be reached, refuses, or fails
    """
    if not by_web:
        return find_studies(peer, calling_of(options), keys, root=root)
    # it takes a moment to import, and many never need it
    from triage_app.intake.querying.dicomweb import DicomwebPeer  # noqa: PLC0415

    with DicomwebPeer(peer) as web:
        return web.find_studies(keys)


class Fetcher:
    """Asks one peer, and takes what it gives into custody.

    Parameters
    ----------
    peer : whom
    options : who we are, and where we receive what is moved
    store, custody : where instances go
    sop_class_uids : that are taken
    root : the information model of associations
    """

    def __init__(
        self,
        peer: Peer,
        options: ReceiverOptions,
        store: WorklistStore,
        custody: Custody,
        sop_class_uids: Sequence[str],
        *,
        root: QueryRoot = QueryRoot.STUDY,
    ) -> None:
        self._peer = peer
        self._options = options
        self._calling = calling_of(options)
        self._store = store
        self._custody = custody
        self._sop_class_uids = list(sop_class_uids)
        self._root = root

    def fetch(
        self, studies: Sequence[StudyMatch], method: Method, *, destination: str = ""
    ) -> Iterator[Retrieved]:
        """Fetch studies, one after another.

        Parameters
        ----------
        destination : of C-MOVE; our own receiver where it is empty, which then runs meanwhile,
            unless it runs in another program already

        Raises
        ------
        PeerError
            where the peer cannot be reached, refuses, or breaks off
        """
        match method:
            case Method.WEB:
                yield from self._fetch_by_web(studies)
            case Method.GET:
                store = StoreInstance(
                    self._custody, self._sop_class_uids, _ignore, sender=self._peer.name
                )
                yield from get_studies(
                    self._peer,
                    self._calling,
                    studies,
                    store,
                    self._sop_class_uids,
                    root=self._root,
                )
            case Method.MOVE:
                yield from self._fetch_by_move(studies, destination)

    def poll(
        self,
        keys: QueryKeys,
        method: Method,
        cancel: CancelToken,
        *,
        every_seconds: float,
        times: int | None = None,
        destination: str = "",
    ) -> Iterator[PollEvent]:
        """Search again and again, and fetch what is new or has grown.

        Parameters
        ----------
        every_seconds : from the end of one round to the begin of the next
        times : rounds; None until asked to stop
        """
        fetched: dict[str, int | None] = {}
        done = 0
        while not cancel.is_cancelled:
            try:
                for event in self._poll_once(keys, method, destination, fetched):
                    yield event
                    if cancel.is_cancelled:
                        return
            except PeerError as error:
                yield PollFailed(str(error))
            done += 1
            if times is not None and done >= times:
                return
            _pause(cancel, every_seconds)

    def _poll_once(
        self,
        keys: QueryKeys,
        method: Method,
        destination: str,
        fetched: dict[str, int | None],
    ) -> Iterator[PollEvent]:
        by_web = method is Method.WEB
        found = search(self._peer, self._options, keys, by_web=by_web, root=self._root)
        wanted = [study for study in found if not self._is_here(study, fetched)]
        yield Found(tuple(wanted))
        if not wanted:
            return
        counts = {study.study_instance_uid: study.instances for study in wanted}
        for retrieved in self.fetch(wanted, method, destination=destination):
            if not retrieved.failure:
                fetched[retrieved.study_instance_uid] = counts[retrieved.study_instance_uid]
            yield retrieved

    def _is_here(self, study: StudyMatch, fetched: dict[str, int | None]) -> bool:
        uid = study.study_instance_uid
        if uid in fetched:
            return fetched[uid] == study.instances
        row = self._store.find_study(uid, "")
        return row is not None and study.instances is not None and row.images >= study.instances

    def _fetch_by_web(self, studies: Sequence[StudyMatch]) -> Iterator[Retrieved]:
        from triage_app.intake.querying.dicomweb import DicomwebPeer  # noqa: PLC0415

        with DicomwebPeer(self._peer) as web:
            for study in studies:
                completed = failed = 0
                failure = ""
                try:
                    for instance in web.fetch(study):
                        if instance.sop_class_uid not in self._sop_class_uids:
                            failed += 1
                            continue
                        self._custody.take(instance)
                        completed += 1
                except (TriageError, OSError) as error:
                    is_ours = not isinstance(error, PeerError)
                    failure = status_for(error).comment if is_ours else str(error)
                yield Retrieved(study.study_instance_uid, completed, failed, failure)

    def _fetch_by_move(
        self, studies: Sequence[StudyMatch], destination: str
    ) -> Iterator[Retrieved]:
        move = partial(move_studies, self._peer, self._calling, studies, root=self._root)
        if destination and destination != self._options.ae_title:
            yield from move(destination)
            return
        receiver = Receiver(
            self._options, self._sop_class_uids, self._store, self._custody, _ignore
        )
        try:
            receiver.start()
        except TriageError:
            logger.info("another program listens on our port; it takes what is moved")
        try:
            yield from move(self._options.ae_title)
        finally:
            receiver.stop()


def _ignore(_event: Received | Refused) -> None:
    """Leave it to the peer, which counts and says so at the end."""


def _pause(cancel: CancelToken, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not cancel.is_cancelled and (left := deadline - time.monotonic()) > 0:
        time.sleep(min(_PAUSE_SECONDS, left))
