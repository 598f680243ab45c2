"""Who saw, changed, sent what: nothing of it can be changed, or be missing, unseen."""

from __future__ import annotations

import base64
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy.exc import DBAPIError

from tests.worklist.made import MODEL, make_facts, scored
from triage_app.worklist.arrival_records import Arrival
from triage_app.worklist.auditing.events import (
    AuditedStudy,
    instances_accessed,
    query,
    settings_changed,
    studies_exported,
)
from triage_app.worklist.auditing.message import Action
from triage_app.worklist.auditing.trail import AuditRecord, AuditTrail, verify_records
from triage_app.worklist.delivery_records import DeliveryState, Outgoing
from triage_app.worklist.records import ReadingStatus, Verdict
from triage_app.worklist.schema import audit_records
from triage_app.worklist.store import WorklistStore

STUDY = AuditedStudy("1.2.3", "P-1", "Doe^Jane", "ACC-1")


def messages(store: WorklistStore) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(each.message) for each in store.audit.read()]  # noqa: S314


def event_of(message: ElementTree.Element) -> tuple[str, str]:
    event = message[0]
    code = event.find("EventID")
    assert code is not None
    return code.get("csd-code", ""), event.get("EventActionCode", "")


def objects_of(message: ElementTree.Element) -> dict[str, str]:
    return {
        each.get("ParticipantObjectID", ""): each.findtext("ParticipantObjectName", "")
        for each in message.findall("ParticipantObjectIdentification")
    }


def users_of(message: ElementTree.Element) -> list[str]:
    return [each.get("UserID", "") for each in message.findall("ActiveParticipant")]


def record_study(store: WorklistStore) -> None:
    facts = make_facts("1", "1.2.3", name="Doe^Jane", patient_id="P-1", accession="ACC-1")
    store.record(facts, scored(0.9), MODEL, 0.1)


class TestEvents:
    def test_a_study_that_is_begun_and_marked(self, store: WorklistStore) -> None:
        record_study(store)
        store.begin_reading("1.2.3", "Curie")
        store.set_reading_status("1.2.3", ReadingStatus.CANCELLED, "Curie")
        begun, read = messages(store)
        assert event_of(begun) == event_of(read) == ("110103", "U")
        assert users_of(begun) == ["Curie"]
        assert objects_of(begun) == {"1.2.3": "", "P-1": "Doe^Jane"}

    def test_a_verdict_and_its_withdrawal(self, store: WorklistStore) -> None:
        record_study(store)
        store.feedback.give("1.2.3", MODEL.device_uid, "Curie", Verdict.DISAGREE, note="Jane's")
        store.feedback.restore("1.2.3", MODEL.device_uid, "Curie", None)
        given, withdrawn = messages(store)
        assert event_of(given) == event_of(withdrawn) == ("110103", "U")
        detail = given.find(".//ParticipantObjectDetail")
        assert detail is not None
        assert b"disagree" in base64.b64decode(detail.get("value", "")).lower()

    def test_a_study_that_came_in_names_its_senders(self, store: WorklistStore) -> None:
        for number, sender in enumerate(("CT1", "CR1"), start=1):
            uid = f"1.2.3.{number}"
            store.arrivals.register([Arrival(uid, "1.2", f"/spool/{number}.dcm", "0" * 64, sender)])
            claim = store.arrivals.claim("us", 60.0)
            assert claim is not None
            facts = make_facts(str(number), "1.2.3", path=claim.path, patient_id="P-1")
            store.arrivals.settle("us", claim, facts, scored(0.2), MODEL, 0.1)
        assert len(store.arrivals.complete_studies(0.0, 0.0)) == 1
        (came,) = messages(store)
        assert event_of(came) == ("110104", "C")
        assert users_of(came)[:2] == ["CR1", "CT1"]
        assert "P-1" in objects_of(came)
        counted = came.find(".//SOPClass")
        assert counted is not None
        assert counted.get("NumberOfInstances") == "2"

    @pytest.mark.parametrize(
        ("state", "outcome"),
        [
            (DeliveryState.DELIVERED, "0"),
            (DeliveryState.STORED, "0"),
            (DeliveryState.FAILED, "8"),
            (DeliveryState.WAITING, None),
        ],
    )
    def test_what_was_sent_and_what_was_given_up(
        self, store: WorklistStore, state: DeliveryState, outcome: str | None
    ) -> None:
        record_study(store)
        store.deliveries.add("PACS", [Outgoing("1.9", "1.2", "1.2.1", "1.2.3", "/r.dcm", "0" * 64)])
        (delivery,) = store.deliveries.claim("PACS", "us", 60.0, 1)
        assert store.deliveries.settle("us", delivery, state, detail="refused")
        sent = messages(store)
        if outcome is None:
            assert sent == []
            return
        assert event_of(sent[0]) == ("110104", "R")
        assert sent[0][0].get("EventOutcomeIndicator") == outcome
        assert users_of(sent[0])[1] == "PACS"
        assert objects_of(sent[0]) == {"1.2.3": "", "P-1": "Doe^Jane"}

    def test_start_and_end_of_the_program_even_after_an_error(self, store: WorklistStore) -> None:
        with pytest.raises(OSError, match="gone"), store.audit.application("curie", "receive"):
            raise OSError("gone")
        kinds = [message.find(".//EventTypeCode") for message in messages(store)]
        assert [kind.get("csd-code") for kind in kinds if kind is not None] == ["110120", "110121"]

    def test_a_query_keeps_what_was_asked(self, store: WorklistStore) -> None:
        store.audit.note(query("curie", "PACS", {"patient_name": "DOE*"}))
        (message,) = messages(store)
        assert event_of(message) == ("110112", "E")
        asked = message.findtext(".//ParticipantObjectQuery", "")
        assert b'"DOE*"' in base64.b64decode(asked)

    def test_settings_are_named_and_their_values_are_not(self, store: WorklistStore) -> None:
        store.audit.note(settings_changed("curie", ["peers", "database"]))
        detail = messages(store)[0].find(".//ParticipantObjectDetail")
        assert detail is not None
        assert base64.b64decode(detail.get("value", "")) == b"database, peers"

    def test_an_export_of_many_studies_is_several_messages(self, store: WorklistStore) -> None:
        studies = [AuditedStudy(f"1.2.{number}", f"P-{number}") for number in range(45)]
        store.audit.note_studies(
            studies, lambda part: studies_exported(part, "curie", "/out", is_anonymized=True)
        )
        exported = messages(store)
        assert len(exported) == 3
        assert sum(len(objects_of(message)) for message in exported) == 2 * 45
        assert exported[0].findtext(".//Anonymized") == "true"

    def test_what_the_program_does_by_itself_is_none(self, store: WorklistStore) -> None:
        record_study(store)
        record_study(store)
        assert messages(store) == []

    @pytest.mark.parametrize("name", ["a\0b", "a\nb", "\ud800", "<&>\"'", "山田^太郎", "\x1b[31m"])
    def test_any_name_makes_a_message_of_one_line(self, store: WorklistStore, name: str) -> None:
        study = AuditedStudy("1.2.3", name, name, name)
        store.audit.note(instances_accessed(study, name, Action.READ, detail=name))
        (record,) = store.audit.read()
        assert "\n" not in record.message
        ElementTree.fromstring(record.message)  # noqa: S314 - our own
        assert store.audit.verify().fault == ""


