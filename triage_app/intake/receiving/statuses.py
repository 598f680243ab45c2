"""From what went wrong to the DICOM status that its sender gets."""

from __future__ import annotations

from dataclasses import dataclass

from triage_app.errors import SpoolError, StoreUnavailableError, TriageError

__all__ = ["SUCCESS", "RefusalError", "StoreStatus", "status_for"]


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """A status of C-STORE (PS3.4 B.2.3, PS3.7 9.1.1.1.9) with its comment, at most 64 letters."""

    code: int
    comment: str = ""


SUCCESS = StoreStatus(0x0000)
SOP_CLASS_NOT_SUPPORTED = StoreStatus(0x0122, "No model here reads this SOP class")
NO_DATA_SET = StoreStatus(0xC000, "The request holds no data set")
_NO_ROOM = StoreStatus(0xA700, "No room on the receiver's disk; send again later")
_NO_QUEUE = StoreStatus(0xA700, "The receiver's database is not available; send again later")
_NO_MEMORY = StoreStatus(0xA700, "Not enough memory for this object")
_PROCESSING_FAILURE = StoreStatus(0x0110, "The receiver failed; its log says why")


class RefusalError(TriageError):
    """An instance is refused with a status of its own."""

    def __init__(self, status: StoreStatus) -> None:
        super().__init__(status.comment)
        self.status = status


# The first that fits counts
_STATUSES: tuple[tuple[type[BaseException], StoreStatus], ...] = (
    (SpoolError, _NO_ROOM),
    (StoreUnavailableError, _NO_QUEUE),
    (MemoryError, _NO_MEMORY),
    (OSError, _NO_ROOM),
)


def status_for(error: BaseException) -> StoreStatus:
    """Give the status for an error; what nobody foresaw is a processing failure."""
    if isinstance(error, RefusalError):
        return error.status
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            return status
    return _PROCESSING_FAILURE
