"""What a scan remembers of the files behind its rows, so that it goes on with what changed.

The rows have no column for it: their names and order are a stable interface. It stands beside them,
in ``rows.csv.files``, or in ``_files`` of a folder of Parquet parts, which data frames pass over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from triage_app.imaging.source import ZipMemberSource, source_from_path
from triage_app.results.rows import cut_unfinished_line

__all__ = ["FileIdentity", "ScannedFiles", "identify", "place_beside", "read_scanned_files"]


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """What changes when a file is written anew.

    Attributes
    ----------
    size : in bytes; of the archive for a member of one
    modified_ns : time of the last change, in nanoseconds since 1970
    """

    size: int
    modified_ns: int


def identify(path: str) -> FileIdentity | None:
    """Look at a file, by the path that a row states; None where it is not there."""
    source = source_from_path(path)
    file = source.archive_path if isinstance(source, ZipMemberSource) else source.file_path
    try:
        found = file.stat()
    except (OSError, ValueError):  # ValueError: a null character in the path
        return None
    return FileIdentity(found.st_size, found.st_mtime_ns)


def place_beside(output: Path, *, is_folder: bool) -> Path:
    """Name the file that belongs to the rows of a scan."""
    return output / "_files" if is_folder else output.with_name(f"{output.name}.files")


class ScannedFiles:
    """Writes down each file as it was before it was read, and before its row is written.

    Parameters
    ----------
    file : opened for writing, as text
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._in_hand: dict[str, FileIdentity | None] = {}

    def look_at(self, path: str) -> None:
        """Take in a file that will be read now."""
        self._in_hand[path] = identify(path)

    def write(self, path: str) -> None:
        """Write down a file whose row is written next."""
        identity = self._in_hand.pop(path, None)
        if identity is not None:
            line = json.dumps([path, identity.size, identity.modified_ns])
            self._file.write(line + "\n")
            self._file.flush()


def read_scanned_files(place: Path) -> dict[str, FileIdentity]:
    """Read what an interrupted scan wrote, by path; nothing where it wrote nothing.

    Raises
    ------
    ValueError
        where the file holds something else
    OSError
        where it cannot be read
    """
    if not place.exists():
        return {}
    cut_unfinished_line(place)
    known = {}
    with place.open(encoding="utf-8") as file:
        for line in file:
            match json.loads(line):
                case [str(path), int(size), int(modified_ns)]:
                    known[path] = FileIdentity(size, modified_ns)
                case _:
                    raise ValueError("a line is not path, size and time")
    return known
