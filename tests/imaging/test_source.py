"""A source opens again and again, in any process, and says in a sentence why it cannot."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path

import pytest

from triage_app.errors import UnreadableError
from triage_app.imaging import source as source_module
from triage_app.imaging.source import FileSource, ZipMemberSource, source_from_path


def archive_with(
    path: Path, member: str, data: bytes, compression: int = zipfile.ZIP_DEFLATED
) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr(member, data)
    return path


def test_a_file_opens_from_its_first_byte_each_time(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"abc")
    source = FileSource(path)
    for _ in range(2):
        with source.open() as file:
            assert file.read() == b"abc"


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"gone\.dcm: cannot be opened \(No such file"):
        FileSource(tmp_path / "gone.dcm").open()


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="is no regular file"):
        FileSource(tmp_path).open()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.dcm")
    with pytest.raises(UnreadableError, match="is no regular file"):
        FileSource(tmp_path / "pipe.dcm").open()


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read every file"
)
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"abc")
    path.chmod(0)
    with pytest.raises(UnreadableError, match="Permission denied"):
        FileSource(path).open()


def test_a_null_character_in_a_path_is_an_error_of_that_path() -> None:
    with pytest.raises(UnreadableError, match="cannot be opened"):
        FileSource(Path("a\0b")).open()


def test_a_member_opens_without_being_unpacked_to_disk(tmp_path: Path) -> None:
    archive = archive_with(tmp_path / "night.zip", "ct/1.dcm", b"abc")
    before = sorted(tmp_path.rglob("*"))
    with ZipMemberSource(archive, "ct/1.dcm").open() as file:
        assert file.read() == b"abc"
    assert sorted(tmp_path.rglob("*")) == before


def test_a_members_path_never_leaves_the_archive(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"outside")
    archive = archive_with(tmp_path / "night.zip", "../secret", b"inside")
    with ZipMemberSource(archive, "../secret").open() as file:
        assert file.read() == b"inside"


@pytest.mark.parametrize("member", ["gone.dcm", ""])
def test_a_member_that_is_not_there_is_named(tmp_path: Path, member: str) -> None:
    archive = archive_with(tmp_path / "night.zip", "1.dcm", b"abc")
    with pytest.raises(UnreadableError, match=rf"night\.zip!/{member}: cannot be unpacked"):
        ZipMemberSource(archive, member).open()


def test_an_encrypted_member_says_that_it_is(tmp_path: Path) -> None:
    archive = archive_with(tmp_path / "night.zip", "1.dcm", b"abc")
    data = bytearray(archive.read_bytes())
    # Bit 0 of the general purpose flags, in the local header and in the central directory.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(bytes(data))
    with pytest.raises(UnreadableError, match="encrypted"):
        ZipMemberSource(archive, "1.dcm").open()


def test_a_member_packed_in_an_unknown_way_is_refused(tmp_path: Path) -> None:
    archive = archive_with(tmp_path / "night.zip", "1.dcm", b"abc")
    data = bytearray(archive.read_bytes())
    struct.pack_into("<H", data, 8, 95)
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 10, 95)
    archive.write_bytes(bytes(data))
    with pytest.raises(UnreadableError, match="cannot be unpacked"):
        ZipMemberSource(archive, "1.dcm").open()


@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_damaged_member_never_gives_other_bytes(tmp_path: Path, compression: int) -> None:
    content = bytes(range(256)) * 40
    whole = archive_with(tmp_path / "a.zip", "1.dcm", content, compression).read_bytes()
    body = whole.index(b"1.dcm") + 5
    end = whole.index(b"PK\x01\x02")
    for at in range(body, end, max(7, (end - body) // 100)):
        damaged = bytearray(whole)
        damaged[at] ^= 0x5A
        (tmp_path / "a.zip").write_bytes(bytes(damaged))
        try:
            with ZipMemberSource(tmp_path / "a.zip", "1.dcm").open() as file:
                assert file.read() == content
        except UnreadableError:
            continue


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
def test_an_archive_cut_off_is_refused(tmp_path: Path, part: float) -> None:
    archive = archive_with(tmp_path / "night.zip", "1.dcm", b"abc" * 1000)
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(UnreadableError, match="cannot be unpacked"):
        ZipMemberSource(archive, "1.dcm").open()


def test_a_member_that_unpacks_beyond_measure_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_module, "LARGEST_MEMBER_BYTES", 999)
    archive = archive_with(tmp_path / "night.zip", "1.dcm", b"\0" * 1000)
    with pytest.raises(UnreadableError, match="unpacks to 1000 bytes, more than the 999"):
        ZipMemberSource(archive, "1.dcm").open()


def test_a_path_gives_back_an_equal_source(tmp_path: Path) -> None:
    archive = archive_with(tmp_path / "night.zip", "ct/1.dcm", b"abc")
    for source in (
        FileSource(tmp_path / "a.dcm"),
        ZipMemberSource(archive, "ct/1.dcm"),
        ZipMemberSource(archive, "odd!/member.dcm"),
    ):
        assert source_from_path(source.path) == source


def test_a_folder_may_bear_the_separator_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "urgent!"
    folder.mkdir()
    assert source_from_path(f"{folder}/1.dcm") == FileSource(folder / "1.dcm")
    archive = archive_with(folder / "night.zip", "1.dcm", b"abc")
    assert source_from_path(f"{archive}!/1.dcm") == ZipMemberSource(archive, "1.dcm")
