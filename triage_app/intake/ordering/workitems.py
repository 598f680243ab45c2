"""Workitems: what a unified procedure step asks for, and what its performer answers.

PS3.3 B.26.2 and C.30, PS3.4 CC.2; the use for analyses is that of IHE AI Workflow for Imaging.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Protocol

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as ItemSequence

from triage_app.imaging.elements import element_value, text_value

__all__ = [
    "Discontinuation",
    "Output",
    "Workitem",
    "WorkitemCode",
    "WorkitemConflictError",
    "WorkitemInput",
    "WorkitemManager",
    "WorkitemState",
    "canceled_step",
    "completed_step",
    "read_workitem",
    "started_step",
    "step_progress",
]

_LONGEST_REASON = 1024
"""Letters of (0074,1238) Reason For Cancellation, VR LT, that every manager takes."""


class WorkitemConflictError(Exception):
    """Another performer has a workitem, it has ended, or it is gone; its manager is well."""


class WorkitemState(StrEnum):
    """(0074,1000) Procedure Step State."""

    SCHEDULED = "SCHEDULED"
    IN_PROGRESS = "IN PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"

    @property
    def is_final(self) -> bool:
        """Whether nothing can change any more."""
        return self in (WorkitemState.COMPLETED, WorkitemState.CANCELED)


class Discontinuation(Enum):
    """Why a step was not performed, by codes of PS3.16 CID 9300."""

    UNSPECIFIED = ("110513", "Discontinued for unspecified reason")
    EQUIPMENT_FAILURE = ("110501", "Equipment failure")
    OBJECTS_INCORRECTLY_FORMATTED = ("110521", "Objects incorrectly formatted")
    OBJECT_TYPES_NOT_SUPPORTED = ("110522", "Object Types not supported")
    OBJECT_SET_INCOMPLETE = ("110523", "Object Set incomplete")

    @property
    def code(self) -> WorkitemCode:
        """As a coded concept."""
        value, meaning = self.value
        return WorkitemCode(value, "DCM", meaning)


@dataclass(frozen=True, slots=True)
class WorkitemCode:
    """A coded concept: value, scheme and meaning."""

    value: str
    scheme: str
    meaning: str = ""

    def item(self) -> Dataset:
        """Give it as an item of a code sequence."""
        item = Dataset()
        item.CodeValue = self.value
        item.CodingSchemeDesignator = self.scheme
        item.CodeMeaning = self.meaning or self.value
        return item

    def is_same(self, other: WorkitemCode) -> bool:
        """Compare without the meaning, which is for people (PS3.3 8.3)."""
        return (self.value, self.scheme) == (other.value, other.scheme)


@dataclass(frozen=True, slots=True)
class WorkitemInput:
    """One item of (0040,4021) Input Information Sequence.

    Attributes
    ----------
    study_instance_uid, series_instance_uid : the second is empty where a whole study is meant
    sop_instance_uids : empty where a whole series is meant
    ae_titles, urls : from which it may be retrieved
    """

    study_instance_uid: str
    series_instance_uid: str = ""
    sop_instance_uids: tuple[str, ...] = ()
    ae_titles: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workitem:
    """What a manager says of a unified procedure step, as far as a performer acts on it.

    Attributes
    ----------
    priority : (0074,1200) HIGH, MEDIUM or LOW
    is_ready : (0040,4041) Input Readiness State is READY
    scheduled_start : (0040,4005), as written
    label : (0074,1204) Procedure Step Label
    codes : (0040,4018) Scheduled Workitem Code Sequence
    stations : (0040,4025) Scheduled Station Name Code Sequence
    """

    uid: str
    state: WorkitemState | None
    priority: str = ""
    is_ready: bool = True
    scheduled_start: str = ""
    label: str = field(default="", repr=False)
    codes: tuple[WorkitemCode, ...] = ()
    stations: tuple[WorkitemCode, ...] = ()
    inputs: tuple[WorkitemInput, ...] = ()

    @property
    def urgency(self) -> tuple[int, str, str]:
        """The key by which workitems are taken: priority, then scheduled start."""
        terms = ("HIGH", "MEDIUM", "LOW")
        rank = terms.index(self.priority) if self.priority in terms else terms.index("MEDIUM")
        return rank, self.scheduled_start, self.uid


@dataclass(frozen=True, slots=True)
class Output:
    """A result as (0040,4033) Output Information Sequence names it.

    Attributes
    ----------
    ae_title, url : from which it may be retrieved; empty where there is no such way
    """

    study_instance_uid: str
    series_instance_uid: str
    sop_class_uid: str
    sop_instance_uid: str
    ae_title: str = ""
    url: str = ""


class WorkitemManager(Protocol):
    """A system that manages workitems, however it is reached.

    Every method raises `PeerError` where it cannot be reached or fails; `retrieve`, `claim`,
    `update` and `finish` raise `WorkitemConflictError` where the workitem is not ours to change.
    """

    def search(self, codes: Sequence[WorkitemCode]) -> Iterator[Workitem]:
        """Find workitems that are SCHEDULED; what the manager does not match is left to us."""
        ...

    def retrieve(self, uid: str) -> Workitem:
        """Read a workitem."""
        ...

    def claim(self, uid: str, transaction_uid: str) -> None:
        """Take a SCHEDULED workitem IN PROGRESS under a transaction that only we know."""
        ...

    def update(self, uid: str, transaction_uid: str, changes: Dataset) -> None:
        """Change attributes of a workitem in progress."""
        ...

    def finish(self, uid: str, transaction_uid: str, state: WorkitemState) -> None:
        """Give a workitem its final state; one that has it already is well."""
        ...


def read_workitem(dataset: Dataset) -> Workitem:
    """Read what a manager answered; what it left out is empty."""
    state = text_value(dataset, "ProcedureStepState").upper()
    readiness = text_value(dataset, "InputReadinessState").upper()
    return Workitem(
        uid=text_value(dataset, "SOPInstanceUID"),
        state=WorkitemState(state) if state in list(WorkitemState) else None,
        priority=text_value(dataset, "ScheduledProcedureStepPriority").upper(),
        is_ready=readiness in ("READY", ""),
        scheduled_start=text_value(dataset, "ScheduledProcedureStepStartDateTime"),
        label=text_value(dataset, "ProcedureStepLabel"),
        codes=_codes(dataset, "ScheduledWorkitemCodeSequence"),
        stations=_codes(dataset, "ScheduledStationNameCodeSequence"),
        inputs=tuple(
            _input(item) for item in element_value(dataset, "InputInformationSequence") or ()
        ),
    )


def _codes(dataset: Dataset, keyword: str) -> tuple[WorkitemCode, ...]:
    return tuple(
        WorkitemCode(
            text_value(item, "CodeValue"),
            text_value(item, "CodingSchemeDesignator"),
            text_value(item, "CodeMeaning"),
        )
        for item in element_value(dataset, keyword) or ()
    )


def _input(item: Dataset) -> WorkitemInput:
    ways = {
        keyword: element_value(item, keyword) or ()
        for keyword in ("DICOMRetrievalSequence", "WADORSRetrievalSequence")
    }
    return WorkitemInput(
        text_value(item, "StudyInstanceUID"),
        text_value(item, "SeriesInstanceUID"),
        tuple(
            uid
            for reference in element_value(item, "ReferencedSOPSequence") or ()
            if (uid := text_value(reference, "ReferencedSOPInstanceUID"))
        ),
        tuple(
            title
            for way in ways["DICOMRetrievalSequence"]
            if (title := text_value(way, "RetrieveAETitle"))
        ),
        tuple(
            url
            for way in ways["WADORSRetrievalSequence"]
            if (url := text_value(way, "RetrieveURL"))
        ),
    )


def _moment(moment: datetime) -> str:
    """Write VR DT with its offset from UTC."""
    return f"{moment:%Y%m%d%H%M%S%z}"


def step_progress(percent: int, description: str) -> Dataset:
    """Tell how far the work has come (PS3.3 C.30.1).

    Parameters
    ----------
    percent : 0 to 100
    description : for people; names no patient
    """
    item = Dataset()
    item.ProcedureStepProgress = str(percent)
    item.ProcedureStepProgressDescription = description[:_LONGEST_REASON]
    changes = Dataset()
    changes.ProcedureStepProgressInformationSequence = ItemSequence([item])
    return changes


def _performed(
    workitem: Workitem, station: WorkitemCode, started_at: datetime, outputs: Sequence[Output]
) -> Dataset:
    """Describe what was done (PS3.3 C.30.3, final state requirements of PS3.4 Table CC.2.5-3)."""
    item = Dataset()
    item.PerformedStationNameCodeSequence = ItemSequence([station.item()])
    item.PerformedProcedureStepStartDateTime = _moment(started_at)
    item.PerformedWorkitemCodeSequence = ItemSequence(code.item() for code in workitem.codes)
    item.OutputInformationSequence = ItemSequence(_outputs(outputs))
    return item


def started_step(workitem: Workitem, station: WorkitemCode, started_at: datetime) -> Dataset:
    """Tell that the work has begun."""
    changes = step_progress(0, "Inputs are being retrieved")
    changes.UnifiedProcedureStepPerformedProcedureSequence = ItemSequence(
        [_performed(workitem, station, started_at, ())]
    )
    return changes


def completed_step(
    workitem: Workitem,
    station: WorkitemCode,
    started_at: datetime,
    ended_at: datetime,
    outputs: Sequence[Output],
) -> Dataset:
    """Tell what was done, before the workitem is COMPLETED."""
    changes = step_progress(100, "Scored; research use only - not a medical device")
    performed = _performed(workitem, station, started_at, outputs)
    performed.PerformedProcedureStepEndDateTime = _moment(ended_at)
    changes.UnifiedProcedureStepPerformedProcedureSequence = ItemSequence([performed])
    return changes


def canceled_step(at: datetime, why: Discontinuation, reason: str) -> Dataset:
    """Tell why nothing was done, before the workitem is CANCELED.

    Parameters
    ----------
    reason : for people; names no patient
    """
    item = Dataset()
    item.ProcedureStepCancellationDateTime = _moment(at)
    item.ReasonForCancellation = reason[:_LONGEST_REASON]
    item.ProcedureStepDiscontinuationReasonCodeSequence = ItemSequence([why.code.item()])
    changes = Dataset()
    changes.ProcedureStepProgressInformationSequence = ItemSequence([item])
    return changes


def _outputs(outputs: Sequence[Output]) -> Iterator[Dataset]:
    """Group results by their series (PS3.3 Table 10-11, Referenced Instances and Access)."""
    by_series: dict[tuple[str, str, str, str], list[Output]] = {}
    for output in outputs:
        key = (output.study_instance_uid, output.series_instance_uid, output.ae_title, output.url)
        by_series.setdefault(key, []).append(output)
    for (study, series, ae_title, url), members in by_series.items():
        item = Dataset()
        item.TypeOfInstances = "DICOM"
        item.StudyInstanceUID, item.SeriesInstanceUID = study, series
        references = []
        for member in members:
            reference = Dataset()
            reference.ReferencedSOPClassUID = member.sop_class_uid
            reference.ReferencedSOPInstanceUID = member.sop_instance_uid
            references.append(reference)
        item.ReferencedSOPSequence = ItemSequence(references)
        if ae_title:
            way = Dataset()
            way.RetrieveAETitle = ae_title
            item.DICOMRetrievalSequence = ItemSequence([way])
        if url:
            way = Dataset()
            way.RetrieveURL = url
            item.WADORSRetrievalSequence = ItemSequence([way])
        yield item
