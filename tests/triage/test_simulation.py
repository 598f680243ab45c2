"""Replayed reading days: by hand, by what must hold for every day, and against closed forms."""

from __future__ import annotations

import math
from functools import cache
from itertools import repeat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from triage_app.triage.priority import Tier
from triage_app.triage.queueing import (
    first_come_wait,
    flagged_fraction,
    general_service_wait,
    non_preemptive_waits,
    preemptive_waits,
    waits_by_disease,
)
from triage_app.triage.simulation import (
    FIRST_COME,
    FlagAccuracy,
    ReadingDay,
    ReadingDistribution,
    ReadingRule,
    Readings,
    ReadingTimes,
    Workload,
    replay,
    replicate,
)

BY_TIER = ReadingRule()
INTERRUPTING = ReadingRule(is_preemptive=True)
FLAGGED, NOT_FLAGGED = Tier.FLAGGED, Tier.NOT_FLAGGED


def make_workload(*studies: tuple[float, float, Tier]) -> Workload:
    """Make a workload of (arrival, reading, tier)."""
    arrivals, readings, tiers = zip(*studies, strict=True)
    return Workload(
        np.array(arrivals, dtype=np.float64),
        np.array(readings, dtype=np.float64),
        np.array(tiers, dtype=np.int8),
        np.full(len(studies), -1, dtype=np.int8),
    )


# By hand

MORNING = make_workload(
    (0, 10, NOT_FLAGGED), (1, 10, NOT_FLAGGED), (2, 10, FLAGGED), (3, 10, FLAGGED)
)


@pytest.mark.parametrize(
    ("rule", "readers", "waited", "finished"),
    [
        (FIRST_COME, 1, [0, 9, 18, 27], [10, 20, 30, 40]),
        (BY_TIER, 1, [0, 29, 8, 17], [10, 40, 20, 30]),
        (ReadingRule(19), 1, [0, 19, 8, 27], [10, 30, 20, 40]),
        (INTERRUPTING, 1, [20, 29, 0, 9], [30, 40, 12, 22]),
        (ReadingRule(2, is_preemptive=True), 1, [0, 9, 18, 27], [10, 20, 30, 40]),
        (FIRST_COME, 2, [0, 0, 8, 8], [10, 11, 20, 21]),
        (INTERRUPTING, 2, [9, 11, 0, 0], [19, 22, 12, 13]),
        (FIRST_COME, 4, [0, 0, 0, 0], [10, 11, 12, 13]),
    ],
    ids=[
        "first come",
        "flagged first, readings are finished",
        "an overdue study stands before a flagged one",
        "a flagged study interrupts and what was read is kept",
        "an overdue study is not interrupted",
        "two readers",
        "the later of two readings is interrupted first",
        "as many readers as studies",
    ],
)
def test_a_short_morning(
    rule: ReadingRule, readers: int, waited: list[float], finished: list[float]
):
    readings = replay(MORNING, rule, readers)
    assert readings.waited_minutes.tolist() == waited
    assert readings.finished_minutes.tolist() == finished


def test_studies_of_one_instant_are_all_seen_before_one_is_taken():
    workload = make_workload((5, 3, NOT_FLAGGED), (5, 3, FLAGGED))
    assert replay(workload, BY_TIER).waited_minutes.tolist() == [3, 0]
    assert replay(workload, FIRST_COME).waited_minutes.tolist() == [0, 3]


def test_a_study_that_comes_when_a_reading_ends_is_seen_before_the_next_is_taken():
    workload = make_workload((0, 4, NOT_FLAGGED), (1, 4, NOT_FLAGGED), (4, 4, FLAGGED))
    assert replay(workload, BY_TIER).waited_minutes.tolist() == [0, 7, 0]


def test_studies_without_a_result_stand_between_flagged_and_not_flagged():
    workload = make_workload(
        (0, 5, FLAGGED), (1, 5, NOT_FLAGGED), (2, 5, Tier.UNKNOWN), (3, 5, FLAGGED)
    )
    assert replay(workload, BY_TIER).waited_minutes.tolist() == [0, 14, 8, 2]


