"""A head fitted to pooled features: logistic regression, judged by patients left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["FOLDS", "LinearHead", "fit_head", "out_of_fold"]

FOLDS: Final = 5
_PENALTIES: Final = (1e-5, 1e-4, 1e-3, 1e-2)
"""Inverse strengths of the squared penalty, on features of unit deviation."""
_MISLABELLED: Final = 0.05
"""Share of labels that is reckoned wrong: labels mined from reports' text are noisy."""
_FLAT: Final = 1e-3
"""Of the middle channel's deviation: less is no more than rounding."""
_TINY: Final = 1e-12


@dataclass(frozen=True, slots=True)
class LinearHead:
    """A linear unit over the pooled features.

    Attributes
    ----------
    weights : (channels,) float64
    bias : added
    penalty : inverse strength that it was fitted with
    """

    weights: NDArray[np.float64]
    bias: float
    penalty: float

    def logits(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Answer to features ``(..., channels)``."""
        return np.asarray(features @ self.weights + self.bias)


def fit_head(
    views: NDArray[np.float32],
    is_pneumonia: NDArray[np.bool_],
    patients: Sequence[str],
    *,
    seed: int,
) -> LinearHead:
    """Fit a head with the penalty that orders patients left out best.

    Parameters
    ----------
    views : (views, n, channels), features of each image as it is and altered; all are learnt from,
        and the first alone is judged on
    is_pneumonia : (n,), both kinds present
    patients : whose image each is
    seed : of the folds

    Notes
    -----
    Wrong labels are borne by reckoning with a share of them on both sides (Natarajan et al.,
    NeurIPS 2013, for equal rates): each image counts for its label, and a little for the other.
    """
    areas = dict.fromkeys(_PENALTIES, 0.0)
    for train, test in _folds(is_pneumonia, patients, seed):
        for penalty in _PENALTIES:
            # an image counts once, however many its views, so the penalty means the same for one
            head = _fit(views[:1, train], is_pneumonia[train], penalty)
            areas[penalty] += roc_auc_score(is_pneumonia[test], head.logits(views[0, test]))
    return _fit(views, is_pneumonia, max(areas, key=areas.__getitem__))


def out_of_fold(
    views: NDArray[np.float32],
    is_pneumonia: NDArray[np.bool_],
    patients: Sequence[str],
    *,
    seed: int,
) -> NDArray[np.float64]:
    """Logits ``(views, n)`` of each image by a head that never saw its patient.

    The penalty is chosen anew inside each fold, so that the figures are not those of a choice that
    knew the answers (nested cross-validation).
    """
    logits = np.empty(views.shape[:2])
    for train, test in _folds(is_pneumonia, patients, seed):
        inside = [patients[index] for index in train]
        head = fit_head(views[:, train], is_pneumonia[train], inside, seed=seed)
        logits[:, test] = head.logits(views[:, test])
    return logits


def _folds(
    is_pneumonia: NDArray[np.bool_], patients: Sequence[str], seed: int
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    return list(folds.split(np.empty((len(patients), 1)), is_pneumonia, patients))


def _fit(views: NDArray[np.float32], is_pneumonia: NDArray[np.bool_], penalty: float) -> LinearHead:
    features = views.reshape(-1, views.shape[-1]).astype(np.float64)
    labels = np.tile(is_pneumonia, len(views))
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    deviation = np.maximum(deviation, max(_FLAT * float(np.median(deviation)), _TINY))
    weights = np.where(labels, 0.5 / np.mean(labels), 0.5 / np.mean(~labels)) / len(views)
    regression = LogisticRegression(C=penalty, max_iter=1000)
    regression.fit(
        np.tile((features - mean) / deviation, (2, 1)),
        np.concatenate([labels, ~labels]),
        np.concatenate([weights * (1 - _MISLABELLED), weights * _MISLABELLED]),
    )
    scaled = regression.coef_[0] / deviation
    return LinearHead(scaled, float(regression.intercept_[0] - mean @ scaled), penalty)
