"""A receiver on a free port of this machine, with its spool and queue; it scores nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.intake.receiving.listening import Station
from tests.waiting import wait_until
from triage_app.intake.receiving.options import ReceiverOptions

StationFactory = Callable[..., Station]


@pytest.fixture
def start_station(tmp_path: Path) -> Iterator[StationFactory]:
    """Give a factory of receivers; the test's end stops them, and no thread may be left."""
    before = set(threading.enumerate())
    stations: list[Station] = []

    def start(**changes: object) -> Station:
        options = ReceiverOptions.model_validate(
            {"port": 0, "least_free_mib": 0, "acse_timeout_seconds": 20.0, **changes}
        )
        station = Station(options, tmp_path / f"station-{len(stations)}")
        stations.append(station)
        return station

    yield start
    for station in stations:
        station.close()
    wait_until(lambda: not set(threading.enumerate()) - before, "the threads to end")


@pytest.fixture
def station(start_station: StationFactory) -> Station:
    """Give a receiver with the usual limits."""
    return start_station()
