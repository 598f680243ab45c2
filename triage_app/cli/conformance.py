"""``triage-app conformance``: print the DICOM conformance statement."""

from __future__ import annotations

import argparse

from triage_app.cli.exits import Exit

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command; there are none."""
    parser.epilog = f"example:\n  triage-app conformance > docs/conformance.md\n\n{parser.epilog}"


def run(_arguments: argparse.Namespace) -> int:
    """Print the statement as Markdown."""
    from triage_app.results.conformance import conformance_statement

    print(conformance_statement(), end="")
    return Exit.DONE
