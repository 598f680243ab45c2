"""The receiver against senders that behave, that err, and that mean ill."""

from __future__ import annotations

import socket
import struct
import threading
from collections import deque
from pathlib import Path

import pytest
from pydicom import dcmread
from pynetdicom.pdu import A_ASSOCIATE_RQ, A_RELEASE_RQ, P_DATA_TF
from pynetdicom.pdu_primitives import (
    A_ASSOCIATE,
    ImplementationClassUIDNotification,
    MaximumLengthNotification,
)
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from tests.conftest import InstanceFactory
from tests.intake.receiving.conftest import StationFactory
from tests.intake.receiving.listening import CR, DX, Station, call, leave, read_with_uid
from tests.waiting import wait_until
from triage_app.errors import StoreUnavailableError, TriageError
from triage_app.intake.network import decodable_syntaxes
from triage_app.intake.receiving.receiver import Received, Refused, storage_contexts
from triage_app.worklist.arrival_records import Registration

CT = "1.2.840.10008.5.1.4.1.1.2"


@pytest.fixture
def image(make_instance: InstanceFactory) -> Path:
    return make_instance()


def test_it_answers_an_echo(station: Station) -> None:
    association = call(station, contexts=((Verification, "1.2.840.10008.1.2"),))
    assert association.send_c_echo().Status == 0x0000
    association.release()


def test_what_was_acknowledged_is_on_disk_byte_for_byte(station: Station, image: Path) -> None:
    dataset = dcmread(image)
    association = call(station)
    assert association.send_c_store(dataset).Status == 0x0000
    content = station.content_of(dataset.SOPInstanceUID)
    association.release()
    assert content.endswith(image.read_bytes()[-10_000:])
    assert dcmread(image) == dcmread(next(station.spool.files()))
    assert station.events == [Received("SENDER", Registration.NEW)]


def test_the_same_instance_twice_is_success_and_kept_once(station: Station, image: Path) -> None:
    association = call(station)
    for _ in range(2):
        assert association.send_c_store(dcmread(image)).Status == 0x0000
    association.release()
    assert len(list(station.spool.files())) == 1
    assert [event.registration for event in station.events if isinstance(event, Received)] == [
        Registration.NEW,
        Registration.REPEATED,
    ]


def test_only_what_a_model_reads_is_accepted_in_negotiation(station: Station) -> None:
    explicit = "1.2.840.10008.1.2.1"
    association = call(station, contexts=((CR, explicit), (DX, explicit), (CT, explicit)))
    assert {context.abstract_syntax for context in association.accepted_contexts} == {CR, DX}
    association.release()


def test_every_transfer_syntax_that_is_decoded_is_accepted() -> None:
    (context,) = storage_contexts([CR])
    assert {str(uid) for uid in context.transfer_syntax or ()} == set(decodable_syntaxes())
    assert len(decodable_syntaxes()) >= 12


def test_another_class_than_was_negotiated_gets_0122(station: Station, image: Path) -> None:
    dataset = dcmread(image)
    association = call(station, contexts=((CR, dataset.file_meta.TransferSyntaxUID),))
    # a sender that states DX under the context of CR
    association.accepted_contexts[0].abstract_syntax = DX
    dataset.SOPClassUID = DX
    assert association.send_c_store(dataset).Status == 0x0122
    association.release()
    assert isinstance(station.events[0], Refused)
    assert list(station.spool.files()) == []


def test_a_full_disk_is_told_with_a700(start_station: StationFactory, image: Path) -> None:
    station = start_station(least_free_mib=2**40)
    association = call(station)
    answer = association.send_c_store(dcmread(image))
    assert answer.Status == 0xA700
    assert "send again later" in answer.ErrorComment
    association.release()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreUnavailableError("locked"), 0xA700),
        (OSError(28, "No space left on device"), 0xA700),
        (MemoryError(), 0xA700),
        (ZeroDivisionError("Doe^Jane"), 0x0110),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else hex(value),
)
def test_each_error_has_its_status_and_ends_nothing(
    station: Station,
    image: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
) -> None:
    def fail(_instance: object) -> Registration:
        raise error

    monkeypatch.setattr(station.custody, "take", fail)
    association = call(station)
    assert association.send_c_store(dcmread(image)).Status == status
    monkeypatch.undo()
    assert association.send_c_store(dcmread(image)).Status == 0x0000
    association.release()
    assert "Doe" not in caplog.text


