"""Parts of the labelled images by what is known of them: disease, size, age, sex, view."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.evaluation.scoring import ScoredCase

__all__ = ["FEWEST_IMAGES", "find_subgroups"]

FEWEST_IMAGES: Final = 10
"""Of each label that a subgroup has; of fewer an interval says nothing."""

_KIND = re.compile(r"person\d+_(bacteria|virus)_", re.IGNORECASE)
_KINDS: Final = {"bacteria": "bacterial", "virus": "viral"}
_SERIES = re.compile(r"(NORMAL2-)?IM-(\d+)-", re.IGNORECASE)

_AGE_EDGES: Final = (0, 1, 6, 18, 40, 65, 200)
_AGE_NAMES: Final = ("0", "1-5", "6-17", "18-39", "40-64", "65+")


def find_subgroups(scored: Sequence[ScoredCase]) -> dict[str, NDArray[np.bool_]]:
    """Divide scored images.

    Parameters
    ----------
    scored : of one data set

    Returns
    -------
    masks ``(n,)`` by name, such as ``sex=F``; only divisions of which two or more parts remain. A
    part that is a kind of one label (``pneumonia=viral``, ``normal_number=lowest_quarter``) is
    joined by all images of the other label, so that an area under the curve is defined for it.

    Notes
    -----
    Kind of pneumonia and number are in the file names of Kermany's data set. Its numbers rise with
    time; the images that are published apart as a test have the lower ones.
    """
    masks: dict[str, NDArray[np.bool_]] = {}
    ill = np.array([item.case.is_pneumonia for item in scored])
    masks |= _divide("pneumonia", [_kind(item) for item in scored], ill, joined=~ill)
    masks |= _divide("normal_number", _quarters(scored), ill, joined=ill)
    masks |= _divide("pixels", _sizes(scored), ill)
    masks |= _divide("aspect", _aspects(scored), ill)
    masks |= _divide("sex", [item.case.sex.upper() for item in scored], ill)
    masks |= _divide("view", [item.case.view.upper() for item in scored], ill)
    masks |= _divide("age", [_age(item.case.age_years) for item in scored], ill)
    return masks


def _divide(
    division: str,
    values: Sequence[str],
    ill: NDArray[np.bool_],
    joined: NDArray[np.bool_] | None = None,
) -> dict[str, NDArray[np.bool_]]:
    array = np.array(values)
    masks = {}
    for value in sorted({value for value in values if value}):
        mask = array == value
        if joined is not None:
            mask = mask | joined
        if min(np.sum(mask & ill), np.sum(mask & ~ill)) >= FEWEST_IMAGES:
            masks[f"{division}={value}"] = mask
    return masks if len(masks) > 1 else {}


def _kind(item: ScoredCase) -> str:
    match = _KIND.match(item.case.path.stem)
    return _KINDS[match[1].casefold()] if match and item.case.is_pneumonia else ""


def _quarters(scored: Sequence[ScoredCase]) -> list[str]:
    """Give the quarter of its series' numbers for each image without pneumonia."""
    numbers: dict[str, list[int]] = defaultdict(list)
    found = [
        None if item.case.is_pneumonia else _SERIES.match(item.case.path.stem) for item in scored
    ]
    for match in found:
        if match:
            numbers[match[1] or ""].append(int(match[2]))
    names = ("lowest_quarter", "second_quarter", "third_quarter", "highest_quarter")
    edges = {series: np.quantile(of, (0.25, 0.5, 0.75)) for series, of in numbers.items()}
    return [
        names[int(np.searchsorted(edges[match[1] or ""], int(match[2])))] if match else ""
        for match in found
    ]


def _sizes(scored: Sequence[ScoredCase]) -> list[str]:
    pixels = [item.image_shape[0] * item.image_shape[1] for item in scored]
    middle = float(np.median(pixels))
    return ["fewer_than_median" if count < middle else "median_or_more" for count in pixels]


def _aspects(scored: Sequence[ScoredCase]) -> list[str]:
    aspects = [item.image_shape[1] / item.image_shape[0] for item in scored]
    middle = float(np.median(aspects))
    return ["narrower_than_median" if aspect < middle else "median_or_wider" for aspect in aspects]


def _age(years: float | None) -> str:
    if years is None:
        return ""
    return _AGE_NAMES[int(np.searchsorted(_AGE_EDGES, years, "right")) - 1]
