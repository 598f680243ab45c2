"""``triage-app check``: compare the worklist with the files, and put in order what is safe."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.cli.exits import Exit
from triage_app.errors import StoreDamagedError

if TYPE_CHECKING:
    from triage_app.intake.spool import Spool
    from triage_app.worklist.store import WorklistStore

__all__ = ["add_arguments", "run"]

_EXAMPLES = """examples:
  triage-app check                    tell what is not as it should be
  triage-app check --repair           and put in order what can be without losing anything
  triage-app check --without-reading  only whether files are there, not what is in them"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.epilog = f"{_EXAMPLES}\n\n{parser.epilog}"
    parser.add_argument(
        "--repair",
        action="store_true",
        help="register lost files, release lost claims, compute stale results anew, remove what "
        "was replaced; a damaged SQLite worklist is kept aside and rebuilt",
    )
    parser.add_argument(
        "--without-reading", action="store_true", help="do not read the received files"
    )
    parser.add_argument("--database", metavar="FILE", help="where the worklist is kept; or a URL")
    parser.add_argument("--spool", type=Path, metavar="DIR", help="folder of what was received")


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each finding; exit 0 where all is in order now, else 3.

    Raises
    ------
    TriageError
        where the database or the spool cannot be opened
    """
    from triage_app.intake.spool import Spool, SpoolOptions
    from triage_app.settings import load_settings
    from triage_app.worklist.databases.address import refuse_missing
    from triage_app.worklist.store import WorklistStore

    settings = load_settings()
    place = arguments.database or settings.database
    refuse_missing(place)
    spool_options = SpoolOptions(arguments.spool or settings.spool, 0)
    try:
        store = WorklistStore.open(place)
    except StoreDamagedError:
        if not arguments.repair or not _rebuild(place):
            raise
        store = WorklistStore.open(place)
    with store, Spool(spool_options) as spool:
        return _check(arguments, store, spool)


def _check(arguments: argparse.Namespace, store: WorklistStore, spool: Spool) -> int:
    from triage_app.intake.checking import check

    counts = Counter[bool]()
    findings = check(
        store, spool, reads_files=not arguments.without_reading, repairs=arguments.repair
    )
    for finding in findings:
        counts[finding.is_repaired] += 1
        state = "repaired" if finding.is_repaired else "open"
        print(finding.fault, state, finding.subject, finding.sentence, sep="\t", flush=True)
    _say(f"{counts[True]} findings repaired, {counts[False]} open")
    return Exit.DONE_WITH_FAILURES if counts[False] else Exit.DONE


def _rebuild(place: str) -> bool:
    """Rebuild a damaged worklist; say whether it could be, which a server's cannot."""
    from triage_app.worklist.databases.address import sqlite_path
    from triage_app.worklist.salvage import rebuild

    path = sqlite_path(place)
    if path is None:
        return False
    salvage = rebuild(path)
    kept = ", ".join(f"{count} {table}" for table, count in salvage.saved.items() if count)
    _say(f"{path}: was damaged; it lies in {salvage.aside} now. Saved: {kept or 'nothing'}.")
    if not salvage.is_whole:
        _say(
            "Some rows could not be read. Received images are found again in the spool; open "
            "scanned folders again. Reading statuses and verdicts in the lost rows are lost: "
            "compare with a backup."
        )
    return True


def _say(sentence: str) -> None:
    print(f"triage-app check: {sentence}", file=sys.stderr, flush=True)
