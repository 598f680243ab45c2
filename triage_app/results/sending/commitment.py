"""Asking a peer to commit to the storage of what it took (PS3.4 J), as the user of the service."""

from __future__ import annotations

from collections.abc import Sequence

from pydicom import Dataset
from pydicom.sequence import Sequence as ItemSequence
from pydicom.uid import UID
from pynetdicom import evt
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
)

from triage_app.errors import PeerError
from triage_app.imaging.elements import whole_number
from triage_app.intake.peers import Calling, Peer, associate
from triage_app.intake.receiving.commitment_reports import CommitmentReports
from triage_app.worklist.delivery_records import Outgoing

__all__ = ["ask_for_commitment"]

_REQUEST = 1
_SUCCESS = 0x0000


def ask_for_commitment(
    peer: Peer,
    calling: Calling,
    items: Sequence[Outgoing],
    transaction_uid: str,
    reports: CommitmentReports,
    wait_seconds: float,
) -> bool:
    """Ask, and keep the association open for a while for the report.

    Parameters
    ----------
    transaction_uid : under which the queue holds the instances already
    wait_seconds : after which the association is released; the report may then come over one that
        the peer opens to our receiver

    Returns
    -------
    bool
        whether the report came

    Raises
    ------
    PeerError
        where the peer cannot be reached, does not have the service, or refuses the request
    """
    information = Dataset()
    information.TransactionUID = UID(transaction_uid)
    references = []
    for item in items:
        reference = Dataset()
        reference.ReferencedSOPClassUID = UID(item.sop_class_uid)
        reference.ReferencedSOPInstanceUID = UID(item.sop_instance_uid)
        references.append(reference)
    information.ReferencedSOPSequence = ItemSequence(references)
    handlers = [(evt.EVT_N_EVENT_REPORT, reports.handle)]
    contexts = [build_context(StorageCommitmentPushModel)]
    with associate(peer, calling, contexts, handlers=handlers) as association:
        try:
            status, _ = association.send_n_action(
                information,
                _REQUEST,
                StorageCommitmentPushModel,
                StorageCommitmentPushModelInstance,
            )
        except (RuntimeError, ValueError) as error:
            raise PeerError(
                f"{peer.name}: the request for storage commitment cannot be sent."
            ) from error
        code = whole_number(status, "Status")
        if code != _SUCCESS:
            said = "did not answer" if code is None else f"answered with status {code:#06x}"
            raise PeerError(f"{peer.name}: {said} when asked for storage commitment.")
        return reports.wait_for(transaction_uid, wait_seconds)
