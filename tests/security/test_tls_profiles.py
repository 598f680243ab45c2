"""The profiles of PS3.15 that DCMTK speaks, against our receiver; both sides show certificates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import InstanceFactory
from tests.intake.receiving.listening import Station
from tests.peers.certificates import Identity, make_identities
from tests.peers.programs import run
from triage_app.intake.receiving.options import ReceiverOptions

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Identity]:
    return make_identities(tmp_path_factory.mktemp("trusted"), "us", "them")


@pytest.fixture
def secure(tmp_path: Path, trusted: dict[str, Identity]) -> Iterator[Station]:
    options = ReceiverOptions(port=0, least_free_mib=0, tls=trusted["us"].options())
    station = Station(options, tmp_path / "secure")
    yield station
    station.close()


@pytest.mark.parametrize(
    ("profile", "is_taken"),
    [
        ("--profile-bcp195-nd", True),
        ("--profile-bcp195", True),
        ("--profile-bcp195-ex", True),
        # not authenticated by its ciphers, or not encrypted at all
        ("--profile-null", False),
    ],
)
def test_profile(
    secure: Station,
    trusted: dict[str, Identity],
    make_instance: InstanceFactory,
    profile: str,
    is_taken: bool,
) -> None:
    them = trusted["them"]
    tls = ("+tls", them.key, them.certificate, "+cf", them.authority, profile)
    place = (secure.host, str(secure.port), make_instance())
    run("storescu", "-aec", "TRIAGE", *tls, *place, check=is_taken)
    assert len(list(secure.spool.files())) == int(is_taken)
