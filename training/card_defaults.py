"""What the card of a newly trained model says, apart from figures and data."""

from __future__ import annotations

from typing import Final

from triage_app.imaging.eligibility import AgeRange, EligibilityCriteria

__all__ = [
    "CHECK_FORMULA",
    "CHECK_TOLERANCE",
    "INTENDED_USE",
    "MODEL_NAME",
    "NOT_CALIBRATED",
    "NOT_GATED",
    "eligibility",
]

MODEL_NAME: Final = "Chest X-ray pneumonia"

INTENDED_USE: Final = (
    "Research. Puts frontal chest X-ray studies that may show pneumonia first in a reading list, "
    "and shows where the network looked. Not a medical device; every study must be read by a "
    "person, flagged or not."
)

NOT_CALIBRATED: Final = (
    "The score is not calibrated: it orders images, and is no frequency of disease."
)

NOT_GATED: Final = (
    "Any image that passes the header's criteria is scored; whether it shows a chest is not tested."
)

CHECK_FORMULA: Final = "two_lungs"
CHECK_TOLERANCE: Final = 1e-3

_ANY_AGE: Final = AgeRange(lowest_years=0, highest_years=150)


def eligibility(ages: AgeRange | None, smallest_matrix: int) -> EligibilityCriteria:
    """Say which images a model trained on frontal chest X-rays may be asked about.

    Parameters
    ----------
    ages : of the training data; None where they are not known, so that no age is remarked on
    smallest_matrix : fewest rows and columns

    Notes
    -----
    SOP classes: Computed Radiography Image Storage, and Digital X-Ray Image Storage - For
    Presentation; images for processing are not yet rendered for an eye (PS3.4 B.5, PS3.3 A.26).
    Body parts: CHEST and LUNG are defined terms (PS3.16 Annex L); THORAX is what many devices send.
    CHESTABDOMEN is left out: the lungs fill only a part of such an image. View positions: the
    frontal ones of (0018,5101), PS3.3 C.8.1.2; it has no term of its own for a supine view.
    """
    return EligibilityCriteria(
        sop_class_uids=("1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.5.1.4.1.1.1.1"),
        modalities=("CR", "DX"),
        body_parts=("CHEST", "THORAX", "LUNG"),
        view_positions=("PA", "AP"),
        training_ages=ages or _ANY_AGE,
        excludes_other_ages=False,
        smallest_matrix=smallest_matrix,
    )
