"""Storage commitments wait for their answer in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.worklist.made import Clock
from triage_app.worklist.commitments import Commitment
from triage_app.worklist.store import WorklistStore

REQUEST = Commitment("1.2.3", "CR1", (("1.2.840.10008.5.1.4.1.1.1", "1.2.3.4"),))


def test_a_request_is_due_until_it_is_removed(store: WorklistStore) -> None:
    store.commitments.add(REQUEST)
    store.commitments.add(REQUEST)
    assert store.commitments.list_due() == [REQUEST]
    store.commitments.remove(REQUEST)
    assert store.commitments.list_due() == []


def test_an_attempt_that_failed_is_counted_and_tried_later(
    store: WorklistStore, clock: Clock
) -> None:
    store.commitments.add(REQUEST)
    store.commitments.postpone(REQUEST, 30.0)
    assert store.commitments.list_due() == []
    clock.moment += timedelta(seconds=30)
    assert store.commitments.list_due() == [replace(REQUEST, attempts=1)]


def test_the_same_transaction_of_two_requesters_is_two(store: WorklistStore) -> None:
    other = replace(REQUEST, requester="CR2")
    store.commitments.add(REQUEST)
    store.commitments.add(other)
    store.commitments.remove(REQUEST)
    assert store.commitments.list_due() == [other]
