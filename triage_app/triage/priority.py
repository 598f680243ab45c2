"""The order in which studies are read: by tier, and the oldest first within a tier."""

from __future__ import annotations

from enum import IntEnum

from triage_app.triage.study import StudyResult, StudyState

__all__ = ["Tier", "tier_of"]


class Tier(IntEnum):
    """Lower is read earlier."""

    FLAGGED = 0
    UNKNOWN = 1
    NOT_FLAGGED = 2
    NOT_A_CASE = 3


def tier_of(result: StudyResult) -> Tier:
    """Give the tier of a study.

    A study of which an image failed, or still waits, may hold anything: it stands before those
    that the model looked at and did not flag. A study that holds no case for the model stands last.
    """
    if result.state is StudyState.FLAGGED:
        return Tier.FLAGGED
    if result.failed or result.pending:
        return Tier.UNKNOWN
    return Tier.NOT_FLAGGED if result.state is StudyState.NOT_FLAGGED else Tier.NOT_A_CASE
