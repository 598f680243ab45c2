"""A worklist in a real file, with a clock that stands until it is set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worklist.made import Clock
from triage_app.worklist.store import WorklistStore


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "worklist.sqlite"


@pytest.fixture
def store(database: Path, clock: Clock) -> Iterator[WorklistStore]:
    with WorklistStore.open(database, now=clock) as opened:
        yield opened
