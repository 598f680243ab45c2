"""What is behind an image: header, model's input, model's card, and a picture to keep."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pydicom import Dataset
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from tests import tiny_model
from tests.ui.viewer.driving import CTRL, SHIFT, choose, open_and_wait, press
from triage_app.imaging.header import read_instance
from triage_app.imaging.header_listing import list_header
from triage_app.imaging.preprocessing import to_model_input
from triage_app.imaging.rendering import render_instance
from triage_app.imaging.source import FileSource
from triage_app.ui.actions import Command
from triage_app.ui.header_browser import HeaderBrowser
from triage_app.ui.model_card_page import ModelCardPage, card_html

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.ui.conftest import RadiographMaker
    from triage_app.inference.card import ModelCard
    from triage_app.ui.main_window import MainWindow


@pytest.fixture
def path(make_radiograph: RadiographMaker) -> Path:
    item = Dataset()
    item.CodeValue, item.CodeMeaning = "399348003", "postero-anterior"
    return make_radiograph(
        "bright.dcm", brightness=0.9, changes={"ViewCodeSequence": [item], "StationName": "ROOM 7"}
    )


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, path: Path) -> MainWindow:
    open_and_wait(qtbot, window, path, rows=1)
    choose(qtbot, window, 0)
    return window


@pytest.fixture
def browser(qtbot: QtBot, opened: MainWindow) -> HeaderBrowser:
    with qtbot.waitSignal(opened.viewing.inspecting.header_shown):
        press(qtbot, opened, Qt.Key.Key_I, CTRL)
    assert opened.viewing.inspecting.browser is not None
    return opened.viewing.inspecting.browser


def visible(browser: HeaderBrowser) -> list[str]:
    """Give the names of the elements in sight, items of sequences behind their sequence."""
    names = []
    waiting = [browser.tree.topLevelItem(n) for n in range(browser.tree.topLevelItemCount())][::-1]
    while waiting:
        item = waiting.pop()
        assert item is not None
        if not item.isHidden():
            names.append(item.text(2))
            waiting += [item.child(n) for n in range(item.childCount())][::-1]
    return names


# Header


def test_the_header_is_shown_with_tag_vr_name_and_value(browser: HeaderBrowser) -> None:
    (name,) = browser.tree.findItems("Patient's Name", Qt.MatchFlag.MatchExactly, 2)
    assert [name.text(column) for column in range(4)] == [
        "(0010,0010)",
        "PN",
        "Patient's Name",
        "Probe^Petra",
    ]
    assert "Transfer Syntax UID" in visible(browser)
    assert browser.path.text().endswith("bright.dcm")


def test_the_search_finds_names_tags_and_values_also_inside_sequences(
    qtbot: QtBot, path: Path
) -> None:
    browser = HeaderBrowser()
    qtbot.addWidget(browser)
    browser.show_header(str(path), list_header(read_instance(FileSource(path)).header))
    for text, names in (
        ("patient's n", ["Patient's Name"]),
        ("PatientName", ["Patient's Name"]),
        ("0010,0010", ["Patient's Name"]),
        ("00100010", ["Patient's Name"]),
        ("room 7", ["Station Name"]),
        ("postero-anterior", ["View Code Sequence", "Item 1", "Code Meaning"]),
        ("no such thing", []),
    ):
        browser.search.clear()
        qtbot.keyClicks(browser.search, text)
        assert visible(browser) == names
    browser.search.clear()
    assert "Rows" in visible(browser)


def test_a_line_is_copied(qtbot: QtBot, browser: HeaderBrowser) -> None:
    (found,) = browser.tree.findItems("Station Name", Qt.MatchFlag.MatchExactly, 2)
    browser.tree.setCurrentItem(found)
    browser.activateWindow()
    browser.tree.setFocus()
    qtbot.keyClick(browser.tree, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "(0008,1010)\tSH\tStation Name\tROOM 7"


def test_the_header_follows_the_image_and_says_when_there_is_none(
    qtbot: QtBot, opened: MainWindow, browser: HeaderBrowser, make_radiograph: RadiographMaker
) -> None:
    open_and_wait(qtbot, opened, make_radiograph("dark.dcm", brightness=0.1), rows=2)
    other = next(n for n in range(2) if opened.model.row_of(opened.reading.study_key) != n)
    choose(qtbot, opened, other)
    qtbot.waitUntil(lambda: browser.path.text().endswith("dark.dcm"))
    opened.viewer.show_nothing("")
    assert browser.path.text() == ""
    assert "Patient's Name" not in visible(browser)


def test_the_header_of_a_file_cut_short_inside_its_pixels_is_shown_all_the_same(
    qtbot: QtBot, window: MainWindow, path: Path
) -> None:
    path.write_bytes(path.read_bytes()[:-2000])
    open_and_wait(qtbot, window, path, rows=1)
    choose(qtbot, window, 0)
    with qtbot.waitSignal(window.viewing.inspecting.header_shown):
        press(qtbot, window, Qt.Key.Key_I, CTRL)
    assert window.viewing.inspecting.browser is not None
    assert "Patient's Name" in visible(window.viewing.inspecting.browser)


def test_a_file_that_is_gone_says_so_in_the_header_s_place(
    qtbot: QtBot, opened: MainWindow, path: Path
) -> None:
    path.unlink()
    with qtbot.waitSignal(opened.viewing.inspecting.header_shown):
        press(qtbot, opened, Qt.Key.Key_I, CTRL)
    browser = opened.viewing.inspecting.browser
    assert browser is not None
    assert "bright.dcm" in browser.tree.topLevelItem(0).text(3)


def test_nothing_of_the_header_is_logged(
    qtbot: QtBot, opened: MainWindow, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with qtbot.waitSignal(opened.viewing.inspecting.header_shown):
        press(qtbot, opened, Qt.Key.Key_I, CTRL)
    assert "Petra" not in caplog.text
    assert "P-1" not in caplog.text


# Model


def test_what_the_model_saw_is_its_very_input(
    qtbot: QtBot, opened: MainWindow, path: Path, tiny_card: ModelCard
) -> None:
    inspecting = opened.viewing.inspecting
    with qtbot.waitSignal(inspecting.model_input_shown):
        press(qtbot, opened, Qt.Key.Key_M, SHIFT)
    dialog = inspecting.model_input
    assert dialog is not None
    expected = to_model_input(
        render_instance(read_instance(FileSource(path))), tiny_card.preprocessing
    )[..., 0]
    rows, columns = expected.shape
    picture = dialog.picture.pixmap().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    factor = picture.width() // columns
    flat = np.frombuffer(picture.constBits(), dtype=np.uint8)
    pixels = flat.reshape(picture.height(), picture.bytesPerLine())[:, : picture.width()]
    np.testing.assert_array_equal(pixels[::factor, ::factor], np.rint(expected))
    assert f"{columns} x {rows} pixels" in dialog.text.text()
    assert not dialog.cells.pixmap().isNull()


def test_an_image_that_was_not_scored_is_not_said_to_have_been_seen(
    qtbot: QtBot, window: MainWindow, make_radiograph: RadiographMaker
) -> None:
    path = make_radiograph("hand.dcm", brightness=0.9, body_part="HAND")
    open_and_wait(qtbot, window, path, rows=1)
    choose(qtbot, window, 0)
    with qtbot.waitSignal(window.viewing.inspecting.model_input_shown):
        press(qtbot, window, Qt.Key.Key_M, SHIFT)
    dialog = window.viewing.inspecting.model_input
    assert dialog is not None
    assert dialog.text.text().startswith("Not scored: other body part")
    assert "would have been given" in dialog.text.text()


def test_the_card_is_told_in_words(qtbot: QtBot, opened: MainWindow, tiny_card: ModelCard) -> None:
    press(qtbot, opened, Qt.Key.Key_M, CTRL)
    page = opened.findChild(ModelCardPage)
    assert page is not None
    text = page.text.toPlainText()
    assert tiny_card.title in text
    assert tiny_card.intended_use in text
    assert "it misses about" in text
    for limit in tiny_card.known_limits:
        assert limit in text
    page.close()


def test_a_card_cannot_bring_markup_of_its_own(tiny_card: ModelCard) -> None:
    card = tiny_card.model_copy(update={"intended_use": "<img src='http://x.example/'>"})
    assert "<img" not in card_html(card)


def test_the_card_says_whom_the_model_reads_apart() -> None:
    page = card_html(tiny_model.tiny_card("0" * 64, populations=True))
    assert "children: used from 0 to below 16 years, trained on 1 to 5 years" in page
    assert "adults: used from 16 to below 150 years, trained on 20 to 90 years" in page
    assert "Unknown age: read as children" in page
    assert "Operating point adults: balanced, flagged from 0.60" in page
    assert "Whom it reads apart" not in card_html(tiny_model.tiny_card("0" * 64))


# Pictures


def test_the_image_is_saved_as_it_is_seen(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out" / "seen"
    target.parent.mkdir()
    asked: list[str] = []

    def answer(_parent: object, title: str, name: str, _filter: str) -> tuple[str, str]:
        asked.extend((title, name))
        return str(target), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    press(qtbot, opened, Qt.Key.Key_E, CTRL)
    saved = QImage(str(target.with_suffix(".png")))
    assert saved.convertToFormat(QImage.Format.Format_RGB32) == opened.viewer.view.to_picture()
    assert "Research use only" in saved.text("Description")
    assert "patient's name" in asked[0]
    assert "Petra" not in asked[1]


def test_a_picture_that_cannot_be_written_is_told(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "no such folder" / "seen.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    press(qtbot, opened, Qt.Key.Key_E, CTRL)
    assert "seen.png: the picture cannot be written" in opened.message_bar.messages[0]


def test_nothing_is_offered_where_no_image_is_shown(window: MainWindow) -> None:
    for command in (Command.EXPORT_PICTURE, Command.HEADER, Command.MODEL_INPUT):
        assert not window.actions_by_command[command].isEnabled()
