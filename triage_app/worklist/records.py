"""What goes into the worklist database and comes out of it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage_app.imaging.instance import InstanceFacts, PatientFacts, StudyFacts
from triage_app.inference.card import ModelCard
from triage_app.triage.outcome import Outcome
from triage_app.triage.priority import Tier
from triage_app.triage.study import StudyResult

__all__ = [
    "Event",
    "EventKind",
    "InstanceRow",
    "ModelIdentity",
    "ReadingStatus",
    "StudyFilter",
    "StudyOrder",
    "StudyQuery",
    "StudyRow",
]


class ReadingStatus(StrEnum):
    """How far a person has come with a study."""

    UNREAD = "unread"
    IN_PROGRESS = "in progress"
    REVIEWED = "reviewed"
    DICTATED = "dictated"
    VALIDATED = "validated"
    CANCELLED = "cancelled"


class EventKind(StrEnum):
    """What happened to a study."""

    RECEIVED = "received"
    COMPLETE = "complete"
    REPLACED = "replaced"
    OUTCOME = "outcome"
    READING_STATUS = "reading status"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model, at which operating point, an outcome comes from.

    Attributes
    ----------
    device_uid : (0018,1002), new for every training
    title : name and version, for people
    operating_point, threshold : from the card
    """

    device_uid: str
    title: str
    operating_point: str
    threshold: float

    @classmethod
    def from_card(cls, card: ModelCard) -> ModelIdentity:
        """Take the identity from a card, at its default operating point."""
        point = card.default_operating_point
        return cls(card.device_uid, card.title, point.name, point.threshold)


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


class StudyFilter(StrEnum):
    """A tab over the worklist."""

    ALL = "all"
    UNREAD = "unread"
    FLAGGED = "flagged"
    NOT_PROCESSED = "not processed"


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


@dataclass(frozen=True, slots=True)
class StudyQuery:
    """Which rows of the worklist, in which order.

    Attributes
    ----------
    model_device_uid : whose results
    text : found in name, ID, accession number or description, in any script, without regard to case
        or accents; empty for all
    order, is_descending : PRIORITY is tier, then study date and time (received where absent), the
        oldest first
    offset, limit : the page; None for all
    """

    model_device_uid: str
    filter: StudyFilter = StudyFilter.ALL
    text: str = ""
    order: StudyOrder = StudyOrder.PRIORITY
    is_descending: bool = False
    offset: int = 0
    limit: int | None = None


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