def test_no_studies_and_no_readers():
    nothing = np.empty(0)
    empty = Workload(nothing, nothing, nothing.astype(np.int8), nothing.astype(np.int8))
    assert len(replay(empty, BY_TIER).waited_minutes) == 0
    with pytest.raises(ValueError, match="1 reader or more"):
        replay(MORNING, BY_TIER, readers=0)


# What holds for every day

rules = st.builds(
    ReadingRule,
    st.sampled_from([0.0, 3.0, 10.0, 40.0, math.inf]),
    st.booleans(),
)


@st.composite
def workloads(draw: st.DrawFn) -> Workload:
    """Make days in quarters of a minute, so that instants coincide and sums are exact."""
    count = draw(st.integers(1, 40))
    quarters = st.integers(0, 160)
    arrivals = sorted(draw(st.lists(quarters, min_size=count, max_size=count)))
    readings = draw(st.lists(st.integers(0, 40), min_size=count, max_size=count))
    tiers = draw(st.lists(st.sampled_from(Tier), min_size=count, max_size=count))
    return make_workload(
        *((a / 4, r / 4, t) for a, r, t in zip(arrivals, readings, tiers, strict=True))
    )


def starts_of(workload: Workload, readings: Readings) -> NDArray[np.float64]:
    """When each reading began, where none is interrupted."""
    return workload.arrival_minutes + readings.waited_minutes


@settings(deadline=None)
@given(workloads(), rules, st.integers(1, 4))
def test_every_study_is_read_once_and_wholly(workload: Workload, rule: ReadingRule, readers: int):
    readings = replay(workload, rule, readers)
    assert (readings.waited_minutes >= 0).all()
    present = readings.finished_minutes - workload.arrival_minutes
    assert present.tolist() == (readings.waited_minutes + workload.reading_minutes).tolist()


@settings(deadline=None)
@given(workloads(), st.sampled_from([0.0, 3.0, 10.0, math.inf]), st.integers(1, 4))
def test_no_more_are_read_at_once_than_there_are_readers(
    workload: Workload, maximum_wait: float, readers: int
):
    readings = replay(workload, ReadingRule(maximum_wait), readers)
    starts = starts_of(workload, readings)
    for now in starts:
        assert np.sum((starts <= now) & (now < readings.finished_minutes)) <= readers


@settings(deadline=None)
@given(workloads(), rules)
def test_one_reader_is_busy_as_long_whatever_the_rule(workload: Workload, rule: ReadingRule):
    by_rule, first_come = replay(workload, rule), replay(workload, FIRST_COME)
    assert by_rule.finished_minutes.max() == first_come.finished_minutes.max()


@settings(deadline=None)
@given(workloads(), st.integers(1, 4), st.booleans())
def test_a_maximum_wait_of_nothing_is_first_come_first_served(
    workload: Workload, readers: int, is_preemptive: bool
):
    readings = replay(workload, ReadingRule(0.0, is_preemptive), readers)
    assert (np.diff(starts_of(workload, readings)) >= 0).all()
    free = [0.0] * readers  # when each reader is free: the textbook's recursion
    for study, arrival in enumerate(workload.arrival_minutes):
        free.sort()
        start = max(arrival, free[0])
        assert readings.waited_minutes[study] == start - arrival
        free[0] = start + workload.reading_minutes[study]


@settings(deadline=None)
@given(workloads(), st.integers(1, 4), st.booleans())
def test_a_maximum_wait_that_none_reaches_is_the_order_of_tiers_alone(
    workload: Workload, readers: int, is_preemptive: bool
):
    never = replay(workload, ReadingRule(math.inf, is_preemptive), readers)
    late = replay(workload, ReadingRule(1e9, is_preemptive), readers)
    assert never.finished_minutes.tolist() == late.finished_minutes.tolist()
    if not is_preemptive:
        starts = starts_of(workload, never)
        for study, start in enumerate(starts):
            waiting = (workload.arrival_minutes <= start) & (starts > start)
            assert (workload.tiers[waiting] >= workload.tiers[study]).all()


