"""A disk that is full is told, loses nothing, and the work goes on when there is room again."""

from __future__ import annotations

import contextlib
import csv
from pathlib import Path

import pytest
from pydicom import dcmread

from tests.conftest import InstanceFactory
from tests.intake.receiving.listening import CR, call, read_with_uid
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.errors import SpoolFullError, TriageError
from triage_app.intake.custody import Custody, ReceivedInstance
from triage_app.intake.receiving.receiver import Refused
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.settings import load_settings, save_settings
from triage_app.worklist.store import WorklistStore

EXPLICIT = "1.2.840.10008.1.2.1"


def fill(folder: Path) -> Path:
    """Leave no room on a disk."""
    ballast = folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    return ballast


def received(number: int) -> ReceivedInstance:
    return ReceivedInstance(CR, f"1.2.{number}", EXPLICIT, bytes(100_000), "CR1")


def take_until_refused(custody: Custody) -> int:
    """Say how many were taken."""
    for taken in range(100):
        try:
            custody.take(received(taken))
        except (OSError, SpoolFullError):
            return taken
    raise AssertionError("the disk never was full")


def test_the_spool_takes_what_it_can_and_goes_on_with_room(
    small_disk: Path, tmp_path: Path
) -> None:
    with (
        WorklistStore.open(tmp_path / "w.sqlite") as store,
        Spool(SpoolOptions(small_disk / "spool", 0)) as spool,
    ):
        custody = Custody(spool, store.arrivals)
        taken = take_until_refused(custody)
        assert taken
        uids = [f"1.2.{number}" for number in range(100)]
        known = store.arrivals.find(uids)
        assert sorted(known) == sorted(uids[:taken])
        assert all(Path(each.path).stat().st_size > 100_000 for each in known.values())
        assert not list((small_disk / "spool" / "incoming" / spool.owner).glob("[!l]*"))
        next(spool.files()).unlink()
        custody.take(received(taken))


def test_a_receiver_says_a700_and_later_success(
    small_disk: Path, tmp_path: Path, make_instance: InstanceFactory, start_station: object
) -> None:
    station = start_station()  # type: ignore[operator] # the fixture of the receiver's tests
    image = make_instance(shape=(300, 310))
    with Spool(SpoolOptions(small_disk / "spool", 0)) as spool:
        station.custody._spool = spool
        ballast = fill(small_disk)
        association = call(station)
        assert association.send_c_store(dcmread(image)).Status == 0xA700
        assert isinstance(station.events[-1], Refused)
        ballast.unlink()
        assert association.send_c_store(dcmread(image)).Status == 0x0000
        association.release()
        (path,) = spool.files()
        assert dcmread(path).PixelData == dcmread(image).PixelData


def test_halves_that_filled_the_disk_are_swept_at_the_start(
    small_disk: Path, tmp_path: Path
) -> None:
    dead = small_disk / "spool" / "incoming" / "4711-dead"
    dead.mkdir(parents=True)
    (dead / "lock").touch()
    for number in range(200):
        (dead / f"{number:016x}").write_bytes(bytes(8192))
    fill(small_disk)
    (small_disk / "ballast").rename(dead / "ballast")
    with (
        WorklistStore.open(tmp_path / "w.sqlite") as store,
        Spool(SpoolOptions(small_disk / "spool", 0)) as spool,
    ):
        custody = Custody(spool, store.arrivals)
        assert custody.recover().halves == 201
        assert not dead.exists()
        custody.take(received(1))


def test_a_scan_says_what_to_do_and_goes_on_with_room(
    small_disk: Path,
    tmp_path: Path,
    make_instance: InstanceFactory,
    tiny_model_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for number in range(3):
        make_instance(f"studies/{number}.dcm")
    rows = small_disk / "rows.csv"
    command = ["scan", str(tmp_path / "studies"), "--output", str(rows), "--workers", "0"]
    command += ["--model", str(tiny_model_path), "--resume"]
    ballast = fill(small_disk)
    assert main(command) == Exit.COULD_NOT_RUN
    assert "make room, and go on with --resume" in capsys.readouterr().err
    ballast.unlink()
    assert main(command) == Exit.DONE
    with rows.open(newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["scored"] * 3


def test_settings_that_cannot_be_written_stay_as_they_were(small_disk: Path) -> None:
    path = small_disk / "settings.toml"
    path.write_text("workers = 2\n")
    fill(small_disk)
    with pytest.raises(TriageError, match="cannot be written"):
        save_settings({"verdict_reasons": tuple(map(str, range(3000)))}, path)
    assert load_settings(path).workers == 2


def test_another_image_under_a_known_uid_that_cannot_be_kept_leaves_the_first(
    start_station: object, make_instance: InstanceFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = start_station()  # type: ignore[operator]
    first, second = make_instance("1.dcm"), make_instance("2.dcm", bits_stored=10)
    uid = "1.2.3.4.5"
    association = call(station)
    assert association.send_c_store(read_with_uid(first, uid)).Status == 0x0000
    before = station.content_of(uid)

    def refuse(_items: object) -> list[object]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(station.custody._register, "_commit", refuse)
    assert association.send_c_store(read_with_uid(second, uid)).Status == 0xA700
    monkeypatch.undo()
    assert station.content_of(uid) == before
    # the new file is there, and the next start finds it; nothing was removed for it
    assert station.custody.recover().registered == 1
    association.release()
    assert len(list(station.spool.files())) == 2
