"""`make release` refuses what would make a wrong release, before it builds anything."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Make a tree of version 1.2.3, and a `make` that only notes what it was asked for."""
    (tmp_path / "installer").mkdir()
    shutil.copy(REPOSITORY / "installer" / "release.sh", tmp_path / "installer")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "Makefile").write_text("")
    (tmp_path / "CHANGELOG.md").write_text("## [Unreleased]\n\n- new\n\n## [1.0.0]\n\n- old\n")
    (tmp_path / "dist").mkdir()
    for name in ("triage_app-1.2.3-py3-none-any.whl", "triage_app-1.2.3.tar.gz"):
        (tmp_path / "dist" / name).write_text(name)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "make").write_text('#!/bin/sh\necho "$@" >> asked\n')
    (tmp_path / "bin" / "make").chmod(0o755)
    return tmp_path


def _release(tree: Path, version: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the script of this repository
        [str(tree / "installer" / "release.sh"), version],
        env=os.environ | {"PATH": f"{tree / 'bin'}:{os.environ['PATH']}"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_version_that_the_project_does_not_state_is_refused(tree: Path) -> None:
    ended = _release(tree, "1.2.4", DRY="1")
    assert ended.returncode == 1
    assert "states 1.2.3" in ended.stderr
    assert not (tree / "asked").exists()


def test_a_changelog_without_notes_is_refused(tree: Path) -> None:
    (tree / "CHANGELOG.md").write_text("## [Unreleased]\n\n## [1.0.0]\n\n- old\n")
    ended = _release(tree, "1.2.3", DRY="1")
    assert ended.returncode == 1
    assert "nothing under [Unreleased]" in ended.stderr


def test_a_dry_run_sums_up_signs_and_cuts_the_notes(tree: Path) -> None:
    ended = _release(tree, "1.2.3", DRY="1", RELEASE_SIGN="gzip -k")
    assert ended.returncode == 0, ended.stderr
    out = tree / "dist" / "release"
    assert (out / "NOTES.md").read_text().strip() == "- new"
    sums = (out / "SHA256SUMS").read_text().splitlines()
    assert [line.split()[1] for line in sums] == [
        "NOTES.md",
        "triage_app-1.2.3-py3-none-any.whl",
        "triage_app-1.2.3.tar.gz",
    ]
    assert (out / "SHA256SUMS.gz").exists()
    assert (tree / "asked").read_text().split() == ["dist-test"]
