"""Performing workitems after IHE AI Workflow for Imaging: claim, fetch, score, store, complete.

A claim is kept in the database before it is made. A program that ends in the middle takes its
workitems up again when it starts, since what was fetched, scored, written or sent stays done.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.uid import generate_uid

from triage_app.errors import PeerError, ResultError, TriageError
from triage_app.imaging.elements import text_value
from triage_app.imaging.source import FileSource
from triage_app.inference.card import ModelCard
from triage_app.intake.events import CancelToken
from triage_app.intake.ordering.workitems import (
    Discontinuation,
    Output,
    Workitem,
    WorkitemCode,
    WorkitemConflictError,
    WorkitemManager,
    WorkitemState,
    canceled_step,
    completed_step,
    started_step,
    step_progress,
)
from triage_app.results.dicom.provenance import ResultKind
from triage_app.results.dicom.study import group_by_study
from triage_app.results.dicom.writing import list_results, write_results
from triage_app.results.performing.delivery import ResultDelivery
from triage_app.results.performing.inputs import (
    InputFetcher,
    NotPerformableError,
    assessed_inputs,
    input_rows,
    require_readable,
)
from triage_app.results.performing.scoring import Scorer
from triage_app.results.sending.outgoing import read_outgoing
from triage_app.worklist.arrival_records import ArrivalState
from triage_app.worklist.delivery_records import Outgoing
from triage_app.worklist.records import InstanceRow
from triage_app.worklist.store import WorklistStore
from triage_app.worklist.workitem_claims import WorkitemClaim

__all__ = ["Claimed", "Ended", "Left", "Performer", "PerformerOptions", "PerformingEvent"]

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.1
_DETECTION = WorkitemCode("110004", "DCM", "Computer Aided Detection")


@dataclass(frozen=True, slots=True)
class PerformerOptions:
    """Which workitems are ours, and what is made of them.

    Attributes
    ----------
    station : who we are, for (0040,4028) Performed Station Name Code Sequence
    codes : of scheduled workitems that we take; empty for any
    stations : of scheduled stations that are us; empty for any
    kinds : of results
    folder : of results, ``folder/<Study Instance UID>/<kind>-<UID>.dcm``
    most_attempts : to fetch the inputs, before the workitem is canceled
    pause_seconds : between them
    scoring_seconds : that fetched instances may take until they have their outcomes
    """

    station: WorkitemCode
    codes: tuple[WorkitemCode, ...]
    stations: tuple[WorkitemCode, ...]
    kinds: tuple[ResultKind, ...]
    folder: Path
    most_attempts: int = 3
    pause_seconds: float = 10.0
    scoring_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A workitem is in our hands; `is_resumed` where an earlier run of ours had claimed it."""

    workitem_uid: str
    is_resumed: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """A workitem has its final state.

    Attributes
    ----------
    outputs : how many results it refers to
    reason : why it was canceled; empty where it was completed
    """

    workitem_uid: str
    state: WorkitemState
    outputs: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """A workitem was left: somebody else has it, or it waits until `sentence` is mended."""

    workitem_uid: str
    sentence: str


PerformingEvent = Claimed | Ended | Left


