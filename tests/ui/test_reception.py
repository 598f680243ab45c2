"""The window receives by setting: told in the status bar, ended in order, nothing lost."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.network import network_settings, send
from triage_app.ui.actions import Command
from triage_app.ui.desk_options import Preferences
from triage_app.ui.main_window import MainWindow
from triage_app.ui.reception import ReceptionState
from triage_app.worklist.arrival_records import ArrivalState
from triage_app.worklist.store import WorklistStore

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.conftest import RadiographMaker
    from triage_app.settings import Settings
    from triage_app.ui.services import Services

MILLISECONDS = 60_000
NetworkWindow = Callable[["Settings"], MainWindow]


@pytest.fixture
def open_window(
    qtbot: QtBot, make_services: Callable[[], Services], tmp_path: Path
) -> Iterator[NetworkWindow]:
    windows: list[MainWindow] = []

    def make(settings: Settings) -> MainWindow:
        preferences = Preferences(settings, tmp_path / "settings.toml")
        window = MainWindow(make_services(), preferences=preferences)
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        return window

    yield make
    for window in windows:
        window.close()


def state_of(window: MainWindow) -> ReceptionState:
    return window.desk.network.reception.report.state


def wait_for(qtbot: QtBot, window: MainWindow, state: ReceptionState) -> None:
    qtbot.waitUntil(lambda: state_of(window) is state, timeout=MILLISECONDS)


def test_what_is_sent_stands_in_the_list(
    qtbot: QtBot, open_window: NetworkWindow, make_radiograph: RadiographMaker, tmp_path: Path
) -> None:
    window = open_window(network_settings(tmp_path))
    wait_for(qtbot, window, ReceptionState.LISTENING)
    report = window.desk.network.reception.report
    assert window.desk.network.light.label.text() == f"Receiving as TRIAGE, port {report.port}"
    path = make_radiograph("a.dcm", brightness=0.9, study_instance_uid="1.2.3")
    assert send(report.port, [path]) == [0]
    qtbot.waitUntil(lambda: window.model.row_of("1.2.3") is not None, timeout=MILLISECONDS)
    assert window.desk.network.light.label.text().endswith(", 1 instances")
    assert window.message_bar.messages == ()


def test_the_command_stops_and_starts_it_and_is_kept(
    qtbot: QtBot, open_window: NetworkWindow, tmp_path: Path
) -> None:
    window = open_window(network_settings(tmp_path))
    wait_for(qtbot, window, ReceptionState.LISTENING)
    action = window.actions_by_command[Command.RECEIVE]
    assert action.isChecked()
    action.trigger()
    wait_for(qtbot, window, ReceptionState.OFF)
    assert window.desk.network.light.label.text() == "Not receiving"
    assert "receives = false" in (tmp_path / "settings.toml").read_text(encoding="utf-8")
    action.trigger()
    wait_for(qtbot, window, ReceptionState.LISTENING)


def test_a_busy_port_is_one_sentence(
    qtbot: QtBot, open_window: NetworkWindow, tmp_path: Path
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        window = open_window(
            network_settings(tmp_path, receiver={"port": port, "least_free_mib": 0})
        )
        wait_for(qtbot, window, ReceptionState.BROKEN)
    (sentence,) = window.message_bar.messages
    assert f"127.0.0.1:{port}: cannot be listened on" in sentence
    assert "choose another port" in sentence
    assert window.desk.network.light.label.text() == "Cannot receive"


def test_a_window_that_does_not_receive_starts_nothing(
    open_window: NetworkWindow, tmp_path: Path
) -> None:
    window = open_window(network_settings(tmp_path, receives=False))
    assert not window.desk.network.reception.is_running
    assert not (tmp_path / "spool").exists()


def test_closing_it_in_mid_reception_loses_nothing(
    qtbot: QtBot, open_window: NetworkWindow, make_radiograph: RadiographMaker, tmp_path: Path
) -> None:
    # that no thread is left is what the fixture of this folder looks at
    window = open_window(network_settings(tmp_path))
    wait_for(qtbot, window, ReceptionState.LISTENING)
    paths = [make_radiograph(f"{number}.dcm", brightness=0.9) for number in range(8)]
    assert send(window.desk.network.reception.report.port, paths) == [0] * 8
    window.close()
    with WorklistStore.open(tmp_path / "worklist" / "worklist.sqlite") as store:
        states = store.arrivals.count_by_state()
    assert sum(states.values()) == 8
    assert states[ArrivalState.CLAIMED] == 0


def test_results_are_not_written_where_no_destination_wants_them(
    qtbot: QtBot, open_window: NetworkWindow, make_radiograph: RadiographMaker, tmp_path: Path
) -> None:
    window = open_window(network_settings(tmp_path))
    wait_for(qtbot, window, ReceptionState.LISTENING)
    send(
        window.desk.network.reception.report.port,
        [make_radiograph("a.dcm", brightness=0.9)],
    )
    with WorklistStore.open(tmp_path / "worklist" / "worklist.sqlite") as store:
        qtbot.waitUntil(
            lambda: store.arrivals.count_by_state()[ArrivalState.REPORTED] == 1,
            timeout=MILLISECONDS,
        )
    assert not (tmp_path / "results").exists()
