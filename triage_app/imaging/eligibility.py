"""Whether an instance is a case for a model, decided by its header before any pixel is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydicom.uid import UID

if TYPE_CHECKING:
    from triage_app.imaging.instance import InstanceFacts

__all__ = [
    "AgeRange",
    "EligibilityCriteria",
    "Exclusion",
    "ExclusionReason",
    "Notice",
    "NoticeKind",
    "find_exclusion",
    "find_notices",
]


class ExclusionReason(StrEnum):
    """Why an instance is not a case for the model."""

    NOT_DICOM = "not_dicom"
    NO_PIXELS = "no_pixels"
    SOP_CLASS = "sop_class"
    MODALITY = "modality"
    BODY_PART = "body_part"
    VIEW_POSITION = "view_position"
    AGE = "age"
    AGE_MISSING = "age_missing"
    MATRIX_TOO_SMALL = "matrix_too_small"
    MULTI_FRAME = "multi_frame"
    PHOTOMETRIC = "photometric"
    NOT_CHEST = "not_chest"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An instance is not a case for this model. A value, not an error.

    Attributes
    ----------
    reason : the kind
    tag : the element that decided it, as "(0018,0015) Body Part Examined"; empty where none did
    value : what stands in that element
    expected : what the model card asks for, for people; empty where there is nothing to say
    """

    reason: ExclusionReason
    tag: str = ""
    value: str = ""
    expected: str = ""

    @property
    def detail(self) -> str:
        """One line for people: element, value and what was expected."""
        found = f"{self.tag} is {self.value or 'empty'}" if self.tag else self.value
        return f"{found}; expected {self.expected}" if self.expected else found


class NoticeKind(StrEnum):
    """What a reader must know of a score that was given all the same."""

    AGE_OUTSIDE_TRAINING = "age_outside_training"
    AGE_UNKNOWN = "age_unknown"
    VIEW_UNKNOWN = "view_unknown"
    BODY_PART_UNKNOWN = "body_part_unknown"


@dataclass(frozen=True, slots=True)
class Notice:
    """One caution with its sentence for people."""

    kind: NoticeKind
    sentence: str


class AgeRange(BaseModel):
    """Ages in years, both ends included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lowest_years: float = Field(ge=0, le=150)
    highest_years: float = Field(ge=0, le=150)

    @model_validator(mode="after")
    def _ordered(self) -> AgeRange:
        if self.lowest_years > self.highest_years:
            raise ValueError("lowest_years must not exceed highest_years")
        return self

    def __contains__(self, years: float) -> bool:
        return self.lowest_years <= years < self.highest_years + 1


class EligibilityCriteria(BaseModel):
    """What a model may be asked about; stands in its card.

    Attributes
    ----------
    sop_class_uids : SOP classes that are read
    modalities : values of (0008,0060) Modality
    body_parts : values of (0018,0015) Body Part Examined that mean the chest; an absent value is
        read with a notice
    view_positions : values of (0018,5101) View Position; an absent value is read with a notice
    training_ages : the ages of the training data; others are read with a notice, or excluded where
        `excludes_other_ages` says so
    smallest_matrix : fewest rows and fewest columns
    gate_threshold : lowest value of the output `in_distribution` that counts as a frontal chest
        image; None where the model has no such output
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sop_class_uids: tuple[str, ...] = Field(min_length=1)
    modalities: tuple[str, ...] = Field(min_length=1)
    body_parts: tuple[str, ...] = Field(min_length=1)
    view_positions: tuple[str, ...] = Field(min_length=1)
    training_ages: AgeRange
    excludes_other_ages: bool = False
    smallest_matrix: int = Field(ge=1)
    gate_threshold: float | None = None
