"""Orthanc by DICOMweb over https: a proxy in front ends the TLS, as in most hospitals.

Debian 12's Orthanc ends with a segmentation fault when it is to speak https itself.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import InstanceFactory
from tests.intake.receiving.listening import CR, Station
from tests.peers.certificates import Identity, make_identities
from tests.peers.programs import Orthanc, RunningProgram, free_port, require
from tests.waiting import wait_until
from triage_app.errors import PeerError
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Calling, Peer
from triage_app.intake.querying.fetching import Fetcher, search
from triage_app.intake.querying.keys import Method, QueryKeys
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.results.sending.destination import Destination, Way
from triage_app.results.sending.outgoing import find_outgoing
from triage_app.results.sending.sender import Sender, Sent
from triage_app.results.sending.turn import Turn
from triage_app.worklist.delivery_records import Outgoing

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Identity]:
    return make_identities(tmp_path_factory.mktemp("https"), "us", "them")


@pytest.fixture(scope="module")
def https_url(
    tmp_path_factory: pytest.TempPathFactory, trusted: dict[str, Identity], orthanc: Orthanc
) -> Iterator[str]:
    """Start stunnel before Orthanc; it wants a certificate of ours."""
    folder, port, them = tmp_path_factory.mktemp("stunnel"), free_port(), trusted["them"]
    configuration = folder / "stunnel.conf"
    configuration.write_text(
        f"foreground = yes\npid =\n[https]\naccept = 127.0.0.1:{port}\n"
        f"connect = 127.0.0.1:{orthanc.http_port}\ncert = {them.certificate}\nkey = {them.key}\n"
        f"CAfile = {them.authority}\nverifyChain = yes\nsslVersionMin = TLSv1.2\n"
    )
    program = RunningProgram([require("stunnel4"), str(configuration)], folder)

    def is_listening() -> bool:
        program.require_running()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            return False
        return True

    wait_until(is_listening, "stunnel to listen")
    yield f"https://127.0.0.1:{port}/dicom-web"
    program.close()


@pytest.fixture
def peer(https_url: str, trusted: dict[str, Identity]) -> Peer:
    return Peer(name="https", url=https_url, tls=trusted["us"].options())


def test_we_search_send_and_fetch_over_mutual_tls(
    peer: Peer, station: Station, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    path = make_instance("https.dcm", study_instance_uid="1.2.44.1", uid_seed="https")
    (outgoing,) = (each for each in find_outgoing([path]) if isinstance(each, Outgoing))
    destination = Destination(name="there", peer=peer.name, way=Way.WEB)
    station.store.deliveries.add("there", [outgoing])
    with Turn(tmp_path / "turns", "there") as turn:
        sender = Sender(destination, peer, Calling("TRIAGE"), station.store.deliveries, turn)
        events = [event for event in sender.run(CancelToken(), keeps_trying=False) if event]
    assert [type(event) for event in events] == [Sent]
    keys = QueryKeys(study_instance_uid="1.2.44.1")
    found = search(peer, station.options, keys, by_web=True)
    fetcher = Fetcher(peer, station.options, station.store, station.custody, [CR])
    assert [each.completed for each in fetcher.fetch(found, Method.WEB)] == [1]
    assert outgoing.sop_instance_uid in station.store.arrivals.find([outgoing.sop_instance_uid])
    assert fetcher.narrow(found[0], by_web=True) is None


def test_who_shows_no_certificate_is_told(https_url: str, trusted: dict[str, Identity]) -> None:
    options = trusted["us"].options(certificate=None, key=None)
    peer = Peer(name="https", url=https_url, tls=options)
    with pytest.raises(PeerError, match="https: "):
        search(peer, ReceiverOptions(), QueryKeys(), by_web=True)
