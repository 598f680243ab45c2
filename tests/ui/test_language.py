"""The window in other languages: no text is left out, and none loses what is put into it."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from triage_app.triage.study import StudyState
from triage_app.ui.language import LANGUAGES, use_language
from triage_app.ui.wording import count_text, date_and_time, probability_text, state_text

if TYPE_CHECKING:
    from tests.ui.conftest import WindowMaker

REPOSITORY = Path(__file__).resolve().parents[2]


def load_tool() -> ModuleType:
    path = REPOSITORY / "installer" / "translations.py"
    spec = importlib.util.spec_from_file_location("translations", path)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


TOOL = load_tool()
TEXTS = TOOL.find_texts()


def translations(language: str) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = TOOL.read_translations(
        TOOL.TRANSLATIONS / f"triage_app_{language}.ts"
    )
    return found


@pytest.fixture
def language(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[str]:
    """Use a language for one test."""
    before = QLocale()
    installed = use_language(qapp, request.param)
    yield request.param
    for translator in installed:
        qapp.removeTranslator(translator)
    QLocale.setDefault(before)


def test_the_tool_finds_texts_of_every_kind() -> None:
    for text in (
        ("MainWindow", "Open files"),  # self.tr
        ("Wording", "not flagged"),  # _tr of a module
        ("Commands", "Invert"),  # QT_TRANSLATE_NOOP
        ("KeySheet", "Double click"),  # tr within a function
    ):
        assert text in TEXTS


@pytest.mark.parametrize("code", TOOL.LANGUAGES)
def test_no_text_of_the_source_is_missing(code: str) -> None:
    known = translations(code)
    assert [text for text in TEXTS if not known.get(text)] == []
    assert [text for text in known if text not in TEXTS] == [], "the source has no such text"


@pytest.mark.parametrize("code", TOOL.LANGUAGES)
def test_what_is_put_into_a_text_is_put_into_its_translation(code: str) -> None:
    places = re.compile(r"\{[^}]*\}")
    differing = [
        source
        for (_, source), translation in translations(code).items()
        if places.findall(source) != places.findall(translation)
    ]
    assert differing == []


@pytest.mark.parametrize("code", TOOL.LANGUAGES)
def test_what_the_program_loads_is_what_the_file_says(code: str) -> None:
    translator = QTranslator()
    assert translator.load(str(TOOL.TRANSLATIONS / f"triage_app_{code}.qm"))
    differing = [
        source
        for (context, source), translation in translations(code).items()
        if translator.translate(context, source) != translation
    ]
    assert differing == [], "run installer/translations.py"


@pytest.mark.parametrize(
    ("code", "forbidden"),
    [
        ("de", ("normal", "negativ", "gesund", "unauffällig", "sicher")),
        ("fr", ("normal", "négatif", "sain", "sans danger")),
        ("es", ("normal", "negativo", "sano", "seguro")),
    ],
)
def test_no_word_clears_a_patient_in_any_language(code: str, forbidden: tuple[str, ...]) -> None:
    known = translations(code)
    words = [known["Wording", text] for text in ("flagged", "not flagged", "not processed")]
    assert not [word for word in words for bad in forbidden if bad in word.lower()]


@pytest.mark.parametrize(
    ("language", "word", "day", "score"),
    [
        ("de", "nicht markiert", "04.03.2025 09:05", "0,98"),
        ("fr", "non signalé", "04/03/2025 09:05", "0,98"),
        ("es", "no marcado", "4/3/2025 09:05", "0,98"),
        ("en", "not flagged", "2025-03-04 09:05", "0.98"),
    ],
    indirect=["language"],
)
def test_words_dates_and_numbers_are_the_languages(
    language: str, word: str, day: str, score: str
) -> None:
    assert language in LANGUAGES
    assert state_text(StudyState.NOT_FLAGGED) == word
    assert date_and_time(date(2025, 3, 4), time(9, 5)) == day
    assert probability_text(0.981) == score


@pytest.mark.parametrize("language", ["de"], indirect=True)
def test_counts_are_grouped_as_the_language_does(language: str) -> None:
    assert count_text(12345) == "12.345", language


@pytest.mark.parametrize("language", ["de"], indirect=True)
def test_the_window_speaks_the_language(language: str, make_window: WindowMaker) -> None:
    window = make_window()
    assert "kein Medizinprodukt" in window.windowTitle(), language
    assert window.filter_bar.tabs.tabText(2).startswith("Markiert")
    assert QCoreApplication.translate("Commands", "Invert") == "Invertieren"
