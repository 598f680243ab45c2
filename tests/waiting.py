"""Waiting for a condition, for tests of threads and of other programs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

__all__ = ["SECONDS", "wait_until"]

SECONDS = 60.0
"""Longer than anything takes on a busy machine; what does not come is told after it."""

_POLL_SECONDS = 0.02

Value = TypeVar("Value")


def wait_until(condition: Callable[[], Value], what: str) -> Value:
    """Ask until the answer is true, and give it; fail where it never comes."""
    deadline = time.monotonic() + SECONDS
    pause = threading.Event()
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {SECONDS:g} seconds in vain for {what}")
        pause.wait(_POLL_SECONDS)
    return value
