"""How a model does at a site: what it flags, what readers say of it, and whether it drifts.

Pure functions over what `FeedbackBook.read_results` gives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import TypeVar

from triage_app.triage.study import StudyState
from triage_app.worklist.feedback import ReadResult
from triage_app.worklist.records import Verdict

__all__ = ["Figures", "Rate", "figures_by", "figures_of", "week_of"]

_Z = 1.959963984540054
"""Of the normal distribution, for an interval of 95 %."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole with its 95 % interval.

    Attributes
    ----------
    part, whole : counts
    """

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The part, 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's score interval (Wilson, J Am Stat Assoc 1927;22:209); None of nothing."""
        if not self.whole:
            return None
        n, p = self.whole, self.part / self.whole
        middle = p + _Z**2 / (2 * n)
        reach = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        scale = 1 + _Z**2 / n
        return max((middle - reach) / scale, 0.0), min((middle + reach) / scale, 1.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a group of results amounts to.

    Attributes
    ----------
    studies : with a result, whatever it is
    flag_rate : flagged of those that were scored
    agreement : results that readers agree with, of those that they agree or disagree with
    predictive_value : the same of flagged results: the positive predictive value, as far as
        readers are right and judge flagged studies without choice
    unsure : results that readers are unsure of
    not_processed : of all
    mean_score : of those that were scored; None where none was
    """

    studies: int
    flag_rate: Rate
    agreement: Rate
    predictive_value: Rate
    unsure: int
    not_processed: int
    mean_score: float | None


def figures_of(results: Iterable[ReadResult]) -> Figures:
    """Count a group of results."""
    kept = list(results)
    scored = [each for each in kept if each.probability is not None]
    flagged = [each for each in kept if each.state is StudyState.FLAGGED]
    return Figures(
        studies=len(kept),
        flag_rate=Rate(len(flagged), len(scored)),
        agreement=_agreement(scored),
        predictive_value=_agreement(flagged),
        unsure=sum(each.verdict is Verdict.UNSURE for each in kept),
        not_processed=sum(each.state is StudyState.NOT_PROCESSED for each in kept),
        mean_score=fmean(each.probability or 0.0 for each in scored) if scored else None,
    )


def figures_by(
    results: Iterable[ReadResult], key: Callable[[ReadResult], Key]
) -> dict[Key, Figures]:
    """Count the results of each group, the groups in the order in which they first come."""
    groups: dict[Key, list[ReadResult]] = {}
    for each in results:
        groups.setdefault(key(each), []).append(each)
    return {group: figures_of(members) for group, members in groups.items()}


def week_of(result: ReadResult) -> date:
    """Give the Monday of a result's week (ISO 8601)."""
    day = result.moment.date()
    return day - timedelta(days=day.weekday())


def _agreement(results: list[ReadResult]) -> Rate:
    agreed = sum(each.verdict is Verdict.AGREE for each in results)
    disagreed = sum(each.verdict is Verdict.DISAGREE for each in results)
    return Rate(agreed, agreed + disagreed)
