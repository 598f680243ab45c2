"""Reports on storage commitments that we asked for (PS3.4 J.3.3), over whichever association."""

from __future__ import annotations

import logging
import threading

from pydicom.dataset import Dataset
from pynetdicom.events import Event

from triage_app.errors import StoreUnavailableError
from triage_app.imaging.elements import MALFORMED_DATA_ERRORS, text_value, whole_number
from triage_app.worklist.deliveries import DeliveryQueue

__all__ = ["CommitmentReports"]

logger = logging.getLogger(__name__)

_SUCCESS, _INVALID_ARGUMENT, _NO_RESOURCES = 0x0000, 0x0115, 0x0213
_NO_REASON = 0x0110
_MEANINGS = {
    0x0110: "processing failed there",
    0x0112: "it is not there",
    0x0119: "it is there under another SOP class",
    0x0122: "its SOP class is not kept there",
    0x0131: "the transaction is not unique",
    0x0213: "it has no resources left",
}
"""PS3.3 C.14.1.1."""


class CommitmentReports:
    """Takes reports (N-EVENT-REPORT, PS3.4 J.3.3) and settles what they are about.

    Parameters
    ----------
    queue : in which the instances wait for their commitment
    """

    def __init__(self, queue: DeliveryQueue) -> None:
        self._queue = queue
        self._came: set[str] = set()
        self._changed = threading.Condition()

    def handle(self, event: Event) -> tuple[int, Dataset | None]:
        """Answer a report once the queue knows of it; may be called from any thread."""
        try:
            information = event.event_information
            transaction_uid = text_value(information, "TransactionUID")
            committed = [
                text_value(item, "ReferencedSOPInstanceUID")
                for item in information.get("ReferencedSOPSequence") or ()
            ]
            failed = {
                text_value(item, "ReferencedSOPInstanceUID"): _refusal(item)
                for item in information.get("FailedSOPSequence") or ()
            }
        except MALFORMED_DATA_ERRORS:
            return _INVALID_ARGUMENT, None
        try:
            self._queue.settle_commitment(transaction_uid, committed, failed)
        except StoreUnavailableError as error:
            logger.warning("a storage commitment report waits to come again: %s", error)
            return _NO_RESOURCES, None
        with self._changed:
            self._came.add(transaction_uid)
            self._changed.notify_all()
        return _SUCCESS, None

    def wait_for(self, transaction_uid: str, seconds: float) -> bool:
        """Wait until the report of a transaction has come; say whether it has."""
        with self._changed:
            return self._changed.wait_for(lambda: transaction_uid in self._came, seconds)


def _refusal(item: Dataset) -> str:
    reason = whole_number(item, "FailureReason") or _NO_REASON
    meaning = _MEANINGS.get(reason, "a reason that the standard does not know")
    return f"was taken, but its storage is not committed to: {meaning} ({reason:#06x})"
