"""Reception and other systems: what the window is called, where it listens, and whom it knows."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from triage_app.errors import TriageError
from triage_app.intake.peers import Peer
from triage_app.settings import Settings
from triage_app.ui.desk_options import Preferences
from triage_app.ui.network_services import ping
from triage_app.ui.peer_form import PeerForm
from triage_app.ui.rule_list import RuleList
from triage_app.ui.workers import Lane, LatestRequest, Workers

__all__ = ["NetworkDialog", "write_token"]


class NetworkDialog(QDialog):
    """Changes what `Preferences` hold of the network; written when it is accepted."""

    def __init__(
        self, preferences: Preferences, workers: Workers, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Network"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 860)
        self._preferences = preferences
        self._test = LatestRequest(workers, Lane.SEARCH)
        settings = preferences.settings
        self._peers: list[Peer] = list(settings.peers)
        self._tokens: dict[int, str] = {}
        self._at = -1
        self.receives = QCheckBox(self.tr("Receive studies while the window is open"))
        self.receives.setChecked(settings.receives)
        self.ae_title = QLineEdit(settings.receiver.ae_title)
        self.ae_title.setMaxLength(16)
        self.host = QLineEdit(settings.receiver.host)
        self.host.setToolTip(self.tr("127.0.0.1 is this machine only; 0.0.0.0 is the network"))
        self.port = QSpinBox()
        self.port.setRange(0, 65535)
        self.port.setValue(settings.receiver.port)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Other systems"))
        self.form = PeerForm()
        self.rules = RuleList(settings, preferences.path)
        self.add_button = QPushButton(self.tr("Add"))
        self.remove_button = QPushButton(self.tr("Remove"))
        self.test_button = QPushButton(self.tr("Test"))
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self._lay_out()
        self._connect()
        self.list.addItems([peer.name for peer in self._peers])
        self.list.setCurrentRow(0 if self._peers else -1)
        self._show_peer()

    def accept(self) -> None:
        """Check all fields; write and close where none is refused."""
        if not self._keep_shown():
            return
        try:
            changes = self._changes()
            Settings.model_validate(
                {**self._preferences.settings.model_dump(), **changes}  # before a token is written
            )
            for at, token in self._tokens.items():
                self._peers[at] = self._with_token(self._peers[at], token)
            self._preferences.change(self._changes())
        except ValidationError as error:
            self._complain(_first(error))
        except (TriageError, OSError) as error:
            self._complain(str(error))
        else:
            super().accept()

    def _changes(self) -> dict[str, object]:
        """Give what differs from the settings, in TOML's types."""
        settings = self._preferences.settings
        receiver = settings.receiver.model_copy(
            update={
                "ae_title": self.ae_title.text().strip(),
                "host": self.host.text().strip(),
                "port": self.port.value(),
            }
        )
        changes: dict[str, object] = {}
        if self.receives.isChecked() != settings.receives:
            changes["receives"] = self.receives.isChecked()
        if receiver != settings.receiver:
            changes["receiver"] = receiver.model_dump(
                mode="json", exclude_defaults=True, exclude_none=True
            )
        if tuple(self._peers) != settings.peers:
            changes["peers"] = [
                peer.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
                for peer in self._peers
            ]
        return changes

    def _with_token(self, peer: Peer, token: str) -> Peer:
        path = self._preferences.path
        if path is None:
            raise TriageError(
                self.tr("A token can be kept only beside a settings file; there is none.")
            )
        file = write_token(path.parent, peer.name, token)
        return peer.model_copy(update={"token_file": file, "token_variable": ""})

    # Peers

    def _show_peer(self) -> None:
        self._at = self.list.currentRow()
        has_peer = 0 <= self._at < len(self._peers)
        self.form.show_peer(self._peers[self._at] if has_peer else None)
        for widget in (self.form, self.remove_button, self.test_button):
            widget.setEnabled(has_peer or self._at >= 0)

    def _choose(self, row: int) -> None:
        if row == self._at:
            return
        if self._keep_shown():
            self._show_peer()
        else:
            self.list.setCurrentRow(self._at)

    def _keep_shown(self) -> bool:
        """Take over the fields of the entry that is shown; say whether none is refused."""
        self._say("")
        if not 0 <= self._at < self.list.count():
            return True
        try:
            peer = self.form.read_peer()
        except ValidationError as error:
            self._complain(_first(error))
            return False
        if any(each.name == peer.name for at, each in enumerate(self._peers) if at != self._at):
            self._complain(self.tr("{}: this name is taken; choose another.").format(peer.name))
            return False
        if self._at < len(self._peers):
            self._peers[self._at] = peer
        else:
            self._peers.append(peer)
        if self.form.token.text():
            self._tokens[self._at] = self.form.token.text()
        self.list.item(self._at).setText(peer.name)
        return True

    def _add(self) -> None:
        if self._keep_shown():
            self.list.addItem(self.tr("new"))
            self.list.setCurrentRow(self.list.count() - 1)
            self.form.name.setFocus()

    def _remove(self) -> None:
        at = self._at
        if at < 0:
            return
        self._at = -1  # what its fields say is of no interest
        if at < len(self._peers):
            del self._peers[at]
        self._tokens = {
            place - (place > at): token for place, token in self._tokens.items() if place != at
        }
        self.list.takeItem(at)
        self._show_peer()

    def _ping(self) -> None:
        """Ask the entry that is shown whether it answers, with the token that is typed."""
        if not self._keep_shown():
            return
        peer = self._peers[self._at]
        self._say(self.tr("{} is asked …").format(peer.name))
        token = self._tokens.get(self._at, "")
        self._test.ask(
            partial(ping, peer, self._preferences.settings.receiver, token),
            on_done=lambda services: self._say(
                self.tr("{} answers: {}").format(peer.name, ", ".join(services))
            ),
            on_error=self._complain,
        )

    # How it looks

    def _complain(self, sentence: str) -> None:
        self._say(sentence, "Caution")

    def _say(self, sentence: str, name: str = "") -> None:
        self.sentence.setObjectName(name)
        self.sentence.setText(sentence)
        self.sentence.style().polish(self.sentence)

    def _lay_out(self) -> None:
        reception = QGroupBox(self.tr("Reception"))
        form = QFormLayout(reception)
        form.addRow(self.receives)
        for text, field in (
            (self.tr("AE title"), self.ae_title),
            (self.tr("Listens on"), self.host),
            (self.tr("Port"), self.port),
        ):
            form.addRow(text, field)
            field.setAccessibleName(text)
        others = QGroupBox(self.tr("Other systems"))
        row = QHBoxLayout(others)
        column = QVBoxLayout()
        column.addWidget(self.list, 1)
        for button in (self.add_button, self.remove_button, self.test_button):
            button.setAutoDefault(False)
            column.addWidget(button)
        row.addLayout(column)
        row.addWidget(self.form, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(reception)
        layout.addWidget(others, 1)
        layout.addWidget(self.rules)
        layout.addWidget(self.sentence)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._choose)
        self.add_button.clicked.connect(self._add)
        self.remove_button.clicked.connect(self._remove)
        self.test_button.clicked.connect(self._ping)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def done(self, result: int) -> None:
        """Let no answer come to a dialog that is gone."""
        self._test.forget()
        super().done(result)


def write_token(folder: Path, name: str, token: str) -> Path:
    """Keep a token in a file of its own that only its owner may read; give the file.

    Raises
    ------
    OSError
        where it cannot be written
    """
    place = folder / "tokens"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.token"
    path.unlink(missing_ok=True)  # so that the new one is made with its owner's rights alone
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(token.strip() + "\n")
    return path


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
