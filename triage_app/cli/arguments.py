"""What several commands check of their arguments, before anything heavy is imported."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["add_paths", "at_least_one", "count", "paths_exist", "pause"]


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Declare what a command that reads studies is given to read."""
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a file, a folder, a DICOMDIR or a zip archive",
    )


def count(text: str) -> int:
    """Read a number of things, for argparse.

    Raises
    ------
    argparse.ArgumentTypeError
        where it is below 0; ValueError where it is no whole number, which argparse reports too
    """
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("expected 0 or more")
    return value


def at_least_one(text: str) -> int:
    """Read a number of things of which there must be one, for argparse.

    Raises
    ------
    argparse.ArgumentTypeError
        where it is no whole number above 0
    """
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, received {text!r}")
    return int(text)


def pause(text: str) -> float:
    """Read the seconds between two rounds, for argparse.

    Raises
    ------
    argparse.ArgumentTypeError
        where they are not above 0; ValueError where it is no number, which argparse reports too
    """
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("expected seconds, more than 0")
    return value


def paths_exist(command: str, paths: Sequence[Path]) -> bool:
    """Tell whether every path exists, and name the first that does not on stderr."""
    missing = [path for path in paths if not os.path.lexists(path)]
    if missing:
        print(f"triage-app {command}: {missing[0]}: no such file or folder.", file=sys.stderr)
    return not missing
