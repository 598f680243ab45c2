"""Asking a modality worklist what is ordered, and how urgently (PS3.4 K).

Nothing is acquired here: of an entry only what orders the reading is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    ModalityWorklistInformationFind,
)

from triage_app.errors import PeerError
from triage_app.imaging.elements import element_value, text_value
from triage_app.intake.ordering.order_rules import WorklistKeys
from triage_app.intake.peers import Calling, Peer, associate
from triage_app.intake.querying.find import describe_status
from triage_app.intake.querying.keys import date_range
from triage_app.worklist.orders import Order

__all__ = ["find_orders"]

_PENDING = (0xFF00, 0xFF01)
_SUCCESS = 0x0000


def find_orders(peer: Peer, calling: Calling, keys: WorklistKeys) -> list[Order]:
    """Ask a modality worklist.

    Returns
    -------
    list of Order
        one for each requested procedure; an entry that names no study and no accession number can
        order nothing and is left out

    Raises
    ------
    PeerError
        where the peer cannot be reached, refuses, or ends with a failure
    ValueError
        where the date is none
    """
    found: dict[Order, None] = {}
    with associate(peer, calling, [build_context(ModalityWorklistInformationFind)]) as association:
        for modality in keys.modalities or ("",):
            if not association.is_established:
                raise PeerError(f"{peer.name}: ended the association in the middle of a search.")
            answers = association.send_c_find(
                _identifier(keys, modality), ModalityWorklistInformationFind
            )
            for status, answer in answers:
                code = status.get("Status")
                if code in _PENDING:
                    if answer is None:
                        raise PeerError(f"{peer.name}: gave an answer that cannot be read.")
                    found |= dict.fromkeys(_orders(answer))
                elif code != _SUCCESS:
                    raise PeerError(f"{peer.name}: {describe_status(status)}.")
    return list(found)


def _identifier(keys: WorklistKeys, modality: str) -> Dataset:
    """Ask for the return keys of Type 1 and 2 that we read (PS3.4 Table K.6-1)."""
    step = Dataset()
    step.ScheduledStationAETitle = keys.station_ae_title
    step.ScheduledProcedureStepStartDate = date_range(keys.date, date.today())
    step.ScheduledProcedureStepStartTime = ""
    step.Modality = modality
    step.ScheduledProcedureStepID = ""
    identifier = Dataset()
    identifier.AccessionNumber = keys.accession_number
    identifier.PatientName = ""
    identifier.PatientID = ""
    identifier.StudyInstanceUID = ""
    identifier.RequestedProcedureID = ""
    identifier.RequestedProcedurePriority = ""
    identifier.ScheduledProcedureStepSequence = Sequence([step])
    return identifier


def _orders(answer: Dataset) -> Iterator[Order]:
    order = Order(
        text_value(answer, "AccessionNumber"),
        text_value(answer, "StudyInstanceUID"),
        text_value(answer, "PatientID"),
        str(element_value(answer, "RequestedProcedurePriority") or "").strip().upper(),
    )
    if order.accession_number or order.study_instance_uid:
        yield order
