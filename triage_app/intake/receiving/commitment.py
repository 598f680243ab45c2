"""Storage commitment as its performer (PS3.4 J): who asks hears what lies safely here."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as ItemSequence
from pydicom.uid import UID
from pynetdicom.association import Association
from pynetdicom.dimse_primitives import N_ACTION
from pynetdicom.events import Event
from pynetdicom.pdu import P_DATA_TF
from pynetdicom.presentation import build_context, build_role
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
)

from triage_app.errors import PeerError, StoreUnavailableError
from triage_app.imaging.header import MALFORMED_DATA_ERRORS
from triage_app.intake.peers import Calling, Peer, associate
from triage_app.worklist.commitments import Commitment
from triage_app.worklist.store import WorklistStore

__all__ = ["CommitmentPerformer"]

logger = logging.getLogger(__name__)

_REQUEST = 1
_ALL_KEPT, _SOME_NOT_KEPT = 1, 2
_NO_SUCH_OBJECT, _OTHER_CLASS = 0x0112, 0x0119
_SUCCESS = 0x0000
_NO_SUCH_INSTANCE, _INVALID_ARGUMENT, _NO_SUCH_ACTION, _NO_RESOURCES = (
    0x0112,
    0x0115,
    0x0123,
    0x0213,
)
_PAUSES_SECONDS = (2.0, 10.0, 60.0, 300.0, 900.0, 3600.0, 3600.0, 3600.0)
_LOOK_SECONDS = 1.0


class CommitmentPerformer:
    """Takes requests, checks them against disk and queue, and reports.

    The report goes over a new association where the requester is one of `peers`, because many close
    theirs at once; else over the one that the request came by, while it lasts.

    Parameters
    ----------
    store : queue and requests; a request survives a restart
    calling : how we call others
    peers : by AE title
    """

    def __init__(self, store: WorklistStore, calling: Calling, peers: Mapping[str, Peer]) -> None:
        self._store = store
        self._calling = calling
        self._peers = peers
        self._answered_by: dict[Commitment, Association] = {}
        self._unanswered: dict[Association, list[Commitment]] = {}
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._is_ending = False
        self._thread = threading.Thread(target=self._run, name="storage-commitment", daemon=True)

    def start(self) -> None:
        """Begin to report."""
        self._thread.start()

    def stop(self) -> None:
        """End; what was not reported is reported after the next start."""
        self._is_ending = True
        self._news.set()
        self._thread.join()

    def handle_action(self, event: Event) -> tuple[int, Dataset | None]:
        """Take a request (N-ACTION, PS3.4 J.3.2); the report follows once it was answered."""
        if event.action_type != _REQUEST:
            return _NO_SUCH_ACTION, None
        request = cast(N_ACTION, event.request)
        if request.RequestedSOPInstanceUID != StorageCommitmentPushModelInstance:
            return _NO_SUCH_INSTANCE, None
        try:
            information = event.action_information
            commitment = Commitment(
                str(information.TransactionUID),
                str(event.assoc.requestor.ae_title),
                tuple(
                    (str(item.ReferencedSOPClassUID), str(item.ReferencedSOPInstanceUID))
                    for item in information.ReferencedSOPSequence
                ),
            )
        except MALFORMED_DATA_ERRORS:
            return _INVALID_ARGUMENT, None
        try:
            self._store.commitments.add(commitment)
        except StoreUnavailableError as error:
            logger.warning("a storage commitment is refused: %s", error)
            return _NO_RESOURCES, None
        with self._lock:
            self._unanswered.setdefault(event.assoc, []).append(commitment)
        return _SUCCESS, None

    def handle_sent_pdu(self, event: Event) -> None:
        """See that the answer to the request has left: only then may the report follow."""
        with self._lock:
            if not self._unanswered or not isinstance(event.pdu, P_DATA_TF):
                return
            for commitment in self._unanswered.pop(event.assoc, ()):
                self._answered_by[commitment] = event.assoc
        self._news.set()

    def forget(self, association: Association) -> None:
        """Let go of an association that has ended."""
        with self._lock:
            self._unanswered.pop(association, None)

    def _run(self) -> None:
        while not self._is_ending:
            try:
                for commitment in self._store.commitments.list_due():
                    if self._is_ending:
                        break
                    self._report(commitment)
            except StoreUnavailableError as error:
                logger.warning("storage commitments wait: %s", error)
            self._news.wait(_LOOK_SECONDS)
            self._news.clear()

    def _report(self, commitment: Commitment) -> None:
        with self._lock:
            if any(commitment in waiting for waiting in self._unanswered.values()):
                return
            association = self._answered_by.pop(commitment, None)
        information, event_type = self._inform(commitment)
        peer = self._peers.get(commitment.requester)
        try:
            if peer is not None:
                self._report_to(peer, information, event_type)
            else:
                _send(association, information, event_type)
        except PeerError as error:
            self._postpone(commitment, error)
        else:
            self._store.commitments.remove(commitment)

    def _postpone(self, commitment: Commitment, error: PeerError) -> None:
        if commitment.attempts >= len(_PAUSES_SECONDS):
            logger.warning(
                "a storage commitment to %r is given up: %s", commitment.requester, error
            )
            self._store.commitments.remove(commitment)
            return
        logger.info("a storage commitment to %r waits: %s", commitment.requester, error)
        self._store.commitments.postpone(commitment, _PAUSES_SECONDS[commitment.attempts])

    def _inform(self, commitment: Commitment) -> tuple[Dataset, int]:
        """Give Event Information and Event Type (PS3.4 J.3.3)."""
        known = self._store.arrivals.find(uid for _, uid in commitment.references)
        kept, failed = [], []
        for sop_class_uid, uid in commitment.references:
            arrival = known.get(uid)
            if arrival is None or not Path(arrival.path).is_file():
                failed.append(_reference(sop_class_uid, uid, _NO_SUCH_OBJECT))
            elif arrival.sop_class_uid != sop_class_uid:
                failed.append(_reference(sop_class_uid, uid, _OTHER_CLASS))
            else:
                kept.append(_reference(sop_class_uid, uid))
        information = Dataset()
        information.TransactionUID = UID(commitment.transaction_uid)
        if kept:
            information.ReferencedSOPSequence = ItemSequence(kept)
        if failed:
            information.FailedSOPSequence = ItemSequence(failed)
        return information, _SOME_NOT_KEPT if failed else _ALL_KEPT

    def _report_to(self, peer: Peer, information: Dataset, event_type: int) -> None:
        # we call, and are the performer all the same: PS3.4 J.3.3.1
        context = build_context(StorageCommitmentPushModel)
        role = build_role(StorageCommitmentPushModel, scu_role=False, scp_role=True)
        with associate(peer, self._calling, [context], roles=[role]) as association:
            _send(association, information, event_type)


def _reference(sop_class_uid: str, uid: str, failure_reason: int | None = None) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = UID(sop_class_uid)
    item.ReferencedSOPInstanceUID = UID(uid)
    if failure_reason is not None:
        item.FailureReason = failure_reason
    return item


def _send(association: Association | None, information: Dataset, event_type: int) -> None:
    if association is None or not association.is_established:
        raise PeerError("its association has ended, and the settings do not say where it is")
    try:
        answer, _ = association.send_n_event_report(
            information,
            event_type,
            StorageCommitmentPushModel,
            StorageCommitmentPushModelInstance,
        )
    except (RuntimeError, ValueError) as error:
        raise PeerError(f"the report cannot be sent ({error})") from error
    status = answer.get("Status")
    if status != _SUCCESS:
        raise PeerError(
            "the report was not answered" if status is None else f"the report got {status:#06x}"
        )
