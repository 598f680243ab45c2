"""What several commands check of their arguments, before anything heavy is imported."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["count", "paths_exist"]


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


def paths_exist(command: str, paths: Sequence[Path]) -> bool:
    """Tell whether every path exists, and name the first that does not on stderr."""
    missing = [path for path in paths if not os.path.lexists(path)]
    if missing:
        print(f"triage-app {command}: {missing[0]}: no such file or folder.", file=sys.stderr)
    return not missing
