"""What the worklist says of files is compared with the disk; what is safe is put in order."""

from __future__ import annotations

import os
import sqlite3
import tarfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import InstanceFactory
from tests.worklist.made import MODEL, make_facts, scored
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.intake.custody import Custody, split_file
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.worklist.arrival_records import ArrivalState
from triage_app.worklist.delivery_records import Outgoing
from triage_app.worklist.records import ReadingStatus, StudyQuery
from triage_app.worklist.store import WorklistStore

LEASE = 60.0


class Reception:
    """A worklist with one scored instance of one study, as a receiver leaves it."""

    def __init__(self, folder: Path, instance: Path) -> None:
        self.database = folder / "worklist.sqlite"
        self.spool = folder / "received"
        self.options = ["--database", str(self.database), "--spool", str(self.spool)]
        with self.open() as store, self.open_spool() as spool:
            received = split_file(instance.read_bytes(), "CR1")
            Custody(spool, store.arrivals).take(received)
            claim = store.arrivals.claim(spool.owner, LEASE)
            assert claim is not None
            self.path = Path(claim.path)
            facts = make_facts("1", "1.2.3", path=claim.path, name="Doe")
            store.arrivals.settle(spool.owner, claim, facts, scored(0.9), MODEL, 0.1)
            store.arrivals.complete_studies(0.0, 0.0)

    def open(self, now: datetime | None = None) -> WorklistStore:
        return WorklistStore.open(self.database, now=lambda: now or datetime.now(UTC))

    def open_spool(self) -> Spool:
        return Spool(SpoolOptions(self.spool, 0))


@pytest.fixture
def reception(tmp_path: Path, make_instance: InstanceFactory) -> Reception:
    return Reception(tmp_path / "here", make_instance("image.dcm", shape=(16, 16)))


@pytest.fixture(autouse=True)
def _no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(tmp_path / "none.toml"))


def findings(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    lines = capsys.readouterr().out.splitlines()
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines]


