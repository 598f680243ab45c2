"""``triage-app backup``: copy the worklist, and by choice the received files, into one file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from triage_app.cli.exits import Exit
from triage_app.errors import TriageError

__all__ = ["add_arguments", "run"]

_EXAMPLES = """examples:
  triage-app backup worklist-monday.sqlite          the worklist, while others work
  triage-app backup monday.tar --with-files         and every file that was received

A worklist on a PostgreSQL server is backed up by the server's own program:
  pg_dump --format=custom --file=worklist.dump postgresql://user@server/worklist"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.epilog = f"{_EXAMPLES}\n\n{parser.epilog}"
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup; must not exist")
    parser.add_argument(
        "--with-files",
        action="store_true",
        help="put the received files into it, too: FILE becomes a tar archive",
    )
    parser.add_argument("--database", metavar="FILE", help="where the worklist is kept")
    parser.add_argument("--spool", type=Path, metavar="DIR", help="folder of what was received")


def run(arguments: argparse.Namespace) -> int:
    """Write the backup; it is whole, or not there.

    Raises
    ------
    TriageError
        where worklist or files cannot be read, or the backup cannot be written
    """
    from triage_app.intake.backup import write_backup
    from triage_app.settings import load_settings
    from triage_app.worklist.databases.address import database_for, refuse_missing, sqlite_path

    settings = load_settings()
    place = arguments.database or settings.database
    path = sqlite_path(place)
    if path is None:
        raise TriageError(
            f"{database_for(place, 1.0).name}: a server's worklist is backed up by its own "
            "program; see triage-app backup --help."
        )
    refuse_missing(path)
    if arguments.file.exists():
        raise TriageError(f"{arguments.file}: is there already; choose another name.")
    spool = (arguments.spool or settings.spool) if arguments.with_files else None
    backup = write_backup(path, arguments.file, spool)
    print(
        f"triage-app backup: {arguments.file}: the worklist and {backup.files} received files, "
        f"{arguments.file.stat().st_size / 2**20:.1f} MiB",
        file=sys.stderr,
    )
    if backup.missing:
        print(
            f"triage-app backup: {backup.missing} received files of the worklist are not there; "
            "run 'triage-app check'.",
            file=sys.stderr,
        )
        return Exit.DONE_WITH_FAILURES
    return Exit.DONE
