"""The order of reading: tiers, age, and the maximum wait that lets none starve."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage_app.triage.priority import Tier, is_overdue, reading_order_key

tiers = st.sampled_from(Tier)
waits = st.floats(0, 1e6)


def first_of(*studies: tuple[Tier, float], maximum_wait: float) -> tuple[Tier, float]:
    return min(studies, key=lambda study: reading_order_key(*study, maximum_wait))


@pytest.mark.parametrize(
    ("waited", "maximum_wait", "overdue"),
    [(59.9, 60, False), (60, 60, True), (0, 0, True), (1e12, math.inf, False)],
    ids=["before", "at the limit", "limit of nothing", "no limit"],
)
def test_a_study_is_overdue_from_the_maximum_wait_on(
    waited: float, maximum_wait: float, overdue: bool
):
    assert is_overdue(waited, maximum_wait) is overdue


def test_the_tier_counts_before_age():
    flagged, old = (Tier.FLAGGED, 1.0), (Tier.NOT_FLAGGED, 50.0)
    assert first_of(old, flagged, maximum_wait=60) == flagged


def test_the_oldest_is_first_within_a_tier():
    younger, older = (Tier.FLAGGED, 1.0), (Tier.FLAGGED, 2.0)
    assert first_of(younger, older, maximum_wait=60) == older


@pytest.mark.parametrize("tier", Tier)
def test_an_overdue_study_of_any_tier_stands_before_those_that_are_not(tier: Tier):
    overdue, flagged = (tier, 60.0), (Tier.FLAGGED, 59.0)
    assert first_of(flagged, overdue, maximum_wait=60) == overdue


def test_among_overdue_studies_age_alone_counts():
    flagged, older = (Tier.FLAGGED, 61.0), (Tier.NOT_A_CASE, 62.0)
    assert first_of(flagged, older, maximum_wait=60) == older


@settings(deadline=None)
@given(st.lists(st.tuples(tiers, waits), min_size=1, max_size=20))
def test_a_maximum_wait_of_nothing_is_the_order_of_arrival(studies: list[tuple[Tier, float]]):
    _, waited = first_of(*studies, maximum_wait=0)
    assert waited == max(wait for _, wait in studies)


@settings(deadline=None)
@given(st.lists(st.tuples(tiers, waits), min_size=1, max_size=20))
def test_without_a_maximum_wait_the_first_tier_is_read_first(studies: list[tuple[Tier, float]]):
    tier, _ = first_of(*studies, maximum_wait=math.inf)
    assert tier == min(tier for tier, _ in studies)
