"""We search and fetch by DICOMweb: at Orthanc, and at servers that do what they should not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread

from tests.conftest import InstanceFactory
from tests.intake.receiving.listening import CR
from tests.peers.programs import Orthanc
from tests.peers.web_server import Answer, Server
from triage_app.errors import PeerError
from triage_app.intake.custody import Custody
from triage_app.intake.peers import Peer
from triage_app.intake.querying.dicomweb import DicomwebPeer
from triage_app.intake.querying.fetching import Fetcher, Method
from triage_app.intake.querying.keys import QueryKeys, StudyMatch
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.worklist.store import WorklistStore

OURS = {"1.2.7.1", "1.2.7.2", "1.2.7.3"}


@pytest.fixture
def web(orthanc: Orthanc, studies: list[Path]) -> Iterator[DicomwebPeer]:
    orthanc.store(*studies)
    with DicomwebPeer(Peer(name="orthanc", url=orthanc.url)) as peer:
        yield peer


@pytest.mark.peer
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (QueryKeys(), OURS),
        (QueryKeys(patient_name="Ada*"), {"1.2.7.1"}),
        (QueryKeys(patient_id="P-2"), {"1.2.7.2"}),
        (QueryKeys(date="2024-03-01..2024-03-05"), OURS),
        (QueryKeys(date="2024-03-06.."), set()),
        (QueryKeys(modalities=("CR", "DX")), OURS),
        (QueryKeys(modalities=("MR",)), set()),
        (QueryKeys(study_instance_uid="1.2.7.3"), {"1.2.7.3"}),
    ],
    ids=["every", "name", "id", "dates", "later", "modality", "other modality", "study"],
)
def test_studies_are_found_by_each_key(
    web: DicomwebPeer, keys: QueryKeys, expected: set[str]
) -> None:
    assert {study.study_instance_uid for study in web.find_studies(keys)} & OURS == expected


@pytest.mark.peer
def test_names_in_other_scripts_are_read(web: DicomwebPeer) -> None:
    (study,) = web.find_studies(QueryKeys(patient_id="P-3"))
    assert "山田^太郎" in study.patient_name
    assert study.modalities == ("CR",)


@pytest.mark.peer
def test_studies_are_fetched_as_they_are_stored(
    orthanc: Orthanc, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    syntax = "1.2.840.10008.1.2.4.90"
    path = make_instance(uid_seed="web", study_instance_uid="1.2.7.9", transfer_syntax_uid=syntax)
    orthanc.store(path)
    with (
        WorklistStore.open(tmp_path / "w.sqlite") as store,
        Spool(SpoolOptions(tmp_path / "spool", 0)) as spool,
    ):
        custody = Custody(spool, store.arrivals)
        peer = Peer(name="orthanc", url=orthanc.url)
        fetcher = Fetcher(peer, ReceiverOptions(), store, custody, [CR])
        (retrieved,) = fetcher.fetch([StudyMatch("1.2.7.9")], Method.WEB)
        assert (retrieved.completed, retrieved.failed, retrieved.failure) == (1, 0, "")
        (kept,) = spool.files()
        received = dcmread(kept)
    assert received.file_meta.TransferSyntaxUID == syntax
    assert received == dcmread(path)


@pytest.mark.peer
def test_classes_that_no_model_reads_are_left_out(
    orthanc: Orthanc, studies: list[Path], tmp_path: Path
) -> None:
    orthanc.store(*studies)
    with (
        WorklistStore.open(tmp_path / "w.sqlite") as store,
        Spool(SpoolOptions(tmp_path / "spool", 0)) as spool,
    ):
        custody = Custody(spool, store.arrivals)
        peer = Peer(name="orthanc", url=orthanc.url)
        fetcher = Fetcher(peer, ReceiverOptions(), store, custody, ["1.2.3"])
        (retrieved,) = fetcher.fetch([StudyMatch("1.2.7.2")], Method.WEB)
        assert retrieved.completed == 0
        assert retrieved.failed > 0
        assert list(spool.files()) == []


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Server]]:
    servers: list[Server] = []

    def start(answer: Answer) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def study_json(uid: str) -> dict[str, Any]:
    return {"0020000D": {"vr": "UI", "Value": [uid]}}


def find(server: Server, **peer: Any) -> list[StudyMatch]:
    with DicomwebPeer(Peer(name="web", url=server.url, **peer)) as web:
        return web.find_studies(QueryKeys())


def test_the_token_comes_from_a_file_or_the_environment(
    serve: Callable[[Answer], Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(lambda _path, _query: (200, []))
    (tmp_path / "token").write_text("from-file\n")
    monkeypatch.setenv("OUR_TOKEN", "from-environment")
    find(server, token_file=tmp_path / "token")
    find(server, token_variable="OUR_TOKEN")  # noqa: S106 - a name, no secret
    assert [headers["Authorization"] for _, headers in server.requests] == [
        "Bearer from-file",
        "Bearer from-environment",
    ]


def test_a_token_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(PeerError, match="OUR_TOKEN, which is empty"):
        DicomwebPeer(Peer(name="web", url="https://pacs.example/web", token_variable="OUR_TOKEN"))  # noqa: S106
    with pytest.raises(PeerError, match="cannot be read"):
        DicomwebPeer(Peer(name="web", url="https://x.example/", token_file=tmp_path / "none"))


def test_a_token_never_travels_in_the_clear(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret")
    with pytest.raises(PeerError, match="must not travel without TLS"):
        DicomwebPeer(Peer(name="web", url="http://pacs.example/web", token_file=tmp_path / "token"))


def test_page_after_page_is_read(serve: Callable[[Answer], Server]) -> None:
    everything = [study_json(f"1.2.{number}") for number in range(450)]

    def answer(_path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        offset, limit = int(query.get("offset", ["0"])[0]), int(query["limit"][0])
        return 200, everything[offset : offset + limit]

    assert len(find(serve(answer))) == 450


def test_a_server_that_ignores_pages_is_not_asked_for_ever(
    serve: Callable[[Answer], Server],
) -> None:
    everything = [study_json(f"1.2.{number}") for number in range(200)]
    server = serve(lambda _path, _query: (200, everything))
    assert len(find(server)) == 200
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("code", "body", "sentence"),
    [
        (401, [], "check the token"),
        (404, [], "check the url"),
        (500, [], "its own log says why"),
        (200, b"<html>", "cannot be reached|cannot be read"),
        (200, [1, 2], "cannot be read"),
    ],
)
def test_each_failure_has_its_sentence(
    serve: Callable[[Answer], Server], code: int, body: Any, sentence: str
) -> None:
    with pytest.raises(PeerError, match=sentence):
        find(serve(lambda _path, _query: (code, body)))


def test_nobody_there_is_told() -> None:
    with (
        DicomwebPeer(Peer(name="web", url="http://127.0.0.1:9/web")) as web,
        pytest.raises(PeerError, match="cannot be reached"),
    ):
        web.find_studies(QueryKeys())
