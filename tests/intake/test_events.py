"""Whoever waits hears that they are asked to stop."""

from __future__ import annotations

import time

import pytest

from triage_app.intake.events import CancelToken

LONG = 3600.0


def test_a_wait_lasts_as_long_as_was_said() -> None:
    began = time.monotonic()
    CancelToken().wait(0.15)
    assert time.monotonic() - began >= 0.15


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_a_wait_of_no_time_has_no_moment(seconds: float) -> None:
    assert list(CancelToken().moments(seconds)) == []


def test_a_wait_ends_in_the_moment_in_which_somebody_asks_for_it() -> None:
    cancel = CancelToken()
    for moment, _ in enumerate(cancel.moments(LONG)):
        if moment == 2:
            cancel.cancel()
    assert moment == 2


def test_a_wait_ends_where_the_parent_is_asked() -> None:
    parent = CancelToken()
    moments = CancelToken(parent).moments(LONG)
    next(moments)
    parent.cancel()
    assert list(moments) == []


def test_who_was_asked_already_does_not_wait() -> None:
    cancel = CancelToken()
    cancel.cancel()
    cancel.wait(LONG)
