"""The order in which studies are read.

By tier, and the oldest first within a tier; but a study that has waited for the maximum wait stands
before all that have not, so that none starves. A site may let what was requested as urgent stand
before both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

from triage_app.triage.study import StudyResult, StudyState

__all__ = ["PriorityRule", "Standing", "Tier", "is_overdue", "reading_order_key", "tier_of"]


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


def is_overdue(waited: float, maximum_wait: float) -> bool:
    """Say whether a study has waited for the maximum wait and rises before all others.

    Parameters
    ----------
    waited : since the study came in, 0 or more
    maximum_wait : in the same unit, 0 or more; infinite for none
    """
    return waited >= maximum_wait


def reading_order_key(
    tier: Tier | int, waited: float, maximum_wait: float
) -> tuple[int, int, float]:
    """Give the key by which waiting studies are sorted; the lowest is read next.

    Parameters
    ----------
    tier : of the study
    waited : since the study came in, 0 or more
    maximum_wait : in the same unit, 0 or more; infinite for none

    Returns
    -------
    tuple of int, int, float
        overdue before others; among overdue studies the longest wait first, whatever the tier;
        among others the tier, then the longest wait. Equal waits in one place share a key, and the
        caller orders them by what never changes

    Notes
    -----
    A maximum wait of 0 is the order of arrival; an infinite one is the order of tiers alone.
    """
    if is_overdue(waited, maximum_wait):
        return (0, 0, -waited)
    return (1, int(tier), -waited)


class Standing(IntEnum):
    """Why a study stands where it stands; lower is read earlier."""

    URGENT = 0
    OVERDUE = 1
    IN_ITS_TIER = 2


@dataclass(frozen=True, slots=True)
class PriorityRule:
    """A site's order of reading.

    Attributes
    ----------
    maximum_wait_seconds : after which a study rises; infinite for none
    urgent : terms of (0040,1003) Requested Procedure Priority that stand before all others, in this
        order, such as ("STAT",)
    """

    maximum_wait_seconds: float = math.inf
    urgent: tuple[str, ...] = ()

    def standing(
        self, waited_seconds: float, requested_priority: str = "", *, is_open: bool = True
    ) -> Standing:
        """Say whether a study rises above its tier, and by what.

        Parameters
        ----------
        waited_seconds : since the study was made or came in
        requested_priority : (0040,1003); empty where it is not known
        is_open : whether it still has to be read; what is done rises no more
        """
        if is_open and requested_priority in self.urgent:
            return Standing.URGENT
        if is_open and is_overdue(waited_seconds, self.maximum_wait_seconds):
            return Standing.OVERDUE
        return Standing.IN_ITS_TIER

    def key(
        self,
        tier: Tier | int,
        waited_seconds: float,
        requested_priority: str = "",
        *,
        is_open: bool = True,
    ) -> tuple[int, int, float]:
        """Give the key by which studies are sorted; the lowest is read next.

        Returns
        -------
        tuple of int, int, float
            urgent before overdue before others; the urgent in the site's order; what has not risen
            by tier; then the longest wait first. `reading_order_key` is this without urgency
        """
        standing = self.standing(waited_seconds, requested_priority, is_open=is_open)
        if standing is Standing.URGENT:
            return (int(standing), self.urgent.index(requested_priority), -waited_seconds)
        if standing is Standing.OVERDUE:
            return (int(standing), 0, -waited_seconds)
        return (int(standing), int(tier), -waited_seconds)
