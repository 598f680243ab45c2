"""An archive is searched and asked for studies by keys alone; what goes wrong is one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt

from tests.peers.programs import Archive, free_port, start_dcmqrscp
from tests.ui.network import network_settings
from triage_app.ui.network_services import NetworkServices
from triage_app.ui.search_dialog import SearchDialog
from triage_app.ui.search_results import SearchColumn
from triage_app.ui.workers import Workers
from triage_app.worklist.store import WorklistStore

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.conftest import InstanceFactory

pytestmark = pytest.mark.peer
MILLISECONDS = 60_000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    started = start_dcmqrscp(tmp_path_factory.mktemp("dcmqrscp"), free_port())
    yield started
    started.close()


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers()
    yield made
    made.shut_down()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorklistStore]:
    with WorklistStore.open(tmp_path / "w.sqlite") as opened:
        yield opened


@pytest.fixture
def fetched() -> list[None]:
    return []


@pytest.fixture
def dialog(
    qtbot: QtBot,
    archive: Archive,
    workers: Workers,
    store: WorklistStore,
    tiny_model_path: Path,
    tmp_path: Path,
    fetched: list[None],
) -> SearchDialog:
    peers = [
        {"name": "pacs", "ae_title": "ARCHIVE", "host": "127.0.0.1", "port": archive.port},
        {"name": "nobody", "ae_title": "NOBODY", "host": "127.0.0.1", "port": free_port()},
    ]
    settings = network_settings(tmp_path, peers=peers)
    services = NetworkServices(store, settings, tiny_model_path)
    made = SearchDialog(services, workers, lambda: fetched.append(None))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    made.date.clear()
    return made


def test_studies_are_found_and_fetched_by_keys(
    qtbot: QtBot,
    dialog: SearchDialog,
    archive: Archive,
    store: WorklistStore,
    make_instance: InstanceFactory,
    fetched: list[None],
) -> None:
    archive.store(
        make_instance("a.dcm", study_instance_uid="1.2.6.1", patient_name="Ada^Anna"),
        make_instance("b.dcm", study_instance_uid="1.2.6.2", patient_name="Bo^Ben"),
    )
    dialog.name.setText("Ada*")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.results.rowCount() == 1, timeout=MILLISECONDS)
    row = [dialog.results.index(0, column).data() for column in SearchColumn]
    assert [str(cell).upper() for cell in row[:5]] == [  # dcmqrscp writes names in capitals
        "2024-03-05",
        "CR",
        "ADA ANNA",
        "P-1",
        "ACC-1",
    ]
    assert dialog.sentence.text() == "1 studies found"
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: dialog.sentence.text() == "All chosen studies have come.", timeout=MILLISECONDS
    )
    assert sum(store.arrivals.count_by_state().values()) == 1
    assert fetched
    assert dialog.results.index(0, SearchColumn.STATE).data() == "1 images"


# pynetdicom leaves the socket of a refused connection to the garbage collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_who_does_not_answer_is_told_and_may_be_asked_again(
    qtbot: QtBot, dialog: SearchDialog
) -> None:
    dialog.peer.setCurrentIndex(1)
    dialog.search()
    qtbot.waitUntil(lambda: "cannot be reached" in dialog.sentence.text(), timeout=MILLISECONDS)
    assert dialog.search_button.isEnabled()


def test_a_date_that_is_none_is_said_and_nobody_is_asked(
    qtbot: QtBot, dialog: SearchDialog
) -> None:
    dialog.date.setText("soon")
    qtbot.keyClick(dialog.date, Qt.Key.Key_Return)
    assert "expected today, yesterday or a day" in dialog.sentence.text()
    assert dialog.search_button.isEnabled()


def test_a_search_is_given_up_by_escape(qtbot: QtBot, dialog: SearchDialog) -> None:
    dialog.search()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.sentence.text() == "The search was given up."
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_model_keeps_qt_s_rules(dialog: SearchDialog, qtmodeltester: object) -> None:
    model: QAbstractItemModel = dialog.results
    qtmodeltester.check(model)  # type: ignore[attr-defined]
