"""What is searched for: dates as people say them, and keys that a peer ignored."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from triage_app.intake.querying.keys import (
    QueryKeys,
    SeriesMatch,
    StudyMatch,
    date_range,
    keep_matching,
)

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", ""),
        ("today", "20260301"),
        ("yesterday", "20260228"),
        ("2026-02-03", "20260203"),
        ("20260203", "20260203"),
        ("2026-02-03..2026-02-05", "20260203-20260205"),
        ("2026-02-03..", "20260203-"),
        ("..today", "-20260301"),
        ("yesterday..today", "20260228-20260301"),
    ],
)
def test_dates_are_read_as_people_say_them(said: str, meant: str) -> None:
    assert date_range(said, TODAY) == meant


@pytest.mark.parametrize("said", ["..", "tomorrow", "2026-02-30", "3.2.2026", "today..yesterday"])
def test_what_is_no_date_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        date_range(said, TODAY)
    with pytest.raises(ValidationError):
        QueryKeys(date=said)


CHEST = SeriesMatch("1.1", "DX", "CHEST", "PA")
HAND = SeriesMatch("1.2", "DX", "HAND", "AP")
SCAN = SeriesMatch("1.3", "CT", "CHEST", "Thorax")
BARE = SeriesMatch("1.4")


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        (QueryKeys(body_part="CHEST"), ["1.1", "1.3", "1.4"]),
        (QueryKeys(body_part="chest", modalities=("CR", "DX")), ["1.1", "1.4"]),
        (QueryKeys(series_description="P*"), ["1.1", "1.4"]),
        (QueryKeys(modalities=("CT",), series_description="thorax"), ["1.3", "1.4"]),
    ],
)
def test_keys_that_a_peer_ignored_are_applied_here(keys: QueryKeys, kept: list[str]) -> None:
    match = keep_matching(StudyMatch("1"), [CHEST, HAND, SCAN, BARE], keys)
    assert match is not None
    assert [series.series_instance_uid for series in match.series or ()] == kept


def test_a_study_without_a_series_that_matches_is_none() -> None:
    assert keep_matching(StudyMatch("1"), [HAND], QueryKeys(body_part="CHEST")) is None
