"""Builds the services, hands them to the window, and runs it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QSettings, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from triage_app.crash_reports import install_crash_reports
from triage_app.inference.card import ModelCard, card_path_for, read_card
from triage_app.settings import Settings
from triage_app.ui.crash_notice import CrashNotice
from triage_app.ui.desk_options import DeskOptions, Preferences
from triage_app.ui.icons import load_icon
from triage_app.ui.language import use_language
from triage_app.ui.main_window import MainWindow
from triage_app.ui.screenshot import Screenshot
from triage_app.ui.services import Services
from triage_app.ui.theme import apply_theme
from triage_app.worklist.store import WorklistStore

__all__ = ["WindowOptions", "run_window"]

logger = logging.getLogger(__name__)

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_HARMLESS = frozenset({"This plugin does not support propagateSizeHints()"})
"""What Qt says of every window that has no screen."""


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """What the window is started with.

    Attributes
    ----------
    paths : opened at once
    database : file or URL of the worklist
    model_path : None for a window that does not score
    reader : who sits at it
    screenshot : where to write a picture of the window and leave; None stays open
    settings, settings_path : the settings, and the file that changes are written to; without one
        they hold for this session only
    notices : sentences that the reader must see
    """

    paths: Sequence[Path]
    database: Path | str
    model_path: Path | None
    reader: str
    screenshot: Path | None = None
    settings: Settings = field(default_factory=Settings)
    settings_path: Path | None = None
    notices: Sequence[str] = ()


def run_window(options: WindowOptions) -> int:
    """Run the window until it is closed.

    Returns
    -------
    int
        exit status; 1 where a screenshot could not be written

    Raises
    ------
    ModelError
        where the model's card is refused
    StoreError
        where the database cannot be opened
    """
    if sys.platform == "linux" and not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qInstallMessageHandler(_log_qt_message)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise TypeError(f"expected a QApplication, found {type(application).__name__}")
    application.setApplicationName("triage-app")
    application.setOrganizationName("triage-app")
    translators = use_language(application, options.settings.language)
    logger.debug("%d translations are in use", len(translators))
    application.setWindowIcon(load_icon("application"))
    apply_theme(application)
    card: ModelCard | None = None
    if options.model_path is not None:
        card = read_card(card_path_for(options.model_path))
    services = Services(
        WorklistStore.open(options.database),
        card=card,
        model_path=options.model_path,
        reader=options.reader,
    )
    window = MainWindow(
        services,
        None if options.screenshot else QSettings(),
        options=DeskOptions.from_settings(options.settings),
        preferences=Preferences(
            options.settings, options.settings_path, services.audit.changed_settings
        ),
    )
    window.show()
    for notice in options.notices:
        window.message_bar.show_message(notice)
    if options.screenshot is None:
        install_crash_reports(CrashNotice(window, window.message_bar.show_message).tell)
        services.audit.start()
        window.open_paths(options.paths)
        return application.exec()
    written: list[bool] = []

    def finish(is_written: bool) -> None:
        written.append(is_written)
        window.close()

    Screenshot(window, options.screenshot, finish).take(options.paths)
    application.exec()
    return 0 if written == [True] else 1


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _log_qt_message(kind: QtMsgType, _context: object, text: str) -> None:
    if text not in _HARMLESS:
        logger.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", text)
