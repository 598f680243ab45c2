"""Reports go out by the queue as messages: acknowledged, tried again, or given up."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.core import Message
from hl7apy.mllp import AbstractHandler, MLLPServer
from hl7apy.parser import parse_message
from pydantic import ValidationError
from pydicom import Dataset, dcmread

from tests.peers.programs import free_port
from tests.serving import QuietHandler, Serving
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.errors import PeerError, TriageError
from triage_app.intake.events import CancelToken
from triage_app.intake.peers import Calling, Hl7Receiver, Peer
from triage_app.results.dicom.writing import write_dataset
from triage_app.results.messages.messenger import FhirMessenger, Hl7Messenger
from triage_app.results.sending.answer import Verdict
from triage_app.results.sending.destination import Destination, Way, find_destination
from triage_app.results.sending.sender import Sender
from triage_app.results.sending.turn import Turn
from triage_app.worklist.delivery_records import DeliveryState, Outgoing
from triage_app.worklist.store import WorklistStore


class Hospital:
    """An HL7 receiver, by hl7apy's server: checks each message strictly and acknowledges it."""

    def __init__(self) -> None:
        self.code, self.messages = "AA", []
        self.wrong_id = False
        hospital = self

        class Handler(AbstractHandler):
            def reply(self) -> str:
                message = parse_message(
                    self.incoming_message, validation_level=VALIDATION_LEVEL.STRICT
                )
                message.validate()
                hospital.messages.append(self.incoming_message)
                answer = Message("ACK", version="2.5.1")
                answer.msh.msh_9 = "ACK^R01^ACK"
                answer.msa.msa_1 = hospital.code
                control = "OTHER" if hospital.wrong_id else message.msh.msh_10.to_er7()
                answer.msa.msa_2 = control
                return str(answer.to_mllp())

        handlers = {"ORU^R01^ORU_R01": (Handler,)}
        receiver = MLLPServer("127.0.0.1", 0, handlers)
        self.port = receiver.server_address[1]
        self._serving = Serving(receiver)

    def close(self) -> None:
        self._serving.close()


@pytest.fixture
def hospital() -> Iterator[Hospital]:
    made = Hospital()
    yield made
    made.close()


@pytest.fixture
def hl7_peer(hospital: Hospital) -> Peer:
    return Peer(name="RIS", hl7=Hl7Receiver(host="127.0.0.1", port=hospital.port, facility="H"))


def test_a_report_is_sent_and_acknowledged(
    hospital: Hospital, hl7_peer: Peer, report_file: Outgoing
) -> None:
    with Hl7Messenger(hl7_peer) as messenger:
        # the peer closes the connection after each message
        answers = [messenger.send(report_file) for _ in range(3)]
    assert [answer.verdict for answer in answers] == [Verdict.TAKEN] * 3
    assert len(set(hospital.messages)) == 1, "the same report is the same message"
    assert "山田" in hospital.messages[0]
    assert "|H|" in hospital.messages[0].split("\r")[0]


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("AA", Verdict.TAKEN),
        ("CA", Verdict.TAKEN),
        ("AE", Verdict.NEVER),
        ("AR", Verdict.LATER),
        ("XX", Verdict.LATER),
    ],
)
def test_an_acknowledgement_says_what_follows(
    hospital: Hospital, hl7_peer: Peer, report_file: Outgoing, code: str, verdict: Verdict
) -> None:
    hospital.code = code
    with Hl7Messenger(hl7_peer) as messenger:
        assert messenger.send(report_file).verdict is verdict


def test_an_answer_to_another_message_is_not_believed(
    hospital: Hospital, hl7_peer: Peer, report_file: Outgoing
) -> None:
    hospital.wrong_id = True
    with Hl7Messenger(hl7_peer) as messenger, pytest.raises(PeerError, match="another message"):
        messenger.send(report_file)


