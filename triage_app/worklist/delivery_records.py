"""What the queue of deliveries gives and takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["Delivery", "DeliveryState", "Outgoing", "Queued"]


class DeliveryState(StrEnum):
    """How far an instance has come on its way to a destination."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    STORED = "stored"  # accepted; the destination has not yet committed to keep it
    DELIVERED = "delivered"
    FAILED = "failed"  # given up; a person may have it sent again


class Queued(StrEnum):
    """What became of an instance that was put into the queue."""

    NEW = "new"
    KNOWN = "known"  # the same content is under way, or has arrived
    REPLACED = "replaced"  # other content with the same UID was there
    AGAIN = "again"  # it had been given up, or is to be sent once more


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An instance in a file.

    Attributes
    ----------
    path : absolute, or archive and member, as `imaging.source.source_from_path` reads it
    digest : SHA-256 of the file, hexadecimal
    """

    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    study_instance_uid: str
    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """An instance on its way to a destination.

    Attributes
    ----------
    destination : its name in the settings
    attempts : how often it was tried, the present one included
    due_at : not to be tried, or not to be asked for, before this
    detail : why it failed, or what was done to it; nothing of the patient
    """

    delivery_id: int
    destination: str
    outgoing: Outgoing
    state: DeliveryState
    attempts: int
    due_at: datetime
    transaction_uid: str
    detail: str
    changed_at: datetime
