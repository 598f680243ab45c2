"""Killed at any moment and begun again, the work comes to the same end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.killing_process import TASKS

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("TRIAGE_KILLS", "8"))
"""Of each task; TRIAGE_KILLS=1000 for a long night."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("task", TASKS)
def test_the_end_is_that_of_the_uninterrupted_run(task: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.faults.killing_process"]
    done = subprocess.run(  # noqa: S603 - our own program
        [*command, task, str(tmp_path), str(KILLS), "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    killed, finished = map(int, done.stdout.split())
    assert killed + finished == KILLS
    assert killed  # in the midst
