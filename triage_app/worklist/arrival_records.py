"""What goes into the queue of arrivals and comes out of it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from triage_app.triage.outcome import Outcome

__all__ = [
    "Arrival",
    "ArrivalState",
    "Claim",
    "CompleteStudy",
    "Registration",
    "Settlement",
    "UnreportedStudy",
]


class ArrivalState(StrEnum):
    """How far an instance that came in has got."""

    RECEIVED = "received"
    CLAIMED = "claimed"
    SETTLED = "settled"
    COMPLETE = "complete"
    REMOVED = "removed"  # its file is gone on purpose, after its time; the results stay
    REPORTED = "reported"  # its study's results were queued for whoever gets them


class Registration(StrEnum):
    """What the registration of an instance found."""

    NEW = "new"
    REPEATED = "repeated"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An instance that is on disk, before anybody has read it.

    Attributes
    ----------
    sop_instance_uid, sop_class_uid : as its sender stated them
    path : of its file
    digest : hexadecimal SHA-256 of what was sent
    sender : AE title or name of the peer
    """

    sop_instance_uid: str
    sop_class_uid: str
    path: str
    digest: str
    sender: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one worker to take an instance to its outcome, until a moment.

    Attributes
    ----------
    attempts : how often it was claimed, this time included
    """

    arrival_id: int
    sop_instance_uid: str
    path: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a settled claim.

    Attributes
    ----------
    study_key : as in `StudyRow.study_key`
    outcome : that was kept
    obsolete_paths : files that no instance stands for any more
    """

    study_key: str
    outcome: Outcome
    obsolete_paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompleteStudy:
    """A study of which nothing more came in for a while; `instances` came since it was last so."""

    study_key: str
    instances: int


@dataclass(frozen=True, slots=True)
class UnreportedStudy:
    """A complete study whose results were not yet queued, with the arrivals that are at issue."""

    study_key: str
    arrival_ids: tuple[int, ...]
