"""From validation scores to thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "ChosenPoint",
    "choose_balanced",
    "choose_for_sensitivities",
    "choose_high_sensitivity",
    "choose_operating_points",
]

_PLATEAU: Final = 0.005
"""Balanced accuracy that a threshold may lose against the best and still count as good as it."""

_WANTED_SENSITIVITY: Final = 0.98
_STATED_SENSITIVITIES: Final = (0.98, 0.95, 0.99)
_SMALLEST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class ChosenPoint:
    """A threshold with the rule that gave it.

    Attributes
    ----------
    name : as it will stand in the card
    threshold : an image at or above it is flagged
    rule : in words
    population : whose probability it stands on; None where the network has one head for all
    """

    name: str
    threshold: float
    rule: str
    population: str | None = None


def choose_operating_points(
    probability: NDArray[np.float64], is_pneumonia: NDArray[np.bool_]
) -> tuple[ChosenPoint, ...]:
    """Choose the thresholds of a model on its validation scores; the first is the default.

    Parameters
    ----------
    probability : (n,) of the validation part
    is_pneumonia : (n,), both kinds present
    """
    balanced = choose_balanced(probability, is_pneumonia)
    sensitive = choose_high_sensitivity(probability, is_pneumonia, _WANTED_SENSITIVITY)
    return (
        ChosenPoint(
            "balanced",
            balanced,
            "highest mean of sensitivity and specificity on the validation part; of all thresholds "
            f"round it that lose at most {_PLATEAU:.1%} of it, the middle on the logit scale",
        ),
        ChosenPoint(
            "high_sensitivity",
            min(sensitive, balanced),
            f"highest threshold with a sensitivity of at least {_WANTED_SENSITIVITY:.0%} on the "
            "validation part, and not above the balanced one",
        ),
    )


def choose_for_sensitivities(
    views: Sequence[NDArray[np.float64]],
    is_pneumonia: NDArray[np.bool_],
    images: str = "the validation part",
) -> tuple[ChosenPoint, ...]:
    """Choose a threshold for each of several stated sensitivities; the first is the default.

    The highest threshold with that sensitivity is the one with the fewest false alarms. It is asked
    for over several views of each image, so that it does not hang on one look.

    Parameters
    ----------
    views : of equal length (n,), probabilities of the images as they are and altered
    is_pneumonia : (n,), both kinds present
    images : whose they are, for the rule in words
    """
    probability = np.concatenate(list(views))
    labels = np.tile(is_pneumonia, len(views))
    return tuple(
        ChosenPoint(
            f"sensitivity_{100 * wanted:g}",
            choose_high_sensitivity(probability, labels, wanted),
            f"highest threshold with a mean sensitivity of at least {wanted:.0%} over "
            f"{images} as it is and mildly altered",
        )
        for wanted in _STATED_SENSITIVITIES
    )


def choose_balanced(probability: NDArray[np.float64], is_pneumonia: NDArray[np.bool_]) -> float:
    """Give the middle of the plateau round the highest balanced accuracy.

    The best threshold of a few hundred images hangs on single images; the middle of all that are
    nearly as good lies farther from every one of them.
    """
    scores = np.unique(probability)
    # flagging from scores[i] upwards; between scores[i - 1] and scores[i] nothing changes
    sensitivity = np.array([np.mean(probability[is_pneumonia] >= score) for score in scores])
    specificity = np.array([np.mean(probability[~is_pneumonia] < score) for score in scores])
    balanced = (sensitivity + specificity) / 2
    best = int(np.argmax(balanced))
    good = balanced >= balanced[best] - _PLATEAU
    first = last = best
    while first > 0 and good[first - 1]:
        first -= 1
    while last + 1 < len(scores) and good[last + 1]:
        last += 1
    return _between(scores[first - 1] if first else 0.0, scores[last])


def choose_high_sensitivity(
    probability: NDArray[np.float64], is_pneumonia: NDArray[np.bool_], wanted: float
) -> float:
    """Give the highest threshold that flags at least the share `wanted` of the pneumonias.

    Raises
    ------
    ValueError
        where `wanted` is no share above 0
    """
    if not 0 < wanted <= 1:
        raise ValueError(f"expected a share above 0 and at most 1, received {wanted}")
    ill = np.sort(probability[is_pneumonia])
    # the small number keeps 0.98 of 50 from becoming 49.00000000000001
    missed = int(np.floor((1 - wanted) * len(ill) + 1e-9))
    lowest_flagged = ill[missed]
    lower = probability[probability < lowest_flagged]
    return _between(lower.max(initial=0.0), lowest_flagged)


def _between(low: float, high: float) -> float:
    """Middle of two probabilities on the logit scale."""
    ends = np.clip([low, high], _SMALLEST, 1 - _SMALLEST)
    middle = float(np.mean(np.log(ends / (1 - ends))))
    return float(1 / (1 + np.exp(-middle)))
