"""Strip, frames, measuring and the window of its own, driven by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSettings, Qt

from tests.ui.viewer.driving import CTRL, SHIFT, choose, open_and_wait, press
from triage_app.imaging.transforms import Window
from triage_app.ui.actions import Command
from triage_app.ui.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.ui.conftest import RadiographMaker
    from triage_app.ui.services import Services


@pytest.fixture
def opened(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, make_radiograph: RadiographMaker
) -> MainWindow:
    """Give a window with a study of three images in front."""
    for number, brightness in ((1, 0.2), (2, 0.9), (3, 0.3)):
        make_radiograph(
            f"several/{number}.dcm",
            brightness=brightness,
            study_instance_uid="2.25.9",
            changes={"PatientOrientation": ["L", "F"], "InstanceNumber": str(number)},
        )
    open_and_wait(qtbot, window, tmp_path / "several", rows=1)
    choose(qtbot, window, 0)
    return window


@pytest.fixture
def frames(qtbot: QtBot, window: MainWindow, shared_folder: Path) -> MainWindow:
    """Give a window with a real image of ten frames in front."""
    path = shared_folder / "data" / "dicom_public" / "pydicom_data" / "emri_small.dcm"
    open_and_wait(qtbot, window, path, rows=1)
    choose(qtbot, window, 0)
    return window


def is_shown(window: MainWindow, frame: int) -> bool:
    image = window.viewer.main.image
    return image is not None and image.frame_number == frame


# Strip


def test_the_strip_shows_every_image_with_its_picture_and_follows(
    qtbot: QtBot, opened: MainWindow
) -> None:
    strip = opened.viewer.strip
    assert strip.isVisible()
    assert strip.count() == 3
    assert strip.currentRow() == 0

    def brightness(number: int) -> float:
        icon = strip.item(number).icon().pixmap(strip.iconSize()).toImage()
        return icon.pixelColor(icon.width() // 2, icon.height() // 2).lightnessF()

    qtbot.waitUntil(lambda: brightness(0) > 0.7 and 0.1 < brightness(1) < 0.5)
    with qtbot.waitSignal(opened.image_shown):
        press(qtbot, opened, Qt.Key.Key_PageDown)
    assert strip.currentRow() == 1


def test_an_image_is_chosen_in_the_strip_by_keys(qtbot: QtBot, opened: MainWindow) -> None:
    opened.viewer.strip.setFocus()
    with qtbot.waitSignal(opened.image_shown):
        qtbot.keyClick(opened.viewer.strip, Qt.Key.Key_Right)
    assert opened.reading.image_number == 1


def test_the_strip_keeps_its_place_when_more_of_the_study_arrives(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path, make_radiograph: RadiographMaker
) -> None:
    with qtbot.waitSignal(opened.image_shown):
        press(qtbot, opened, Qt.Key.Key_PageDown)
    path = opened.reading.study.instances[1].facts.path  # type: ignore[union-attr]
    more = make_radiograph("several/4.dcm", brightness=0.1, study_instance_uid="2.25.9")
    with qtbot.waitSignal(opened.reading.study_loaded):
        opened.open_paths([more])
    qtbot.waitUntil(lambda: opened.viewer.strip.count() == 4)
    study = opened.reading.study
    assert study is not None
    assert opened.viewer.strip.currentRow() == opened.reading.image_number
    assert study.instances[opened.viewer.strip.currentRow()].facts.path == path


def test_the_strip_can_be_hidden_and_is_not_there_for_one_image(
    qtbot: QtBot, opened: MainWindow, make_radiograph: RadiographMaker
) -> None:
    press(qtbot, opened, Qt.Key.Key_S, SHIFT)
    assert opened.viewer.strip.isHidden()
    press(qtbot, opened, Qt.Key.Key_S, SHIFT)
    assert opened.viewer.strip.isVisible()
    open_and_wait(qtbot, opened, make_radiograph("one.dcm", brightness=0.95), rows=2)
    one = next(row for row in range(2) if opened.model.study_at(row).images == 1)
    choose(qtbot, opened, one)
    assert opened.viewer.strip.isHidden()


def test_an_image_that_cannot_be_read_has_no_picture_and_breaks_nothing(
    qtbot: QtBot, window: MainWindow, make_radiograph: RadiographMaker
) -> None:
    make_radiograph("two/1.dcm", brightness=0.2, study_instance_uid="2.25.9")
    path = make_radiograph("two/2.dcm", brightness=0.2, study_instance_uid="2.25.9")
    path.write_bytes(path.read_bytes()[:-2000])
    open_and_wait(qtbot, window, path.parent, rows=1)
    choose(qtbot, window, 0)
    assert window.viewer.strip.count() == 2
    with qtbot.waitSignal(window.image_shown):
        press(qtbot, window, Qt.Key.Key_PageDown)
    assert "2.dcm" in window.viewer.view.sentence


# Frames


def test_frames_are_gone_through_by_keys_and_by_wheel(qtbot: QtBot, frames: MainWindow) -> None:
    view = frames.viewer.view
    assert "Frame 1 of 10" in view.marks.top_right
    press(qtbot, frames, Qt.Key.Key_PageDown, CTRL)
    qtbot.waitUntil(lambda: is_shown(frames, 1))
    assert "Frame 2 of 10" in view.marks.top_right
    view.stepped.emit(1)
    qtbot.waitUntil(lambda: is_shown(frames, 2))
    press(qtbot, frames, Qt.Key.Key_PageUp, CTRL)
    qtbot.waitUntil(lambda: is_shown(frames, 1))


def test_another_frame_keeps_window_zoom_and_orientation(qtbot: QtBot, frames: MainWindow) -> None:
    view = frames.viewer.view
    press(qtbot, frames, Qt.Key.Key_Plus)
    press(qtbot, frames, Qt.Key.Key_X)
    press(qtbot, frames, Qt.Key.Key_Right, SHIFT)
    first, before = view.frame, (view.placement, view.voi)
    press(qtbot, frames, Qt.Key.Key_PageDown, CTRL)
    qtbot.waitUntil(lambda: is_shown(frames, 1))
    assert (view.placement, view.voi) == before
    assert first is not None
    assert view.frame is not None
    assert not np.array_equal(first.sizes[0], view.frame.sizes[0])


def test_the_first_frame_has_none_before_it(qtbot: QtBot, frames: MainWindow) -> None:
    with qtbot.assertNotEmitted(frames.viewer.main.frame_wanted):
        press(qtbot, frames, Qt.Key.Key_PageUp, CTRL)


def test_frames_are_played_until_k_is_pressed_again(qtbot: QtBot, frames: MainWindow) -> None:
    seen: set[int] = set()
    frames.viewer.main.changed.connect(
        lambda: (
            seen.add(frames.viewer.main.image.frame_number) if frames.viewer.main.image else None
        )
    )
    press(qtbot, frames, Qt.Key.Key_K)
    assert frames.viewer.cine.is_playing
    qtbot.waitUntil(lambda: seen == set(range(10)))
    press(qtbot, frames, Qt.Key.Key_K)
    assert not frames.viewer.cine.is_playing


def test_playing_ends_with_the_image(qtbot: QtBot, frames: MainWindow) -> None:
    press(qtbot, frames, Qt.Key.Key_K)
    frames.viewer.show_nothing("")
    assert not frames.viewer.cine.is_playing
    assert not frames.actions_by_command[Command.CINE].isChecked()


def test_an_image_of_one_frame_cannot_be_played(opened: MainWindow) -> None:
    for command in (Command.CINE, Command.NEXT_FRAME, Command.PREVIOUS_FRAME):
        assert not opened.actions_by_command[command].isEnabled()


# Turning, measuring, sizes


def test_keys_turn_and_flip_and_reset_puts_the_image_upright(
    qtbot: QtBot, opened: MainWindow
) -> None:
    view = opened.viewer.view
    press(qtbot, opened, Qt.Key.Key_R, CTRL)
    assert view.marks.alerts == ("Turned 90°",)
    press(qtbot, opened, Qt.Key.Key_X)
    assert view.marks.alerts[0] == "FLIPPED - mirror image"
    assert view.marks.edges == ("H", "R", "F", "L")
    press(qtbot, opened, Qt.Key.Key_M)
    assert view.marks.alerts[0] == "FLIPPED - mirror image", "this is never hidden"
    press(qtbot, opened, Qt.Key.Key_Escape)
    assert view.marks.alerts == ()
    press(qtbot, opened, Qt.Key.Key_X, SHIFT)
    press(qtbot, opened, Qt.Key.Key_R, CTRL | SHIFT)
    press(qtbot, opened, Qt.Key.Key_R, CTRL | SHIFT)
    assert view.orientation.quarter_turns == 0
    assert view.orientation.is_flipped


def test_measurements_come_back_with_their_image_and_go_by_key(
    qtbot: QtBot, opened: MainWindow
) -> None:
    view = opened.viewer.view
    press(qtbot, opened, Qt.Key.Key_D)
    middle = view.rect().center()
    for start, end in ((QPoint(-60, 0), QPoint(60, 0)), (QPoint(0, -60), QPoint(0, 60))):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle + start)
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle + end)
    assert len(view.measuring.done) == 2
    with qtbot.waitSignal(opened.image_shown):
        press(qtbot, opened, Qt.Key.Key_PageDown)
    assert view.measuring.done == []
    with qtbot.waitSignal(opened.image_shown):
        press(qtbot, opened, Qt.Key.Key_PageUp)
    assert len(view.measuring.done) == 2
    press(qtbot, opened, Qt.Key.Key_Delete)
    assert len(view.measuring.done) == 1
    press(qtbot, opened, Qt.Key.Key_Delete, SHIFT)
    assert view.measuring.done == []


def test_escape_gives_up_the_measurement_under_way_and_nothing_else(
    qtbot: QtBot, opened: MainWindow
) -> None:
    view = opened.viewer.view
    press(qtbot, opened, Qt.Key.Key_I)
    press(qtbot, opened, Qt.Key.Key_A)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    assert view.measuring.under_way is not None
    press(qtbot, opened, Qt.Key.Key_Escape)
    assert view.measuring.under_way is None
    assert view.is_inverted
    press(qtbot, opened, Qt.Key.Key_Escape)
    assert not view.is_inverted


def test_life_size_says_that_it_is_that_of_the_detector(qtbot: QtBot, opened: MainWindow) -> None:
    view = opened.viewer.view
    per_mm = view.screen().physicalDotsPerInch() / 25.4
    press(qtbot, opened, Qt.Key.Key_P, SHIFT)
    assert view.viewport is not None
    assert view.viewport.scale == pytest.approx(per_mm * 0.2)
    assert "Life size at detector" in view.marks.bottom_right
    press(qtbot, opened, Qt.Key.Key_Plus)
    assert "Life size at detector" not in view.marks.bottom_right


def test_heat_is_drawn_as_outlines_from_a_threshold_by_keys(
    qtbot: QtBot, opened: MainWindow
) -> None:
    view = opened.viewer.view
    coloured = view.grab().toImage()
    press(qtbot, opened, Qt.Key.Key_H, SHIFT)
    outlined = view.grab().toImage()
    assert outlined != coloured
    press(qtbot, opened, Qt.Key.Key_BracketRight, CTRL)
    assert view.grab().toImage() != outlined
    press(qtbot, opened, Qt.Key.Key_BracketLeft, CTRL)
    assert view.grab().toImage() == outlined


def test_a_site_without_heatmaps_shows_none(qtbot: QtBot, opened: MainWindow) -> None:
    assert opened.actions_by_command[Command.HEATMAP].isChecked()
    opened.viewer.allow_heat(False)
    assert not opened.actions_by_command[Command.HEATMAP].isEnabled()
    assert not opened.actions_by_command[Command.HEATMAP].isChecked()
    with qtbot.waitSignal(opened.image_shown):
        press(qtbot, opened, Qt.Key.Key_PageDown)
    with qtbot.waitSignal(opened.image_shown):
        press(qtbot, opened, Qt.Key.Key_PageUp)
    assert not opened.actions_by_command[Command.HEATMAP].isChecked()


# A window of its own


def test_f12_gives_the_images_a_window_of_their_own_and_takes_them_back(
    qtbot: QtBot, opened: MainWindow
) -> None:
    press(qtbot, opened, Qt.Key.Key_F12)
    own = opened.viewing.window
    assert own is not None
    assert own.isVisible()
    assert opened.viewer.window() is own
    assert "not a medical device" in own.windowTitle()
    with qtbot.waitSignal(opened.image_shown):
        press(qtbot, opened, Qt.Key.Key_PageDown)
    assert isinstance(opened.viewer.view.voi, Window)
    press(qtbot, opened, Qt.Key.Key_1)
    press(qtbot, opened, Qt.Key.Key_I)
    assert opened.viewer.view.is_inverted, "keys work there too"
    own.close()
    assert opened.viewer.window() is opened
    assert opened.viewer.isVisible()
    assert not opened.actions_by_command[Command.DETACH_VIEWER].isChecked()


def test_the_next_session_opens_both_windows_where_they_were(
    qtbot: QtBot, tmp_path: Path, make_services: Callable[[], Services]
) -> None:
    def open_window() -> MainWindow:
        settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
        window = MainWindow(make_services(), settings)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    first = open_window()
    first.actions_by_command[Command.DETACH_VIEWER].trigger()
    assert first.viewing.window is not None
    first.viewing.window.resize(555, 666)
    first.close()
    assert first.viewing.window is None
    second = open_window()
    assert second.viewing.window is not None
    assert second.viewing.window.isVisible()
    assert second.viewing.window.height() == 666
    second.actions_by_command[Command.DETACH_VIEWER].trigger()
    second.close()
    third = open_window()
    assert third.viewing.window is None
    third.close()
