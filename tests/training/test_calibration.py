import numpy as np
import pytest

from training.evaluation.calibration import Calibration, fit_calibration, to_logit


def test_slope_and_intercept_are_found_again() -> None:
    generator = np.random.default_rng(0)
    logit = generator.normal(0, 2, 40_000)
    is_pneumonia = generator.random(40_000) < 1 / (1 + np.exp(-logit))
    skewed = 1 / (1 + np.exp(-(logit - 1) * 2.5))
    found = fit_calibration(skewed, is_pneumonia)
    assert found.slope == pytest.approx(1 / 2.5, rel=0.03)
    assert found.intercept == pytest.approx(1.0, abs=0.05)
    calibrated = found.apply(skewed)
    assert calibrated.mean() == pytest.approx(is_pneumonia.mean(), abs=0.005)
    # the order stays; the most certain of either side may become equal
    assert (np.diff(calibrated[np.argsort(skewed)]) >= 0).all()


def test_labels_told_apart_without_an_error_leave_the_slope_finite() -> None:
    probability = np.array([0.0, 0.001, 0.01, 0.99, 0.9999, 1.0])
    found = fit_calibration(probability, probability > 0.5)
    assert 0 < found.slope < 10
    assert np.isfinite(found.apply(probability)).all()


def test_no_calibration_changes_nothing() -> None:
    probability = np.array([0.01, 0.5, 0.97])
    assert Calibration().apply(probability) == pytest.approx(probability)


@pytest.mark.parametrize(
    ("probability", "message"),
    [([0.1, 0.2, 0.8, 0.9], "rise with pneumonia"), ([0.1] * 4, "both labels")],
    ids=["falls", "one label"],
)
def test_what_cannot_be_fitted(probability: list[float], message: str) -> None:
    labels = np.array([True, True, False, False])
    if len(set(probability)) == 1:
        labels[:] = True
    with pytest.raises(ValueError, match=message):
        fit_calibration(np.array(probability), labels)


def test_certain_scores_have_finite_logits() -> None:
    assert np.isfinite(to_logit(np.array([0.0, 1.0]))).all()
