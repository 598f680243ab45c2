import numpy as np
import pytest
from sklearn import metrics as peer

from training.evaluation.metrics import (
    FIGURES,
    area_under_roc,
    binary_cross_entropy,
    bootstrap_weights,
    count_confusion,
    figures_with_intervals,
    interval_of,
)


def made_scores(seed: int, count: int = 200, *, decimals: int = 1):
    """Scores with many ties, and labels that they tell something of."""
    generator = np.random.default_rng(seed)
    is_pneumonia = generator.random(count) < 0.6
    probability = np.clip(generator.normal(0.4 + 0.3 * is_pneumonia, 0.25), 0, 1).round(decimals)
    return probability, is_pneumonia


@pytest.mark.parametrize("seed", range(5))
def test_figures_agree_with_scikit_learn(seed: int) -> None:
    probability, is_pneumonia = made_scores(seed)
    flagged = probability >= 0.5
    figures = figures_with_intervals(
        probability, is_pneumonia, flagged, [str(i) for i in range(200)], resamples=20, seed=1
    )
    expected = {
        "auc": peer.roc_auc_score(is_pneumonia, probability),
        "accuracy": peer.accuracy_score(is_pneumonia, flagged),
        "sensitivity": peer.recall_score(is_pneumonia, flagged),
        "specificity": peer.recall_score(~is_pneumonia, ~flagged),
        "precision": peer.precision_score(is_pneumonia, flagged),
        "f1": peer.f1_score(is_pneumonia, flagged),
        "brier": peer.brier_score_loss(is_pneumonia, probability),
    }
    for name, value in expected.items():
        assert figures[name].value == pytest.approx(value), name
    assert set(figures) == set(FIGURES)
    assert binary_cross_entropy(np.clip(probability, 0.01, 0.99), is_pneumonia) == pytest.approx(
        peer.log_loss(is_pneumonia, np.clip(probability, 0.01, 0.99))
    )


def test_an_interval_is_that_of_repeated_patients() -> None:
    probability, is_pneumonia = made_scores(3)
    patients = [str(i // 2) for i in range(200)]
    figures = figures_with_intervals(
        probability, is_pneumonia, probability > 0.5, patients, resamples=40, seed=9
    )
    drawn = bootstrap_weights(patients, 40, np.random.default_rng(9))
    values = []
    for weights in drawn:
        repeated = np.repeat(np.arange(200), weights.astype(int))
        values.append(area_under_roc(probability[repeated], is_pneumonia[repeated]))
    low, high = np.percentile(values, [2.5, 97.5])
    assert figures["auc"].low == pytest.approx(low)
    assert figures["auc"].high == pytest.approx(high)


def test_calibration_error_of_one_bin_is_its_gap() -> None:
    probability = np.full(10, 0.73)
    is_pneumonia = np.arange(10) < 5
    figures = figures_with_intervals(
        probability, is_pneumonia, probability > 0.5, list("abcdefghij"), resamples=10, seed=0
    )
    assert figures["ece"].value == pytest.approx(0.23)


def test_images_of_a_patient_are_drawn_together() -> None:
    weights = bootstrap_weights(["a", "b", "a", "c", "b"], 50, np.random.default_rng(0))
    assert np.array_equal(weights[:, 0], weights[:, 2])
    assert np.array_equal(weights[:, 1], weights[:, 4])
    assert np.all(weights[:, [0, 1, 3]].sum(axis=1) == 3)


def test_resampling_by_patient_gives_a_wider_interval_than_by_image() -> None:
    flags = np.repeat(np.random.default_rng(1).random(40) < 0.7, 10)

    def share(weights):
        return weights @ flags / weights.sum(axis=1)

    by_patient = interval_of(share, [str(i // 10) for i in range(400)], resamples=1000, seed=0)
    by_image = interval_of(share, [str(i) for i in range(400)], resamples=1000, seed=0)
    assert by_patient.high - by_patient.low > 2 * (by_image.high - by_image.low)
    assert by_patient.value == by_image.value == pytest.approx(flags.mean())
    assert by_patient.low < by_patient.value < by_patient.high


def test_equal_seeds_give_equal_intervals() -> None:
    probability, is_pneumonia = made_scores(1)
    patients = [str(i // 3) for i in range(200)]

    def run(seed: int):
        return figures_with_intervals(
            probability, is_pneumonia, probability > 0.5, patients, resamples=50, seed=seed
        )

    assert run(4) == run(4)
    assert run(4) != run(5)


def test_a_figure_that_is_not_defined_is_none() -> None:
    is_pneumonia = np.array([True, False, True])
    figures = figures_with_intervals(
        np.array([0.1, 0.2, 0.3]), is_pneumonia, np.zeros(3, bool), ["a", "b", "c"],
        resamples=10, seed=0,
    )  # fmt: skip
    assert figures["precision"].value is None
    assert figures["sensitivity"].value == 0


def test_confusion_counts_four_kinds() -> None:
    confusion = count_confusion(
        np.array([True, True, False, False, False]), np.array([True, False, True, False, False])
    )
    assert (
        confusion.true_positive,
        confusion.false_positive,
        confusion.false_negative,
        confusion.true_negative,
    ) == (1, 1, 1, 2)
