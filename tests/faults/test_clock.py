"""A clock that is set back stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.worklist.made import MODEL, Clock, make_facts, scored
from tests.worklist.test_arrivals import LEASE, arrival
from tests.worklist.test_deliveries import ITEM
from triage_app.worklist.arrival_records import CompleteStudy
from triage_app.worklist.delivery_records import DeliveryState
from triage_app.worklist.records import EventKind, ReadingStatus, StudyQuery
from triage_app.worklist.store import WorklistStore

BACK = [timedelta(minutes=30), timedelta(days=400)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[WorklistStore]:
    with WorklistStore.open(tmp_path / "w.sqlite", now=clock) as opened:
        yield opened


def settle(store: WorklistStore, number: str) -> None:
    store.arrivals.register([arrival(number)])
    claim = store.arrivals.claim("worker", LEASE)
    assert claim is not None
    facts = make_facts(number, path=claim.path)
    assert store.arrivals.settle("worker", claim, facts, scored(0.9), MODEL, 0.1)


@pytest.mark.parametrize("back", BACK, ids=str)
def test_what_was_claimed_before_is_settled_after(
    store: WorklistStore, clock: Clock, back: timedelta
) -> None:
    store.arrivals.register([arrival("1")])
    claim = store.arrivals.claim("worker", LEASE)
    assert claim is not None
    clock.moment -= back
    facts = make_facts("1", path=claim.path)
    assert store.arrivals.settle("worker", claim, facts, scored(0.9), MODEL, 0.1)


@pytest.mark.parametrize("back", BACK, ids=str)
def test_a_study_is_complete_although_it_came_in_the_future(
    store: WorklistStore, clock: Clock, back: timedelta
) -> None:
    settle(store, "1")
    clock.moment -= back
    assert store.arrivals.complete_studies(10, 300) == [CompleteStudy("1.2.3", 1)]


def test_a_small_step_back_completes_nothing_early(store: WorklistStore, clock: Clock) -> None:
    settle(store, "1")
    clock.moment -= timedelta(seconds=2)
    assert store.arrivals.complete_studies(10, 300) == []


@pytest.mark.parametrize("back", BACK, ids=str)
def test_what_waits_to_be_sent_again_does_not_wait_for_the_old_time(
    store: WorklistStore, clock: Clock, back: timedelta
) -> None:
    store.deliveries.add("pacs", [ITEM])
    (delivery,) = store.deliveries.claim("pacs", "sender", 60.0, 10)
    assert store.deliveries.settle("sender", delivery, DeliveryState.WAITING, due_seconds=60.0)
    assert store.deliveries.claim("pacs", "sender", 60.0, 10) == []
    assert store.deliveries.seconds_until_due("pacs") == 60.0
    clock.moment -= back
    assert store.deliveries.seconds_until_due("pacs") == 0.0
    assert len(store.deliveries.claim("pacs", "sender", 60.0, 10)) == 1


def test_list_and_history_keep_their_order(store: WorklistStore, clock: Clock) -> None:
    settle(store, "1")
    clock.moment -= timedelta(days=400)
    store.set_reading_status("1.2.3", ReadingStatus.REVIEWED, "Dr. Lee")
    (row,) = store.list_studies(StudyQuery(MODEL.device_uid))
    assert row.reading_status is ReadingStatus.REVIEWED
    kinds = [event.kind for event in store.list_events("1.2.3")]
    assert kinds[-1] is EventKind.READING_STATUS
