"""``triage-app restore``: put a backup in the worklist's place."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from triage_app.cli.exits import Exit
from triage_app.errors import TriageError

__all__ = ["add_arguments", "run"]

_EXAMPLES = """examples:
  triage-app restore monday.tar        the worklist that is there now is kept beside it

A worklist on a PostgreSQL server is restored by the server's own program:
  pg_restore --clean --if-exists --dbname=postgresql://user@server/worklist worklist.dump"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.epilog = f"{_EXAMPLES}\n\n{parser.epilog}"
    parser.add_argument("file", type=Path, metavar="FILE", help="by triage-app backup")
    parser.add_argument("--database", metavar="FILE", help="where the worklist is to be")
    parser.add_argument("--spool", type=Path, metavar="DIR", help="where received files are to be")


def run(arguments: argparse.Namespace) -> int:
    """Restore; what is in the way is kept aside, and nothing is touched where the backup is bad.

    Raises
    ------
    TriageError
        where the backup is damaged, or another program has the worklist open
    """
    from triage_app.intake.backup import restore_backup
    from triage_app.settings import load_settings
    from triage_app.worklist.databases.address import database_for, sqlite_path

    settings = load_settings()
    place = arguments.database or settings.database
    path = sqlite_path(place)
    if path is None:
        raise TriageError(
            f"{database_for(place, 1.0).name}: a server's worklist is restored by its own program; "
            "see triage-app restore --help."
        )
    restored = restore_backup(arguments.file, path, arguments.spool or settings.spool)
    print(
        f"triage-app restore: {path}: {restored.studies} studies, {restored.files} received files",
        file=sys.stderr,
    )
    if restored.aside is not None:
        print(f"triage-app restore: what was there lies in {restored.aside}", file=sys.stderr)
    return Exit.DONE
