"""Reception and other systems are set in a dialog; a token never stands in the settings."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from tests.intake.receiving.listening import Station
from triage_app.intake.peers import Peer
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.settings import Settings, load_settings
from triage_app.ui.desk_options import Preferences
from triage_app.ui.network_dialog import NetworkDialog
from triage_app.ui.workers import Workers

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

MILLISECONDS = 60_000


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers()
    yield made
    made.shut_down()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text('# ours\nreader = "Dr. Lee"\n\n[receiver]\nquiet_seconds = 3\n')
    return path


@pytest.fixture
def dialog(qtbot: QtBot, workers: Workers, path: Path) -> NetworkDialog:
    made = NetworkDialog(Preferences(load_settings(path), path), workers)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def add_peer(dialog: NetworkDialog, name: str, port: int = 104) -> None:
    dialog.add_button.click()
    dialog.form.name.setText(name)
    dialog.form.ae_title.setText("TRIAGE")
    dialog.form.host.setText("127.0.0.1")
    dialog.form.port.setValue(port)


def test_reception_and_peers_are_written_and_all_else_stays(
    dialog: NetworkDialog, path: Path
) -> None:
    dialog.receives.setChecked(True)
    dialog.ae_title.setText("CXR1")
    dialog.port.setValue(4242)
    add_peer(dialog, "pacs", 11112)
    add_peer(dialog, "web")
    dialog.form.ae_title.clear()
    dialog.form.host.clear()
    dialog.form.url.setText("https://pacs.example/dicom-web")
    dialog.accept()
    assert dialog.result() == NetworkDialog.DialogCode.Accepted
    written = load_settings(path)
    assert written.receives
    receiver = written.receiver
    assert (receiver.ae_title, receiver.port, receiver.quiet_seconds) == ("CXR1", 4242, 3)
    assert written.peers == (
        Peer(name="pacs", ae_title="TRIAGE", host="127.0.0.1", port=11112),
        Peer(name="web", url="https://pacs.example/dicom-web"),
    )
    assert path.read_text(encoding="utf-8").startswith('# ours\nreader = "Dr. Lee"\n')


def test_a_token_goes_to_a_file_of_its_owner(dialog: NetworkDialog, path: Path) -> None:
    add_peer(dialog, "web")
    dialog.form.url.setText("https://pacs.example/dicom-web")
    dialog.form.token.setText("very secret")
    dialog.accept()
    (peer,) = load_settings(path).peers
    assert peer.read_token() == "very secret"
    assert peer.token_file is not None
    assert stat.S_IMODE(peer.token_file.stat().st_mode) == 0o600
    assert "very secret" not in path.read_text(encoding="utf-8")


def test_a_refused_entry_is_said_and_nothing_is_written(dialog: NetworkDialog, path: Path) -> None:
    before = path.read_text(encoding="utf-8")
    add_peer(dialog, "pacs")
    dialog.form.host.clear()
    dialog.accept()
    assert dialog.isVisible()
    assert "ae_title and host belong together" in dialog.sentence.text()
    assert path.read_text(encoding="utf-8") == before


def test_a_peer_is_removed(qtbot: QtBot, workers: Workers, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        '[[peers]]\nname = "a"\nurl = "http://a.example"\n'
        '[[peers]]\nname = "b"\nurl = "http://b.example"\n'
    )
    dialog = NetworkDialog(Preferences(load_settings(path), path), workers)
    qtbot.addWidget(dialog)
    dialog.remove_button.click()
    dialog.accept()
    assert [peer.name for peer in load_settings(path).peers] == ["b"]


def test_a_test_tells_who_answers_and_who_does_not(
    qtbot: QtBot, dialog: NetworkDialog, tmp_path: Path
) -> None:
    station = Station(ReceiverOptions(port=0, least_free_mib=0), tmp_path / "station")
    try:
        add_peer(dialog, "station", station.port)
        dialog.test_button.click()
        qtbot.waitUntil(
            lambda: dialog.sentence.text() == "station answers: C-ECHO", timeout=MILLISECONDS
        )
        dialog.form.ae_title.setText("OTHER")
        dialog.test_button.click()
        qtbot.waitUntil(lambda: "AE titles" in dialog.sentence.text(), timeout=MILLISECONDS)
    finally:
        station.close()


def test_nothing_changed_writes_nothing(dialog: NetworkDialog, path: Path) -> None:
    before = path.read_text(encoding="utf-8")
    dialog.accept()
    assert path.read_text(encoding="utf-8") == before
    assert load_settings(path) == Settings(
        reader="Dr. Lee", receiver=ReceiverOptions(quiet_seconds=3)
    )
