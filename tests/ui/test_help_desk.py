"""Help: the page that fits, everywhere, and without a network."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

import triage_app.ui
from triage_app.ui.actions import Command
from triage_app.ui.help_pages import (
    FIRST_PAGE,
    PAGE_OF_WIDGET,
    PAGES,
    page_for,
    read_page,
)
from triage_app.ui.help_window import HelpWindow
from triage_app.ui.key_sheet import KeySheet

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from triage_app.ui.main_window import MainWindow

SHIFT = Qt.KeyboardModifier.ShiftModifier
WAIT = 30_000


def shown_guide(window: MainWindow) -> HelpWindow:
    guide = window.help.guide
    assert guide is not None
    assert guide.isVisible()
    return guide


def become_active(qtbot: QtBot, widget: QWidget) -> None:
    widget.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is widget, timeout=WAIT)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_ships_and_begins_with_its_title(name: str) -> None:
    page = read_page(name)
    assert page.text.startswith(f"# {page.title}\n")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_needs_a_network_or_a_picture(name: str, qapp: QApplication) -> None:
    del qapp
    document = QTextDocument()
    document.setMarkdown(read_page(name).text)
    html = document.toHtml()
    assert "http" not in read_page(name).text
    assert "<img" not in html


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_a_page(name: str, qtbot: QtBot) -> None:
    guide = HelpWindow()
    qtbot.addWidget(guide)
    guide.show_page(name)
    block = guide.text.document().begin()
    links = set()
    while block.isValid():
        links |= {each.format.anchorHref() for each in block.textFormats()}
        block = block.next()
    for link in links - {""}:
        guide.text.anchorClicked.emit(QUrl(link))
        assert guide.page == link.removesuffix(".md")


def test_a_page_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match=r"received '\.\./settings'"):
        read_page("../settings")


def test_every_widget_of_the_table_is_there_and_leads_to_a_page() -> None:
    classes = {
        name
        for module in pkgutil.walk_packages(triage_app.ui.__path__, "triage_app.ui.")
        for name, value in vars(importlib.import_module(module.name)).items()
        if isinstance(value, type) and issubclass(value, QWidget)
    }
    assert set(PAGE_OF_WIDGET) <= classes
    assert set(PAGE_OF_WIDGET.values()) <= set(PAGES)


def test_every_dialog_has_a_page() -> None:
    dialogs = {
        value.__name__
        for module in pkgutil.walk_packages(triage_app.ui.__path__, "triage_app.ui.")
        for value in vars(importlib.import_module(module.name)).values()
        if isinstance(value, type) and issubclass(value, QDialog) and value is not QDialog
    }
    of_qt = {"QFileDialog", "QMessageBox", "QInputDialog", "QPrintDialog"}
    assert dialogs - of_qt - {"HelpWindow"} <= set(PAGE_OF_WIDGET)


def test_what_no_page_is_of_gets_the_first(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    assert page_for(label) == page_for(None) == FIRST_PAGE


@pytest.mark.parametrize(
    ("command", "page"), [(Command.GO_TO_LIST, "worklist"), (Command.GO_TO_IMAGE, "images")]
)
def test_f1_shows_the_page_that_fits_where_the_reader_is(
    qtbot: QtBot, window: MainWindow, command: Command, page: str
) -> None:
    become_active(qtbot, window)
    window.actions_by_command[command].trigger()
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, Qt.Key.Key_F1)
    assert shown_guide(window).page == page


def test_the_guide_is_one_window_that_goes_to_the_page(qtbot: QtBot, window: MainWindow) -> None:
    become_active(qtbot, window)
    window.actions_by_command[Command.GO_TO_LIST].trigger()
    window.help.open_guide()
    first = shown_guide(window)
    become_active(qtbot, window)
    window.actions_by_command[Command.GO_TO_IMAGE].trigger()
    window.help.open_guide()
    assert shown_guide(window) is first
    assert first.page == "images"


def test_f1_in_the_guide_and_its_button_show_every_key(qtbot: QtBot, window: MainWindow) -> None:
    become_active(qtbot, window)
    window.help.open_guide()
    guide = shown_guide(window)
    become_active(qtbot, guide)
    qtbot.keyClick(guide.text, Qt.Key.Key_F1)
    sheet = guide.findChild(KeySheet)
    assert sheet is not None
    with qtbot.waitSignal(sheet.destroyed, timeout=WAIT):
        sheet.close()
    guide.keys.click()
    assert guide.findChild(KeySheet) is not None


def test_a_dialog_that_blocks_the_window_has_help_too(qtbot: QtBot, window: MainWindow) -> None:
    become_active(qtbot, window)
    window.actions_by_command[Command.EDIT_KEYS].trigger()
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    become_active(qtbot, dialog)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=WAIT)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F1)
    guide = dialog.findChild(HelpWindow)
    assert guide is not None
    assert guide.isVisible()
    assert guide.page == "keys"
    guide.close()
    dialog.close()


def test_another_key_for_help_is_heard(qtbot: QtBot, window: MainWindow) -> None:
    keys = window.desk.keys
    keys.change({**keys.keys, Command.HELP: ("F2",)})
    keys.apply_to(window.actions_by_command)
    become_active(qtbot, window)
    qtbot.keyClick(window.list_view, Qt.Key.Key_F2)
    assert shown_guide(window).page == "worklist"


def test_shift_f1_shows_every_key(qtbot: QtBot, window: MainWindow) -> None:
    become_active(qtbot, window)
    qtbot.keyClick(window.list_view, Qt.Key.Key_F1, SHIFT)
    sheet = window.findChild(KeySheet)
    assert sheet is not None
    assert sheet.isVisible()
    sheet.close()
