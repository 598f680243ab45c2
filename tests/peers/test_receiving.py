"""Senders of other vendors against our receiver: every transfer syntax, at once, broken off."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import (
    JPEG2000,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from tests.conftest import InstanceFactory
from tests.intake.receiving.listening import Station, read_with_uid
from tests.peers.programs import Orthanc, require, run
from tests.waiting import wait_until
from triage_app.imaging.header import read_instance
from triage_app.imaging.pixels import read_stored_values
from triage_app.imaging.source import FileSource
from triage_app.intake.peers import Peer
from triage_app.worklist.arrival_records import Registration

pytestmark = pytest.mark.peer

STORESCU_OPTIONS = {
    ExplicitVRLittleEndian: "-xe",
    ExplicitVRBigEndian: "-xb",
    ImplicitVRLittleEndian: "-xi",
    DeflatedExplicitVRLittleEndian: "-xd",
    JPEGLosslessSV1: "-xs",
    JPEGBaseline8Bit: "-xy",
    JPEGExtended12Bit: "-xx",
    JPEG2000Lossless: "-xv",
    JPEG2000: "-xw",
    JPEGLSLossless: "-xt",
    JPEGLSNearLossless: "-xu",
    RLELossless: "-xr",
}


def test_echoscu_is_answered(station: Station) -> None:
    said = run("echoscu", "-v", "-aec", "TRIAGE", station.host, str(station.port))
    assert "Success" in said


@pytest.mark.parametrize("syntax", STORESCU_OPTIONS, ids=lambda uid: uid.keyword)
def test_storescu_sends_each_transfer_syntax(
    station: Station, make_instance: InstanceFactory, syntax: str
) -> None:
    bits = 8 if syntax == JPEGBaseline8Bit else 12
    path = make_instance(transfer_syntax_uid=syntax, bits_stored=bits)
    run(
        "storescu",
        *("-aec", "TRIAGE", STORESCU_OPTIONS[syntax]),
        *(station.host, str(station.port), path),
    )
    (kept,) = station.spool.files()
    sent, received = dcmread(path), dcmread(kept)
    assert received.file_meta.TransferSyntaxUID == syntax
    assert received == sent
    assert read_stored_values(read_instance(FileSource(kept))).size


@pytest.mark.parametrize("syntax", STORESCU_OPTIONS, ids=lambda uid: uid.keyword)
def test_orthanc_sends_each_transfer_syntax(
    station: Station, orthanc: Orthanc, make_instance: InstanceFactory, syntax: str
) -> None:
    bits = 8 if syntax == JPEGBaseline8Bit else 12
    path = make_instance(transfer_syntax_uid=syntax, bits_stored=bits, uid_seed=f"o{syntax}")
    answer = orthanc.rest("/instances", content=path.read_bytes())
    orthanc.rest("/modalities/us/store", [answer["ID"]])
    (kept,) = station.spool.files()
    received = dcmread(kept)
    assert received.file_meta.TransferSyntaxUID == syntax
    assert received.PixelData == dcmread(path).PixelData
    assert read_stored_values(read_instance(FileSource(kept))).size


def test_two_hundred_instances_over_four_associations(
    station: Station, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    original = make_instance()
    folders = []
    for sender in range(4):
        folder = tmp_path / f"sender-{sender}"
        folder.mkdir()
        folders.append(folder)
        for number in range(50):
            dataset = read_with_uid(original, f"1.2.8.{sender}.{number}")
            dataset.save_as(folder / f"{number}.dcm")
    program = require("storescu")
    senders = [
        subprocess.Popen(  # noqa: S603 - programs that we name
            [program, "-aec", "TRIAGE", "+sd", station.host, str(station.port), str(folder)]
        )
        for folder in folders
    ]
    assert [sender.wait(timeout=60) for sender in senders] == [0] * 4
    uids = {f"1.2.8.{sender}.{number}" for sender in range(4) for number in range(50)}
    assert set(station.store.arrivals.find(uids)) == uids
    assert len(list(station.spool.files())) == len(uids)
    assert [event.registration for event in station.events] == [Registration.NEW] * len(uids)  # type: ignore[union-attr]


def test_a_sender_that_is_killed_in_the_middle_starts_again(
    station: Station, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    original = make_instance(shape=(800, 900))
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(40):
        read_with_uid(original, f"1.2.9.{number}").save_as(folder / f"{number}.dcm")
    program = require("storescu")
    command = [program, "-aec", "TRIAGE", "+sd", station.host, str(station.port), str(folder)]
    before = threading.active_count()
    sender = subprocess.Popen(command)  # noqa: S603 - programs that we name
    wait_until(lambda: len(station.events) >= 5, "some instances")
    sender.kill()
    sender.wait()
    wait_until(lambda: threading.active_count() <= before, "the association's threads to end")
    run("storescu", *command[1:])
    uids = {f"1.2.9.{number}" for number in range(40)}
    assert set(station.store.arrivals.find(uids)) == uids
    files = list(station.spool.files())
    assert len(files) == 40
    assert all(path.read_bytes()[-1000:] == original.read_bytes()[-1000:] for path in files)


def test_orthanc_asks_for_storage_commitment_and_hears_it_over_a_new_association(
    station: Station,
    orthanc: Orthanc,
    make_instance: InstanceFactory,
    tmp_path: Path,
) -> None:
    station.close()
    peer = Peer(name="orthanc", ae_title="ORTHANC", host="127.0.0.1", port=orthanc.port)
    knowing = Station(station.options, tmp_path / "knowing", peers=(peer,))
    try:
        path = make_instance(uid_seed="commitment")
        dataset = dcmread(path)
        answer = orthanc.rest("/instances", content=path.read_bytes())
        orthanc.rest("/modalities/us/store", [answer["ID"]])
        for uid, expected in ((dataset.SOPInstanceUID, "Success"), ("1.2.3.4.5", "Failure")):
            asked = orthanc.rest(
                "/modalities/us/storage-commitment",
                {"DicomInstances": [[dataset.SOPClassUID, uid]]},
            )
            report = wait_until(lambda asked=asked: _report(orthanc, asked["Path"]), "the report")
            assert report["Status"] == expected
        wait_until(lambda: not knowing.store.commitments.list_due(), "the report to be noted")
    finally:
        knowing.close()


def _report(orthanc: Orthanc, path: str) -> dict[str, str] | None:
    report = orthanc.rest(path)
    return None if report["Status"] == "Pending" else report
