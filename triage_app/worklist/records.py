"""What goes into the worklist database and comes out of it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage_app.imaging.instance import InstanceFacts, PatientFacts, StudyFacts
from triage_app.inference.card import ModelCard
from triage_app.triage.outcome import Outcome, Scored
from triage_app.triage.priority import PriorityRule, Tier
from triage_app.triage.study import StudyResult, StudyState

__all__ = [
    "Event",
    "EventKind",
    "Feedback",
    "Holder",
    "InstanceRow",
    "ModelIdentity",
    "ReadingStatus",
    "SavedFilter",
    "SortKey",
    "StudyFilter",
    "StudyOrder",
    "StudyQuery",
    "StudyRow",
    "Verdict",
]


class ReadingStatus(StrEnum):
    """How far a person has come with a study."""

    UNREAD = "unread"
    IN_PROGRESS = "in progress"
    REVIEWED = "reviewed"
    DICTATED = "dictated"
    VALIDATED = "validated"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether the study still has to be read."""
        return self in (ReadingStatus.UNREAD, ReadingStatus.IN_PROGRESS)


class Verdict(StrEnum):
    """What a reader says of a model's result."""

    AGREE = "agree"
    UNSURE = "unsure"
    DISAGREE = "disagree"


class EventKind(StrEnum):
    """What happened to a study."""

    RECEIVED = "received"
    COMPLETE = "complete"
    REPLACED = "replaced"
    OUTCOME = "outcome"
    READING_STATUS = "reading status"
    FEEDBACK = "feedback"
    RETENTION = "retention"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model, at which operating points, an outcome comes from.

    Attributes
    ----------
    device_uid : (0018,1002), new for every training
    title : name and version, for people
    operating_point, threshold : from the card; where it has populations, of the one that images of
        unknown age are read with
    further_points : title and threshold for each of the other populations
    """

    device_uid: str
    title: str
    operating_point: str
    threshold: float
    further_points: tuple[tuple[str, float], ...] = ()

    @classmethod
    def from_card(cls, card: ModelCard) -> ModelIdentity:
        """Take the identity from a card, at its default operating points."""
        point = card.default_operating_point
        further = tuple(
            (other.title, other.threshold)
            for other in card.default_operating_points
            if other != point
        )
        return cls(card.device_uid, card.title, point.title, point.threshold, further)

    @property
    def thresholds(self) -> dict[str, float]:
        """The threshold of each operating point in use, by its title; the default one first."""
        return {self.operating_point: self.threshold, **dict(self.further_points)}

    def threshold_of(self, outcome: Outcome) -> float:
        """Give the threshold that an outcome was, or would have been, held against."""
        if isinstance(outcome, Scored):
            return self.thresholds.get(outcome.operating_point, self.threshold)
        return self.threshold


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One instance, or one file that is none, with its outcome by one model.

    Attributes
    ----------
    outcome : None while it waits
    seconds : that reading and scoring took; None while it waits
    """

    facts: InstanceFacts
    outcome: Outcome | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One row of the worklist.

    Attributes
    ----------
    study_key : Study Instance UID; for files that belong to no study ``folder:`` and their folder,
        so that they are seen, counted and explained without filling the list
    study : description and date of the study; its series fields are those of the driving instance
    modality : of its instances, joined by "/" where they differ
    images : how many instances
    result : by the model that was asked for
    received : when its first instance came in, UTC
    reader : who set the reading status; empty where nobody did
    status_since : when they set it, UTC; None where nobody did
    waiting_since : date and time of the study by the department's clock, else when it came in
    priority_source : the modality worklist that gave the requested priority; empty where the images
        themselves say it
    """

    study_key: str
    patient: PatientFacts
    study: StudyFacts
    modality: str
    images: int
    result: StudyResult
    tier: Tier
    reading_status: ReadingStatus
    reader: str
    received: datetime
    status_since: datetime | None = None
    waiting_since: datetime | None = None
    priority_source: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader says of a model's result of a study, with the result as they had it.

    Attributes
    ----------
    verdict : of the result
    reason : why, in one of the site's words; may be empty
    note : free text; may be empty
    state, probability, operating_point : of the result when it was said
    reader : who said it
    at : UTC
    """

    verdict: Verdict
    reason: str
    note: str
    state: StudyState
    probability: float | None
    operating_point: str
    reader: str
    at: datetime


class StudyFilter(StrEnum):
    """A tab over the worklist."""

    ALL = "all"
    UNREAD = "unread"
    FLAGGED = "flagged"
    NOT_PROCESSED = "not processed"
    TODAY = "today"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A tab of the reader's own.

    Attributes
    ----------
    name : on the tab
    filter : the tab that it narrows
    text : what must be found in a study, as in `StudyQuery`
    """

    name: str
    filter: StudyFilter = StudyFilter.ALL
    text: str = ""


class StudyOrder(StrEnum):
    """What the worklist is sorted by."""

    PRIORITY = "priority"
    PROBABILITY = "probability"
    READING_STATUS = "reading status"
    PATIENT_NAME = "patient name"
    PATIENT_ID = "patient id"
    AGE = "age"
    STUDY_DATE = "study date"
    MODALITY = "modality"
    DESCRIPTION = "description"
    IMAGES = "images"
    RESULT = "result"
    ARRIVAL = "arrival"
    WAITING = "waiting"
    ACCESSION = "accession"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class SortKey:
    """One of several things that the worklist is sorted by."""

    order: StudyOrder
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class StudyQuery:
    """Which rows of the worklist, in which order.

    Attributes
    ----------
    model_device_uid : whose results
    text : found in name, ID, accession number or description, in any script, without regard to case
        or accents; empty for all
    kept_text : of a saved filter, must be found too
    order, is_descending : PRIORITY is what `rule` lets rise, then the tier, then study date and
        time (received where absent), the oldest first; RESULT is the same without rising; ARRIVAL
        is by age alone; WAITING by the age of what still has to be read
    then : what decides where studies are equal in `order`
    rule : what stands before its tier in PRIORITY
    reader : whose studies MINE finds
    offset, limit : the page; None for all
    """

    model_device_uid: str
    filter: StudyFilter = StudyFilter.ALL
    text: str = ""
    order: StudyOrder = StudyOrder.PRIORITY
    is_descending: bool = False
    then: tuple[SortKey, ...] = ()
    rule: PriorityRule = PriorityRule()  # noqa: RUF009 - frozen
    reader: str = ""
    offset: int = 0
    limit: int | None = None
    kept_text: str = ""

    @property
    def whole_text(self) -> str:
        """All that must be found."""
        return f"{self.kept_text} {self.text}"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a study in progress.

    Attributes
    ----------
    since : UTC; None where a version of the program began it that did not note it
    """

    reader: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a study's history.

    Attributes
    ----------
    at : UTC
    actor : a reader's name, or "program"
    detail : one line, without any patient's data
    """

    at: datetime
    kind: EventKind
    actor: str
    detail: str
