"""The gate's arithmetic: from what is seen to one number, how like a frontal chest image it is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import keras
import numpy as np

from training.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["FIGURES_FILE", "GATE_FILE", "THRESHOLD", "Gate", "Margins"]

GATE_FILE: Final = "gate.npz"
FIGURES_FILE: Final = "gate.json"
"""In the folder of a run."""

THRESHOLD: Final = 0.5
"""Likeness at and above which an image is read: both margins are 0 there."""

_ENOUGH: Final = 60.0
"""Margin beyond which the likeness is 0 or 1; its exponential still is a float32."""

_FARTHEST: Final = 8.0
"""Standard deviations beyond which a feature is not followed."""


@dataclass(frozen=True, slots=True)
class Margins:
    """How far images lie inside either limit; negative outside.

    Attributes
    ----------
    distance : (n,) of the squared distance to the nearer population of chests
    logit : (n,) of chest against all else
    """

    distance: NDArray[np.float32]
    logit: NDArray[np.float32]

    @property
    def likeness(self) -> NDArray[np.float32]:
        """(n,) 0 to 1; the worse of both margins decides."""
        worse = np.clip(np.minimum(self.distance, self.logit), -_ENOUGH, _ENOUGH)
        return np.asarray(1 / (1 + np.exp(-worse)), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Gate:
    """Two tests on a projection of what is seen; an image must pass both.

    The first is the Mahalanobis distance to the nearer population of chest images (Lee et al., A
    simple unified framework for detecting out-of-distribution samples, NeurIPS 2018), which refuses
    what is like nothing known; the second a quadratic logistic regression of chest images against
    known others, which draws the border where the others are near.

    Attributes
    ----------
    means, scales : (d,) of each feature over chest images
    projection : (d, m) onto principal components, within each block
    centers : (populations, m) means of the chest images' components
    whitening : (m, m), so that the squared length of ``(z - center) whitening`` is the distance
    linear, square : (m,) of the logistic regression, on the components and their squares
    intercept : of it
    distance_limit, distance_unit : largest distance of what is read, and what counts as 1 of margin
    logit_limit, logit_unit : likewise the smallest logit
    """

    means: NDArray[np.float32]
    scales: NDArray[np.float32]
    projection: NDArray[np.float32]
    centers: NDArray[np.float32]
    whitening: NDArray[np.float32]
    linear: NDArray[np.float32]
    square: NDArray[np.float32]
    intercept: float
    distance_limit: float = 0.0
    distance_unit: float = 1.0
    logit_limit: float = 0.0
    logit_unit: float = 1.0

    def measure(self, blocks: Sequence[NDArray[np.float32]]) -> Margins:
        """Give both margins of images, from `training.gate.sight.see`."""
        distance, logit = self._tests(np.concatenate(blocks, axis=1))
        return Margins(np.asarray(distance, np.float32), np.asarray(logit, np.float32))

    def draw(self, blocks: Sequence[Any]) -> Any:
        """Give the likeness ``(n,)`` inside a graph, from tensors ``(n, k)``."""
        distance, logit = self._tests(keras.ops.concatenate(blocks, axis=1))
        return keras.ops.sigmoid(keras.ops.minimum(distance, logit))

    def _tests(self, features: Any) -> tuple[Any, Any]:
        """Compute both margins; numpy and tensors take the same operations."""
        ops: Any = np if isinstance(features, np.ndarray) else keras.ops
        z = ops.clip((features - self.means) / self.scales, -_FARTHEST, _FARTHEST)
        z = ops.matmul(z, self.projection)
        distances = [
            ops.sum(ops.square(ops.matmul(z - center, self.whitening)), axis=1)
            for center in self.centers
        ]
        nearest = distances[0]
        for distance in distances[1:]:
            nearest = ops.minimum(nearest, distance)
        logit = ops.sum(z * self.linear + ops.square(z) * self.square, axis=1) + self.intercept
        return (
            (self.distance_limit - nearest) / self.distance_unit,
            (logit - self.logit_limit) / self.logit_unit,
        )

    def write(self, path: Path) -> None:
        """Write all numbers as ``.npz``."""
        values: dict[str, Any] = {
            field.name: np.asarray(getattr(self, field.name)) for field in fields(self)
        }
        np.savez(path, **values)

    @classmethod
    def read(cls, path: Path) -> Gate:
        """Read what `write` wrote.

        Raises
        ------
        RunError
            where the file is damaged or of another version
        """
        try:
            with np.load(path, allow_pickle=False) as kept:
                values: dict[str, Any] = {
                    name: kept[name] if kept[name].ndim else float(kept[name])
                    for name in (field.name for field in fields(cls))
                }
        except (OSError, ValueError, KeyError) as error:
            raise RunError(
                f"{path}: cannot be read as a gate ({error}); fit it anew with 'triage-train gate'."
            ) from error
        return cls(**values)
