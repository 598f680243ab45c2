"""Peers that vanish, dawdle, come in crowds, or send the same again with other content."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path

from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian

from tests.conftest import InstanceFactory
from tests.intake.receiving.conftest import StationFactory
from tests.intake.receiving.listening import CR, Station, call, read_with_uid
from tests.intake.receiving.test_receiver import (
    associate_by_hand,
    association_request,
    call_and_echo,
    connect,
    is_closed,
    p_data,
    read_pdu,
    store_command,
)
from tests.waiting import SECONDS, wait_until
from triage_app.intake.custody import ReceivedInstance
from triage_app.worklist.arrival_records import Registration

UID = "1.2.3.4"
P_DATA = 0x04


def test_an_association_whose_peer_has_vanished_is_ended(start_station: StationFactory) -> None:
    # as after a cable was pulled: the connection stands, and nothing comes any more
    station = start_station(network_timeout_seconds=0.3)
    with associate_by_hand(station) as connection:
        assert is_closed(connection)
    wait_until(lambda: station.receiver.associations == 0, "the association to end")


def test_a_request_that_drips_is_shut_out_in_time(start_station: StationFactory) -> None:
    station = start_station(acse_timeout_seconds=0.5)
    pause = threading.Event()

    def drip(connection: socket.socket) -> None:
        for byte in association_request(station.options.ae_title):
            connection.sendall(bytes([byte]))
            pause.wait(0.02)  # each byte comes well before anybody would call it silence

    with connect(station) as connection:
        with contextlib.suppress(OSError):
            drip(connection)
        assert is_closed(connection)
    assert call_and_echo(start_station())


def test_a_sender_of_single_bytes_is_heard_to_its_end(
    station: Station, make_instance: InstanceFactory
) -> None:
    whole = make_instance(shape=(16, 16)).read_bytes()
    data_set = whole[whole.index(b"\x08\x00", 132) :]
    with associate_by_hand(station) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in p_data(0x03, store_command(UID)) + p_data(0x02, data_set):
            connection.sendall(bytes([byte]))
        assert read_pdu(connection)[0] == P_DATA
        assert station.content_of(UID).endswith(data_set)


def test_aborts_in_the_midst_leave_no_thread(station: Station) -> None:
    before = set(threading.enumerate())
    for _ in range(20):
        association = call(station)
        assert association.is_established
        association.abort()
    wait_until(lambda: not set(threading.enumerate()) - before, "the threads to end")
    assert station.receiver.associations == 0


def test_two_hundred_that_want_an_association_at_once_are_all_answered(
    start_station: StationFactory,
) -> None:
    station = start_station(maximum_associations=8)
    request = association_request(station.options.ae_title)
    held = [connect(station) for _ in range(200)]
    answers = []
    for connection in held:
        connection.settimeout(SECONDS)
        with contextlib.suppress(OSError):  # one too many, and closed already
            connection.sendall(request)
    for connection in held:
        try:
            answers.append(read_pdu(connection)[:1])
        except ConnectionResetError:
            answers.append(b"")
    for connection in held:  # only now, since a place that becomes free is given again
        connection.close()
    accepted, rejected, closed = b"\x02", b"\x03", b""
    assert set(answers) <= {accepted, rejected, closed}
    assert 1 <= answers.count(accepted) <= 8
    wait_until(lambda: call_and_echo(station), "the receiver to answer again")


def received(content: bytes) -> ReceivedInstance:
    return ReceivedInstance(CR, UID, ExplicitVRLittleEndian, content, "CR1")


def test_the_same_uid_from_many_at_once_with_other_content_loses_none(station: Station) -> None:
    contents = [bytes([number]) * 5000 for number in range(8)]
    told: list[Registration] = []
    threads = [
        threading.Thread(target=lambda each=each: told.append(station.custody.take(received(each))))
        for each in contents
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [Registration.NEW, *[Registration.REPLACED] * 7]
    # until one of them has its outcome nothing is taken away
    assert len(list(station.spool.files())) == 8
    station.custody.remove_obsolete()
    kept = {path.read_bytes()[-5000:] for path in station.spool.files()}
    assert station.content_of(UID)[-5000:] in kept


def test_other_content_under_the_same_uid_is_taken_and_the_first_file_stays(
    station: Station, make_instance: InstanceFactory
) -> None:
    first = read_with_uid(make_instance("1.dcm"), UID)
    second = read_with_uid(make_instance("2.dcm", bits_stored=10), UID)
    association = call(station)
    for dataset in (first, second):
        assert association.send_c_store(dataset).Status == 0x0000
    association.release()
    kept = {bytes(dcmread(path).PixelData) for path in station.spool.files()}
    assert kept == {bytes(first.PixelData), bytes(second.PixelData)}
    arrival = station.store.arrivals.find([UID])[UID]
    assert dcmread(Path(arrival.path)).PixelData == second.PixelData
