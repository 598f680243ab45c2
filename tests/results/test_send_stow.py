"""STOW-RS is believed when the answer names the instance and a search finds it; never before."""

from __future__ import annotations

import http.server
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import InstanceFactory
from tests.serving import QuietHandler, Serving
from triage_app.errors import PeerError
from triage_app.imaging.source import FileSource
from triage_app.intake.peers import Peer
from triage_app.results.sending.answer import Verdict
from triage_app.results.sending.outgoing import read_outgoing
from triage_app.results.sending.stow import StowClient
from triage_app.worklist.delivery_records import Outgoing

JPEG_2000 = "1.2.840.10008.1.2.4.90"


class WebServer:
    """A server that answers as it is told, and remembers what it was sent."""

    def __init__(self) -> None:
        self.code, self.body, self.found = 200, b"", b"[]"
        self.refuses_first = 0
        self.bodies: list[bytes] = []
        server = self

        class Handler(QuietHandler, http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                refused = len(server.bodies) <= server.refuses_first
                self.answer(415 if refused else server.code, b"" if refused else server.body)

            def do_GET(self) -> None:
                self.answer(200, server.found)

        web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{web.server_port}/dicom-web"
        self._serving = Serving(web)

    def close(self) -> None:
        self._serving.close()


@pytest.fixture
def server() -> Iterator[WebServer]:
    opened = WebServer()
    yield opened
    opened.close()


@pytest.fixture
def client(server: WebServer) -> Iterator[StowClient]:
    with StowClient(Peer(name="web", url=server.url)) as opened:
        yield opened


@pytest.fixture
def item(make_instance: InstanceFactory) -> Outgoing:
    return read_outgoing(FileSource(make_instance()))


def said_of(item: Outgoing, sequence: str, reason: tuple[str, int] | None = None) -> bytes:
    reference: dict[str, Any] = {"00081155": {"vr": "UI", "Value": [item.sop_instance_uid]}}
    if reason is not None:
        reference[reason[0]] = {"vr": "US", "Value": [reason[1]]}
    return json.dumps({sequence: {"vr": "SQ", "Value": [reference]}}).encode()


def found(item: Outgoing) -> bytes:
    return json.dumps([{"00080018": {"vr": "UI", "Value": [item.sop_instance_uid]}}]).encode()


STORED, FAILED = "00081199", "00081198"


def test_what_is_named_and_found_is_delivered_byte_by_byte(
    server: WebServer, client: StowClient, item: Outgoing
) -> None:
    server.body, server.found = said_of(item, STORED), found(item)
    answer = client.store(item)
    assert (answer.verdict, answer.detail) == (Verdict.TAKEN, "")
    assert Path(item.path).read_bytes() in server.bodies[0]


def test_a_server_that_says_yes_and_stores_nothing_is_not_believed(
    server: WebServer, client: StowClient, item: Outgoing
) -> None:
    server.body = said_of(item, STORED)
    answer = client.store(item)
    assert answer.verdict is Verdict.LATER
    assert "does not find it" in answer.detail


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b"[]"], ids=["none", "empty", "web", "[]"])
@pytest.mark.parametrize("is_there", [True, False], ids=["there", "not there"])
def test_an_answer_that_says_nothing_is_settled_by_a_search(
    server: WebServer, client: StowClient, item: Outgoing, body: bytes, is_there: bool
) -> None:
    server.body = body
    if is_there:
        server.found = found(item)
    expected = Verdict.TAKEN if is_there else Verdict.LATER
    assert client.store(item).verdict is expected


@pytest.mark.parametrize(
    ("code", "reason", "verdict"),
    [
        (409, 0xA700, Verdict.LATER),
        (409, 0x0122, Verdict.NEVER),
        (202, 0xA900, Verdict.NEVER),
        (200, 0x0110, Verdict.LATER),
    ],
    ids=["no room", "class", "mismatch", "failed in spite of 200"],
)
def test_a_failure_that_is_named_is_one_whatever_the_code(
    server: WebServer, client: StowClient, item: Outgoing, code: int, reason: int, verdict: Verdict
) -> None:
    server.code, server.body = code, said_of(item, FAILED, ("00081197", reason))
    assert client.store(item).verdict is verdict


def test_a_warning_is_told(server: WebServer, client: StowClient, item: Outgoing) -> None:
    server.code, server.body = 202, said_of(item, STORED, ("00081196", 0xB000))
    server.found = found(item)
    answer = client.store(item)
    assert answer.verdict is Verdict.TAKEN
    assert "changed" in answer.detail


@pytest.mark.parametrize(
    ("code", "verdict"),
    [(503, Verdict.LATER), (429, Verdict.LATER), (413, Verdict.NEVER), (400, Verdict.NEVER)],
    ids=["busy", "too many", "too large", "bad"],
)
def test_a_code_without_words_decides(
    server: WebServer, client: StowClient, item: Outgoing, code: int, verdict: Verdict
) -> None:
    server.code = code
    answer = client.store(item)
    assert answer.verdict is verdict
    assert str(code) in answer.detail


@pytest.mark.parametrize(("code", "says"), [(401, "token"), (404, "STOW-RS")])
def test_a_refusal_of_us_is_no_failure_of_an_instance(
    server: WebServer, client: StowClient, item: Outgoing, code: int, says: str
) -> None:
    server.code = code
    with pytest.raises(PeerError, match=says):
        client.store(item)


def test_a_syntax_that_is_refused_is_sent_uncompressed(
    server: WebServer, client: StowClient, make_instance: InstanceFactory
) -> None:
    item = read_outgoing(FileSource(make_instance(transfer_syntax_uid=JPEG_2000)))
    server.refuses_first = 1
    server.body, server.found = said_of(item, STORED), found(item)
    answer = client.store(item)
    assert answer.verdict is Verdict.TAKEN
    assert "instead of JPEG 2000" in answer.detail
    assert b"1.2.840.10008.1.2.1\x00" in server.bodies[1]


def test_a_token_does_not_travel_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "secret")
    peer = Peer(name="web", url="http://pacs.example/dicom-web", token_variable="TOKEN")  # noqa: S106
    with pytest.raises(PeerError, match="without TLS"):
        StowClient(peer)