@pytest.mark.parametrize("answer", [b"", b"hello\x1c\r", b"\x0bMSH|^~\\&|x\r\x1c\r"])
def test_a_peer_that_does_not_acknowledge_is_told(report_file: Outgoing, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                while not connection.recv(65536).endswith(b"\x1c\r"):
                    pass
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        peer = Peer(name="RIS", hl7=Hl7Receiver(host="127.0.0.1", port=server.getsockname()[1]))
        with Hl7Messenger(peer) as messenger, pytest.raises(PeerError, match="RIS"):
            messenger.send(report_file)
        thread.join()


def test_what_is_no_report_needs_no_message(
    hl7_peer: Peer, hospital: Hospital, report: Dataset, report_file: Outgoing, tmp_path: Path
) -> None:
    picture = Outgoing("1.2.3", "1.2.840.10008.5.1.4.1.1.7", "", "", "nowhere.dcm", "")
    report.Manufacturer = "Another vendor"
    path = write_dataset(report, tmp_path / "other.dcm")
    foreign = Outgoing("1.2.4", report_file.sop_class_uid, "", "", str(path), "")
    with Hl7Messenger(hl7_peer) as messenger:
        assert messenger.send(picture).verdict is Verdict.TAKEN
        refused = messenger.send(foreign)
    assert refused.verdict is Verdict.NEVER
    assert "no AI report of this program" in refused.detail
    assert hospital.messages == []


class Server:
    """A FHIR server that takes a transaction only where it is valid."""

    def __init__(self) -> None:
        self.code, self.status, self.bundles = 200, "201 Created", []
        server = self

        class Handler(QuietHandler, http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"].startswith("application/fhir+json")
                code, answer = server.code, {}
                try:
                    bundle = Bundle.model_validate_json(content)
                except ValidationError:
                    code = 422
                else:
                    server.bundles.append(bundle)
                    entries = [{"response": {"status": server.status}} for _ in bundle.entry]
                    answer = {"resourceType": "Bundle", "entry": entries}
                self.answer(code, json.dumps(answer).encode(), "application/fhir+json")

        web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{web.server_port}/fhir"
        self._serving = Serving(web)

    def close(self) -> None:
        self._serving.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("code", "status", "verdict"),
    [
        (200, "201 Created", Verdict.TAKEN),
        (200, "200 OK", Verdict.TAKEN),
        (200, "422", Verdict.LATER),
        (422, "", Verdict.NEVER),
        (503, "", Verdict.LATER),
        (429, "", Verdict.LATER),
    ],
)
def test_a_transaction_is_believed_where_every_entry_was_taken(
    server: Server, report_file: Outgoing, code: int, status: str, verdict: Verdict
) -> None:
    server.code, server.status = code, status
    with FhirMessenger(Peer(name="FHIR", fhir_url=server.url)) as messenger:
        assert messenger.send(report_file).verdict is verdict
    assert len(server.bundles) == 1


@pytest.mark.parametrize("code", [401, 403, 404])
def test_a_server_that_refuses_us_is_told(server: Server, report_file: Outgoing, code: int) -> None:
    server.code = code
    peer = Peer(name="FHIR", fhir_url=server.url)
    with FhirMessenger(peer) as messenger, pytest.raises(PeerError, match=str(code)):
        messenger.send(report_file)


def test_a_token_does_not_travel_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FHIR_TOKEN", "secret")
    variable = "FHIR_TOKEN"
    peer = Peer(name="FHIR", fhir_url="http://fhir.example/r4", token_variable=variable)
    with pytest.raises(PeerError, match="TLS"):
        FhirMessenger(peer)


def test_the_queue_tries_again_until_the_peer_is_there(
    report_file: Outgoing, tmp_path: Path
) -> None:
    port = free_port()
    peer = Peer(name="RIS", hl7=Hl7Receiver(host="127.0.0.1", port=port))
    destination = Destination(name="RIS", peer="RIS", way=Way.HL7, first_pause_seconds=0)
    with (
        WorklistStore.open(tmp_path / "list.sqlite") as store,
        Turn(tmp_path, "RIS") as turn,
    ):
        store.deliveries.add("RIS", [report_file])
        sender = Sender(destination, peer, Calling("TRIAGE"), store.deliveries, turn)
        events = [each for each in sender.run(CancelToken(), keeps_trying=False) if each]
        assert "cannot be reached" in str(events[0])
        assert store.deliveries.count_by_state("RIS")[DeliveryState.WAITING] == 1
        hospital = Hospital()
        reached = Peer(name="RIS", hl7=Hl7Receiver(host="127.0.0.1", port=hospital.port))
        sender = Sender(destination, reached, Calling("TRIAGE"), store.deliveries, turn)
        list(sender.run(CancelToken(), keeps_trying=False))
        hospital.close()
        assert store.deliveries.count_by_state("RIS")[DeliveryState.DELIVERED] == 1
    assert len(hospital.messages) == 1


def test_a_destination_of_messages_is_found_by_its_peer(hl7_peer: Peer) -> None:
    assert find_destination("RIS", (), (hl7_peer,))[0].way is Way.HL7
    fhir = Peer(name="F", fhir_url="https://fhir.example")
    assert find_destination("F", (), (fhir,))[0].way is Way.FHIR
    with pytest.raises(TriageError, match="fhir_url"):
        find_destination("X", [Destination(name="X", peer="RIS", way=Way.FHIR)], (hl7_peer,))
    with pytest.raises(ValidationError, match="report alone"):
        Destination(name="X", peer="RIS", way=Way.HL7, results=("sr", "sc"))


@pytest.mark.parametrize(("kind", "ending"), [("hl7", ".hl7"), ("fhir", ".json")])
def test_the_command_writes_a_file_for_each_report(
    report_file: Outgoing,
    tmp_path: Path,
    kind: str,
    ending: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = tmp_path / "messages"
    arguments = ["message", report_file.path, "--format", kind, "--output", str(output)]
    assert main(arguments) == Exit.DONE
    (path,) = output.iterdir()
    assert path.name == f"{report_file.sop_instance_uid}{ending}"
    first = path.read_bytes()
    assert main(arguments) == Exit.DONE
    assert path.read_bytes() == first
    assert "1 messages written" in capsys.readouterr().err


def test_the_command_tells_what_is_no_report_of_ours(
    report_file: Outgoing, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign: Any = dcmread(report_file.path)
    foreign.Manufacturer = "Another vendor"
    foreign.save_as(report_file.path)
    output = tmp_path / "messages"
    arguments = ["message", report_file.path, "--format", "hl7", "--output", str(output)]
    assert main(arguments) == Exit.DONE_WITH_FAILURES
    assert "no AI report of this program" in capsys.readouterr().err
    assert not output.exists()
