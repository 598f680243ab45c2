"""Figures of results: rates with their intervals, by group, counting only what was judged."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from triage_app.triage.study import StudyState
from triage_app.worklist.agreement import Rate, figures_by, figures_of, week_of
from triage_app.worklist.feedback import ReadResult
from triage_app.worklist.records import Verdict


def result(
    probability: float | None, verdict: Verdict | None = None, *, day: int = 5, scanner: str = "A"
) -> ReadResult:
    state = StudyState.NOT_PROCESSED
    if probability is not None:
        state = StudyState.FLAGGED if probability >= 0.5 else StudyState.NOT_FLAGGED
    return ReadResult("lung 1.0", datetime(2026, 1, day), scanner, state, probability, verdict)


def test_rates_count_what_they_say() -> None:
    figures = figures_of(
        [
            result(0.9, Verdict.AGREE),
            result(0.8, Verdict.DISAGREE),
            result(0.7, Verdict.UNSURE),
            result(0.6),
            result(0.2, Verdict.AGREE),
            result(None, Verdict.DISAGREE),
        ]
    )
    assert figures.studies == 6
    assert figures.flag_rate == Rate(4, 5)
    assert figures.agreement == Rate(2, 3), "a verdict on no result judges no model"
    assert figures.predictive_value == Rate(1, 2)
    assert (figures.unsure, figures.not_processed) == (1, 1)
    assert figures.mean_score == pytest.approx((0.9 + 0.8 + 0.7 + 0.6 + 0.2) / 5)


def test_nothing_has_no_rate() -> None:
    figures = figures_of([])
    assert figures.flag_rate.value is None
    assert figures.flag_rate.interval is None
    assert figures.mean_score is None


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_intervals_are_those_of_wilson(part: int, whole: int, low: float, high: float) -> None:
    # the last one as in Newcombe, Stat Med 1998;17:857, table I
    assert Rate(part, whole).interval == pytest.approx((low, high), abs=5e-5)


def test_groups_are_counted_apart() -> None:
    groups = figures_by([result(0.9), result(0.1, scanner="B"), result(0.2)], lambda r: r.scanner)
    assert {name: figures.flag_rate for name, figures in groups.items()} == {
        "A": Rate(1, 2),
        "B": Rate(0, 1),
    }


def test_a_week_begins_on_monday() -> None:
    assert week_of(result(0.9, day=4)) == date(2025, 12, 29)
    assert week_of(result(0.9, day=5)) == date(2026, 1, 5)
    assert week_of(result(0.9, day=11)) == date(2026, 1, 5)
