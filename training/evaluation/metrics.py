"""Figures of a two-class model, with intervals by resampling patients.

Every figure takes weights ``(resamples, n)``: a row counts how often each image stands in one
resample, and a row of ones gives the figure itself. So one formula serves value and interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Figure = Callable[[NDArray[np.float64]], NDArray[np.float64]]

__all__ = [
    "CALIBRATION_BINS",
    "FIGURES",
    "Confusion",
    "Interval",
    "area_under_roc",
    "binary_cross_entropy",
    "bootstrap_weights",
    "count_confusion",
    "figures_with_intervals",
    "interval_of",
]

CALIBRATION_BINS: Final = 10
"""Bins of equal width of the predicted probability, for the expected calibration error."""

FIGURES: Final = (
    "auc", "accuracy", "sensitivity", "specificity", "precision", "f1", "ece", "brier",
)  # fmt: skip
"""Keys of `figures_with_intervals`."""

_ROWS_AT_ONCE: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % bootstrap interval; None where the figure is not defined."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """How many images were flagged and not, by what the data set says of them."""

    true_positive: int
    false_positive: int
    true_negative: int
    false_negative: int


def area_under_roc(probability: NDArray[np.float64], is_pneumonia: NDArray[np.bool_]) -> float:
    """Chance that an image with pneumonia scores above one without, ties counted half."""
    return float(_auc(probability, is_pneumonia, np.ones((1, len(probability))))[0])


def binary_cross_entropy(
    probability: NDArray[np.float64],
    is_pneumonia: NDArray[np.bool_],
    weights: NDArray[np.floating] | None = None,
) -> float:
    """Mean negative logarithm of the probability given to the right answer."""
    right = np.where(is_pneumonia, probability, 1 - probability)
    return float(np.average(-np.log(np.maximum(right, 1e-12)), weights=weights))


def count_confusion(is_flagged: NDArray[np.bool_], is_pneumonia: NDArray[np.bool_]) -> Confusion:
    """Count the four kinds of answer."""
    return Confusion(
        true_positive=int(np.sum(is_flagged & is_pneumonia)),
        false_positive=int(np.sum(is_flagged & ~is_pneumonia)),
        true_negative=int(np.sum(~is_flagged & ~is_pneumonia)),
        false_negative=int(np.sum(~is_flagged & is_pneumonia)),
    )


def bootstrap_weights(
    patients: Sequence[str], resamples: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Draw patients with replacement; an image counts as often as its patient was drawn.

    Returns
    -------
    (resamples, n) float64

    Notes
    -----
    Images of one patient resemble each other, so that resampling images would give intervals that
    are too narrow (Efron and Tibshirani 1993, chapter 8: resample the independent units).
    """
    _, index = np.unique(np.asarray(patients), return_inverse=True)
    count = int(index.max()) + 1
    drawn = generator.multinomial(count, np.full(count, 1 / count), size=resamples)
    return drawn[:, index].astype(np.float64)


def figures_with_intervals(
    probability: NDArray[np.float64],
    is_pneumonia: NDArray[np.bool_],
    is_flagged: NDArray[np.bool_],
    patients: Sequence[str],
    *,
    resamples: int,
    seed: int,
) -> dict[str, Interval]:
    """All `FIGURES`, each with its 95 % interval by patient.

    Parameters
    ----------
    probability, is_pneumonia, is_flagged : (n,)
    patients : whose image each is
    resamples, seed : of the bootstrap

    Returns
    -------
    intervals by name. `ece` is the expected calibration error over `CALIBRATION_BINS` bins of the
    probability of pneumonia (Naeini et al., AAAI 2015), `brier` the mean squared error of it
    (Brier 1950).
    """
    return {
        name: interval_of(
            lambda weights, name=name: _FORMULAS[name](  # type: ignore[misc]  # bound per turn
                probability, is_pneumonia, is_flagged, weights
            ),
            patients,
            resamples=resamples,
            seed=seed,
        )
        for name in FIGURES
    }


def interval_of(figure: Figure, patients: Sequence[str], *, resamples: int, seed: int) -> Interval:
    """Compute one figure with its 95 % percentile interval by patient.

    Parameters
    ----------
    figure : from weights ``(k, n)`` to values ``(k,)``; nan where it is not defined
    patients : whose image each of the n is
    resamples, seed : of the bootstrap; equal seeds give every figure the same resamples
    """
    value = float(figure(np.ones((1, len(patients))))[0])
    if math.isnan(value):
        return Interval(None, None, None)
    generator = np.random.default_rng(seed)
    rows = max(1, _ROWS_AT_ONCE // len(patients))
    values = np.concatenate(
        [
            figure(bootstrap_weights(patients, min(rows, resamples - start), generator))
            for start in range(0, resamples, rows)
        ]
    )
    values = values[~np.isnan(values)]
    if not len(values):
        return Interval(value, None, None)
    low, high = np.percentile(values, [2.5, 97.5])
    return Interval(value, float(low), float(high))


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _auc(
    probability: NDArray[np.float64], is_pneumonia: NDArray[np.bool_], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    order = np.argsort(probability, kind="stable")
    sorted_scores = probability[order]
    ties = np.flatnonzero(np.r_[True, sorted_scores[1:] != sorted_scores[:-1]])
    ill = np.add.reduceat(weights[:, order] * is_pneumonia[order], ties, axis=1)
    well = np.add.reduceat(weights[:, order] * ~is_pneumonia[order], ties, axis=1)
    below = np.cumsum(well, axis=1) - 0.5 * well
    return _ratio(np.sum(ill * below, axis=1), ill.sum(axis=1) * well.sum(axis=1))


def _share(
    counted: NDArray[np.bool_], among: NDArray[np.bool_], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    return _ratio(weights @ (counted & among), weights @ among.astype(np.float64))


def _f1(
    is_pneumonia: NDArray[np.bool_], is_flagged: NDArray[np.bool_], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    hits = weights @ (is_flagged & is_pneumonia)
    return _ratio(2 * hits, weights @ is_flagged + weights @ is_pneumonia)


def _calibration_error(
    probability: NDArray[np.float64], is_pneumonia: NDArray[np.bool_], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    bins = np.minimum((probability * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    in_bin = bins[:, np.newaxis] == np.arange(CALIBRATION_BINS)
    gaps = weights @ (in_bin * (probability - is_pneumonia)[:, np.newaxis])
    return _ratio(np.abs(gaps).sum(axis=1), weights.sum(axis=1))


_FORMULAS: Final = {
    "auc": lambda p, y, f, w: _auc(p, y, w),
    "accuracy": lambda p, y, f, w: _share(f == y, np.ones_like(y), w),
    "sensitivity": lambda p, y, f, w: _share(f, y, w),
    "specificity": lambda p, y, f, w: _share(~f, ~y, w),
    "precision": lambda p, y, f, w: _share(y, f, w),
    "f1": lambda p, y, f, w: _f1(y, f, w),
    "ece": lambda p, y, f, w: _calibration_error(p, y, w),
    "brier": lambda p, y, f, w: _ratio(w @ (p - y) ** 2, w.sum(axis=1)),
}
