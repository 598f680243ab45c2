"""Drives the reading of five studies with real keys, and keeps a picture of every step.

``python -m benchmarks.reading_screenshots STUDIES FOLDER`` works without a display, and makes a
folder for each language and scaling. Each picture is to be looked at: they show what no test can
judge.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from triage_app.inference.card import card_path_for, read_card
from triage_app.inference.models import shipped_model_path
from triage_app.intake.peers import Peer
from triage_app.intake.querying.keys import PollingRule, QueryKeys
from triage_app.results.sending.destination import Destination
from triage_app.settings import Settings
from triage_app.ui.actions import Command
from triage_app.ui.desk_options import DeskOptions, Preferences
from triage_app.ui.language import use_language
from triage_app.ui.main_window import MainWindow
from triage_app.ui.services import Services
from triage_app.ui.theme import apply_theme
from triage_app.ui.viewer.model_input import ModelInputDialog
from triage_app.ui.worklist.model import Column
from triage_app.ui.worklist.thumbnails import StudyThumbnails
from triage_app.worklist.store import WorklistStore

_LONGEST_SECONDS = 600.0
_SETTLING_MILLISECONDS = 250
_STUDIES = 5
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class _Camera:
    """Takes numbered pictures of a window."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, widget: QWidget, name: str) -> None:
        QTest.qWait(_SETTLING_MILLISECONDS)
        self._number += 1
        path = self._folder / f"{self._number:02}-{name}.png"
        if not widget.grab().save(str(path)):
            raise OSError(f"{path}: the picture could not be written.")
        print(path, flush=True)


def drive(studies: Path, folder: Path, language: str) -> None:
    """Read five studies, and open every page and dialog."""
    application = QApplication(sys.argv[:1])
    apply_theme(application)
    translators = use_language(application, language)
    camera = _Camera(folder)
    database = folder / "worklist.sqlite"
    for leftover in folder.glob("worklist.sqlite*"):
        leftover.unlink()
    model_path = shipped_model_path()
    services = Services(
        WorklistStore.open(database),
        card=read_card(card_path_for(model_path)),
        model_path=model_path,
        reader="Dr Probe",
    )
    settings = Settings(
        language=language,
        watched_folders=(studies,),
        spool=folder / "spool",
        peers=(Peer(name="Archive", ae_title="ARCHIVE", host="127.0.0.1", port=11112),),
        rules=(PollingRule(name="night", peer="Archive", keys=QueryKeys(date="today")),),
        destinations=(Destination(name="to the archive", peer="Archive", results=("sr", "sc")),),
    )
    options = DeskOptions.from_settings(settings)
    window = MainWindow(services, options=options, preferences=Preferences(settings))
    window.show()
    camera.take(window, "empty")
    _wait_for(lambda: window.model.rowCount() > _STUDIES and not window.scoring.is_running)
    camera.take(window, "list")
    _read_studies(window, camera)
    _look_at_images(window, camera)
    _look_at_lists(window, camera)
    _look_at_pages(window, camera)
    window.close()
    del translators


def _read_studies(window: MainWindow, camera: _Camera) -> None:
    shown: list[bool] = []
    window.image_shown.connect(lambda: shown.append(True))
    verdicts = (Qt.Key.Key_1, Qt.Key.Key_3, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_1)
    for number, verdict in enumerate(verdicts):
        shown.clear()
        if number == 0:
            at = window.list_view.visualRect(window.model.index(0, Column.PATIENT_NAME)).center()
            viewport = window.list_view.viewport()
            QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
        else:
            _press(window, Qt.Key.Key_N, CONTROL)
        _wait_for(lambda: bool(shown))
        _press(window, verdict, CONTROL)
        if verdict == Qt.Key.Key_3:
            _press(window, Qt.Key.Key_4, CONTROL)
            QTest.keyClicks(window.desk.verdict_bar.note, "a fold of the skin")
            _press(window, Qt.Key.Key_Return)
        camera.take(window, f"study-{number + 1}")
        _press(window, Qt.Key.Key_R)
        QTest.qWait(_SETTLING_MILLISECONDS)
    _press(window, Qt.Key.Key_Z, CONTROL)
    camera.take(window, "undone")


def _look_at_images(window: MainWindow, camera: _Camera) -> None:
    """Look at outlines, a length, the prior beside, and images on a screen of their own."""
    acts, view = window.actions_by_command, window.list_view
    view.choose(0)
    _wait_for(lambda: window.viewer.main.has_frame)
    acts[Command.HEAT_OUTLINES].trigger()
    acts[Command.TOOL_LENGTH].trigger()
    viewport = window.viewer.view
    at = viewport.rect().center()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(viewport, at + QPoint(120, 60))
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at + QPoint(120, 60))
    acts[Command.FLIP].trigger()
    camera.take(window, "outlines-length-flipped")
    acts[Command.HEAT_OUTLINES].trigger()
    acts[Command.TOOL_WINDOW].trigger()
    view.choose(_row_with_prior(window))
    _wait_for(acts[Command.PRIOR].isEnabled)
    acts[Command.PRIOR].trigger()
    _wait_for(lambda: window.viewer.beside.has_frame)
    camera.take(window, "prior")
    acts[Command.PRIOR].trigger()
    acts[Command.DETACH_VIEWER].trigger()
    if window.viewing.window is not None:
        camera.take(window.viewing.window, "images-on-their-own-screen")
        camera.take(window, "list-on-its-own-screen")
    acts[Command.DETACH_VIEWER].trigger()


