"""Keeps the worklist's model up to date with the database, without ever making the window wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from triage_app.ui.services import ListSnapshot, Services, StudyMoment
from triage_app.ui.workers import Lane, LatestRequest, Workers
from triage_app.ui.worklist.model import WorklistModel
from triage_app.worklist.records import ReadingStatus, StudyFilter, StudyOrder, StudyQuery

__all__ = ["WorklistFeed"]

_TYPING_MILLISECONDS = 150
_POLL_MILLISECONDS = 500


class WorklistFeed(QObject):
    """Holds the query of the list and asks for what it finds.

    Parameters
    ----------
    pages_in_sight : gives the pages that a refresh must bring
    is_reader_busy : tells whether rows must not move under the reader's hand just now
    """

    refreshed = Signal(int)
    """The list was read again; how many studies it finds."""
    counts_changed = Signal(object)
    """Studies per `StudyFilter`, for the same text."""
    failed = Signal(str)
    """A sentence for people."""

    def __init__(
        self,
        services: Services,
        workers: Workers,
        model: WorklistModel,
        *,
        pages_in_sight: Callable[[], frozenset[int]],
        is_reader_busy: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._workers = workers
        self._model = model
        self._pages_in_sight = pages_in_sight
        self._is_reader_busy = is_reader_busy
        self._latest = LatestRequest(workers, Lane.DATABASE)
        self._query = StudyQuery(services.model_device_uid)
        self._typing = self._make_timer(_TYPING_MILLISECONDS, self.refresh)
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MILLISECONDS)
        self._poll.timeout.connect(self._look_for_changes)
        self._is_looking = False
        self._known_token: object = None
        model.page_wanted.connect(self._read_page)

    @property
    def query(self) -> StudyQuery:
        """What the list is asked for."""
        return self._query

    def set_filter(self, wanted: StudyFilter) -> None:
        """Show another tab."""
        self._query = replace(self._query, filter=wanted)
        self.refresh()

    def set_text(self, text: str) -> None:
        """Search; the list follows when the typing pauses."""
        self._query = replace(self._query, text=text.strip())
        self._typing.start()

    def set_order(self, order: StudyOrder, *, is_descending: bool) -> None:
        """Sort in another way."""
        self._query = replace(self._query, order=order, is_descending=is_descending)
        self.refresh()

    def start(self) -> None:
        """Read the list, and from now on notice what this or another program writes."""
        self.refresh()
        self._poll.start()

    def stop(self) -> None:
        """Notice nothing any more."""
        self._poll.stop()
        self._typing.stop()

    def refresh(self) -> None:
        """Read the list again, now."""
        self._typing.stop()
        self._latest.ask(
            partial(self._services.read_list, self._query, self._pages_in_sight()),
            on_done=self._show,
            on_error=self.failed.emit,
        )

    def set_reading_status(self, study_key: str, status: ReadingStatus) -> None:
        """Write a reading status, then show it where the study stands."""
        self._workers.submit(
            Lane.DATABASE,
            partial(self._services.set_reading_status, study_key, status),
            on_done=lambda _: self._show_study(study_key),
            on_error=self.failed.emit,
        )

    def _show(self, snapshot: ListSnapshot) -> None:
        self._known_token = snapshot.change_token
        self._model.show_snapshot(snapshot)
        self.counts_changed.emit(snapshot.counts)
        self.refreshed.emit(snapshot.total)

    def _look_for_changes(self) -> None:
        """Merge arrivals, several at a time, and never while the reader's hand is on the list."""
        if self._is_looking or self._is_reader_busy():
            return
        self._is_looking = True
        self._workers.submit(
            Lane.DATABASE,
            self._services.change_token,
            on_done=self._compare_token,
            on_error=self._report_failed_look,
        )

    def _compare_token(self, token: object) -> None:
        self._is_looking = False
        if token != self._known_token:
            self.refresh()

    def _report_failed_look(self, sentence: str) -> None:
        self._is_looking = False
        self.failed.emit(sentence)

    def _show_study(self, study_key: str) -> None:
        """Change the row in place, so that it does not leave a tab under the reader's hand."""
        self._workers.submit(
            Lane.DATABASE,
            partial(self._services.read_moment, study_key, self._query),
            on_done=self._replace,
            on_error=self.failed.emit,
        )

    def _replace(self, state: StudyMoment) -> None:
        self._known_token = state.change_token
        if state.row is not None:
            self._model.replace_study(state.row)
        self.counts_changed.emit(state.counts)

    def _read_page(self, page: int) -> None:
        query = self._query
        self._workers.submit(
            Lane.DATABASE,
            partial(self._services.read_page, query, page),
            on_done=partial(self._model.add_page, query, page),
            on_error=self.failed.emit,
        )

    def _make_timer(self, milliseconds: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(act)
        return timer
