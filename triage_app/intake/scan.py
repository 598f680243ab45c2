"""The scan: every file under the given paths to exactly one outcome.

A generator, so that each event is progress and a place to stop. The shell, the window and the tests
run the same one.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from triage_app.imaging.eligibility import Exclusion, ExclusionReason
from triage_app.imaging.instance import InstanceFacts
from triage_app.imaging.source import InstanceSource
from triage_app.inference.session import Model, load_model
from triage_app.intake.distribution import Cluster
from triage_app.intake.events import Assessed, CancelToken, Found, ScanEvent, Skipped
from triage_app.intake.files import Settled, find_sources
from triage_app.intake.workers import Finished, WorkerPool, assess_timed
from triage_app.triage.outcome import Excluded, Failed

__all__ = ["SECONDS_PER_FILE", "default_workers", "scan"]

SECONDS_PER_FILE = 60.0
"""A file that takes longer is given up; the largest radiographs take about one second."""

_POLL_SECONDS = 0.1
_LARGEST_BACKLOG = 1000
"""Outcomes that may wait for an earlier file when the order is kept."""


def default_workers() -> int:
    """Give one worker for each core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def scan(
    paths: Sequence[Path],
    *,
    model_path: Path,
    workers: int = 0,
    cancel: CancelToken | None = None,
    skip: Callable[[str], bool] | None = None,
    known_sop_instance_uids: Iterable[str] = (),
    exclude: frozenset[Path] = frozenset(),
    keeps_order: bool = True,
    seconds_per_file: float = SECONDS_PER_FILE,
    scheduler: str = "",
    provider: str = "CPU",
) -> Iterator[ScanEvent]:
    """Take every file to its outcome.

    Parameters
    ----------
    paths : files, folders, zip archives or DICOMDIRs
    model_path : ONNX file with its card beside it
    workers : processes; 0 works in this one, where a crash of a decoder is a crash of the caller
    cancel : ends the scan after the files in hand
    skip : tells by its path whether a file's outcome is known already
    known_sop_instance_uids : of instances that were assessed earlier; others that carry one of them
        are duplicates
    exclude : resolved paths that are not read
    keeps_order : events come in the order of the names, whatever takes longer
    seconds_per_file : with workers of this machine, after which a file is given up
    scheduler : address of a Dask scheduler, whose workers do the work instead of `workers`
    provider : of ONNX Runtime, see `load_model`

    Yields
    ------
    ScanEvent
        `Found` as files are found, then one `Assessed` or `Skipped` for each. Of instances with the
        same SOP Instance UID the first that could be read counts, the others are duplicates.

    Raises
    ------
    ModelError
        where the model is refused
    TriageError
        where worker processes cannot be started, or the cluster does not answer
    """
    model = load_model(model_path, provider=provider)
    cancel = cancel or CancelToken()
    counter = _Counter(paths, exclude, cancel)
    duplicates = _Duplicates(known_sop_instance_uids)
    sources = find_sources(paths, exclude=exclude)
    pool: AbstractContextManager[Engine | None] = nullcontext(None)
    if scheduler:
        pool = Cluster(scheduler, model_path, provider)
    elif workers:
        pool = WorkerPool(model_path, workers, seconds_per_file, provider)
    with counter, pool as running:
        engine = (
            _assess_in_pool(sources, running, skip, cancel, keeps_order)
            if running is not None
            else _assess_here(sources, model, skip)
        )
        for event in engine:
            if counter.has_news:
                yield counter.found()
            if event is not None:
                yield duplicates.mark(event) if isinstance(event, Assessed) else event
            if cancel.is_cancelled:
                break
        else:
            counter.wait()
            if counter.has_news:
                yield counter.found()


def _assess_here(
    sources: Iterator[InstanceSource | Settled],
    model: Model,
    skip: Callable[[str], bool] | None,
) -> Iterator[Assessed | Skipped]:
    for source in sources:
        if skip is not None and skip(source.path):
            yield Skipped(source.path)
        elif isinstance(source, Settled):
            yield _settle(source)
        else:
            yield assess_timed(source, model)


