"""TLS on both sides of an association, and for DICOMweb.

The server of https is our own: Debian 12's Orthanc ends with a segmentation fault when it is asked.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import InstanceFactory
from tests.intake.receiving.listening import Station
from tests.peers.certificates import Identity, make_identities
from tests.peers.programs import Orthanc, run, start_orthanc
from tests.peers.web_server import Server
from triage_app.errors import PeerError, TriageError
from triage_app.intake.peers import Peer
from triage_app.intake.querying.dicomweb import DicomwebPeer
from triage_app.intake.querying.fetching import search
from triage_app.intake.querying.keys import QueryKeys
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.tls import TlsOptions, client_context, server_context


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Identity]:
    return make_identities(tmp_path_factory.mktemp("trusted"), "us", "them")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return make_identities(tmp_path_factory.mktemp("strange"), "stranger")["stranger"]


@pytest.fixture
def secure(tmp_path: Path, trusted: dict[str, Identity]) -> Iterator[Station]:
    """Give a receiver that wants a certificate of everybody."""
    options = ReceiverOptions(port=0, least_free_mib=0, tls=trusted["us"].options())
    station = Station(options, tmp_path / "secure")
    yield station
    station.close()


def send(station: Station, path: Path, *tls: str | Path, check: bool = True) -> str:
    place = (station.host, str(station.port), path)
    return run("storescu", "-aec", "TRIAGE", *tls, *place, check=check)


@pytest.mark.peer
def test_storescu_sends_over_mutual_tls(
    secure: Station, trusted: dict[str, Identity], make_instance: InstanceFactory
) -> None:
    them = trusted["them"]
    send(secure, make_instance(), "+tls", them.key, them.certificate, "+cf", them.authority)
    assert len(list(secure.spool.files())) == 1


@pytest.mark.peer
def test_who_shows_no_certificate_or_a_strange_one_is_kept_out(
    secure: Station,
    trusted: dict[str, Identity],
    stranger: Identity,
    make_instance: InstanceFactory,
) -> None:
    authority = trusted["us"].authority
    path = make_instance()
    send(secure, path, "+tla", "+cf", authority, check=False)
    send(secure, path, "+tls", stranger.key, stranger.certificate, "+cf", authority, check=False)
    send(secure, path, check=False)
    assert list(secure.spool.files()) == []
    assert secure.events == []


def test_old_versions_of_tls_are_refused(secure: Station, trusted: dict[str, Identity]) -> None:
    them = trusted["them"]
    context = client_context(them.options())
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="TLS"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with (
        socket.create_connection((secure.host, secure.port), timeout=30) as plain,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_a_connection_that_never_begins_tls_holds_nobody_up(
    secure: Station, trusted: dict[str, Identity]
) -> None:
    context = client_context(trusted["them"].options())
    with (
        socket.create_connection((secure.host, secure.port)),
        socket.create_connection((secure.host, secure.port), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as second,
    ):
        assert second.version() in ("TLSv1.2", "TLSv1.3")


@pytest.fixture(scope="module")
def secure_orthanc(
    tmp_path_factory: pytest.TempPathFactory, trusted: dict[str, Identity], our_port: int
) -> Iterator[Orthanc]:
    folder = tmp_path_factory.mktemp("peer")
    them = trusted["them"]
    orthanc = start_orthanc(
        folder / "orthanc",
        our_port,
        DicomTlsEnabled=True,
        DicomTlsCertificate=str(them.certificate),
        DicomTlsPrivateKey=str(them.key),
        DicomTlsTrustedCertificates=str(them.authority),
    )
    yield orthanc
    orthanc.close()


@pytest.mark.peer
def test_we_search_over_mutual_tls(
    secure_orthanc: Orthanc, trusted: dict[str, Identity], options: ReceiverOptions
) -> None:
    peer = Peer(
        name="secure",
        ae_title="ORTHANC",
        host="127.0.0.1",
        port=secure_orthanc.port,
        tls=trusted["us"].options(),
    )
    assert search(peer, options, QueryKeys()) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_receiver_of_a_strange_authority_is_not_trusted(
    secure: Station, stranger: Identity, options: ReceiverOptions
) -> None:
    peer = Peer(
        name="secure",
        ae_title="TRIAGE",
        host="127.0.0.1",
        port=secure.port,
        tls=stranger.options(),
    )
    with pytest.raises(PeerError, match="certificates"):
        search(peer, options, QueryKeys())


def test_a_web_server_of_a_strange_authority_is_not_trusted(
    trusted: dict[str, Identity], stranger: Identity
) -> None:
    context = server_context(trusted["them"].options(requires_certificate=False))
    server = Server(lambda _path, _query: (200, []), context)
    try:
        for tls, is_trusted in ((trusted["us"].options(), True), (stranger.options(), False)):
            with DicomwebPeer(Peer(name="web", url=server.url, tls=tls)) as web:
                if is_trusted:
                    assert web.find_studies(QueryKeys()) == []
                    continue
                with pytest.raises(PeerError, match="certificate"):
                    web.find_studies(QueryKeys())
    finally:
        server.close()


def test_ciphers_have_forward_secrecy_and_authenticate(trusted: dict[str, Identity]) -> None:
    for context in (server_context(trusted["us"].options()), client_context(TlsOptions())):
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
        for cipher in context.get_ciphers():
            assert cipher["aead"], cipher["name"]
            name = cipher["name"]
            assert name.startswith(("TLS_", "ECDHE-", "DHE-")), name


def test_certificates_that_cannot_be_used_are_told(
    tmp_path: Path, trusted: dict[str, Identity], stranger: Identity
) -> None:
    with pytest.raises(TriageError, match="name `certificate` and `key`"):
        server_context(TlsOptions())
    with pytest.raises(TriageError, match="belong together"):
        server_context(trusted["us"].options(key=stranger.key))
    with pytest.raises(TriageError, match=r"none\.pem"):
        client_context(TlsOptions(authorities=tmp_path / "none.pem"))
