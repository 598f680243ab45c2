"""Reading days, made or from a site's log, replayed under a rule of reading.

Every rule meets the same arrivals, flags and reading times (common random numbers), so that a
difference between two rules is the rules' and not chance's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heappop, heappush
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from triage_app.triage.priority import Tier, is_overdue, reading_order_key

__all__ = [
    "FIRST_COME",
    "FlagAccuracy",
    "ReadingDay",
    "ReadingDistribution",
    "ReadingRule",
    "ReadingTimes",
    "Readings",
    "Replication",
    "Workload",
    "WorkloadSource",
    "draw_flags",
    "replay",
    "replicate",
]


@dataclass(frozen=True, slots=True)
class Workload:
    """The studies of one replication, in the order of their arrival.

    Attributes
    ----------
    arrival_minutes : (n,) float64, from the beginning, never decreasing
    reading_minutes : (n,) float64, how long each takes to read, 0 or more
    tiers : (n,) int8, each a `Tier`
    diseased : (n,) int8: 1, 0, or -1 where nobody knows
    """

    arrival_minutes: NDArray[np.float64]
    reading_minutes: NDArray[np.float64]
    tiers: NDArray[np.int8]
    diseased: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.arrival_minutes)


class WorkloadSource(Protocol):
    """Where replications come from."""

    def draw(self, random: np.random.Generator) -> Workload:
        """Make the studies of one replication."""

    def offered_load(self, readers: int) -> float:
        """Give the time to read all studies as a fraction of the readers' time; see the sources."""


class ReadingDistribution(StrEnum):
    """How reading times vary."""

    EXPONENTIAL = "exponential"
    LOGNORMAL = "lognormal"


@dataclass(frozen=True, slots=True)
class ReadingTimes:
    """How long a study takes to read.

    Attributes
    ----------
    mean_minutes : more than 0
    distribution : of the times
    variation : standard deviation divided by mean, of a lognormal; an exponential's is 1
    """

    mean_minutes: float
    distribution: ReadingDistribution = ReadingDistribution.EXPONENTIAL
    variation: float = 1.0

    def draw(self, random: np.random.Generator, count: int) -> NDArray[np.float64]:
        """Draw (count,) float64 reading times in minutes."""
        if self.distribution is ReadingDistribution.EXPONENTIAL:
            return random.exponential(self.mean_minutes, count)
        log_variance = math.log1p(self.variation**2)
        log_mean = math.log(self.mean_minutes) - log_variance / 2
        return random.lognormal(log_mean, math.sqrt(log_variance), count)


@dataclass(frozen=True, slots=True)
class FlagAccuracy:
    """How often flags are right: sensitivity and specificity, each between 0 and 1."""

    sensitivity: float
    specificity: float


@dataclass(frozen=True, slots=True)
class ReadingDay:
    """Studies that arrive at random at an even rate (a Poisson process).

    Attributes
    ----------
    arrivals_per_hour : more than 0
    reading_times : of every study alike, with the disease or without
    prevalence : fraction of studies with the disease
    accuracy : of the flags, for each study by itself
    hours : for how long studies arrive
    studies : where given, so many arrive, however long it takes
    """

    arrivals_per_hour: float
    reading_times: ReadingTimes
    prevalence: float
    accuracy: FlagAccuracy
    hours: float
    studies: int | None = None

    def draw(self, random: np.random.Generator) -> Workload:
        """Make the studies of one day."""
        if self.studies is not None:
            gaps = random.exponential(60.0 / self.arrivals_per_hour, self.studies)
            arrival_minutes = np.cumsum(gaps)
        else:
            count = random.poisson(self.arrivals_per_hour * self.hours)
            arrival_minutes = np.sort(random.uniform(0.0, 60.0 * self.hours, count))
        count = len(arrival_minutes)
        reading_minutes = self.reading_times.draw(random, count)
        is_diseased = random.random(count) < self.prevalence
        is_flagged = draw_flags(random, is_diseased, self.accuracy)
        return Workload(
            arrival_minutes,
            reading_minutes,
            np.where(is_flagged, Tier.FLAGGED, Tier.NOT_FLAGGED).astype(np.int8),
            is_diseased.astype(np.int8),
        )

    def offered_load(self, readers: int) -> float:
        """Give the reading time that comes in per hour of all readers; from 1 on a list grows."""
        return self.arrivals_per_hour * self.reading_times.mean_minutes / (60.0 * readers)


def draw_flags(
    random: np.random.Generator, is_diseased: NDArray[np.bool_], accuracy: FlagAccuracy
) -> NDArray[np.bool_]:
    """Flag each study by itself, as often as sensitivity and specificity say.

    Returns
    -------
    (n,) bool
    """
    flag_rate = np.where(is_diseased, accuracy.sensitivity, 1.0 - accuracy.specificity)
    return random.random(len(is_diseased)) < flag_rate


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """Which waiting study is read next.

    Attributes
    ----------
    maximum_wait_minutes : after which a study stands before all others; infinite for never
    is_preemptive : a study that stands first interrupts the reading of one of a later tier that is
        not overdue; what was read of it is kept. Age alone interrupts nothing
    """

    maximum_wait_minutes: float = math.inf
    is_preemptive: bool = False


