"""Work in other threads, and the only place where it becomes a Qt signal.

A task is a plain function or a generator that knows nothing of Qt. It runs in a lane: one thread
each for the database, the images, small pictures and the scoring, so that none waits for another.
What it answers is handed over in the window's own thread; after `shut_down` nothing is handed over
any more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from triage_app.errors import TriageError
from triage_app.intake.events import CancelToken
from triage_app.logs import places_of

__all__ = ["Lane", "LatestRequest", "Workers"]

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Lane(StrEnum):
    """Tasks of one lane run one after the other; lanes run side by side."""

    DATABASE = "database"
    IMAGES = "images"
    THUMBNAILS = "thumbnails"
    SCORING = "scoring"
    NETWORK = "network"
    SEARCH = "search"


class Workers(QObject):
    """Runs tasks in lanes and hands their answers to the window's thread."""

    _delivered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {lane: ThreadPoolExecutor(1, f"triage-{lane}") for lane in Lane}
        self._tokens: set[CancelToken] = set()
        self._is_open = True
        self._delivered.connect(self._hand_over)

    def submit(
        self,
        lane: Lane,
        task: Callable[[], T],
        *,
        on_done: Callable[[T], None] | None = None,
        on_error: Callable[[str], None],
    ) -> None:
        """Run a function in a lane.

        Parameters
        ----------
        on_done : gets its result, in the window's thread
        on_error : gets a sentence for people, in the window's thread
        """

        def run() -> None:
            try:
                result = task()
            except Exception as error:  # noqa: BLE001 - the door of a worker: nothing gets lost
                self._deliver(partial(on_error, _sentence(error)))
            else:
                if on_done is not None:
                    self._deliver(partial(on_done, result))

        self._start(lane, run)

    def stream(
        self,
        lane: Lane,
        task: Callable[[CancelToken], Iterator[T]],
        *,
        on_event: Callable[[T], None],
        on_end: Callable[[], None],
        on_error: Callable[[str], None],
    ) -> CancelToken:
        """Run a generator in a lane.

        Parameters
        ----------
        task : makes the generator; gets the token that this method returns
        on_event : gets each thing that it yields, in the window's thread
        on_end : called last, however it ended
        on_error : gets a sentence for people

        Returns
        -------
        CancelToken
            the generator is asked to stop by it, and closed after what it yields next
        """
        token = CancelToken()
        self._tokens.add(token)

        def run() -> None:
            try:
                events = task(token)
                for event in events:
                    self._deliver(partial(on_event, event))
                    if token.is_cancelled:
                        break
                close = getattr(events, "close", None)
                if close is not None:
                    close()
            except Exception as error:  # noqa: BLE001 - the door of a worker: nothing gets lost
                self._deliver(partial(on_error, _sentence(error)))
            finally:
                self._deliver(partial(self._end, token, on_end))

        self._start(lane, run)
        return token

    def shut_down(self) -> None:
        """Cancel what runs, drop what waits, and come back when every thread has ended."""
        self._is_open = False
        for token in self._tokens:
            token.cancel()
        for executor in self._lanes.values():
            executor.shutdown(wait=False, cancel_futures=True)
        for executor in self._lanes.values():
            executor.shutdown(wait=True)

    def _start(self, lane: Lane, run: Callable[[], None]) -> Future[None] | None:
        return self._lanes[lane].submit(run) if self._is_open else None

    def _deliver(self, answer: Callable[[], None]) -> None:
        if self._is_open:
            self._delivered.emit(answer)

    @Slot(object)
    def _hand_over(self, answer: Callable[[], None]) -> None:
        if self._is_open:
            answer()

    def _end(self, token: CancelToken, on_end: Callable[[], None]) -> None:
        self._tokens.discard(token)
        on_end()


class LatestRequest:
    """Asks for one thing after another and lets only the latest answer through.

    A request that a newer one overtook is not even begun if it still waits for its lane, and its
    answer is dropped if it was begun.
    """

    def __init__(self, workers: Workers, lane: Lane) -> None:
        self._workers = workers
        self._lane = lane
        self._request_id = 0

    def ask(
        self,
        task: Callable[[], T],
        *,
        on_done: Callable[[T], None],
        on_error: Callable[[str], None],
    ) -> None:
        """Ask; what was asked before is no longer of interest."""
        self._request_id += 1
        request_id = self._request_id

        def run_if_latest() -> T | None:
            return task() if request_id == self._request_id else None

        def pass_on(result: T | None) -> None:
            if request_id == self._request_id and result is not None:
                on_done(result)

        def complain(sentence: str) -> None:
            if request_id == self._request_id:
                on_error(sentence)

        self._workers.submit(self._lane, run_if_latest, on_done=pass_on, on_error=complain)

    def forget(self) -> None:
        """Drop the answer that is under way."""
        self._request_id += 1


def _sentence(error: Exception) -> str:
    if isinstance(error, TriageError):
        return str(error)
    logger.error("Unexpected %s in a worker\n%s", type(error).__name__, places_of(error))
    return (
        f"Unexpected problem ({type(error).__name__}: {error}). The program goes on; "
        "the log has the details."
    )
