"""What one model said of one study: its instances with their headers and outcomes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triage_app.errors import ResultError
from triage_app.imaging.eligibility import ExclusionReason
from triage_app.imaging.header import Instance
from triage_app.results.dicom.provenance import is_own_result
from triage_app.triage.outcome import Excluded, Outcome, Scored
from triage_app.triage.study import StudyResult, combine_outcomes

__all__ = ["AssessedInstance", "AssessedStudy", "group_by_study", "is_uid"]


def is_uid(text: str) -> bool:
    """Tell whether a text can stand as a UID (PS3.5 9.1); leading zeros are let pass."""
    return len(text) <= 64 and re.fullmatch(r"[0-9]+(\.[0-9]+)*", text) is not None


@dataclass(frozen=True, slots=True)
class AssessedInstance:
    """One instance with its outcome."""

    instance: Instance
    outcome: Outcome

    @property
    def sop_instance_uid(self) -> str:
        """(0008,0018); empty where absent."""
        return self.instance.facts.sop_instance_uid

    @property
    def can_be_referenced(self) -> bool:
        """Whether its header holds the UIDs that a reference needs."""
        facts = self.instance.facts
        return all(
            is_uid(uid)
            for uid in (
                facts.sop_class_uid,
                facts.sop_instance_uid,
                facts.study.series_instance_uid,
            )
        )


@dataclass(frozen=True, slots=True)
class AssessedStudy:
    """The instances of one study, in the order of their series, numbers and UIDs.

    Raises
    ------
    ResultError
        where there is no instance, or no valid Study Instance UID to attach a result to
    ValueError
        where the instances belong to several studies
    """

    instances: tuple[AssessedInstance, ...]

    def __post_init__(self) -> None:
        uids = {item.instance.facts.study.study_instance_uid for item in self.instances}
        if len(uids) > 1:
            raise ValueError(f"expected instances of one study, received {sorted(uids)}")
        if not self.instances:
            raise ResultError("A result needs at least one instance of its study.")
        if not is_uid(self.study_instance_uid):
            raise ResultError(
                f"{self.instances[0].instance.source.path}: has no valid (0020,000D) Study "
                "Instance UID, so no result can be attached to it; correct the file."
            )

    @property
    def study_instance_uid(self) -> str:
        """(0020,000D)."""
        return self.instances[0].instance.facts.study.study_instance_uid

    @property
    def scored(self) -> tuple[AssessedInstance, ...]:
        """Those with a probability."""
        return tuple(item for item in self.instances if isinstance(item.outcome, Scored))

    @property
    def result(self) -> StudyResult:
        """Flagged or not, by the highest probability."""
        return combine_outcomes((item.sop_instance_uid, item.outcome) for item in self.instances)

    @property
    def leading(self) -> AssessedInstance:
        """The instance whose header gives patient and study: the driving one, else the first."""
        driving = self.result.driving_sop_instance_uid
        for item in self.instances:
            if driving and item.sop_instance_uid == driving:
                return item
        return next((item for item in self.instances if item.can_be_referenced), self.instances[0])


def group_by_study(
    instances: Iterable[AssessedInstance],
) -> tuple[list[AssessedStudy], list[AssessedInstance]]:
    """Sort instances into studies.

    Of instances with the same SOP Instance UID the first counts. Results that this program wrote
    are left out: they are no input.

    Returns
    -------
    studies : by the order in which they were met
    homeless : instances without a valid Study Instance UID, to which no result can be attached
    """
    by_study: defaultdict[str, list[AssessedInstance]] = defaultdict(list)
    homeless = []
    seen: set[str] = set()
    for item in instances:
        is_copy = item.sop_instance_uid in seen or _is_duplicate(item.outcome)
        if is_copy or is_own_result(item.instance.header):
            continue
        if item.sop_instance_uid:
            seen.add(item.sop_instance_uid)
        uid = item.instance.facts.study.study_instance_uid
        if is_uid(uid):
            by_study[uid].append(item)
        else:
            homeless.append(item)
    return [AssessedStudy(_ordered(items)) for items in by_study.values()], homeless


def _is_duplicate(outcome: Outcome) -> bool:
    return isinstance(outcome, Excluded) and outcome.exclusion.reason is ExclusionReason.DUPLICATE


def _ordered(items: Sequence[AssessedInstance]) -> tuple[AssessedInstance, ...]:
    def place(item: AssessedInstance) -> tuple[int, int, str]:
        facts = item.instance.facts
        return (
            facts.study.series_number or 0,
            facts.image.instance_number or 0,
            facts.sop_instance_uid,
        )

    return tuple(sorted(items, key=place))
