"""Finding and fetching, whatever the way: for the command, the search dialog and the rules."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from triage_app.errors import PeerError, TriageError
from triage_app.intake.custody import Custody
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Peer
from triage_app.intake.querying.find import QueryRoot, find_instances, find_studies
from triage_app.intake.querying.keys import Method, QueryKeys, StudyMatch
from triage_app.intake.querying.retrieve import (
    Retrieved,
    get_studies,
    move_studies,
    require_going_on,
)
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.receiving.receiver import (
    Received,
    Receiver,
    Refused,
    StoreInstance,
    calling_of,
)
from triage_app.intake.receiving.statuses import status_for
from triage_app.worklist.auditing.events import query, system_user
from triage_app.worklist.store import WorklistStore

__all__ = ["Fetcher", "search"]

logger = logging.getLogger(__name__)


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
        self,
        studies: Sequence[StudyMatch],
        method: Method,
        *,
        destination: str = "",
        cancel: CancelToken | None = None,
    ) -> Iterator[Retrieved]:
        """Fetch studies, one after another.

        Parameters
        ----------
        destination : of C-MOVE; our own receiver where it is empty, which then runs meanwhile,
            unless it runs in another program already
        cancel : asks to stop, in the middle of a study, too; what has come by then stays

        Raises
        ------
        PeerError
            where the peer cannot be reached, refuses, or breaks off, or it was stopped
        """
        cancel = cancel or CancelToken()
        match method:
            case Method.WEB:
                yield from self._fetch_by_web(studies, cancel)
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
                    cancel=cancel,
                )
            case Method.MOVE:
                yield from self._fetch_by_move(studies, destination, cancel)

    def search(self, keys: QueryKeys, *, by_web: bool) -> list[StudyMatch]:
        """Ask the peer for studies, and note that in the audit trail; see `search`."""
        asked = keys.model_dump(exclude_defaults=True)
        self._store.audit.note(query(system_user(), self._peer.name, asked))
        return search(self._peer, self._options, keys, by_web=by_web, root=self._root)

    def narrow(self, study: StudyMatch, *, by_web: bool) -> StudyMatch | None:
        """Leave out of a study what is here already, and what no model reads; None leaves nothing.

        Raises
        ------
        PeerError
            where the peer does not say which instances it has
        """
        if by_web:
            from triage_app.intake.querying.dicomweb import DicomwebPeer  # noqa: PLC0415

            with DicomwebPeer(self._peer) as web:
                found = web.find_instances(study)
        else:
            found = find_instances(self._peer, self._calling, study, root=self._root)
        here = {
            row.facts.sop_instance_uid
            for row in self._store.list_instances(study.study_instance_uid, "")
        }
        here |= set(
            self._store.arrivals.find(each.sop_instance_uid for each in chain(*found.values()))
        )
        series = []
        for each, instances in found.items():
            missing = tuple(
                one.sop_instance_uid
                for one in instances
                if one.sop_instance_uid not in here
                and (not one.sop_class_uid or one.sop_class_uid in self._sop_class_uids)
            )
            if missing:
                is_whole = len(missing) == len(instances)
                series.append(replace(each, sop_instance_uids=None if is_whole else missing))
        return replace(study, series=tuple(series)) if series else None

    def _fetch_by_web(
        self, studies: Sequence[StudyMatch], cancel: CancelToken
    ) -> Iterator[Retrieved]:
        from triage_app.intake.querying.dicomweb import DicomwebPeer  # noqa: PLC0415

        with DicomwebPeer(self._peer) as web:
            for study in studies:
                completed = failed = 0
                failure = ""
                try:
                    for instance in web.fetch(study):
                        require_going_on(cancel)
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
        self, studies: Sequence[StudyMatch], destination: str, cancel: CancelToken
    ) -> Iterator[Retrieved]:
        move = partial(
            move_studies, self._peer, self._calling, studies, root=self._root, cancel=cancel
        )
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
