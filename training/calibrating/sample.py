"""How many patients a wanted interval needs, and patients divided into folds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from training.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.data.case import Case

__all__ = ["FOLDS", "assign_folds", "patients_needed", "refuse_too_few"]

FOLDS: Final = 5

_Z: Final = 1.959964
_SPECIFICITY: Final = 0.10
"""Half the width that the specificity's interval may have where the specificity is worst, 0.5."""


def patients_needed(share: float, half_width: float) -> int:
    """Fewest patients with which the 95 % interval of a share is as narrow as wanted.

    Parameters
    ----------
    share : expected, 0 to 1
    half_width : of the interval

    Notes
    -----
    The normal approximation ``z^2 p (1 - p) / w^2``, and at least so many that ten are expected on
    the rarer side would be asked too much of a site; so one is.
    """
    rarer = min(share, 1 - share)
    return max(
        math.ceil(_Z**2 * share * (1 - share) / half_width**2 - 1e-9), math.ceil(1 / rarer - 1e-9)
    )


def refuse_too_few(
    cases: Sequence[Case], sensitivity: float, precision: float, population: str = ""
) -> None:
    """Refuse cases of fewer patients than the intervals need.

    Parameters
    ----------
    cases : of one population, where the model has some
    sensitivity : that the operating point shall have
    precision : half the width that its interval may have
    population : by its name; empty where the model has none

    Raises
    ------
    ManifestError
        says how many there are and how many are needed, for each label
    """
    ill = {case.patient for case in cases if case.is_pneumonia}
    well = {case.patient for case in cases} - ill
    needed = patients_needed(sensitivity, precision), patients_needed(0.5, _SPECIFICITY)
    if len(ill) < needed[0] or len(well) < needed[1]:
        raise ManifestError(
            f"there are images of {len(ill)} patients with pneumonia and of {len(well)} without"
            f"{f' that are read as {population}' if population else ''}; "
            f"a sensitivity of {sensitivity:.0%} within {precision:.0%} needs {needed[0]} with, "
            f"and a specificity within {_SPECIFICITY:.0%} needs {needed[1]} without. Add images "
            "of other patients, or ask for a wider interval with --precision"
            f"{', or leave this population out' if population else ''}. Nothing was written."
        )


def assign_folds(cases: Sequence[Case], seed: int) -> NDArray[np.int64]:
    """Give each case one of `FOLDS` folds, all images of a patient the same, by label in turn."""
    ill = {case.patient for case in cases if case.is_pneumonia}
    generator = np.random.default_rng(seed)
    fold_of: dict[str, int] = {}
    for group in (sorted(ill), sorted({case.patient for case in cases} - ill)):
        for rank, index in enumerate(generator.permutation(len(group))):
            fold_of[group[index]] = rank % FOLDS
    return np.array([fold_of[case.patient] for case in cases])