def fill(trail: AuditTrail, count: int = 5) -> None:
    for number in range(count):
        trail.note(instances_accessed(STUDY, f"reader {number}", Action.READ))


class TestChain:
    def test_a_whole_one_gives_its_head(self, store: WorklistStore) -> None:
        assert store.audit.verify().records == 0
        fill(store.audit)
        verified = store.audit.verify()
        assert (verified.records, verified.fault) == (5, "")
        assert next(iter(store.audit.read(4))).digest == verified.digest
        fill(store.audit)
        assert store.audit.verify(verified).fault == ""

    def test_the_database_refuses_to_change_it(self, store: WorklistStore) -> None:
        fill(store.audit)
        before = list(store.audit.read())
        for statement in (
            audit_records.update().values(message="other"),
            audit_records.delete(),
        ):
            with (
                pytest.raises(DBAPIError, match="only ever added to"),
                store._transactions.writing() as connection,
            ):
                connection.execute(statement)
        assert list(store.audit.read()) == before

    @pytest.mark.parametrize(
        ("tamper", "fault"),
        [
            ("UPDATE audit_records SET message = replace(message, 'reader 2', 'x')", "3 was cha"),
            ("UPDATE audit_records SET digest = upper(digest) WHERE number = 2", "2 was changed"),
            ("DELETE FROM audit_records WHERE number = 3", "record 3 is missing"),
            ("DELETE FROM audit_records WHERE number = 1", "record 1 is missing"),
            ("DELETE FROM audit_records WHERE number = 5", "ends with record 4"),
            ("DELETE FROM audit_records", "ends with record 0"),
            (
                "INSERT INTO audit_records SELECT 0, message, digest FROM audit_records "
                "WHERE number = 1",
                "before record 0",
            ),
        ],
    )
    def test_whoever_gets_round_that_is_found_out(
        self, sqlite_file: Path, tamper: str, fault: str
    ) -> None:
        with WorklistStore.open(sqlite_file) as store:
            fill(store.audit)
            head = store.audit.verify()
        with closing(sqlite3.connect(sqlite_file)) as connection, connection:
            for act in ("update", "delete"):
                connection.execute(f"DROP TRIGGER audit_records_{act}")
            connection.execute(tamper)
        with WorklistStore.open(sqlite_file) as store:
            assert fault in store.audit.verify(head).fault

    def test_a_chain_that_was_computed_anew_is_not_the_one_that_was_noted(
        self, store: WorklistStore, tmp_path: Path
    ) -> None:
        fill(store.audit)
        head = store.audit.verify()
        with WorklistStore.open(tmp_path / "forged.sqlite") as forged:
            fill(forged.audit, 6)
            assert forged.audit.verify().fault == ""
            assert "another than it was" in forged.audit.verify(head).fault

    def test_many_at_once_make_one_chain(self, store: WorklistStore) -> None:
        threads = [threading.Thread(target=fill, args=(store.audit,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        verified = store.audit.verify()
        assert (verified.records, verified.fault) == (30, "")


@pytest.mark.parametrize(
    "change",
    [
        lambda record: AuditRecord(record.number, record.message + " ", record.digest),
        lambda record: AuditRecord(record.number + 1, record.message, record.digest),
    ],
    ids=["message", "number"],
)
def test_a_change_of_any_record_is_found(
    store: WorklistStore, change: Callable[[AuditRecord], AuditRecord]
) -> None:
    fill(store.audit)
    records = list(store.audit.read())
    for place in range(len(records)):
        changed = [*records[:place], change(records[place]), *records[place + 1 :]]
        assert verify_records(changed).fault
