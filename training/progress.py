"""Progress of long commands, on stderr."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

__all__ = ["Bar", "ProgressBars"]


class Bar:
    """One bar; call it with how much was done since the last call."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def __call__(self, advance: int = 1) -> None:
        """Move on."""
        self._progress.update(self._task, advance=advance)

    def say(self, text: str) -> None:
        """Replace the bar's description."""
        self._progress.update(self._task, description=text)


class ProgressBars:
    """Bars on stderr for a terminal; nothing where stderr is a file, which the log serves."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> ProgressBars:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    @contextmanager
    def bar(self, text: str, total: int) -> Iterator[Bar]:
        """Show a bar until the block ends."""
        task = self._progress.add_task(text, total=total)
        try:
            yield Bar(self._progress, task)
        finally:
            self._progress.remove_task(task)
