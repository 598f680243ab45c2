"""The receiver inside the window: started, stopped, and told of, by the settings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from triage_app.ui.network_services import NetworkServices, has_background_work
from triage_app.ui.workers import Lane, Workers

if TYPE_CHECKING:
    from triage_app.intake.events import CancelToken
    from triage_app.results.traffic import TrafficEvent

__all__ = ["Reception", "ReceptionReport", "ReceptionState"]


class ReceptionState(StrEnum):
    """Whether the window receives."""

    OFF = "off"
    STARTING = "starting"
    LISTENING = "listening"
    BROKEN = "broken"
    """It should listen, and cannot."""
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class ReceptionReport:
    """What the status bar says of the network.

    Attributes
    ----------
    ae_title, host, port : where it listens
    received, refused, sent, given_up : instances since it was started
    trouble : the last thing that a person should mend; empty where there is none
    """

    state: ReceptionState = ReceptionState.OFF
    ae_title: str = ""
    host: str = ""
    port: int = 0
    received: int = 0
    refused: int = 0
    sent: int = 0
    given_up: int = 0
    trouble: str = ""


class Reception(QObject):
    """Runs the traffic of the network in its lane, and turns its events into signals.

    Without the receiver it runs, too, where rules or destinations want it, or where something that
    was fetched is to be scored.
    """

    reported = Signal(object)
    """A `ReceptionReport`."""
    scored = Signal()
    """Something came in and stands in the database now."""
    failed = Signal(str)
    """A sentence for people."""

    def __init__(self, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = workers
        self._services: NetworkServices | None = None
        self._token: CancelToken | None = None
        self._listens = self._is_listening = False
        self._next: tuple[NetworkServices, bool] | None = None
        self._counts = Counter[str]()
        self._trouble = ""
        self.report = ReceptionReport()

    @property
    def is_running(self) -> bool:
        """Whether anything runs, be it only that it ends."""
        return self._token is not None

    def follow(self, services: NetworkServices) -> None:
        """Do what the settings say from now on; what runs ends in order first."""
        self._run(services, services.settings.receives)

    def score_fetched(self, services: NetworkServices) -> None:
        """See that what was fetched is scored, where nothing runs that would."""
        if self._token is None:
            self._start(services, listens=False)

    def _run(self, services: NetworkServices, listens: bool) -> None:
        if self._token is not None:
            self._next = (services, listens)
            self._tell(ReceptionState.ENDING)
            self._token.cancel()
        elif services.has_model and (listens or has_background_work(services.settings)):
            self._start(services, listens=listens)
        else:
            self._tell(ReceptionState.OFF)

    def _start(self, services: NetworkServices, *, listens: bool) -> None:
        self._services, self._listens, self._is_listening = services, listens, False
        self._counts.clear()
        if listens:
            self._trouble = ""
            self._tell(ReceptionState.STARTING)
        self._token = self._workers.stream(
            Lane.NETWORK,
            partial(services.run_traffic, listens=listens),
            on_event=self._note,
            on_end=self._note_end,
            on_error=self._note_failure,
        )

    def _note(self, events: tuple[TrafficEvent, ...]) -> None:
        from triage_app.intake.events import Assessed  # noqa: PLC0415 - they are here by now

        has_scored = False
        for event in events:
            self._note_one(event)
            has_scored |= isinstance(event, Assessed)
        if self._token is not None and not self._token.is_cancelled:
            self._tell(self._running_state)
        if has_scored:
            self.scored.emit()

    def _note_one(self, event: TrafficEvent) -> None:
        from triage_app.intake.querying.polling import PollFailed  # noqa: PLC0415
        from triage_app.intake.receiving.receiver import Received, Refused  # noqa: PLC0415
        from triage_app.intake.receiving.reception import Listening  # noqa: PLC0415
        from triage_app.intake.work import Troubled  # noqa: PLC0415
        from triage_app.results.sending.sender import GivenUp, Paused, Sent  # noqa: PLC0415

        match event:
            case Listening(ae_title, host, port):
                self._is_listening = True
                self.report = ReceptionReport(
                    ReceptionState.LISTENING, ae_title=ae_title, host=host, port=port
                )
            case Received():
                self._counts["received"] += 1
            case Refused(_, _, comment):
                self._counts["refused"] += 1
                self._take_trouble(comment)
            case Sent():
                self._counts["sent"] += 1
            case GivenUp(_, detail):
                self._counts["given_up"] += 1
                self._take_trouble(detail)
            case Troubled(sentence) | PollFailed(sentence) | Paused(sentence):
                self._take_trouble(sentence)

    def _take_trouble(self, sentence: str) -> None:
        if sentence != self._trouble:
            self._trouble = sentence
            self.failed.emit(sentence)

    def _note_failure(self, sentence: str) -> None:
        self._trouble = sentence
        self.failed.emit(sentence)

    def _note_end(self) -> None:
        token, self._token = self._token, None
        if self._next is not None:
            following, self._next = self._next, None
            self._run(*following)
            return
        was_asked = token is not None and token.is_cancelled
        if was_asked or not self._listens:
            self._tell(ReceptionState.OFF)
            return
        # it could not listen: rules and destinations go on all the same
        services = self._services
        if not self._is_listening and services and has_background_work(services.settings):
            self._start(services, listens=False)
        self._tell(ReceptionState.BROKEN)

    @property
    def _running_state(self) -> ReceptionState:
        if self._listens:
            return ReceptionState.LISTENING if self._is_listening else ReceptionState.STARTING
        is_broken = self._services is not None and self._services.settings.receives
        return ReceptionState.BROKEN if is_broken else ReceptionState.OFF

    def _tell(self, state: ReceptionState) -> None:
        before = self.report
        self.report = ReceptionReport(
            state,
            ae_title=before.ae_title,
            host=before.host,
            port=before.port,
            received=self._counts["received"],
            refused=self._counts["refused"],
            sent=self._counts["sent"],
            given_up=self._counts["given_up"],
            trouble=self._trouble,
        )
        self.reported.emit(self.report)
