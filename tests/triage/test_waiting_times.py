"""Waiting times of groups, and what their intervals promise."""

from __future__ import annotations

from itertools import repeat

import numpy as np
import pytest

from triage_app.triage.priority import Tier
from triage_app.triage.simulation import (
    FlagAccuracy,
    ReadingDay,
    ReadingRule,
    Readings,
    ReadingTimes,
    Replication,
    Workload,
    replicate,
)
from triage_app.triage.waiting_times import (
    FEWEST_REPLICATIONS_FOR_INTERVAL,
    Group,
    GroupComparison,
    compare_rules,
)


def make_replication(
    first_come: list[float],
    priority: list[float],
    *,
    tier: Tier = Tier.FLAGGED,
    diseased: int = -1,
) -> Replication:
    count = len(first_come)
    nothing = np.zeros(count)
    return Replication(
        Workload(
            nothing,
            nothing,
            np.full(count, tier, dtype=np.int8),
            np.full(count, diseased, dtype=np.int8),
        ),
        Readings(np.array(first_come), nothing),
        Readings(np.array(priority), nothing),
    )


def by_group(comparisons: list[GroupComparison]) -> dict[Group, GroupComparison]:
    return {comparison.group: comparison for comparison in comparisons}


def test_mean_and_percentile_are_over_all_studies_and_longest_is_of_a_replication():
    first, second = make_replication([1, 2, 3], [0, 0, 0]), make_replication([10], [4])
    everyone = by_group(compare_rules([first, second], seed=1))[Group.ALL]
    assert (everyone.studies, everyone.replications) == (4, 2)
    assert everyone.first_come.mean.value == 4
    assert everyone.first_come.percentile_95.value == 10
    assert everyone.first_come.longest.value == (3 + 10) / 2
    assert everyone.difference.mean.value == 1 - 4
    assert everyone.difference.longest.value == 2 - 6.5


def test_the_95th_percentile_is_a_wait_that_95_of_100_studies_do_not_exceed():
    waits = [float(wait) for wait in range(100, 0, -1)]
    everyone = by_group(compare_rules([make_replication(waits, waits)], seed=1))[Group.ALL]
    assert everyone.first_come.percentile_95.value == 95


@pytest.mark.parametrize(
    ("tier", "diseased", "groups"),
    [
        (Tier.FLAGGED, 1, {Group.ALL, Group.DISEASED, Group.FLAGGED}),
        (Tier.NOT_FLAGGED, 0, {Group.ALL, Group.NOT_DISEASED, Group.NOT_FLAGGED}),
        (Tier.UNKNOWN, -1, {Group.ALL, Group.NOT_PROCESSED}),
    ],
)
def test_a_study_counts_in_its_groups_alone(tier: Tier, diseased: int, groups: set[Group]):
    replication = make_replication([1], [1], tier=tier, diseased=diseased)
    assert by_group(compare_rules([replication], seed=1)).keys() == groups


def test_no_studies_no_figures():
    assert compare_rules([make_replication([], [])], seed=1) == []


def test_few_replications_give_no_interval():
    few = [make_replication([1], [2])] * (FEWEST_REPLICATIONS_FOR_INTERVAL - 1)
    assert compare_rules(few, seed=1)[0].difference.mean.low is None
    enough = [*few, few[0]]
    assert compare_rules(enough, seed=1)[0].difference.mean.low == 1


def test_the_difference_compares_the_same_studies():
    """Days differ widely, and the rule takes one minute off each: that minute is certain."""
    days = [make_replication([100.0 * day], [100.0 * day - 1]) for day in range(1, 21)]
    everyone = compare_rules(days, seed=1)[0]
    assert everyone.first_come.mean.high - everyone.first_come.mean.low > 100
    assert everyone.difference.mean.low == pytest.approx(-1)
    assert everyone.difference.mean.high == pytest.approx(-1)


def test_equal_seeds_give_equal_intervals():
    days = [make_replication([float(day)], [0.0]) for day in range(30)]
    assert compare_rules(days, seed=5) == compare_rules(days, seed=5)
    assert compare_rules(days, seed=5) != compare_rules(days, seed=6)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """Of 30 runs of 30 days each, nearly all intervals hold the mean of all 900 days."""
    day = ReadingDay(8.0, ReadingTimes(5.0), 0.3, FlagAccuracy(0.9, 0.8), hours=3.0)
    days = list(replicate(repeat(day, 900), ReadingRule(), readers=1, seed=8))
    waits = np.concatenate([item.priority.waited_minutes for item in days])
    diseased = np.concatenate([item.workload.diseased for item in days]) == 1
    expected = waits[diseased].mean()
    held = 0
    for run in range(30):
        chosen = days[run * 30 : (run + 1) * 30]
        mean = by_group(compare_rules(chosen, seed=run))[Group.DISEASED].priority.mean
        held += mean.low <= expected <= mean.high
    assert 25 <= held <= 30
