"""Worker processes: each holds one model and takes one file at a time to its outcome.

Decoders are written in C and a damaged file can end their process. Here that costs the one file,
which ends with `failed(decoder)`, and a new worker takes the place of the old one. No file gets
more time of the processor, or more memory, than `limits` says.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path

from triage_app.errors import FailureReason, ModelError, TriageError
from triage_app.imaging.instance import InstanceFacts
from triage_app.imaging.source import InstanceSource
from triage_app.inference.card import ModelCard, card_path_for, read_card
from triage_app.inference.session import Model, load_model
from triage_app.intake.events import Assessed
from triage_app.intake.limits import (
    BYTES_PER_FILE,
    PROCESSOR_SECONDS_PER_FILE,
    has_run_out_of_processor_time,
    limit_memory,
    limited_processor_time,
)
from triage_app.logs import configure_logs
from triage_app.triage.assess import assess_source
from triage_app.triage.outcome import Failed

__all__ = ["Finished", "WorkerPool", "assess_timed"]

_CONTEXT = multiprocessing.get_context("spawn")  # safe beside Qt's and a database's threads
_READY = "ready"
_STARTS_WITHOUT_SUCCESS = 3
_SECONDS_TO_END = 5.0


@dataclass(frozen=True, slots=True)
class Finished:
    """One file is done.

    Attributes
    ----------
    number : what it was given in with
    has_ended_worker : its worker process ended by itself while it was at work on the file
    """

    number: int
    assessed: Assessed
    has_ended_worker: bool = False


@dataclass(frozen=True, slots=True)
class _Refused:
    """A worker has not loaded the model; the sentence says why."""

    sentence: str


class WorkerPool:
    """A fixed number of worker processes; use as a context manager.

    All of them, and those that take the place of others later, use the model that stands under the
    path when the pool is made: one that is put there meanwhile is refused, so that the results of
    two models never stand under the name of one.

    Parameters
    ----------
    model_path : verified by the caller; each worker verifies it again when it starts
    workers : at least 1
    seconds_per_file : after which a worker is ended and its file marked `failed(timeout)`
    provider : of ONNX Runtime, see `load_model`
    """

    def __init__(
        self, model_path: Path, workers: int, seconds_per_file: float, provider: str = "CPU"
    ) -> None:
        if workers < 1:
            raise ValueError(f"expected at least 1 worker, received {workers}")
        self._model_path = model_path
        self._provider = provider
        self._seconds_per_file = seconds_per_file
        self._failed_starts = 0
        self._card = read_card(card_path_for(model_path))
        self._workers = [self._start() for _ in range(workers)]

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_exception: object) -> None:
        for worker in self._workers:
            worker.end()

    @property
    def has_room(self) -> bool:
        """Whether a worker is idle."""
        return any(worker.is_idle for worker in self._workers)

    @property
    def is_busy(self) -> bool:
        """Whether a file is being worked on."""
        return any(worker.number is not None for worker in self._workers)

    def submit(self, number: int, source: InstanceSource) -> None:
        """Give a file to an idle worker.

        Raises
        ------
        ValueError
            where no worker is idle
        """
        for worker in self._workers:
            if worker.is_idle:
                worker.take(number, source)
                return
        raise ValueError("expected an idle worker, received a file while all were busy")

    def collect(self, timeout_seconds: float) -> Iterator[Finished]:
        """Wait for something to happen and give what was finished.

        Raises
        ------
        ModelError
            where the model is refused, or is another one than when the pool was made
        TriageError
            where workers cannot be started
        """
        busy = {worker.connection: worker for worker in self._workers if not worker.is_idle}
        ready = set(wait(list(busy), timeout_seconds)) if busy else set()
        for connection, worker in busy.items():
            if connection in ready:
                yield from self._receive(worker)
            elif worker.is_overdue(self._seconds_per_file):
                yield self._replace(
                    worker,
                    FailureReason.TIMEOUT,
                    f"was not read within {self._seconds_per_file:g} seconds; look at the file.",
                )

    def _receive(self, worker: _Worker) -> Iterator[Finished]:
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            code = worker.end()
            if worker.number is None:
                self._failed_starts += 1
                if self._failed_starts >= _STARTS_WITHOUT_SUCCESS:
                    raise TriageError(
                        f"The worker processes end as soon as they start (exit code {code}); "
                        "check that there is enough memory."
                    ) from None
                self._renew(worker)
                return
            if has_run_out_of_processor_time(code):
                yield self._replace(
                    worker,
                    FailureReason.TIMEOUT,
                    "took more time of the processor than any image does; the file is damaged. "
                    "Fetch it again.",
                )
                return
            finished = self._replace(
                worker,
                FailureReason.DECODER,
                f"ended the process that read it (exit code {code}); the file is damaged, or its "
                "decoder is. Fetch it again.",
            )
            yield replace(finished, has_ended_worker=True)
            return
        if message == _READY:
            self._failed_starts = 0
            worker.is_ready = True
            return
        if isinstance(message, _Refused):
            raise ModelError(message.sentence)
        yield worker.finish(message)

    def _replace(self, worker: _Worker, reason: FailureReason, what: str) -> Finished:
        number, source, seconds = worker.number, worker.source, worker.seconds_at_work
        if number is None or source is None:
            raise ValueError("expected a worker with a file")
        self._renew(worker)
        facts = InstanceFacts(path=source.path)
        outcome = Failed(reason, f"{source.path}: {what}")
        return Finished(number, Assessed(facts, outcome, seconds))

    def _renew(self, worker: _Worker) -> None:
        worker.end()
        self._workers[self._workers.index(worker)] = self._start()

    def _start(self) -> _Worker:
        return _Worker(self._model_path, self._provider, self._card)


class _Worker:
    """The parent's side of one process."""

    def __init__(self, model_path: Path, provider: str, card: ModelCard) -> None:
        self.connection, child = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(
            target=_work, args=(child, model_path, provider, card), daemon=True
        )
        with _ignored_interruptions():
            self._process.start()
        child.close()  # so that the parent sees the end of the child's side
        self.is_ready = False
        self.number: int | None = None
        self.source: InstanceSource | None = None
        self._since = time.monotonic()

    @property
    def is_idle(self) -> bool:
        return self.is_ready and self.number is None

    @property
    def seconds_at_work(self) -> float:
        return time.monotonic() - self._since

    def is_overdue(self, seconds: float) -> bool:
        return self.number is not None and self.seconds_at_work > seconds

    def take(self, number: int, source: InstanceSource) -> None:
        self.number, self.source, self._since = number, source, time.monotonic()
        with contextlib.suppress(OSError):  # a process that has ended is met by `collect`
            self.connection.send(source)

    def finish(self, assessed: Assessed) -> Finished:
        if self.number is None:
            raise ValueError("expected a worker with a file")
        finished = Finished(self.number, assessed)
        self.number = self.source = None
        return finished

    def end(self) -> int | None:
        self.connection.close()
        if self.number is None:
            self._process.join(_SECONDS_TO_END)
        if self._process.is_alive():
            self._process.kill()
        self._process.join(_SECONDS_TO_END)
        return self._process.exitcode


