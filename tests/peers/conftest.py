"""Peers of other vendors, one of each for all tests here, and stations that they speak to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import InstanceFactory
from tests.intake.receiving.listening import Station
from tests.peers.programs import Archive, Orthanc, free_port, start_dcmqrscp, start_orthanc
from triage_app.intake.receiving.options import ReceiverOptions


@pytest.fixture(scope="session")
def our_port() -> int:
    """Give the port that the peers know us on."""
    return free_port()


@pytest.fixture
def options(our_port: int) -> ReceiverOptions:
    """Give the usual receiver on that port."""
    return ReceiverOptions(port=our_port, least_free_mib=0)


@pytest.fixture
def station(tmp_path: Path, options: ReceiverOptions) -> Iterator[Station]:
    """Give a receiver that the peers know."""
    opened = Station(options, tmp_path / "station")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def dcmqrscp(tmp_path_factory: pytest.TempPathFactory, our_port: int) -> Iterator[Archive]:
    archive = start_dcmqrscp(tmp_path_factory.mktemp("dcmqrscp"), our_port)
    yield archive
    archive.close()


@pytest.fixture(scope="session")
def orthanc(tmp_path_factory: pytest.TempPathFactory, our_port: int) -> Iterator[Orthanc]:
    peer = start_orthanc(tmp_path_factory.mktemp("peer") / "orthanc", our_port)
    yield peer
    peer.close()


@pytest.fixture
def studies(make_instance: InstanceFactory) -> list[Path]:
    """Write three studies: a chest of two images, a hand, and one with a Japanese name."""
    return [
        make_instance("a1.dcm", study_instance_uid="1.2.7.1", patient_name="Ada^Anna"),
        make_instance("a2.dcm", study_instance_uid="1.2.7.1", patient_name="Ada^Anna"),
        make_instance(
            "b.dcm",
            study_instance_uid="1.2.7.2",
            patient_name="Bo^Ben",
            patient_id="P-2",
            body_part="HAND",
        ),
        make_instance(
            "c.dcm",
            study_instance_uid="1.2.7.3",
            patient_name="Yamada^Tarou=山田^太郎",
            patient_id="P-3",
        ),
    ]
