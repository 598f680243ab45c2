"""Areas under the ROC curve of two models on the same images, compared without resampling."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["AreaComparison", "compare_areas"]

_Z: Final = 1.959964
"""Of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class AreaComparison:
    """Two areas and their difference.

    Attributes
    ----------
    first, second : areas
    difference : second less first
    low, high : 95 % interval of the difference
    standard_error : of the difference
    p_value : two-sided, of no difference
    """

    first: float
    second: float
    difference: float
    low: float
    high: float
    standard_error: float
    p_value: float


def compare_areas(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    is_pneumonia: NDArray[np.bool_],
    patients: Sequence[str],
) -> AreaComparison:
    """Compare two models by their scores of the same images.

    Parameters
    ----------
    first, second : (n,) scores; only their order counts
    is_pneumonia : (n,), both kinds present
    patients : whose image each is; images of one patient count as depending on each other

    Raises
    ------
    ValueError
        where the lengths differ, a label is missing or there are fewer than two patients

    Notes
    -----
    DeLong, DeLong and Clarke-Pearson, Biometrics 1988, with the sums of the structural components
    taken by patient as in Obuchowski, Biometrics 1997. With one image for each patient the two are
    the same, but for Obuchowski's term between the labels, which is then 0.
    """
    if not len(first) == len(second) == len(is_pneumonia) == len(patients):
        raise ValueError(
            f"expected as many scores, labels and patients, received {len(first)}, {len(second)}, "
            f"{len(is_pneumonia)} and {len(patients)}"
        )
    ill, well = int(np.sum(is_pneumonia)), int(np.sum(~is_pneumonia))
    groups, group_of = np.unique(np.asarray(patients), return_inverse=True)
    if not ill or not well or len(groups) < 2:
        raise ValueError(
            f"expected both labels and two patients, received {ill} images with pneumonia, "
            f"{well} without, of {len(groups)} patients"
        )
    components = np.array([_components(scores, is_pneumonia) for scores in (first, second)])
    areas = components[:, is_pneumonia].mean(axis=1)
    change = components[1] - components[0]
    change -= np.where(is_pneumonia, change[is_pneumonia].mean(), change[~is_pneumonia].mean())

    def by_patient(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        sums = np.zeros(len(groups))
        np.add.at(sums, group_of[chosen], change[chosen])
        return sums

    sums_ill, sums_well = by_patient(is_pneumonia), by_patient(~is_pneumonia)
    variance = (
        _spread(sums_ill, len(set(group_of[is_pneumonia]))) / ill**2
        + _spread(sums_well, len(set(group_of[~is_pneumonia]))) / well**2
        + 2 * len(groups) / (len(groups) - 1) * float(sums_ill @ sums_well) / (ill * well)
    )
    error = math.sqrt(max(variance, 0.0))
    difference = float(areas[1] - areas[0])
    if error > 0:
        p_value = math.erfc(abs(difference) / error / math.sqrt(2))
    else:
        p_value = 1.0 if difference == 0 else 0.0
    return AreaComparison(
        first=float(areas[0]),
        second=float(areas[1]),
        difference=difference,
        low=difference - _Z * error,
        high=difference + _Z * error,
        standard_error=error,
        p_value=p_value,
    )


def _components(
    scores: NDArray[np.float64], is_pneumonia: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Give each image the share of the other label's images that it is on the right side of."""
    ill, well = np.sort(scores[is_pneumonia]), np.sort(scores[~is_pneumonia])

    def below(sorted_scores: NDArray[np.float64]) -> NDArray[np.float64]:
        left = np.searchsorted(sorted_scores, scores, "left")
        right = np.searchsorted(sorted_scores, scores, "right")
        share: NDArray[np.float64] = (left + right) / 2 / len(sorted_scores)
        return share

    return np.where(is_pneumonia, below(well), 1 - below(ill))


def _spread(sums: NDArray[np.float64], groups: int) -> float:
    """Sum of squares, corrected for the mean that was taken off."""
    return float(sums @ sums) * groups / max(1, groups - 1)
