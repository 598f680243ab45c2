"""Long tasks beside another one, each in a thread of its own, their events in one line."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, Self, TypeVar

from triage_app.errors import TriageError
from triage_app.intake.events import CancelToken
from triage_app.intake.work import Troubled
from triage_app.logs import places_of

__all__ = ["SideTasks"]

logger = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 60.0

T = TypeVar("T")


class SideTasks(Generic[T]):
    """Runs generators in threads while the block lasts; at its end they stop and are waited for.

    A task that fails is told of once, as `Troubled`, and begun again after a pause that grows; one
    that ends by itself has done its work.

    Parameters
    ----------
    tasks : by a name for their threads; each makes its generator from a token
    cancel : asks all of them to stop, as the end of the block does
    """

    def __init__(
        self,
        tasks: Mapping[str, Callable[[CancelToken], Iterator[T | None]]],
        cancel: CancelToken,
    ) -> None:
        self._cancel = CancelToken(cancel)
        self._news: queue.SimpleQueue[T | Troubled] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, args=(task,), name=name, daemon=True)
            for name, task in tasks.items()
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._cancel.cancel()
        for thread in self._threads:
            thread.join()

    @property
    def are_running(self) -> bool:
        """Whether a task has not come to its end."""
        return any(thread.is_alive() for thread in self._threads)

    def drain(self) -> Iterator[T | Troubled]:
        """Give what has happened since the last time."""
        while True:
            try:
                yield self._news.get_nowait()
            except queue.Empty:
                return

    def _run(self, task: Callable[[CancelToken], Iterator[T | None]]) -> None:
        told, pause = "", _FIRST_PAUSE_SECONDS
        while not self._cancel.is_cancelled:
            try:
                for event in task(self._cancel):
                    if event is not None:
                        told, pause = "", _FIRST_PAUSE_SECONDS
                        self._news.put(event)
            except Exception as error:  # noqa: BLE001 - the door of a worker: the others go on
                sentence = _sentence(error)
                if sentence != told:
                    self._news.put(Troubled(sentence))
                told = sentence
            else:
                return
            self._cancel.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _sentence(error: Exception) -> str:
    if isinstance(error, TriageError):
        return str(error)
    logger.error("Unexpected %s beside the reception\n%s", type(error).__name__, places_of(error))
    return (
        f"Unexpected problem ({type(error).__name__}) in the network's background; it is tried "
        "again, and the log has the details."
    )
