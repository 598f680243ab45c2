"""Text is found as people type it: in any script, without regard to case or accents."""

from __future__ import annotations

import pytest

from triage_app.worklist.search import search_words, searchable, sortable


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Müller, Änne", "muller anne"),
        ("MULLER", "müller"),
        ("Nguyễn, Văn Đức", "nguyen van duc"),
        ("Sørensen, Søren", "soren"),
        ("Łukasz", "lukasz"),
        ("Großmann", "GROSSMANN"),
        ("İstanbul, Işık", "istanbul isik"),
        ("Ōno, Yūko", "ono yuko"),
        ("Παπαδόπουλος", "παπαδοπουλοσ"),
        ("Йорданов, Фёдор", "йорданов федор"),
        ("山田, 太郎", "山田 太郎"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"),
        ("Ｙａｍａｄａ", "yamada"),
        ("山田\u3000太郎", "太郎"),
        ("김희중", "희중"),
        ("أحمد", "احمد"),
        ("שָׁלוֹם", "שלום"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "tarou 山田 やまだ"),
        ("O'Brien-Smith", "o'brien-smith"),
        ("e\u0301tienne", "étienne"),
    ],
)
def test_is_found(stored: str, typed: str) -> None:
    words = search_words(typed)
    assert words
    assert all(word in searchable(stored) for word in words)


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("かき", "がき"),  # voicing makes another letter
        ("ハハ", "パパ"),
        ("กา", "กิ"),  # so does a Thai vowel
        ("कि", "की"),  # and an Indic one
        ("Doe, Jane", "doe john"),
    ],
)
def test_is_not_found(stored: str, typed: str) -> None:
    assert not all(word in searchable(stored) for word in search_words(typed))


def test_words_are_the_same_in_any_order_and_once() -> None:
    assert search_words("  Doe,Jane doe ") == ("doe", "jane")
    assert search_words(" ,^ ") == ()


def test_text_that_is_no_unicode_is_searchable_all_the_same() -> None:
    assert searchable("M\udcfcller\x00Anna") == "mller anna"


def test_nothing_sorts_as_absent() -> None:
    assert sortable(" ") is None
    assert sortable("Ärzte") == "arzte"
