"""What goes out stands in a queue of its destination until it has arrived or was given up."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.worklist.made import Clock
from triage_app.worklist.delivery_records import Delivery, DeliveryState, Outgoing, Queued
from triage_app.worklist.store import WorklistStore

ITEM = Outgoing("1.2.3", "1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.1.2.1", "1.2", "/a.dcm", "d1")
OTHER = replace(ITEM, sop_instance_uid="1.2.4", path="/b.dcm", digest="d2")


def claim(store: WorklistStore, owner: str = "host:1", limit: int = 10) -> list[Delivery]:
    return store.deliveries.claim("pacs", owner, 60.0, limit)


def test_an_instance_is_queued_once_for_each_destination(store: WorklistStore) -> None:
    assert store.deliveries.add("pacs", [ITEM, OTHER]) == Counter({Queued.NEW: 2})
    assert store.deliveries.add("pacs", [ITEM]) == Counter({Queued.KNOWN: 1})
    assert store.deliveries.add("vna", [ITEM]) == Counter({Queued.NEW: 1})
    assert [each.outgoing for each in store.deliveries.list_deliveries("pacs")] == [ITEM, OTHER]


def test_a_claim_is_one_programs_until_its_lease_ends(store: WorklistStore, clock: Clock) -> None:
    store.deliveries.add("pacs", [ITEM])
    first = claim(store)
    assert [each.attempts for each in first] == [1]
    assert claim(store, "host:2") == []
    clock.moment += timedelta(seconds=61)
    assert [each.attempts for each in claim(store, "host:2")] == [2]
    assert not store.deliveries.settle("host:1", first[0], DeliveryState.DELIVERED)


def test_the_claims_of_ended_programs_are_given_back(store: WorklistStore) -> None:
    store.deliveries.add("pacs", [ITEM, OTHER])
    claim(store, "host:1", limit=1)
    claim(store, "elsewhere:1", limit=1)
    assert store.deliveries.release("pacs", "host:") == 1
    assert [each.outgoing for each in claim(store)] == [ITEM]


def test_what_failed_for_now_waits_its_pause(store: WorklistStore, clock: Clock) -> None:
    store.deliveries.add("pacs", [ITEM])
    (delivery,) = claim(store)
    store.deliveries.settle(
        "host:1", delivery, DeliveryState.WAITING, detail="busy", due_seconds=30.0
    )
    assert claim(store) == []
    assert store.deliveries.seconds_until_due("pacs") == 30.0
    clock.moment += timedelta(seconds=30)
    assert claim(store)[0].attempts == 2


def test_what_was_given_up_is_listed_and_sent_again_on_demand(store: WorklistStore) -> None:
    store.deliveries.add("pacs", [ITEM])
    (delivery,) = claim(store)
    store.deliveries.settle("host:1", delivery, DeliveryState.FAILED, detail="refused")
    assert store.deliveries.list_deliveries(states=[DeliveryState.FAILED])[0].detail == "refused"
    assert store.deliveries.resend("vna") == 0
    assert store.deliveries.resend() == 1
    assert claim(store)[0].attempts == 1


@pytest.mark.parametrize(
    ("state", "is_again", "becomes"),
    [
        (DeliveryState.DELIVERED, False, Queued.KNOWN),
        (DeliveryState.DELIVERED, True, Queued.AGAIN),
        (DeliveryState.FAILED, False, Queued.AGAIN),
    ],
    ids=["arrived", "arrived, once more", "given up"],
)
def test_sending_the_same_again(
    store: WorklistStore, state: DeliveryState, is_again: bool, becomes: Queued
) -> None:
    store.deliveries.add("pacs", [ITEM])
    store.deliveries.settle("host:1", claim(store)[0], state)
    assert store.deliveries.add("pacs", [ITEM], is_again=is_again) == Counter({becomes: 1})


def test_other_content_takes_the_place_of_what_is_under_way(store: WorklistStore) -> None:
    store.deliveries.add("pacs", [ITEM])
    (delivery,) = claim(store)
    assert store.deliveries.add("pacs", [replace(ITEM, digest="d9")]) == Counter(
        {Queued.REPLACED: 1}
    )
    # what was under way must not pass for the new content
    assert not store.deliveries.settle("host:1", delivery, DeliveryState.DELIVERED)
    assert claim(store)[0].outgoing.digest == "d9"


def test_a_commitment_settles_what_was_asked_for_under_it(
    store: WorklistStore, clock: Clock
) -> None:
    store.deliveries.add("pacs", [ITEM, OTHER])
    for delivery in claim(store):
        store.deliveries.settle("host:1", delivery, DeliveryState.STORED, detail="decompressed")
    asked = store.deliveries.list_uncommitted("pacs", 10)
    store.deliveries.note_request(asked, "9.9", 600.0)
    assert store.deliveries.list_uncommitted("pacs", 10) == []
    assert store.deliveries.settle_commitment("8.8", ["1.2.3"], {}) == 0
    assert store.deliveries.settle_commitment("9.9", ["1.2.3"], {"1.2.4": "not kept"}) == 2
    kept, lost = store.deliveries.list_deliveries("pacs")
    assert (kept.state, kept.detail) == (DeliveryState.DELIVERED, "decompressed")
    assert (lost.state, lost.detail) == (DeliveryState.FAILED, "not kept")


def test_a_commitment_without_an_answer_is_asked_for_again(
    store: WorklistStore, clock: Clock
) -> None:
    store.deliveries.add("pacs", [ITEM])
    store.deliveries.settle("host:1", claim(store)[0], DeliveryState.STORED)
    asked = store.deliveries.list_uncommitted("pacs", 10)
    store.deliveries.note_request(asked, "9.9", 600.0)
    clock.moment += timedelta(seconds=600)
    assert len(store.deliveries.list_uncommitted("pacs", 10)) == 1
