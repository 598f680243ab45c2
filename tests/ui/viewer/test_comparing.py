"""Two images side by side: of one study, and of a study and its prior."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt

from tests.ui.viewer.driving import SHIFT, choose, choose_date, open_and_wait, press
from triage_app.imaging.header import read_instance
from triage_app.imaging.source import FileSource
from triage_app.imaging.transforms import Window
from triage_app.triage.outcome import Scored
from triage_app.ui.actions import Command
from triage_app.worklist.records import ModelIdentity
from triage_app.worklist.store import WorklistStore

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.ui.conftest import RadiographMaker, WindowMaker
    from triage_app.ui.main_window import MainWindow

NOW, BEFORE, LONG_BEFORE = date(2024, 3, 5), date(2023, 3, 5), date(2020, 3, 5)


@pytest.fixture
def studies(tmp_path: Path, make_radiograph: RadiographMaker) -> Path:
    """Give a folder of a patient's three studies, and of another patient's one."""
    make_radiograph("studies/now1.dcm", brightness=0.9, study_date=NOW, study_instance_uid="2.25.1")
    make_radiograph("studies/now2.dcm", brightness=0.2, study_date=NOW, study_instance_uid="2.25.1")
    make_radiograph("studies/before.dcm", brightness=0.3, study_date=BEFORE)
    make_radiograph("studies/long.dcm", brightness=0.2, study_date=LONG_BEFORE)
    make_radiograph(
        "studies/other.dcm", brightness=0.2, study_date=date(2022, 1, 1), patient_id="P-2"
    )
    return tmp_path / "studies"


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, studies: Path) -> MainWindow:
    """Give a window with the newest study in front, its priors found."""
    open_and_wait(qtbot, window, studies, rows=4)
    with qtbot.waitSignal(window.viewing.comparing.priors_found):
        choose_date(qtbot, window, "2024")
    return window


def beside(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    with qtbot.waitSignal(window.viewing.comparing.compared):
        press(qtbot, window, key, modifier)


def test_b_shows_the_study_s_other_image_beside_and_takes_it_away(
    qtbot: QtBot, opened: MainWindow
) -> None:
    assert not opened.viewer.is_beside_shown
    beside(qtbot, opened, Qt.Key.Key_B, Qt.KeyboardModifier.NoModifier)
    pane = opened.viewer.beside
    assert pane.instance is not None
    assert pane.instance.facts.path.endswith("now2.dcm")
    assert "Image 2 of 2" in pane.view.marks.top_right
    assert pane.view.marks.alerts == ()
    press(qtbot, opened, Qt.Key.Key_B)
    assert not opened.viewer.is_beside_shown
    assert pane.instance is None


def test_y_opens_the_newest_prior_with_the_difference_of_the_scores(
    qtbot: QtBot, opened: MainWindow
) -> None:
    beside(qtbot, opened, Qt.Key.Key_Y, Qt.KeyboardModifier.NoModifier)
    pane = opened.viewer.beside
    assert pane.view.marks.alerts == ("PRIOR of 2023-03-05",)
    assert opened.viewer.main.view.marks.alerts == ()
    text = opened.viewer.comparison.text()
    assert text.startswith("Prior 1 of 2   2023-03-05")
    assert "12 months before" in text
    assert "then (not flagged)" in text
    assert "now (flagged): +" in text
    assert opened.viewer.caution.isHidden()


def test_priors_are_gone_through_from_new_to_old_and_round(
    qtbot: QtBot, opened: MainWindow
) -> None:
    beside(qtbot, opened, Qt.Key.Key_Y, Qt.KeyboardModifier.NoModifier)
    beside(qtbot, opened, Qt.Key.Key_Y, SHIFT)
    assert opened.viewer.beside.view.marks.alerts == ("PRIOR of 2020-03-05",)
    beside(qtbot, opened, Qt.Key.Key_Y, SHIFT)
    assert opened.viewer.beside.view.marks.alerts == ("PRIOR of 2023-03-05",)


def test_another_study_takes_the_prior_away_and_its_own_one_comes_by_itself(
    qtbot: QtBot, opened: MainWindow
) -> None:
    beside(qtbot, opened, Qt.Key.Key_Y, Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(opened.viewing.comparing.compared):
        choose_date(qtbot, opened, "2023")
    assert opened.viewer.beside.view.marks.alerts == ("PRIOR of 2020-03-05",)
    with qtbot.waitSignal(opened.viewing.comparing.priors_found):
        choose_date(qtbot, opened, "2020")
    assert not opened.viewer.is_beside_shown
    assert not opened.actions_by_command[Command.PRIOR].isEnabled()


def test_models_that_differ_are_told_and_their_scores_not_subtracted(
    qtbot: QtBot, tmp_path: Path, make_window: WindowMaker, make_radiograph: RadiographMaker
) -> None:
    make_radiograph("now/now.dcm", brightness=0.9, study_date=NOW)
    path = make_radiograph("before/before.dcm", brightness=0.3, study_date=BEFORE)
    window = make_window()
    open_and_wait(qtbot, window, tmp_path / "now", rows=1)
    other = ModelIdentity("1.2.3.4", "old model 0.9", "balanced", 0.5)
    outcome = Scored(0.3, False, "balanced", np.zeros((2, 2), dtype=np.float32))
    with WorklistStore.open(tmp_path / "worklist" / "worklist.sqlite") as store:
        store.record(read_instance(FileSource(path)).facts, outcome, other, 0.1)
    qtbot.waitUntil(lambda: window.model.rowCount() == 2)
    with qtbot.waitSignal(window.viewing.comparing.priors_found):
        choose_date(qtbot, window, "2024")
    beside(qtbot, window, Qt.Key.Key_Y, Qt.KeyboardModifier.NoModifier)
    assert "old model 0.9" in window.viewer.caution.text()
    assert "cannot be compared" in window.viewer.caution.text()
    assert window.viewer.caution.isVisible()
    assert "Score" not in window.viewer.comparison.text()


def test_zoom_and_window_follow_while_they_are_linked(qtbot: QtBot, opened: MainWindow) -> None:
    beside(qtbot, opened, Qt.Key.Key_Y, Qt.KeyboardModifier.NoModifier)
    main, prior = opened.viewer.main.view, opened.viewer.beside.view
    press(qtbot, opened, Qt.Key.Key_Plus)
    assert main.viewport is not None
    assert prior.viewport is not None
    assert prior.viewport.scale == pytest.approx(main.viewport.scale, rel=0.02)
    assert not prior.viewport.is_fitted
    press(qtbot, opened, Qt.Key.Key_Right, SHIFT)
    assert isinstance(main.voi, Window)
    assert isinstance(prior.voi, Window)
    assert prior.voi.width == pytest.approx(main.voi.width)
    press(qtbot, opened, Qt.Key.Key_I)
    assert prior.is_inverted
    press(qtbot, opened, Qt.Key.Key_F)
    assert prior.viewport.is_fitted
    press(qtbot, opened, Qt.Key.Key_0)
    assert prior.voi == opened.viewer.beside.presets[0].voi


def test_without_a_link_each_goes_its_own_way(qtbot: QtBot, opened: MainWindow) -> None:
    beside(qtbot, opened, Qt.Key.Key_Y, Qt.KeyboardModifier.NoModifier)
    press(qtbot, opened, Qt.Key.Key_J)
    press(qtbot, opened, Qt.Key.Key_J, SHIFT)
    prior = opened.viewer.beside.view
    before = prior.viewport, prior.voi
    press(qtbot, opened, Qt.Key.Key_Plus)
    press(qtbot, opened, Qt.Key.Key_Right, SHIFT)
    press(qtbot, opened, Qt.Key.Key_I)
    assert (prior.viewport, prior.voi) == before
    assert not prior.is_inverted


def test_commands_go_to_the_image_that_the_reader_turned_to(
    qtbot: QtBot, opened: MainWindow
) -> None:
    beside(qtbot, opened, Qt.Key.Key_Y, Qt.KeyboardModifier.NoModifier)
    press(qtbot, opened, Qt.Key.Key_V, SHIFT)
    press(qtbot, opened, Qt.Key.Key_X)
    assert "FLIPPED - mirror image" in opened.viewer.beside.view.marks.alerts
    assert opened.viewer.main.view.marks.alerts == ()
    qtbot.mouseClick(opened.viewer.main.view, Qt.MouseButton.LeftButton)
    assert opened.viewer.active is opened.viewer.main


def test_ctrl_wheel_beside_goes_through_the_images_there(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, make_radiograph: RadiographMaker
) -> None:
    for number in (1, 2, 3):
        make_radiograph(f"several/{number}.dcm", brightness=0.2, study_instance_uid="2.25.9")
    open_and_wait(qtbot, window, tmp_path / "several", rows=1)
    choose(qtbot, window, 0)
    beside(qtbot, window, Qt.Key.Key_B, Qt.KeyboardModifier.NoModifier)
    assert "Image 2 of 3" in window.viewer.beside.view.marks.top_right
    with qtbot.waitSignal(window.viewing.comparing.compared):
        window.viewer.beside.view.stepped.emit(1)
    assert "Image 3 of 3" in window.viewer.beside.view.marks.top_right
    assert "Image 1 of 3" in window.viewer.view.marks.top_right


def test_a_prior_whose_file_is_gone_says_so(
    qtbot: QtBot, opened: MainWindow, studies: Path
) -> None:
    (studies / "before.dcm").unlink()
    beside(qtbot, opened, Qt.Key.Key_Y, Qt.KeyboardModifier.NoModifier)
    assert "before.dcm" in opened.viewer.beside.view.sentence
    assert opened.viewer.beside.view.marks.alerts == ("PRIOR of 2023-03-05",)
