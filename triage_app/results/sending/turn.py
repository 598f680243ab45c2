"""One program at a time sends to a destination; one that was killed leaves nothing locked."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

if os.name == "nt":
    import msvcrt
else:
    import fcntl

from triage_app.errors import TriageError

__all__ = ["Turn", "TurnTakenError"]


class TurnTakenError(TriageError):
    """Another program sends to that destination now."""


class Turn:
    """The turn of this program at a destination; close it, or use it as a context manager.

    The lock is the operating system's, so it ends with the program in whatever way that ends.

    Parameters
    ----------
    folder : for lock files; the same for all programs of this machine
    destination : name of it

    Raises
    ------
    TurnTakenError
        where another program has the turn
    TriageError
        where the folder cannot be written
    """

    def __init__(self, folder: Path, destination: str) -> None:
        name = hashlib.sha256(destination.encode()).hexdigest()[:16]
        path = folder / f"sending-{name}.lock"
        self.machine = f"{socket.gethostname()}:"
        self.owner = f"{self.machine}{os.getpid()}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = path.open("ab")
        except OSError as error:
            raise TriageError(
                f"{path}: cannot be written ({error.strerror or error}); check that you may."
            ) from error
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            raise TurnTakenError(
                f"{destination}: another program sends there now, and takes what was queued."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the turn back; a second time does nothing."""
        self._file.close()


def _lock(file: BinaryIO) -> None:
    if os.name == "nt":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined] # Windows
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
