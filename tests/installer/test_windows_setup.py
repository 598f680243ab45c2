"""The setup for Windows compiles over a staged program; what it does on Windows CI proves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def _compile(tmp_path: Path, *definitions: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("makensis")
    if program is None:
        pytest.skip("makensis is not here; Debian has it in the package nsis")
    return subprocess.run(  # noqa: S603 - the compiler
        [program, "-V2", *definitions, str(REPOSITORY / "installer" / "windows" / "setup.nsi")],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd=tmp_path,
        timeout=120,
    )


def test_the_setup_is_compiled_with_what_is_staged(tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    (staged / "_internal").mkdir(parents=True)
    (staged / "triage-app.exe").write_bytes(b"MZ")
    setup = tmp_path / "triage-app-1.2.3-setup.exe"
    ended = _compile(
        tmp_path,
        "-DVERSION=1.2.3",
        f"-DSOURCE={staged}",
        f"-DLICENCE={REPOSITORY / 'LICENSE'}",
        f"-DOUTPUT={setup}",
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "warning" not in ended.stdout
    assert setup.read_bytes().startswith(b"MZ")


def test_without_its_definitions_it_says_which_are_missing(tmp_path: Path) -> None:
    ended = _compile(tmp_path)
    assert ended.returncode != 0
    assert "-DVERSION=" in ended.stdout + ended.stderr
