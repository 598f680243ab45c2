"""One labelled image and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Box", "Case", "Label", "Part"]


class Label(StrEnum):
    """What the data set says an image shows."""

    NORMAL = "NORMAL"
    PNEUMONIA = "PNEUMONIA"


class Part(StrEnum):
    """What an image is used for."""

    TRAIN = "train"
    VALIDATION = "validation"
    HOLDOUT = "holdout"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that a reader drew round a finding.

    Attributes
    ----------
    x, y : left and upper edge, in pixels of the image as it stands in its file
    width, height : in the same pixels
    """

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled image.

    Attributes
    ----------
    path : where the image is read from
    name : the path as the user's folder or table states it; what tables of results show
    label : what the data set says
    patient : whose image it is; two images of one patient never stand in different parts
    patient_is_assumed : whether nothing named the patient, so that the image counts as its own
    age_years : at the time of the image; None where unknown
    sex, view : as the data set states them; empty where unknown
    boxes : drawn round findings; empty where none were drawn
    part : what a split uses it for; None before a split
    line : of the table that names it; None where it was found in a folder
    """

    path: Path
    name: str
    label: Label
    patient: str
    patient_is_assumed: bool = False
    age_years: float | None = None
    sex: str = ""
    view: str = ""
    boxes: tuple[Box, ...] = ()
    part: Part | None = None
    line: int | None = None

    @property
    def is_pneumonia(self) -> bool:
        """Whether the label is `Label.PNEUMONIA`."""
        return self.label is Label.PNEUMONIA

    @property
    def place(self) -> str:
        """Name for messages, with the line of the table where there is one."""
        return self.name if self.line is None else f"{self.name} (line {self.line})"
