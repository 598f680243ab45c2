"""A scan on a cluster gives what a scan here gives, whichever of its workers is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import InstanceFactory
from tests.waiting import wait_until
from triage_app.errors import TriageError
from triage_app.intake import distribution
from triage_app.intake.events import Assessed
from triage_app.intake.scan import scan

distributed = pytest.importorskip("distributed", reason="the extra `scale` is not installed")

FILES = 40


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and two workers as one does by hand; give the address and the workers."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    file = tmp_path / "scheduler.json"

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.executable).with_name("dask")), *arguments]
        log = (tmp_path / "cluster.log").open("ab")
        with log:
            return subprocess.Popen(  # noqa: S603 - programs that we name
                command, env=environment, stdout=log, stderr=log
            )

    scheduler = start(
        "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
        "--scheduler-file", str(file),
    )  # fmt: skip
    wait_until(file.exists, "the scheduler's file")
    workers = [
        start(
            "worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny",
            "--no-dashboard", "--local-directory", str(tmp_path / f"worker-{number}"),
        )
        for number in range(2)
    ]  # fmt: skip
    try:
        client = distributed.Client(scheduler_file=str(file), set_as_default=False)
        client.wait_for_workers(2, timeout=60)
        yield client.scheduler.address, workers
        client.close()
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def by_path(events: Iterator[Any]) -> dict[str, object]:
    outcomes: dict[str, object] = {}
    for event in events:
        if isinstance(event, Assessed):
            assert event.facts.path not in outcomes, "an outcome came twice"
            outcomes[event.facts.path] = event.outcome
    return outcomes


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_worker_killed_in_mid_scan_loses_and_doubles_nothing(
    tmp_path: Path,
    make_instance: InstanceFactory,
    tiny_model_path: Path,
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(distribution, "FILES_PER_CHUNK", 2)
    for number in range(FILES):
        make_instance(f"studies/{number:03}.dcm", shape=(300, 310))
    (tmp_path / "studies" / "note.txt").write_text("no DICOM at all")
    address, workers = cluster

    def events_with_a_loss() -> Iterator[Any]:
        seen = 0
        for event in scan(
            [tmp_path / "studies"], model_path=tiny_model_path, scheduler=address, workers=0
        ):
            seen += isinstance(event, Assessed)
            if seen == 3 and workers[0].poll() is None:
                workers[0].send_signal(signal.SIGKILL)
                workers[0].wait()
            yield event

    outcomes = by_path(events_with_a_loss())
    assert workers[0].returncode == -signal.SIGKILL
    assert outcomes == by_path(scan([tmp_path / "studies"], model_path=tiny_model_path, workers=0))
    assert len(outcomes) == FILES + 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_scheduler_that_does_not_answer_is_named(
    tiny_model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distribution, "_SECONDS_TO_CONNECT", 1)
    with pytest.raises(TriageError, match=r"tcp://127\.0\.0\.1:1: no Dask scheduler"):
        distribution.Cluster("tcp://127.0.0.1:1", tiny_model_path)
