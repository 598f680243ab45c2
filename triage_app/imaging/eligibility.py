"""Whether an instance is a case for a model, decided by its header before any pixel is decoded."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydicom.uid import UID

if TYPE_CHECKING:
    from triage_app.imaging.instance import ImageFacts, InstanceFacts

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

_GREY = ("MONOCHROME1", "MONOCHROME2")

# Words that, beside an expected one, make another image of it: "PA AND LATERAL", "CHEST ABDOMEN".
# Defined terms of PS3.3 C.8.1.1 and C.8.11.7 and PS3.16 annex L, and what stands for them in use.
_OTHER_VIEWS = frozenset(
    {"AXIAL", "DECUB", "DECUBITUS", "LAO", "LAT", "LATERAL", "LATERALS", "LL", "LLD", "LLO"}
    | {"LORDOTIC", "LPO", "OBL", "OBLIQUE", "OBLIQUES", "RAO", "RL", "RLD", "RLO", "RPO"}
    | {"TANGENTIAL"}
)
_OTHER_REGIONS = frozenset(
    {"ABD", "ABDOMEN", "CLAVICLE", "NECK", "PELVIS", "RIB", "RIBS", "SCAPULA", "SHOULDER"}
    | {"SKULL", "SPINE", "STERNUM", "TSPINE"}
)


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
    HEAT_OUTSIDE_CHEST = "heat_outside_chest"


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


def find_exclusion(facts: InstanceFacts, criteria: EligibilityCriteria) -> Exclusion | None:
    """Tell by its header whether an instance is a case for a model.

    Parameters
    ----------
    facts : of one instance
    criteria : from the model card

    Returns
    -------
    Exclusion or None
        the first criterion that is not met, or None for a case
    """
    image = facts.image
    if facts.sop_class_uid not in criteria.sop_class_uids:
        return Exclusion(
            ExclusionReason.SOP_CLASS,
            "(0008,0016) SOP Class UID",
            _uid_name(facts.sop_class_uid),
            " or ".join(_uid_name(uid) for uid in criteria.sop_class_uids),
        )
    if image.modality not in criteria.modalities:
        return Exclusion(
            ExclusionReason.MODALITY,
            "(0008,0060) Modality",
            image.modality,
            " or ".join(criteria.modalities),
        )
    return _find_pixel_exclusion(image) or _find_anatomical_exclusion(facts, criteria)


def _find_pixel_exclusion(image: ImageFacts) -> Exclusion | None:
    if not image.has_pixel_data:
        return Exclusion(ExclusionReason.NO_PIXELS, "(7FE0,0010) Pixel Data", "absent", "an image")
    if image.samples_per_pixel > 1:
        return Exclusion(
            ExclusionReason.PHOTOMETRIC,
            "(0028,0002) Samples per Pixel",
            str(image.samples_per_pixel),
            "1",
        )
    if image.photometric_interpretation not in _GREY:
        return Exclusion(
            ExclusionReason.PHOTOMETRIC,
            "(0028,0004) Photometric Interpretation",
            image.photometric_interpretation,
            " or ".join(_GREY),
        )
    if image.number_of_frames > 1:
        return Exclusion(
            ExclusionReason.MULTI_FRAME,
            "(0028,0008) Number of Frames",
            str(image.number_of_frames),
            "1",
        )
    return None


def _find_anatomical_exclusion(
    facts: InstanceFacts, criteria: EligibilityCriteria
) -> Exclusion | None:
    image = facts.image
    if image.body_part and not _names_only(image.body_part, criteria.body_parts, _OTHER_REGIONS):
        return Exclusion(
            ExclusionReason.BODY_PART,
            "(0018,0015) Body Part Examined",
            image.body_part,
            " or ".join(criteria.body_parts),
        )
    if image.view_position and not _names_only(
        image.view_position, criteria.view_positions, _OTHER_VIEWS
    ):
        return Exclusion(
            ExclusionReason.VIEW_POSITION,
            "(0018,5101) View Position",
            image.view_position,
            " or ".join(criteria.view_positions),
        )
    if criteria.excludes_other_ages:
        ages = (
            f"{criteria.training_ages.lowest_years:g} to {criteria.training_ages.highest_years:g}"
        )
        if facts.patient.age_years is None:
            return Exclusion(
                ExclusionReason.AGE_MISSING, "(0010,1010) Patient's Age", "", f"{ages} years"
            )
        if facts.patient.age_years not in criteria.training_ages:
            return Exclusion(
                ExclusionReason.AGE,
                "(0010,1010) Patient's Age",
                _age_text(facts.patient.age_years),
                f"{ages} years",
            )
    if 0 < min(image.rows, image.columns) < criteria.smallest_matrix:
        return Exclusion(
            ExclusionReason.MATRIX_TOO_SMALL,
            "(0028,0010) Rows x (0028,0011) Columns",
            f"{image.rows} x {image.columns}",
            f"at least {criteria.smallest_matrix} x {criteria.smallest_matrix}",
        )
    return None


def find_notices(
    facts: InstanceFacts, criteria: EligibilityCriteria, population: str = ""
) -> tuple[Notice, ...]:
    """Tell what a reader must know of the score of an instance that is a case.

    Parameters
    ----------
    facts : of one instance
    criteria : from the model card, with the training ages of the population
    population : whose part of the model read it; empty where the model has none
    """
    notices = []
    age = facts.patient.age_years
    trained = (
        f"the model was trained on ages {criteria.training_ages.lowest_years:g} to "
        f"{criteria.training_ages.highest_years:g}"
    )
    if population:
        trained = f"read as {population}, for whom {trained}"
    if age is None:
        notices.append(Notice(NoticeKind.AGE_UNKNOWN, f"Age not stated; {trained}."))
    elif age not in criteria.training_ages:
        notices.append(Notice(NoticeKind.AGE_OUTSIDE_TRAINING, f"Age {_age_text(age)}; {trained}."))
    if not facts.image.body_part:
        notices.append(
            Notice(NoticeKind.BODY_PART_UNKNOWN, "Body part not stated; read as a chest.")
        )
    if not facts.image.view_position:
        notices.append(Notice(NoticeKind.VIEW_UNKNOWN, "View not stated; read as frontal."))
    return tuple(notices)


def _age_text(years: float) -> str:
    """Give completed years, months below two years, or days below one month."""
    months = math.floor(years * 12 + 1e-6)
    if months < 1:
        return f"{round(years * 365.25)} days"
    return f"{months // 12} years" if months >= 24 else f"{months} months"


def _names_only(value: str, expected: tuple[str, ...], others: frozenset[str]) -> bool:
    """Tell whether a free-form value holds an expected term, as "CHEST PA" does, and no other.

    Neither case nor accents count, as in "Tórax".
    """
    words = _words(value)
    return any(_words(term) <= words for term in expected) and not words & others


def _words(text: str) -> frozenset[str]:
    letters = unicodedata.normalize("NFKD", text.upper())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return frozenset(re.findall(r"[^\W_]+", plain))


def _uid_name(uid: str) -> str:
    name = UID(uid).name if uid else ""
    return f"{name} ({uid})" if name not in ("", uid) else uid
