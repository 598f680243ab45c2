from __future__ import annotations

from datetime import date, time

import pytest

from triage_app.errors import FailureReason
from triage_app.imaging.eligibility import (
    Exclusion,
    ExclusionReason,
    Notice,
    NoticeKind,
)
from triage_app.imaging.instance import PatientFacts
from triage_app.triage.outcome import Excluded, Failed, Scored
from triage_app.triage.study import StudyState
from triage_app.ui.wording import (
    age_and_sex,
    age_text,
    date_and_time,
    outcome_text,
    probability_text,
    reading_status_text,
    reason_text,
    reasons_text,
    state_text,
)
from triage_app.worklist.records import ReadingStatus

FORBIDDEN = ("normal", "negative", "healthy", "clear", "safe")


@pytest.mark.parametrize(
    ("years", "text"),
    [
        (None, ""),
        (0.0, "0 d"),
        (10 / 365.25, "10 d"),
        (0.5, "6 m"),
        (1.0, "12 m"),
        (23 / 12, "23 m"),
        (2.0, "2 y"),
        (4.99, "4 y"),
        (64.0, "64 y"),
    ],
)
def test_ages_are_written_as_radiology_does(years: float | None, text: str) -> None:
    assert age_text(years) == text


def test_age_and_sex_stand_together_as_far_as_they_are_known() -> None:
    assert age_and_sex(PatientFacts(age_years=4.0, sex="F")) == "4 y F"
    assert age_and_sex(PatientFacts(sex="M")) == "M"
    assert age_and_sex(PatientFacts()) == ""


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (None, ""),
        (0.0, "<0.01"),
        (0.0099, "<0.01"),
        (0.01, "0.01"),
        (0.29, "0.29"),
        (0.4999, "0.49"),
        (0.5, "0.50"),
        (0.99, "0.99"),
        (0.9901, ">0.99"),
        (1.0, ">0.99"),
    ],
)
def test_probabilities_claim_no_certainty(probability: float | None, text: str) -> None:
    assert probability_text(probability) == text


def test_a_score_below_the_threshold_never_reads_higher_than_it() -> None:
    threshold = 0.4567
    below, above = 0.4566999, 0.4567001
    assert probability_text(below) <= probability_text(threshold) <= probability_text(above)


@pytest.mark.parametrize("reason", [*ExclusionReason, *FailureReason])
def test_every_reason_has_words(reason: str) -> None:
    assert reason_text(reason) != str(reason) or "_" not in reason


def test_reasons_are_counted() -> None:
    assert reasons_text(("decoder x 3", "body_part")) == "cannot be decoded (3); other body part"
    assert reasons_text(("of_a_newer_program",)) == "of_a_newer_program"


def test_no_word_clears_a_patient() -> None:
    words = [state_text(state) for state in StudyState]
    words += [reading_status_text(status) for status in ReadingStatus]
    words += [reason_text(reason) for reason in (*ExclusionReason, *FailureReason)]
    assert not [word for word in words for bad in FORBIDDEN if bad in word.lower()]


def test_outcomes_say_what_and_why() -> None:
    notice = Notice(NoticeKind.AGE_OUTSIDE_TRAINING, "Age 64 years.")
    scored = Scored(0.7, True, "balanced", heatmap=None, notices=(notice,))  # type: ignore[arg-type]
    assert outcome_text(scored) == ("flagged", "Age 64 years.")
    hand = Exclusion(ExclusionReason.BODY_PART, "(0018,0015) Body Part Examined", "HAND", "CHEST")
    word, why = outcome_text(Excluded(hand))
    assert word == "not processed"
    assert "HAND" in why
    assert "(0018,0015)" in why
    assert outcome_text(Failed(FailureReason.TRUNCATED, "Fetch it again.")) == (
        "failed",
        "file cut short: Fetch it again.",
    )
    assert outcome_text(None) == ("waiting", "")


def test_dates_cannot_be_misread() -> None:
    assert date_and_time(date(2025, 3, 4), time(9, 5)) == "2025-03-04 09:05"
    assert date_and_time(date(2025, 3, 4), None) == "2025-03-04"
    assert date_and_time(None, time(9, 5)) == ""
