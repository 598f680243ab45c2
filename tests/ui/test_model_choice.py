"""Another model, and folders that files come into, while the window is open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tiny_model import write_tiny_model
from triage_app.errors import ModelError
from triage_app.inference.card import card_path_for, read_card, write_card
from triage_app.ui.desk_options import DeskOptions
from triage_app.ui.main_window import MainWindow
from triage_app.ui.worklist.model import Column

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from tests.ui.conftest import RadiographMaker
    from triage_app.ui.services import Services


@pytest.fixture
def other_model(tmp_path: Path) -> Path:
    """Give a model of another training, which flags from a higher threshold on."""
    folder = tmp_path / "other"
    folder.mkdir()
    path = write_tiny_model(folder, "other")
    card = read_card(card_path_for(path))
    point = card.operating_points[0].model_copy(update={"threshold": 0.999})
    changed = card.model_copy(
        update={"device_uid": "1.2.826.77", "version": "2", "operating_points": (point,)}
    )
    write_card(changed, card_path_for(path))
    return path


def test_another_model_scores_again_and_the_results_before_are_kept(
    qtbot: QtBot, window: MainWindow, make_radiograph: RadiographMaker, other_model: Path
) -> None:
    study = make_radiograph("a.dcm", brightness=0.8)
    with qtbot.waitSignal(window.scoring.ended):
        window.open_paths([study])
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    assert window.model.index(0, Column.FLAG).data() == "flagged"
    first = window._services.model_device_uid
    with qtbot.waitSignal(window.scoring.ended):
        window.desk.use_model(other_model)
    qtbot.waitUntil(lambda: window.model.index(0, Column.FLAG).data() == "not flagged")
    assert "tiny 2" in window.model_label.text()
    results = window._services.read_results()
    assert sorted((each.model_title, str(each.state)) for each in results) == [
        ("tiny 1", "flagged"),
        ("tiny 2", "not flagged"),
    ]
    assert window._services.model_device_uid != first


def test_a_refused_model_leaves_the_one_before(
    make_services: Callable[[], Services], other_model: Path
) -> None:
    services = make_services()
    before = services.model
    other_model.write_bytes(b"no model")
    with pytest.raises(ModelError):
        services.use_model(other_model)
    assert services.model == before
    services.close()


def test_what_comes_into_a_watched_folder_is_scored(
    qtbot: QtBot, make_services: Callable[[], Services], make_radiograph: RadiographMaker
) -> None:
    folder = make_radiograph("in/a.dcm", brightness=0.8).parent
    window = MainWindow(make_services())
    qtbot.addWidget(window)
    window.show()
    window.desk.apply(replace(DeskOptions(), watched_folders=(folder,)))
    with qtbot.waitSignal(window.scoring.ended):
        window.watching.look()
        qtbot.waitUntil(lambda: not window.watching.is_looking)
        window.watching.look()
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    window.close()


def test_a_folder_that_cannot_be_read_is_said(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.watching.watch([tmp_path / "not there"])
    qtbot.waitUntil(lambda: bool(window.message_bar.messages))
    assert "not there" in window.message_bar.messages[0]
