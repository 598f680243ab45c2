"""What a model card says of the data that a model was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from training.data.patients import patient_from_file_name
from triage_app.imaging.eligibility import AgeRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.data.case import Case

__all__ = ["KERMANY", "DataDescription", "describe"]


class DataDescription(BaseModel):
    """Where images come from and whom they show.

    Attributes
    ----------
    name, licence, source : for people
    ages : of the patients; None where unknown
    limits : what these data keep a model from knowing, a sentence each
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    licence: str
    source: str
    ages: AgeRange | None
    limits: tuple[str, ...]


KERMANY: Final = DataDescription(
    name="Kermany chest X-rays",
    licence="CC BY 4.0",
    source=(
        "Kermany, Zhang, Goldbaum: Labeled Optical Coherence Tomography (OCT) and Chest X-Ray "
        "Images for Classification, Mendeley Data, 2018"
    ),
    ages=AgeRange(lowest_years=1, highest_years=5),
    limits=(
        "Trained on children of 1 to 5 years from one hospital (Guangzhou). On adults such a model "
        "tells no more than chance: AUC 0.50 (0.43 to 0.56) on 518 images of NIH ChestX-ray14.",
        "Trained on frontal views of children without other disease than pneumonia; effusion, "
        "tumour, tubes and devices may raise or lower the score.",
        "Images of the same hospital that were collected apart from the training images have been "
        "seen to give more false alarms than the hold-out does.",
    ),
)
"""The public data set, known by its file names."""


def describe(cases: Sequence[Case], name: str) -> DataDescription:
    """Describe data by what the cases say of themselves.

    Parameters
    ----------
    cases : all of the data
    name : of folder or table, for data that are not known
    """
    if all(patient_from_file_name(case.path.stem) is not None for case in cases):
        return KERMANY
    ages = [case.age_years for case in cases if case.age_years is not None]
    known = len(ages) == len(cases)
    return DataDescription(
        name=name,
        licence="not stated",
        source="not stated",
        ages=AgeRange(lowest_years=int(min(ages)), highest_years=int(max(ages))) if known else None,
        limits=(
            "Trained on data of one site; tested on nothing else.",
            *(() if known else ("The ages of the training data are not known.",)),
        ),
    )
