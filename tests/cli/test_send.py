"""``triage-app send`` as a program: killed and started again, nothing is lost or sent in vain."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import InstanceFactory
from tests.results.receiving_peer import StoringPeer
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.errors import FailureReason
from triage_app.imaging.header import read_instance
from triage_app.imaging.source import FileSource
from triage_app.triage.outcome import Failed
from triage_app.worklist.delivery_records import DeliveryState
from triage_app.worklist.records import ModelIdentity
from triage_app.worklist.store import WorklistStore

ROOT = Path(__file__).parents[2]


@pytest.fixture
def images(make_instance: InstanceFactory) -> list[Path]:
    return [make_instance(f"in/{number:02}.dcm", shape=(16, 16)) for number in range(12)]


@pytest.fixture
def peer() -> Iterator[StoringPeer]:
    opened = StoringPeer()
    yield opened
    opened.close()


def configure(folder: Path, port: int) -> Path:
    path = folder / "settings.toml"
    path.write_text(
        f'database = "{folder / "w.sqlite"}"\nspool = "{folder / "spool"}"\n'
        f'[[peers]]\nname = "PACS"\nae_title = "PEER"\nhost = "127.0.0.1"\nport = {port}\n'
    )
    return path


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "triage_app", "send", *arguments]
    return subprocess.Popen(  # noqa: S603 - our own program
        command,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env={
            "TRIAGE_APP_SETTINGS": str(folder / "settings.toml"),
            "HOME": str(folder),
            "PATH": "",
        },
    )


def end(program: subprocess.Popen[str]) -> tuple[int, str]:
    said = program.communicate(timeout=60)[1]
    return program.returncode, said


def test_kills_lose_nothing_and_what_arrived_is_not_sent_again(
    images: list[Path], tmp_path: Path
) -> None:
    programs: list[subprocess.Popen[str]] = []

    def answer(_uid: str, before: int) -> int:
        if before in (0, 4, 9):  # in the middle of a transfer, before it is answered
            programs[-1].kill()
        return 0

    peer = StoringPeer(answer=answer)
    try:
        configure(tmp_path, peer.port)
        folder = str(images[0].parent)
        programs.append(start(tmp_path, folder, "--to", "PACS"))
        assert end(programs[-1])[0] == -9
        for _ in range(2):
            programs.append(start(tmp_path, "--to", "PACS"))
            assert end(programs[-1])[0] == -9
        programs.append(start(tmp_path, "--to", "PACS"))
        code, said = end(programs[-1])
    finally:
        peer.close()
    assert code == Exit.DONE, said
    assert len(peer.kept) == len(images)
    # each kill may cost the one whose answer was never read, and one more
    assert len(peer.requests) <= len(images) + 6
    with WorklistStore.open(tmp_path / "w.sqlite") as store:
        states = [each.state for each in store.deliveries.list_deliveries("PACS")]
    assert states == [DeliveryState.DELIVERED] * len(images)
    assert "Probe" not in said


@pytest.fixture
def settings(tmp_path: Path, peer: StoringPeer, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = configure(tmp_path, peer.port)
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(path))
    return path


@pytest.mark.usefixtures("settings")
def test_what_was_given_up_is_listed_and_sent_again(
    make_instance: InstanceFactory,
    peer: StoringPeer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad = make_instance("in/dx.dcm", sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1")
    make_instance("in/cr.dcm")
    (tmp_path / "in" / "notes.txt").write_text("no image")
    assert main(["send", str(bad.parent), "--to", "PACS"]) == Exit.DONE_WITH_FAILURES
    said = capsys.readouterr().err
    assert "1 sent to PACS" in said
    assert "1 files were no DICOM instances" in said
    assert main(["send", "--list"]) == Exit.DONE_WITH_FAILURES
    assert "\tfailed\t1\t" in capsys.readouterr().out
    assert main(["send", "--resend"]) == Exit.DONE
    assert main(["send", "--list"]) == Exit.DONE
    assert "\twaiting\t0\t" in capsys.readouterr().out
    assert len(peer.kept) == 1


@pytest.mark.usefixtures("settings")
def test_a_study_of_the_worklist_is_sent_by_its_uid(
    make_instance: InstanceFactory, peer: StoringPeer, tmp_path: Path
) -> None:
    model = ModelIdentity("1.2.9", "lung 1", "balanced", 0.5)
    with WorklistStore.open(tmp_path / "w.sqlite") as store:
        for name, study in (("a.dcm", "1.2.7.1"), ("b.dcm", "1.2.7.1"), ("c.dcm", "1.2.7.2")):
            path = make_instance(name, study_instance_uid=study)
            facts = read_instance(FileSource(path)).facts
            store.record(facts, Failed(FailureReason.DECODER, "for this test"), model, 0.1)
    assert main(["send", "--study", "1.2.7.1", "--to", "PACS"]) == Exit.DONE
    assert len(peer.kept) == 2


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing.dcm", "--to", "PACS"], "missing.dcm"),
        ([], "--to"),
        (["--study", "1.2.3"], "--to"),
        (["--study", "1.2.3", "--to", "PACS"], "no study"),
        (["--to", "NOBODY"], "no destination"),
    ],
    ids=["no file", "nowhere", "study nowhere", "no study", "unknown destination"],
)
def test_a_wrong_call_is_told_in_one_sentence(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["send", *arguments]) in (Exit.USAGE, Exit.COULD_NOT_RUN)
    said = capsys.readouterr().err
    assert says in said
    assert len(said.splitlines()) == 1
