"""What a file takes too much of, time or memory, costs that file alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.tiny_model import write_tiny_model
from tests.waiting import wait_until
from triage_app.errors import FailureReason, ModelError
from triage_app.imaging import pixels
from triage_app.imaging.source import FileSource
from triage_app.intake.limits import (
    BYTES_PER_FILE,
    has_run_out_of_processor_time,
    limit_memory,
    limited_processor_time,
)
from triage_app.intake.workers import Finished, WorkerPool
from triage_app.triage.outcome import Failed, Scored

SPAWN = multiprocessing.get_context("spawn")
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux keeps to RLIMIT_DATA")
MEGABYTE = 2**20


def spin() -> None:
    with limited_processor_time(0.05):
        while True:
            pass


def work_within_the_limit() -> None:
    with limited_processor_time(60.0):
        sum(range(1000))
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def take_too_much() -> None:
    limit_memory(64 * MEGABYTE)
    bytearray(32 * MEGABYTE)
    try:
        bytearray(128 * MEGABYTE)
    except MemoryError:
        sys.exit(17)


def exit_code_of(target: object) -> int | None:
    process = SPAWN.Process(target=target)  # type: ignore[arg-type]
    process.start()
    process.join()
    return process.exitcode


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such timer")
def test_what_goes_round_in_circles_is_ended_and_told_apart() -> None:
    assert has_run_out_of_processor_time(exit_code_of(spin))
    assert exit_code_of(work_within_the_limit) == 0
    assert not has_run_out_of_processor_time(0)
    assert not has_run_out_of_processor_time(-signal.SIGSEGV)
    assert not has_run_out_of_processor_time(None)


@only_linux
def test_what_takes_too_much_memory_is_refused_it() -> None:
    assert exit_code_of(take_too_much) == 17


class CirclingSource:
    """Stands for a parser that never comes to an end: the limit's own signal ends it."""

    path = "circle.dcm"

    def open(self) -> BinaryIO:
        signal.raise_signal(signal.SIGPROF)
        raise AssertionError


class GreedySource:
    """Asks for more memory than any image needs."""

    path = "greedy.dcm"

    def open(self) -> BinaryIO:
        bytearray(2 * BYTES_PER_FILE)
        raise AssertionError


class DeadlySource:
    """Ends the process that opens it."""

    path = "deadly.dcm"

    def open(self) -> BinaryIO:
        os.abort()


class DecodedForEver(FileSource):
    """A sound image, whose decoder leaves a mark and then never comes back."""

    def open(self) -> BinaryIO:
        mark = self.file_path.with_suffix(".mark")

        def decode(*_: object) -> None:
            mark.write_text(str(os.getpid()))
            signal.pause()

        pixels._native = decode  # type: ignore[assignment]
        return super().open()


def finish(pool: WorkerPool, number: int, source: object) -> Finished:
    wait_until(lambda: list(pool.collect(0.1)) or pool.has_room, "a worker")
    pool.submit(number, source)  # type: ignore[arg-type]
    return wait_until(lambda: list(pool.collect(0.1)), "an outcome")[0]


@only_linux
def test_a_worker_ends_by_these_limits_and_the_next_file_is_read(
    make_instance: object, tiny_model_path: Path
) -> None:
    sound = FileSource(make_instance("sound.dcm"))  # type: ignore[operator]
    with WorkerPool(tiny_model_path, workers=1, seconds_per_file=60) as pool:
        circling = finish(pool, 1, CirclingSource())
        assert isinstance(circling.assessed.outcome, Failed)
        assert circling.assessed.outcome.reason is FailureReason.TIMEOUT
        assert circling.assessed.outcome.detail.startswith("circle.dcm: took more time of the")
        assert not circling.has_ended_worker  # so that no other attempt is made
        greedy = finish(pool, 2, GreedySource())
        assert isinstance(greedy.assessed.outcome, Failed)
        assert greedy.assessed.outcome.reason is FailureReason.MEMORY
        assert isinstance(finish(pool, 3, sound).assessed.outcome, Scored)


@only_linux
def test_a_worker_killed_in_the_middle_of_decoding_costs_that_file(
    make_instance: object, tiny_model_path: Path
) -> None:
    path: Path = make_instance("held.dcm")  # type: ignore[operator]
    mark = path.with_suffix(".mark")
    with WorkerPool(tiny_model_path, workers=1, seconds_per_file=60) as pool:
        wait_until(lambda: list(pool.collect(0.1)) or pool.has_room, "a worker")
        pool.submit(1, DecodedForEver(path))
        pid = int(wait_until(lambda: mark.exists() and mark.read_text(), "the decoder"))
        os.kill(pid, signal.SIGKILL)
        (finished,) = wait_until(lambda: list(pool.collect(0.1)), "an outcome")
        outcome = finished.assessed.outcome
        assert isinstance(outcome, Failed)
        assert outcome.reason is FailureReason.DECODER
        assert "exit code -9" in outcome.detail
        assert isinstance(finish(pool, 2, FileSource(path)).assessed.outcome, Scored)


def test_a_model_put_in_the_place_of_another_never_scores_under_its_name(tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path)
    with WorkerPool(path, workers=1, seconds_per_file=60) as pool:
        wait_until(lambda: list(pool.collect(0.1)) or pool.has_room, "a worker")
        write_tiny_model(tmp_path, card_changes={"version": "2", "device_uid": "1.2.3"})
        pool.submit(1, DeadlySource())  # type: ignore[arg-type]
        (finished,) = wait_until(lambda: list(pool.collect(0.1)), "the end of the worker")
        assert finished.has_ended_worker
        with pytest.raises(ModelError, match="another model was put here"):
            wait_until(lambda: list(pool.collect(0.1)) or pool.has_room, "a new worker")