class TestCheck:
    def test_all_in_order(self, reception: Reception, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", *reception.options]) == Exit.DONE
        assert findings(capsys) == []

    def test_a_lost_and_a_changed_file(
        self, reception: Reception, capsys: pytest.CaptureFixture[str]
    ) -> None:
        whole = reception.path.read_bytes()
        reception.path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert main(["check", "--repair", *reception.options]) == Exit.DONE_WITH_FAILURES
        assert ("changed file", "open") in findings(capsys)
        assert main(["check", "--without-reading", *reception.options]) == Exit.DONE
        reception.path.unlink()
        assert main(["check", "--repair", *reception.options]) == Exit.DONE_WITH_FAILURES
        assert ("lost file", "open") in findings(capsys)

    def test_a_file_that_the_queue_does_not_know(
        self, reception: Reception, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with closing(sqlite3.connect(reception.database)) as connection, connection:
            connection.execute("DELETE FROM arrivals")
        stranger = reception.path.with_name("stranger.dcm")
        stranger.write_bytes(b"no image")
        assert main(["check", *reception.options]) == Exit.DONE_WITH_FAILURES
        assert findings(capsys) == [("unknown file", "open"), ("foreign file", "open")]
        assert main(["check", "--repair", *reception.options]) == Exit.DONE_WITH_FAILURES
        assert findings(capsys) == [("unknown file", "repaired"), ("foreign file", "open")]
        assert stranger.read_bytes() == b"no image"
        with reception.open() as store:
            assert store.arrivals.count_by_state()[ArrivalState.RECEIVED] == 1

    def test_a_result_that_is_not_the_one_of_its_images(
        self, reception: Reception, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with closing(sqlite3.connect(reception.database)) as connection, connection:
            connection.execute("UPDATE study_results SET state = 'not flagged', tier = 2")
        assert main(["check", *reception.options]) == Exit.DONE_WITH_FAILURES
        assert findings(capsys) == [("stale result", "open")]
        assert main(["check", "--repair", *reception.options]) == Exit.DONE
        assert main(["check", *reception.options]) == Exit.DONE

    def test_a_damaged_worklist_is_kept_aside_and_rebuilt(
        self, reception: Reception, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with reception.open() as store:
            store.set_reading_status("1.2.3", ReadingStatus.REVIEWED, "Dr. Lee")
            before = store.list_studies(StudyQuery(MODEL.device_uid))
        damage(reception.database, "events")
        assert main(["check", *reception.options]) == Exit.COULD_NOT_RUN
        assert "damaged; run 'triage-app check --repair'" in capsys.readouterr().err
        damaged = reception.database.read_bytes()
        assert main(["check", "--repair", *reception.options]) == Exit.DONE
        told = capsys.readouterr().err
        assert "Some rows could not be read" in told
        [aside] = reception.database.parent.glob("worklist.sqlite.damaged-*[0-9]")
        assert aside.read_bytes()[100:] == damaged[100:]  # SQLite's header says how it is opened
        with reception.open() as store:
            assert store.list_studies(StudyQuery(MODEL.device_uid)) == before

    def test_what_is_lost_in_a_damaged_worklist_is_scored_again(
        self, reception: Reception, capsys: pytest.CaptureFixture[str]
    ) -> None:
        damage(reception.database, "outcomes")
        assert main(["check", "--repair", *reception.options]) == Exit.DONE
        capsys.readouterr()
        with reception.open() as store:
            assert store.arrivals.count_by_state()[ArrivalState.RECEIVED] == 1
            assert store.find_study("1.2.3", MODEL.device_uid) is not None


def damage(database: Path, table: str) -> None:
    """Overwrite the page that a table begins at."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        statement = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        page = connection.execute(statement, (table,)).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(os.urandom(size))


class TestBackup:
    def test_a_worklist_alone_comes_back(
        self, reception: Reception, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        copy = tmp_path / "copy.sqlite"
        with reception.open() as store:  # at work
            assert main(["backup", str(copy), *reception.options]) == Exit.DONE
            store.set_reading_status("1.2.3", ReadingStatus.REVIEWED, "Dr. Lee")
            assert main(["restore", str(copy), *reception.options]) == Exit.COULD_NOT_RUN
            assert "another program has the worklist open" in capsys.readouterr().err
        assert main(["restore", str(copy), *reception.options]) == Exit.DONE
        with reception.open() as store:
            row = store.find_study("1.2.3", MODEL.device_uid)
            assert row is not None
            assert row.reading_status is ReadingStatus.UNREAD
        assert len(list(reception.database.parent.glob("*.before-restore-*"))) == 1

    def test_a_backup_is_never_written_over(
        self, reception: Reception, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        copy = tmp_path / "copy.sqlite"
        copy.write_text("of last week")
        assert main(["backup", str(copy), *reception.options]) == Exit.COULD_NOT_RUN
        assert copy.read_text() == "of last week"
        capsys.readouterr()

    def test_files_too_and_in_another_place(
        self, reception: Reception, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        copy = tmp_path / "copy.tar"
        assert main(["backup", str(copy), "--with-files", *reception.options]) == Exit.DONE
        content = reception.path.read_bytes()
        there = ["--database", str(tmp_path / "there/w.sqlite"), "--spool", str(tmp_path / "spool")]
        assert main(["restore", str(copy), *there]) == Exit.DONE
        assert main(["check", *there]) == Exit.DONE, capsys.readouterr().out
        with WorklistStore.open(tmp_path / "there/w.sqlite") as store:
            [instance] = store.list_instances("1.2.3", MODEL.device_uid)
        assert Path(instance.facts.path).is_relative_to(tmp_path / "spool")
        assert Path(instance.facts.path).read_bytes() == content

    @pytest.mark.parametrize("kind", ["cut", "foreign", "archive"])
    def test_what_is_no_backup_touches_nothing(
        self,
        reception: Reception,
        tmp_path: Path,
        kind: str,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        copy = tmp_path / "copy"
        if kind == "cut":
            assert main(["backup", str(copy), *reception.options]) == Exit.DONE
            copy.write_bytes(copy.read_bytes()[:9000])
        elif kind == "foreign":
            copy.write_text("no backup")
        else:
            with tarfile.open(copy, "w") as archive:
                archive.add(__file__, "../../outside.py")
        before = reception.database.read_bytes()
        assert main(["restore", str(copy), *reception.options]) == Exit.COULD_NOT_RUN
        assert f"{copy}: this " in capsys.readouterr().err
        assert reception.database.read_bytes() == before


class TestRetain:
    def retain(self, reception: Reception, days: str = "0") -> bool:
        """Say whether the file is gone."""
        assert main(["retain", "--pixels-days", days, *reception.options]) == Exit.DONE
        return not reception.path.exists()

    def test_what_is_unread_stays(self, reception: Reception) -> None:
        assert not self.retain(reception)
        with reception.open() as store:
            store.set_reading_status("1.2.3", ReadingStatus.IN_PROGRESS, "Dr. Lee")
        assert not self.retain(reception)

    def test_what_is_read_goes_after_its_time_and_its_result_stays(
        self, reception: Reception
    ) -> None:
        with reception.open() as store:
            store.set_reading_status("1.2.3", ReadingStatus.REVIEWED, "Dr. Lee")
        assert not self.retain(reception, "1")
        os.utime(reception.path, (0, 0))
        assert self.retain(reception)
        with reception.open() as store:
            row = store.find_study("1.2.3", MODEL.device_uid)
            assert row is not None
            assert row.result.probability == 0.9
            assert "removed after their time" in store.list_events("1.2.3")[-1].detail
        assert main(["check", *reception.options]) == Exit.DONE

    def test_what_is_unsent_stays(self, reception: Reception) -> None:
        with reception.open() as store:
            store.set_reading_status("1.2.3", ReadingStatus.REVIEWED, "Dr. Lee")
            result = Outgoing("9.9", "1.2", "1.2.840.10008.1.2.1", "1.2.3", "/results/9.dcm", "d")
            store.deliveries.add("PACS", [result])
        assert not self.retain(reception)

    def test_what_comes_again_meanwhile_stays(self, reception: Reception) -> None:
        with reception.open(datetime.now(UTC) + timedelta(days=9)) as store:
            store.set_reading_status("1.2.3", ReadingStatus.REVIEWED, "Dr. Lee")
        content = reception.path.read_bytes()
        os.utime(reception.path, (0, 0))
        assert self.retain(reception)
        with reception.open() as store, reception.open_spool() as spool:
            Custody(spool, store.arrivals).take(split_file(content, "CR1"))
        assert not self.retain(reception)

    def test_without_a_rule_nothing_goes(
        self, reception: Reception, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["retain", *reception.options]) == Exit.USAGE
        assert "the settings keep everything" in capsys.readouterr().err
        assert reception.path.exists()


@pytest.mark.parametrize(
    "command",
    [["check"], ["retain", "--pixels-days", "1"], ["audit", "verify"], ["backup", "b.tar"]],
    ids=lambda command: command[0],
)
def test_of_a_worklist_that_is_not_there_nothing_is_said_to_be_in_order(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    missing = tmp_path / "mistyped.sqlite"
    assert main([*command, "--database", str(missing)]) == Exit.COULD_NOT_RUN
    assert "mistyped.sqlite: there is no worklist" in capsys.readouterr().err
    assert not missing.exists()