@settings(deadline=None)
@given(workloads(), st.sampled_from([3.0, 10.0, 40.0]), st.integers(1, 3))
def test_past_the_maximum_wait_only_older_studies_go_before(
    workload: Workload, maximum_wait: float, readers: int
):
    readings = replay(workload, ReadingRule(maximum_wait), readers)
    starts = starts_of(workload, readings)
    for study in np.flatnonzero(readings.waited_minutes > maximum_wait):
        overdue = workload.arrival_minutes[study] + maximum_wait
        begun_between = np.flatnonzero((starts >= overdue) & (starts < starts[study]))
        assert (begun_between < study).all()
        # So the wait is bounded by what was in hand and older when the maximum wait was reached.
        in_hand = np.flatnonzero((starts < overdue) & (readings.finished_minutes > overdue))
        work = workload.reading_minutes[begun_between].sum()
        work += (readings.finished_minutes[in_hand] - overdue).sum()
        assert readings.waited_minutes[study] <= maximum_wait + work / readers + 1e-9


@settings(deadline=None)
@given(
    workloads(),
    st.sampled_from([0.0, 3.0, math.inf]),
    st.integers(1, 4),
    st.integers(1, 20),
)
def test_equal_reading_times_conserve_the_sum_of_waits(
    workload: Workload, maximum_wait: float, readers: int, reading: int
):
    alike = Workload(
        workload.arrival_minutes,
        np.full(len(workload), reading / 4),
        workload.tiers,
        workload.diseased,
    )
    by_rule = replay(alike, ReadingRule(maximum_wait), readers)
    first_come = replay(alike, FIRST_COME, readers)
    assert by_rule.waited_minutes.sum() == first_come.waited_minutes.sum()


@settings(deadline=None)
@given(workloads(), st.integers(1, 3))
def test_interruption_takes_the_first_tier_as_if_it_were_alone(workload: Workload, readers: int):
    is_first = workload.tiers == workload.tiers.min()
    alone = Workload(
        workload.arrival_minutes[is_first],
        workload.reading_minutes[is_first],
        workload.tiers[is_first],
        workload.diseased[is_first],
    )
    readings = replay(workload, INTERRUPTING, readers)
    expected = replay(alone, FIRST_COME, readers)
    assert readings.finished_minutes[is_first].tolist() == expected.finished_minutes.tolist()


# Made days

DAY = ReadingDay(
    arrivals_per_hour=12.0,
    reading_times=ReadingTimes(4.0),
    prevalence=0.3,
    accuracy=FlagAccuracy(sensitivity=0.9, specificity=0.8),
    hours=1000.0,
)


def test_a_made_day_is_as_described():
    workload = DAY.draw(np.random.default_rng(7))
    count = len(workload)
    assert abs(count - 12_000) < 4 * math.sqrt(12_000)
    assert (np.diff(workload.arrival_minutes) >= 0).all()
    assert workload.arrival_minutes[-1] < 60_000
    assert workload.reading_minutes.mean() == pytest.approx(4.0, rel=0.04)
    diseased, flagged = workload.diseased == 1, workload.tiers == FLAGGED
    assert diseased.mean() == pytest.approx(0.3, abs=0.02)
    assert flagged[diseased].mean() == pytest.approx(0.9, abs=0.03)
    assert flagged[~diseased].mean() == pytest.approx(0.2, abs=0.03)


def test_a_day_of_so_many_studies():
    day = ReadingDay(12.0, ReadingTimes(4.0), 0.3, DAY.accuracy, hours=8.0, studies=5000)
    workload = day.draw(np.random.default_rng(7))
    assert len(workload) == 5000
    assert np.diff(workload.arrival_minutes).mean() == pytest.approx(5.0, rel=0.06)


