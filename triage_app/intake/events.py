"""What a scan tells while it runs; progress bars in the shell and in the window read the same."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from triage_app.imaging.instance import InstanceFacts
from triage_app.triage.outcome import Outcome

__all__ = ["Assessed", "CancelToken", "Found", "ScanEvent", "Skipped"]


@dataclass(frozen=True, slots=True)
class Found:
    """How many files were found so far.

    Attributes
    ----------
    files : found since the scan began
    is_complete : whether the search for files has ended, so that `files` is the total
    """

    files: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Assessed:
    """One file has its outcome.

    Attributes
    ----------
    facts : what its header says; only the path where it could not be read
    seconds : that reading and scoring took
    """

    facts: InstanceFacts
    outcome: Outcome
    seconds: float


@dataclass(frozen=True, slots=True)
class Skipped:
    """One file was passed over because its outcome is known from an earlier scan."""

    path: str


ScanEvent = Found | Assessed | Skipped

_STEP_SECONDS = 0.1
"""How soon somebody who waits hears that they are asked to stop."""


class CancelToken:
    """Asks a scan to stop; what was assessed so far stays.

    Parameters
    ----------
    parent : whoever is asked by it is asked, too
    """

    def __init__(self, parent: CancelToken | None = None) -> None:
        self._event = threading.Event()
        self._parent = parent

    def cancel(self) -> None:
        """Ask to stop; may be called from any thread, any number of times."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._event.is_set() or (self._parent is not None and self._parent.is_cancelled)

    def wait(self, seconds: float) -> None:
        """Wait until the time is over, or somebody asked to stop."""
        for _ in self.moments(seconds):
            pass

    def moments(self, seconds: float) -> Iterator[None]:
        """Wait as `wait` does, and let the caller do something again and again meanwhile."""
        deadline = time.monotonic() + seconds
        while not self.is_cancelled and (left := deadline - time.monotonic()) > 0:
            yield None
            time.sleep(min(_STEP_SECONDS, left))
