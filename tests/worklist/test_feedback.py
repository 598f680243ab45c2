"""What readers say of results: kept with the result it was said of, replaced, taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.worklist.made import MODEL, OTHER_MODEL, Clock, make_facts, scored
from triage_app.triage.study import StudyState
from triage_app.worklist.records import EventKind, Verdict
from triage_app.worklist.store import WorklistStore

STUDY = "1.2.3"
UID = MODEL.device_uid


@pytest.fixture
def scored_store(store: WorklistStore) -> WorklistStore:
    store.record(
        make_facts(study=STUDY, on=date(2026, 2, 1), station="ROOM3"), scored(0.8), MODEL, 0.1
    )
    return store


def history(store: WorklistStore) -> list[str]:
    events = store.list_events(STUDY)
    return [event.detail for event in events if event.kind is EventKind.FEEDBACK]


def test_a_verdict_is_kept_with_the_result_it_is_of(
    scored_store: WorklistStore, clock: Clock
) -> None:
    book = scored_store.feedback
    book.give(STUDY, UID, "Dr. Lee", Verdict.DISAGREE, reason="artefact", note="a button")
    found = book.find(STUDY, UID, "Dr. Lee")
    assert found is not None
    assert (found.verdict, found.reason, found.note) == (Verdict.DISAGREE, "artefact", "a button")
    assert (found.state, found.probability) == (StudyState.FLAGGED, 0.8)
    assert (found.operating_point, found.reader) == ("balanced", "Dr. Lee")
    assert found.at == clock.moment


def test_the_note_stands_in_no_history(scored_store: WorklistStore) -> None:
    scored_store.feedback.give(STUDY, UID, "Dr. Lee", Verdict.AGREE, note="as Mrs. Probe said")
    assert history(scored_store) == [
        "lung 1.0: agree with flagged at operating point balanced",
    ]


def test_each_reader_has_one_verdict_and_a_new_one_replaces_it(
    scored_store: WorklistStore, clock: Clock
) -> None:
    book = scored_store.feedback
    book.give(STUDY, UID, "Dr. Lee", Verdict.AGREE)
    clock.moment += timedelta(minutes=1)
    book.give(STUDY, UID, "Dr. Nye", Verdict.UNSURE)
    clock.moment += timedelta(minutes=1)
    book.give(STUDY, UID, "Dr. Lee", Verdict.DISAGREE)
    said = [(each.reader, each.verdict) for each in book.list_of_study(STUDY, UID)]
    assert said == [("Dr. Lee", Verdict.DISAGREE), ("Dr. Nye", Verdict.UNSURE)]
    assert len(history(scored_store)) == 3


def test_what_was_said_before_can_be_put_back(scored_store: WorklistStore) -> None:
    book = scored_store.feedback
    book.give(STUDY, UID, "Dr. Lee", Verdict.AGREE, note="first")
    before = book.find(STUDY, UID, "Dr. Lee")
    book.give(STUDY, UID, "Dr. Lee", Verdict.DISAGREE)
    book.restore(STUDY, UID, "Dr. Lee", before)
    assert book.find(STUDY, UID, "Dr. Lee") == before
    book.restore(STUDY, UID, "Dr. Lee", None)
    assert book.find(STUDY, UID, "Dr. Lee") is None
    assert history(scored_store)[-1] == "lung 1.0: agree taken back"
    book.restore(STUDY, UID, "Dr. Lee", None)
    assert len(history(scored_store)) == 4


def test_models_are_judged_apart(scored_store: WorklistStore) -> None:
    scored_store.feedback.give(STUDY, UID, "Dr. Lee", Verdict.AGREE)
    assert scored_store.feedback.find(STUDY, OTHER_MODEL.device_uid, "Dr. Lee") is None


@pytest.mark.parametrize(("study", "model"), [("other", UID), (STUDY, "1.9")])
def test_only_a_result_can_be_judged(scored_store: WorklistStore, study: str, model: str) -> None:
    with pytest.raises(ValueError, match="expected a study with a result"):
        scored_store.feedback.give(study, model, "Dr. Lee", Verdict.AGREE)
    with pytest.raises(ValueError, match="expected a study with a result"):
        scored_store.feedback.restore(study, model, "Dr. Lee", None)


def test_a_study_that_somebody_judged_outlives_its_files(scored_store: WorklistStore) -> None:
    scored_store.feedback.give(STUDY, UID, "Dr. Lee", Verdict.AGREE)
    # the instance turns out to belong to another study
    moved = make_facts(study="9.9", path=f"/images/{STUDY}/1.dcm")
    again = make_facts(study=STUDY)
    scored_store.record(again, scored(0.8), MODEL, 0.1)
    scored_store.record(moved, scored(0.8), MODEL, 0.1)
    assert scored_store.find_study(STUDY, UID) is not None


def test_results_are_read_with_their_newest_verdict(
    scored_store: WorklistStore, clock: Clock
) -> None:
    book = scored_store.feedback
    book.give(STUDY, UID, "Dr. Lee", Verdict.AGREE)
    clock.moment += timedelta(minutes=1)
    book.give(STUDY, UID, "Dr. Nye", Verdict.DISAGREE)
    (result,) = book.read_results()
    assert result.verdict is Verdict.DISAGREE
    assert (result.model_title, result.scanner) == ("lung 1.0", "ROOM3")
    assert (result.state, result.probability) == (StudyState.FLAGGED, 0.8)
    assert result.moment.date() == date(2026, 2, 1)


def test_a_verdict_of_another_result_is_not_counted(scored_store: WorklistStore) -> None:
    scored_store.feedback.give(STUDY, UID, "Dr. Lee", Verdict.AGREE)
    scored_store.record(make_facts(study=STUDY, on=date(2026, 2, 1)), scored(0.1), MODEL, 0.1)
    (result,) = scored_store.feedback.read_results()
    assert result.state is StudyState.NOT_FLAGGED
    assert result.verdict is None
