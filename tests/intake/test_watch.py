"""A watched folder: what is whole is handed on once, what is being written waits."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from triage_app.intake.watch import FolderWatch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


def test_a_file_is_handed_on_once_it_rests(folder: Path) -> None:
    watch = FolderWatch()
    (folder / "sub").mkdir()
    path = folder / "sub" / "a.dcm"
    path.write_bytes(b"abc")
    assert watch.look([folder]).ready == ()
    assert watch.look([folder]).ready == (path,)
    assert watch.look([folder]).ready == ()


def test_a_file_that_grows_waits(folder: Path) -> None:
    watch = FolderWatch()
    path = folder / "a.dcm"
    for size in (1, 2, 3):
        path.write_bytes(b"x" * size)
        assert watch.look([folder]).ready == ()
    assert watch.look([folder]).ready == (path,)


def test_an_empty_file_waits_for_its_first_byte(folder: Path) -> None:
    watch = FolderWatch()
    (folder / "a.dcm").touch()
    assert [watch.look([folder]).ready for _ in range(3)] == [(), (), ()]


def test_a_file_that_changes_later_is_handed_on_again(folder: Path) -> None:
    watch = FolderWatch()
    path = folder / "a.dcm"
    path.write_bytes(b"abc")
    watch.look([folder])
    assert watch.look([folder]).ready == (path,)
    path.write_bytes(b"abcd")
    assert watch.look([folder]).ready == ()
    assert watch.look([folder]).ready == (path,)
    os.utime(path, ns=(1, 1))
    watch.look([folder])
    assert watch.look([folder]).ready == (path,)


@pytest.mark.parametrize("name", ["a.dcm.part", "a.tmp", ".a.dcm", "b.FILEPART"])
def test_a_name_of_the_meantime_waits_for_its_own(folder: Path, name: str) -> None:
    watch = FolderWatch()
    path = folder / name
    path.write_bytes(b"abc")
    assert [watch.look([folder]).ready for _ in range(2)] == [(), ()]
    path.rename(folder / "a.dcm")
    watch.look([folder])
    assert watch.look([folder]).ready == (folder / "a.dcm",)


def test_a_folder_that_is_away_is_told_once_and_again_after_it_was_back(folder: Path) -> None:
    watch = FolderWatch()
    path = folder / "a.dcm"
    path.write_bytes(b"abc")
    watch.look([folder])
    watch.look([folder])
    away = folder.with_name("away")
    folder.rename(away)
    (sentence,) = watch.look([folder]).problems
    assert str(folder) in sentence
    assert watch.look([folder]).problems == ()
    away.rename(folder)
    back = watch.look([folder])
    assert (back.ready, back.problems) == ((), ()), "what was handed on before is not again"
    shutil.rmtree(folder)
    assert len(watch.look([folder]).problems) == 1
