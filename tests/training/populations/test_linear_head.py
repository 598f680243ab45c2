"""The head of a further population: fitted to features, judged on patients left out."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.populations.linear_head import fit_head, out_of_fold

CHANNELS = 12


def made_features(told: float, seed: int = 3) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Features of 120 images of 60 patients; the first channel tells the label by so much."""
    generator = np.random.default_rng(seed)
    patients = [f"p{index // 2}" for index in range(120)]
    labels = np.repeat(generator.permutation(60) < 30, 2)
    features = generator.normal(5, 2, (120, CHANNELS)).astype(np.float32)
    features[:, 0] += told * labels
    # what is the patient's own tells both of their images apart from all others
    own = np.repeat(generator.normal(0, 3, (60, CHANNELS - 4)), 2, axis=0)
    features[:, 4:] += own.astype(np.float32)
    return features[np.newaxis], labels, patients


def test_what_tells_the_label_is_found() -> None:
    views, labels, patients = made_features(told=8.0)
    head = fit_head(views, labels, patients, seed=1)
    assert roc_auc_score(labels, head.logits(views[0])) > 0.97
    assert np.argmax(np.abs(head.weights * views[0].std(axis=0))) == 0


def test_an_image_is_scored_by_a_head_that_never_saw_its_patient() -> None:
    views, labels, patients = made_features(told=0.0)
    seen = fit_head(views, labels, patients, seed=1).logits(views[0])
    left_out = out_of_fold(views, labels, patients, seed=1)[0]
    # nothing tells the label but the patients themselves, who can be learnt by heart
    assert roc_auc_score(labels, seen) > 0.6
    assert roc_auc_score(labels, left_out) < 0.65


def test_altered_views_are_scored_beside_the_image_as_it_is() -> None:
    views, labels, patients = made_features(told=8.0)
    altered = np.concatenate([views, views + np.float32(0.5)])
    left_out = out_of_fold(altered, labels, patients, seed=1)
    assert left_out.shape == (2, 120)
    assert not np.allclose(left_out[0], left_out[1])
    assert roc_auc_score(labels, left_out[1]) > 0.95


def test_equal_seeds_give_equal_heads() -> None:
    views, labels, patients = made_features(told=4.0)
    first, second = (fit_head(views, labels, patients, seed=1) for _ in range(2))
    assert np.array_equal(first.weights, second.weights)
    assert first.bias == pytest.approx(second.bias)
