"""Storage commitment: who asks hears what lies safely here, now or after a restart."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pynetdicom import AE, evt
from pynetdicom.association import Association
from pynetdicom.events import Event
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
)

from tests.conftest import InstanceFactory
from tests.intake.receiving.listening import CR, DX, Station, call, leave
from tests.waiting import SECONDS, wait_until

Reports = queue.SimpleQueue[tuple[int, Dataset]]


@pytest.fixture
def reports() -> Reports:
    return queue.SimpleQueue()


@pytest.fixture
def asking(station: Station, reports: Reports) -> Iterator[Association]:
    """Give an association that asks for commitments and hears reports."""

    def hear(event: Event) -> tuple[int, None]:
        reports.put((event.event_type, event.event_information))
        return 0x0000, None

    ae = AE(ae_title="CR1")
    ae.add_requested_context(StorageCommitmentPushModel)
    association = ae.associate(
        station.host,
        station.port,
        ae_title="TRIAGE",
        evt_handlers=[(evt.EVT_N_EVENT_REPORT, hear)],
    )
    assert association.is_established
    yield association
    leave(association)


@pytest.fixture
def kept_uid(station: Station, make_instance: InstanceFactory) -> str:
    dataset = dcmread(make_instance())
    association = call(station)
    assert association.send_c_store(dataset).Status == 0x0000
    association.release()
    return str(dataset.SOPInstanceUID)


def request(*references: tuple[str, str]) -> Dataset:
    information = Dataset()
    information.TransactionUID = "1.2.3.4.5.6"
    information.ReferencedSOPSequence = []
    for sop_class_uid, uid in references:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class_uid, uid
        information.ReferencedSOPSequence.append(item)
    return information


def without_references() -> Dataset:
    information = request()
    del information.ReferencedSOPSequence
    return information


def ask(association: Association, information: Dataset, action: int = 1) -> int:
    status, _ = association.send_n_action(
        information, action, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
    )
    return int(status.Status)


def test_what_is_kept_is_reported_over_the_same_association(
    station: Station, asking: Association, reports: Reports, kept_uid: str
) -> None:
    assert ask(asking, request((CR, kept_uid))) == 0x0000
    event_type, information = reports.get(timeout=SECONDS)
    assert event_type == 1
    assert information.TransactionUID == "1.2.3.4.5.6"
    assert [item.ReferencedSOPInstanceUID for item in information.ReferencedSOPSequence] == [
        kept_uid
    ]
    assert "FailedSOPSequence" not in information
    wait_until(lambda: not station.store.commitments.list_due(), "the report to be noted")


def test_what_is_not_kept_is_reported_with_its_reason(
    station: Station, asking: Association, reports: Reports, kept_uid: str
) -> None:
    Path(station.store.arrivals.find([kept_uid])[kept_uid].path).unlink()
    assert ask(asking, request((CR, kept_uid), (CR, "1.2.99"))) == 0x0000
    event_type, information = reports.get(timeout=SECONDS)
    assert event_type == 2
    assert [item.FailureReason for item in information.FailedSOPSequence] == [0x0112, 0x0112]


def test_another_class_than_it_was_sent_with_is_a_conflict(
    asking: Association, reports: Reports, kept_uid: str
) -> None:
    assert ask(asking, request((DX, kept_uid))) == 0x0000
    event_type, information = reports.get(timeout=SECONDS)
    assert event_type == 2
    assert information.FailedSOPSequence[0].FailureReason == 0x0119


@pytest.mark.parametrize(
    ("information", "action", "status"),
    [(request((CR, "1.2.3")), 2, 0x0123), (without_references(), 1, 0x0115)],
    ids=["another action", "no references"],
)
def test_what_is_no_request_is_refused(
    station: Station, asking: Association, information: Dataset, action: int, status: int
) -> None:
    assert ask(asking, information, action) == status
    assert station.store.commitments.list_due() == []
