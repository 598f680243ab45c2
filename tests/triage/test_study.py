"""A study is what its instances make of it, in whatever order they came."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_app.errors import FailureReason
from triage_app.imaging.eligibility import Exclusion, ExclusionReason
from triage_app.triage.outcome import Excluded, Failed, Scored, Status
from triage_app.triage.priority import Tier, tier_of
from triage_app.triage.study import StudyResult, StudyState, combine_outcomes

if TYPE_CHECKING:
    from triage_app.triage.outcome import Outcome


def scored(probability: float, *, threshold: float = 0.5) -> Scored:
    return Scored(probability, probability >= threshold, "balanced", np.zeros((7, 7), np.float32))


def excluded(reason: ExclusionReason = ExclusionReason.VIEW_POSITION) -> Excluded:
    return Excluded(Exclusion(reason))


def failed(reason: FailureReason = FailureReason.TRUNCATED) -> Failed:
    return Failed(reason, "what happened")


@pytest.mark.parametrize(
    ("outcomes", "state", "tier"),
    [
        ([scored(0.9)], StudyState.FLAGGED, Tier.FLAGGED),
        ([scored(0.5)], StudyState.FLAGGED, Tier.FLAGGED),  # at the threshold
        ([scored(0.4999)], StudyState.NOT_FLAGGED, Tier.NOT_FLAGGED),
        ([scored(0.1), scored(0.9)], StudyState.FLAGGED, Tier.FLAGGED),
        ([scored(0.9), None], StudyState.FLAGGED, Tier.FLAGGED),
        ([scored(0.9), failed()], StudyState.FLAGGED, Tier.FLAGGED),
        ([scored(0.1), excluded()], StudyState.NOT_FLAGGED, Tier.NOT_FLAGGED),
        # What failed or waits may hold anything.
        ([scored(0.1), failed()], StudyState.NOT_FLAGGED, Tier.UNKNOWN),
        ([scored(0.1), None], StudyState.PENDING, Tier.UNKNOWN),
        ([None], StudyState.PENDING, Tier.UNKNOWN),
        ([excluded(), None], StudyState.PENDING, Tier.UNKNOWN),
        ([failed()], StudyState.NOT_PROCESSED, Tier.UNKNOWN),
        ([failed(), excluded()], StudyState.NOT_PROCESSED, Tier.UNKNOWN),
        ([excluded()], StudyState.NOT_PROCESSED, Tier.NOT_A_CASE),
        ([], StudyState.NOT_PROCESSED, Tier.NOT_A_CASE),
    ],
)
def test_state_and_tier_of_a_study(
    outcomes: list[Outcome | None], state: StudyState, tier: Tier
) -> None:
    result = combine_outcomes((f"1.{at}", outcome) for at, outcome in enumerate(outcomes))
    assert result.state is state
    assert tier_of(result) is tier


def test_the_highest_probability_drives_the_study_and_is_named() -> None:
    result = combine_outcomes([("1.1", scored(0.2)), ("1.2", scored(0.8)), ("1.3", scored(0.7))])
    assert (result.probability, result.driving_sop_instance_uid) == (0.8, "1.2")
    assert result.operating_point == "balanced"
    assert result.scored == 3


def test_of_equal_probabilities_the_lower_uid_drives() -> None:
    result = combine_outcomes([("1.2", scored(0.8)), ("1.1", scored(0.8))])
    assert result.driving_sop_instance_uid == "1.1"


def test_a_study_without_a_score_names_its_reasons_failures_first() -> None:
    result = combine_outcomes(
        [
            ("1.1", excluded()),
            ("1.2", failed()),
            ("1.3", excluded()),
            ("1.4", excluded(ExclusionReason.BODY_PART)),
            ("1.5", failed(FailureReason.DECODER)),
        ]
    )
    assert result.reasons == ("decoder", "truncated", "body_part", "view_position x 2")
    assert (result.excluded, result.failed, result.probability) == (3, 2, None)
    assert result.driving_sop_instance_uid == ""


def test_no_instance_makes_a_study_that_was_not_processed() -> None:
    assert combine_outcomes([]) == StudyResult(StudyState.NOT_PROCESSED)


def test_flagged_is_read_first_and_what_is_no_case_last() -> None:
    assert list(Tier) == [Tier.FLAGGED, Tier.UNKNOWN, Tier.NOT_FLAGGED, Tier.NOT_A_CASE]
    assert sorted(Tier) == list(Tier)


def test_each_outcome_knows_its_status() -> None:
    assert scored(0.5).status is Status.SCORED
    assert excluded().status is Status.EXCLUDED
    assert failed().status is Status.FAILED


def test_the_words_of_a_state_are_those_of_a_reader() -> None:
    assert {state.value for state in StudyState} == {
        "flagged",
        "not flagged",
        "not processed",
        "pending",
    }


outcomes_of_a_study = st.lists(
    st.one_of(
        st.none(),
        st.floats(0, 1, width=32).map(scored),
        st.sampled_from(ExclusionReason).map(excluded),
        st.sampled_from(FailureReason).map(failed),
    ),
    max_size=12,
)


@given(outcomes_of_a_study, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(
    outcomes: list[Outcome | None], shuffler: random.Random
) -> None:
    pairs = [(f"1.{at}", outcome) for at, outcome in enumerate(outcomes)]
    shuffled = list(pairs)
    shuffler.shuffle(shuffled)
    assert combine_outcomes(shuffled) == combine_outcomes(pairs)


@given(outcomes_of_a_study)
def test_every_instance_is_counted_once(outcomes: list[Outcome | None]) -> None:
    result = combine_outcomes((f"1.{at}", outcome) for at, outcome in enumerate(outcomes))
    counted = result.scored + result.excluded + result.failed + result.pending
    assert counted == len(outcomes)
    assert (result.probability is None) == (result.scored == 0)


@given(outcomes_of_a_study, st.floats(0, 1, width=32))
def test_another_instance_never_takes_a_flag_away(
    outcomes: list[Outcome | None], probability: float
) -> None:
    pairs = [(f"1.{at}", outcome) for at, outcome in enumerate(outcomes)]
    before = combine_outcomes(pairs)
    after = combine_outcomes([*pairs, ("2.1", scored(probability))])
    if before.state is StudyState.FLAGGED:
        assert after.state is StudyState.FLAGGED
        assert tier_of(after) is Tier.FLAGGED
