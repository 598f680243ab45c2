"""A gate from features of chest images and of others, and its limits from chest images unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from sklearn.linear_model import LogisticRegression

from training.gate.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Blocks = Sequence[NDArray[np.float32]]

__all__ = ["fit_gate", "set_limits"]

_COMPONENTS: Final = 48
"""Of each block."""

_SHRINKAGE: Final = 0.1
"""Share of the mean variance in the covariance: directions of little variance count less."""

_REGULARISATION: Final = 0.01
_WEIGHT: Final = 2000.0
"""Sum of the weights of either side in the logistic regression."""

_FURTHER: Final = 0.1
"""Weight of further chest images against those of the populations."""

_SLACK: Final = 0.15
"""By which both limits are moved out, of the way from a typical chest image: the few images that
set them are no measure of how far out the next hospital's lie."""

_SMALLEST_SCALE: Final = 0.1
"""Of a feature, against the median of its block: one that is always 0 would else divide by 0."""


def fit_gate(
    chests: Mapping[str, Blocks], others: Mapping[str, Blocks], further: Blocks | None = None
) -> Gate:
    """Fit projection, density and logistic regression; the limits come from `set_limits`.

    Parameters
    ----------
    chests : features of chest images by population; each population weighs the same
    others : features of what is none, by kind; each kind weighs the same
    further : features of chest images of another source, as of projections through CT; they have a
        center of their own and a small weight, so that a source is not taken for a view
    """
    means, scales, projection = _project(chests, others)
    known = [_components(blocks, means, scales, projection) for blocks in chests.values()]
    foreign = [_components(blocks, means, scales, projection) for blocks in others.values()]
    centers = np.stack([z.mean(axis=0) for z in known])
    spread = np.mean([np.cov(z.T) for z in known], axis=0)
    spread = (1 - _SHRINKAGE) * spread + _SHRINKAGE * np.trace(spread) / len(spread) * np.eye(
        len(spread)
    )
    apart = []
    if further is not None:
        apart = [_components(further, means, scales, projection)]
        centers = np.concatenate([centers, apart[0].mean(axis=0, keepdims=True)])
    linear, square, intercept = _regress(known, apart, foreign)
    return Gate(
        means=means.astype(np.float32),
        scales=scales.astype(np.float32),
        projection=projection.astype(np.float32),
        centers=centers.astype(np.float32),
        whitening=np.linalg.cholesky(np.linalg.inv(spread)).astype(np.float32),
        linear=linear.astype(np.float32),
        square=square.astype(np.float32),
        intercept=intercept,
    )


def set_limits(gate: Gate, unseen: Mapping[str, Blocks], lost: float) -> Gate:
    """Set both limits so that a share of unseen chest images is lost at most.

    Parameters
    ----------
    gate : from `fit_gate`
    unseen : features of chest images that it was not fitted on, by population; the population that
        suffers most decides
    lost : share that may fall to both limits together, half to each, before they are moved out
    """
    free = replace(gate, distance_limit=0.0, distance_unit=1.0, logit_limit=0.0, logit_unit=1.0)
    margins = [free.measure(blocks) for blocks in unseen.values()]
    distance = [np.quantile(-item.distance, [0.5, 1 - lost / 2]) for item in margins]
    logit = [np.quantile(item.logit, [lost / 2, 0.5]) for item in margins]
    near, far = min(middle for middle, _ in distance), max(high for _, high in distance)
    distance_limit = far + _SLACK * (far - near)
    low, typical = min(low for low, _ in logit), max(middle for _, middle in logit)
    logit_limit = low - _SLACK * (typical - low)
    # a typical chest image has a margin of 4 and so a likeness of 0.98
    return replace(
        gate,
        distance_limit=float(distance_limit),
        distance_unit=float(distance_limit - near) / 4,
        logit_limit=float(logit_limit),
        logit_unit=float(typical - logit_limit) / 4,
    )


def _project(
    chests: Mapping[str, Blocks], others: Mapping[str, Blocks]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Find each block's principal components, chests and others weighing the same."""
    means, scales, axes = [], [], []
    for block in range(len(next(iter(chests.values())))):
        known = np.concatenate([blocks[block] for blocks in chests.values()]).astype(np.float64)
        foreign = np.concatenate([blocks[block] for blocks in others.values()])
        mean, scale = known.mean(axis=0), known.std(axis=0)
        scale = np.maximum(scale, _SMALLEST_SCALE * np.median(scale) + 1e-6)
        covariance = sum(
            (z.T @ z) / len(z)
            for z in (np.clip((x - mean) / scale, -8, 8) for x in (known, foreign))
        )
        axis = np.linalg.eigh(covariance)[1][:, ::-1][:, :_COMPONENTS]
        means.append(mean)
        scales.append(scale)
        axes.append(axis)
    projection = np.zeros((sum(map(len, axes)), sum(axis.shape[1] for axis in axes)))
    row = column = 0
    for axis in axes:
        projection[row : row + axis.shape[0], column : column + axis.shape[1]] = axis
        row, column = row + axis.shape[0], column + axis.shape[1]
    return np.concatenate(means), np.concatenate(scales), projection


def _components(
    blocks: Blocks,
    means: NDArray[np.float64],
    scales: NDArray[np.float64],
    projection: NDArray[np.float64],
) -> NDArray[np.float64]:
    features = np.concatenate(blocks, axis=1)
    return np.asarray(np.clip((features - means) / scales, -8, 8) @ projection)


def _regress(
    known: Sequence[NDArray[np.float64]],
    apart: Sequence[NDArray[np.float64]],
    foreign: Sequence[NDArray[np.float64]],
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Fit chest against others on components and their squares, brought to one scale."""
    parts = [*known, *apart, *foreign]
    z = np.concatenate(parts)
    unit = np.concatenate(known).std(axis=0)
    inputs = np.concatenate([z / unit, np.square(z / unit) / 3], axis=1)
    is_chest = np.arange(len(z)) < sum(map(len, (*known, *apart)))
    weights = [
        np.full(len(part), weight / len(side) / len(part))
        for side, weight in ((known, _WEIGHT), (apart, _FURTHER * _WEIGHT), (foreign, _WEIGHT))
        for part in side
    ]
    fitted = LogisticRegression(C=_REGULARISATION, max_iter=400).fit(
        np.clip(inputs, -50, 50), is_chest, sample_weight=np.concatenate(weights)
    )
    linear, square = np.split(fitted.coef_[0], 2)
    return linear / unit, square / unit**2 / 3, float(fitted.intercept_[0])
