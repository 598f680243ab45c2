"""Many damaged files through the worker processes of the application, and what must hold of each.

One outcome with a reason, within 10 seconds of the processor and 1 GB, the file unchanged, and no
score of an image of which a part is missing. What does not hold is a finding, and its file is kept.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.fuzzing.bombs import BOMBS
from tests.fuzzing.corpus import Seed
from tests.fuzzing.layout import read_layout
from tests.fuzzing.mutations import BYTE_MUTATIONS, MUTATIONS, Mutant
from triage_app.errors import FailureReason
from triage_app.imaging.source import InstanceSource
from triage_app.intake.files import Settled, find_sources
from triage_app.intake.workers import WorkerPool
from triage_app.triage.outcome import Excluded, Failed, Outcome, Scored

__all__ = ["Campaign", "Case", "Finding", "Tally", "Usage", "find_faults", "make_case"]

MOST_SECONDS = 10.0
"""Of the processor: how much time passes depends on what else the machine does."""

_SECONDS_UNTIL_HANGING = 300.0
MOST_BYTES = 10**9
_ONE_BOMB_IN = 250
_WAIT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Case:
    """One damaged file.

    Attributes
    ----------
    number : with the campaign's seed it makes the same file again
    name : of the sound file and of what was done to it
    """

    number: int
    name: str
    mutant: Mutant


@dataclass(frozen=True, slots=True)
class Usage:
    """What a file took: seconds of the processor, and the most memory of its worker.

    With several workers what another one did at the same time is counted too.
    """

    seconds: float = 0.0
    most_bytes: int = 0

    def larger(self, other: Usage) -> Usage:
        """Give the larger of each."""
        return Usage(max(self.seconds, other.seconds), max(self.most_bytes, other.most_bytes))


@dataclass(slots=True)
class _OpenCase:
    case: Case
    path: Path
    expected: int
    outcomes: list[Outcome] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Finding:
    """What must not be."""

    case: Case
    what: str


@dataclass(slots=True)
class Tally:
    """What came of a campaign.

    Attributes
    ----------
    outcomes : how many of each status and reason
    ended_workers : files that ended the process that read them, which cost those files alone
    """

    files: int = 0
    seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    ended_workers: list[Case] = field(default_factory=list)
    slowest_seconds: float = 0.0
    slowest: str = ""
    largest_bytes: int = 0
    largest: str = ""
    findings: list[Finding] = field(default_factory=list)


def make_case(seeds: Sequence[Seed], seed: int, number: int, *, with_bombs: bool = True) -> Case:
    """Damage one of the sound files; equal numbers, equal files."""
    rng = np.random.default_rng([seed, number])
    while True:
        chosen = seeds[int(rng.integers(len(seeds)))]
        mutations = MUTATIONS if chosen.layout.places else BYTE_MUTATIONS
        if with_bombs and chosen.layout.places and rng.integers(_ONE_BOMB_IN) == 0:
            mutations = BOMBS
        mutation = mutations[int(rng.integers(len(mutations)))]
        mutant = mutation(chosen.layout, rng)
        if mutant is None:
            continue
        name = f"{chosen.name}: {mutation.__name__}"
        if mutations is MUTATIONS and rng.integers(3) == 0:
            layout = read_layout(mutant.data)
            second = MUTATIONS[int(rng.integers(len(MUTATIONS)))]
            further = second(layout, rng) if layout and layout.places else None
            if further is not None and not mutant.is_cut:
                mutant, name = further, f"{name}, {second.__name__}"
        return Case(number, name, mutant)


def find_faults(
    case: Case, path: Path, outcomes: Sequence[Outcome], usage: Usage | None = None
) -> Iterator[str]:
    """Say what does not hold of one file.

    Parameters
    ----------
    path : where the file lies
    outcomes : one, or those of the members of an archive
    usage : what it took, where that was measured
    """
    usage = usage or Usage()
    if not outcomes:
        yield "has no outcome"
    if path.read_bytes() != case.mutant.data:
        yield "was changed"
    if usage.seconds > MOST_SECONDS:
        yield f"took {usage.seconds:.1f} seconds of the processor"
    if usage.most_bytes > MOST_BYTES:
        yield f"took {usage.most_bytes / 1e6:.0f} MB"
    for outcome in outcomes:
        yield from _find_faults_of_outcome(case, path, outcome)


def _find_faults_of_outcome(damaged: Case, path: Path, outcome: Outcome) -> Iterator[str]:
    match outcome:
        case Scored():
            if not 0.0 <= outcome.probability <= 1.0:
                yield f"has the probability {outcome.probability}"
            if damaged.mutant.is_cut:
                yield "was scored though a part of its image is missing"
        case Excluded():
            if not outcome.exclusion.detail:
                yield "was excluded without a word"
        case Failed():
            if outcome.reason is FailureReason.TIMEOUT or "unforeseen" in outcome.detail:
                yield outcome.detail
            elif not re.fullmatch(re.escape(str(path)) + r".*\.", outcome.detail, re.DOTALL):
                yield f"has a sentence that is none: {outcome.detail}"


class Campaign:
    """Damaged files, one after another, each to its outcome.

    Parameters
    ----------
    seeds : sound files
    seed : makes other damage
    model_path : that scores
    folder : where files lie while they are read
    keep : where the files of findings are kept, and of those that ended their worker
    """

    def __init__(
        self, seeds: Sequence[Seed], seed: int, model_path: Path, folder: Path, keep: Path | None
    ) -> None:
        self._seeds, self._seed = seeds, seed
        self._model_path, self._folder, self._keep = model_path, folder, keep
        self._open: dict[int, _OpenCase] = {}
        self._accounts = _Accounts()
        self._waiting: list[tuple[int, InstanceSource]] = []

    def run(self, count: int, workers: int, start: int = 0) -> Iterator[Tally]:
        """Take files `start` to `start + count` to their outcomes; gives the tally as it grows."""
        tally, began = Tally(), time.monotonic()
        numbers = iter(range(start, start + count))
        with WorkerPool(self._model_path, workers, _SECONDS_UNTIL_HANGING) as pool:
            is_exhausted = False
            while not is_exhausted or self._waiting or pool.is_busy:
                while pool.has_room and (self._waiting or not is_exhausted):
                    if self._waiting:
                        pool.submit(*self._waiting.pop())
                    elif (number := next(numbers, None)) is None:
                        is_exhausted = True
                    else:
                        self._begin(number, tally)
                for finished in pool.collect(_WAIT_SECONDS):
                    if finished.has_ended_worker:
                        case = self._open[finished.number][0]
                        tally.ended_workers.append(case)
                        self._keep_file(case)
                    self._note(finished.number, finished.assessed.outcome, tally)
                tally.seconds = time.monotonic() - began
                yield tally

    def _begin(self, number: int, tally: Tally) -> None:
        case = make_case(self._seeds, self._seed, number)
        path = self._folder / f"{number}{case.mutant.ending}"
        path.write_bytes(case.mutant.data)
        sources = list(find_sources([path]))
        self._open[number] = _OpenCase(case, path, max(1, len(sources)))
        if not sources:
            self._finish(number, tally)
        for source in sources:
            if isinstance(source, Settled):
                self._note(number, source.outcome, tally)
            else:
                self._waiting.append((number, source))

    def _note(self, number: int, outcome: Outcome, tally: Tally) -> None:
        opened = self._open[number]
        opened.outcomes.append(outcome)
        opened.usage = opened.usage.larger(self._accounts.take())
        if len(opened.outcomes) == opened.expected:
            self._finish(number, tally)

    def _finish(self, number: int, tally: Tally) -> None:
        opened = self._open.pop(number)
        case, usage = opened.case, opened.usage
        for what in find_faults(case, opened.path, opened.outcomes, usage):
            tally.findings.append(Finding(case, what))
            self._keep_file(case)
        opened.path.unlink()
        tally.files += 1
        tally.outcomes.update(describe(outcome) for outcome in opened.outcomes)
        if usage.seconds > tally.slowest_seconds:
            tally.slowest_seconds, tally.slowest = usage.seconds, f"{number} {case.name}"
        if usage.most_bytes > tally.largest_bytes:
            tally.largest_bytes, tally.largest = usage.most_bytes, f"{number} {case.name}"

    def _keep_file(self, case: Case) -> None:
        if self._keep is not None:
            self._keep.mkdir(parents=True, exist_ok=True)
            name = f"{self._seed}-{case.number}{case.mutant.ending}"
            (self._keep / name).write_bytes(case.mutant.data)


def describe(outcome: Outcome) -> str:
    """Give status and reason."""
    match outcome:
        case Excluded(exclusion):
            return f"excluded {exclusion.reason}"
        case Failed(reason):
            return f"failed {reason}"
        case _:
            return "scored"


class _Accounts:
    """What the workers used since this was last asked, as Linux counts it; elsewhere nothing."""

    def __init__(self) -> None:
        self._ticks: dict[int, int] = {}

    def take(self) -> Usage:
        used, largest = 0, 0
        for process in multiprocessing.active_children():
            if process.pid is None:
                continue
            folder = Path("/proc") / str(process.pid)
            try:
                status = (folder / "status").read_text(encoding="utf-8")
                # the fields after the name in brackets: proc(5), utime and stime
                fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                found = re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
                held = int(found[1]) * 1024 if found else 0
                if held > MOST_BYTES // 4:
                    (folder / "clear_refs").write_text("5", encoding="ascii")  # count anew
            except OSError:  # the process has ended, or the system keeps no such accounts
                continue
            ticks = int(fields[11]) + int(fields[12])
            # a new worker loads its model first, which is no file's
            used += ticks - self._ticks.get(process.pid, ticks)
            self._ticks[process.pid] = ticks
            largest = max(largest, held)
        return Usage(used / os.sysconf("SC_CLK_TCK"), largest)
