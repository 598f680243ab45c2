"""Labelled images through the reading side's own path: read, render, resize, predict."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from training.data.images import read_grey
from training.errors import TrainingError
from triage_app.errors import InstanceError
from triage_app.imaging.chest_field import ChestField, find_chest_field
from triage_app.imaging.preprocessing import PreprocessingSpec, to_model_input
from triage_app.inference.heatmap import share_outside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from training.data.case import Case
    from training.evaluation.alterations import Alteration
    from triage_app.inference.card import ModelCard, Population
    from triage_app.inference.session import Model

__all__ = ["ScoredCase", "UnreadableCase", "find_population", "score_cases"]


@dataclass(frozen=True, slots=True)
class ScoredCase:
    """A case with the model's answer.

    Attributes
    ----------
    case : which
    probability : 0 to 1
    heatmap : (h, w) float32, 0 to 1
    image_shape : (rows, columns) of the image in its file
    population : whose part of the model read it; empty where the model has none
    heat_outside : share of the heat outside the chest; None where no chest was found, there is no
        heat, or the image was altered
    likeness : to a frontal chest image, of the gate; None where the model has none
    """

    case: Case
    probability: float
    heatmap: NDArray[np.float32] = field(repr=False)
    image_shape: tuple[int, int]
    population: str = ""
    heat_outside: float | None = None
    likeness: float | None = None


@dataclass(frozen=True, slots=True)
class UnreadableCase:
    """A case without an answer, and why."""

    case: Case
    reason: str


@dataclass(frozen=True, slots=True)
class _Prepared:
    case: Case
    image: NDArray[np.float32]
    image_shape: tuple[int, int]
    chest: ChestField | None


def score_cases(
    model: Model,
    cases: Sequence[Case],
    *,
    batch_size: int = 32,
    progress: Callable[[int], None] | None = None,
    alteration: Alteration | None = None,
    population: str | None = None,
) -> tuple[tuple[ScoredCase, ...], tuple[UnreadableCase, ...]]:
    """Score cases with a verified model.

    Parameters
    ----------
    model : from `triage_app.inference.load_model`
    cases : in any number; only `batch_size` images are held at a time
    batch_size : images in one pass
    progress : told how many cases are done
    alteration : of the display grey, see `training.evaluation.alterations`; None takes it as it is
    population : name of the one that all images are read with, whatever their age; None reads each
        as its age says, as the application does

    Returns
    -------
    scored and unreadable cases, each in the order of `cases`

    Raises
    ------
    ScoringError
        where the model cannot be run
    TrainingError
        where the card has no such population
    """
    scored: list[ScoredCase] = []
    unreadable: list[UnreadableCase] = []
    spec = model.card.preprocessing
    forced = find_population(model.card, population)
    with ThreadPoolExecutor() as pool:
        for chunk in _in_chunks(cases, batch_size):
            answers = list(pool.map(lambda case: _prepare(case, spec, alteration), chunk))
            unreadable += [answer for answer in answers if isinstance(answer, UnreadableCase)]
            ready = [answer for answer in answers if isinstance(answer, _Prepared)]
            if ready:
                scored += _predict(model, ready, forced)
            if progress is not None:
                progress(len(chunk))
    return tuple(scored), tuple(unreadable)


def find_population(card: ModelCard, name: str | None) -> Population | None:
    """Give a population of a card by its name; None for None.

    Raises
    ------
    TrainingError
        names those that there are
    """
    if name is None:
        return None
    for population in card.populations:
        if population.name == name:
            return population
    known = ", ".join(population.name for population in card.populations) or "none"
    raise TrainingError(f"{card.title} has no population {name!r}; it has: {known}.")


def _predict(model: Model, ready: list[_Prepared], forced: Population | None) -> list[ScoredCase]:
    card = model.card
    prediction = model.predict(np.stack([item.image for item in ready]))
    by_population = [prediction.of_population(index) for index in range(len(card.populations) or 1)]
    likeness = prediction.in_distribution
    scored = []
    for number, item in enumerate(ready):
        population = forced or card.population_for(item.case.age_years)
        said = by_population[card.index_of(population)]
        scored.append(
            ScoredCase(
                item.case,
                float(said.probability[number]),
                said.heatmap[number],
                item.image_shape,
                population.name if population else "",
                _heat_outside(said.heatmap[number], item.chest, card),
                None if likeness is None else float(likeness[number]),
            )
        )
    return scored


def _heat_outside(
    heatmap: NDArray[np.float32], chest: ChestField | None, card: ModelCard
) -> float | None:
    if chest is None or not heatmap.any():
        return None
    return share_outside(heatmap, chest, card.preprocessing, card.heatmap_geometry)


def _in_chunks(cases: Sequence[Case], size: int) -> list[Sequence[Case]]:
    return [cases[start : start + size] for start in range(0, len(cases), size)]


def _prepare(
    case: Case, spec: PreprocessingSpec, alteration: Alteration | None
) -> _Prepared | UnreadableCase:
    try:
        grey = read_grey(case.path)
    except InstanceError as error:
        return UnreadableCase(case, str(error))
    except MemoryError:
        return UnreadableCase(case, f"{case.path}: not enough memory for this image.")
    rows, columns = grey.shape
    if alteration is not None:
        grey = alteration(grey)
    image = to_model_input(grey, spec)
    # an alteration is for the score: where its heat lies is not asked, and the search is slow
    chest = find_chest_field(image[..., 0]) if alteration is None else None
    return _Prepared(case, image, (rows, columns), chest)
