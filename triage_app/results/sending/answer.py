"""What a destination says of an instance, whichever way it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Answer", "Verdict", "answer_to"]


class Verdict(Enum):
    """What follows from an answer."""

    TAKEN = "taken"
    LATER = "later"
    """It may be taken another time."""
    NEVER = "never"
    """The same again will be refused again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one instance.

    Attributes
    ----------
    detail : empty where there is nothing to tell; nothing of the patient
    """

    verdict: Verdict
    detail: str = ""


_SUCCESS = 0x0000
_MEANINGS = {
    0x0105: (Verdict.NEVER, "no such attribute"),
    0x0106: (Verdict.NEVER, "an attribute has an invalid value"),
    0x0110: (Verdict.LATER, "processing failed there"),
    0x0111: (Verdict.TAKEN, "it was there already"),
    0x0112: (Verdict.LATER, "no such instance there"),
    0x0117: (Verdict.NEVER, "its UID is invalid"),
    0x0119: (Verdict.NEVER, "it is there under another SOP class"),
    0x0122: (Verdict.NEVER, "its SOP class is not taken there"),
    0x0124: (Verdict.NEVER, "we are not allowed to store there"),
    0x0131: (Verdict.LATER, "the transaction is not known there"),
    0x0210: (Verdict.LATER, "it is sent twice at the same time"),
    0x0213: (Verdict.LATER, "it has no resources left"),
    0xB000: (Verdict.TAKEN, "stored, but some of its elements were changed there"),
    0xB006: (Verdict.TAKEN, "stored, but some of its elements were left out there"),
    0xB007: (Verdict.TAKEN, "stored, though it does not match its SOP class"),
    0xC122: (Verdict.NEVER, "its transfer syntax is not taken there"),
}
"""PS3.4 B.2.3, PS3.7 C, PS3.18 I.2.2."""
_CLASSES = {
    0xA7: (Verdict.LATER, "it has no room or no resources left"),
    0xA8: (Verdict.NEVER, "its SOP class is not taken there"),
    0xA9: (Verdict.NEVER, "it does not match its SOP class"),
    0xC0: (Verdict.NEVER, "it cannot be understood there"),
}


def answer_to(status: int) -> Answer:
    """Read a status of C-STORE, or a reason of STOW-RS or of storage commitment.

    (0000,0902) Error Comment is not read: peers quote the data set in it.
    """
    if status == _SUCCESS:
        return Answer(Verdict.TAKEN)
    known = _MEANINGS.get(status) or _CLASSES.get(status >> 8)
    if known is None and status >> 12 == 0xC:
        known = (Verdict.NEVER, "it cannot be understood there")
    if known is None and status >> 12 == 0xB:
        known = (Verdict.TAKEN, "stored with a warning")
    verdict, meaning = known or (Verdict.LATER, "an answer that the standard does not know")
    return Answer(verdict, f"{meaning} (status {status:#06x})")
