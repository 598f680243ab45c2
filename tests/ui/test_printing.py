"""A study's result on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter

from triage_app.ui.actions import Command
from triage_app.ui.printing import ResultPrintDialog, print_result_page

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.ui.conftest import RadiographMaker
    from triage_app.ui.main_window import MainWindow

_LONGEST_MILLISECONDS = 30_000


@pytest.fixture
def reading(
    qtbot: QtBot, window: MainWindow, make_radiograph: RadiographMaker, tmp_path: Path
) -> MainWindow:
    """Give a window with a study in front of the reader."""
    make_radiograph("studies/1.dcm", brightness=0.9)
    window.open_paths([tmp_path / "studies"])
    qtbot.waitUntil(lambda: window.model.rowCount() == 1, timeout=_LONGEST_MILLISECONDS)
    with qtbot.waitSignal(window.image_shown, timeout=_LONGEST_MILLISECONDS):
        window.list_view.choose(0)
    return window


def test_nothing_is_printed_while_no_study_is_chosen(window: MainWindow) -> None:
    assert not window.actions_by_command[Command.PRINT_RESULT].isEnabled()


def test_the_command_asks_where_to_print(qtbot: QtBot, reading: MainWindow) -> None:
    reading.actions_by_command[Command.PRINT_RESULT].trigger()
    (dialog,) = reading.findChildren(ResultPrintDialog)
    qtbot.waitExposed(dialog)
    assert dialog.windowModality() is Qt.WindowModality.WindowModal
    dialog.reject()


def test_what_is_printed_is_the_page(reading: MainWindow, tmp_path: Path) -> None:
    printer, study = QPrinter(), reading.reading.study
    assert study is not None
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "page.pdf"))
    print_result_page(printer, study, None)
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF-")
