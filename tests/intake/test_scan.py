"""The scan: every file to exactly one outcome, whatever the files hold and whoever stops it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import InstanceFactory
from triage_app.errors import FailureReason, ModelError
from triage_app.imaging.eligibility import ExclusionReason
from triage_app.imaging.source import FileSource
from triage_app.intake.events import Assessed, CancelToken, Found, ScanEvent, Skipped
from triage_app.intake.scan import scan
from triage_app.intake.workers import Finished, WorkerPool
from triage_app.triage.outcome import Excluded, Failed, Scored

WORKERS = pytest.mark.parametrize("workers", [0, 2], ids=["in this process", "two workers"])


@pytest.fixture
def studies(tmp_path: Path, make_instance: InstanceFactory) -> Path:
    """Write a chest, a hand, a text and a chest that was cut off."""
    make_instance("studies/a.dcm", shape=(300, 310))
    make_instance("studies/b.dcm", shape=(300, 310), body_part="HAND")
    (tmp_path / "studies" / "c.txt").write_text("no DICOM at all")
    cut = make_instance("studies/d.dcm", shape=(300, 310))
    cut.write_bytes(cut.read_bytes()[:-5000])
    return tmp_path / "studies"


def assessed(events: Iterator[ScanEvent]) -> list[Assessed]:
    return [event for event in events if isinstance(event, Assessed)]


@WORKERS
def test_every_file_ends_with_one_outcome_in_the_order_of_the_names(
    studies: Path, tiny_model_path: Path, workers: int
):
    results = assessed(scan([studies], model_path=tiny_model_path, workers=workers))
    assert [Path(result.facts.path).name for result in results] == [
        "a.dcm",
        "b.dcm",
        "c.txt",
        "d.dcm",
    ]
    chest, hand, text, cut = (result.outcome for result in results)
    assert isinstance(chest, Scored)
    assert isinstance(hand, Excluded)
    assert hand.exclusion.reason is ExclusionReason.BODY_PART
    assert isinstance(text, Excluded)
    assert text.exclusion.reason is ExclusionReason.NOT_DICOM
    assert isinstance(cut, Failed)
    assert cut.reason is FailureReason.TRUNCATED


def test_workers_and_this_process_give_the_same_outcomes(studies: Path, tiny_model_path: Path):
    here = assessed(scan([studies], model_path=tiny_model_path, workers=0))
    there = assessed(scan([studies], model_path=tiny_model_path, workers=2))
    assert [result.outcome for result in here] == [result.outcome for result in there]
    assert [result.facts for result in here] == [result.facts for result in there]


@WORKERS
def test_the_last_found_is_the_number_of_files(studies: Path, tiny_model_path: Path, workers: int):
    events = list(scan([studies], model_path=tiny_model_path, workers=workers))
    assert [event for event in events if isinstance(event, Found)][-1] == Found(4, True)


@WORKERS
def test_an_empty_folder_is_a_scan_of_nothing(tmp_path: Path, tiny_model_path: Path, workers: int):
    (tmp_path / "empty").mkdir()
    events = list(scan([tmp_path / "empty"], model_path=tiny_model_path, workers=workers))
    assert events == [Found(0, True)]


@WORKERS
def test_a_second_file_of_the_same_instance_is_a_duplicate(
    tmp_path: Path, make_instance: InstanceFactory, tiny_model_path: Path, workers: int
):
    make_instance("studies/1.dcm", shape=(300, 310), uid_seed="same")
    make_instance("studies/2.dcm", shape=(300, 310), uid_seed="same")
    first, second = assessed(
        scan([tmp_path / "studies"], model_path=tiny_model_path, workers=workers)
    )
    assert isinstance(first.outcome, Scored)
    assert isinstance(second.outcome, Excluded)
    assert second.outcome.exclusion.reason is ExclusionReason.DUPLICATE
    assert "1.dcm" in second.outcome.exclusion.detail


def test_a_whole_copy_of_a_damaged_file_is_no_duplicate(
    tmp_path: Path, make_instance: InstanceFactory, tiny_model_path: Path
):
    damaged = make_instance("studies/1.dcm", shape=(300, 310), uid_seed="same")
    make_instance("studies/2.dcm", shape=(300, 310), uid_seed="same")
    damaged.write_bytes(damaged.read_bytes()[:-5000])
    first, second = assessed(scan([tmp_path / "studies"], model_path=tiny_model_path))
    assert isinstance(first.outcome, Failed)
    assert isinstance(second.outcome, Scored)


@WORKERS
def test_what_is_known_is_skipped_and_counts_as_found(
    studies: Path, tiny_model_path: Path, workers: int
):
    known = str(studies / "b.dcm")
    events = list(scan([studies], model_path=tiny_model_path, workers=workers, skip=known.__eq__))
    assert Skipped(known) in events
    assert len(assessed(iter(events))) == 3


@WORKERS
def test_a_cancelled_scan_ends_and_leaves_no_thread(
    tmp_path: Path, make_instance: InstanceFactory, tiny_model_path: Path, workers: int
):
    for number in range(20):
        make_instance(f"studies/{number:02}.dcm", shape=(300, 310))
    threads = set(threading.enumerate())
    cancel = CancelToken()
    results = []
    for event in scan(
        [tmp_path / "studies"], model_path=tiny_model_path, workers=workers, cancel=cancel
    ):
        if isinstance(event, Assessed):
            results.append(event)
            cancel.cancel()
    assert 1 <= len(results) < 20
    assert set(threading.enumerate()) == threads


def test_a_scan_that_is_left_in_the_middle_leaves_no_thread(studies: Path, tiny_model_path: Path):
    threads = set(threading.enumerate())
    events = scan([studies], model_path=tiny_model_path, workers=1)
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert set(threading.enumerate()) == threads


def test_a_model_that_is_refused_is_said_before_any_file_is_read(studies: Path, tmp_path: Path):
    with pytest.raises(ModelError, match=r"nothing\.onnx"):
        next(scan([studies], model_path=tmp_path / "nothing.onnx"))


def collect_one(pool: WorkerPool) -> Finished:
    while True:
        for finished in pool.collect(1.0):
            return finished


def make_ready(pool: WorkerPool) -> None:
    while not pool.has_room:
        assert list(pool.collect(1.0)) == []


class DeadlySource:
    """Ends the process that opens it, as a decoder does that writes past its buffer."""

    path = "deadly.dcm"

    def open(self) -> object:
        os.abort()


class EndlessSource:
    """Never comes to an end, as a parser does that a length leads round in a circle."""

    path = "endless.dcm"

    def open(self) -> object:
        threading.Event().wait()
        raise AssertionError


def test_a_decoder_that_ends_its_process_costs_one_file(
    make_instance: InstanceFactory, tiny_model_path: Path
):
    with WorkerPool(tiny_model_path, workers=1, seconds_per_file=60) as pool:
        make_ready(pool)
        pool.submit(7, DeadlySource())  # type: ignore[arg-type]
        finished = collect_one(pool)
        assert finished.number == 7
        assert isinstance(finished.assessed.outcome, Failed)
        assert finished.assessed.outcome.reason is FailureReason.DECODER
        assert "deadly.dcm" in finished.assessed.outcome.detail
        make_ready(pool)
        pool.submit(8, FileSource(make_instance("whole.dcm", shape=(300, 310))))
        assert isinstance(collect_one(pool).assessed.outcome, Scored)


def test_a_file_that_takes_for_ever_is_given_up(tiny_model_path: Path):
    with WorkerPool(tiny_model_path, workers=1, seconds_per_file=0.2) as pool:
        make_ready(pool)
        pool.submit(1, EndlessSource())  # type: ignore[arg-type]
        outcome = collect_one(pool).assessed.outcome
        assert isinstance(outcome, Failed)
        assert outcome.reason is FailureReason.TIMEOUT
