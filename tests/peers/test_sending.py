"""We send to other vendors: each instance once, in its own transfer syntax or without loss."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import InstanceFactory
from tests.intake.receiving.listening import Station
from tests.peers.certificates import make_identities
from tests.peers.programs import Archive, Orthanc, RunningProgram, free_port, require, run
from tests.waiting import wait_until
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Calling, Peer
from triage_app.results.sending.destination import Destination, Way
from triage_app.results.sending.outgoing import find_outgoing
from triage_app.results.sending.sender import Sender, SendingEvent, Sent
from triage_app.results.sending.turn import Turn
from triage_app.worklist.delivery_records import DeliveryState, Outgoing
from triage_app.worklist.store import WorklistStore

pytestmark = pytest.mark.peer

JPEG_2000 = "1.2.840.10008.1.2.4.90"
SYNTAXES = ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.70", JPEG_2000, "1.2.840.10008.1.2.5"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorklistStore]:
    with WorklistStore.open(tmp_path / "worklist.sqlite") as opened:
        yield opened


@pytest.fixture
def images(make_instance: InstanceFactory) -> list[Path]:
    return [make_instance(f"{uid}.dcm", transfer_syntax_uid=uid) for uid in SYNTAXES]


def send(
    store: WorklistStore, peer: Peer, paths: list[Path], folder: Path, **options: object
) -> list[SendingEvent]:
    destination = Destination.model_validate({"name": "there", "peer": peer.name, **options})
    found = [each for each in find_outgoing(paths) if isinstance(each, Outgoing)]
    store.deliveries.add("there", found)
    with Turn(folder / "turns", "there") as turn:
        sender = Sender(destination, peer, Calling("TRIAGE"), store.deliveries, turn)
        events = sender.run(CancelToken(), keeps_trying=False)
        return [event for event in events if event is not None]


def peer_of(archive: Archive, **options: object) -> Peer:
    return Peer.model_validate(
        {
            "name": "archive",
            "ae_title": archive.ae_title,
            "host": "127.0.0.1",
            "port": archive.port,
            **options,
        }
    )


def is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def test_orthanc_takes_each_syntax_as_it_is(
    orthanc: Orthanc, store: WorklistStore, images: list[Path], tmp_path: Path
) -> None:
    events = send(store, peer_of(orthanc), images, tmp_path)
    assert [type(event) for event in events] == [Sent] * len(images)
    assert {event.detail for event in events if isinstance(event, Sent)} == {""}


def test_dcmqrscp_gets_what_it_takes(
    dcmqrscp: Archive, store: WorklistStore, images: list[Path], tmp_path: Path
) -> None:
    events = send(store, peer_of(dcmqrscp), images, tmp_path)
    assert [type(event) for event in events] == [Sent] * len(images)


def test_storescp_without_decoders_gets_them_uncompressed(
    store: WorklistStore, images: list[Path], tmp_path: Path
) -> None:
    port, folder = free_port(), tmp_path / "arrived"
    folder.mkdir()
    command = [require("storescp"), "-aet", "SCP", "-od", str(folder), "+xe", str(port)]
    program = RunningProgram(command, tmp_path)
    try:
        wait_until(lambda: is_listening(port), "storescp to listen")
        peer = Peer(name="scp", ae_title="SCP", host="127.0.0.1", port=port)
        events = send(store, peer, images, tmp_path)
    finally:
        program.close()
    told = [event.detail for event in events if isinstance(event, Sent)]
    assert [bool(detail) for detail in told] == [False, True, True, True]
    for path in folder.iterdir():
        assert "=LittleEndianExplicit" in run("dcmdump", "+P", "0002,0010", path)


def test_storescp_takes_them_over_mutual_tls(
    store: WorklistStore, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    identities = make_identities(tmp_path / "tls", "us", "them")
    them, port, folder = identities["them"], free_port(), tmp_path / "arrived"
    folder.mkdir()
    tls = ["+tls", str(them.key), str(them.certificate), "+cf", str(them.authority)]
    command = [require("storescp"), *tls, "-aet", "SCP", "-od", str(folder), str(port)]
    program = RunningProgram(command, tmp_path)
    us = identities["us"]
    try:
        wait_until(lambda: is_listening(port), "storescp to listen")
        peer = Peer(name="scp", ae_title="SCP", host="127.0.0.1", port=port, tls=us.options())
        send(store, peer, [make_instance()], tmp_path)
    finally:
        program.close()
    assert len(list(folder.iterdir())) == 1


def test_orthanc_takes_them_by_stow_and_finds_them(
    orthanc: Orthanc, store: WorklistStore, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    paths = [
        make_instance(f"web-{uid}.dcm", uid_seed=f"web-{uid}", transfer_syntax_uid=uid)
        for uid in SYNTAXES
    ]
    peer = Peer(name="orthanc", url=orthanc.url)
    events = send(store, peer, paths, tmp_path, way=Way.WEB)
    assert [type(event) for event in events] == [Sent] * len(paths)
    states = {each.state for each in store.deliveries.list_deliveries()}
    assert states == {DeliveryState.DELIVERED}
    uid = next(each for each in find_outgoing(paths[:1]) if isinstance(each, Outgoing))
    assert orthanc.rest("/tools/lookup", content=uid.sop_instance_uid.encode())


def test_orthanc_commits_over_an_association_to_our_receiver(
    orthanc: Orthanc, station: Station, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    path = make_instance("committed.dcm", uid_seed="committed")
    send(
        station.store,
        peer_of(orthanc),
        [path],
        tmp_path,
        asks_for_commitment=True,
        commitment_wait_seconds=0.0,
    )

    def is_delivered() -> bool:
        (delivery,) = station.store.deliveries.list_deliveries()
        return delivery.state is DeliveryState.DELIVERED

    wait_until(is_delivered, "the report of Orthanc")
