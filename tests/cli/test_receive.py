"""``triage-app receive`` as a program: ready, stopped, killed, started again."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from pydicom import dcmread
from pynetdicom import AE
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    ComputedRadiographyImageStorage,
    Verification,
)

from tests.conftest import InstanceFactory
from tests.waiting import wait_until
from triage_app.cli.exits import Exit
from triage_app.inference.card import ModelCard
from triage_app.triage.outcome import Scored
from triage_app.worklist.arrival_records import ArrivalState
from triage_app.worklist.records import StudyQuery
from triage_app.worklist.store import WorklistStore

ROOT = Path(__file__).parents[2]


class Program:
    """The command as a process of its own."""

    def __init__(self, folder: Path, model: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "triage_app", "receive", "--port", "0", "--workers", "1"]
        command += ["--spool", str(folder / "spool"), "--database", str(folder / "w.sqlite")]
        command += ["--model", str(model), *arguments]
        settings = folder / "settings.toml"
        settings.write_text("[receiver]\nleast_free_mib = 0\nquiet_seconds = 0.5\n")
        self.said: list[str] = []
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            env={"TRIAGE_APP_SETTINGS": str(settings), "HOME": str(folder), "PATH": ""},
        )

    @property
    def errors(self) -> IO[str]:
        assert self.process.stderr is not None
        return self.process.stderr

    def wait_ready(self) -> int:
        """Read until the ready line and give the port that it names."""
        for line in self.errors:
            self.said.append(line)
            if match := re.search(r"ready: \S+ listens on 127\.0\.0\.1 port (\d+)", line):
                return int(match[1])
        raise AssertionError(f"it ended before it was ready: {self.said}")

    def stop(self, number: signal.Signals) -> int:
        """Send a signal, wait for the end, and give the exit code."""
        self.process.send_signal(number)
        self.said += self.errors.readlines()
        return self.process.wait()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.errors.close()


@pytest.fixture
def start(tmp_path: Path, tiny_model_path: Path) -> Iterator[Callable[..., Program]]:
    programs: list[Program] = []

    def start_program(*arguments: str) -> Program:
        programs.append(Program(tmp_path, tiny_model_path, *arguments))
        return programs[-1]

    yield start_program
    for program in programs:
        program.close()


def send(
    port: int, paths: list[Path], after: Callable[[int], None] = lambda _count: None
) -> list[int]:
    """Send files over one association; give what was answered, as far as it was."""
    ae = AE(ae_title="CR1")
    ae.add_requested_context(ComputedRadiographyImageStorage, "1.2.840.10008.1.2.1")
    ae.dimse_timeout = 20
    association = ae.associate("127.0.0.1", port, ae_title="TRIAGE")
    statuses: list[int] = []
    for path in paths:
        try:
            answer = association.send_c_store(dcmread(path))
        except RuntimeError:  # it is not established any more
            break
        if "Status" not in answer:
            break
        statuses.append(int(answer.Status))
        after(len(statuses))
    if association.is_established:
        association.release()
    held = association.dul.socket
    if held is not None and held.socket is not None:
        held.socket.close()
    return statuses


def echo(port: int) -> int:
    ae = AE()
    ae.add_requested_context(Verification)
    association = ae.associate("127.0.0.1", port, ae_title="TRIAGE")
    status = int(association.send_c_echo().Status)
    association.release()
    return status


@pytest.fixture
def images(make_instance: InstanceFactory) -> list[Path]:
    """Write twelve images of four studies."""
    return [
        make_instance(f"{number}.dcm", shape=(300, 310), study_instance_uid=f"1.2.3.{number % 4}")
        for number in range(12)
    ]


def results(database: Path, card: ModelCard) -> dict[str, list[tuple[str, float]]]:
    """Give what the worklist says of each study."""
    with WorklistStore.open(database) as store:
        said = {}
        for row in store.list_studies(StudyQuery(card.device_uid)):
            instances = store.list_instances(row.study_key, card.device_uid)
            said[row.study_key] = sorted(
                (each.facts.sop_instance_uid, each.outcome.probability)
                for each in instances
                if isinstance(each.outcome, Scored)
            )
        return said


def count_scored(database: Path) -> int:
    with WorklistStore.open(database) as store:
        states = store.arrivals.count_by_state()
    scored = (ArrivalState.SETTLED, ArrivalState.COMPLETE, ArrivalState.REPORTED)
    return sum(states[state] for state in scored)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, Exit.DONE), (signal.SIGINT, Exit.INTERRUPTED)]
)
def test_it_says_when_it_is_ready_and_ends_in_order(
    start: Callable[..., Program], number: signal.Signals, code: Exit
) -> None:
    program = start()
    assert echo(program.wait_ready()) == 0
    assert program.stop(number) == code
    assert "0 received" in program.said[-1]


def test_kills_lose_and_double_nothing(
    start: Callable[..., Program],
    images: list[Path],
    tmp_path: Path,
    tiny_card: ModelCard,
) -> None:
    database = tmp_path / "w.sqlite"
    # while it receives, while it scores, and when some is scored
    moments = (3, None), (7, None), (None, 2)
    for after_sent, after_scored in moments:
        program = start()
        port = program.wait_ready()

        def kill_after(count: int, program: Program = program, last: int | None = after_sent):
            if count == last:
                program.process.kill()

        acknowledged = send(port, images, kill_after).count(0)
        least = after_scored or 0
        wait_until(lambda least=least: count_scored(database) >= least, "some outcomes")
        program.stop(signal.SIGKILL)
        with WorklistStore.open(database) as store:
            assert sum(store.arrivals.count_by_state().values()) >= acknowledged
    program = start()
    assert send(program.wait_ready(), images) == [0] * len(images)
    wait_until(lambda: count_scored(database) == len(images), "every outcome")
    assert program.stop(signal.SIGTERM) == Exit.DONE
    found = results(database, tiny_card)
    assert sorted(found) == [f"1.2.3.{number}" for number in range(4)]
    assert all(len(instances) == 3 for instances in found.values())
    assert len(list((tmp_path / "spool").glob("*/*.dcm"))) == len(images)


def test_once_scores_what_waits_and_leaves(
    start: Callable[..., Program], images: list[Path], tmp_path: Path, tiny_card: ModelCard
) -> None:
    program = start()
    assert send(program.wait_ready(), images[:2]) == [0, 0]
    program.stop(signal.SIGKILL)
    again = start("--once")
    said = again.errors.read()
    assert again.process.wait() == Exit.DONE, said
    assert sum(map(len, results(tmp_path / "w.sqlite", tiny_card).values())) == 2


def test_a_title_that_is_none_is_told(start: Callable[..., Program]) -> None:
    program = start("--ae-title", "much too long for a title")
    assert program.process.wait() == Exit.USAGE
    assert "--ae-title" in program.errors.read()
