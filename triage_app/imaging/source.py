"""Where the bytes of one instance come from: a file, or a member of a zip archive."""

from __future__ import annotations

import io
import lzma
import os
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from triage_app.errors import UnreadableError

__all__ = ["FileSource", "InstanceSource", "ZipMemberSource", "source_from_path"]

MEMBER_SEPARATOR = "!/"
"""Stands between an archive and its member in a path, as in ``night.zip!/ct/1.dcm``."""

LARGEST_MEMBER_BYTES = 512 * 1024**2
"""A member that claims to unpack to more is not unpacked: it would be held in memory whole."""

_STEP_BYTES = 4 * 1024**2

_DAMAGED_ARCHIVE_ERRORS = (
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,  # encrypted, or packed by a method that is not known
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


class _BoundedReader(io.BufferedReader):
    """A file that is never asked for more than it holds.

    Python reserves the memory for what is asked for before it reads, and a damaged file states
    lengths of gigabytes.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _STEP_BYTES:
            size = min(size, max(0, os.fstat(self.fileno()).st_size - self.tell()))
        return super().read(size)


class InstanceSource(Protocol):
    """Something that can be opened as one DICOM file, again and again, in any process."""

    @property
    def path(self) -> str:
        """What a person reads, and what `source_from_path` turns into an equal source."""
        ...

    def open(self) -> BinaryIO:
        """Open for reading from the first byte; the caller closes it."""
        ...


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file on disk."""

    file_path: Path

    @property
    def path(self) -> str:
        """The file's path as it was given."""
        return str(self.file_path)

    def open(self) -> BinaryIO:
        """Open the file.

        Raises
        ------
        UnreadableError
            where the operating system does not let us read it
        """
        try:
            if not stat.S_ISREG(self.file_path.stat().st_mode):
                # A pipe would be waited for without end, a device read without end.
                raise UnreadableError(f"{self.file_path}: is no regular file; name a file.")
            return _BoundedReader(io.FileIO(str(self.file_path)))
        except (OSError, ValueError) as error:  # ValueError: a null character in the path
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise UnreadableError(
                f"{self.file_path}: cannot be opened ({reason}); "
                "check that it exists and that you may read it."
            ) from error


@dataclass(frozen=True, slots=True)
class ZipMemberSource:
    """One member of a zip archive; read into memory, never unpacked to disk."""

    archive_path: Path
    member: str

    @property
    def path(self) -> str:
        """Archive and member, joined by ``!/``."""
        return f"{self.archive_path}{MEMBER_SEPARATOR}{self.member}"

    def open(self) -> BinaryIO:
        """Unpack the member into memory.

        Raises
        ------
        UnreadableError
            where the archive or the member is damaged, encrypted, or unpacks beyond all measure
        """
        try:
            with zipfile.ZipFile(self.archive_path) as archive:
                info = archive.getinfo(self.member)
                if info.file_size > LARGEST_MEMBER_BYTES:
                    raise UnreadableError(
                        f"{self.path}: unpacks to {info.file_size} bytes, more than the "
                        f"{LARGEST_MEMBER_BYTES} that are read from an archive; unpack it by hand."
                    )
                return _unpack(archive, info)
        except _DAMAGED_ARCHIVE_ERRORS as error:
            raise UnreadableError(
                f"{self.path}: cannot be unpacked ({error}); "
                "check that the archive is whole and not encrypted."
            ) from error


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    """Unpack in steps: at once, what is more than the member claims would be held as well."""
    unpacked = io.BytesIO()
    with archive.open(info) as member:
        while step := member.read(_STEP_BYTES):
            unpacked.write(step)
    unpacked.seek(0)
    return unpacked


def source_from_path(path: str) -> FileSource | ZipMemberSource:
    """Turn what `InstanceSource.path` gave back into an equal source."""
    at = path.find(MEMBER_SEPARATOR)
    while at >= 0:  # a folder's name may hold the separator too
        archive = Path(path[:at])
        if archive.is_file():
            return ZipMemberSource(archive, path[at + len(MEMBER_SEPARATOR) :])
        at = path.find(MEMBER_SEPARATOR, at + 1)
    return FileSource(Path(path))
