"""The one outcome that every instance ends with: scored, excluded or failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from triage_app.errors import FailureReason
from triage_app.imaging.eligibility import Exclusion, Notice

__all__ = ["Excluded", "Failed", "Outcome", "Scored", "Status"]


class Status(StrEnum):
    """The kind of an outcome, as it stands in a scan's rows."""

    SCORED = "scored"
    EXCLUDED = "excluded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Scored:
    """The model gave a probability.

    Attributes
    ----------
    probability : of pneumonia, 0 to 1
    is_flagged : the probability is at or above the operating point's threshold
    operating_point : its title in the model card, `OperatingPoint.title`
    heatmap : (h, w) float32, 0 to 1, the class activation map over the model's input; not compared
    notices : what a reader must know of this score, such as an age outside the training data
    population : whose part of the model read it, by its name in the card; empty where there is none
    """

    probability: float
    is_flagged: bool
    operating_point: str
    heatmap: NDArray[np.float32] = field(repr=False, compare=False)
    notices: tuple[Notice, ...] = ()
    population: str = ""

    @property
    def status(self) -> Status:
        """`Status.SCORED`."""
        return Status.SCORED


@dataclass(frozen=True, slots=True)
class Excluded:
    """Not a case for this model; `exclusion` says by which element."""

    exclusion: Exclusion

    @property
    def status(self) -> Status:
        """`Status.EXCLUDED`."""
        return Status.EXCLUDED


@dataclass(frozen=True, slots=True)
class Failed:
    """Should have been scored and was not.

    Attributes
    ----------
    reason : the kind of failure
    detail : one sentence for people: what is wrong with the file and what to do
    """

    reason: FailureReason
    detail: str

    @property
    def status(self) -> Status:
        """`Status.FAILED`."""
        return Status.FAILED


Outcome = Scored | Excluded | Failed
