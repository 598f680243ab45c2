"""What a result of one image says, as far as its UID follows from it."""

from __future__ import annotations

import hashlib

import numpy as np
from pydicom.uid import UID

from triage_app.inference.card import ModelCard, OperatingPoint
from triage_app.results.dicom.provenance import ResultKind, instance_uid
from triage_app.results.dicom.study import AssessedInstance
from triage_app.triage.outcome import Scored

__all__ = ["image_result_uid", "operating_point_of", "scored_of", "stated_probability"]


def stated_probability(outcome: Scored) -> float:
    """Give the shortest number that is the network's float32, as rows state it."""
    return float(str(np.float32(outcome.probability)))


def scored_of(item: AssessedInstance) -> Scored:
    """Give the outcome of a scored instance.

    Raises
    ------
    ValueError
        where it was excluded or failed
    """
    match item.outcome:
        case Scored():
            return item.outcome
        case other:
            raise ValueError(f"expected a scored instance, received one that is {other.status}")


def operating_point_of(card: ModelCard, outcome: Scored) -> OperatingPoint | None:
    """Give the operating point under which an image was scored; None where the card lacks it."""
    return card.find_operating_point(outcome.operating_point)


def image_result_uid(kind: ResultKind, item: AssessedInstance, card: ModelCard) -> UID:
    """Make the UID of the result of one image."""
    outcome = scored_of(item)
    heat = np.ascontiguousarray(outcome.heatmap, dtype="<f4").tobytes()
    statement = [
        stated_probability(outcome),
        outcome.is_flagged,
        outcome.operating_point,
        [notice.sentence for notice in outcome.notices],
        [(point.title, point.threshold) for point in card.operating_points],
        hashlib.sha256(heat).hexdigest(),
    ]
    return instance_uid(kind, item.sop_instance_uid, card.device_uid, statement)
