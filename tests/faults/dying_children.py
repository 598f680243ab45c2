"""Processes that are forked, watched and killed."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable

__all__ = ["DeathError", "kill_at", "start", "wait_for"]


class DeathError(Exception):
    """A child did not come to its end."""


def start(act: Callable[[], None]) -> int:
    """Let a child do something; give its process id."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        except BaseException:  # noqa: BLE001 - the door of a child: its parent is told by the code
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def wait_for(child: int) -> None:
    """Wait until a child has done its work.

    Raises
    ------
    DeathError
        where it ended otherwise
    """
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise DeathError(f"a child ended with status {status}")


def kill_at(child: int, seconds: float) -> bool:
    """Kill a child after so many seconds; say whether it was still at work."""
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if status and not os.WIFSIGNALED(status):
        raise DeathError(f"a child ended with status {status}")
    return os.WIFSIGNALED(status)
