from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from triage_app.imaging.instance import PatientFacts, StudyFacts
from triage_app.triage.priority import Tier
from triage_app.triage.study import StudyResult, StudyState
from triage_app.ui.prior_wording import comparison_cautions, comparison_text, interval_text
from triage_app.worklist.priors import IdentityDoubt, OtherResult, PriorStudy
from triage_app.worklist.records import ModelIdentity, ReadingStatus, StudyRow


def row(probability: float | None, *, on: date, point: str = "balanced") -> StudyRow:
    state = StudyState.NOT_PROCESSED
    if probability is not None:
        state = StudyState.FLAGGED if probability >= 0.5 else StudyState.NOT_FLAGGED
    return StudyRow(
        study_key="1.2.3",
        patient=PatientFacts(),
        study=StudyFacts(study_date=on),
        modality="DX",
        images=1,
        result=StudyResult(state, probability=probability, operating_point=point),
        tier=Tier.FLAGGED,
        reading_status=ReadingStatus.UNREAD,
        reader="",
        received=datetime(2024, 3, 5, tzinfo=UTC),
    )


NOW = row(0.81, on=date(2024, 3, 5))
BEFORE = row(0.12, on=date(2023, 1, 2))


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        (date(2024, 3, 5), "the same day"),
        (date(2024, 3, 1), "4 d before"),
        (date(2024, 1, 1), "2 months before"),
        (date(2022, 3, 10), "23 months before"),
        (date(2014, 3, 1), "10 years before"),
        (None, ""),
    ],
)
def test_an_interval_is_told_in_the_unit_that_fits(earlier: date | None, text: str) -> None:
    assert interval_text(earlier, date(2024, 3, 5)) == text


def test_scores_of_one_model_are_subtracted() -> None:
    text = comparison_text(NOW, PriorStudy(BEFORE), 2, 3)
    assert text == (
        "Prior 2 of 3   2023-01-02   14 months before   "
        "Score 0.12 then (not flagged), 0.81 now (flagged): +0.69"
    )
    assert comparison_cautions(NOW, PriorStudy(BEFORE), "lung 1") == ()


def test_another_model_s_score_is_named_and_not_subtracted() -> None:
    unscored = replace(BEFORE, result=StudyResult(StudyState.PENDING, pending=1))
    model = ModelIdentity("1.2", "lung 0.9", "balanced", 0.5)
    prior = PriorStudy(unscored, OtherResult(model, StudyState.FLAGGED, 0.7))
    assert "Score" not in comparison_text(NOW, prior, 1, 1)
    (caution,) = comparison_cautions(NOW, prior, "lung 1")
    assert "lung 0.9 (0.70, flagged)" in caution
    assert "not by lung 1" in caution


def test_where_scores_are_withheld_the_flags_are_compared() -> None:
    now, before = (
        replace(one, result=replace(one.result, probability=None)) for one in (NOW, BEFORE)
    )
    text = comparison_text(now, PriorStudy(before), 1, 1)
    assert text.endswith("not flagged then, flagged now")
    assert comparison_cautions(now, PriorStudy(before), "m") == ()


def test_a_prior_without_a_score_says_so() -> None:
    pending = replace(BEFORE, result=StudyResult(StudyState.PENDING, pending=1))
    assert comparison_cautions(NOW, PriorStudy(pending), "m") == (
        "The prior has no result by this model.",
    )
    unprocessed = PriorStudy(row(None, on=date(2023, 1, 2)))
    assert comparison_cautions(NOW, unprocessed, "m") == ("The prior was not processed.",)


def test_a_score_as_a_child_is_not_compared_with_one_as_an_adult() -> None:
    now, before = (
        replace(one, result=replace(one.result, population=name, operating_point=f"{name}: high"))
        for one, name in ((NOW, "adults"), (BEFORE, "children"))
    )
    text = comparison_text(now, PriorStudy(before), 1, 1)
    assert text.endswith("Score 0.12 then (not flagged), 0.81 now (flagged)")
    assert comparison_cautions(now, PriorStudy(before), "m") == (
        "Read as children then and as adults now, by different parts of the model; the scores "
        "cannot be compared.",
    )


def test_other_operating_points_and_doubts_of_identity_are_told() -> None:
    before = row(0.12, on=date(2023, 1, 2), point="sensitive")
    doubts = (IdentityDoubt.NAME_DIFFERS, IdentityDoubt.SEX_DIFFERS)
    cautions = comparison_cautions(NOW, PriorStudy(before, None, doubts), "m")
    assert cautions == (
        "The patient's name differs; check the identity.",
        "The patient's sex differs; check the identity.",
        "Flagged at different operating points: sensitive then, balanced now.",
    )
