"""What is left behind of an error that nobody foresaw: where it was raised, and nothing it quotes.

The report lies in a folder of this machine and is sent nowhere. It holds the error's type, the
places in the code, and versions. What the error says, the values of variables and the command line
stay out, because each may name a patient.
"""

from __future__ import annotations

import logging
import platform
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from triage_app.logs import log_folder, places_without_names
from triage_app.versions import installed_versions

__all__ = ["CRASH_REPORT_PATTERN", "install_crash_reports", "write_crash_report"]

logger = logging.getLogger(__name__)

CRASH_REPORT_PATTERN = "crash-*.txt"
_MOST_KEPT = 20


def install_crash_reports(tell: Callable[[str], None] | None = None) -> None:
    """Write a report of whatever nobody catches, in the main thread, in others, and in Qt's slots.

    Parameters
    ----------
    tell : is called with a sentence for the user, in the thread that met the error; without it the
        sentence goes to stderr
    """
    told = tell or _print_sentence

    def report(error: BaseException) -> None:
        place = write_crash_report(error)
        kept = f"A report without patient data lies in {place}." if place else "No report is kept."
        told(f"Unexpected problem ({type(error).__name__}). {kept}")

    def of_main(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, traceback)
        else:
            report(error.with_traceback(traceback))

    def of_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and arguments.exc_type is not SystemExit:
            report(arguments.exc_value)

    sys.excepthook = of_main
    threading.excepthook = of_thread


def write_crash_report(error: BaseException, folder: Path | None = None) -> Path | None:
    """Write where an error was raised, and what raised it; keep the latest reports only.

    Parameters
    ----------
    folder : that of the logs where it is not given

    Returns
    -------
    Path or None
        the report; None where it cannot be written, which must not hide the error itself
    """
    folder = folder or log_folder()
    now = datetime.now(UTC)
    lines = [
        f"triage-app stopped what it was doing, {now:%Y-%m-%d %H:%M:%S} UTC",
        "This file holds places in the code and versions. It quotes no data, and is sent nowhere.",
        "",
        *_chain(error),
        "",
        f"system: {platform.platform()}, Python {platform.python_version()}",
        *(f"{name} {version}" for name, version in installed_versions().items()),
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"crash-{now:%Y%m%dT%H%M%S%f}.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as failure:
        logger.warning("a crash report cannot be written (%s)", failure.strerror)
        return None
    for old in sorted(folder.glob(CRASH_REPORT_PATTERN))[:-_MOST_KEPT]:
        with suppress(OSError):
            old.unlink()
    return path


def _chain(error: BaseException) -> list[str]:
    """List an error and what it was raised from, the latest first; each error once."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(("caused by " if lines else "") + type(current).__qualname__)
        lines += places_without_names(current)
        current = current.__cause__ or current.__context__
    return lines


def _print_sentence(sentence: str) -> None:
    if sys.stderr is not None:  # a program of Windows without a console has none
        print(f"triage-app: {sentence}", file=sys.stderr)  # noqa: T201 - the last word of a command
