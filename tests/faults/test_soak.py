"""What is received, scored and listed again and again takes no more memory each time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults import soak

IMAGES = 80


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
def test_memory_threads_and_files_stay_as_they_are(tmp_path: Path) -> None:
    seen = soak.run(tmp_path, lambda so_far: so_far.sent < IMAGES)
    assert seen.settled == seen.sent == IMAGES
    assert seen.memory_growth_mb < 20
    assert seen.growth(lambda sample: sample.threads) <= 2
    assert seen.growth(lambda sample: sample.open_files) <= 4