def _row_with_prior(window: MainWindow) -> int:
    """Give the row of the newest study of a patient who has several."""
    rows = [
        (row, study)
        for row in range(window.model.rowCount())
        if (study := window.model.study_at(row))
    ]
    patients = [study.patient.patient_id for _, study in rows]
    several = [
        (str(study.waiting_since), row)
        for row, study in rows
        if study.patient.patient_id and patients.count(study.patient.patient_id) > 1
    ]
    return max(several)[1]


def _look_at_lists(window: MainWindow, camera: _Camera) -> None:
    view, acts = window.list_view, window.actions_by_command
    acts[Command.THUMBNAILS].trigger()
    pictures = window.findChild(StudyThumbnails)
    QTest.qWait(_SETTLING_MILLISECONDS)  # until the rows are painted, and so wanted
    _wait_for(lambda: not pictures.is_reading)
    camera.take(window, "small-pictures")
    acts[Command.THUMBNAILS].trigger()
    with _reread(window):
        window.filter_bar.search.setText("demo")
    with _reread(window):
        window.filter_keeping.keep("Demo")
    camera.take(window, "kept-tab")
    with _reread(window):
        window.filter_bar.tabs.setCurrentIndex(0)
    with _reread(window):
        view.sort_by(Column.STATUS)
    with _reread(window):
        view.sort_by(Column.SCORE, is_added=True)
    camera.take(window, "two-sort-keys")
    with _reread(window):
        _press(window, Qt.Key.Key_A, CONTROL | SHIFT)
    camera.take(window, "order-of-arrival")
    with _reread(window):
        _press(window, Qt.Key.Key_A, CONTROL | SHIFT)
    with _reread(window):
        _press(window, Qt.Key.Key_M, CONTROL | SHIFT)
    _wait_for(lambda: window.viewer.main.has_frame)
    camera.take(window, "triage-only")
    _press(window, Qt.Key.Key_M, CONTROL | SHIFT)


def _look_at_pages(window: MainWindow, camera: _Camera) -> None:
    for command in (
        Command.STATISTICS,
        Command.SETTINGS,
        Command.NETWORK,
        Command.SEARCH_ARCHIVES,
        Command.SENDING,
        Command.EDIT_KEYS,
        Command.KEYS,
        Command.MODEL_CARD,
        Command.MODEL_INPUT,
        Command.HEADER,
        Command.HELP,
    ):
        action, name = window.actions_by_command[command], str(command).replace(" ", "-")
        if not action.isEnabled():
            continue
        action.trigger()
        QTest.qWait(2 * _SETTLING_MILLISECONDS)
        dialogs = [each for each in window.findChildren(QDialog) if each.isVisible()]
        if not dialogs:
            raise LookupError(f"nothing was opened by {name}")
        if isinstance(dialogs[-1], ModelInputDialog):
            picture = dialogs[-1].picture
            _wait_for(lambda picture=picture: not picture.pixmap().isNull())
        camera.take(dialogs[-1], name)
        dialogs[-1].reject()
        QTest.qWait(_SETTLING_MILLISECONDS)


@contextmanager
def _reread(window: MainWindow) -> Iterator[None]:
    """Wait until the list was read again after what is done inside."""
    seen: list[int] = []
    connection = window.feed.refreshed.connect(seen.append)
    yield
    _wait_for(lambda: bool(seen))
    window.feed.refreshed.disconnect(connection)


def _press(
    window: MainWindow,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    focus = QApplication.focusWidget()
    QTest.keyClick(focus if focus and focus.window() is window else window, key, modifier)


def _wait_for(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + _LONGEST_SECONDS
    while not is_true():
        if time.monotonic() > end:
            raise TimeoutError(f"nothing happened for {_LONGEST_SECONDS:g} s")
        QTest.qWait(20)


def main() -> None:
    """Drive once for each language and scaling, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("studies", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--languages", nargs="+", default=["en", "de", "fr", "es"])
    parser.add_argument("--percent", nargs="+", type=int, default=[100, 200])
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        drive(arguments.studies, arguments.folder, arguments.languages[0])
        return
    for language, percent in itertools.product(arguments.languages, arguments.percent):
        into = arguments.folder / f"{language}-{percent}"
        command = [sys.executable, "-m", "benchmarks.reading_screenshots", "--here"]
        command += [str(arguments.studies), str(into), "--languages", language]
        scaling = {"QT_SCALE_FACTOR": f"{percent / 100:g}"}
        subprocess.run(command, check=True, env=os.environ | scaling)  # noqa: S603 - this program


if __name__ == "__main__":
    main()
