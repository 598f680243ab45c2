"""What a model card says of the data that a model was trained on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from training.data.patients import patient_from_file_name
from triage_app.imaging.eligibility import AgeRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.data.case import Case

__all__ = ["KERMANY", "NIH", "DataDescription", "describe"]


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
        "What was trained on children of 1 to 5 years from one hospital (Guangzhou) tells no more "
        "than chance on adults: AUC 0.50 (0.43 to 0.56) on 518 images of NIH ChestX-ray14.",
        "Trained on frontal views of children without other disease than pneumonia; effusion, "
        "tumour, tubes and devices may raise or lower the score.",
        "Images of the same hospital that were collected apart from the training images have been "
        "seen to give more false alarms than the hold-out does.",
    ),
)
"""The public data set, known by its file names."""

NIH: Final = DataDescription(
    name="NIH ChestX-ray14",
    licence="free use with attribution to the NIH Clinical Center",
    source=(
        "Wang et al.: ChestX-ray8: Hospital-scale Chest X-ray Database and Benchmarks on "
        "Weakly-Supervised Classification and Localization of Common Thorax Diseases, CVPR 2017"
    ),
    ages=None,
    limits=(
        "The labels of ChestX-ray14 were mined from the reports' text, so that some are wrong, and "
        "its images with and without pneumonia differ in more than pneumonia (view, exposure, "
        "severity, tubes): on another hospital's adults expect less than is stated here.",
    ),
)
"""The public data set, known by its file names; its ages are those of the images chosen of it."""

_NIH_NAME: Final = re.compile(r"\d{8}_\d{3}")


def describe(cases: Sequence[Case], name: str) -> DataDescription:
    """Describe data by what the cases say of themselves.

    Parameters
    ----------
    cases : all of the data
    name : of folder or table, for data that are not known
    """
    if all(patient_from_file_name(case.path.stem) is not None for case in cases):
        return KERMANY
    is_nih = all(_NIH_NAME.fullmatch(case.path.stem) for case in cases)
    ages = [case.age_years for case in cases if case.age_years is not None]
    known = len(ages) == len(cases)
    of_ages = AgeRange(lowest_years=int(min(ages)), highest_years=int(max(ages))) if known else None
    if is_nih:
        return NIH.model_copy(update={"ages": of_ages})
    return DataDescription(
        name=name,
        licence="not stated",
        source="not stated",
        ages=of_ages,
        limits=(
            "Trained on data of one site; tested on nothing else.",
            *(() if known else ("The ages of the training data are not known.",)),
        ),
    )
