"""What the program writes about itself; nothing of the Patient module at any level."""

from __future__ import annotations

import logging
import os
import sys
import time
import traceback
import warnings
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_log_path

__all__ = [
    "LOG_PATTERN",
    "QUIET_LIBRARIES",
    "configure_logs",
    "keep_log",
    "log_folder",
    "places_of",
    "places_without_names",
]

LOG_PATTERN = "log-*.txt"
_ENVIRONMENT_VARIABLE = "TRIAGE_APP_LOGS"
_KEPT_DAYS = 30
_LARGEST_BYTES = 2_000_000
"""Of one file; an error that comes back every second must not fill a disk."""

QUIET_LIBRARIES = ("pydicom", "highdicom", "PIL", "alembic", "sqlalchemy")
"""Loggers that are silenced, since they may quote values of a data set or of the database."""


def configure_logs(*, level: int = logging.WARNING) -> None:
    """Send the program's messages to stderr, and silence libraries that quote what they read.

    pydicom reports a malformed element with its value, which may be a patient's name, both as a
    warning and in its log.
    """
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", force=True)
    for name in QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def places_of(error: BaseException) -> str:
    """Say where an error nobody foresaw was raised, and not what it says.

    What it says may quote a patient's data, and a traceback's last line is what it says.
    """
    return "".join(traceback.format_tb(error.__traceback__))


def places_without_names(error: BaseException) -> list[str]:
    """List where an error was raised: file of the program, line and function; no folder, no text.

    A folder may be named after its user, and a line of the code is known from the version.
    """
    places = []
    for frame in traceback.extract_tb(error.__traceback__):
        parts = Path(frame.filename).parts
        places.append(f"  {'/'.join(parts[-2:])}:{frame.lineno} in {frame.name}")
    return places


def log_folder() -> Path:
    """Give the folder of log and crash reports: what TRIAGE_APP_LOGS names, else the user's own."""
    named = os.environ.get(_ENVIRONMENT_VARIABLE)
    return Path(named) if named else user_log_path("triage-app", appauthor=False)


def keep_log(folder: Path | None = None) -> None:
    """Keep warnings in a file, too: what is said, with every value left out.

    A value of a message may be a path, and a path may be named after a patient. The file is made
    with its first warning; files older than a month are removed.
    """
    folder = folder or log_folder()
    oldest = time.time() - _KEPT_DAYS * 86_400
    with suppress(OSError):
        for path in folder.glob(LOG_PATTERN):
            if path.stat().st_mtime < oldest:
                path.unlink()
    handler = _ValuelessHandler(folder / f"log-{datetime.now(UTC):%Y-%m-%d}.txt")
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)


class _ValuelessHandler(logging.Handler):
    """Appends each record's text before its values are put in; a broken disk does not stop work."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        now = datetime.fromtimestamp(record.created, UTC)
        # A library may have put its values in before it logged: only our own texts are known.
        is_ours = record.name.split(".")[0] in {"triage_app", "training", "converters"}
        said = str(record.msg).replace("\n", " ") if is_ours else "(text left out)"
        line = f"{now:%Y-%m-%dT%H:%M:%SZ} {record.levelname} {record.name}:{record.lineno}: {said}"
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8", errors="replace") as file:
                if file.tell() < _LARGEST_BYTES:
                    file.write(line + "\n")