def test_nothing_of_a_patient_is_logged(
    station: Station, image: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    association = call(station)
    association.send_c_store(dcmread(image))
    association.release()
    ours = [record for record in caplog.records if record.name.startswith("triage_app")]
    assert ours
    for record in ours:
        assert "Probe" not in record.getMessage()
        assert "P-1" not in record.getMessage()


@pytest.mark.parametrize(
    ("changes", "title", "called", "is_accepted"),
    [
        ({}, "ANYBODY", None, True),
        ({}, "ANYBODY", "OTHER", False),
        ({"checks_called_ae_title": False}, "ANYBODY", "OTHER", True),
        ({"calling_ae_titles": ["CR1", "CR2"]}, "CR2", None, True),
        ({"calling_ae_titles": ["CR1", "CR2"]}, "CR3", None, False),
        ({"networks": ["127.0.0.0/8", "::1/128"]}, "ANYBODY", None, True),
        ({"networks": ["10.1.0.0/16"]}, "ANYBODY", None, False),
    ],
)
def test_who_may_send(
    start_station: StationFactory,
    changes: dict[str, object],
    title: str,
    called: str | None,
    is_accepted: bool,
) -> None:
    association = call(start_station(**changes), ae_title=title, called=called)
    assert association.is_established is is_accepted
    leave(association)


def test_it_listens_on_this_machine_only_unless_told(station: Station) -> None:
    assert station.options.host == station.host == "127.0.0.1"


def test_one_association_too_many_is_refused_for_the_moment(start_station: StationFactory) -> None:
    station = start_station(maximum_associations=2)
    held = [call(station) for _ in range(2)]
    assert all(association.is_established for association in held)
    refused = call(station)
    assert refused.is_rejected
    answer = refused.acceptor.primitive
    assert answer is not None
    assert (answer.result, answer.result_source) == (0x02, 0x03)
    leave(refused)
    held.pop().release()
    wait_until(lambda: station.receiver.associations < 2, "a place to become free")
    again = call(station)
    assert again.is_established
    for association in (again, *held):
        association.release()


def test_a_port_in_use_is_told(station: Station, start_station: StationFactory) -> None:
    with pytest.raises(TriageError, match="choose another port"):
        start_station(port=station.port)


# --- on the wire -----------------------------------------------------------------------------


def connect(station: Station) -> socket.socket:
    return socket.create_connection((station.host, station.port), timeout=30.0)


def association_request(called_ae_title: str) -> bytes:
    """Encode an A-ASSOCIATE-RQ for CR images."""
    request = A_ASSOCIATE()
    request.application_context_name = "1.2.840.10008.3.1.1.1"
    request.calling_ae_title, request.called_ae_title = "SENDER", called_ae_title
    length, implementation = MaximumLengthNotification(), ImplementationClassUIDNotification()
    length.maximum_length_received = 16382
    implementation.implementation_class_uid = "1.2.3.4"
    request.user_information = [length, implementation]
    context = build_context(CR, "1.2.840.10008.1.2.1")
    context.context_id = 1
    request.presentation_context_definition_list = [context]
    pdu = A_ASSOCIATE_RQ()
    pdu.from_primitive(request)
    return pdu.encode()


def associate_by_hand(station: Station) -> socket.socket:
    """Associate over a plain socket, so that what follows can be any bytes."""
    connection = connect(station)
    connection.sendall(association_request(station.options.ae_title))
    assert read_pdu(connection)[0] == 0x02
    return connection


def read_pdu(connection: socket.socket) -> bytes:
    """Read one PDU; empty where the other side closed."""
    head = b""
    while len(head) < 6:
        piece = connection.recv(6 - len(head))
        if not piece:
            return b""
        head += piece
    body = b""
    (length,) = struct.unpack(">L", head[2:])
    while len(body) < length:
        body += connection.recv(length - len(body))
    return head + body


def is_closed(connection: socket.socket) -> bool:
    """Tell that the other side ends the connection, perhaps after an A-ABORT."""
    try:
        pdu = read_pdu(connection)
        return pdu == b"" or (pdu[0] == 0x07 and connection.recv(1) == b"")
    except ConnectionResetError:
        return True


def p_data(control: int, data: bytes, context_id: int = 1) -> bytes:
    item = struct.pack(">LBB", len(data) + 2, context_id, control) + data
    return struct.pack(">BBL", 0x04, 0, len(item)) + item


def store_command(uid: str = "1.2.3.4") -> bytes:
    def element(number: int, value: bytes) -> bytes:
        value += b"\x00" * (len(value) % 2)
        return struct.pack("<HHL", 0, number, len(value)) + value

    body = b"".join(
        [
            element(0x0002, CR.encode()),
            element(0x0100, struct.pack("<H", 0x0001)),
            element(0x0110, struct.pack("<H", 1)),
            element(0x0700, struct.pack("<H", 0)),
            element(0x0800, struct.pack("<H", 1)),
            element(0x1000, uid.encode()),
        ]
    )
    return element(0x0000, struct.pack("<L", len(body))) + body


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\nHost: here\r\n\r\n",
        bytes(64),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),  # a TLS ClientHello
        b"\x01\x00\xff\xff\xff\xff" + bytes(64),  # an A-ASSOCIATE-RQ of 4 GiB
        b"\x01\x00\x00\x00\x00\x08garbage!",  # one that cannot be read
        b"\x04\x00\x00\x00\x00\x04\x00\x00\x00\x00",  # P-DATA before any association
    ],
    ids=["http", "zeros", "tls", "endless", "unreadable", "p-data"],
)
def test_garbage_on_the_port_is_answered_by_the_end(station: Station, garbage: bytes) -> None:
    with connect(station) as connection:
        connection.sendall(garbage)
        assert is_closed(connection)
    assert call_and_echo(station)


