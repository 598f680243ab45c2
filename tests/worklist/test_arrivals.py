"""The queue of what came over the network: nothing is lost by a death, nothing counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.worklist.made import MODEL, Clock, failed, make_facts, scored
from triage_app.imaging.eligibility import ExclusionReason
from triage_app.triage.outcome import Excluded
from triage_app.worklist.arrival_records import (
    Arrival,
    ArrivalState,
    Claim,
    CompleteStudy,
    Registration,
    Settlement,
)
from triage_app.worklist.arrivals import ArrivalQueue
from triage_app.worklist.records import EventKind
from triage_app.worklist.store import WorklistStore

LEASE = 60.0


@pytest.fixture
def queue(store: WorklistStore) -> ArrivalQueue:
    return store.arrivals


def arrival(sop: str = "1", study: str = "1.2.3", content: str = "a") -> Arrival:
    """Make an arrival whose facts are those of `make_facts` with the same names."""
    uid = f"{study}.{sop}"
    return Arrival(uid, "1.2.840.10008.5.1.4.1.1.1", f"/spool/{uid}-{content}.dcm", content, "CR1")


def take(queue: ArrivalQueue, owner: str = "me") -> Claim:
    claim = queue.claim(owner, LEASE)
    assert claim is not None
    return claim


def settle(
    queue: ArrivalQueue, claim: Claim, sop: str = "1", study: str = "1.2.3", owner: str = "me"
) -> Settlement | None:
    facts = make_facts(sop, study, path=claim.path)
    return queue.settle(owner, claim, facts, scored(0.7), MODEL, 0.1)


def test_an_instance_goes_from_received_over_claimed_to_settled(
    queue: ArrivalQueue, store: WorklistStore
) -> None:
    assert queue.register([arrival()]) == [Registration.NEW]
    assert queue.has_waiting()
    claim = take(queue)
    assert (claim.path, claim.attempts) == (arrival().path, 1)
    assert not queue.has_waiting()
    settlement = settle(queue, claim)
    assert settlement is not None
    assert settlement.study_key == "1.2.3"
    assert queue.count_by_state()[ArrivalState.SETTLED] == 1
    row = store.find_study("1.2.3", MODEL.device_uid)
    assert row is not None
    assert row.result.probability == 0.7


def test_an_instance_is_claimed_by_one_only(queue: ArrivalQueue) -> None:
    queue.register([arrival()])
    assert queue.claim("one", LEASE)
    assert queue.claim("two", LEASE) is None


def test_a_lease_runs_out_and_counts_as_an_attempt(queue: ArrivalQueue, clock: Clock) -> None:
    queue.register([arrival()])
    late = take(queue, "one")
    clock.moment += timedelta(seconds=LEASE + 1)
    claim = take(queue, "two")
    assert claim.attempts == 2
    # the first wakes up after all: its outcome is not kept, the second's is
    assert settle(queue, late, owner="one") is None
    assert settle(queue, claim, owner="two") is not None


def test_the_claims_of_a_program_that_ended_are_free_at_once(queue: ArrivalQueue) -> None:
    queue.register([arrival("1"), arrival("2")])
    take(queue, "ended")
    take(queue, "alive")
    assert queue.release("ended") == 1
    assert take(queue).attempts == 2
    assert queue.claim("me", LEASE) is None


def test_a_stop_on_purpose_is_no_attempt(queue: ArrivalQueue) -> None:
    queue.register([arrival()])
    take(queue)
    queue.release("me", is_counted=False)
    assert take(queue).attempts == 1


def test_what_was_tried_before_waits_until_the_others_were(queue: ArrivalQueue) -> None:
    queue.register([arrival("1"), arrival("2")])
    first = take(queue)
    queue.release("me", first)
    assert take(queue).sop_instance_uid == arrival("2").sop_instance_uid


def test_all_of_a_registration_or_nothing(queue: ArrivalQueue) -> None:
    unstorable = replace(arrival("2"), digest=None)  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"(?i)not.null"):
        queue.register([arrival("1"), unstorable])
    assert queue.find([arrival("1").sop_instance_uid]) == {}


def test_the_same_content_again_is_scored_once_more_and_counted_once(
    queue: ArrivalQueue, store: WorklistStore
) -> None:
    queue.register([arrival()])
    settle(queue, take(queue))
    assert queue.register([arrival()]) == [Registration.REPEATED]
    settle(queue, take(queue))
    assert len(store.list_instances("1.2.3", MODEL.device_uid)) == 1


def test_other_content_replaces_only_when_it_has_its_outcome(
    queue: ArrivalQueue, store: WorklistStore
) -> None:
    old, new = arrival(content="a"), arrival(content="b")
    queue.register([old])
    settle(queue, take(queue))
    assert queue.register([new]) == [Registration.REPLACED]
    # until then the old result stands with the old file
    assert [row.facts.path for row in store.list_instances("1.2.3", MODEL.device_uid)] == [old.path]
    assert queue.list_obsolete() == []
    assert queue.known_paths() == {old.path, new.path}
    settlement = settle(queue, take(queue))
    assert settlement is not None
    assert settlement.obsolete_paths == (old.path,)
    assert queue.list_obsolete() == [old.path]
    assert [row.facts.path for row in store.list_instances("1.2.3", MODEL.device_uid)] == [new.path]
    assert EventKind.REPLACED in [event.kind for event in store.list_events("1.2.3")]
    queue.forget([old.path])
    assert queue.known_paths() == {new.path}


def test_a_claim_on_replaced_content_is_void(queue: ArrivalQueue) -> None:
    queue.register([arrival(content="a")])
    stale = take(queue)
    queue.register([arrival(content="b")])
    assert settle(queue, stale) is None
    assert take(queue).path == arrival(content="b").path


def test_a_file_that_is_still_shown_is_not_obsolete(
    queue: ArrivalQueue, store: WorklistStore
) -> None:
    old, new = arrival(content="a"), arrival(content="b")
    queue.register([old])
    settle(queue, take(queue))
    queue.register([new])
    claim = take(queue)
    # the new file cannot be read, so nobody knows that it is the same instance
    unreadable = make_facts("", "", path=claim.path)
    settlement = queue.settle("me", claim, unreadable, failed(), MODEL, 0.1)
    assert settlement is not None
    assert settlement.obsolete_paths == ()
    assert queue.list_obsolete() == []
    assert store.list_instances("1.2.3", MODEL.device_uid)[0].facts.path == old.path


def test_a_file_with_the_uid_of_another_is_a_duplicate(
    queue: ArrivalQueue, store: WorklistStore
) -> None:
    queue.register([arrival("1"), arrival("2")])
    settle(queue, take(queue), "1")
    settlement = settle(queue, take(queue), "1")  # sent as 2, and holds 1
    assert settlement is not None
    assert isinstance(settlement.outcome, Excluded)
    assert settlement.outcome.exclusion.reason is ExclusionReason.DUPLICATE
    assert len(store.list_instances("1.2.3", MODEL.device_uid)) == 2


class TestCompleteness:
    """A study is complete after a quiet period, or after its longest time."""

    QUIET, LONGEST = 10.0, 100.0

    def complete(self, queue: ArrivalQueue) -> list[CompleteStudy]:
        return queue.complete_studies(self.QUIET, self.LONGEST)

    def test_after_a_quiet_period(
        self, queue: ArrivalQueue, clock: Clock, store: WorklistStore
    ) -> None:
        queue.register([arrival("1"), arrival("2")])
        settle(queue, take(queue), "1")
        settle(queue, take(queue), "2")
        clock.moment += timedelta(seconds=9)
        assert self.complete(queue) == []
        clock.moment += timedelta(seconds=1)
        assert self.complete(queue) == [CompleteStudy("1.2.3", 2)]
        assert self.complete(queue) == []
        events = store.list_events("1.2.3")
        assert (events[-1].kind, events[-1].detail) == (
            EventKind.COMPLETE,
            "2 instances received",
        )

    def test_not_while_something_is_unread_that_may_belong_to_it(
        self, queue: ArrivalQueue, clock: Clock
    ) -> None:
        queue.register([arrival("1")])
        settle(queue, take(queue), "1")
        clock.moment += timedelta(seconds=5)
        queue.register([arrival("2")])
        clock.moment += timedelta(seconds=20)
        assert self.complete(queue) == []
        settle(queue, take(queue), "2")
        assert self.complete(queue) == [CompleteStudy("1.2.3", 2)]

    def test_what_came_after_the_quiet_period_does_not_hold_it_up(
        self, queue: ArrivalQueue, clock: Clock
    ) -> None:
        queue.register([arrival("1")])
        settle(queue, take(queue), "1")
        clock.moment += timedelta(seconds=11)
        queue.register([arrival("1", "9.9")])
        assert self.complete(queue) == [CompleteStudy("1.2.3", 1)]

    def test_after_the_longest_time_in_any_case(self, queue: ArrivalQueue, clock: Clock) -> None:
        queue.register([arrival("1")])
        settle(queue, take(queue), "1")
        queue.register([arrival("2")])
        clock.moment += timedelta(seconds=self.LONGEST)
        queue.register([arrival("3")])
        assert self.complete(queue) == [CompleteStudy("1.2.3", 1)]

    def test_a_late_instance_opens_it_again(self, queue: ArrivalQueue, clock: Clock) -> None:
        queue.register([arrival("1")])
        settle(queue, take(queue), "1")
        clock.moment += timedelta(seconds=10)
        assert self.complete(queue) == [CompleteStudy("1.2.3", 1)]
        queue.register([arrival("2")])
        settle(queue, take(queue), "2")
        clock.moment += timedelta(seconds=10)
        assert self.complete(queue) == [CompleteStudy("1.2.3", 1)]


def test_many_are_found_at_once(queue: ArrivalQueue) -> None:
    items = [arrival(str(number)) for number in range(1, 1100)]
    queue.register(items)
    assert queue.find(item.sop_instance_uid for item in items) == {
        item.sop_instance_uid: item for item in items
    }


def test_the_queue_survives_a_restart(database: Path | str, clock: Clock) -> None:
    with WorklistStore.open(database, now=clock) as store:
        store.arrivals.register([arrival()])
    with WorklistStore.open(database, now=clock) as store:
        assert take(store.arrivals).path == arrival().path
