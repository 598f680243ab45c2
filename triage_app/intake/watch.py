"""Folders that files come into: what is new and whole is handed on, what is being written waits."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["FolderWatch", "WatchReport"]

_UNFINISHED_ENDINGS = (".part", ".partial", ".filepart", ".tmp", ".crdownload", ".new")
"""Names under which programs write before they give a file its own."""

_State = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What one look at the folders found.

    Attributes
    ----------
    ready : files that are new, or other than when they were handed on, and at rest since the look
        before
    problems : sentences on folders that cannot be looked through; each is told once until the
        folder answers again
    """

    ready: tuple[Path, ...]
    problems: tuple[str, ...]


class FolderWatch:
    """Looks through folders when asked to; polling works on network folders too.

    A file is ready once two looks find it with the same size and time of change, and not empty. It
    is handed on once; again where it has changed since.
    """

    def __init__(self) -> None:
        self._seen: dict[Path, _State] = {}
        self._handed: dict[Path, _State] = {}
        self._silent: set[Path] = set()

    def look(self, folders: Iterable[Path]) -> WatchReport:
        """Look through the folders once."""
        seen: dict[Path, _State] = {}
        ready: list[Path] = []
        problems: list[str] = []
        for folder in folders:
            try:
                with os.scandir(folder):
                    pass
            except OSError as error:
                if folder not in self._silent:
                    problems.append(
                        f"{folder}: the watched folder cannot be read "
                        f"({error.strerror or error}); it is tried again."
                    )
                self._silent.add(folder)
                # what lies in it is not forgotten while it is away
                seen |= {p: s for p, s in self._seen.items() if p.is_relative_to(folder)}
                continue
            self._silent.discard(folder)
            for path, state in _files_of(folder):
                seen[path] = state
                is_at_rest = self._seen.get(path) == state and state[0] > 0
                if is_at_rest and self._handed.get(path) != state:
                    self._handed[path] = state
                    ready.append(path)
        self._handed = {path: state for path, state in self._handed.items() if path in seen}
        self._seen = seen
        return WatchReport(tuple(sorted(ready)), tuple(problems))


def _files_of(folder: Path) -> Iterator[tuple[Path, _State]]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in names:
            if name.startswith(".") or name.lower().endswith(_UNFINISHED_ENDINGS):
                continue
            path = Path(place, name)
            try:
                found = path.stat()
            except OSError:
                continue  # gone, or not ours to read: the next look tells
            yield path, (found.st_size, found.st_mtime_ns)
