"""``triage-app message``: reports as HL7 v2 or FHIR R4, in files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from triage_app.cli.arguments import paths_exist
from triage_app.cli.exits import Exit

__all__ = ["add_arguments", "run"]

_EXAMPLES = """examples:
  triage-app message results --format fhir --output messages   a file for each report
  triage-app send results --to RIS       over the network: a destination of way "hl7" or "fhir\""""
_ENDINGS = {"hl7": ".hl7", "fhir": ".json"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.epilog = f"{_EXAMPLES}\n\n{parser.epilog}"
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="reports that `export-sr` wrote: files, folders; what is no report is passed over",
    )
    parser.add_argument(
        "--format",
        choices=tuple(_ENDINGS),
        required=True,
        help="hl7 (v2.5.1 ORU^R01) or fhir (R4 DiagnosticReport and what belongs to it)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="DIR",
        help="gets <SOP Instance UID of the report>.hl7 or .json",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write a message for each report; see `Exit` for what it returns.

    Raises
    ------
    TriageError
        where the folder cannot be written
    """
    if not paths_exist("message", arguments.paths):
        return Exit.USAGE
    from triage_app.errors import ResultError, TriageError
    from triage_app.results.messages.messenger import encode_message, is_report, read_report_file
    from triage_app.results.sending.destination import Way
    from triage_app.results.sending.outgoing import Unsendable, find_outgoing

    written = failed = passed = 0
    for each in find_outgoing(arguments.paths):
        if isinstance(each, Unsendable):
            failed += each.is_failure
            passed += not each.is_failure
            if each.is_failure:
                _say(each.sentence)
            continue
        if not is_report(each.sop_class_uid):
            passed += 1
            continue
        try:
            facts = read_report_file(each.path)
            content = encode_message(facts, Way(arguments.format))
        except TriageError as error:
            failed += 1
            _say(str(error))
            continue
        path = arguments.output / f"{facts.sop_instance_uid}{_ENDINGS[arguments.format]}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise ResultError(f"{path}: cannot be written ({error.strerror or error}).") from error
        written += 1
    _say(f"{written} messages written, {passed} files are no reports, {failed} failed")
    return Exit.DONE_WITH_FAILURES if failed else Exit.DONE


def _say(sentence: str) -> None:
    print(f"triage-app message: {sentence}", file=sys.stderr)
