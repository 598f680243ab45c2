from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings

from triage_app.ui.worklist.saved_filters import SavedFilters
from triage_app.worklist.records import SavedFilter, StudyFilter

if TYPE_CHECKING:
    from pathlib import Path

WARD = SavedFilter("Ward 3 & ICU", StudyFilter.UNREAD, "portable")
CHILDREN = SavedFilter("Kinder", StudyFilter.ALL, "päd")


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


def test_they_come_back_in_their_order(settings: QSettings) -> None:
    saved = SavedFilters(settings)
    saved.keep(WARD)
    saved.keep(CHILDREN)
    assert SavedFilters(settings).filters == (WARD, CHILDREN)


def test_a_name_stands_once_and_where_it_stood(settings: QSettings) -> None:
    saved = SavedFilters(settings)
    saved.keep(WARD)
    saved.keep(CHILDREN)
    other = SavedFilter(WARD.name, StudyFilter.ALL, "ap")
    saved.keep(other)
    assert saved.filters == (other, CHILDREN)


def test_one_is_taken_away(settings: QSettings) -> None:
    saved = SavedFilters(settings)
    saved.keep(WARD)
    saved.keep(CHILDREN)
    saved.drop(WARD)
    assert SavedFilters(settings).filters == (CHILDREN,)


def test_one_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="with a name"):
        SavedFilters().keep(SavedFilter(" "))


@pytest.mark.parametrize(
    "kept", ["no JSON", "[1]", '{"name": 1}', '[{"name": "a", "filter": "gone", "text": ""}]']
)
def test_what_cannot_be_understood_leaves_no_tab_and_stops_nothing(
    settings: QSettings, kept: str
) -> None:
    settings.setValue("list/saved_filters", kept)
    assert SavedFilters(settings).filters == ()
