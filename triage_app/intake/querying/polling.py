"""Fetching again and again what is new, by keys or by a rule of the settings; nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage_app.errors import PeerError, TriageError
from triage_app.intake.custody import Custody
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Peer
from triage_app.intake.querying.fetching import Fetcher
from triage_app.intake.querying.keys import Method, PollingRule, QueryKeys, StudyMatch
from triage_app.intake.querying.retrieve import Retrieved
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.worklist.store import WorklistStore

__all__ = ["Found", "PollEvent", "PollFailed", "Poller", "follow_rule"]

_MOST_TRIES = 5
"""Rounds in which a study that does not grow may fail before it is left alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """A search is done; `studies` are to be fetched, each with what is missing of it here."""

    studies: tuple[StudyMatch, ...]


@dataclass(frozen=True, slots=True)
class PollFailed:
    """A round of polling failed; the next one comes all the same."""

    sentence: str


PollEvent = Found | Retrieved | PollFailed


class Poller:
    """Searches again and again, and fetches what is new or has grown.

    What is here is told by the instances themselves, which the peer is asked for, so that neither a
    restart nor another program that fetches, too, brings anything twice. A study that has not grown
    since it was looked at is not looked at again.

    Parameters
    ----------
    fetcher : asks and takes
    method : by which it is fetched; by DICOMweb the search goes that way, too
    destination : of C-MOVE, see `Fetcher.fetch`
    """

    def __init__(self, fetcher: Fetcher, method: Method, *, destination: str = "") -> None:
        self._fetcher = fetcher
        self._method = method
        self._destination = destination
        self._done: dict[str, int | None] = {}
        self._tries = Counter[tuple[str, int | None]]()

    def poll(
        self,
        keys: QueryKeys,
        cancel: CancelToken,
        *,
        every_seconds: float,
        times: int | None = None,
    ) -> Iterator[PollEvent | None]:
        """Do round after round.

        Parameters
        ----------
        every_seconds : from the end of one round to the begin of the next
        times : rounds; None until asked to stop

        Yields
        ------
        PollEvent or None
            None while it waits, which is a place to stop
        """
        done = 0
        while not cancel.is_cancelled:
            try:
                for event in self._poll_once(keys, cancel):
                    yield event
                    if cancel.is_cancelled:
                        return
            except PeerError as error:
                yield PollFailed(str(error))
            done += 1
            if times is not None and done >= times:
                return
            yield from cancel.moments(every_seconds)

    def _poll_once(self, keys: QueryKeys, cancel: CancelToken) -> Iterator[PollEvent]:
        by_web = self._method is Method.WEB
        wanted = []
        for study in self._fetcher.search(keys, by_web=by_web):
            if cancel.is_cancelled:
                return
            if self._is_done(study):
                continue
            missing = self._fetcher.narrow(study, by_web=by_web)
            if missing is None:
                self._done[study.study_instance_uid] = study.instances
            else:
                wanted.append(missing)
        yield Found(tuple(wanted))
        if not wanted:
            return
        counts = {study.study_instance_uid: study.instances for study in wanted}
        fetched = self._fetcher.fetch(
            wanted, self._method, destination=self._destination, cancel=cancel
        )
        for retrieved in fetched:
            uid = retrieved.study_instance_uid
            if retrieved.failure or retrieved.failed:
                self._tries[uid, counts[uid]] += 1
            else:
                self._done[uid] = counts[uid]
            yield retrieved

    def _is_done(self, study: StudyMatch) -> bool:
        uid, count = study.study_instance_uid, study.instances
        if self._tries[uid, count] >= _MOST_TRIES:
            return True
        return count is not None and self._done.get(uid) == count


def follow_rule(
    rule: PollingRule,
    peers: Sequence[Peer],
    options: ReceiverOptions,
    store: WorklistStore,
    spool_options: SpoolOptions,
    sop_class_uids: Sequence[str],
    cancel: CancelToken,
) -> Iterator[PollEvent | None]:
    """Follow a rule of the settings until asked to stop.

    Raises
    ------
    TriageError
        where its peer is not in the settings, or the spool cannot be used
    """
    peer = next((each for each in peers if each.name == rule.peer), None)
    if peer is None:
        raise TriageError(
            f"rule {rule.name}: its peer {rule.peer!r} is not in the settings; add it under "
            "[[peers]]."
        )
    with Spool(spool_options) as spool:
        custody = Custody(spool, store.arrivals)
        fetcher = Fetcher(peer, options, store, custody, sop_class_uids)
        poller = Poller(fetcher, rule.method)
        yield from poller.poll(rule.keys, cancel, every_seconds=rule.every_seconds or 0.0)
