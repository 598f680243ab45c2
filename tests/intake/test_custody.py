"""An instance that was acknowledged is on disk and in the queue, whatever happens next."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pydicom import dcmread

from triage_app.errors import SpoolError, SpoolFullError, StoreUnavailableError
from triage_app.intake.custody import Custody, ReceivedInstance
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.worklist.arrival_records import Arrival, Registration
from triage_app.worklist.store import WorklistStore

CR = "1.2.840.10008.5.1.4.1.1.1"
IMPLICIT = "1.2.840.10008.1.2"
DATA_SET = bytes.fromhex("0800600002000000") + b"CR"


def received(uid: str = "1.2.3.4", data_set: bytes = DATA_SET) -> ReceivedInstance:
    return ReceivedInstance(CR, uid, IMPLICIT, data_set, "CR1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorklistStore]:
    with WorklistStore.open(tmp_path / "worklist.sqlite") as opened:
        yield opened


@pytest.fixture
def spool(folder: Path) -> Iterator[Spool]:
    with Spool(SpoolOptions(folder, 0)) as opened:
        yield opened


@pytest.fixture
def custody(spool: Spool, store: WorklistStore) -> Custody:
    return Custody(spool, store.arrivals)


def file_of(store: WorklistStore, uid: str = "1.2.3.4") -> Path:
    return Path(store.arrivals.find([uid])[uid].path)


def test_the_file_is_a_whole_dicom_file_with_the_bytes_that_were_sent(
    custody: Custody, store: WorklistStore
) -> None:
    assert custody.take(received()) is Registration.NEW
    content = file_of(store).read_bytes()
    assert content.endswith(DATA_SET)
    read = dcmread(io.BytesIO(content))
    assert read.file_meta.MediaStorageSOPInstanceUID == "1.2.3.4"
    assert read.file_meta.TransferSyntaxUID == IMPLICIT
    assert read.Modality == "CR"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks Linux which file is flushed")
def test_content_name_and_registration_are_on_the_disk_in_this_order_before_it_is_acknowledged(
    custody: Custody, store: WorklistStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    custody.take(received("1.2.3.3", DATA_SET[:-2] + b"DX"))  # its sub-folder may be a new one
    done: list[tuple[str, str]] = []
    fsync, replace, register = os.fsync, Path.replace, custody._register._commit

    def flush(descriptor: int) -> None:
        fsync(descriptor)
        done.append(("flushed", str(Path(f"/proc/self/fd/{descriptor}").readlink())))

    def rename(half: Path, path: Path) -> Path:
        done.append(("renamed", str(half)))
        return replace(half, path)

    def commit(items: Sequence[Arrival]) -> Sequence[Registration]:
        registrations = register(items)
        done.append(("registered", items[0].path))
        return registrations

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(Path, "replace", rename)
    monkeypatch.setattr(custody._register, "_commit", commit)
    custody.take(received())
    path = str(file_of(store))
    half = next(place for act, place in done if act == "renamed")
    steps = [step for step in done if step[1] != str(folder)]  # its own, where a sub-folder is new
    assert steps == [
        ("flushed", half),
        ("renamed", half),
        ("flushed", str(Path(path).parent)),
        ("registered", path),
    ]


def test_only_the_owner_may_read(custody: Custody, store: WorklistStore, folder: Path) -> None:
    custody.take(received())
    assert folder.stat().st_mode & 0o077 == 0
    assert file_of(store).parent.stat().st_mode & 0o077 == 0


def test_the_same_again_is_success_and_written_once(custody: Custody, spool: Spool) -> None:
    custody.take(received())
    (path,) = spool.files()
    before = path.stat().st_mtime_ns
    assert custody.take(received()) is Registration.REPEATED
    assert [file.stat().st_mtime_ns for file in spool.files()] == [before]


def test_the_same_again_after_its_file_was_lost_is_written_again(
    custody: Custody, store: WorklistStore
) -> None:
    custody.take(received())
    file_of(store).unlink()
    assert custody.take(received()) is Registration.REPEATED
    assert file_of(store).is_file()


def test_other_content_leaves_the_old_file_until_the_new_one_is_settled(
    custody: Custody, store: WorklistStore, spool: Spool
) -> None:
    custody.take(received())
    assert custody.take(received(data_set=DATA_SET[:-2] + b"DX")) is Registration.REPLACED
    assert len(list(spool.files())) == 2
    assert file_of(store).read_bytes().endswith(b"DX")


@pytest.mark.parametrize(
    "uid",
    ["../../../etc/passwd", "/etc/passwd", "..", "1.2\x00.3", "1.02.3", "C:\\x", "é", "1." * 40],
)
def test_no_uid_leaves_the_spool(
    custody: Custody, store: WorklistStore, folder: Path, uid: str
) -> None:
    assert custody.take(received(uid)) is Registration.NEW
    path = file_of(store, uid)
    assert path.parent.parent == folder
    assert path.resolve().is_relative_to(folder)
    assert path.is_file()


def test_a_disk_that_is_nearly_full_is_told_before_anything_is_written(
    tmp_path: Path, store: WorklistStore
) -> None:
    with Spool(SpoolOptions(tmp_path / "full", 2**62)) as spool:
        with pytest.raises(SpoolFullError, match="free some space"):
            Custody(spool, store.arrivals).take(received())
        assert list(spool.files()) == []


def test_a_disk_that_fills_up_leaves_no_half(
    custody: Custody, store: WorklistStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        custody.take(received())
    monkeypatch.undo()
    assert store.arrivals.find(["1.2.3.4"]) == {}
    assert {path.name for path in folder.rglob("*") if path.is_file()} == {"guard", "lock"}


def test_a_file_whose_registration_failed_is_registered_at_the_next_start(
    custody: Custody, store: WorklistStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_items: object) -> list[Registration]:
        raise StoreUnavailableError("the disk of the worklist database is full")

    monkeypatch.setattr(custody._register, "_commit", refuse)
    with pytest.raises(StoreUnavailableError):
        custody.take(received())
    recovered = custody.recover()
    assert recovered.registered == 1
    assert store.arrivals.has_waiting()
    assert custody.recover().registered == 0
    assert custody.take(received()) is Registration.REPEATED


def test_foreign_and_damaged_files_in_the_spool_are_left_alone(
    custody: Custody, store: WorklistStore, folder: Path
) -> None:
    custody.take(received())
    damaged = file_of(store).with_name("1.2.3.5-0011223344556677.dcm")
    damaged.write_bytes(file_of(store).read_bytes())
    (damaged.parent / "notes.dcm").write_text("no DICOM")
    assert custody.recover().registered == 0
    assert damaged.is_file()


def test_what_a_killed_program_left_is_swept(
    custody: Custody, store: WorklistStore, folder: Path
) -> None:
    program = (
        "import sys, os, signal\n"
        "from pathlib import Path\n"
        "from triage_app.intake.spool import Spool, SpoolOptions\n"
        "from triage_app.worklist.store import WorklistStore\n"
        "spool = Spool(SpoolOptions(Path(sys.argv[1]), 0))\n"
        "store = WorklistStore.open(sys.argv[2])\n"
        "assert store.arrivals.claim(spool.owner, 1000.0)\n"
        "half = Path(sys.argv[1]) / 'incoming' / spool.owner / 'half'\n"
        "half.write_bytes(b'half')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    custody.take(received())
    command = [sys.executable, "-c", program, str(folder), store.name]
    root = Path(__file__).parents[2]
    ended = subprocess.run(command, cwd=root, check=False)  # noqa: S603 - our own program
    assert ended.returncode == -9
    assert not store.arrivals.has_waiting()
    recovered = custody.recover()
    assert (recovered.halves, recovered.released, recovered.registered) == (1, 1, 0)
    assert store.arrivals.has_waiting()
    assert not list(folder.glob("incoming/*/half"))


def test_a_sweep_leaves_programs_that_run_alone(spool: Spool, folder: Path) -> None:
    with Spool(SpoolOptions(folder, 0)) as other:
        assert other.sweep().ended_owners == ()
        other.write([b"whole"], other.path_for("1.2", "ab" * 32))
    assert spool.sweep().ended_owners == ()


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpoolError, match="choose a folder"):
        Spool(SpoolOptions(tmp_path / "file" / "spool", 0))


def test_threads_that_send_at_once_lose_and_double_nothing(
    custody: Custody, store: WorklistStore, spool: Spool
) -> None:
    uids = [f"1.2.{number}" for number in range(20)]
    results: list[Registration] = []

    def send() -> None:
        results.extend(custody.take(received(uid)) for uid in uids)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count(Registration.NEW) == 20
    assert results.count(Registration.REPEATED) == 60
    assert len(list(spool.files())) == 20
    assert set(store.arrivals.find(uids)) == set(uids)
