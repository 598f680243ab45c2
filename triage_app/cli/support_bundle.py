"""``triage-app support-bundle``: versions, settings without secrets and the log in one file."""

from __future__ import annotations

import argparse
from pathlib import Path

from triage_app.cli.exits import Exit
from triage_app.errors import TriageError

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("file", type=Path, metavar="FILE.zip", help="where it is written")
    parser.add_argument(
        "--no-self-test", action="store_true", help="do not prove the installation; takes a second"
    )
    parser.epilog = (
        "It holds no image, result, name, path, address or secret, and is sent nowhere: read it, "
        "and\nhand it over yourself.\n\nexample:\n  triage-app support-bundle bundle.zip"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the bundle and say what is in it.

    Raises
    ------
    TriageError
        where it cannot be written
    """
    from triage_app.settings import Settings, load_settings
    from triage_app.support_bundle import run_self_test, write_support_bundle

    settings: Settings | None
    try:
        settings = load_settings()
    except TriageError:  # what its sentence quotes stays here
        settings = None
    self_test = "not asked for\n" if arguments.no_self_test else run_self_test()
    names = write_support_bundle(arguments.file, settings, self_test)
    print(f"{arguments.file.resolve()}: {', '.join(names)}")
    return Exit.DONE
