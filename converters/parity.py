"""Proof that the exported graph answers as the trained network does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from training.data.images import read_grey
from training.errors import ExportError
from training.evaluation.scoring import score_cases
from training.fitting.optimisation import predict_probability
from triage_app.imaging.preprocessing import to_model_input

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras
    from numpy.typing import NDArray

    from training.data.case import Case
    from training.evaluation.calibration import Calibration
    from triage_app.inference.session import Model

__all__ = ["BATCH_SIZES", "IMAGES", "LARGEST_DIFFERENCE", "Parity", "prove_parity"]

IMAGES: Final = 64
"""Fewest images that are compared; fewer only where a run has fewer in all."""

BATCH_SIZES: Final = (1, 32)
LARGEST_DIFFERENCE: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Parity:
    """How near the graph came.

    Attributes
    ----------
    images : compared at each of `BATCH_SIZES`
    largest_difference : of the probability
    """

    images: int
    largest_difference: float


def prove_parity(
    network: keras.Model,
    model: Model,
    cases: Sequence[Case],
    calibrations: Sequence[Calibration],
) -> Parity:
    """Compare Keras with ONNX Runtime on real images.

    Parameters
    ----------
    network : trained
    model : the exported graph, loaded as the application loads it
    cases : images to compare on
    calibrations : that stand in the graph, one for each population of the card, or the only one

    Raises
    ------
    ExportError
        where an image cannot be read, a probability differs by more than `LARGEST_DIFFERENCE`, or
        an image is flagged by one and not by the other, at any operating point
    """
    spec = model.card.preprocessing
    images = np.stack([to_model_input(read_grey(case.path), spec) for case in cases])
    names: list[str | None] = [population.name for population in model.card.populations]
    largest = max(
        _compare_head(model, cases, name, predict_probability(network, images, calibration, head))
        for head, (name, calibration) in enumerate(zip(names or [None], calibrations, strict=True))
    )
    return Parity(len(cases), largest)


def _compare_head(
    model: Model, cases: Sequence[Case], population: str | None, expected: NDArray[np.float64]
) -> float:
    """Compare all images as one population reads them; give the largest difference."""
    largest = 0.0
    for batch_size in BATCH_SIZES:
        scored, unreadable = score_cases(model, cases, batch_size=batch_size, population=population)
        if unreadable:
            raise ExportError(f"{unreadable[0].reason} Nothing was written.")
        found = np.array([item.probability for item in scored])
        difference = float(np.max(np.abs(found - expected)))
        if not difference <= LARGEST_DIFFERENCE:
            raise ExportError(
                f"the exported graph differs from the network by {difference:.2g} in probability "
                f"at batches of {batch_size}; at most {LARGEST_DIFFERENCE:g} is allowed. "
                "Nothing was written."
            )
        for point in model.card.points_of(population):
            changed = int(np.sum((found >= point.threshold) != (expected >= point.threshold)))
            if changed:
                raise ExportError(
                    f"{changed} of {len(cases)} images are flagged by the network or the exported "
                    f"graph alone at the operating point {point.title}, in batches of "
                    f"{batch_size}. Nothing was written."
                )
        largest = max(largest, difference)
    return largest
