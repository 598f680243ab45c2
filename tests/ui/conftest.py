"""A real window without a screen, on a real database, with a real if tiny model."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import threading
from collections.abc import Callable, Iterator
from functools import partialmethod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QtMsgType
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from triage_app.imaging.transforms import VoiFunction, Window
from triage_app.ui.main_window import MainWindow
from triage_app.ui.services import Services
from triage_app.ui.theme import apply_theme
from triage_app.worklist.store import WorklistStore

if TYPE_CHECKING:
    from tests.conftest import InstanceFactory
    from triage_app.inference.card import ModelCard

WindowMaker = Callable[[], MainWindow]
RadiographMaker = Callable[..., Path]

_LONGEST_MILLISECONDS = 60_000
_HARMLESS = "This plugin does not support propagateSizeHints()"
_FULL = Window(2047.5, 4095.0, VoiFunction.LINEAR_EXACT, "FULL")


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """Give the application its theme, once."""
    apply_theme(qapp)
    return qapp


class _PatientBot(QtBot):
    """Waits longer than pytest-qt would: a shared machine may be slow, and is not wrong."""

    waitSignal = partialmethod(QtBot.waitSignal, timeout=_LONGEST_MILLISECONDS)  # noqa: N815
    waitUntil = partialmethod(QtBot.waitUntil, timeout=_LONGEST_MILLISECONDS)  # noqa: N815
    waitExposed = partialmethod(QtBot.waitExposed, timeout=_LONGEST_MILLISECONDS)  # noqa: N815


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """Give a hand on the window that has patience."""
    del qapp
    return _PatientBot(request)


@pytest.fixture(autouse=True)
def nothing_left_behind(
    qapp: QApplication, qtlog: object, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Fail a test that leaves a thread behind, or makes Qt warn."""
    del qapp, request
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    assert left == []
    warnings = [
        record.message
        for record in qtlog.records  # type: ignore[attr-defined]
        if record.type in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg)
        and record.message != _HARMLESS
    ]
    assert warnings == []


@pytest.fixture
def make_services(
    tmp_path: Path, tiny_model_path: Path, tiny_card: ModelCard
) -> Callable[[], Services]:
    """Give services on one database; each is closed by its window or by the test."""

    def make() -> Services:
        return Services(
            WorklistStore.open(tmp_path / "worklist" / "worklist.sqlite"),
            card=tiny_card,
            model_path=tiny_model_path,
            reader="Dr Probe",
            scoring_processes=0,
        )

    return make


@pytest.fixture
def make_window(qtbot: QtBot, make_services: Callable[[], Services]) -> Iterator[WindowMaker]:
    """Give windows on one database; those left open are closed."""
    windows: list[MainWindow] = []

    def make() -> MainWindow:
        window = MainWindow(make_services())
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield make
    for window in windows:
        window.close()


@pytest.fixture
def window(make_window: WindowMaker) -> MainWindow:
    """Give a window on an empty worklist."""
    return make_window()


@pytest.fixture
def make_radiograph(make_instance: InstanceFactory) -> RadiographMaker:
    """Give a factory of radiographs of a wanted brightness, 0 to 1; above 0.5 is flagged."""

    def make(name: str, *, brightness: float, **others: object) -> Path:
        noise = np.random.default_rng(7).uniform(-0.05, 0.05, (60, 48))
        pixels = np.clip((brightness + noise) * 4095, 0, 4095).astype(np.uint16)
        pixels[:4, :4], pixels[-4:, -4:] = 0, 4095
        return make_instance(name, pixels=pixels, voi=(_FULL,), **others)  # type: ignore[arg-type]

    return make
