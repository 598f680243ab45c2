"""The manual: one page for each command, with every argument that the command takes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from installer.man_pages import escape, make_page, write_pages
from triage_app.cli.main import COMMANDS, WINDOW, make_parser


def test_every_command_has_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    written = {path.name for path in write_pages(tmp_path)}
    assert written == {"triage-app.1", *(f"triage-app-{name}.1" for name in COMMANDS)}
    assert r" 1 1970\-01\-01 " in (tmp_path / "triage-app-scan.1").read_text()


@pytest.mark.parametrize("name", [WINDOW, *COMMANDS])
def test_every_option_stands_on_the_page_of_its_command(name: str):
    page = make_page(name, "2026-01-01")
    options = [each for action in make_parser(name)._actions for each in action.option_strings]
    assert "--help" in options
    for option in options:
        assert rf"\fB{escape(option)}\fR" in page


def test_what_roff_would_take_as_its_own_is_escaped():
    assert escape("--port N\n.txt 'a' \\") == "\\-\\-port N\n\\&.txt 'a' \\e"


@pytest.mark.skipif(shutil.which("man") is None, reason="man is not installed")
@pytest.mark.parametrize("name", [WINDOW, *COMMANDS])
def test_man_warns_of_nothing(name: str, tmp_path: Path):
    path = tmp_path / "page.1"
    path.write_text(make_page(name, "2026-01-01"), encoding="utf-8")
    command = ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(path)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    assert shown.stderr == ""
