"""Two programs on one worklist and one spool lose nothing, double nothing, and wait for no dead."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.faults.dying_children import start, wait_for
from tests.faults.killing_process import (
    INSTANCES,
    make_images,
    make_sent,
    receive_files,
    spool_of,
)
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def seen_in(folder: Path) -> str:
    """Look in a process of its own, since a library's threads do not survive a fork."""
    wait_for(start(lambda: (folder.parent / "seen").write_text(repr(spool_of(folder)))))
    return (folder.parent / "seen").read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    state = tmp_path / "state"
    state.mkdir()
    wait_for(start(lambda: make_sent(state)))
    return state


def alone(folder: Path) -> str:
    """Say what one program comes to."""
    wait_for(start(lambda: receive_files(folder, make_images(folder))))
    seen = seen_in(folder)
    folder.rename(folder.with_name("alone"))
    folder.mkdir()
    return seen


def test_two_that_receive_the_same_come_to_what_one_comes_to(folder: Path) -> None:
    expected = alone(folder)
    images = make_images(folder)
    both = [
        start(lambda: receive_files(folder, images)),
        start(lambda: receive_files(folder, images[::-1])),
    ]
    for child in both:
        wait_for(child)
    assert seen_in(folder) == expected
    assert len(list((folder / "spool").glob("*/*.dcm"))) == INSTANCES


def test_what_a_dead_one_had_in_hand_another_takes_up(folder: Path) -> None:
    expected = alone(folder)
    images = make_images(folder)
    first = start(lambda: receive_files(folder, images))
    ledger = folder / "acknowledged"
    wait_until(lambda: ledger.exists() and ledger.read_text().count("\n") > 3, "some to come")
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    wait_for(start(lambda: receive_files(folder, images)))
    assert seen_in(folder) == expected
