import numpy as np
import pytest

from training.evaluation.delong import compare_areas

ILL = np.array([True] * 4 + [False] * 3)
FIRST = np.array([0.9, 0.8, 0.4, 0.7, 0.3, 0.5, 0.2])
SECOND = np.array([0.6, 0.9, 0.5, 0.2, 0.4, 0.7, 0.1])


def delong_by_the_book(first: np.ndarray, second: np.ndarray, ill: np.ndarray) -> float:
    """Variance of the difference by the paper's sums over all pairs."""
    v10, v01 = [], []
    for scores in (first, second):
        above = scores[ill][:, None] > scores[~ill][None]
        kernel = above + 0.5 * (scores[ill][:, None] == scores[~ill][None])
        v10.append(kernel.mean(axis=1))
        v01.append(kernel.mean(axis=0))
    s = np.cov(v10) / ill.sum() + np.cov(v01) / (~ill).sum()
    return float(s[0, 0] + s[1, 1] - 2 * s[0, 1])


def test_one_image_a_patient_is_delong() -> None:
    found = compare_areas(FIRST, SECOND, ILL, [str(i) for i in range(7)])
    assert found.first == pytest.approx(11 / 12)
    assert found.second == pytest.approx(8 / 12)
    expected = delong_by_the_book(FIRST, SECOND, ILL)
    assert found.standard_error**2 == pytest.approx(expected)
    assert found.low < found.difference < found.high
    assert 0 < found.p_value < 1


def test_each_image_twice_is_no_more_evidence() -> None:
    once = compare_areas(FIRST, SECOND, ILL, [str(i) for i in range(7)])
    twice = compare_areas(
        np.tile(FIRST, 2), np.tile(SECOND, 2), np.tile(ILL, 2), [str(i) for i in range(7)] * 2
    )
    assert twice.difference == pytest.approx(once.difference)
    assert twice.standard_error == pytest.approx(once.standard_error)


def test_a_model_does_not_differ_from_itself_and_only_order_counts() -> None:
    found = compare_areas(FIRST, FIRST**3, ILL, [str(i) for i in range(7)])
    assert (found.difference, found.standard_error, found.p_value) == (0, 0, 1)


def test_the_p_value_is_right_where_there_is_no_difference() -> None:
    generator = np.random.default_rng(3)
    ill = np.arange(80) < 40
    below = 0
    for _ in range(400):
        scores = generator.normal(size=(2, 80)) + ill
        below += compare_areas(*scores, ill, [str(i) for i in range(80)]).p_value < 0.1
    assert below == pytest.approx(40, abs=3 * np.sqrt(400 * 0.1 * 0.9))


@pytest.mark.parametrize(
    ("ill", "patients"),
    [([True, True], ["a", "b"]), ([True, False], ["a", "a"]), ([True, False], ["a"])],
    ids=["one label", "one patient", "other length"],
)
def test_what_cannot_be_compared(ill: list[bool], patients: list[str]) -> None:
    scores = np.array([0.1, 0.2])
    with pytest.raises(ValueError, match="expected"):
        compare_areas(scores, scores, np.array(ill), patients)
