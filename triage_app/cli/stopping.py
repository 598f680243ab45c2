"""The end of a command that runs until somebody asks for it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from triage_app.intake.events import CancelToken

__all__ = ["stopping"]


@contextmanager
def stopping() -> Iterator[tuple[CancelToken, list[int]]]:
    """Let SIGTERM and Ctrl+C ask for the end; give the token, and which of them did."""
    cancel = CancelToken()
    stopped_by: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped_by.append(number)
        cancel.cancel()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield cancel, stopped_by
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
