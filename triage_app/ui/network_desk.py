"""The network's part of the window: its commands, its light, its dialogs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from triage_app.errors import TriageError
from triage_app.settings import Settings
from triage_app.ui.actions import Command
from triage_app.ui.desk_options import Preferences
from triage_app.ui.network_dialog import NetworkDialog
from triage_app.ui.network_services import NetworkServices
from triage_app.ui.reception import Reception
from triage_app.ui.reception_light import ReceptionLight
from triage_app.ui.search_dialog import SearchDialog
from triage_app.ui.sending_dialog import SendingDialog
from triage_app.ui.workers import Workers

__all__ = ["NetworkDesk"]

_COMMANDS = (Command.SEARCH_ARCHIVES, Command.RECEIVE, Command.SENDING, Command.NETWORK)


class NetworkDesk(QObject):
    """Leads what one asks of the network to the one that answers.

    Parameters
    ----------
    make_services : for settings as they hold now, by the model in use
    preferences : behind the dialogs; None leaves the network alone
    home : parent of dialogs
    """

    failed = Signal(str)
    """A sentence for people."""
    scored = Signal()
    """Something came in and stands in the database now."""
    settings_changed = Signal()
    """The preferences were changed by a dialog here."""

    def __init__(
        self,
        make_services: Callable[[Settings], NetworkServices],
        workers: Workers,
        actions: Mapping[Command, QAction],
        *,
        preferences: Preferences | None,
        home: QWidget,
    ) -> None:
        super().__init__(home)
        self._make_services, self._workers, self._actions = make_services, workers, actions
        self._preferences, self._home = preferences, home
        self._followed: object = None
        self.light = ReceptionLight()
        self.reception = Reception(workers, self)
        self.reception.reported.connect(self.light.show_report)
        self.reception.scored.connect(self.scored)
        self.reception.failed.connect(self.failed)
        for command, act in (
            (Command.SEARCH_ARCHIVES, self.open_search),
            (Command.SENDING, self.open_sending),
            (Command.NETWORK, self.open_network),
        ):
            actions[command].triggered.connect(lambda _=False, act=act: act())
        actions[Command.RECEIVE].triggered.connect(self._choose_reception)
        for command in _COMMANDS:
            actions[command].setEnabled(preferences is not None)
        self.light.setVisible(preferences is not None)

    def follow_settings(self, *, is_model_new: bool = False) -> None:
        """Receive, fetch and send as the settings say; nothing is touched where they are equal."""
        if self._preferences is None:
            return
        settings = self._preferences.settings
        of_network = settings.model_dump(
            include={
                "receives",
                "receiver",
                "peers",
                "rules",
                "destinations",
                "spool",
                "results",
                "workers",
                "seconds_per_file",
            }
        )
        with QSignalBlocker(self._actions[Command.RECEIVE]):
            self._actions[Command.RECEIVE].setChecked(settings.receives)
        if of_network == self._followed and not is_model_new:
            return
        self._followed = of_network
        self.reception.follow(self._make_services(settings))

    def _choose_reception(self, receives: bool) -> None:
        if self._preferences is None:
            return
        try:
            self._preferences.change({"receives": receives})
        except TriageError as error:
            self.failed.emit(str(error))
        self.follow_settings()

    # Dialogs

    def open_search(self) -> None:
        """Let studies of other systems be found and fetched."""
        if self._preferences is not None:
            services = self._make_services(self._preferences.settings)
            SearchDialog(services, self._workers, self._score_fetched, self._home).open()

    def _score_fetched(self) -> None:
        if self._preferences is not None:
            self.reception.score_fetched(self._make_services(self._preferences.settings))

    def open_sending(self) -> None:
        """Show what is on its way to other systems."""
        if self._preferences is not None:
            services = self._make_services(self._preferences.settings)
            SendingDialog(services, self._workers, self._home).open()

    def open_network(self) -> None:
        """Let reception and other systems be set."""
        if self._preferences is not None:
            dialog = NetworkDialog(self._preferences, self._workers, self._home)
            dialog.accepted.connect(self.follow_settings)
            dialog.open()