@pytest.mark.parametrize("variation", [0.0, 0.5, 1.5])
def test_lognormal_reading_times(variation: float):
    times = ReadingTimes(4.0, ReadingDistribution.LOGNORMAL, variation)
    drawn = times.draw(np.random.default_rng(7), 400_000)
    assert drawn.mean() == pytest.approx(4.0, rel=0.01)
    assert drawn.std() / drawn.mean() == pytest.approx(variation, rel=0.03)


def test_equal_seeds_give_equal_replications_and_both_rules_meet_the_same_studies():
    day = ReadingDay(12.0, ReadingTimes(4.0), 0.3, DAY.accuracy, hours=8.0)
    few = list(replicate(repeat(day, 2), BY_TIER, readers=1, seed=3))
    many = list(replicate(repeat(day, 3), BY_TIER, readers=1, seed=3))
    other = list(replicate(repeat(day, 2), BY_TIER, readers=1, seed=4))
    first = [replication.priority.waited_minutes.tolist() for replication in few]
    assert [item.priority.waited_minutes.tolist() for item in many[:2]] == first
    assert [item.priority.waited_minutes.tolist() for item in other] != first
    assert first[0] != first[1]
    for replication in few:
        expected = replay(replication.workload, FIRST_COME).waited_minutes
        assert replication.first_come.waited_minutes.tolist() == expected.tolist()


@pytest.mark.parametrize("rule", [BY_TIER, ReadingRule(60.0)], ids=["by tier", "maximum wait"])
def test_flags_that_tell_nothing_help_nobody(rule: ReadingRule):
    """With sensitivity = 1 - specificity a flag is a coin: both groups wait alike."""
    day = ReadingDay(
        6.0,
        ReadingTimes(5.0, ReadingDistribution.LOGNORMAL, 0.0),
        0.5,
        FlagAccuracy(0.4, 0.6),
        hours=8.0,
        studies=100_000,
    )
    workload = day.draw(np.random.default_rng(11))
    readings, first_come = replay(workload, rule), replay(workload, FIRST_COME)
    assert readings.waited_minutes.mean() == pytest.approx(first_come.waited_minutes.mean())
    diseased = workload.diseased == 1
    gain = readings.waited_minutes - first_come.waited_minutes
    difference = gain[diseased].mean() - gain[~diseased].mean()
    assert abs(difference) < 0.02 * first_come.waited_minutes.mean()


# Closed forms

PREVALENCE, ACCURACY = 0.6, FlagAccuracy(sensitivity=0.9, specificity=0.8)
READING_MINUTES, LOAD, STUDIES, BATCHES = 6.0, 0.5, 400_000, 200


def arrivals_per_hour(readers: int) -> float:
    return LOAD * readers * 60.0 / READING_MINUTES


@cache
def long_run(readers: int) -> Workload:
    day = ReadingDay(
        arrivals_per_hour(readers),
        ReadingTimes(READING_MINUTES),
        PREVALENCE,
        ACCURACY,
        hours=0.0,
        studies=STUDIES,
    )
    return day.draw(np.random.default_rng(2))


@cache
def long_run_waits(rule: ReadingRule, readers: int) -> NDArray[np.float64]:
    return replay(long_run(readers), rule, readers).waited_minutes


def batch_means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values.reshape(BATCHES, -1).mean(axis=1)


