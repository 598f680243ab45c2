"""From scores to probabilities: one slope and one intercept on the logit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["UNCALIBRATED", "Calibration", "fit_calibration", "to_logit"]

_SMALLEST: Final = 1e-7
_ROUNDS: Final = 100
_CLOSE: Final = 1e-9
_GENTLE: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Calibration:
    """``logit -> slope * logit + intercept``.

    Attributes
    ----------
    slope : above 0, so that the order of images stays
    intercept : added
    """

    slope: float = 1.0
    intercept: float = 0.0

    def apply(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrate probabilities."""
        return self.apply_to_logit(to_logit(probability))

    def apply_to_logit(self, logit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn logits into calibrated probabilities."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * logit + self.intercept))))


UNCALIBRATED: Final = Calibration()
"""Changes nothing."""


def to_logit(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn probabilities into logits; 0 and 1 into what single precision tells from them."""
    inside = np.clip(np.asarray(probability, np.float64), _SMALLEST, 1 - _SMALLEST)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def fit_calibration(
    probability: NDArray[np.float64], is_pneumonia: NDArray[np.bool_]
) -> Calibration:
    """Fit slope and intercept by maximum likelihood.

    Parameters
    ----------
    probability : (n,)
    is_pneumonia : (n,), both kinds present

    Raises
    ------
    ValueError
        where a label is missing, or the score does not rise with pneumonia, so that no slope above
        0 fits

    Notes
    -----
    Platt 1999, with his targets, which keep the slope finite where the labels are told apart
    without an error; solved by Newton's method with halved steps.
    """
    ill, well = int(np.sum(is_pneumonia)), int(np.sum(~is_pneumonia))
    if not ill or not well:
        raise ValueError(f"expected both labels, received {ill} with pneumonia and {well} without")
    logit = to_logit(probability)
    targets = np.where(is_pneumonia, (ill + 1) / (ill + 2), 1 / (well + 2))
    design = np.stack([logit, np.ones_like(logit)], axis=1)

    def loss(values: NDArray[np.float64]) -> float:
        linear = design @ values
        return float(np.sum(np.logaddexp(0, linear) - targets * linear))

    values = np.array([1.0, 0.0])
    for _ in range(_ROUNDS):
        expected = 1 / (1 + np.exp(-(design @ values)))
        gradient = design.T @ (expected - targets)
        curvature = (design * (expected * (1 - expected))[:, np.newaxis]).T @ design
        move = np.linalg.solve(curvature + _GENTLE * np.eye(2), gradient)
        share = 1.0
        while loss(values - share * move) > loss(values) and share > _CLOSE:
            share /= 2
        values = values - share * move
        if float(np.abs(share * move).max()) < _CLOSE:
            break
    if values[0] <= 0:
        raise ValueError("expected scores that rise with pneumonia, received scores that do not")
    return Calibration(float(values[0]), float(values[1]))
