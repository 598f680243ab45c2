"""Which files there are to read: files, folders, a DICOMDIR, and the members of zip archives."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from triage_app.errors import FailureReason, UnreadableError
from triage_app.imaging.eligibility import Exclusion, ExclusionReason
from triage_app.imaging.header import MALFORMED_DATA_ERRORS
from triage_app.imaging.source import FileSource, InstanceSource, ZipMemberSource
from triage_app.triage.outcome import Excluded, Failed, Outcome

__all__ = ["Settled", "find_sources"]

_DICOMDIR = "DICOMDIR"


@dataclass(frozen=True, slots=True)
class Settled:
    """A place whose outcome is known without reading an instance from it."""

    path: str
    outcome: Outcome


def find_sources(
    paths: Iterable[Path], *, exclude: frozenset[Path] = frozenset()
) -> Iterator[InstanceSource | Settled]:
    """Walk files and folders in the order of their names, lazily.

    Parameters
    ----------
    paths : files, folders, zip archives, or a DICOMDIR, which stands for the files that it lists
    exclude : resolved files and folders that are not read, such as the output of the scan itself

    Yields
    ------
    InstanceSource or Settled
        each file once; links to folders are followed, loops of them are not. What cannot be listed
        or opened comes as `Settled`, so that nothing is passed over in silence.
    """
    visited: set[tuple[int, int]] = set()
    for path in paths:
        if path.is_dir():
            yield from _walk(path, visited, exclude)
        elif path.name.upper() == _DICOMDIR:
            yield from _read_dicomdir(path)
        else:
            yield from _file(path, exclude)


def _walk(
    folder: Path, visited: set[tuple[int, int]], exclude: frozenset[Path]
) -> Iterator[InstanceSource | Settled]:
    try:
        if exclude and folder.resolve() in exclude:
            return
        identity = folder.stat()
        if (identity.st_dev, identity.st_ino) in visited:
            return
        visited.add((identity.st_dev, identity.st_ino))
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield Settled(
            str(folder),
            Failed(
                FailureReason.UNREADABLE,
                f"{folder}: the folder cannot be listed ({error.strerror or error}); "
                "check that you may read it.",
            ),
        )
        return
    for entry in entries:
        path = Path(entry.path)
        if _is_folder(entry):
            yield from _walk(path, visited, exclude)
        else:
            yield from _file(path, exclude)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _file(path: Path, exclude: frozenset[Path]) -> Iterator[InstanceSource | Settled]:
    try:
        mode = path.stat().st_mode
        if exclude and path.resolve() in exclude:
            return
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        yield Settled(
            str(path),
            Failed(FailureReason.UNREADABLE, f"{path}: cannot be found or opened ({reason})."),
        )
        return
    if not stat.S_ISREG(mode):
        yield Settled(
            str(path), Excluded(Exclusion(ExclusionReason.NOT_DICOM, value="not a regular file"))
        )
    elif path.suffix.lower() == ".zip":
        yield from _read_archive(path)
    else:
        yield FileSource(path)


def _read_archive(path: Path) -> Iterator[InstanceSource | Settled]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info.filename for info in archive.infolist() if not info.is_dir()]
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        yield Settled(
            str(path),
            Failed(
                FailureReason.UNREADABLE,
                f"{path}: cannot be read as a zip archive ({error}); fetch it again.",
            ),
        )
        return
    if not members:
        yield Settled(
            str(path), Excluded(Exclusion(ExclusionReason.NOT_DICOM, value="an archive of no file"))
        )
    for member in sorted(members):
        yield ZipMemberSource(path, member)


def _read_dicomdir(path: Path) -> Iterator[InstanceSource | Settled]:
    """Give the files that a DICOMDIR lists (PS3.3 F.3), and no file outside its folder."""
    try:
        directory = dcmread(path, force=True)
        file_ids = [
            [str(part) for part in _as_list(record.ReferencedFileID)]
            for record in directory.get("DirectoryRecordSequence") or ()
            if record.get("ReferencedFileID")
        ]
    except (OSError, InvalidDicomError, *MALFORMED_DATA_ERRORS) as error:
        yield Settled(
            str(path),
            Failed(
                FailureReason.UNREADABLE,
                f"{path}: cannot be read as a DICOMDIR ({error}); open its folder instead.",
            ),
        )
        return
    if not file_ids:
        yield Settled(
            str(path), Excluded(Exclusion(ExclusionReason.NOT_DICOM, value="lists no file"))
        )
    for parts in file_ids:
        try:
            yield FileSource(_resolve_file_id(path.parent, parts))
        except UnreadableError as error:
            listed = str(path.parent.joinpath(*parts))
            yield Settled(listed, Failed(FailureReason.UNREADABLE, str(error)))


def _as_list(value: object) -> list[object]:
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]


def _resolve_file_id(folder: Path, parts: list[str]) -> Path:
    """Find a listed file; media mounted elsewhere than where they were written change the case."""
    name = "\\".join(parts)
    if any(part in ("", ".", "..") or "/" in part or "\\" in part for part in parts):
        raise UnreadableError(f"{folder}: its DICOMDIR lists {name!r}, which is no file of it.")
    place = folder
    for part in parts:
        candidate = place / part
        if not candidate.exists():
            same = [child for child in _children(place) if child.name.upper() == part.upper()]
            if not same:
                raise UnreadableError(
                    f"{candidate}: is listed in the DICOMDIR and missing; "
                    "copy the whole medium again."
                )
            candidate = same[0]
        place = candidate
    if not place.resolve().is_relative_to(folder.resolve()):
        raise UnreadableError(f"{folder}: its DICOMDIR lists {name!r}, which lies outside it.")
    return place


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
