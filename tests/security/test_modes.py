"""What the program writes of patients is readable by its owner only, whatever the shell's umask."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import InstanceFactory
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.intake.custody import Custody, split_file
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.worklist.store import WorklistStore

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")

OF_OTHERS = 0o077


@pytest.fixture(autouse=True)
def _open_handed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(tmp_path / "none.toml"))
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if stat.S_IMODE(each.lstat().st_mode) & OF_OTHERS]


def test_database_and_spool(tmp_path: Path, make_instance: InstanceFactory) -> None:
    instance = make_instance()
    here = tmp_path / "here"
    with (
        WorklistStore.open(here / "worklist.sqlite") as store,
        Spool(SpoolOptions(here / "spool", 0)) as spool,
    ):
        Custody(spool, store.arrivals).take(split_file(instance.read_bytes(), "CR1"))
        (received,) = spool.files()
        assert stat.S_IMODE((here / "spool").stat().st_mode) == 0o700
        assert stat.S_IMODE(received.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE((here / "worklist.sqlite").stat().st_mode) == 0o600


def test_results_and_copies_of_a_command(
    tmp_path: Path, tiny_model_path: Path, make_instance: InstanceFactory
) -> None:
    image = str(make_instance())
    out = tmp_path / "out"
    out.mkdir(mode=0o700)
    model = ["--model", str(tiny_model_path), "--workers", "0"]
    assert main(["scan", image, "-o", str(out / "rows.csv"), *model]) == Exit.DONE
    assert main(["export-sr", image, "-o", str(out / "results"), *model]) == Exit.DONE
    assert main(["deidentify", image, "-o", str(out / "copies")]) == Exit.DONE
    files = [each for each in out.rglob("*") if each.is_file()]
    assert len(files) >= 4
    assert open_to_others(out) == []
    assert os.umask(0) == 0  # the caller's own is back


def test_what_a_process_beside_it_writes(tmp_path: Path, make_instance: InstanceFactory) -> None:
    command = [sys.executable, "-m", "triage_app", "deidentify", str(make_instance())]
    subprocess.run(  # noqa: S603 - our own program
        [*command, "-o", str(tmp_path / "out")],
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
        env={"HOME": str(tmp_path), "PATH": ""},
    )
    assert any((tmp_path / "out").rglob("*.dcm"))
    assert open_to_others(tmp_path / "out") == []