def _assess_in_pool(
    sources: Iterator[InstanceSource | Settled],
    pool: Engine,
    skip: Callable[[str], bool] | None,
    cancel: CancelToken,
    keeps_order: bool,
) -> Iterator[Assessed | Skipped | None]:
    """Keep the pool busy; None is yielded where nothing happened for a moment."""
    waiting: dict[int, Assessed | Skipped] = {}
    given = emitted = 0
    is_exhausted = False
    while not is_exhausted or pool.is_busy:
        while pool.has_room and not is_exhausted and len(waiting) < _LARGEST_BACKLOG:
            source = next(sources, None)
            if source is None:
                is_exhausted = True
                break
            if skip is not None and skip(source.path):
                waiting[given] = Skipped(source.path)
            elif isinstance(source, Settled):
                waiting[given] = _settle(source)
            else:
                pool.submit(given, source)
            given += 1
        if not is_exhausted or pool.is_busy:
            timeout = 0.0 if waiting and not keeps_order else _POLL_SECONDS
            for finished in pool.collect(timeout):
                waiting[finished.number] = finished.assessed
        ready = _take_ready(waiting, emitted, keeps_order)
        emitted += len(ready)
        if ready:
            yield from ready
        else:
            yield None
        if cancel.is_cancelled:
            return


def _take_ready(
    waiting: dict[int, Assessed | Skipped], emitted: int, keeps_order: bool
) -> list[Assessed | Skipped]:
    if not keeps_order:
        ready = list(waiting.values())
        waiting.clear()
        return ready
    ready = []
    while emitted + len(ready) in waiting:
        ready.append(waiting.pop(emitted + len(ready)))
    return ready


def _settle(settled: Settled) -> Assessed:
    return Assessed(InstanceFacts(path=settled.path), settled.outcome, 0.0)


class Engine(Protocol):
    """What takes files to their outcomes: the processes of this machine, or a cluster."""

    @property
    def has_room(self) -> bool:
        """Whether it takes another file."""

    @property
    def is_busy(self) -> bool:
        """Whether outcomes are missing."""

    def submit(self, number: int, source: InstanceSource) -> None:
        """Give it a file."""

    def collect(self, timeout_seconds: float) -> Iterator[Finished]:
        """Wait for outcomes."""


class _Duplicates:
    """Remembers which instances were read; a copy of one that failed is not a duplicate."""

    def __init__(self, known: Iterable[str]) -> None:
        self._seen: dict[str, str] = dict.fromkeys(known, "an earlier scan")

    def mark(self, assessed: Assessed) -> Assessed:
        uid = assessed.facts.sop_instance_uid
        if not uid or isinstance(assessed.outcome, Failed):
            return assessed
        first = self._seen.setdefault(uid, assessed.facts.path)
        if first == assessed.facts.path:
            return assessed
        exclusion = Exclusion(
            ExclusionReason.DUPLICATE,
            "(0008,0018) SOP Instance UID",
            uid,
            f"an instance that was not read before; it stands in {first} too",
        )
        return replace(assessed, outcome=Excluded(exclusion))


class _Counter:
    """Counts the files in a thread of its own, so that progress has a total early."""

    def __init__(self, paths: Sequence[Path], exclude: frozenset[Path], cancel: CancelToken):
        self._paths, self._exclude, self._cancel = paths, exclude, cancel
        self._files = self._told = 0
        self._is_complete = self._is_left = self._was_told_complete = False
        self._thread = threading.Thread(target=self._count, name="scan-counter", daemon=True)

    def __enter__(self) -> _Counter:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._is_left = True
        self._thread.join()

    def _count(self) -> None:
        for _source in find_sources(self._paths, exclude=self._exclude):
            if self._is_left or self._cancel.is_cancelled:
                return
            self._files += 1
        self._is_complete = True

    @property
    def has_news(self) -> bool:
        return self._files != self._told or (self._is_complete and not self._was_told_complete)

    def found(self) -> Found:
        is_complete = self._is_complete
        self._told, self._was_told_complete = self._files, is_complete
        return Found(self._told, is_complete)

    def wait(self) -> None:
        self._thread.join()