def call_and_echo(station: Station) -> bool:
    association = call(station, contexts=((Verification, "1.2.840.10008.1.2"),))
    is_answered = association.is_established and association.send_c_echo().Status == 0
    leave(association)
    return bool(is_answered)


def test_fifty_health_checks_leave_no_thread(station: Station) -> None:
    before = set(threading.enumerate())
    for _ in range(50):
        connect(station).close()
    wait_until(lambda: not set(threading.enumerate()) - before, "the threads to end")
    assert call_and_echo(station)


def test_half_of_an_association_request_leaves_no_thread(station: Station) -> None:
    before = set(threading.enumerate())
    for _ in range(10):
        with connect(station) as connection:
            connection.sendall(b"\x01\x00\x00\x00\x01\x00half")
    wait_until(lambda: not set(threading.enumerate()) - before, "the threads to end")


def test_who_never_asks_is_shut_out_in_time(start_station: StationFactory) -> None:
    station = start_station(acse_timeout_seconds=0.2)
    with connect(station) as connection:
        assert is_closed(connection)


def test_two_hundred_connections_at_once_are_borne(start_station: StationFactory) -> None:
    station = start_station(maximum_associations=4)
    held = [connect(station) for _ in range(200)]
    for connection in held:
        connection.close()
    wait_until(lambda: call_and_echo(station), "the receiver to answer again")


@pytest.mark.parametrize("kept_bytes", [3, 40, 5000])
def test_an_abort_in_the_middle_of_a_pdu_loses_and_keeps_nothing(
    station: Station, kept_bytes: int
) -> None:
    before = set(threading.enumerate())
    with associate_by_hand(station) as connection:
        connection.sendall(p_data(0x03, store_command()))
        connection.sendall(p_data(0x00, bytes(8000))[:kept_bytes])
    wait_until(lambda: not set(threading.enumerate()) - before, "the threads to end")
    assert list(station.spool.files()) == []
    assert station.events == []
    assert call_and_echo(station)


def test_a_sender_that_stands_still_is_aborted(start_station: StationFactory) -> None:
    station = start_station(network_timeout_seconds=0.3)
    with associate_by_hand(station) as connection:
        connection.sendall(p_data(0x03, store_command()))
        connection.sendall(p_data(0x00, bytes(8000))[:500])
        assert is_closed(connection)


def test_an_endless_object_ends_its_association(start_station: StationFactory) -> None:
    station = start_station(largest_object_mib=1)
    with associate_by_hand(station) as connection:
        connection.sendall(p_data(0x03, store_command()))
        three_gigabytes = (p_data(0x00, bytes(16000)) for _ in range(200_000))
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            deque(map(connection.sendall, three_gigabytes), maxlen=0)
    assert list(station.spool.files()) == []


def test_a_pdu_beyond_the_limit_ends_its_association(station: Station) -> None:
    with associate_by_hand(station) as connection:
        connection.sendall(struct.pack(">BBL", 0x04, 0, 2**31) + bytes(100))
        assert is_closed(connection)


def test_an_instance_without_a_data_set_is_refused(station: Station) -> None:
    with associate_by_hand(station) as connection:
        connection.sendall(p_data(0x03, store_command()) + p_data(0x02, b""))
        answer = P_DATA_TF()
        answer.decode(read_pdu(connection))
        assert answer.presentation_data_value_items
        connection.sendall(A_RELEASE_RQ().encode())
        read_pdu(connection)
    (event,) = station.events
    assert isinstance(event, Refused)


def test_a_stop_lets_a_transfer_finish(station: Station, image: Path) -> None:
    association = call(station)
    assert association.send_c_store(dcmread(image)).Status == 0x0000
    stopping = threading.Thread(target=station.receiver.stop, args=(30.0,))
    stopping.start()
    wait_until(lambda: not is_listening(station), "the port to close")
    other = read_with_uid(image, "1.2.3.99")
    assert association.send_c_store(other).Status == 0x0000
    association.release()
    stopping.join()
    assert set(station.store.arrivals.find(["1.2.3.99"])) == {"1.2.3.99"}


def is_listening(station: Station) -> bool:
    try:
        connect(station).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("in_mid_pdu", [False, True], ids=["idle", "in mid-PDU"])
def test_a_stop_aborts_who_does_not_leave(station: Station, in_mid_pdu: bool) -> None:
    with associate_by_hand(station) as connection:
        if in_mid_pdu:
            connection.sendall(p_data(0x03, store_command()))
            connection.sendall(p_data(0x00, bytes(8000))[:500])
        wait_until(lambda: station.receiver.associations == 1, "the association")
        station.receiver.stop(grace_seconds=0.1)
        assert is_closed(connection)
