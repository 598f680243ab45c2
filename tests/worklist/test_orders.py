"""What a modality worklist orders raises a study, whichever of the two comes first."""

from __future__ import annotations

import pytest

from tests.worklist.made import MODEL, make_facts, scored
from triage_app.triage.priority import PriorityRule
from triage_app.worklist.orders import Order
from triage_app.worklist.records import EventKind, StudyQuery
from triage_app.worklist.store import WorklistStore

STAT = Order("A-1", "1.2.3", "P-1", "STAT")
RULE = PriorityRule(urgent=("STAT", "HIGH"))


def arrive(store: WorklistStore, study: str = "1.2.3", **facts: str) -> str:
    made = make_facts("1", study, **{"accession": "A-1", "patient_id": "P-1"} | facts)
    return store.record(made, scored(0.1), MODEL, 0.1)


def priority_of(store: WorklistStore, study: str = "1.2.3") -> tuple[str, str]:
    row = store.find_study(study, MODEL.device_uid)
    assert row is not None
    return row.study.requested_priority, row.priority_source


def reading_order(store: WorklistStore) -> list[str]:
    rows = store.list_studies(StudyQuery(MODEL.device_uid, rule=RULE))
    return [row.study_key for row in rows]


@pytest.mark.parametrize("is_order_first", [True, False], ids=["order first", "images first"])
def test_an_order_raises_its_study(store: WorklistStore, is_order_first: bool) -> None:
    arrive(store, "1.2.1", accession="A-0", patient_id="P-0")
    if is_order_first:
        assert store.orders.note("RIS", [STAT]) == []
        arrive(store)
    else:
        arrive(store)
        assert reading_order(store) == ["1.2.1", "1.2.3"]
        assert store.orders.note("RIS", [STAT]) == ["1.2.3"]
    assert priority_of(store) == ("STAT", "RIS")
    assert priority_of(store, "1.2.1") == ("", "")
    assert reading_order(store) == ["1.2.3", "1.2.1"]
    noted = [each for each in store.list_events("1.2.3") if each.kind is EventKind.ORDER]
    assert [each.detail for each in noted] == ["STAT, by the worklist of RIS"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (STAT, "STAT"),
        (Order("A-1", "", "P-1", "HIGH"), "HIGH"),
        (Order("A-1", "", "", "HIGH"), "HIGH"),
        (Order("", "1.2.3", "P-1", "HIGH"), "HIGH"),
        (Order("A-1", "", "P-2", "STAT"), ""),
        (Order("a-1", "", "P-1", "STAT"), ""),
        (Order("A-2", "", "P-1", "STAT"), ""),
        (Order("", "", "P-1", "STAT"), ""),
        (Order("A-1", "1.2.3", "P-1", ""), ""),
    ],
    ids=[
        "study and accession",
        "accession and patient",
        "accession alone",
        "study alone",
        "another patient",
        "another spelling",
        "another accession",
        "neither",
        "no priority",
    ],
)
def test_an_order_is_for_a_study_by_its_uid_or_its_accession_number(
    store: WorklistStore, order: Order, expected: str
) -> None:
    arrive(store)
    store.orders.note("RIS", [order])
    assert priority_of(store)[0] == expected


def test_the_study_of_its_own_uid_stands_before_the_accession_number(store: WorklistStore) -> None:
    arrive(store)
    store.orders.note(
        "RIS", [Order("A-1", "1.2.9", "P-1", "STAT"), Order("A-1", "1.2.3", "", "LOW")]
    )
    assert priority_of(store)[0] == "LOW"


def test_of_several_procedures_under_one_number_the_most_urgent_counts(
    store: WorklistStore,
) -> None:
    store.orders.note(
        "RIS", [Order("A-1", uid, "P-1", p) for uid, p in (("1.8", "LOW"), ("1.9", "HIGH"))]
    )
    arrive(store)
    assert priority_of(store)[0] == "HIGH"


def test_a_changed_order_changes_the_study(store: WorklistStore) -> None:
    arrive(store)
    store.orders.note("RIS", [STAT])
    assert store.orders.note("RIS", [STAT]) == []
    assert store.orders.note("RIS", [Order("A-1", "1.2.3", "P-1", "ROUTINE")]) == ["1.2.3"]
    assert priority_of(store) == ("ROUTINE", "RIS")


def test_the_order_stands_over_what_the_modality_copied_of_it(store: WorklistStore) -> None:
    arrive(store, priority="ROUTINE")
    assert priority_of(store) == ("ROUTINE", "")
    store.orders.note("RIS", [STAT])
    arrive(store, priority="ROUTINE")
    assert priority_of(store) == ("STAT", "RIS")


def test_a_study_that_gets_its_accession_number_later_gets_its_order(store: WorklistStore) -> None:
    store.orders.note("RIS", [Order("A-1", "", "P-1", "STAT")])
    arrive(store, accession="")
    assert priority_of(store) == ("", "")
    arrive(store)
    assert priority_of(store) == ("STAT", "RIS")


def test_orders_are_kept(store: WorklistStore) -> None:
    store.orders.note("RIS", [STAT])
    assert store.orders.list_orders() == [("RIS", STAT)]
    assert "P-1" not in repr(STAT)
    assert "A-1" not in repr(STAT)


def test_a_claim_outlives_the_program(store: WorklistStore) -> None:
    claim = store.workitem_claims.add("manager", "1.5", "1.6")
    assert store.workitem_claims.list_claims("manager") == [claim]
    assert store.workitem_claims.list_claims("other") == []
    store.workitem_claims.remove(claim)
    assert store.workitem_claims.list_claims("manager") == []