def luck_of(readers: int) -> list[NDArray[np.float64]]:
    """Give what chance did in each batch, as differences from means that are known."""
    workload, rate = long_run(readers), LOAD * readers
    gaps = np.diff(workload.arrival_minutes, prepend=0.0) / READING_MINUTES * rate
    readings = workload.reading_minutes / READING_MINUTES
    flagged = (workload.tiers == FLAGGED).astype(np.float64)
    share = flagged_fraction(PREVALENCE, ACCURACY.sensitivity, ACCURACY.specificity)
    # The wait of a study if the `readers` before it had been begun on arrival: each is still in
    # reading with probability rate / (rate + those in reading), and the first of them ends after
    # 1 / readers on average, since exponential times have no memory.
    ends = np.full(STUDIES, np.inf)
    all_flagged = flagged.copy()
    since = np.zeros(STUDIES)
    mean_end, all_share = 1.0 / readers, share
    for before in range(1, readers + 1):
        since += np.roll(gaps, before - 1) / rate
        ends = np.minimum(ends, np.roll(readings, before) - since)
        all_flagged *= np.roll(flagged, before)
        mean_end *= rate / (rate + before)
        all_share *= share
    ends = np.maximum(ends, 0.0)
    return [
        batch_means(values) - mean
        for values, mean in (
            (gaps, 1.0),
            (readings, 1.0),
            (gaps**2, 2.0),
            (readings**2, 2.0),
            (flagged, share),
            (ends, mean_end),
            (ends * flagged, mean_end * share),
            (ends * all_flagged, mean_end * all_share),
        )
    ]


def mean_wait(waits: NDArray[np.float64], chosen: NDArray[np.bool_], readers: int) -> float:
    """Estimate a mean wait less what chance did, by regression on it (control variates)."""
    luck = luck_of(readers)
    if waits is not long_run_waits(FIRST_COME, readers):
        expected = READING_MINUTES * first_come_wait(LOAD * readers, 1.0, readers)
        luck.append(batch_means(long_run_waits(FIRST_COME, readers)) - expected)
    batches = batch_means(waits * chosen) / batch_means(chosen.astype(np.float64))
    regressors = np.stack([np.ones(BATCHES), *luck], axis=1)
    return float(np.linalg.lstsq(regressors, batches)[0][0])


@pytest.mark.parametrize("readers", [1, 2])
def test_first_come_waits_as_long_as_theory_says(readers: int):
    waits = long_run_waits(FIRST_COME, readers)
    expected = READING_MINUTES * first_come_wait(LOAD * readers, 1.0, readers)
    everyone = np.ones(STUDIES, dtype=np.bool_)
    assert mean_wait(waits, everyone, readers) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("readers", [1, 2])
@pytest.mark.parametrize(
    ("rule", "waits_of"),
    [(BY_TIER, non_preemptive_waits), (INTERRUPTING, preemptive_waits)],
    ids=["readings are finished", "readings are interrupted"],
)
def test_flagged_first_waits_as_long_as_theory_says(rule: ReadingRule, waits_of, readers: int):
    share = flagged_fraction(PREVALENCE, ACCURACY.sensitivity, ACCURACY.specificity)
    rates = [LOAD * readers * share, LOAD * readers * (1 - share)]
    flagged_wait, other_wait = (READING_MINUTES * wait for wait in waits_of(rates, 1.0, readers))
    by_disease = waits_by_disease(
        flagged_wait, other_wait, ACCURACY.sensitivity, ACCURACY.specificity
    )
    workload, waits = long_run(readers), long_run_waits(rule, readers)
    flagged, diseased = workload.tiers == FLAGGED, workload.diseased == 1
    measured = [
        mean_wait(waits, group, readers) for group in (flagged, ~flagged, diseased, ~diseased)
    ]
    expected = [flagged_wait, other_wait, by_disease.diseased, by_disease.not_diseased]
    assert measured == pytest.approx(expected, rel=0.01)


def test_reading_times_of_another_spread_wait_as_long_as_theory_says():
    times = ReadingTimes(READING_MINUTES, ReadingDistribution.LOGNORMAL, 0.5)
    day = ReadingDay(5.0, times, PREVALENCE, ACCURACY, hours=0.0, studies=STUDIES)
    waits = replay(day.draw(np.random.default_rng(2)), FIRST_COME).waited_minutes
    expected = general_service_wait(5.0 / 60, READING_MINUTES, 0.5)
    assert waits.mean() == pytest.approx(expected, rel=0.01)
