import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.evaluation.operating_points import (
    choose_balanced,
    choose_high_sensitivity,
    choose_operating_points,
)


def test_balanced_lies_in_the_gap_between_separated_scores() -> None:
    probability = np.array([0.05, 0.1, 0.2, 0.8, 0.9])
    is_pneumonia = np.array([False, False, False, True, True])
    threshold = choose_balanced(probability, is_pneumonia)
    assert threshold == pytest.approx(0.5)


def test_balanced_is_not_pulled_by_prevalence() -> None:
    generator = np.random.default_rng(0)
    is_pneumonia = np.arange(20_000) < 18_000
    logit = generator.normal(np.where(is_pneumonia, 1.5, -1.5), 1.0)
    threshold = choose_balanced(1 / (1 + np.exp(-logit)), is_pneumonia)
    assert threshold == pytest.approx(0.5, abs=0.06)


scores = st.lists(
    st.tuples(st.floats(0, 1, width=32), st.booleans()), min_size=4, max_size=60
).filter(lambda items: {is_ill for _, is_ill in items} == {True, False})


@settings(deadline=None)
@given(scores, st.sampled_from([0.5, 0.9, 0.98, 1.0]))
def test_high_sensitivity_flags_the_share_and_no_higher_threshold_does(
    items: list[tuple[float, bool]], wanted: float
) -> None:
    probability = np.clip(np.array([score for score, _ in items]), 0.001, 0.999)
    is_pneumonia = np.array([is_ill for _, is_ill in items])
    ill = probability[is_pneumonia]
    threshold = choose_high_sensitivity(probability, is_pneumonia, wanted)
    assert np.mean(ill >= threshold) >= wanted - 1e-9
    next_higher = ill[ill >= threshold].min()
    assert np.mean(ill > next_higher) < wanted


@settings(deadline=None)
@given(scores)
def test_thresholds_are_ones_that_a_card_takes(items: list[tuple[float, bool]]) -> None:
    probability = np.array([score for score, _ in items])
    points = choose_operating_points(probability, np.array([is_ill for _, is_ill in items]))
    assert [point.name for point in points] == ["balanced", "high_sensitivity"]
    assert all(0 < point.threshold < 1 for point in points)
    assert points[1].threshold <= points[0].threshold


@settings(deadline=None)
@given(scores)
def test_balanced_is_nearly_the_best(items: list[tuple[float, bool]]) -> None:
    probability = np.clip(np.array([score for score, _ in items]), 0.001, 0.999)
    is_pneumonia = np.array([is_ill for _, is_ill in items])

    def balanced_accuracy(threshold: float) -> float:
        flagged = probability >= threshold
        return (np.mean(flagged[is_pneumonia]) + np.mean(~flagged[~is_pneumonia])) / 2

    best = max(balanced_accuracy(threshold) for threshold in probability)
    chosen = balanced_accuracy(choose_balanced(probability, is_pneumonia))
    assert chosen >= best - 0.005 - 1e-9


def test_a_share_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a share"):
        choose_high_sensitivity(np.array([0.5]), np.array([True]), 0.0)
