"""The progress of a scan on stderr: how many of how many, how fast, how long still."""

from __future__ import annotations

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


class ScanProgress:
    """A bar on stderr where that is a terminal, and silence elsewhere."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("scan"),
            BarColumn(),
            MofNCompleteColumn(),
            _RateColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("scan", total=None)

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

    def advance(self) -> None:
        """Take in that one more file is done."""
        self._progress.advance(self._task)
