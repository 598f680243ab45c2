"""The worker: from the queue to outcomes, whoever dies on the way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import InstanceFactory
from tests.waiting import wait_until
from triage_app.errors import FailureReason, ModelError, StoreUnavailableError
from triage_app.inference.card import ModelCard
from triage_app.intake.custody import Custody, ReceivedInstance
from triage_app.intake.events import Assessed, CancelToken
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.intake.work import StudyComplete, Troubled, Worker, WorkEvent, WorkOptions
from triage_app.intake.workers import WorkerPool
from triage_app.triage.outcome import Failed, Scored
from triage_app.worklist.arrival_records import ArrivalState
from triage_app.worklist.arrivals import ArrivalQueue
from triage_app.worklist.store import WorklistStore

CR = "1.2.840.10008.5.1.4.1.1.1"
EXPLICIT = "1.2.840.10008.1.2.1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorklistStore]:
    with WorklistStore.open(tmp_path / "worklist.sqlite") as opened:
        yield opened


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(SpoolOptions(tmp_path / "spool", 0)) as opened:
        yield opened


@pytest.fixture
def custody(spool: Spool, store: WorklistStore) -> Custody:
    return Custody(spool, store.arrivals)


@pytest.fixture
def worker(store: WorklistStore, custody: Custody, spool: Spool, tiny_model_path: Path) -> Worker:
    return Worker(store, custody, spool.owner, options(tiny_model_path))


def options(model_path: Path) -> WorkOptions:
    return WorkOptions(
        model_path,
        processes=1,
        seconds_per_file=30.0,
        most_attempts=2,
        quiet_seconds=0.0,
        longest_seconds=100.0,
    )


def take(custody: Custody, path: Path) -> str:
    """Take a file into custody as a sender would bring it, and give its UID."""
    from pydicom import dcmread  # noqa: PLC0415 - the product's own reader is what is tested

    meta = dcmread(path, stop_before_pixels=True).file_meta
    content = path.read_bytes()
    start = 132 + 12 + int(meta.FileMetaInformationGroupLength)
    uid = str(meta.MediaStorageSOPInstanceUID)
    custody.take(ReceivedInstance(CR, uid, EXPLICIT, content[start:], "CR1"))
    return uid


def drain(worker: Worker, cancel: CancelToken | None = None) -> list[WorkEvent]:
    events = worker.work(cancel or CancelToken(), stops_when_empty=True)
    return [event for event in events if event is not None]


def test_everything_that_waits_ends_with_its_outcome_and_its_study_is_complete(
    worker: Worker, custody: Custody, make_instance: InstanceFactory, store: WorklistStore
) -> None:
    study = "1.2.3.4"
    for name in ("a", "b", "c"):
        take(custody, make_instance(name, shape=(300, 310), study_instance_uid=study))
    events = drain(worker)
    outcomes = [event.outcome for event in events if isinstance(event, Assessed)]
    assert [type(outcome) for outcome in outcomes] == [Scored] * 3
    complete = [event for event in events if isinstance(event, StudyComplete)]
    assert {event.study_key for event in complete} == {study}
    assert sum(event.instances for event in complete) == 3
    assert store.arrivals.count_by_state()[ArrivalState.COMPLETE] == 3


def test_replaced_files_go_when_the_new_one_has_its_outcome(
    worker: Worker,
    custody: Custody,
    spool: Spool,
    make_instance: InstanceFactory,
    store: WorklistStore,
    tiny_card: ModelCard,
) -> None:
    study = "1.2.3.4"
    take(custody, make_instance("a", uid_seed="one", study_instance_uid=study))
    drain(worker)
    take(custody, make_instance("b", uid_seed="one", study_instance_uid=study, body_part="LUNG"))
    assert len(list(spool.files())) == 2
    drain(worker)
    (path,) = spool.files()
    (row,) = store.list_instances(study, tiny_card.device_uid)
    assert row.facts.path == str(path)
    assert row.facts.image.body_part == "LUNG"


def test_a_worker_process_that_is_killed_costs_nothing(
    worker: Worker,
    custody: Custody,
    make_instance: InstanceFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take(custody, make_instance("a", shape=(300, 310)))
    kill_first(monkeypatch, times=1)
    (outcome,) = [event.outcome for event in drain(worker) if isinstance(event, Assessed)]
    assert isinstance(outcome, Scored)


def test_an_instance_that_ends_its_worker_again_and_again_is_given_up(
    worker: Worker,
    custody: Custody,
    make_instance: InstanceFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take(custody, make_instance("a", shape=(300, 310)))
    kill_first(monkeypatch, times=10)
    (outcome,) = [event.outcome for event in drain(worker) if isinstance(event, Assessed)]
    assert isinstance(outcome, Failed)
    assert outcome.reason is FailureReason.DECODER


def kill_first(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the worker process die as it takes a file, some times."""
    submit = WorkerPool.submit
    left = [times]

    def submit_and_kill(pool: WorkerPool, number: int, source: object) -> None:
        if left[0]:
            left[0] -= 1
            idle = next(each for each in pool._workers if each.is_idle)
            process = idle._process
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
            process.join()
        submit(pool, number, source)  # type: ignore[arg-type]

    monkeypatch.setattr(WorkerPool, "submit", submit_and_kill)


