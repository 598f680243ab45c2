"""Facts and outcomes as they are stored, and back without a bit lost."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date, time
from typing import Any

import numpy as np

from triage_app.errors import FailureReason
from triage_app.imaging.eligibility import Exclusion, ExclusionReason, Notice, NoticeKind
from triage_app.imaging.instance import ImageFacts, InstanceFacts, PatientFacts, StudyFacts
from triage_app.triage.outcome import Excluded, Failed, Outcome, Scored, Status

__all__ = [
    "facts_from_document",
    "facts_to_document",
    "outcome_from_columns",
    "outcome_to_columns",
]


def facts_to_document(facts: InstanceFacts) -> str:
    """Write the facts as JSON, ASCII only: any text that a header may hold fits into it."""
    return json.dumps(dataclasses.asdict(facts), default=_isoformat, separators=(",", ":"))


def facts_from_document(document: str, path: str) -> InstanceFacts:
    """Read the facts again; a fact that an older version did not know has its default.

    Parameters
    ----------
    document : by `facts_to_document`
    path : where the instance is read from now
    """
    stored = json.loads(document)
    patient, study, image = stored["patient"], stored["study"], stored["image"]
    patient["birth_date"] = _optional(date.fromisoformat, patient["birth_date"])
    study["study_date"] = _optional(date.fromisoformat, study["study_date"])
    study["study_time"] = _optional(time.fromisoformat, study["study_time"])
    image["pixel_spacing_mm"] = _optional(tuple, image["pixel_spacing_mm"])
    return InstanceFacts(
        **{
            **stored,
            "path": path,
            "patient": PatientFacts(**patient),
            "study": StudyFacts(**study),
            "image": ImageFacts(**image),
        }
    )


def outcome_to_columns(outcome: Outcome) -> dict[str, Any]:
    """Give the columns of `outcomes` that hold an outcome.

    Raises
    ------
    ValueError
        where a probability is none, or a heatmap has not two dimensions
    """
    columns: dict[str, Any] = {
        "status": str(outcome.status),
        "reason": "",
        "detail": "",
        "probability": None,
        "is_flagged": None,
        "operating_point": "",
        "population": "",
        "heatmap": None,
        "heatmap_rows": None,
        "heatmap_columns": None,
        "notices": "[]",
        "exclusion_tag": "",
        "exclusion_value": "",
        "exclusion_expected": "",
    }
    match outcome:
        case Scored():
            columns |= _scored_columns(outcome)
        case Excluded(exclusion):
            columns |= {
                "reason": str(exclusion.reason),
                "exclusion_tag": exclusion.tag,
                "exclusion_value": exclusion.value,
                "exclusion_expected": exclusion.expected,
            }
        case Failed(reason, detail):
            columns |= {"reason": str(reason), "detail": detail}
    return columns


def _scored_columns(outcome: Scored) -> dict[str, Any]:
    probability = float(outcome.probability)
    if not 0 <= probability <= 1:
        raise ValueError(f"expected a probability from 0 to 1, received {probability}")
    heatmap = np.asarray(outcome.heatmap, "<f4")
    if heatmap.ndim != 2:
        raise ValueError(f"expected a heatmap of shape (h, w), received {heatmap.shape}")
    return {
        "probability": probability,
        "is_flagged": bool(outcome.is_flagged),
        "operating_point": outcome.operating_point,
        "population": outcome.population,
        "heatmap": heatmap.tobytes(),
        "heatmap_rows": heatmap.shape[0],
        "heatmap_columns": heatmap.shape[1],
        "notices": json.dumps([[notice.kind, notice.sentence] for notice in outcome.notices]),
    }


def outcome_from_columns(columns: Mapping[str, Any]) -> Outcome:
    """Rebuild an outcome.

    Raises
    ------
    ValueError
        where the columns hold what no outcome has
    """
    match Status(columns["status"]):
        case Status.SCORED:
            shape = (columns["heatmap_rows"], columns["heatmap_columns"])
            heatmap = np.frombuffer(columns["heatmap"], "<f4").reshape(shape)
            return Scored(
                probability=columns["probability"],
                is_flagged=columns["is_flagged"],
                operating_point=columns["operating_point"],
                heatmap=heatmap,
                notices=tuple(
                    Notice(NoticeKind(kind), sentence)
                    for kind, sentence in json.loads(columns["notices"])
                ),
                population=columns["population"],
            )
        case Status.EXCLUDED:
            return Excluded(
                Exclusion(
                    ExclusionReason(columns["reason"]),
                    columns["exclusion_tag"],
                    columns["exclusion_value"],
                    columns["exclusion_expected"],
                )
            )
        case Status.FAILED:
            return Failed(FailureReason(columns["reason"]), columns["detail"])


def _isoformat(value: object) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(f"expected a date or a time, received {type(value).__name__}")


def _optional(convert: Any, value: Any) -> Any:
    return None if value is None else convert(value)
