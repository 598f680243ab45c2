"""Which files a scan reads, and that none is passed over in silence."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from pydicom import DataElement, Dataset
from pydicom.config import IGNORE
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage, generate_uid

from triage_app.errors import FailureReason
from triage_app.imaging.eligibility import ExclusionReason
from triage_app.imaging.source import FileSource, ZipMemberSource
from triage_app.intake.files import Settled, find_sources
from triage_app.triage.outcome import Excluded, Failed


def names(paths: list[Path], root: Path) -> list[str]:
    return [str(Path(found.path).relative_to(root)) for found in find_sources(paths)]


def write_dicomdir(folder: Path, file_ids: list[list[str]]) -> Path:
    directory = Dataset()
    directory.file_meta = FileMetaDataset()
    directory.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    directory.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    directory.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    records = []
    for file_id in file_ids:
        record = Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.add(DataElement(0x00041500, "CS", file_id, validation_mode=IGNORE))
        records.append(record)
    directory.DirectoryRecordSequence = Sequence(records)
    path = folder / "DICOMDIR"
    directory.save_as(path, enforce_file_format=True)
    return path


def test_a_folder_gives_its_files_in_the_order_of_their_names_folder_by_folder(tmp_path: Path):
    for name in ("b/2.dcm", "a/9.dcm", "a/10.dcm", "c.dcm"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert names([tmp_path], tmp_path) == ["a/10.dcm", "a/9.dcm", "b/2.dcm", "c.dcm"]


def test_an_empty_folder_gives_nothing(tmp_path: Path):
    assert list(find_sources([tmp_path])) == []


def test_links_are_followed_and_loops_of_them_are_not(tmp_path: Path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "1.dcm").write_bytes(b"x")
    (tmp_path / "archive" / "up").symlink_to(tmp_path)
    (tmp_path / "seen again").symlink_to(tmp_path / "archive")
    assert names([tmp_path], tmp_path) == ["archive/1.dcm"]


def test_a_link_to_nowhere_fails_with_its_name(tmp_path: Path):
    (tmp_path / "gone.dcm").symlink_to(tmp_path / "nothing")
    (found,) = find_sources([tmp_path])
    assert isinstance(found, Settled)
    assert isinstance(found.outcome, Failed)
    assert found.outcome.reason is FailureReason.UNREADABLE
    assert "gone.dcm" in found.outcome.detail


def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    (found,) = find_sources([tmp_path])
    assert isinstance(found, Settled)
    assert isinstance(found.outcome, Excluded)
    assert found.outcome.exclusion.reason is ExclusionReason.NOT_DICOM


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may list every folder")
def test_a_folder_that_may_not_be_listed_fails_with_its_name(tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    try:
        (found,) = find_sources([tmp_path])
    finally:
        closed.chmod(0o700)
    assert isinstance(found, Settled)
    assert "closed" in found.outcome.detail  # type: ignore[union-attr]


def test_what_the_scan_writes_itself_is_not_read(tmp_path: Path):
    (tmp_path / "1.dcm").write_bytes(b"x")
    (tmp_path / "rows.csv").write_text("")
    (tmp_path / "heat").mkdir()
    (tmp_path / "heat" / "1.png").write_bytes(b"x")
    exclude = frozenset({(tmp_path / "rows.csv").resolve(), (tmp_path / "heat").resolve()})
    found = [Path(source.path).name for source in find_sources([tmp_path], exclude=exclude)]
    assert found == ["1.dcm"]


def test_the_members_of_a_zip_archive_are_read_in_place(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "night.ZIP", "w") as archive:
        archive.writestr("b/2.dcm", b"two")
        archive.writestr("a.dcm", b"one")
    found = list(find_sources([tmp_path]))
    assert found == [
        ZipMemberSource(tmp_path / "night.ZIP", "a.dcm"),
        ZipMemberSource(tmp_path / "night.ZIP", "b/2.dcm"),
    ]
    with found[1].open() as file:  # type: ignore[union-attr]
        assert file.read() == b"two"


def test_a_damaged_archive_fails_with_its_name(tmp_path: Path):
    (tmp_path / "night.zip").write_bytes(b"PK\x03\x04 and then nothing")
    (found,) = find_sources([tmp_path])
    assert isinstance(found, Settled)
    assert isinstance(found.outcome, Failed)
    assert "night.zip" in found.outcome.detail


def test_a_dicomdir_stands_for_the_files_that_it_lists(tmp_path: Path):
    (tmp_path / "IMAGES").mkdir()
    (tmp_path / "IMAGES" / "I1").write_bytes(b"x")
    (tmp_path / "viewer.exe").write_bytes(b"x")
    directory = write_dicomdir(tmp_path, [["IMAGES", "I1"]])
    assert list(find_sources([directory])) == [FileSource(tmp_path / "IMAGES" / "I1")]


def test_a_dicomdir_finds_files_whose_names_changed_their_case(tmp_path: Path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "i1").write_bytes(b"x")
    directory = write_dicomdir(tmp_path, [["IMAGES", "I1"]])
    assert list(find_sources([directory])) == [FileSource(tmp_path / "images" / "i1")]


@pytest.mark.parametrize("file_id", [["..", "SECRET"], ["", "SECRET"], ["LINK", "SECRET"]])
def test_a_dicomdir_leads_to_no_file_outside_its_folder(tmp_path: Path, file_id: list[str]):
    medium = tmp_path / "medium"
    medium.mkdir()
    (tmp_path / "SECRET").write_bytes(b"x")
    (medium / "LINK").symlink_to(tmp_path)
    (found,) = find_sources([write_dicomdir(medium, [file_id])])
    assert isinstance(found, Settled)
    assert isinstance(found.outcome, Failed)


def test_a_file_that_a_dicomdir_lists_and_that_is_missing_fails(tmp_path: Path):
    (found,) = find_sources([write_dicomdir(tmp_path, [["IMAGES", "I1"]])])
    assert isinstance(found, Settled)
    assert isinstance(found.outcome, Failed)
    assert "missing" in found.outcome.detail


def test_a_file_named_dicomdir_that_is_none_says_so(tmp_path: Path):
    (tmp_path / "DICOMDIR").write_bytes(b"\0" * 500)
    (found,) = find_sources([tmp_path / "DICOMDIR"])
    assert isinstance(found, Settled)
