"""The worklist in every order, under every filter, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, product

import pytest

from tests.worklist.made import MODEL, OTHER_MODEL, Clock, excluded, failed, make_facts, scored
from triage_app.triage.outcome import Outcome
from triage_app.triage.priority import PriorityRule
from triage_app.worklist import listing
from triage_app.worklist.records import (
    ReadingStatus,
    SortKey,
    StudyFilter,
    StudyOrder,
    StudyQuery,
    StudyRow,
)
from triage_app.worklist.store import WorklistStore

UID = MODEL.device_uid


def keys(store: WorklistStore, **query: object) -> list[str]:
    rows = store.list_studies(StudyQuery(**{"model_device_uid": UID, **query}))  # type: ignore[arg-type] # as in StudyQuery
    return [row.study_key for row in rows]


def record(
    store: WorklistStore, study: str, outcome: Outcome, sop: str = "1", **facts: object
) -> None:
    store.record(make_facts(sop, study, **facts), outcome, MODEL, 0.1)  # type: ignore[arg-type] # as in make_facts


class TestPriority:
    def test_is_by_tier_then_the_oldest(self, store: WorklistStore) -> None:
        for study, outcome, day in (
            ("not a case", excluded(), 1),
            ("not flagged, old", scored(0.1), 1),
            ("not flagged, new", scored(0.2), 5),
            ("failed", failed(), 3),
            ("flagged, new", scored(0.9), 5),
            ("flagged, old", scored(0.6), 2),
        ):
            record(store, study, outcome, on=date(2026, 1, day))
        expected = [
            "flagged, old",
            "flagged, new",
            "failed",
            "not flagged, old",
            "not flagged, new",
            "not a case",
        ]
        assert keys(store) == expected
        assert keys(store, is_descending=True) == expected[::-1]

    def test_takes_time_into_account_and_an_absent_time_as_early(
        self, store: WorklistStore
    ) -> None:
        on = date(2026, 1, 1)
        record(store, "late", scored(0.9), on=on, at=time(22, 0))
        record(store, "early", scored(0.9), on=on, at=time(6, 0))
        record(store, "no time", scored(0.9), on=on)
        record(store, "day before", scored(0.9), on=date(2025, 12, 31), at=time(23, 59))
        assert keys(store) == ["day before", "no time", "early", "late"]

    def test_takes_the_arrival_where_the_date_is_absent(
        self, store: WorklistStore, clock: Clock
    ) -> None:
        clock.moment = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
        record(store, "arrived on the 10th", scored(0.9))
        record(store, "of the 1st", scored(0.9), on=date(2026, 1, 1))
        record(store, "of the 20th", scored(0.9), on=date(2026, 1, 20))
        assert keys(store) == ["of the 1st", "arrived on the 10th", "of the 20th"]

    def test_follows_a_corrected_date(self, store: WorklistStore) -> None:
        record(store, "a", scored(0.9), on=date(2026, 1, 1))
        record(store, "b", scored(0.9), on=date(2026, 1, 2))
        record(store, "a", scored(0.9), on=date(2026, 1, 3))
        assert keys(store) == ["b", "a"]

    def test_of_a_model_that_has_seen_nothing_is_the_oldest(self, store: WorklistStore) -> None:
        for study, probability, day in (("b", 0.9, 2), ("a", 0.1, 1), ("c", 0.9, 3)):
            record(store, study, scored(probability), on=date(2026, 1, day))
        unseen = {"model_device_uid": "1.9"}
        assert keys(store, **unseen) == ["a", "b", "c"]
        assert keys(store, **unseen, is_descending=True) == ["c", "b", "a"]
        assert keys(store, **unseen, order=StudyOrder.PROBABILITY) == ["a", "b", "c"]
        assert keys(store, **unseen, filter=StudyFilter.FLAGGED) == []
        # and stays so when the model becomes known by one other study
        store.record(make_facts(study="d"), scored(0.9, OTHER_MODEL), OTHER_MODEL, 0.1)
        assert keys(store, model_device_uid=OTHER_MODEL.device_uid) == ["d", "a", "b", "c"]


ORDERED = {
    StudyOrder.PROBABILITY: (["c", "b", "a"], ["none"]),
    StudyOrder.PATIENT_NAME: (["a", "b", "c"], ["none"]),
    StudyOrder.PATIENT_ID: (["b", "c", "a"], ["none"]),
    StudyOrder.AGE: (["c", "a", "b"], ["none"]),
    StudyOrder.STUDY_DATE: (["a", "c", "b"], ["none"]),
    StudyOrder.MODALITY: (["b", "a", "c"], ["none"]),
    StudyOrder.DESCRIPTION: (["a", "c", "b"], ["none"]),
    StudyOrder.IMAGES: (["none", "a", "c", "b"], []),
    StudyOrder.READING_STATUS: (["none", "c", "b", "a"], []),
    StudyOrder.RESULT: (["a", "b", "c", "none"], []),
    StudyOrder.ARRIVAL: (["a", "c", "b", "none"], []),
    StudyOrder.ACCESSION: (["c", "b", "a"], ["none"]),
    StudyOrder.READER: (["b", "c", "a"], ["none"]),
}


@pytest.fixture
def varied(store: WorklistStore) -> WorklistStore:
    """Fill a worklist with three studies that differ in all that is sorted by, and a bare one."""
    record(store, "none", excluded(), modality="")
    for sop in ("1", "2", "3"):
        if sop == "1":
            record(
                *(store, "a", scored(0.7), sop),
                name="Älvares",
                patient_id="z3",
                age=40.0,
                modality="CR",
                on=date(2026, 1, 1),
                at=time(7),
                description="abdomen",
                accession="A3",
            )
        if sop <= "2":
            record(
                *(store, "c", scored(0.3), sop),
                name="zoé",
                patient_id="Y2",
                age=4.0,
                modality="DX",
                on=date(2026, 1, 1),
                at=time(9),
                description="Chest",
                accession="a1",
            )
        record(
            *(store, "b", scored(0.5), sop),
            name="Baker",
            patient_id="x1",
            age=104.5,
            modality="AR",
            on=date(2026, 1, 2),
            description="élbow",
            accession="A2",
        )
    # two images of "none" would tie it with "c": it keeps one, and "a" two
    record(store, "a", scored(0.1), sop="2", modality="CR")
    record(store, "c", scored(0.1), sop="3", modality="DX")
    record(store, "b", scored(0.1), sop="4", modality="AR")
    for study, status, reader in (
        ("c", ReadingStatus.IN_PROGRESS, "Dr. Lee"),
        ("b", ReadingStatus.REVIEWED, "dr. Abe"),
        ("a", ReadingStatus.VALIDATED, "Dr. Nye"),
    ):
        store.set_reading_status(study, status, reader)
    return store


class TestOrder:
    def test_covers_every_order(self) -> None:
        others = {StudyOrder.PRIORITY, StudyOrder.WAITING}
        assert set(ORDERED) | others == set(StudyOrder)

    def test_only_what_is_to_be_read_waits(self, varied: WorklistStore) -> None:
        assert keys(varied, order=StudyOrder.WAITING)[:2] == ["c", "none"]
        assert keys(varied, order=StudyOrder.WAITING, is_descending=True)[:2] == ["none", "c"]

    @pytest.mark.parametrize("text", ["", "e"], ids=["all", "searched"])
    def test_a_second_key_decides_where_the_first_is_equal(
        self, store: WorklistStore, text: str
    ) -> None:
        for study, modality, name in (
            *(("1", "CR", "Eve"), ("2", "DX", "Ede"), ("3", "CR", "Ebe"), ("4", "DX", "Eze")),
        ):
            record(store, study, scored(0.5), modality=modality, name=name)
        by_name = SortKey(StudyOrder.PATIENT_NAME, is_descending=True)
        query: dict[str, object] = {"order": StudyOrder.MODALITY, "text": text}
        assert keys(store, **query, then=(SortKey(StudyOrder.PATIENT_NAME),)) == list("3124")
        assert keys(store, **query, then=(by_name,)) == list("1342")
        assert keys(store, **query, then=(by_name,), is_descending=True) == list("4213")

    @pytest.mark.parametrize("order", ORDERED)
    def test_absent_values_stand_last_both_ways(
        self, varied: WorklistStore, order: StudyOrder
    ) -> None:
        present, absent = ORDERED[order]
        assert keys(varied, order=order) == present + absent
        assert keys(varied, order=order, is_descending=True) == present[::-1] + absent

    @pytest.mark.parametrize("order", StudyOrder)
    @pytest.mark.parametrize("is_descending", [False, True], ids=["ascending", "descending"])
    @pytest.mark.parametrize("model", [UID, "1.9"], ids=["known model", "unknown model"])
    def test_pages_repeat_and_leave_out_nothing(
        self, store: WorklistStore, order: StudyOrder, is_descending: bool, model: str
    ) -> None:
        # all alike but for their keys, and half of them without anything to sort by
        for number in range(12):
            facts: dict[str, object] = {"name": "Doe", "patient_id": "7", "age": 3.0}
            record(store, f"1.{number}", scored(0.5), **(facts if number % 2 else {}))
        query: dict[str, object] = {
            "model_device_uid": model,
            "order": order,
            "is_descending": is_descending,
        }
        whole = keys(store, **query)
        assert len(set(whole)) == 12
        paged = [keys(store, **query, offset=offset, limit=5) for offset in (0, 5, 10, 15)]
        assert [len(page) for page in paged] == [5, 5, 2, 0]
        assert list(chain.from_iterable(paged)) == whole
        assert keys(store, **query, offset=7) == whole[7:]

    def test_ties_are_broken_by_key_whatever_came_first(self, store: WorklistStore) -> None:
        for study in ("1.3", "1.1", "1.2"):
            record(store, study, scored(0.5), name="Doe", on=date(2026, 1, 1))
        for order in StudyOrder:
            assert keys(store, order=order) == ["1.1", "1.2", "1.3"]

    @pytest.mark.parametrize(("offset", "limit"), [(-1, None), (0, -1)])
    def test_a_page_begins_at_zero(
        self, store: WorklistStore, offset: int, limit: int | None
    ) -> None:
        with pytest.raises(ValueError, match="expected an offset and a limit"):
            store.list_studies(StudyQuery(UID, offset=offset, limit=limit))


class TestFilters:
    @pytest.fixture
    def mixed(self, store: WorklistStore) -> WorklistStore:
        record(store, "flagged", scored(0.9), name="Doe")
        record(store, "flagged and failed", failed(), sop="1", name="Roe")
        record(store, "flagged and failed", scored(0.9), sop="2")
        record(store, "not flagged", scored(0.1), name="Doe")
        record(store, "failed", failed(), name="Doe")
        record(store, "excluded", excluded(), name="Roe")
        store.set_reading_status("flagged", ReadingStatus.REVIEWED, "Dr. Lee")
        return store

    @pytest.mark.parametrize(
        ("tab", "expected"),
        [
            (StudyFilter.ALL, "flagged|flagged and failed|not flagged|failed|excluded"),
            (StudyFilter.UNREAD, "flagged and failed|not flagged|failed|excluded"),
            (StudyFilter.FLAGGED, "flagged|flagged and failed"),
            (StudyFilter.NOT_PROCESSED, "failed|excluded"),
        ],
    )
    @pytest.mark.parametrize("order", [StudyOrder.PRIORITY, StudyOrder.PATIENT_NAME])
    def test_show_and_count_the_same(
        self, mixed: WorklistStore, tab: StudyFilter, expected: str, order: StudyOrder
    ) -> None:
        query = StudyQuery(UID, tab, order=order)
        assert {row.study_key for row in mixed.list_studies(query)} == set(expected.split("|"))
        assert mixed.count_studies(query) == len(expected.split("|"))

    @pytest.mark.parametrize("text", ["", "doe", "nobody"])
    @pytest.mark.parametrize("model", [UID, "1.9"], ids=["known model", "unknown model"])
    def test_counts_are_those_of_the_lists(
        self, mixed: WorklistStore, text: str, model: str
    ) -> None:
        counts = mixed.count_by_filter(model, text)
        assert set(counts) == set(StudyFilter)
        for tab, count in counts.items():
            query = StudyQuery(model, tab, text)
            assert count == len(mixed.list_studies(query)) == mixed.count_studies(query)

    def test_an_empty_worklist(self, store: WorklistStore) -> None:
        assert store.list_studies(StudyQuery(UID)) == []
        for text in ("", "doe"):
            assert store.count_by_filter(UID, text) == dict.fromkeys(StudyFilter, 0)


class TestText:
    @pytest.fixture
    def people(self, store: WorklistStore) -> WorklistStore:
        people: Iterable[tuple[str, dict[str, object]]] = (
            ("müller", {"name": "Müller, Anna", "patient_id": "A_1", "description": "Thorax pa"}),
            ("yamada", {"name": "山田, 太郎", "patient_id": "A11", "description": "胸部"}),
            ("odd", {"name": "100% O\\Neil", "accession": "ACC-7"}),
            ("nameless", {"description": "THORAX liegend"}),
        )
        for study, facts in people:
            record(store, study, scored(0.5), **facts)
        return store

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("muller", {"müller"}),
            ("MÜLLER anna", {"müller"}),
            ("anna thorax", {"müller"}),
            ("thorax", {"müller", "nameless"}),
            ("anna liegend", set()),
            ("太郎", {"yamada"}),
            ("山田 胸部", {"yamada"}),
            ("acc-7", {"odd"}),
            ("a_1", {"müller"}),
            ("_", {"müller"}),
            ("%", {"odd"}),
            ("100%", {"odd"}),
            ("%o", set()),
            ("\\", {"müller", "yamada", "odd", "nameless"}),  # separates, as in a header
            ("", {"müller", "yamada", "odd", "nameless"}),
            ("'; DROP TABLE studies; --", set()),
        ],
    )
    def test_every_word_must_be_found(
        self, people: WorklistStore, text: str, expected: set[str]
    ) -> None:
        assert set(keys(people, text=text)) == expected
        assert set(keys(people, text=text, order=StudyOrder.PATIENT_NAME)) == expected
        assert people.count_studies(StudyQuery(UID, text=text)) == len(expected)

    @pytest.mark.parametrize(
        ("kept", "text", "expected"),
        [
            ("thorax", "", {"müller", "nameless"}),
            ("thorax", "Müller", {"müller"}),
            ("thorax", "acc-7", set()),
        ],
    )
    def test_a_kept_text_is_sought_beside_what_is_typed(
        self, people: WorklistStore, kept: str, text: str, expected: set[str]
    ) -> None:
        for order in (StudyOrder.PRIORITY, StudyOrder.PATIENT_NAME):
            assert set(keys(people, kept_text=kept, text=text, order=order)) == expected
        query = StudyQuery(UID, kept_text=kept, text=text)
        assert people.count_studies(query) == len(expected)

    def test_follows_a_corrected_name(self, people: WorklistStore) -> None:
        record(people, "müller", scored(0.5), name="Maier, Anna")
        assert keys(people, text="muller") == []
        assert keys(people, text="maier a_1") == ["müller"]


class TestInstances:
    def test_stand_by_series_number_instance_number_and_path(self, store: WorklistStore) -> None:
        for name, series_number, instance_number in (
            ("6", None, None),
            ("5", None, 1),
            ("4", 10, None),
            ("3", 2, 10),
            ("2", 2, 9),
            ("1", 2, 9),
            ("0", 1, 99),
        ):
            record(
                *(store, "1.2", scored(0.5), name),
                series=f"1.2.{series_number}",
                path=f"/a/{name}",
                series_number=series_number,
                instance_number=instance_number,
            )
        paths = [each.facts.path for each in store.list_instances("1.2", UID)]
        assert paths == [f"/a/{number}" for number in range(7)]


def test_more_studies_than_are_fetched_at_a_time(
    store: WorklistStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_CHUNK", 50)
    studies = 120  # a server is asked some ten times for each, which takes long on a busy machine
    store.record_many(
        (
            make_facts(study=f"1.{n}", name=f"Name {n % 97:02}", on=date(2020, 1, 1 + n % 28)),
            scored(n / studies),
            MODEL,
            0.1,
        )
        for n in range(studies)
    )
    rows = store.list_studies(StudyQuery(UID, limit=110))
    assert [row.tier for row in rows] == sorted(row.tier for row in rows)
    assert sum(row.result.state == "flagged" for row in rows) == 60
    assert store.count_by_filter(UID) == {
        StudyFilter.ALL: studies,
        StudyFilter.UNREAD: studies,
        StudyFilter.FLAGGED: 60,
        StudyFilter.NOT_PROCESSED: 0,
        StudyFilter.TODAY: 0,
        StudyFilter.MINE: 0,
    }
    named = store.list_studies(StudyQuery(UID, text="name 42", order=StudyOrder.STUDY_DATE))
    assert len(named) == len([n for n in range(studies) if n % 97 == 42])
    # "42" stands in no other name, ID or accession number
    assert {row.patient.name for row in named} == {"Name 42"}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorklistStore]:
    """Fill a worklist with every tier, age and requested priority, read and unread."""
    outcomes: tuple[Outcome, ...] = (scored(0.9), failed(), scored(0.1), excluded())
    statuses = (ReadingStatus.UNREAD, ReadingStatus.IN_PROGRESS, ReadingStatus.REVIEWED)
    made = list(product(outcomes, ("", "STAT", "HIGH"), statuses))
    path = tmp_path_factory.mktemp("mixed") / "worklist.sqlite"
    with WorklistStore.open(path, now=Clock()) as opened:
        opened.record_many(
            (
                make_facts(
                    study=f"{number:02}",
                    on=date(2026, 2, 1 + number * 11 % 28),
                    at=time(8),
                    priority=priority,
                    description="abc" if number % 4 else "",
                ),
                outcome,
                MODEL,
                0.1,
            )
            for number, (outcome, priority, _) in enumerate(made)
        )
        for number, (_, _, status) in enumerate(made):
            if status is not ReadingStatus.UNREAD:
                opened.set_reading_status(f"{number:02}", status, "Dr. Lee")
        yield opened


class TestRule:
    """What the database sorts is what the pure rule says."""

    @pytest.mark.parametrize("text", ["", "b"], ids=["all", "searched"])
    @pytest.mark.parametrize("tab", StudyFilter)
    @pytest.mark.parametrize(
        "rule",
        [
            PriorityRule(),
            PriorityRule(maximum_wait_seconds=10 * 86400),
            PriorityRule(urgent=("STAT",)),
            PriorityRule(10 * 86400, ("HIGH", "STAT")),
            PriorityRule(0.0),
            PriorityRule(1e300),
        ],
        ids=["tiers", "wait", "stat", "both", "arrival", "longer than the calendar"],
    )
    def test_the_list_stands_in_the_order_of_the_rule(
        self, mixed: WorklistStore, rule: PriorityRule, tab: StudyFilter, text: str
    ) -> None:
        query = StudyQuery(UID, filter=tab, text=text, rule=rule, reader="Dr. Lee")
        clock = Clock().moment.astimezone().replace(tzinfo=None)

        def place(row: StudyRow) -> tuple[object, ...]:
            assert row.waiting_since is not None
            waited = (clock - row.waiting_since).total_seconds()
            is_open = row.reading_status.is_open
            priority = row.study.requested_priority
            return (*rule.key(row.tier, waited, priority, is_open=is_open), row.study_key)

        rows = mixed.list_studies(replace(query, order=StudyOrder.PATIENT_ID))
        expected = [row.study_key for row in sorted(rows, key=place)]
        assert [row.study_key for row in mixed.list_studies(query)] == expected
        backwards = mixed.list_studies(replace(query, is_descending=True))
        assert [row.study_key for row in backwards] == expected[::-1]
        pages = [mixed.list_studies(replace(query, offset=o, limit=5)) for o in range(0, 40, 5)]
        assert [row.study_key for page in pages for row in page] == expected
        assert mixed.count_by_filter(UID, text, "Dr. Lee")[tab] == len(expected)
        assert mixed.count_studies(query) == len(expected)

    def test_every_tab_but_today_finds_something(self, mixed: WorklistStore) -> None:
        counts = mixed.count_by_filter(UID, "b", "Dr. Lee")
        assert [tab for tab, count in counts.items() if not count] == [StudyFilter.TODAY]


def test_today_is_of_the_departments_clock(store: WorklistStore, clock: Clock) -> None:
    today = clock.moment.astimezone().date()
    record(store, "of today", scored(0.9), on=today, at=time(0, 0))
    record(store, "of yesterday", scored(0.9), on=today - timedelta(days=1), at=time(23, 59))
    record(store, "came in today", scored(0.9))
    found = set(keys(store, filter=StudyFilter.TODAY))
    assert found == {"of today", "came in today"}
    assert store.count_by_filter(UID)[StudyFilter.TODAY] == 2


def test_mine_are_those_that_i_have_begun_or_done(store: WorklistStore) -> None:
    for study in ("mine", "another's", "given back", "unread"):
        record(store, study, scored(0.9))
    store.set_reading_status("mine", ReadingStatus.DICTATED, "Dr. Lee")
    store.set_reading_status("another's", ReadingStatus.IN_PROGRESS, "Dr. Nye")
    store.set_reading_status("given back", ReadingStatus.UNREAD, "Dr. Lee")
    assert keys(store, filter=StudyFilter.MINE, reader="Dr. Lee") == ["mine"]


def test_a_row_says_who_and_since_when(store: WorklistStore, clock: Clock) -> None:
    record(store, "a", scored(0.9))
    clock.moment += timedelta(hours=2)
    store.set_reading_status("a", ReadingStatus.IN_PROGRESS, "Dr. Lee")
    row = store.find_study("a", UID)
    assert row is not None
    assert (row.reader, row.status_since) == ("Dr. Lee", clock.moment)


def test_every_filter_follows_a_status_for_every_model(store: WorklistStore) -> None:
    record(store, "a", scored(0.9))
    store.record(make_facts(study="a"), scored(0.9, OTHER_MODEL), OTHER_MODEL, 0.1)
    store.set_reading_status("a", ReadingStatus.REVIEWED, "Dr. Lee")
    for model in (UID, OTHER_MODEL.device_uid):
        assert keys(store, model_device_uid=model, filter=StudyFilter.UNREAD) == []
