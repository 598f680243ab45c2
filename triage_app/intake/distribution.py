"""The scan on more than one machine: the same outcomes, worked out by a Dask cluster.

The scheduler hands chunks of files to its workers and gives the chunks of a lost worker to others;
this process alone takes the answers in, each chunk's once, so nothing is written twice. The workers
must see the files, and the model, under the same paths or URLs as this process.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import math
import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from triage_app.errors import FailureReason, TriageError
from triage_app.imaging.instance import InstanceFacts
from triage_app.imaging.source import InstanceSource
from triage_app.inference.session import Model, load_model
from triage_app.intake.events import Assessed
from triage_app.intake.workers import Finished, assess_timed
from triage_app.triage.outcome import Failed

__all__ = ["Cluster", "assess_chunk"]

FILES_PER_CHUNK = 32
"""A second or two of work: long beside the way to a worker and back, short where one is lost."""

_CHUNKS_PER_THREAD = 3
_SECONDS_TO_CONNECT = 30
_SECONDS_TO_FIND_A_WORKER = 60
_SECONDS_BETWEEN_COUNTS = 5.0


@dataclass(frozen=True, slots=True)
class _Chunk:
    numbers: list[int]
    sources: list[InstanceSource] = field(repr=False)


class Cluster:
    """A Dask cluster that takes files to their outcomes; use as a context manager.

    Parameters
    ----------
    address : of the scheduler, such as ``tcp://10.0.0.5:8786``
    model_path : verified by the caller; each worker process verifies it again
    provider : of ONNX Runtime, see `load_model`

    Raises
    ------
    TriageError
        where the extra `scale` is not installed, or the scheduler does not answer
    """

    def __init__(self, address: str, model_path: Path, provider: str = "CPU") -> None:
        try:
            distributed: Any = importlib.import_module("distributed")  # of the extra `scale`
        except ImportError as error:
            raise TriageError(
                "A scan on a cluster needs Dask; install triage-app with the extra `scale`."
            ) from error
        self._address = address
        self._provider = provider
        self._model_path = model_path.resolve()
        self._filling = _Chunk([], [])
        self._chunks: dict[Any, _Chunk] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._killed_worker = distributed.KilledWorker
        try:
            self._client: Any = distributed.Client(
                address, timeout=_SECONDS_TO_CONNECT, set_as_default=False
            )
            self._client.wait_for_workers(1, timeout=_SECONDS_TO_FIND_A_WORKER)
        except (OSError, ValueError, TimeoutError) as error:
            raise TriageError(
                f"{address}: no Dask scheduler with a worker answers there ({error}); "
                "start `dask scheduler` and `dask worker`, and check the address."
            ) from error
        self._threads, self._counted = 0, -math.inf

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_exception: object) -> None:
        with contextlib.suppress(OSError, TimeoutError):
            self._client.cancel(list(self._chunks), force=True)
        self._client.close()

    @property
    def has_room(self) -> bool:
        """Whether the workers would soon wait for more."""
        now = time.monotonic()
        if now - self._counted > _SECONDS_BETWEEN_COUNTS:  # workers come and go
            self._counted = now
            with contextlib.suppress(OSError, TimeoutError):
                self._threads = sum(self._client.nthreads().values())
        return len(self._chunks) < _CHUNKS_PER_THREAD * max(1, self._threads)

    @property
    def is_busy(self) -> bool:
        """Whether answers are missing."""
        return bool(self._chunks or self._filling.numbers)

    def submit(self, number: int, source: InstanceSource) -> None:
        """Put a file into the next chunk, and send it off when it is full."""
        self._filling.numbers.append(number)
        self._filling.sources.append(source)
        if len(self._filling.numbers) >= FILES_PER_CHUNK:
            self._send_filling()

    def collect(self, timeout_seconds: float) -> Iterator[Finished]:
        """Wait for a chunk, and give what it holds.

        Raises
        ------
        TriageError
            where the scheduler is lost, or a worker cannot work at all
        """
        if self._filling.numbers and self.has_room:  # then there are no more files
            self._send_filling()
        try:
            future = self._done.get(timeout=timeout_seconds)
        except queue.Empty:
            return
        chunk = self._chunks.pop(future)
        if future.status == "finished":
            answers = zip(chunk.numbers, future.result(), strict=True)
            yield from (Finished(number, assessed) for number, assessed in answers)
            return
        error = future.exception() if future.status == "error" else None
        if not isinstance(error, self._killed_worker):
            raise TriageError(
                f"{self._address}: the cluster gave no answer ({error or 'connection lost'}); "
                "check its scheduler and its workers, and go on with --resume."
            ) from error
        if len(chunk.numbers) == 1:
            yield Finished(chunk.numbers[0], _given_up(chunk.sources[0]), has_ended_worker=True)
            return
        # One of its files ended several workers: alone, it costs no other its outcome.
        for number, source in zip(chunk.numbers, chunk.sources, strict=True):
            self._send(_Chunk([number], [source]))

    def _send_filling(self) -> None:
        self._send(self._filling)
        self._filling = _Chunk([], [])

    def _send(self, chunk: _Chunk) -> None:
        model = str(self._model_path), self._provider
        future: Any = self._client.submit(assess_chunk, chunk.sources, *model, pure=False)
        self._chunks[future] = chunk
        future.add_done_callback(self._done.put)


def assess_chunk(sources: list[InstanceSource], model_path: str, provider: str) -> list[Assessed]:
    """Take files to their outcomes, in a worker of the cluster."""
    model = _load_once(model_path, provider)
    return [assess_timed(source, model) for source in sources]


@functools.lru_cache(maxsize=1)
def _load_once(model_path: str, provider: str) -> Model:
    return load_model(Path(model_path), provider=provider)


def _given_up(source: InstanceSource) -> Assessed:
    outcome = Failed(
        FailureReason.DECODER,
        f"{source.path}: ended each worker of the cluster that read it; the file is damaged, or "
        "its decoder is. Fetch it again.",
    )
    return Assessed(InstanceFacts(path=source.path), outcome, 0.0)
