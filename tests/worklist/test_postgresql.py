"""A worklist on a server: who waits for whom, who hears of what, and what is told when it fails."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from tests.postgresql_server import PostgresqlServer, find_programs, postgresql_server
from tests.waiting import wait_until
from tests.worklist.made import (
    MODEL,
    OTHER_MODEL,
    Clock,
    assert_results_are_those_of_the_outcomes,
    make_facts,
    scored,
)
from tests.worklist.test_arrivals import LEASE, arrival
from triage_app.errors import StoreUnavailableError
from triage_app.worklist.records import ReadingStatus, StudyOrder, StudyQuery
from triage_app.worklist.schema import studies
from triage_app.worklist.store import WorklistStore

UID = MODEL.device_uid


@pytest.fixture
def two(postgresql_url: str) -> Iterator[tuple[WorklistStore, WorklistStore]]:
    """Open the same worklist twice, as two programs do."""
    with WorklistStore.open(postgresql_url) as one, WorklistStore.open(postgresql_url) as other:
        yield one, other


Two = tuple[WorklistStore, WorklistStore]


class TestSideBySide:
    def test_a_claim_passes_by_what_another_takes_at_this_moment(self, two: Two) -> None:
        one, other = two
        one.arrivals.register([arrival("1"), arrival("2")])
        with one._writing() as connection:
            first = "SELECT id FROM arrivals ORDER BY id LIMIT 1 FOR UPDATE"
            connection.exec_driver_sql(first)
            claim = other.arrivals.claim("other", LEASE)
        assert claim is not None
        assert claim.sop_instance_uid == arrival("2").sop_instance_uid

    def test_writers_of_different_studies_do_not_wait(self, two: Two) -> None:
        one, other = two
        one.record(make_facts("1", "1.1"), scored(0.9), MODEL, 0.1)
        with one._writing() as connection:
            connection.execute(studies.update().values(scanner="in work"))
            other.record(make_facts("1", "1.2"), scored(0.9), MODEL, 0.1)
        assert other.count_studies(StudyQuery(UID)) == 2

    def test_a_reader_does_not_wait_for_a_writer_and_sees_one_moment(self, two: Two) -> None:
        one, other = two
        one.record(make_facts("1", "1.1"), scored(0.9), MODEL, 0.1)
        with one._writing() as connection:
            connection.execute(studies.update().values(patient_name="changed"))
            row = other.find_study("1.1", UID)
        assert row is not None
        assert row.patient.name == ""

    def test_batches_in_opposite_orders_both_arrive(self, postgresql_url: str) -> None:
        items = [(make_facts("1", f"1.{n}"), scored(0.9), MODEL, 0.1) for n in range(6)]
        again = [(make_facts("2", f"1.{n}"), scored(0.1), OTHER_MODEL, 0.1) for n in range(6)]
        with WorklistStore.open(postgresql_url, busy_seconds=60.0) as store:

            def write(number: int) -> None:
                for _ in range(3):
                    store.record_many(items if number % 2 else again[::-1])

            with ThreadPoolExecutor(4) as pool:
                list(pool.map(write, range(4)))
            assert store.count_studies(StudyQuery(UID)) == 6
            assert_results_are_those_of_the_outcomes(store)

    def test_texts_stand_in_the_order_of_their_letters_numbers(self, two: Two) -> None:
        for number, name in enumerate(["Zoe", "anna", "Ärzte", "田中", "o'neil", "-x", "10", "9"]):
            two[0].record(make_facts("1", f"1.{number}", name=name), scored(0.9), MODEL, 0.1)
        query = StudyQuery(UID, order=StudyOrder.PATIENT_NAME)
        names = [row.patient.name for row in two[1].list_studies(query)]
        assert names == ["-x", "10", "9", "anna", "Ärzte", "o'neil", "Zoe", "田中"]

    def test_signs_of_a_search_are_letters(self, two: Two) -> None:
        for number, name in enumerate(["a_c", "abc", "50%", "500"]):
            two[0].record(make_facts("1", f"1.{number}", name=name), scored(0.9), MODEL, 0.1)
        for text, found in (("a_c", ["a_c"]), ("0%", ["50%"])):
            rows = two[1].list_studies(StudyQuery(UID, text=text))
            assert [row.patient.name for row in rows] == found


class TestReaders:
    def test_the_second_is_told_who_has_the_study(self, store: WorklistStore, clock: Clock) -> None:
        store.record(make_facts(), scored(0.9), MODEL, 0.1)
        assert store.begin_reading("1.2.3", "Dr. Lee") is None
        holder = store.begin_reading("1.2.3", "Dr. Roe")
        assert holder is not None
        assert (holder.reader, holder.since) == ("Dr. Lee", clock.moment)
        assert store.begin_reading("1.2.3", "Dr. Lee") is None
        store.set_reading_status("1.2.3", ReadingStatus.REVIEWED, "Dr. Lee")
        assert store.begin_reading("1.2.3", "Dr. Roe") is None
        row = store.find_study("1.2.3", UID)
        assert row is not None
        assert (row.reading_status, row.reader) == (ReadingStatus.REVIEWED, "Dr. Lee")

    def test_of_many_at_one_moment_one_has_it(self, database: Path | str) -> None:
        with WorklistStore.open(database) as store:
            store.record(make_facts(), scored(0.9), MODEL, 0.1)
            with ThreadPoolExecutor(8) as pool:
                readers = [f"Dr. {number}" for number in range(8)]
                holders = list(pool.map(lambda r: store.begin_reading("1.2.3", r), readers))
            [winner] = [r for r, holder in zip(readers, holders, strict=True) if holder is None]
            assert {holder.reader for holder in holders if holder} == {winner}


class TestFaults:
    def refusal(self, url: str) -> str:
        with pytest.raises(StoreUnavailableError) as caught:
            WorklistStore.open(url, busy_seconds=0.5)
        return str(caught.value)

    def test_what_does_not_answer(self, server: PostgresqlServer, tmp_path: Path) -> None:
        assert "cannot be reached" in self.refusal(f"postgresql://me:secret@/w?host={tmp_path}")
        assert "secret" not in self.refusal(f"postgresql://me:secret@/w?host={tmp_path}")
        assert "cannot be reached" in self.refusal(server.url("no_such_database"))
        nobody = server.url("postgres").replace("//postgres@", "//nobody@")
        assert "check that the server runs, and address, user" in self.refusal(nobody)

    def test_a_database_that_has_not_every_script(self, server: PostgresqlServer) -> None:
        url = server.create_database(options="ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
        assert "has not every script; create one with ENCODING 'UTF8'" in self.refusal(url)

    def test_the_database_of_another_program(self, server: PostgresqlServer) -> None:
        url = server.create_database()
        server.tell("CREATE TABLE bookmarks (address text)", url.split("/")[3].split("?")[0])
        assert "database of another program" in self.refusal(url)

    def test_a_lock_is_waited_for_and_then_told(self, two: Two, postgresql_url: str) -> None:
        one = two[0]
        one.record(make_facts(), scored(0.9), MODEL, 0.1)
        with WorklistStore.open(postgresql_url, busy_seconds=0.1) as hasty:
            with one._writing() as connection:
                connection.execute(studies.update().values(scanner="in work"))
                with pytest.raises(StoreUnavailableError, match="locked; wait, and try again"):
                    hasty.set_reading_status("1.2.3", ReadingStatus.REVIEWED, "Dr. Lee")
            hasty.set_reading_status("1.2.3", ReadingStatus.REVIEWED, "Dr. Lee")

    def test_a_bug_is_raised_without_values(self, store: WorklistStore) -> None:
        facts = make_facts(name="Sarkozy, Nadia", patient_id="PID-77")
        store.record(facts, scored(0.9), MODEL, 0.1)
        with pytest.raises(DBAPIError) as caught, store._writing() as connection:
            connection.execute(studies.update().values(received_at=None))
        told = "".join(traceback.format_exception(caught.value))
        assert "received_at" in told
        assert "Sarkozy" not in told
        assert "PID-77" not in told

    def test_the_server_is_started_again(self) -> None:
        programs = find_programs()
        if programs is None:
            pytest.skip("no PostgreSQL server here (Debian: postgresql)")
        with (
            postgresql_server(programs) as own,
            WorklistStore.open(own.create_database()) as store,
        ):
            store.record(make_facts("1"), scored(0.9), MODEL, 0.1)
            own.stop()
            with pytest.raises(StoreUnavailableError):
                store.record(make_facts("2"), scored(0.9), MODEL, 0.1)
            wait_until(lambda: not _token(store), "the watch to meet the end of its connection")
            own.start()
            before = wait_until(lambda: _token(store), "the watch to listen again")
            store.record(make_facts("2"), scored(0.9), MODEL, 0.1)
            wait_until(lambda: store.change_token() > before, "a notice")
            assert len(store.list_instances("1.2.3", UID)) == 2


def _token(store: WorklistStore) -> int:
    try:
        return store.change_token()
    except StoreUnavailableError:
        return 0
