"""The window driven as a reader drives it: by keys, mouse, and what is dropped on it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog

from triage_app.imaging.transforms import Window
from triage_app.ui.actions import Command
from triage_app.ui.main_window import MainWindow
from triage_app.ui.services import Services
from triage_app.ui.viewer.loading import Thumbnail
from triage_app.ui.worklist.model import Column
from triage_app.worklist.records import ReadingStatus, StudyFilter
from triage_app.worklist.store import WorklistStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.ui.conftest import RadiographMaker, WindowMaker

NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def studies(tmp_path: Path, make_radiograph: RadiographMaker) -> Path:
    """Give a folder of four studies: two flagged, one not flagged, one hand."""
    for name, brightness, others in (
        ("studies/bright.dcm", 0.8, {"patient_name": "Bright^Berta", "patient_id": "B-2"}),
        ("studies/brighter.dcm", 0.9, {"patient_name": "Brighter^Bo", "patient_id": "B-1"}),
        ("studies/dark.dcm", 0.2, {"patient_name": "Dark^Dora", "patient_id": "D-1"}),
        ("studies/hand.dcm", 0.5, {"patient_name": "Hand^Hanna", "body_part": "HAND"}),
    ):
        make_radiograph(name, brightness=brightness, **others)
    return tmp_path / "studies"


def open_and_wait(qtbot: QtBot, window: MainWindow, path: Path, rows: int) -> None:
    with qtbot.waitSignal(window.scoring.ended):
        window.open_paths([path])
    qtbot.waitUntil(lambda: window.model.rowCount() == rows and no_gaps(window))


def no_gaps(window: MainWindow) -> bool:
    return window.model.study_at(window.model.rowCount() - 1) is not None


def column(window: MainWindow, which: Column) -> list[str]:
    model = window.model
    return [str(model.index(row, which).data()) for row in range(model.rowCount())]


def choose(qtbot: QtBot, window: MainWindow, row: int) -> None:
    """Click a row and wait until its image, or the reason why there is none, is shown."""
    at = window.list_view.visualRect(window.model.index(row, Column.PATIENT_NAME)).center()
    with qtbot.waitSignal(window.image_shown):
        qtbot.mouseClick(window.list_view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def press(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY
) -> None:
    """Press a key where the focus is, as a hand does."""
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def is_heat_on(window: MainWindow) -> bool:
    return window.viewer.opacity.isEnabled()


# Opening and scoring


def test_an_empty_worklist_says_what_to_do(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: "Ctrl+Shift+O" in window.list_view.empty_sentence)


def test_a_folder_becomes_a_list_with_the_flagged_first(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    assert column(window, Column.FLAG) == ["flagged", "flagged", "not flagged", "not processed"]
    assert column(window, Column.REASON)[3] == "other body part"
    tabs = window.filter_bar.tabs
    assert [tabs.tabText(index) for index in range(tabs.count())] == [
        "All  4",
        "Unread  4",
        "Flagged  2",
        "Not processed  1",
        "Today  0",
        "Mine  0",
    ]


def test_files_are_opened_by_key_and_dialog(
    qtbot: QtBot, window: MainWindow, studies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [str(studies / "bright.dcm"), str(studies / "dark.dcm")]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (chosen, ""))
    with qtbot.waitSignal(window.scoring.ended):
        press(qtbot, window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.model.rowCount() == 2)


def test_a_folder_is_opened_by_key_and_dialog(
    qtbot: QtBot, window: MainWindow, studies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(studies))
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    with qtbot.waitSignal(window.scoring.ended):
        press(qtbot, window, Qt.Key.Key_O, both)
    qtbot.waitUntil(lambda: window.model.rowCount() == 4)


def test_a_dialog_that_is_left_opens_nothing(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    with qtbot.assertNotEmitted(window.scoring.progressed):
        window.actions_by_command[Command.OPEN_FOLDER].trigger()


def test_files_and_folders_can_be_dropped(qtbot: QtBot, window: MainWindow, studies: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(studies)), QUrl("https://example.org/a.dcm")])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(window.scoring.ended):
        drop = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
        QApplication.sendEvent(window, drop)
    qtbot.waitUntil(lambda: window.model.rowCount() == 4)


def test_text_cannot_be_dropped(window: MainWindow) -> None:
    data = QMimeData()
    data.setText("a.dcm")
    enter = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()


def test_progress_counts_every_file_and_then_leaves(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    told: list[tuple[int, int]] = []
    window.scoring.progressed.connect(lambda progress: told.append((progress.done, progress.total)))
    open_and_wait(qtbot, window, studies, rows=4)
    assert told[-1] == (4, 4)
    assert all(done <= total for done, total in told)
    assert window.progress_line.isHidden()
    assert not window.actions_by_command[Command.CANCEL_SCORING].isEnabled()


def test_a_reopened_worklist_shows_what_was_there_and_scores_nothing_again(
    qtbot: QtBot, make_window: WindowMaker, studies: Path
) -> None:
    first = make_window()
    open_and_wait(qtbot, first, studies, rows=4)
    first.close()
    second = make_window()
    qtbot.waitUntil(lambda: second.model.rowCount() == 4)
    with qtbot.waitSignal(second.scoring.ended) as ended:
        second.open_paths([studies])
    assert ended.args[0].known == 4
    qtbot.waitUntil(lambda: second.model.rowCount() == 4)


def test_more_can_be_opened_while_scoring_runs(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    with qtbot.waitSignal(window.scoring.ended):
        window.open_paths([studies / "bright.dcm"])
        window.open_paths([studies / "dark.dcm", studies / "hand.dcm"])
    qtbot.waitUntil(lambda: window.model.rowCount() == 3)


def test_cancelling_keeps_what_is_done_and_the_window_goes_on(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    window.scoring.progressed.connect(
        lambda progress: window.scoring.cancel() if progress.done == 1 else None
    )
    with qtbot.waitSignal(window.scoring.ended) as ended:
        window.open_paths([studies])
    assert 1 <= ended.args[0].done < 4
    qtbot.waitUntil(lambda: window.model.rowCount() == ended.args[0].done)


def test_closing_in_the_middle_of_a_scan_leaves_no_thread(
    qtbot: QtBot, make_window: WindowMaker, studies: Path
) -> None:
    window = make_window()
    before = threading.active_count()
    with qtbot.waitSignal(window.scoring.progressed):
        window.open_paths([studies])
    assert threading.active_count() >= before
    window.close()
    assert [thread for thread in threading.enumerate() if thread.name.startswith("triage")] == []


def test_rows_arriving_take_neither_choice_nor_focus(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies / "dark.dcm", rows=1)
    choose(qtbot, window, 0)
    key = window.list_view.chosen_key
    window.filter_bar.search.setFocus()
    with qtbot.assertNotEmitted(window.list_view.study_chosen):
        open_and_wait(qtbot, window, studies, rows=4)
    assert window.list_view.chosen_key == window.reading.study_key == key
    assert window.list_view.currentIndex().row() == window.model.row_of(key) == 2
    assert window.filter_bar.search.hasFocus()


def test_what_another_program_writes_is_noticed(
    qtbot: QtBot,
    make_window: WindowMaker,
    make_services: Callable[[], Services],
    studies: Path,
) -> None:
    window = make_window()
    qtbot.waitUntil(lambda: window.list_view.empty_sentence != "")
    other = make_window()
    with qtbot.waitSignal(other.scoring.ended):
        other.open_paths([studies])
    qtbot.waitUntil(lambda: window.model.rowCount() == 4)


# Looking


def test_a_chosen_study_shows_its_image_its_marks_and_its_result(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    frame = window.viewer.view.frame
    assert frame is not None
    assert (frame.rows, frame.columns) == (60, 48)
    assert window.result_panel.word.text() == "Flagged"
    assert window.result_panel.score.text().startswith((">", "0."))
    assert "balanced" in window.result_panel.details.text()
    assert window.result_panel.images.topLevelItemCount() == 1


def test_an_age_outside_the_training_is_said(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, make_radiograph: RadiographMaker
) -> None:
    path = make_radiograph("old.dcm", brightness=0.9, age="064Y")
    open_and_wait(qtbot, window, path, rows=1)
    choose(qtbot, window, 0)
    assert window.result_panel.cautions.isVisible()
    assert "64" in window.result_panel.cautions.text()


def test_the_heatmap_is_on_for_flagged_images_and_off_for_others(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    assert is_heat_on(window)
    choose(qtbot, window, 2)
    assert not is_heat_on(window)
    press(qtbot, window, Qt.Key.Key_H)
    assert not is_heat_on(window), "of an image below its operating point no map is shown"
    qtbot.waitUntil(
        lambda: "No heatmap" in " ".join(window.viewer.view.marks.bottom_right), timeout=30_000
    )
    choose(qtbot, window, 1)
    assert is_heat_on(window)
    press(qtbot, window, Qt.Key.Key_O)
    assert not is_heat_on(window)
    choose(qtbot, window, 0)
    assert not is_heat_on(window), "a reader who has switched it off is not asked again"


def test_brackets_change_the_strength_of_the_heatmap(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    before = window.viewer.opacity.value()
    press(qtbot, window, Qt.Key.Key_BracketRight)
    assert window.viewer.opacity.value() > before
    press(qtbot, window, Qt.Key.Key_BracketLeft)
    press(qtbot, window, Qt.Key.Key_BracketLeft)
    assert window.viewer.opacity.value() < before


def test_an_excluded_image_is_shown_with_its_reason(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 3)
    assert window.viewer.view.frame is not None
    assert window.result_panel.word.text() == "Not processed"
    item = window.result_panel.images.topLevelItem(0)
    assert item is not None
    assert "(0018,0015)" in item.text(3)
    assert "HAND" in item.text(3)
    assert not window.actions_by_command[Command.HEATMAP].isEnabled()


def test_a_broken_file_says_why_it_cannot_be_shown(
    qtbot: QtBot, window: MainWindow, make_radiograph: RadiographMaker
) -> None:
    path = make_radiograph("cut.dcm", brightness=0.5)
    path.write_bytes(path.read_bytes()[:-2000])
    open_and_wait(qtbot, window, path, rows=1)
    choose(qtbot, window, 0)
    assert window.viewer.view.frame is None
    assert "cut.dcm" in window.viewer.view.sentence
    assert column(window, Column.FLAG) == ["not processed"]
    assert window.result_panel.images.topLevelItem(0).text(1) == "failed"
    assert QApplication.activeModalWidget() is None


def test_a_file_that_has_gone_since_says_so(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    (studies / "brighter.dcm").unlink()
    row = column(window, Column.PATIENT_NAME).index("Brighter, Bo")
    choose(qtbot, window, row)
    assert "brighter.dcm" in window.viewer.view.sentence
    assert window.result_panel.word.text() == "Flagged"


def test_the_image_before_is_gone_as_soon_as_another_study_is_chosen(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    window.list_view.choose(1)
    assert window.viewer.view.frame is None
    assert window.viewer.view.marks.top_left == ()
    with qtbot.waitSignal(window.image_shown):
        pass
    assert column(window, Column.PATIENT_NAME)[1] == window.viewer.view.marks.top_left[0]


def test_running_through_the_list_ends_with_the_last_study(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    shown: list[str] = []
    window.image_shown.connect(lambda: shown.append(window.viewer.view.marks.top_left[0]))
    for row in (0, 1, 2, 3):
        window.list_view.choose(row)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == ["Hand, Hanna"]
    assert window.model.study_at(0).reading_status is ReadingStatus.UNREAD


def test_going_back_at_once_shows_the_study_gone_back_to(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    with qtbot.waitSignal(window.image_shown):
        for row in (0, 1, 0):
            window.list_view.choose(row)
    assert window.viewer.view.marks.top_left[0] == column(window, Column.PATIENT_NAME)[0]


def test_a_study_of_several_images_shows_the_driving_one_first(
    qtbot: QtBot, window: MainWindow, make_radiograph: RadiographMaker
) -> None:
    study = "2.25.77"
    make_radiograph("several/1.dcm", brightness=0.2, study_instance_uid=study)
    make_radiograph("several/2.dcm", brightness=0.9, study_instance_uid=study)
    path = make_radiograph("several/3.dcm", brightness=0.3, study_instance_uid=study)
    open_and_wait(qtbot, window, path.parent, rows=1)
    choose(qtbot, window, 0)
    assert window.reading.study is not None
    names = [instance.facts.path[-5:] for instance in window.reading.study.instances]
    assert names[0] == "2.dcm"
    with qtbot.waitSignal(window.image_shown):
        press(qtbot, window, Qt.Key.Key_PageDown)
    assert window.reading.image_number == 1
    with qtbot.waitSignal(window.image_shown):
        item = window.result_panel.images.topLevelItem(2)
        window.result_panel.images.setCurrentItem(item)
    assert window.reading.image_number == 2


# Keys on the image


def test_keys_invert_zoom_fit_and_reset(qtbot: QtBot, window: MainWindow, studies: Path) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    view = window.viewer.view
    fitted = view.viewport
    press(qtbot, window, Qt.Key.Key_I)
    press(qtbot, window, Qt.Key.Key_Plus)
    assert view.is_inverted
    assert view.viewport != fitted
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not view.is_inverted
    assert view.viewport == fitted
    press(qtbot, window, Qt.Key.Key_P)
    assert view.screen_scale == pytest.approx(1.0)
    press(qtbot, window, Qt.Key.Key_F)
    assert view.viewport == fitted


def test_number_keys_choose_windows(qtbot: QtBot, window: MainWindow, studies: Path) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    view = window.viewer.view
    first = view.voi
    assert isinstance(first, Window)
    view.set_voi(Window(1, 2))
    press(qtbot, window, Qt.Key.Key_0)
    assert view.voi == first
    press(qtbot, window, Qt.Key.Key_1)
    assert view.voi != first
    press(qtbot, window, Qt.Key.Key_9)
    assert view.voi is not None


def test_the_tool_keys_are_exclusive(qtbot: QtBot, window: MainWindow, studies: Path) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    for key, name in (("Z", "zoom"), ("T", "pan"), ("S", "scroll"), ("W", "window")):
        press(qtbot, window, Qt.Key(ord(key)))
        assert window.viewer.view.tool == name


def test_marks_can_be_hidden_but_not_the_notice(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    press(qtbot, window, Qt.Key.Key_M)
    assert window.viewer.view.marks.top_left == ()
    assert window.viewer.view.marks.notice == "RESEARCH USE ONLY"
    press(qtbot, window, Qt.Key.Key_M)
    assert window.viewer.view.marks.top_left != ()


def test_the_value_under_the_cursor_is_shown(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    qtbot.mouseMove(window.viewer.view, window.viewer.view.rect().center())
    assert any("value" in line for line in window.viewer.view.marks.bottom_left)


# Reading


def test_an_opened_study_is_in_progress_and_r_makes_it_reviewed(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    qtbot.waitUntil(lambda: column(window, Column.STATUS)[0] == "in progress")
    press(qtbot, window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: column(window, Column.STATUS)[0] == "reviewed")
    press(qtbot, window, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: column(window, Column.STATUS)[0] == "unread")
    assert window.model.study_at(0).reader == "Dr Probe"


def test_n_and_shift_n_go_through_the_list(qtbot: QtBot, window: MainWindow, studies: Path) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    with qtbot.waitSignal(window.image_shown):
        press(qtbot, window, Qt.Key.Key_N)
    assert window.list_view.currentIndex().row() == 1
    with qtbot.waitSignal(window.image_shown):
        press(qtbot, window, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert window.list_view.currentIndex().row() == 0


def test_a_study_read_in_the_unread_tab_stays_until_the_list_is_read_again(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    window.filter_bar.choose(StudyFilter.UNREAD)
    choose(qtbot, window, 0)
    qtbot.waitUntil(lambda: column(window, Column.STATUS)[0] == "in progress")
    assert window.model.rowCount() == 4
    assert window.filter_bar.tabs.tabText(1) == "Unread  3"
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.model.rowCount() == 3)
    first = window.model.study_at(0).study_key
    press(qtbot, window, Qt.Key.Key_N)
    assert window.list_view.chosen_key == first


def test_enter_leads_to_the_image_and_l_back_to_the_list(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    press(qtbot, window, Qt.Key.Key_Return)
    assert window.viewer.view.hasFocus()
    press(qtbot, window, Qt.Key.Key_L)
    assert window.list_view.hasFocus()


# The list


def test_tabs_and_search_narrow_the_list(qtbot: QtBot, window: MainWindow, studies: Path) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    window.filter_bar.choose(StudyFilter.FLAGGED)
    qtbot.waitUntil(lambda: window.model.rowCount() == 2)
    press(qtbot, window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.filter_bar.search.hasFocus()
    qtbot.keyClicks(window.filter_bar.search, "brighter")
    qtbot.waitUntil(lambda: column(window, Column.PATIENT_NAME) == ["Brighter, Bo"])
    press(qtbot, window, Qt.Key.Key_Escape)
    assert window.filter_bar.search.text() == ""
    assert window.list_view.hasFocus()
    qtbot.waitUntil(lambda: window.model.rowCount() == 2)


def test_a_search_becomes_a_tab_with_its_count_and_comes_back_in_the_next_session(
    qtbot: QtBot, make_services: Callable[[], Services], studies: Path, tmp_path: Path
) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(make_services(), settings)
    qtbot.addWidget(window)
    window.show()
    open_and_wait(qtbot, window, studies, rows=4)
    tabs, keep = window.filter_bar.tabs, window.actions_by_command[Command.KEEP_FILTER]
    assert not keep.isEnabled()  # nothing is searched for
    window.filter_bar.choose(StudyFilter.FLAGGED)
    window.filter_bar.search.setText("berta")
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    keep.trigger()
    dialog = window.findChild(QInputDialog)
    dialog.setTextValue("R&D")
    dialog.accept()
    assert window.filter_bar.search.text() == ""
    qtbot.waitUntil(lambda: tabs.tabText(6) == "R&&D  1")
    assert tabs.currentIndex() == 6
    qtbot.waitUntil(lambda: column(window, Column.PATIENT_NAME) == ["Bright, Berta"])
    window.actions_by_command[Command.NEXT_TAB].trigger()
    qtbot.waitUntil(lambda: window.model.rowCount() == 4)
    window.filter_bar.search.setText("nobody")
    qtbot.waitUntil(lambda: tabs.tabText(6) == "R&&D  0")
    window.close()

    again = MainWindow(make_services(), settings)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: again.filter_bar.tabs.tabText(6) == "R&&D  1")
    drop = again.actions_by_command[Command.DROP_FILTER]
    assert not drop.isEnabled()
    again.filter_bar.tabs.setCurrentIndex(6)
    qtbot.waitUntil(lambda: again.model.rowCount() == 1)
    drop.trigger()
    assert again.filter_bar.tabs.count() == 6
    qtbot.waitUntil(lambda: again.model.rowCount() == 4)
    again.close()


def test_small_pictures_are_read_when_they_are_wanted_and_only_those_in_sight(
    qtbot: QtBot, window: MainWindow, studies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    read: list[str] = []
    load = Services.load_study_thumbnail

    def note(services: Services, study_key: str) -> Thumbnail:
        read.append(study_key)
        return load(services, study_key)

    monkeypatch.setattr(Services, "load_study_thumbnail", note)
    assert window.list_view.isColumnHidden(Column.PICTURE)
    window.list_view.setFixedHeight(150)
    window.actions_by_command[Command.THUMBNAILS].trigger()
    assert not window.list_view.isColumnHidden(Column.PICTURE)
    in_sight = [
        study.study_key
        for row in range(4)
        if (study := window.model.study_at(row)) and window.list_view.is_in_sight(study.study_key)
    ]
    assert 0 < len(in_sight) < 4
    first = window.list_view.visualRect(window.model.index(0, Column.PICTURE)).center()

    def has_picture() -> bool:
        image = window.list_view.viewport().grab().toImage()
        grey = image.pixelColor(first).lightness()
        return grey > 3 * image.pixelColor(2, first.y()).lightness()

    qtbot.waitUntil(has_picture)
    qtbot.waitUntil(lambda: sorted(read) == sorted(in_sight))
    window.actions_by_command[Command.THUMBNAILS].trigger()
    assert window.list_view.isColumnHidden(Column.PICTURE)


def test_letters_typed_in_the_search_are_no_commands(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    choose(qtbot, window, 0)
    qtbot.waitUntil(lambda: column(window, Column.STATUS)[0] == "in progress")
    window.filter_bar.search.setFocus()
    qtbot.keyClicks(window.filter_bar.search, "rn1hi")
    assert window.filter_bar.search.text() == "rn1hi"
    assert not window.viewer.view.is_inverted
    assert window.list_view.currentIndex().row() in (0, -1)


def test_a_search_without_a_find_says_so(qtbot: QtBot, window: MainWindow, studies: Path) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    window.filter_bar.search.setText("nobody")
    qtbot.waitUntil(lambda: window.model.rowCount() == 0)
    assert window.list_view.empty_sentence == "No study is found here."


def test_a_sorted_list_comes_from_the_database(
    qtbot: QtBot, window: MainWindow, studies: Path
) -> None:
    open_and_wait(qtbot, window, studies, rows=4)
    window.list_view.sort_by(Column.PATIENT_NAME)
    names = ["Bright, Berta", "Brighter, Bo", "Dark, Dora", "Hand, Hanna"]
    qtbot.waitUntil(lambda: column(window, Column.PATIENT_NAME) == names)
    window.list_view.sort_by(Column.PATIENT_NAME)
    qtbot.waitUntil(lambda: column(window, Column.PATIENT_NAME) == names[::-1])


# What goes wrong, and what is always said


def test_a_refused_model_is_said_once_and_the_list_stays_usable(
    qtbot: QtBot, tmp_path: Path, tiny_model_path: Path, tiny_card: object, studies: Path
) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(tiny_model_path.read_bytes()[:-10])
    store = WorklistStore.open(tmp_path / "other.sqlite")
    services = Services(
        store,
        card=tiny_card,  # type: ignore[arg-type]
        model_path=broken,
        reader="",
        scoring_processes=0,
    )
    window = MainWindow(services)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.scoring.ended):
        window.open_paths([studies])
    qtbot.waitUntil(window.message_bar.isVisible)
    assert len(window.message_bar.messages) == 1
    assert "broken" in window.message_bar.messages[0]
    assert QApplication.activeModalWidget() is None
    window.close()


def test_without_a_model_nothing_is_scored_and_it_is_said(
    qtbot: QtBot, tmp_path: Path, studies: Path
) -> None:
    services = Services(
        WorklistStore.open(tmp_path / "other.sqlite"), card=None, model_path=None, reader=""
    )
    window = MainWindow(services)
    qtbot.addWidget(window)
    window.show()
    assert "No model" in window.model_label.text()
    with qtbot.waitSignal(window.scoring.ended):
        window.open_paths([studies])
    assert "without a model" in window.message_bar.messages[0]
    window.close()


def test_the_window_always_says_what_it_is_not_for(window: MainWindow) -> None:
    assert "not a medical device" in window.windowTitle()
    assert window.notice_label.isVisible()
    assert "not a medical device" in window.notice_label.text()
    assert "tiny 1" in window.model_label.text()
    assert "balanced" in window.model_label.text()
    assert "0.50" in window.model_label.text()


def test_every_control_has_a_name_for_a_screen_reader(window: MainWindow) -> None:
    for widget in (
        window.list_view,
        window.filter_bar.tabs,
        window.filter_bar.search,
        window.viewer.view,
        window.viewer.opacity,
        window.result_panel,
        window.result_panel.images,
        window.progress_line.bar,
    ):
        assert widget.accessibleName()
    assert [action for action in window.actions_by_command.values() if not action.text()] == []


def test_sizes_come_back_in_the_next_session(
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
    first.resize(790, 700)
    first.splitter.setSizes([430, 360])
    sizes = first.splitter.sizes()
    first.list_view.setColumnWidth(Column.PATIENT_ID, 199)
    first.close()
    second = open_window()
    assert second.splitter.sizes() == pytest.approx(sizes, abs=3)
    assert second.list_view.columnWidth(Column.PATIENT_ID) == 199
    second.close()
