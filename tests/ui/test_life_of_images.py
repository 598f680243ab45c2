"""What studies leave behind once the reader has gone on."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from triage_app.ui.viewer.frame import Frame
from triage_app.ui.worklist.model import Column

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.ui.conftest import RadiographMaker
    from triage_app.ui.main_window import MainWindow


def living_frames() -> int:
    gc.collect()
    return sum(type(each) is Frame for each in gc.get_objects())


def test_only_the_image_in_front_of_the_reader_is_kept(
    qtbot: QtBot, window: MainWindow, make_radiograph: RadiographMaker, tmp_path: Path
) -> None:
    for number in range(4):
        make_radiograph(f"studies/{number}.dcm", brightness=0.2 * number + 0.1)
    with qtbot.waitSignal(window.scoring.ended):
        window.open_paths([tmp_path / "studies"])
    qtbot.waitUntil(lambda: window.model.rowCount() == 4)
    before = living_frames()
    for row in (0, 1, 2, 3) * 3:
        at = window.list_view.visualRect(window.model.index(row, Column.PATIENT_NAME)).center()
        with qtbot.waitSignal(window.image_shown):
            qtbot.mouseClick(window.list_view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    # one in front, and one that a worker's last answer may still hold
    assert living_frames() - before <= 2
