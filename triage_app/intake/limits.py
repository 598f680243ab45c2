"""What one file may take of a worker: processor time and memory, whatever it holds.

A damaged or a hostile file can lead a parser or a decoder round in circles, or to memory for an
image that nobody sent. The system ends the one and refuses the other, also inside of a library
written in C, where no exception of Python reaches.
"""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = [
    "BYTES_PER_FILE",
    "PROCESSOR_SECONDS_PER_FILE",
    "has_run_out_of_processor_time",
    "limit_memory",
    "limited_processor_time",
]

PROCESSOR_SECONDS_PER_FILE = 10.0
"""The largest radiographs take about one second; waiting for a slow disk does not count."""

BYTES_PER_FILE = 768 * 1024**2
"""Beside what a worker holds before its first file, about 150 MB with a usual model."""


@contextmanager
def limited_processor_time(seconds: float) -> Iterator[None]:
    """End this process where it uses more time of the processor than that, in all its threads.

    Notes
    -----
    setitimer(2), ITIMER_PROF: what it sends is not handled, so it ends a loop in C as well. Windows
    has no such timer; there the parent's limit on the time that passes is the only one.
    """
    if sys.platform == "win32":
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


def has_run_out_of_processor_time(exit_code: int | None) -> bool:
    """Tell by the exit code of a process whether `limited_processor_time` ended it."""
    return sys.platform != "win32" and exit_code == -signal.SIGPROF


def limit_memory(further_bytes: int) -> None:
    """Refuse this process more than so much memory beside what it holds now.

    Notes
    -----
    setrlimit(2), RLIMIT_DATA, which Linux keeps to for all private memory; other systems do not,
    and there only the limits on the sizes that a file states hold.
    """
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - Windows has none

    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    held = re.search(r"^VmData:\s*(\d+) kB", status, re.MULTILINE)
    if held is None:
        return
    wanted = int(held[1]) * 1024 + further_bytes
    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or wanted < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
