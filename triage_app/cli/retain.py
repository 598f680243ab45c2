"""``triage-app retain``: remove received files after the time that the settings give."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from triage_app.cli.exits import Exit

__all__ = ["add_arguments", "run"]

_EXAMPLES = """examples:
  triage-app retain                    as the settings say ([retention] pixels_days = 90)
  triage-app retain --pixels-days 30   another time, for once"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.epilog = f"{_EXAMPLES}\n\n{parser.epilog}"
    parser.add_argument(
        "--pixels-days",
        type=_days,
        metavar="N",
        help="remove received files of studies that are read and sent on after N days",
    )
    parser.add_argument("--database", metavar="FILE", help="where the worklist is kept; or a URL")
    parser.add_argument("--spool", type=Path, metavar="DIR", help="folder of what was received")


def _days(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected 0 days or more, received {text!r}")
    return value


def run(arguments: argparse.Namespace) -> int:
    """Remove what may go, and tell how much; exit 2 where no rule is set.

    Raises
    ------
    TriageError
        where the database or the spool cannot be opened
    """
    from triage_app.intake.retention import retain
    from triage_app.intake.retention_rule import RetentionRule
    from triage_app.intake.spool import Spool, SpoolOptions
    from triage_app.settings import load_settings
    from triage_app.worklist.databases.address import refuse_missing
    from triage_app.worklist.store import WorklistStore

    settings = load_settings()
    rule = settings.retention
    if arguments.pixels_days is not None:
        rule = RetentionRule(pixels_days=arguments.pixels_days)
    if rule.pixels_days is None:
        print(
            "triage-app retain: the settings keep everything; set [retention] pixels_days, or give "
            "--pixels-days.",
            file=sys.stderr,
        )
        return Exit.USAGE
    place = arguments.database or settings.database
    refuse_missing(place)
    with (
        WorklistStore.open(place) as store,
        Spool(SpoolOptions(arguments.spool or settings.spool, 0)) as spool,
    ):
        awaits_report = any(each.results for each in settings.destinations)
        done = retain(store, spool, rule, datetime.now(UTC), awaits_report=awaits_report)
    print(
        f"triage-app retain: {done.removed} received files removed, "
        f"{done.freed_bytes / 2**20:.1f} MiB; their results stay",
        file=sys.stderr,
    )
    return Exit.DONE