@contextlib.contextmanager
def _ignored_interruptions() -> Iterator[None]:
    """Let processes started meanwhile ignore Ctrl+C, which the parent decides about."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may change a signal's handler
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _work(connection: Connection, model_path: Path, provider: str, card: ModelCard) -> None:
    """Run in the worker process until the parent closes its side."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where the parent was not in its main thread
    configure_logs()
    before = time.process_time()
    try:
        model = _load_known(model_path, provider, card)
    except ModelError as error:
        with contextlib.suppress(OSError):
            connection.send(_Refused(str(error)))
        return
    # a network that takes long has taken long for the check image too
    seconds = PROCESSOR_SECONDS_PER_FILE + 2 * (time.process_time() - before)
    limit_memory(BYTES_PER_FILE)
    with contextlib.suppress(EOFError, OSError):
        connection.send(_READY)
        while True:
            source = connection.recv()
            with limited_processor_time(seconds):
                assessed = assess_timed(source, model)
            connection.send(assessed)


def _load_known(model_path: Path, provider: str, card: ModelCard) -> Model:
    model = load_model(model_path, provider=provider)
    if model.card != card:
        raise ModelError(
            f"{model_path}: another model was put here while the one before was at work; start "
            "again, so that each has its own results."
        )
    return model


def assess_timed(source: InstanceSource, model: Model) -> Assessed:
    """Take one file to its outcome and say how long that took."""
    started = time.perf_counter()
    facts, outcome = assess_source(source, model)
    return Assessed(facts, outcome, time.perf_counter() - started)