class Performer:
    """Performs what a manager has scheduled for us.

    Parameters
    ----------
    peer : name of the manager, under which claims are kept
    manager : that is asked
    store : worklist and claims
    card : of the model that scores
    inputs : fetches
    scorer : scores what was fetched
    delivery : brings results to where others find them
    options : which, and what of them
    now : the clock; gives a moment with its time zone
    """

    def __init__(
        self,
        peer: str,
        manager: WorkitemManager,
        store: WorklistStore,
        card: ModelCard,
        inputs: InputFetcher,
        scorer: Scorer,
        delivery: ResultDelivery,
        options: PerformerOptions,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._peer = peer
        self._manager = manager
        self._store = store
        self._card = card
        self._inputs = inputs
        self._scorer = scorer
        self._delivery = delivery
        self._options = options
        self._now = now

    def run(self, cancel: CancelToken) -> Iterator[PerformingEvent]:
        """Perform, one after another, what is in our hands already and what is scheduled now.

        Yields
        ------
        PerformingEvent
            at least one for each workitem; to leave the iteration leaves the claim for later

        Raises
        ------
        PeerError
            where the manager cannot be reached or fails; claims are kept
        StoreError
            where the database cannot be read or written
        """
        for claim in self._store.workitem_claims.list_claims(self._peer):
            if cancel.is_cancelled:
                return
            yield from self._resume(claim, cancel)
        wanted = [each for each in self._manager.search(self._options.codes) if self._is_ours(each)]
        for workitem in sorted(wanted, key=lambda each: each.urgency):
            if cancel.is_cancelled:
                return
            transaction_uid = str(generate_uid(prefix=None))
            claim = self._store.workitem_claims.add(self._peer, workitem.uid, transaction_uid)
            yield from self._take(claim, cancel, is_resumed=False)

    def _is_ours(self, workitem: Workitem) -> bool:
        """Apply our keys once more: managers may ignore those that they do not support."""
        options = self._options
        return (
            workitem.state in (WorkitemState.SCHEDULED, None)
            and workitem.is_ready
            and _has_one_of(workitem.codes, options.codes)
            and _has_one_of(workitem.stations, options.stations)
        )

    def _resume(self, claim: WorkitemClaim, cancel: CancelToken) -> Iterator[PerformingEvent]:
        try:
            state = self._manager.retrieve(claim.workitem_uid).state
        except WorkitemConflictError as error:
            yield self._let_go(claim, error)
            return
        if state is WorkitemState.SCHEDULED:  # we ended before the claim was made
            yield from self._take(claim, cancel, is_resumed=True)
        elif state is WorkitemState.IN_PROGRESS:
            yield Claimed(claim.workitem_uid, is_resumed=True)
            yield from self._perform(claim, cancel)
        else:
            self._store.workitem_claims.remove(claim)
            yield Left(claim.workitem_uid, f"it is {state or 'in no state that we know'} already")

    def _take(
        self, claim: WorkitemClaim, cancel: CancelToken, *, is_resumed: bool
    ) -> Iterator[PerformingEvent]:
        try:
            self._manager.claim(claim.workitem_uid, claim.transaction_uid)
        except WorkitemConflictError as error:
            yield self._let_go(claim, error)
            return
        yield Claimed(claim.workitem_uid, is_resumed)
        yield from self._perform(claim, cancel)

    def _let_go(self, claim: WorkitemClaim, error: WorkitemConflictError) -> Left:
        self._store.workitem_claims.remove(claim)
        return Left(claim.workitem_uid, f"{error}: another has it, or it has ended")

    def _perform(self, claim: WorkitemClaim, cancel: CancelToken) -> Iterator[PerformingEvent]:
        uid, transaction_uid = claim.workitem_uid, claim.transaction_uid
        try:
            # what a search answers need not be whole
            workitem = self._manager.retrieve(uid)
            if not workitem.codes:  # the final state needs one
                workitem = replace(workitem, codes=(_DETECTION,))
            try:
                self._update(claim, started_step(workitem, self._options.station, claim.claimed_at))
                outputs = self._work(claim, workitem, cancel)
            except NotPerformableError as error:
                self._update(claim, canceled_step(self._now(), error.why, error.reason))
                self._manager.finish(uid, transaction_uid, WorkitemState.CANCELED)
                self._store.workitem_claims.remove(claim)
                yield Ended(uid, WorkitemState.CANCELED, reason=error.reason)
                return
            if outputs is None:
                yield Left(uid, "we were asked to stop; it is taken up again at the next start")
                return
            done = completed_step(
                workitem, self._options.station, claim.claimed_at, self._now(), outputs
            )
            self._update(claim, done)
            self._manager.finish(uid, transaction_uid, WorkitemState.COMPLETED)
            self._store.workitem_claims.remove(claim)
            yield Ended(uid, WorkitemState.COMPLETED, len(outputs))
        except WorkitemConflictError as error:
            yield self._let_go(claim, error)

    def _update(self, claim: WorkitemClaim, changes: Dataset) -> None:
        self._manager.update(claim.workitem_uid, claim.transaction_uid, changes)

    def _work(
        self, claim: WorkitemClaim, workitem: Workitem, cancel: CancelToken
    ) -> list[Output] | None:
        """Do the work; None where we were asked to stop before its end."""
        if not workitem.inputs:
            raise NotPerformableError(
                Discontinuation.OBJECT_SET_INCOMPLETE, "The workitem names no input."
            )
        rows = self._fetch_and_score(workitem, cancel)
        if rows is None:
            return None
        self._update(claim, step_progress(60, "Scored; results are being written"))
        outgoing = self._write(rows)
        self._update(claim, step_progress(80, "Results are being stored"))
        try:
            is_delivered = self._delivery.deliver(outgoing, cancel)
        except ResultError as error:
            raise NotPerformableError(Discontinuation.EQUIPMENT_FAILURE, str(error)) from error
        return [self._output(each) for each in outgoing] if is_delivered else None

    def _fetch_and_score(self, workitem: Workitem, cancel: CancelToken) -> list[InstanceRow] | None:
        failure, failed, expected = "", 0, 0
        for attempt in range(1, self._options.most_attempts + 1):
            try:
                fetched = self._inputs.fetch(workitem)
                failure, failed = fetched.failure, fetched.failed
                expected = fetched.completed
            except PeerError as error:
                failure = str(error)
            if not failure or cancel.is_cancelled:
                break
            if attempt < self._options.most_attempts:
                cancel.wait(self._options.pause_seconds)
        rows = self._await_outcomes(workitem, cancel, expected)
        if cancel.is_cancelled:
            return None
        require_readable(workitem, rows, failure, failed)
        return rows

    def _await_outcomes(
        self, workitem: Workitem, cancel: CancelToken, expected: int
    ) -> list[InstanceRow]:
        """Score what waits; another program on the same queue may have some of it in hand."""
        deadline = time.monotonic() + self._options.scoring_seconds
        while True:
            self._scorer.score_arrivals(cancel)
            rows = input_rows(self._store, workitem, self._card.device_uid)
            self._scorer.score_files([row for row in rows if row.outcome is None])
            rows = input_rows(self._store, workitem, self._card.device_uid)
            scored = [row for row in rows if row.outcome is not None]
            is_done = len(scored) >= expected or not self._is_anything_unsettled()
            if is_done or cancel.is_cancelled or time.monotonic() > deadline:
                return scored
            cancel.wait(_POLL_SECONDS)

    def _is_anything_unsettled(self) -> bool:
        counts = self._store.arrivals.count_by_state()
        return bool(counts[ArrivalState.RECEIVED] or counts[ArrivalState.CLAIMED])

    def _write(self, rows: Sequence[InstanceRow]) -> list[Outgoing]:
        """Write the results of the inputs, a report for each study among them."""
        outgoing = []
        try:
            studies, _homeless = group_by_study(assessed_inputs(rows))
            for study in studies:
                write_results(
                    study, self._card, self._options.folder, self._now(), self._options.kinds
                )
                paths = list_results(study, self._card, self._options.folder, self._options.kinds)
                outgoing += [read_outgoing(FileSource(path)) for path in paths]
        except TriageError as error:
            if isinstance(error.__cause__, OSError):
                raise  # our disk: the workitem waits
            raise NotPerformableError(Discontinuation.UNSPECIFIED, _without_paths(error)) from error
        if not outgoing:
            raise NotPerformableError(
                Discontinuation.OBJECTS_INCORRECTLY_FORMATTED,
                "No result can be attached to the inputs: they lack the UIDs that it needs.",
            )
        return outgoing

    def _output(self, outgoing: Outgoing) -> Output:
        header = dcmread(
            outgoing.path, specific_tags=["SeriesInstanceUID"], stop_before_pixels=True
        )
        series_uid = text_value(header, "SeriesInstanceUID")
        return Output(
            outgoing.study_instance_uid,
            series_uid,
            outgoing.sop_class_uid,
            outgoing.sop_instance_uid,
            self._delivery.ae_title,
            self._delivery.url_of(outgoing.study_instance_uid, series_uid),
        )


def _has_one_of(stated: Sequence[WorkitemCode], wanted: Sequence[WorkitemCode]) -> bool:
    return not wanted or any(one.is_same(other) for one in stated for other in wanted)


def _without_paths(error: TriageError) -> str:
    """Tell a manager what went wrong, and nothing of this machine."""
    kind = type(error).__name__.removesuffix("Error")
    return f"No result could be made of the inputs ({kind}); our own log says why."