def test_an_instance_that_ended_the_program_too_often_is_not_tried_again(
    worker: Worker, custody: Custody, make_instance: InstanceFactory, store: WorklistStore
) -> None:
    take(custody, make_instance("a"))
    for _ in range(2):
        assert store.arrivals.claim("a program that ended", 100.0)
        store.arrivals.release("a program that ended")
    (outcome,) = [event.outcome for event in drain(worker) if isinstance(event, Assessed)]
    assert isinstance(outcome, Failed)
    assert outcome.reason is FailureReason.DECODER
    assert "ended 2 times" in outcome.detail


def test_a_stop_gives_claims_back_uncounted(
    worker: Worker,
    custody: Custody,
    make_instance: InstanceFactory,
    store: WorklistStore,
) -> None:
    uids = {take(custody, make_instance(name)) for name in ("a", "b", "c")}
    cancel = CancelToken()
    for event in worker.work(cancel):
        if isinstance(event, Assessed):
            cancel.cancel()
    states = store.arrivals.count_by_state()
    assert states[ArrivalState.CLAIMED] == 0
    assert sum(states.values()) == len(uids)
    claim = store.arrivals.claim("next", 10.0)
    assert claim is not None
    assert claim.attempts == 1


def test_an_outcome_waits_for_a_database_that_is_busy(
    worker: Worker,
    custody: Custody,
    make_instance: InstanceFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take(custody, make_instance("a"))
    settle = ArrivalQueue.settle
    refusals = iter([StoreUnavailableError("locked; close it.")])

    def refuse_once(self: ArrivalQueue, *arguments: object) -> object:
        for error in refusals:
            raise error
        return settle(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ArrivalQueue, "settle", refuse_once)
    events = drain(worker)
    assert [type(event) for event in events][:2] == [Troubled, Assessed]


def test_a_model_that_is_refused_is_told_before_the_work(
    store: WorklistStore, custody: Custody, tmp_path: Path
) -> None:
    with pytest.raises(ModelError):
        Worker(store, custody, "me", options(tmp_path / "none.onnx"))


def test_news_wake_the_worker(
    worker: Worker, custody: Custody, make_instance: InstanceFactory
) -> None:
    cancel = CancelToken()
    events = worker.work(cancel)
    next(events)
    take(custody, make_instance("a"))
    worker.wake()
    wait_until(lambda: isinstance(next(events), Assessed), "the outcome")
    cancel.cancel()
    assert not any(isinstance(event, Assessed) for event in events)
