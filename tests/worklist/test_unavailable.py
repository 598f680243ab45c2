"""A database that cannot be used says why, in a sentence that helps, and nothing of a patient."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from tests.worklist.made import MODEL, make_facts, scored
from triage_app.errors import StoreUnavailableError, StoreVersionError
from triage_app.worklist.databases.file_system import file_system_in
from triage_app.worklist.records import ReadingStatus, StudyQuery
from triage_app.worklist.store import WorklistStore

SOON = 0.05
"""Seconds to wait for a lock that will not go away."""


@pytest.fixture
def filled(sqlite_file: Path) -> Path:
    with WorklistStore.open(sqlite_file) as store:
        for number in range(40):
            facts = make_facts(str(number), study=f"1.{number}", name=f"Doe {number}")
            store.record(facts, scored(0.9), MODEL, 0.1)
    return sqlite_file


@contextmanager
def locked(sqlite_file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def refusal(path_or_url: Path | str) -> str:
    with pytest.raises(StoreUnavailableError) as caught:
        WorklistStore.open(path_or_url, busy_seconds=SOON)
    return str(caught.value)


class TestOpening:
    def test_a_file_that_is_no_database(self, sqlite_file: Path) -> None:
        sqlite_file.write_text("study,patient\n" * 100)
        assert refusal(sqlite_file) == (
            f"{sqlite_file}: this file is no worklist database; choose another file."
        )
        assert sqlite_file.read_text() == "study,patient\n" * 100

    def test_the_database_of_another_program(self, sqlite_file: Path) -> None:
        with closing(sqlite3.connect(sqlite_file)) as other:
            other.execute("CREATE TABLE bookmarks (address TEXT)")
        before = sqlite_file.read_bytes()
        assert "database of another program" in refusal(sqlite_file)
        assert sqlite_file.read_bytes() == before

    def test_a_damaged_database(self, filled: Path) -> None:
        whole = filled.read_bytes()
        # the header stays; the first page's directory of tables does not
        filled.write_bytes(whole[:100] + b"\xff" * 3996 + whole[4096:])
        assert "is damaged; run 'triage-app check --repair'" in refusal(filled)

    def test_a_database_that_was_cut_off(self, filled: Path) -> None:
        filled.write_bytes(filled.read_bytes()[:5000])
        assert "is damaged; run 'triage-app check --repair'" in refusal(filled)

    def test_a_folder(self, tmp_path: Path) -> None:
        assert "cannot be created" in refusal(tmp_path)

    def test_a_folder_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert "choose a folder that you may write to" in refusal(tmp_path / "file" / "w.sqlite")

    def test_a_read_only_database(self, filled: Path) -> None:
        sentence = refusal(f"sqlite:///file:{filled}?mode=ro&uri=true")
        assert "the worklist database is read-only; give this user the right" in sentence

    @pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write to every file"
    )
    def test_a_file_and_a_folder_without_the_right_to_write(self, filled: Path) -> None:
        filled.chmod(0o400)
        assert "read-only" in refusal(filled)
        filled.parent.chmod(0o500)
        try:
            assert "may write" in refusal(filled.with_name("new.sqlite"))
        finally:
            filled.parent.chmod(0o700)

    def test_a_locked_database(self, filled: Path) -> None:
        with locked(filled):
            assert "another program keeps the worklist database locked" in refusal(filled)
        WorklistStore.open(filled).close()

    @pytest.mark.parametrize(
        ("kind", "place", "expected"),
        [
            ("nfs4", "/srv/shared", "nfs4"),
            ("fuse.sshfs", "/srv/shared", "fuse.sshfs"),
            ("ext4", "/srv", "ext4"),
            ("cifs", "/srv/other", "overlay"),
            ("nfs", "/srv/sha", "overlay"),
            ("nfs", "/srv/shared\\040folder", "overlay"),
        ],
    )
    def test_the_file_system_of_a_folder(self, kind: str, place: str, expected: str) -> None:
        mounts = (
            "22 1 0:20 / / rw,relatime - overlay overlay rw\n"
            f"36 22 98:0 / {place} rw,noatime shared:1 - {kind} server:/export rw\n"
        )
        assert file_system_in(mounts, Path("/srv/shared/triage/w.sqlite")) == expected

    def test_a_network_folder_is_refused_with_a_choice(
        self, sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "triage_app.worklist.databases.sqlite.find_network_file_system", lambda _path: "nfs4"
        )
        sentence = refusal(sqlite_file)
        assert "it lies on nfs4" in sentence
        assert "a folder on a disk of this machine, or a PostgreSQL server" in sentence
        assert not sqlite_file.exists()

    def test_a_file_system_without_a_write_ahead_log(self, tmp_path: Path) -> None:
        # this way of locking shares no memory between programs, as on a network folder
        sentence = refusal(f"sqlite:///file:{tmp_path}/w.sqlite?vfs=unix-dotfile&uri=true")
        assert "cannot keep a write-ahead log there" in sentence
        assert "choose a folder on a disk of this machine, or a PostgreSQL server" in sentence

    @pytest.mark.parametrize(
        ("url", "sentence"),
        [
            ("mysql://reader:secret@server/worklist", "in SQLite or PostgreSQL"),
            ("sqlite://", "must outlive the program"),
            ("sqlite:///:memory:", "must outlive the program"),
            ("://", "not a valid URL"),
        ],
    )
    def test_an_address_that_is_not_spoken(self, url: str, sentence: str) -> None:
        assert sentence in refusal(url)
        assert "secret" not in refusal(url)

    def test_a_newer_schema(self, filled: Path) -> None:
        with closing(sqlite3.connect(filled)) as newer, newer:
            newer.execute("UPDATE worklist_version SET version_num = '9999'")
        before = filled.read_bytes()
        with pytest.raises(StoreVersionError, match=r"written by a newer version.*schema 9999"):
            WorklistStore.open(filled)
        assert filled.read_bytes() == before


class TestWorking:
    def test_a_lock_stops_writing_but_not_reading(self, filled: Path) -> None:
        with WorklistStore.open(filled, busy_seconds=SOON) as store:
            with locked(filled):
                with pytest.raises(StoreUnavailableError, match="locked"):
                    store.record(make_facts(), scored(0.9), MODEL, 0.1)
                assert len(store.list_studies(StudyQuery(MODEL.device_uid))) == 40
            store.record(make_facts(), scored(0.9), MODEL, 0.1)
            assert len(store.list_studies(StudyQuery(MODEL.device_uid))) == 41

    def test_a_full_disk_loses_nothing_that_was_kept(self, filled: Path) -> None:
        with WorklistStore.open(filled) as store:
            with (
                store._transactions._reader.connect() as connection
            ):  # the only one that is not the watch's
                connection.exec_driver_sql("PRAGMA max_page_count = 1")  # as many as there are
            kept: list[str] = []

            def fill() -> None:
                for number in range(1000):
                    facts = make_facts("1", study=f"2.{number}")
                    kept.append(store.record(facts, scored(0.9), MODEL, 0.1))

            with pytest.raises(StoreUnavailableError, match=r"disk of the worklist.* is full"):
                fill()
            rows = store.list_studies(StudyQuery(MODEL.device_uid))
            assert len(rows) == 40 + len(kept)
        with WorklistStore.open(filled) as store:
            assert store.list_studies(StudyQuery(MODEL.device_uid)) == rows

    def test_a_disk_that_is_really_full(self, tmp_path: Path) -> None:
        folder = tmp_path / "small"
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
        if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:  # noqa: S603
            pytest.skip("no right to mount a small file system")
        kept: list[str] = []
        try:
            with WorklistStore.open(folder / "worklist.sqlite") as store:

                def fill() -> None:
                    for number in range(2000):
                        facts = make_facts("1", study=f"2.{number}")
                        kept.append(store.record(facts, scored(0.9), MODEL, 0.1))

                with pytest.raises(StoreUnavailableError, match=r"disk of the worklist.* is full"):
                    fill()
            saved = shutil.copytree(folder, tmp_path / "saved")
        finally:
            subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607
        assert kept
        with WorklistStore.open(saved / "worklist.sqlite") as store:
            rows = store.list_studies(StudyQuery(MODEL.device_uid))
            assert {row.study_key for row in rows} == set(kept)

    def test_damage_that_is_met_while_reading(self, filled: Path) -> None:
        whole = filled.read_bytes()
        pages = len(whole) // 4096
        filled.write_bytes(whole[: 4096 * (pages // 4)] + b"\xff" * 4096 * (pages - pages // 4))

        def read() -> None:
            with WorklistStore.open(filled) as store:
                for row in store.list_studies(StudyQuery(MODEL.device_uid)):
                    store.list_instances(row.study_key, MODEL.device_uid)

        with pytest.raises(StoreUnavailableError, match="damaged"):
            read()

    def test_a_value_that_cannot_be_read(self, filled: Path) -> None:
        with closing(sqlite3.connect(filled)) as other, other:
            other.execute("UPDATE studies SET reading_status = 'lost' WHERE study_key = '1.7'")
        with WorklistStore.open(filled) as store:
            with pytest.raises(StoreUnavailableError, match="holds a value that cannot be read"):
                store.find_study("1.7", MODEL.device_uid)
            assert store.find_study("1.8", MODEL.device_uid) is not None


class TestPrivacy:
    def test_a_bug_is_raised_as_it_is_but_without_values(self, filled: Path) -> None:
        with WorklistStore.open(filled) as store:
            with closing(sqlite3.connect(filled)) as other, other:
                other.execute("ALTER TABLE studies RENAME COLUMN patient_sex TO sex")
            facts = make_facts("1", name="Sarkozy, Nadia", patient_id="PID-77")
            with pytest.raises(DBAPIError) as caught:
                store.record(facts, scored(0.9), MODEL, 0.1)
        told = "".join(traceback.format_exception(caught.value))
        assert "patient_sex" in told
        assert "Sarkozy" not in told
        assert "PID-77" not in told

    def test_no_log_line_names_a_patient(
        self, sqlite_file: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        logging.getLogger("sqlalchemy").setLevel(logging.DEBUG)
        try:
            with WorklistStore.open(sqlite_file, busy_seconds=SOON) as store:
                facts = make_facts("1", name="Sarkozy, Nadia", patient_id="PID-77")
                key = store.record(facts, scored(0.9), MODEL, 0.1)
                store.set_reading_status(key, ReadingStatus.REVIEWED, "Dr. Lee")
                [row] = store.list_studies(StudyQuery(MODEL.device_uid, text="sarkozy"))
                assert row.patient.patient_id == "PID-77"
                store.list_instances(key, MODEL.device_uid)
                with locked(sqlite_file), pytest.raises(StoreUnavailableError) as caught:
                    store.record(facts, scored(0.9), MODEL, 0.1)
        finally:
            logging.getLogger("sqlalchemy").setLevel(logging.NOTSET)
        told = caplog.text + "".join(traceback.format_exception(caught.value))
        assert "alembic" in told  # the log was listened to
        for value in ("Sarkozy", "sarkozy", "Nadia", "PID-77"):
            assert value not in told
