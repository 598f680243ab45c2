"""Nothing is lost and nothing doubled, whoever is killed on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.peers import endurance


@pytest.mark.peer
def test_kills_on_every_side_lose_and_double_nothing(tmp_path: Path) -> None:
    count = endurance.run(tmp_path, instances=240, associations=4, seconds=400.0)
    assert count.is_whole, count
    assert sum(count.kills.values()) == 7
