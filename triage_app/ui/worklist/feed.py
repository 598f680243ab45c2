"""Keeps the worklist's model up to date with the database, without ever making the window wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from triage_app.triage.priority import PriorityRule
from triage_app.ui.services import ListSnapshot, Services, StudyMoment, Tab
from triage_app.ui.workers import Lane, LatestRequest, Workers
from triage_app.ui.worklist.model import WorklistModel
from triage_app.worklist.records import SavedFilter, SortKey, StudyFilter, StudyQuery

__all__ = ["WorklistFeed"]

_TYPING_MILLISECONDS = 150
_POLL_MILLISECONDS = 500


class WorklistFeed(QObject):
    """Holds the query of the list and asks for what it finds.

    Parameters
    ----------
    pages_in_sight : gives the pages that a refresh must bring
    is_reader_busy : tells whether rows must not move under the reader's hand just now
    rule : what stands before its tier in the order of priority
    merges_when_idle : whether changes enter the list by themselves; else only when asked
    """

    refreshed = Signal(int)
    """The list was read again; how many studies it finds."""
    counts_changed = Signal(object)
    """Studies per tab, for the same text."""
    arrivals_counted = Signal(int)
    """How many studies wait to enter the list."""
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
        rule: PriorityRule = PriorityRule(),  # noqa: B008 - frozen
        merges_when_idle: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._workers = workers
        self._model = model
        self._pages_in_sight = pages_in_sight
        self._is_reader_busy = is_reader_busy
        self._latest = LatestRequest(workers, Lane.DATABASE)
        self.merges_when_idle = merges_when_idle
        self._saved: tuple[SavedFilter, ...] = ()
        self._query = StudyQuery(services.model_device_uid, rule=rule, reader=services.reader)
        self._typing = self._make_timer(_TYPING_MILLISECONDS, self.refresh)
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MILLISECONDS)
        self._poll.timeout.connect(self.look)
        self._is_looking = False
        self._known_token: object = None
        self._counted_token: object = None
        self._total = 0
        model.page_wanted.connect(self._read_page)

    @property
    def query(self) -> StudyQuery:
        """What the list is asked for."""
        return self._query

    def set_filter(self, wanted: Tab) -> None:
        """Show another tab."""
        if isinstance(wanted, SavedFilter):
            self._query = replace(self._query, filter=wanted.filter, kept_text=wanted.text)
        else:
            self._query = replace(self._query, filter=wanted, kept_text="")
        self.refresh()

    def set_saved(self, saved: tuple[SavedFilter, ...]) -> None:
        """Count other tabs of the reader's own from the next reading on."""
        self._saved = saved

    def set_text(self, text: str) -> None:
        """Search; the list follows when the typing pauses."""
        self._query = replace(self._query, text=text.strip())
        self._typing.start()

    def set_order(self, keys: tuple[SortKey, ...]) -> None:
        """Sort in another way."""
        first, *then = keys
        self._query = replace(
            self._query,
            order=first.order,
            is_descending=first.is_descending,
            then=tuple(then),
        )
        self.refresh()

    def set_rule(self, rule: PriorityRule) -> None:
        """Let other studies rise."""
        self._query = replace(self._query, rule=rule)
        self.refresh()

    def set_model(self, device_uid: str, reader: str) -> None:
        """Show another model's results, or another reader's studies."""
        self._query = replace(self._query, model_device_uid=device_uid, reader=reader)
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
            partial(self._services.read_list, self._query, self._pages_in_sight(), self._saved),
            on_done=self._show,
            on_error=self.failed.emit,
        )

    def _show(self, snapshot: ListSnapshot) -> None:
        self._known_token = self._counted_token = snapshot.change_token
        self._total = snapshot.counts.get(StudyFilter.ALL, snapshot.total)
        self._model.show_snapshot(snapshot)
        self.arrivals_counted.emit(0)
        self.counts_changed.emit(snapshot.counts)
        self.refreshed.emit(snapshot.total)

    def look(self) -> None:
        """Look whether something was written; never let rows move under the reader's hand."""
        if self._is_looking:
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
        if token == self._known_token:
            return
        if self.merges_when_idle and not self._is_reader_busy():
            self.refresh()
        elif token != self._counted_token:
            self._counted_token = token
            self._workers.submit(
                Lane.DATABASE,
                partial(self._services.count_studies, self._query, self._saved),
                on_done=self._tell_arrivals,
                on_error=self.failed.emit,
            )

    def _tell_arrivals(self, counts: Mapping[Tab, int]) -> None:
        self.counts_changed.emit(counts)
        self.arrivals_counted.emit(max(counts[StudyFilter.ALL] - self._total, 0))

    def _report_failed_look(self, sentence: str) -> None:
        self._is_looking = False
        self.failed.emit(sentence)

    def show_study(self, study_key: str) -> None:
        """Change the row in place, so that it does not leave a tab under the reader's hand."""
        self._workers.submit(
            Lane.DATABASE,
            partial(self._services.read_moment, study_key, self._query, self._saved),
            on_done=self._replace,
            on_error=self.failed.emit,
        )

    def _replace(self, state: StudyMoment) -> None:
        if self._known_token == self._counted_token:  # else others have written, too
            self._known_token = self._counted_token = state.change_token
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