FIRST_COME = ReadingRule(maximum_wait_minutes=0.0)
"""First come, first served: every study is overdue at once, so that age alone counts."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What became of a workload.

    Attributes
    ----------
    waited_minutes : (n,) float64, while the study was not being read, interruptions included
    finished_minutes : (n,) float64, from the beginning
    """

    waited_minutes: NDArray[np.float64]
    finished_minutes: NDArray[np.float64]


def replay(workload: Workload, rule: ReadingRule, readers: int = 1) -> Readings:
    """Read every study of a workload by a rule.

    A reader who is free takes the next study at once; those who come in at one instant are all
    seen before one is taken.

    Parameters
    ----------
    workload : in order of arrival
    rule : of reading
    readers : 1 or more, all alike

    Raises
    ------
    ValueError
        where there is no reader
    """
    if readers < 1:
        raise ValueError(f"expected 1 reader or more, received {readers}")
    queue = _WaitingList(workload, rule.maximum_wait_minutes)
    # Plain lists: element by element they are several times as fast as arrays.
    arrivals: list[float] = workload.arrival_minutes.tolist()
    left: list[float] = workload.reading_minutes.tolist()
    waiting_since = arrivals.copy()
    waited = [0.0] * len(arrivals)
    finished = [math.nan] * len(arrivals)
    in_reading: list[tuple[float, int]] = []  # a heap of (end, study)

    def begin(study: int, now: float) -> None:
        waited[study] += now - waiting_since[study]
        heappush(in_reading, (now + left[study], study))

    arrived = 0
    while arrived < len(arrivals) or in_reading:
        now = in_reading[0][0] if in_reading else math.inf
        if arrived < len(arrivals):
            now = min(now, arrivals[arrived])
        while in_reading and in_reading[0][0] <= now:
            end, study = heappop(in_reading)
            finished[study] = end
        while arrived < len(arrivals) and arrivals[arrived] <= now:
            queue.add(arrived)
            arrived += 1
        while len(in_reading) < readers and queue.count:
            begin(queue.take(now), now)
        while rule.is_preemptive and (interrupted := queue.find_interrupted(in_reading, now)):
            in_reading.remove(interrupted)
            heapify(in_reading)
            end, study = interrupted
            left[study], waiting_since[study] = end - now, now
            begin(queue.take(now), now)
            queue.add(study)
    return Readings(np.array(waited), np.array(finished))


class _WaitingList:
    """The studies that wait, by tier: within one the oldest is always first."""

    def __init__(self, workload: Workload, maximum_wait_minutes: float) -> None:
        self._arrivals: list[float] = workload.arrival_minutes.tolist()
        self._tiers: list[int] = workload.tiers.tolist()
        self._maximum_wait = maximum_wait_minutes
        self._queues: list[list[int]] = [[] for _ in Tier]
        self.count = 0

    def add(self, study: int) -> None:
        """Let a study wait, or wait again."""
        heappush(self._queues[self._tiers[study]], study)
        self.count += 1

    def take(self, now: float) -> int:
        """Take the study that is read next."""
        self.count -= 1
        return heappop(self._first_queue(now))

    def find_interrupted(
        self, in_reading: list[tuple[float, int]], now: float
    ) -> tuple[float, int] | None:
        """Give the entry of `in_reading` that the first waiting study interrupts, if any."""
        if not self.count:
            return None
        first_tier = self._tiers[self._first_queue(now)[0]]
        if all(self._tiers[study] <= first_tier for _, study in in_reading):
            return None
        last = max(in_reading, key=lambda entry: self._key(entry[1], now))
        last_study = last[1]
        if is_overdue(now - self._arrivals[last_study], self._maximum_wait):
            return None
        return last if first_tier < self._tiers[last_study] else None

    def _first_queue(self, now: float) -> list[int]:
        queues = [queue for queue in self._queues if queue]
        if len(queues) == 1:
            return queues[0]
        return min(queues, key=lambda queue: self._key(queue[0], now))

    def _key(self, study: int, now: float) -> tuple[tuple[int, int, float], int]:
        waited = now - self._arrivals[study]
        return reading_order_key(self._tiers[study], waited, self._maximum_wait), study


@dataclass(frozen=True, slots=True)
class Replication:
    """One workload and what two rules made of it."""

    workload: Workload
    first_come: Readings
    priority: Readings


def replicate(
    sources: Iterable[WorkloadSource], rule: ReadingRule, *, readers: int, seed: int
) -> Iterator[Replication]:
    """Replay one workload of each source, first come first served and by a rule.

    Equal seeds give equal replications, and further sources change none of the first.

    Parameters
    ----------
    sources : one for each replication; the same one again for independent replications of it
    rule : to compare with `FIRST_COME`
    readers : 1 or more
    seed : 0 or more
    """
    root = np.random.SeedSequence(seed)
    for source in sources:
        workload = source.draw(np.random.default_rng(root.spawn(1)[0]))
        yield Replication(
            workload,
            replay(workload, FIRST_COME, readers),
            replay(workload, rule, readers),
        )
