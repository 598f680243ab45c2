"""``triage-app``: finds the command and hands over.

Each command is a module with `add_arguments` and `run`, and imports what is heavy only in `run`, so
that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import multiprocessing
import os
import sys
import types
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from triage_app.cli.exits import Exit
from triage_app.crash_reports import install_crash_reports
from triage_app.errors import TriageError
from triage_app.logs import configure_logs, keep_log

__all__ = ["COMMANDS", "WINDOW", "main", "make_parser"]

WINDOW = "window"
COMMANDS = {
    "scan": "score files and folders, one row per file",
    "export-sr": "score studies and write the results as DICOM: report, pictures, outline, map",
    "receive": "take in what others send, and score it",
    "query": "search other systems, and fetch what is found",
    "orders": "ask a modality worklist, and let what is urgent rise",
    "work": "perform what a workflow manager schedules",
    "send": "send instances to other systems, now and until they have arrived",
    "message": "write reports as HL7 v2 or FHIR messages",
    "deidentify": "copy images without their patients, after PS3.15 Annex E",
    "demo": "write demonstration studies",
    "simulate": "compare waiting times with and without flagged studies first",
    "check": "compare the worklist with the files, and put in order what is safe",
    "backup": "copy the worklist, and the received files if asked, into one file",
    "restore": "put a backup in the worklist's place",
    "retain": "remove received files after the time that the settings give",
    "audit": "prove that the audit trail is whole, and hand it out",
    "conformance": "print the DICOM conformance statement",
    "support-bundle": "put versions, settings without secrets and the log into one file",
    "self-test": "prove that decoders, model and database work here",
}
"""What each command does; the window is what is opened without one."""

_DISCLAIMER = "Research use only - not a medical device."


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and turn what goes wrong into one sentence and an exit code.

    Returns
    -------
    int
        an `Exit`
    """
    multiprocessing.freeze_support()  # a frozen program starts its workers through here
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = arguments.pop(0) if arguments and arguments[0] in COMMANDS else WINDOW
    command = _import_command(name)
    parser = make_parser(name)
    parsed = parser.parse_args(arguments)
    configure_logs(level=logging.DEBUG if parsed.verbose else logging.WARNING)
    if argv is None:  # the process is ours alone
        keep_log()
        install_crash_reports()
    # whatever is written names patients, or came from their images: it is its owner's only
    umask_before = os.umask(0o077)
    try:
        return int(command.run(parsed))
    except TriageError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return Exit.COULD_NOT_RUN
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted; what was done is kept.", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has left; nothing may be written to it on exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.COULD_NOT_RUN
    finally:
        os.umask(umask_before)


def _import_command(name: str) -> types.ModuleType:
    return importlib.import_module(f"triage_app.cli.{name.replace('-', '_')}")


def make_parser(name: str) -> argparse.ArgumentParser:
    """Give the parser of a command, or of `WINDOW`, with all its arguments."""
    is_window = name == WINDOW
    parser = argparse.ArgumentParser(
        prog="triage-app" if is_window else f"triage-app {name}",
        description=(
            "Chest X-ray triage: open the worklist, and read studies into it."
            if is_window
            else f"{COMMANDS[name].capitalize()}."
        ),
        epilog=_window_epilog() if is_window else _DISCLAIMER,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--verbose", action="store_true", help="tell more about the work on stderr")
    if is_window:
        parser.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    _import_command(name).add_arguments(parser)
    return parser


def _window_epilog() -> str:
    commands = "\n".join(f"  triage-app {name:<16}{what}" for name, what in COMMANDS.items())
    return (
        f"commands (each has --help):\n{commands}\n\nexamples:\n"
        "  triage-app                            open the worklist\n"
        "  triage-app STUDIES                    open the worklist and read a folder into it\n"
        "  triage-app scan STUDIES -o rows.csv   score a folder without a window\n\n"
        f"{_DISCLAIMER}"
    )


def _version() -> str:
    try:
        return version("triage-app")
    except PackageNotFoundError:
        return "(not installed)"
