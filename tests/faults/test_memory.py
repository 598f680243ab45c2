"""Memory that runs out costs the one image that is too large for it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import InstanceFactory
from tests.faults.dying_children import start, wait_for
from triage_app.errors import FailureReason
from triage_app.imaging.source import FileSource
from triage_app.inference.session import load_model
from triage_app.intake.workers import assess_timed
from triage_app.triage.outcome import Failed, Scored

if sys.platform == "linux":
    import resource

SIDE = 7000
LEFT_BYTES = 60 * 2**20
"""More than a usual image takes, less than the stored values of one of 7000 x 7000."""


def leave(count: int) -> None:
    """Let this process take so many bytes more, and no more."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + count
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_an_image_beyond_the_limit_fails_and_the_next_one_is_scored(
    make_instance: InstanceFactory, tiny_model_path: Path
) -> None:
    small = make_instance("small.dcm", shape=(300, 310))
    large = make_instance("large.dcm", pixels=np.zeros((SIDE, SIDE), dtype=np.uint16))

    def work() -> None:
        model = load_model(tiny_model_path)
        before = assess_timed(FileSource(small), model).outcome
        assert isinstance(before, Scored)
        leave(LEFT_BYTES)
        outcome = assess_timed(FileSource(large), model).outcome
        assert isinstance(outcome, Failed), outcome
        assert outcome.reason is FailureReason.MEMORY
        assert str(large) in outcome.detail
        assert assess_timed(FileSource(small), model).outcome == before

    wait_for(start(work))
