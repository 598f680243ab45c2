"""The progress of a scan on stderr: how many of how many, how fast, how long still."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

__all__ = ["ScanProgress"]


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Show files per second."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "-/s")


class _BusyColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Show the part of the workers' time that went into files."""
        share = task.fields["busy"]
        return Text("" if share is None else f"{share:.0%} busy")


class ScanProgress:
    """A bar on stderr where that is a terminal, and silence elsewhere.

    Parameters
    ----------
    workers : among which the seconds of the files are shared; 0 where that is not known
    """

    def __init__(self, workers: int = 0) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("scan"),
            BarColumn(),
            MofNCompleteColumn(),
            _RateColumn(),
            _BusyColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("scan", total=None, busy=None)
        self._workers = workers
        self._busy_seconds = 0.0
        self._started: float | None = None

    def __enter__(self) -> ScanProgress:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def found(self, files: int, is_complete: bool) -> None:
        """Take in how many files there are."""
        self._progress.update(self._task, total=files)

    def advance(self, seconds: float = 0.0) -> None:
        """Take in that one more file is done, and how long a worker was at it."""
        now = time.monotonic()
        if self._started is None:  # the workers' start is no part of their work
            self._started = now - seconds
        self._busy_seconds += seconds
        self._progress.update(self._task, advance=1, busy=self.busy_share)

    @property
    def busy_share(self) -> float | None:
        """Part of the workers' time that went into files, 0 to 1; None where it is not known."""
        if not self._workers or self._started is None:
            return None
        elapsed = time.monotonic() - self._started
        return min(1.0, self._busy_seconds / (elapsed * self._workers)) if elapsed > 0 else None
