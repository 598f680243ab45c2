"""Waiting times of groups of studies under two rules, with their intervals over replications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from triage_app.inference.card import Estimate
from triage_app.triage.priority import Tier
from triage_app.triage.simulation import Replication, Workload

__all__ = [
    "FEWEST_REPLICATIONS_FOR_INTERVAL",
    "Group",
    "GroupComparison",
    "WaitingTimes",
    "compare_rules",
]

FEWEST_REPLICATIONS_FOR_INTERVAL = 10
"""Resampling fewer gives intervals that are too narrow."""

_RESAMPLES = 400
_QUANTILE = 0.95
_INTERVAL_PERCENTILES = (2.5, 97.5)


class Group(StrEnum):
    """Which studies a figure is of."""

    ALL = "all"
    DISEASED = "diseased"
    NOT_DISEASED = "not diseased"
    FLAGGED = "flagged"
    NOT_FLAGGED = "not flagged"
    NOT_PROCESSED = "not processed"


@dataclass(frozen=True, slots=True)
class WaitingTimes:
    """Of one group under one rule, or the difference of two rules, in minutes.

    Attributes
    ----------
    mean, percentile_95 : over the studies of all replications together
    longest : of a replication, averaged over replications
    """

    mean: Estimate
    percentile_95: Estimate
    longest: Estimate


@dataclass(frozen=True, slots=True)
class GroupComparison:
    """One group under both rules.

    Attributes
    ----------
    group : which studies
    studies, replications : how many studies, in how many replications that had any
    first_come, priority : under each rule
    difference : priority less first come; its interval takes both rules on the same studies
    """

    group: Group
    studies: int
    replications: int
    first_come: WaitingTimes
    priority: WaitingTimes
    difference: WaitingTimes


def compare_rules(replications: Iterable[Replication], *, seed: int) -> list[GroupComparison]:
    """Compare two rules over replications, for each group that has studies.

    Parameters
    ----------
    replications : independent of each other
    seed : of the resampling, 0 or more

    Returns
    -------
    list of GroupComparison
        in the order of `Group`; empty where no replication had a study

    Notes
    -----
    The intervals are of 95 %, from a bootstrap that resamples whole replications, since the waits
    of one day hang together. Fewer than `FEWEST_REPLICATIONS_FOR_INTERVAL` give none.
    """
    parts: dict[Group, list[_Part]] = {group: [] for group in Group}
    for replication in replications:
        for group, members in _members(replication.workload).items():
            if members.any():
                parts[group].append(
                    (
                        replication.first_come.waited_minutes[members],
                        replication.priority.waited_minutes[members],
                    )
                )
    random = np.random.default_rng(seed)
    return [_compare(group, waits, random) for group, waits in parts.items() if waits]


_Part = tuple[NDArray[np.float64], NDArray[np.float64]]


def _members(workload: Workload) -> dict[Group, NDArray[np.bool_]]:
    tiers, diseased = workload.tiers, workload.diseased
    return {
        Group.ALL: np.ones(len(workload), dtype=np.bool_),
        Group.DISEASED: diseased == 1,
        Group.NOT_DISEASED: diseased == 0,
        Group.FLAGGED: tiers == Tier.FLAGGED,
        Group.NOT_FLAGGED: tiers == Tier.NOT_FLAGGED,
        Group.NOT_PROCESSED: (tiers != Tier.FLAGGED) & (tiers != Tier.NOT_FLAGGED),
    }


def _compare(group: Group, parts: Sequence[_Part], random: np.random.Generator) -> GroupComparison:
    count = len(parts)
    weights = np.ones((1, count))
    if count >= FEWEST_REPLICATIONS_FOR_INTERVAL:
        resampled = random.multinomial(count, np.full(count, 1.0 / count), size=_RESAMPLES)
        weights = np.vstack([weights, resampled])
    first_come, priority = (
        _statistics([part[rule] for part in parts], weights) for rule in range(2)
    )
    return GroupComparison(
        group,
        studies=sum(len(part[0]) for part in parts),
        replications=count,
        first_come=_with_intervals(first_come),
        priority=_with_intervals(priority),
        difference=_with_intervals(priority - first_come),
    )


def _statistics(
    waits: Sequence[NDArray[np.float64]], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give mean, 95th percentile and longest wait for each weighting of replications.

    Parameters
    ----------
    waits : of each replication, none empty
    weights : (k, replications), how often each replication counts

    Returns
    -------
    (k, 3) float64
    """
    lengths = np.array([len(part) for part in waits])
    sums = np.array([part.sum() for part in waits])
    longest = np.array([part.max() for part in waits])
    together = np.concatenate(waits)
    order = np.argsort(together)
    ascending = together[order]
    replication = np.repeat(np.arange(len(waits)), lengths)[order]
    percentiles = np.empty(len(weights))
    for row, weight in enumerate(weights):
        counted = np.cumsum(weight[replication])
        # The lowest wait that at least 95 % of the studies do not exceed.
        percentiles[row] = ascending[np.searchsorted(counted, _QUANTILE * counted[-1])]
    means = (weights @ sums) / (weights @ lengths)
    return np.stack([means, percentiles, (weights @ longest) / len(waits)], axis=1)


def _with_intervals(statistics: NDArray[np.float64]) -> WaitingTimes:
    """Take the first row as the value and the spread of the others as its interval."""
    values, resampled = statistics[0], statistics[1:]
    if not len(resampled):
        return WaitingTimes(*(Estimate(value=float(value)) for value in values))
    lows, highs = np.percentile(resampled, _INTERVAL_PERCENTILES, axis=0)
    return WaitingTimes(
        *(
            Estimate(value=float(value), low=float(low), high=float(high))
            for value, low, high in zip(values, lows, highs, strict=True)
        )
    )
