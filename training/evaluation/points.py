"""Which operating point each image is flagged at: one for each population of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from training.errors import TrainingError
from triage_app.inference.card import OperatingPoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.evaluation.scoring import ScoredCase
    from triage_app.inference.card import ModelCard

__all__ = ["OperatingPoints", "find_operating_points", "flag_cases", "group_by_population"]

OperatingPoints = Mapping[str, OperatingPoint]
"""By the population's name; by an empty one where the model has no populations."""


def find_operating_points(card: ModelCard, name: str | None) -> dict[str, OperatingPoint]:
    """Give an operating point of each population by its name.

    Parameters
    ----------
    card : of the model
    name : that each population has a point of; None for the first of each

    Raises
    ------
    TrainingError
        where one has no such point; names those that there are
    """
    if name is None:
        return {point.population or "": point for point in card.default_operating_points}
    found = {point.population or "": point for point in card.operating_points if point.name == name}
    missing = [population.name for population in card.populations if population.name not in found]
    if missing or not found:
        of_whom = f" for {missing[0]}" if missing else ""
        raise TrainingError(
            f"{card.title} has no operating point {name!r}{of_whom}; it has: "
            f"{', '.join(point.title for point in card.operating_points)}."
        )
    return {
        point.population or "": found[point.population or ""]
        for point in card.default_operating_points
    }


def flag_cases(scored: Sequence[ScoredCase], points: OperatingPoints) -> NDArray[np.bool_]:
    """Tell which images are flagged, each at the point of its population, ``(n,)``."""
    return np.array([item.probability >= points[item.population].threshold for item in scored])


def group_by_population(scored: Sequence[ScoredCase]) -> dict[str, list[ScoredCase]]:
    """Divide scored images by whose part of the model read them."""
    groups: dict[str, list[ScoredCase]] = {}
    for item in scored:
        groups.setdefault(item.population, []).append(item)
    return groups
