"""From the outcomes of its instances to the result of a study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from triage_app.triage.outcome import Excluded, Failed, Outcome, Scored

__all__ = ["StudyResult", "StudyState", "combine_outcomes"]


class StudyState(StrEnum):
    """What the model says of a study as a whole."""

    FLAGGED = "flagged"
    NOT_FLAGGED = "not flagged"
    NOT_PROCESSED = "not processed"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class StudyResult:
    """The result of a study by one model.

    Attributes
    ----------
    state : flagged where any scored instance is; not processed where none was scored; pending
        while instances wait and none is flagged
    probability : the highest of its scored instances; None where none was scored
    driving_sop_instance_uid : the instance that has it; empty where none was scored
    operating_point : title of that under which the driving instance was flagged or not; empty where
        none was scored
    population : whose part of the model read the driving instance; empty where the model has none
    scored, excluded, failed, pending : how many instances ended, or wait, in each way
    reasons : "reason" or "reason x n" of instances that were not scored, failures first
    """

    state: StudyState
    probability: float | None = None
    driving_sop_instance_uid: str = ""
    operating_point: str = ""
    population: str = ""
    scored: int = 0
    excluded: int = 0
    failed: int = 0
    pending: int = 0
    reasons: tuple[str, ...] = ()


def combine_outcomes(outcomes: Iterable[tuple[str, Outcome | None]]) -> StudyResult:
    """Combine the outcomes of a study's instances.

    Parameters
    ----------
    outcomes : pairs of SOP Instance UID and outcome, None for an instance that still waits

    Returns
    -------
    StudyResult
        the highest probability drives it; of equal ones the lower SOP Instance UID, so that the
        order of arrival changes nothing
    """
    scored: list[tuple[str, Scored]] = []
    excluded: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    pending = 0
    for sop_instance_uid, outcome in outcomes:
        match outcome:
            case Scored():
                scored.append((sop_instance_uid, outcome))
            case Excluded(exclusion):
                excluded[exclusion.reason] += 1
            case Failed(reason):
                failed[reason] += 1
            case None:
                pending += 1
    reasons = tuple(
        reason if count == 1 else f"{reason} x {count}"
        for counter in (failed, excluded)
        for reason, count in sorted(counter.items())
    )
    driving_uid, driving = min(
        scored, key=lambda pair: (-pair[1].probability, pair[0]), default=("", None)
    )
    return StudyResult(
        state=_state([outcome for _, outcome in scored], pending),
        probability=driving.probability if driving else None,
        driving_sop_instance_uid=driving_uid,
        operating_point=driving.operating_point if driving else "",
        population=driving.population if driving else "",
        scored=len(scored),
        excluded=excluded.total(),
        failed=failed.total(),
        pending=pending,
        reasons=reasons,
    )


def _state(scored: list[Scored], pending: int) -> StudyState:
    if any(outcome.is_flagged for outcome in scored):
        return StudyState.FLAGGED
    if pending:
        return StudyState.PENDING
    return StudyState.NOT_FLAGGED if scored else StudyState.NOT_PROCESSED
