"""From the queue of received instances to their outcomes, whoever dies on the way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from triage_app.errors import FailureReason, StoreUnavailableError
from triage_app.imaging.instance import InstanceFacts
from triage_app.imaging.source import FileSource
from triage_app.inference.session import load_model
from triage_app.intake.custody import Custody
from triage_app.intake.events import Assessed, CancelToken
from triage_app.intake.workers import Finished, WorkerPool
from triage_app.triage.outcome import Failed
from triage_app.worklist.arrival_records import Claim, CompleteStudy
from triage_app.worklist.records import ModelIdentity
from triage_app.worklist.store import WorklistStore

__all__ = ["StudyComplete", "Troubled", "WorkEvent", "WorkOptions", "Worker"]

logger = logging.getLogger(__name__)

_BUSY_SECONDS = 0.05
_IDLE_SECONDS = 0.25
_SECONDS_BETWEEN_RETRIES = 1.0
_LEASE_SLACK_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class WorkOptions:
    """How the work is done.

    Attributes
    ----------
    model_path : ONNX file with its card beside it
    processes : at least 1
    seconds_per_file : after which a file is given up
    most_attempts : an instance that ended its worker, or the program, so often is given up
    quiet_seconds, longest_seconds : see `ArrivalQueue.complete_studies`
    """

    model_path: Path
    processes: int
    seconds_per_file: float
    most_attempts: int
    quiet_seconds: float
    longest_seconds: float


@dataclass(frozen=True, slots=True)
class StudyComplete:
    """Nothing more is expected of a study; `instances` came since it was last complete."""

    study_key: str
    instances: int


@dataclass(frozen=True, slots=True)
class Troubled:
    """The work waits for something that a person can mend; `sentence` says what."""

    sentence: str


WorkEvent = Assessed | StudyComplete | Troubled


class Worker:
    """Takes instances from the queue, one claim each, and keeps their outcomes.

    Parameters
    ----------
    store : queue and worklist
    custody : that takes replaced files away
    owner : under which claims are made; `Spool.owner`
    options : how

    Raises
    ------
    ModelError
        where the model is refused
    """

    def __init__(
        self, store: WorklistStore, custody: Custody, owner: str, options: WorkOptions
    ) -> None:
        self._store = store
        self._custody = custody
        self._owner = owner
        self._options = options
        self._model = ModelIdentity.from_card(load_model(options.model_path).card)
        self._news = threading.Event()
        self._claims: dict[int, Claim] = {}

    def wake(self) -> None:
        """Say that an instance has come; may be called from any thread."""
        self._news.set()

    def work(
        self, cancel: CancelToken, *, stops_when_empty: bool = False
    ) -> Iterator[WorkEvent | None]:
        """Work until asked to stop; what is in hand then goes back into the queue.

        Parameters
        ----------
        cancel : asks to stop
        stops_when_empty : end, too, where nothing waits and nothing is at work

        Yields
        ------
        WorkEvent or None
            `Assessed` after its outcome was kept; None where nothing happened for a moment

        Raises
        ------
        TriageError
            where worker processes cannot be started
        """
        options = self._options
        with WorkerPool(options.model_path, options.processes, options.seconds_per_file) as pool:
            try:
                while not cancel.is_cancelled:
                    try:
                        yield from self._fill(pool)
                        if stops_when_empty and self._is_done(pool):
                            break
                        yield from self._collect(pool, cancel)
                        for study in self._complete_studies():
                            yield StudyComplete(study.study_key, study.instances)
                    except StoreUnavailableError as error:
                        yield Troubled(str(error))
                        cancel.wait(_SECONDS_BETWEEN_RETRIES)
                    yield None
            finally:
                self._give_back()

    def _fill(self, pool: WorkerPool) -> Iterator[WorkEvent]:
        """Give each idle process an instance."""
        lease_seconds = self._options.seconds_per_file + _LEASE_SLACK_SECONDS
        while pool.has_room and self._store.arrivals.has_waiting():
            claim = self._store.arrivals.claim(self._owner, lease_seconds)
            if claim is None:
                return
            if claim.attempts > self._options.most_attempts:
                yield from self._settle(claim, self._given_up(claim))
            else:
                self._claims[claim.arrival_id] = claim
                pool.submit(claim.arrival_id, FileSource(Path(claim.path)))

    def _collect(self, pool: WorkerPool, cancel: CancelToken) -> Iterator[WorkEvent]:
        if not pool.is_busy and pool.has_room:
            self._news.wait(_IDLE_SECONDS)
            self._news.clear()
            return
        for finished in pool.collect(_BUSY_SECONDS):
            yield from self._finish(finished, cancel)

    def _finish(self, finished: Finished, cancel: CancelToken) -> Iterator[WorkEvent]:
        claim = self._claims.pop(finished.number)
        has_attempts_left = claim.attempts < self._options.most_attempts
        # an outcome is not thrown away because the database is busy or its disk is full
        while True:
            try:
                if finished.has_ended_worker and has_attempts_left:
                    self._store.arrivals.release(self._owner, claim)
                else:
                    yield from self._settle(claim, finished.assessed)
            except StoreUnavailableError as error:
                yield Troubled(str(error))
                if cancel.is_cancelled:
                    return  # the claim runs out, and another run takes it up
                cancel.wait(_SECONDS_BETWEEN_RETRIES)
            else:
                return

    def _settle(self, claim: Claim, assessed: Assessed) -> Iterator[WorkEvent]:
        settlement = self._store.arrivals.settle(
            self._owner, claim, assessed.facts, assessed.outcome, self._model, assessed.seconds
        )
        if settlement is None:
            logger.info("a claim was void when its outcome came; the instance is tried again")
            return
        if settlement.obsolete_paths:
            self._custody.remove_obsolete()
        yield Assessed(assessed.facts, settlement.outcome, assessed.seconds)

    def _given_up(self, claim: Claim) -> Assessed:
        outcome = Failed(
            FailureReason.DECODER,
            f"{claim.path}: the program ended {claim.attempts - 1} times while it read this file; "
            "it is not tried again. Fetch the file again, and report it.",
        )
        return Assessed(InstanceFacts(path=claim.path), outcome, 0.0)

    def _complete_studies(self) -> list[CompleteStudy]:
        return self._store.arrivals.complete_studies(
            self._options.quiet_seconds, self._options.longest_seconds
        )

    def _is_done(self, pool: WorkerPool) -> bool:
        return not self._claims and not pool.is_busy and not self._store.arrivals.has_waiting()

    def _give_back(self) -> None:
        self._claims.clear()
        try:
            self._store.arrivals.release(self._owner, is_counted=False)
        except StoreUnavailableError as error:
            logger.warning("claims could not be given back and will run out: %s", error)
