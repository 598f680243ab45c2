"""A damaged settings file costs the settings, never the program, and is never thrown away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import InstanceFactory
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.damaged_settings import find_settings
from triage_app.errors import TriageError
from triage_app.settings import Settings

DAMAGED = {
    "zeros, as a power cut leaves them": bytes(512),
    "cut off": b'database = "w.sqlite"\nurgent_priorities = [\n  "ST',
    "no UTF-8": b"reader = '\xff\xfe'\n",
    "another kind of file": b"\x89PNG\r\n\x1a\n",
}


@pytest.fixture(params=DAMAGED.values(), ids=list(DAMAGED))
def damaged(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_bytes(request.param)
    return path


def test_it_is_kept_aside_and_the_defaults_are_used_and_told(damaged: Path) -> None:
    content = damaged.read_bytes()
    found = find_settings(damaged)
    assert found.settings == Settings()
    (aside,) = damaged.parent.glob("settings.toml.damaged-*")
    assert aside.read_bytes() == content
    assert not damaged.exists()
    assert str(damaged) in found.notice
    assert aside.name in found.notice
    assert find_settings(damaged).notice == ""  # told once; the next start finds no file


def test_a_second_one_never_takes_the_place_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    for content in (b"\x00first", b"\x00second"):
        path.write_bytes(content)
        find_settings(path)
    kept = {each.read_bytes() for each in tmp_path.glob("settings.toml.damaged-*")}
    assert kept == {b"\x00first", b"\x00second"}


def test_a_file_that_cannot_be_renamed_is_left_and_told(
    damaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, _target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    found = find_settings(damaged)
    assert found.settings == Settings()
    assert "could not be given another name" in found.notice
    assert damaged.exists()


def test_a_wrong_value_is_somebodys_mistake_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("workers = -1")
    with pytest.raises(TriageError, match="workers"):
        find_settings(path)
    assert path.read_text() == "workers = -1"


def test_a_whole_or_absent_file_is_read_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    assert find_settings(path).notice == ""
    path.write_text("workers = 3")
    assert (find_settings(path).settings.workers, find_settings(path).notice) == (3, "")


def test_a_scan_goes_on(
    damaged: Path,
    make_instance: InstanceFactory,
    tiny_model_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(damaged))
    image = make_instance("studies/1.dcm")
    code = main(["scan", str(image), "--workers", "0", "--model", str(tiny_model_path)])
    said = capsys.readouterr()
    assert code == Exit.DONE
    assert "scored" in said.out
    assert "kept aside" in said.err


@pytest.mark.parametrize("command", ["receive", "retain"])
def test_what_would_let_in_or_remove_by_other_settings_does_not_begin(
    damaged: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(damaged))
    content = damaged.read_bytes()
    assert main([command]) == Exit.COULD_NOT_RUN
    assert str(damaged) in capsys.readouterr().err
    assert damaged.read_bytes() == content
