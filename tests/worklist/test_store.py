"""What goes into the worklist comes out of it: now, and after it was closed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import literal_column, select

from tests.waiting import wait_until
from tests.worklist.conftest import Clock
from tests.worklist.made import (
    MODEL,
    OTHER_MODEL,
    assert_results_are_those_of_the_outcomes,
    excluded,
    failed,
    make_facts,
    scored,
)
from triage_app.errors import FailureReason, StoreUnavailableError
from triage_app.imaging.eligibility import ExclusionReason
from triage_app.triage.priority import Tier
from triage_app.triage.study import StudyState
from triage_app.worklist.records import (
    EventKind,
    ReadingStatus,
    StudyFilter,
    StudyQuery,
    StudyRow,
)
from triage_app.worklist.schema import outcomes
from triage_app.worklist.store import WorklistStore

STUDY = "1.2.3"
UID = MODEL.device_uid
DUPLICATE = excluded(ExclusionReason.DUPLICATE)


def row_of(store: WorklistStore, study_key: str = STUDY, model: str = UID) -> StudyRow:
    row = store.find_study(study_key, model)
    assert row is not None
    return row


class TestReopening:
    def test_shows_what_was_there(self, database: Path | str, clock: Clock) -> None:
        facts = make_facts(name="Müller, Anna", patient_id="7", on=date(2026, 2, 1), at=time(9, 5))
        with WorklistStore.open(database, now=clock) as store:
            key = store.record(facts, scored(0.9), MODEL, 0.25)
            store.set_reading_status(key, ReadingStatus.REVIEWED, "Dr. Lee")
            before = (
                store.list_studies(StudyQuery(UID)),
                store.list_instances(key, UID),
                store.list_events(key),
                store.list_models(),
            )
        with WorklistStore.open(database, now=clock) as store:
            after = (
                store.list_studies(StudyQuery(UID)),
                store.list_instances(key, UID),
                store.list_events(key),
                store.list_models(),
            )
        assert before == after
        assert before[0][0].patient == facts.patient
        assert before[0][0].reading_status is ReadingStatus.REVIEWED

    def test_every_connection_flushes_what_it_commits(self, sqlite_file: Path) -> None:
        full = 2  # NORMAL, 1, leaves a committed transaction in memory where there is a log
        with WorklistStore.open(sqlite_file) as store:
            for transaction in (store._reading, store._writing):
                with transaction() as connection:
                    pragma = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
                    assert pragma == full

    def test_does_not_touch_an_up_to_date_database(self, sqlite_file: Path) -> None:
        with WorklistStore.open(sqlite_file) as store:
            store.record(make_facts(), scored(0.9), MODEL, 0.1)
        before = sqlite_file.read_bytes()
        with WorklistStore.open(sqlite_file) as store:
            store.list_studies(StudyQuery(UID))
        assert sqlite_file.read_bytes() == before

    @pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
    def test_files_and_new_folders_are_their_owners_only(self, tmp_path: Path) -> None:
        database = tmp_path / "new" / "folder" / "worklist.sqlite"
        with WorklistStore.open(database) as store:
            store.record(make_facts(), scored(0.9), MODEL, 0.1)
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in database.parent.iterdir()}
        assert modes[database.name] == 0o600
        assert set(modes.values()) == {0o600}
        assert len(modes) == 3  # with the write-ahead log and its index
        for folder in (database.parent, database.parent.parent):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_a_closed_store_says_so(self, database: Path | str) -> None:
        store = WorklistStore.open(database)
        store.close()
        store.close()
        with pytest.raises(StoreUnavailableError, match="closed"):
            store.list_models()
        with pytest.raises(StoreUnavailableError, match="closed"):
            store.change_token()
        with pytest.raises(StoreUnavailableError, match="closed"):
            store.record(make_facts(), failed(), MODEL, 0.1)


class TestTheSameAgain:
    def test_changes_nothing(self, store: WorklistStore) -> None:
        items = [
            (make_facts("1"), scored(0.7), MODEL, 0.1),
            (make_facts("2"), excluded(), MODEL, 0.1),
            (make_facts("", study="", path="/images/notes.txt"), failed(), MODEL, 0.1),
        ]
        keys = store.record_many(items)
        once = store.list_studies(StudyQuery(UID)), [store.list_events(key) for key in keys]
        assert store.record_many(items) == keys
        assert [store.record(*item) for item in items] == keys
        again = store.list_studies(StudyQuery(UID)), [store.list_events(key) for key in keys]
        assert once == again

    def test_from_another_place_is_the_same_instance(self, store: WorklistStore) -> None:
        store.record(make_facts(path="/old/1.dcm"), scored(0.7), MODEL, 0.1)
        store.record(make_facts(path="/new/1.dcm"), scored(0.7), MODEL, 0.1)
        [instance] = store.list_instances(STUDY, UID)
        assert instance.facts.path == "/new/1.dcm"
        assert store.known_paths(UID) == {"/old/1.dcm", "/new/1.dcm"}

    def test_with_another_outcome_replaces_the_first(self, store: WorklistStore) -> None:
        store.record(make_facts(), failed(), MODEL, 0.1)
        assert row_of(store).tier is Tier.UNKNOWN
        store.record(make_facts(), scored(0.7), MODEL, 0.1)
        row = row_of(store)
        assert (row.images, row.result.failed, row.result.scored) == (1, 0, 1)
        assert row.tier is Tier.FLAGGED


class TestModels:
    def test_results_of_two_stand_beside_each_other(self, store: WorklistStore) -> None:
        store.record(make_facts(), scored(0.4), MODEL, 0.1)
        store.record(make_facts(), scored(0.4, OTHER_MODEL), OTHER_MODEL, 0.1)
        assert row_of(store).result.state is StudyState.NOT_FLAGGED
        assert row_of(store, model=OTHER_MODEL.device_uid).result.state is StudyState.FLAGGED
        assert store.list_models() == [MODEL, OTHER_MODEL]

    def test_a_study_waits_for_a_model_that_has_not_seen_it(self, store: WorklistStore) -> None:
        for sop in "12":
            store.record(make_facts(sop), scored(0.9), MODEL, 0.1)
        unknown = row_of(store, model="1.9")
        store.record(make_facts(study="1.5"), scored(0.9), OTHER_MODEL, 0.1)
        known = row_of(store, model=OTHER_MODEL.device_uid)
        for row in (unknown, known):
            assert row.result.state is StudyState.PENDING
            assert row.result.pending == 2
            assert row.tier is Tier.UNKNOWN
        assert row_of(store, "1.5").result.state is StudyState.PENDING

    def test_one_more_image_is_awaited_from_the_other_model_too(self, store: WorklistStore) -> None:
        store.record(make_facts("1"), scored(0.1), MODEL, 0.1)
        store.record(make_facts("2"), scored(0.9, OTHER_MODEL), OTHER_MODEL, 0.1)
        result = row_of(store).result
        assert (result.state, result.scored, result.pending) == (StudyState.PENDING, 1, 1)
        instances = store.list_instances(STUDY, UID)
        assert [each.outcome is None for each in instances] == [False, True]
        assert instances[1].seconds is None

    def test_a_model_of_several_populations_has_an_operating_point_for_each(
        self, store: WorklistStore
    ) -> None:
        model = replace(
            MODEL, operating_point="children: balanced", further_points=(("adults: balanced", 0.7),)
        )
        child = replace(scored(0.6, model), population="children")
        adult = replace(
            scored(0.6, model),
            is_flagged=False,
            operating_point="adults: balanced",
            population="adults",
        )
        store.record(make_facts("1", "1.1", age=3), child, model, 0.1)
        store.record(make_facts("1", "1.2", age=40), adult, model, 0.1)
        store.record(make_facts("2", "1.2", age=40), excluded(), model, 0.1)
        found = {key: row_of(store, key).result for key in ("1.1", "1.2")}
        assert [(r.state, r.population, r.operating_point) for r in found.values()] == [
            (StudyState.FLAGGED, "children", "children: balanced"),
            (StudyState.NOT_FLAGGED, "adults", "adults: balanced"),
        ]
        assert store.list_instances("1.2", UID)[0].outcome == adult
        paths = {make_facts(*pair).path for pair in (("1", "1.1"), ("1", "1.2"), ("2", "1.2"))}
        assert store.known_paths(UID, model.thresholds) == paths
        assert make_facts("1", "1.1").path not in store.known_paths(UID, ["adults: balanced"])
        statement = select(outcomes.c.population, outcomes.c.threshold).order_by(
            literal_column("1")
        )
        with store._reading() as connection:
            rows = [tuple(row) for row in connection.execute(statement)]
        assert rows == [("", 0.5), ("adults", 0.7), ("children", 0.5)]

    def test_another_operating_point_of_the_same_model(self, store: WorklistStore) -> None:
        path = make_facts().path
        store.record(make_facts(), scored(0.4), MODEL, 0.1)
        assert store.was_assessed(path, UID)
        assert store.was_assessed(path, UID, ["balanced"])
        assert not store.was_assessed(path, UID, ["sensitive"])
        at_other_point = replace(MODEL, operating_point="sensitive", threshold=0.3)
        store.record(make_facts(), scored(0.4, at_other_point), at_other_point, 0.1)
        assert row_of(store).result.operating_point == "sensitive"
        assert row_of(store).result.state is StudyState.FLAGGED
        assert store.list_models() == [at_other_point]


class TestStudyFacts:
    def test_newest_wins_and_absent_corrects_nothing(self, store: WorklistStore) -> None:
        store.record(
            make_facts("1", name="Doe, J", patient_id="7", on=date(2026, 1, 2), description="AP"),
            scored(0.1),
            MODEL,
            0.1,
        )
        store.record(make_facts("2", name="Doe, Jane"), scored(0.1), MODEL, 0.1)
        row = row_of(store)
        assert row.patient.name == "Doe, Jane"
        assert row.patient.patient_id == "7"
        assert row.study.study_date == date(2026, 1, 2)
        assert row.study.study_description == "AP"
        assert store.count_studies(StudyQuery(UID, text="jane ap")) == 1
        # each instance keeps what stands in its own header
        names = [each.facts.patient.name for each in store.list_instances(STUDY, UID)]
        assert names == ["Doe, J", "Doe, Jane"]

    def test_series_is_that_of_the_driving_instance(self, store: WorklistStore) -> None:
        store.record(make_facts("1", series="1.1", series_number=1), scored(0.6), MODEL, 0.1)
        store.record(make_facts("2", series="1.2", series_number=2), scored(0.8), MODEL, 0.1)
        row = row_of(store)
        assert row.result.driving_sop_instance_uid == "1.2.3.2"
        assert (row.study.series_instance_uid, row.study.series_number) == ("1.2", 2)

    def test_modalities_are_joined(self, store: WorklistStore) -> None:
        for sop, modality in (("1", "DX"), ("2", "CR"), ("3", "DX"), ("4", "")):
            store.record(make_facts(sop, modality=modality), scored(0.6), MODEL, 0.1)
        assert row_of(store).modality == "CR/DX"
        assert row_of(store).images == 4

    def test_received_is_when_the_first_came(self, store: WorklistStore, clock: Clock) -> None:
        first = clock.moment
        store.record(make_facts("1"), scored(0.6), MODEL, 0.1)
        clock.moment += timedelta(hours=3)
        store.record(make_facts("2"), scored(0.6), MODEL, 0.1)
        assert row_of(store).received == first
        assert row_of(store).received.tzinfo is UTC


class TestFilesWithoutAStudy:
    @pytest.mark.parametrize(
        ("path", "key"),
        [
            ("/images/a/notes.txt", "folder:/images/a"),
            ("notes.txt", "folder:."),
            ("/images/night.zip!/ct/1.dcm", "folder:/images/night.zip!/ct"),
            ("/images/night.zip!/1.dcm", "folder:/images/night.zip"),
            ("/images/M\udcfcller/1.dcm", "folder:/images/M\udcfcller"),
        ],
    )
    def test_are_gathered_by_folder(self, store: WorklistStore, path: str, key: str) -> None:
        facts = make_facts("", study="", path=path)
        assert store.record(facts, failed(), MODEL, 0.1) == key
        row = row_of(store, key)
        assert row.result.state is StudyState.NOT_PROCESSED
        assert row.study.study_instance_uid == ""
        assert [each.facts.path for each in store.list_instances(key, UID)] == [path]
        assert store.was_assessed(path, UID) is False

    def test_lend_the_folder_no_patient(self, store: WorklistStore) -> None:
        facts = make_facts("1", study="", path="/a/1.dcm", name="Doe, Jane", description="Chest")
        key = store.record(facts, scored(0.9), MODEL, 0.1)
        assert row_of(store, key).patient.name == ""
        assert row_of(store, key).tier is Tier.FLAGGED
        assert store.list_instances(key, UID)[0].facts == facts

    def test_move_to_their_study_once_they_can_be_read(self, store: WorklistStore) -> None:
        path = "/a/1.dcm"
        unread = make_facts("", study="", path=path)
        folder = store.record(unread, failed(FailureReason.UNREADABLE), MODEL, 0.1)
        store.record(make_facts(path=path), scored(0.9), MODEL, 0.1)
        assert store.find_study(folder, UID) is None
        assert [row.study_key for row in store.list_studies(StudyQuery(UID))] == [STUDY]
        assert store.count_by_filter(UID)[StudyFilter.ALL] == 1

    def test_a_folder_that_a_person_marked_stays(self, store: WorklistStore) -> None:
        folder = store.record(make_facts("", study="", path="/a/1.dcm"), failed(), MODEL, 0.1)
        store.set_reading_status(folder, ReadingStatus.REVIEWED, "Dr. Lee")
        store.record(make_facts(path="/a/1.dcm"), scored(0.9), MODEL, 0.1)
        assert row_of(store, folder).images == 0
        assert row_of(store, folder).reading_status is ReadingStatus.REVIEWED


class TestOneFileOneOutcome:
    def test_duplicates_are_kept_by_path_and_are_no_images(self, store: WorklistStore) -> None:
        store.record(make_facts(path="/a/1.dcm"), scored(0.9), MODEL, 0.1)
        store.record(make_facts(path="/a/copy.dcm"), DUPLICATE, MODEL, 0.1)
        store.record(make_facts(path="/a/copy 2.dcm"), DUPLICATE, MODEL, 0.1)
        row = row_of(store)
        assert row.images == 1
        assert row.result.reasons == ("duplicate x 2",)
        assert len(store.list_instances(STUDY, UID)) == 3
        # nobody waits for a copy: neither a model that has seen nothing, nor one that saw the first
        assert row_of(store, model="1.9").result.pending == 1
        original = make_facts(path="/a/1.dcm")
        store.record(original, scored(0.1, OTHER_MODEL), OTHER_MODEL, 0.1)
        assert row_of(store, model=OTHER_MODEL.device_uid).result.state is StudyState.NOT_FLAGGED

    def test_scanning_copies_in_another_order_doubles_nothing(self, store: WorklistStore) -> None:
        first, second = make_facts(path="/a/1.dcm"), make_facts(path="/a/2.dcm")
        store.record_many([(first, scored(0.9), MODEL, 0.1), (second, DUPLICATE, MODEL, 0.1)])
        store.record_many([(second, scored(0.9), MODEL, 0.1), (first, DUPLICATE, MODEL, 0.1)])
        by_path = {
            each.facts.path: each.outcome and each.outcome.status
            for each in store.list_instances(STUDY, UID)
        }
        assert by_path == {"/a/2.dcm": "scored", "/a/1.dcm": "excluded"}
        assert len(store.list_instances(STUDY, UID)) == 2

    def test_an_overwritten_file_is_not_shown_under_the_old_result(
        self, store: WorklistStore
    ) -> None:
        store.record(make_facts("1", path="/a/1.dcm"), scored(0.9), MODEL, 0.1)
        store.record(make_facts("2", study="1.7", path="/a/1.dcm"), scored(0.1), MODEL, 0.1)
        [old] = store.list_instances(STUDY, UID)
        assert old.facts.path == ""
        assert row_of(store).result.state is StudyState.FLAGGED
        assert store.list_instances("1.7", UID)[0].facts.path == "/a/1.dcm"

    def test_an_instance_with_a_copy_goes_on_with_the_copy(self, store: WorklistStore) -> None:
        store.record(make_facts("1", path="/b/1.dcm"), scored(0.9), MODEL, 0.1)
        store.record(make_facts("1", path="/a/1.dcm"), scored(0.9), MODEL, 0.1)
        store.record(make_facts("2", path="/a/1.dcm"), scored(0.1), MODEL, 0.1)
        paths = {e.facts.sop_instance_uid: e.facts.path for e in store.list_instances(STUDY, UID)}
        assert paths == {"1.2.3.1": "/b/1.dcm", "1.2.3.2": "/a/1.dcm"}

    def test_a_file_that_cannot_be_read_today_stays_its_instances(
        self, store: WorklistStore
    ) -> None:
        path = "/share/1.dcm"
        store.record(make_facts(path=path), scored(0.9), MODEL, 0.1)
        store.record(make_facts("", study="", path=path), failed(), MODEL, 0.1)
        assert store.list_instances(STUDY, UID)[0].facts.path == path
        assert not store.was_assessed(path, UID)
        store.record(make_facts(path=path), scored(0.9), MODEL, 0.1)
        assert store.was_assessed(path, UID)
        assert store.count_studies(StudyQuery(UID)) == 1

    def test_an_instance_moves_with_a_corrected_study_uid(self, store: WorklistStore) -> None:
        store.record(make_facts("1"), scored(0.9), MODEL, 0.1)
        store.record(make_facts("2"), scored(0.2), MODEL, 0.1)
        moved = replace(make_facts("1", study="1.7"), sop_instance_uid="1.2.3.1")
        store.record(moved, scored(0.9), MODEL, 0.1)
        assert row_of(store).result.state is StudyState.NOT_FLAGGED
        assert row_of(store, "1.7").result.state is StudyState.FLAGGED
        assert_results_are_those_of_the_outcomes(store)


class TestAssessedPaths:
    def test_failed_files_are_tried_again(self, store: WorklistStore) -> None:
        outcomes = {"1": scored(0.9), "2": excluded(), "3": failed()}
        for sop, outcome in outcomes.items():
            store.record(make_facts(sop), outcome, MODEL, 0.1)
        paths = {sop: make_facts(sop).path for sop in outcomes}
        assert store.known_paths(UID) == {paths["1"], paths["2"]}
        assert store.known_paths(UID, ["sensitive"]) == {paths["2"]}
        assert store.known_paths(OTHER_MODEL.device_uid) == set()
        assert [store.was_assessed(path, UID) for path in paths.values()] == [True, True, False]


class TestHistory:
    def test_received_once_and_an_outcome_when_it_changes(
        self, store: WorklistStore, clock: Clock
    ) -> None:
        store.record(make_facts("1"), scored(0.2), MODEL, 0.1)
        store.record(make_facts("2"), scored(0.1), MODEL, 0.1)  # drives nothing
        clock.moment += timedelta(minutes=1)
        store.record(make_facts("3", name="Doe, Jane"), scored(0.9), MODEL, 0.1)
        store.set_reading_status(STUDY, ReadingStatus.IN_PROGRESS, "Dr. Lee")
        store.set_reading_status(STUDY, ReadingStatus.IN_PROGRESS, "Dr. Lee")
        history = store.list_events(STUDY)
        assert [(event.kind, event.actor, event.detail) for event in history] == [
            (EventKind.RECEIVED, "program", ""),
            (
                EventKind.OUTCOME,
                "program",
                "lung 1.0: not flagged, 0.200 at operating point balanced",
            ),
            (EventKind.OUTCOME, "program", "lung 1.0: flagged, 0.900 at operating point balanced"),
            (EventKind.READING_STATUS, "Dr. Lee", "unread -> in progress"),
        ]
        assert history[0].at == datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
        assert history[-1].at == clock.moment

    def test_of_an_unknown_study(self, store: WorklistStore) -> None:
        assert store.list_events("1.9") == []
        assert store.list_instances("1.9", UID) == []
        assert store.find_study("1.9", UID) is None
        with pytest.raises(ValueError, match="expected the key of a study"):
            store.set_reading_status("1.9", ReadingStatus.REVIEWED, "Dr. Lee")


class TestBatches:
    def test_a_batch_is_kept_whole_or_not_at_all(self, store: WorklistStore) -> None:
        nonsense = replace(scored(0.9), probability=float("nan"))
        with pytest.raises(ValueError, match="expected a probability"):
            store.record_many(
                [
                    (make_facts("1"), scored(0.9), MODEL, 0.1),
                    (make_facts("2"), nonsense, MODEL, 0.1),
                ]
            )
        assert store.count_studies(StudyQuery(UID)) == 0
        assert store.list_models() == []

    def test_a_heatmap_has_two_dimensions(self, store: WorklistStore) -> None:
        flat = replace(scored(0.9), heatmap=np.zeros(49, np.float32))
        with pytest.raises(ValueError, match="expected a heatmap of shape"):
            store.record(make_facts(), flat, MODEL, 0.1)

    def test_an_empty_batch(self, store: WorklistStore) -> None:
        assert store.record_many([]) == []


class TestChangeToken:
    def test_rises_with_every_change_by_whomever(
        self, store: WorklistStore, database: Path | str
    ) -> None:
        def rises_after(act: Callable[[], object]) -> None:
            before = store.change_token()
            act()
            wait_until(lambda: store.change_token() > before, "the notice of a change")

        rises_after(lambda: store.record(make_facts(), scored(0.9), MODEL, 0.1))
        rises_after(lambda: store.set_reading_status(STUDY, ReadingStatus.REVIEWED, "Dr. Lee"))
        with WorklistStore.open(database) as other:
            rises_after(lambda: other.record(make_facts("2"), scored(0.9), MODEL, 0.1))

    def test_stays_where_nothing_was_changed(
        self, store: WorklistStore, database: Path | str
    ) -> None:
        store.record(make_facts(), scored(0.9), MODEL, 0.1)
        with WorklistStore.open(database) as other:
            before = other.change_token()
            for each in (store, other):
                each.list_studies(StudyQuery(UID))
                assert each.arrivals.claim("me", 60.0) is None
            assert other.change_token() == before
