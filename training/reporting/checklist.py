"""What the items of a reporting checklist are answered with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from training.data.case import Part

if TYPE_CHECKING:
    from training.reporting.facts import ReportFacts

__all__ = ["Answer", "Item", "Standing", "done", "not_done", "partly"]


class Standing(StrEnum):
    """Whether an item is answered."""

    DONE = "answered"
    PARTLY = "in part"
    NOT_DONE = "not done"


@dataclass(frozen=True, slots=True)
class Answer:
    """How an item stands, and where or why."""

    standing: Standing
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a checklist.

    Attributes
    ----------
    number : in the checklist
    asks : what it asks, in our words
    answer : from the facts of a run
    """

    number: str
    asks: str
    answer: Callable[[ReportFacts], Answer]


def done(text: str) -> Answer:
    """Answer an item."""
    return Answer(Standing.DONE, text)


def partly(text: str) -> Answer:
    """Answer a part of an item."""
    return Answer(Standing.PARTLY, text)


def not_done(text: str) -> Answer:
    """Say that an item is not answered, and why."""
    return Answer(Standing.NOT_DONE, text)


def partition_text(facts: ReportFacts) -> str:
    """Say how images and patients are divided."""
    parts = []
    for part in Part:
        counts = facts.counts(part)
        parts.append(
            f"{part}: {counts['images']} images of {counts['patients']} patients, "
            f"{counts['pneumonia']} with pneumonia"
        )
    return "; ".join(parts)


def demographics_text(facts: ReportFacts) -> Answer:
    """Say what is known of the patients."""
    known = {
        "age": sum(case.age_years is not None for case in facts.cases),
        "sex": sum(bool(case.sex) for case in facts.cases),
        "view": sum(bool(case.view) for case in facts.cases),
    }
    if not any(known.values()):
        return not_done("The data state neither age, sex nor view of an image.")
    total = len(facts.cases)
    listed = ", ".join(f"{name} of {count} of {total} images" for name, count in known.items())
    return partly(f"Known: {listed}. See Subgroups.")


def calibration_text(facts: ReportFacts) -> str:
    """Say whether the graph holds a calibration."""
    is_calibrated = bool(facts.card.calibration) or any(
        population.calibration for population in facts.card.populations
    )
    return (
        "A calibration of the logit, fitted on the validation part, stands inside the graph."
        if is_calibrated
        else "The score is not calibrated."
    )


def comparison_text(facts: ReportFacts) -> str:
    """Say whether other models were compared."""
    if not facts.compared:
        return "No other model was compared in this report."
    names = ", ".join(one.evaluated.model for one in facts.compared)
    return f"Compared with {names} by DeLong's test, clustered by patient."


def elsewhere_text(facts: ReportFacts) -> Answer:
    """Say on which other images the model was measured."""
    if not facts.elsewhere:
        return not_done("This report holds no evaluation on images from elsewhere.")
    sizes = ", ".join(f"{one.metrics['n']} images" for one in facts.elsewhere)
    return done(f"See Other images ({sizes}).")
