"""All figures of scored images: as a whole, by population, by part, and altered."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from training.evaluation.alterations import ALTERATIONS
from training.evaluation.localisation import energy_in_boxes, points_into_boxes
from training.evaluation.metrics import (
    Confusion,
    Interval,
    count_confusion,
    figures_with_intervals,
    interval_of,
)
from training.evaluation.points import (
    flag_cases,
    group_by_population,
)
from training.evaluation.scoring import (
    ScoredCase,
    score_cases,
)
from training.evaluation.subgroups import find_subgroups
from training.progress import ProgressBars
from triage_app.inference.heatmap import place_heatmap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.data.case import Case
    from training.evaluation.points import OperatingPoints
    from triage_app.inference.card import ModelCard
    from triage_app.inference.session import Model

__all__ = [
    "Measured",
    "localise",
    "measure",
    "measure_altered",
    "measure_populations",
    "measure_subgroups",
    "probabilities_and_labels",
]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Measured:
    """What scores say of a model.

    Attributes
    ----------
    figures : with intervals, by the names of `training.evaluation.metrics.FIGURES`; and
        ``pointing_game`` and ``energy_in_box`` where boxes exist, and ``heat_outside_chest``, the
        mean share of heat outside the chest of what is flagged, where there is such
    confusion : counts at the threshold
    images, patients, boxed_images : how many there are
    """

    figures: dict[str, Interval]
    confusion: Confusion
    images: int
    patients: int
    boxed_images: int


def measure(
    scored: Sequence[ScoredCase],
    card: ModelCard,
    points: OperatingPoints,
    *,
    seed: int,
    resamples: int,
) -> Measured:
    """Compute all figures of scored cases, each flagged at the point of its population."""
    probability, is_pneumonia = probabilities_and_labels(scored)
    is_flagged = flag_cases(scored, points)
    patients = [item.case.patient for item in scored]
    figures = figures_with_intervals(
        probability, is_pneumonia, is_flagged, patients, resamples=resamples, seed=seed
    )
    boxed = [item for item in scored if item.case.boxes]
    of_bootstrap: dict[str, Any] = {"resamples": resamples, "seed": seed}
    if boxed:
        places = [localise(item, card) for item in boxed]
        for column, name in enumerate(("pointing_game", "energy_in_box")):
            figures[name] = _mean([place[column] for place in places], boxed, **of_bootstrap)
    outside = [
        (item.heat_outside, item)
        for item, flagged in zip(scored, is_flagged, strict=True)
        if flagged and item.heat_outside is not None
    ]
    if outside:
        shares, items = zip(*outside, strict=True)
        figures["heat_outside_chest"] = _mean(shares, items, **of_bootstrap)
    return Measured(
        figures=figures,
        confusion=count_confusion(is_flagged, is_pneumonia),
        images=len(scored),
        patients=len(set(patients)),
        boxed_images=len(boxed),
    )


def measure_populations(
    scored: Sequence[ScoredCase],
    card: ModelCard,
    points: OperatingPoints,
    *,
    seed: int,
    resamples: int,
) -> dict[str, Measured]:
    """Compute all figures for each population of which there are images of both labels."""
    measured = {}
    for name, group in group_by_population(scored).items():
        if len({item.case.is_pneumonia for item in group}) == 2:
            measured[name] = measure(group, card, points, seed=seed, resamples=resamples)
        else:
            _log.warning("%d images read as %s have one label only", len(group), name)
    return measured


def measure_subgroups(
    scored: Sequence[ScoredCase],
    card: ModelCard,
    points: OperatingPoints,
    *,
    seed: int,
    resamples: int,
) -> dict[str, Measured]:
    """Compute all figures for each part of `training.evaluation.subgroups.find_subgroups`."""
    return {
        name: measure(
            [item for item, is_in in zip(scored, mask, strict=True) if is_in],
            card,
            points,
            seed=seed,
            resamples=resamples,
        )
        for name, mask in find_subgroups(scored).items()
    }


def measure_altered(
    model: Model,
    cases: Sequence[Case],
    points: OperatingPoints,
    *,
    seed: int,
    resamples: int,
    population: str | None = None,
) -> dict[str, Measured]:
    """Score cases altered in each of the ways of `ALTERATIONS` and compute all figures.

    Images that cannot be read are left out.
    """
    measured = {}
    with ProgressBars() as bars:
        for name, alteration in ALTERATIONS.items():
            with bars.bar(f"scoring, {name}", len(cases)) as bar:
                scored, _ = score_cases(
                    model, cases, progress=bar, alteration=alteration, population=population
                )
            # a crop moves what was drawn, so that boxes no longer lie where they did
            scored = tuple(replace(item, case=replace(item.case, boxes=())) for item in scored)
            measured[name] = measure(scored, model.card, points, seed=seed, resamples=resamples)
    return measured


def probabilities_and_labels(
    scored: Sequence[ScoredCase],
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Give the probabilities ``(n,)`` in [0, 1], and ``(n,)`` whether the label is pneumonia."""
    return (
        np.array([item.probability for item in scored]),
        np.array([item.case.is_pneumonia for item in scored]),
    )


def _mean(
    values: Sequence[float], items: Sequence[ScoredCase], *, resamples: int, seed: int
) -> Interval:
    """Mean of a figure that each image has, with its interval by patient."""
    array = np.array(values)
    return interval_of(
        lambda weights: weights @ array / weights.sum(axis=1),
        [item.case.patient for item in items],
        resamples=resamples,
        seed=seed,
    )


def localise(item: ScoredCase, card: ModelCard) -> tuple[float, float]:
    """Tell of a boxed image whether its hottest point lies in a box, and its heat's share there."""
    placed = place_heatmap(
        item.heatmap, item.image_shape, card.preprocessing, card.heatmap_geometry
    )
    return (
        float(points_into_boxes(placed, item.case.boxes)),
        energy_in_boxes(placed, item.case.boxes),
    )
