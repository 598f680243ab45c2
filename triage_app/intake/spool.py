"""The folder in which instances lie that came over the network.

::

    spool/
    ├── incoming/<owner>/       what is being written, beside the lock of the program that writes
    └── <2 digits>/<name>.dcm   whole files; the digits are the first of the digest

A file is written under ``incoming``, flushed to the disk, then renamed to its place, and the folder
is flushed too. So whatever stands in its place is whole, and what a program left behind under
``incoming`` when it ended is told by its lock, which the operating system has let go.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from triage_app.errors import SpoolError, SpoolFullError

if os.name == "nt":
    import msvcrt
else:
    import fcntl

__all__ = ["Spool", "SpoolOptions", "Swept"]

logger = logging.getLogger(__name__)

_INCOMING = "incoming"
_LOCK = "lock"
_GUARD = "guard"
_UID = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*", re.ASCII)
_LONGEST_UID = 64
_DIGEST_LETTERS = 16
_ENDING = ".dcm"


@dataclass(frozen=True, slots=True)
class SpoolOptions:
    """Where the spool lies, and how much of its disk stays free.

    Attributes
    ----------
    folder : made, for its owner only, where it is missing
    least_free_bytes : nothing is written that would leave less
    """

    folder: Path
    least_free_bytes: int


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found.

    Attributes
    ----------
    ended_owners : of programs that have ended; their claims are void
    halves : how many half-written files were taken away
    """

    ended_owners: tuple[str, ...]
    halves: int


class Spool:
    """The spool as one program uses it; close it, or use it as a context manager.

    Several programs may use one folder at the same time.

    Raises
    ------
    SpoolError
        where the folder cannot be used
    """

    def __init__(self, options: SpoolOptions) -> None:
        self._options = options
        self.folder = options.folder.absolute()
        self.owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._own_folder = self.folder / _INCOMING / self.owner
        self._flushed_folders: set[Path] = set()
        try:
            (self.folder / _INCOMING).mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            with self._guarded():
                self._own_folder.mkdir(mode=0o700)
                self._lock = (self._own_folder / _LOCK).open("wb")
                _lock_file(self._lock, waits=False)
        except OSError as error:
            raise SpoolError(
                f"{self.folder}: received images cannot be kept there "
                f"({error.strerror or error}); choose a folder that you may write to."
            ) from error

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the lock; a second time does nothing."""
        self._lock.close()
        shutil.rmtree(self._own_folder, ignore_errors=True)

    def require_room(self, size: int) -> None:
        """See that a file of that size may be written.

        Raises
        ------
        SpoolFullError
            where less than the limit would stay free
        """
        free = shutil.disk_usage(self.folder).free
        if free - size < self._options.least_free_bytes:
            raise SpoolFullError(
                f"{self.folder}: only {free // 2**20} MiB are free, and "
                f"{self._options.least_free_bytes // 2**20} MiB are to stay so; free some space."
            )

    def path_for(self, sop_instance_uid: str, digest: str) -> Path:
        """Give the place of an instance; never outside of the spool, whatever the UID holds."""
        name = sop_instance_uid
        if len(name) > _LONGEST_UID or not _UID.fullmatch(name):
            name = "uid-" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]
        return self.folder / digest[:2] / f"{name}-{digest[:_DIGEST_LETTERS]}{_ENDING}"

    def write(self, parts: Iterable[bytes | memoryview], path: Path) -> None:
        """Write a file to its place so that it is there whole, or not at all.

        When this returns, the file survives a power cut.

        Raises
        ------
        OSError
            where it cannot be written; nothing is left behind
        """
        half = self._own_folder / secrets.token_hex(8)
        try:
            with half.open("wb") as file:
                for part in parts:
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
            self._make_folder(path.parent)
            half.replace(path)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)

    def remove(self, path: Path) -> bool:
        """Take a file away; say whether it is gone."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("a replaced file cannot be removed (%s)", error.strerror)
            return False
        return True

    def sweep(self) -> Swept:
        """Take away what programs left behind that ended while they wrote."""
        ended: list[str] = []
        halves = 0
        with self._guarded():
            for folder in sorted((self.folder / _INCOMING).iterdir()):
                if folder == self._own_folder or not folder.is_dir() or _is_locked(folder / _LOCK):
                    continue
                halves += sum(1 for child in folder.iterdir() if child.name != _LOCK)
                shutil.rmtree(folder, ignore_errors=True)
                ended.append(folder.name)
        return Swept(tuple(ended), halves)

    def files(self) -> Iterator[Path]:
        """Give every whole file."""
        for folder in sorted(self.folder.iterdir()):
            if folder.name != _INCOMING and folder.is_dir():
                yield from sorted(folder.glob(f"*{_ENDING}"))

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Keep a sweep from a program that has made its folder and not yet locked it."""
        with (self.folder / _INCOMING / _GUARD).open("wb") as file:
            _lock_file(file, waits=True)
            yield

    def _make_folder(self, folder: Path) -> None:
        if folder not in self._flushed_folders:
            folder.mkdir(mode=0o700, exist_ok=True)
            _flush_folder(folder.parent)
            self._flushed_folders.add(folder)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # NTFS keeps its folders in a journal, and they cannot be opened
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lock_file(file: BinaryIO, *, waits: bool) -> None:
    """Lock a file until it is closed, or the program ends in whatever way.

    Raises
    ------
    OSError
        where another program has it locked
    """
    if os.name == "nt":
        mode = msvcrt.LK_LOCK if waits else msvcrt.LK_NBLCK  # type: ignore[attr-defined]
        msvcrt.locking(file.fileno(), mode, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))


def _is_locked(path: Path) -> bool:
    try:
        with path.open("r+b") as file:
            _lock_file(file, waits=False)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
