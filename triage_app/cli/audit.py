"""``triage-app audit``: prove that the audit trail is whole, and hand it out."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.cli.exits import Exit

if TYPE_CHECKING:
    from triage_app.results.audit_export import Collector
    from triage_app.worklist.auditing.trail import Verified
    from triage_app.worklist.store import WorklistStore

__all__ = ["add_arguments", "run"]

_EXAMPLES = """examples:
  triage-app audit verify                            go along the chain; prints its head
  triage-app audit verify --head 120:4f1c...         see that an earlier head still lies in it
  triage-app audit export --output trail.tsv         the whole trail into a file
  triage-app audit verify --file trail.tsv           prove such a file
  triage-app audit export --syslog tls://audit.example --after 120   to a collector"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.epilog = f"{_EXAMPLES}\n\n{parser.epilog}"
    parser.add_argument("act", choices=("verify", "export"), help="what to do")
    parser.add_argument("--database", metavar="FILE", help="where the worklist is kept; or a URL")
    verify = parser.add_argument_group("verify")
    verify.add_argument(
        "--head",
        type=_head,
        metavar="NUMBER:DIGEST",
        help="what an earlier run printed: nothing up to there may be missing or changed",
    )
    verify.add_argument("--file", type=Path, metavar="FILE", help="prove an export instead")
    export = parser.add_argument_group("export")
    export.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="number, digest and message on each line"
    )
    export.add_argument(
        "--syslog", metavar="URL", help="tls://HOST[:PORT] or udp://HOST[:PORT] of a collector"
    )
    export.add_argument(
        "--after", type=int, default=0, metavar="NUMBER", help="only the records after that one"
    )
    for name in ("certificate", "key", "authorities"):
        export.add_argument(f"--{name}", type=Path, metavar="FILE.pem", help="for tls://")


def _head(text: str) -> tuple[int, str]:
    number, _, digest = text.partition(":")
    if not number.isdigit() or len(digest) != 64:
        raise argparse.ArgumentTypeError(f"expected NUMBER:DIGEST, received {text!r}")
    return int(number), digest


def run(arguments: argparse.Namespace) -> int:
    """Verify (exit 1 where something is missing or changed), or export.

    Raises
    ------
    TriageError
        where the database, the file or the collector is refused
    """
    if arguments.act == "verify":
        return _verify(arguments)
    if (arguments.output is None) == (arguments.syslog is None):
        _say("export: name --output, or --syslog.")
        return Exit.USAGE
    try:
        collector = _collector(arguments)
    except ValueError as error:
        _say(f"--syslog: {error}.")
        return Exit.USAGE
    with _open(arguments) as store:
        return _export(arguments, store, collector)


def _open(arguments: argparse.Namespace) -> WorklistStore:
    from triage_app.settings import load_settings
    from triage_app.worklist.databases.address import refuse_missing
    from triage_app.worklist.store import WorklistStore

    place = arguments.database or load_settings().database
    refuse_missing(place)
    return WorklistStore.open(place)


def _verify(arguments: argparse.Namespace) -> int:
    from triage_app.results.audit_export import read_file
    from triage_app.worklist.auditing.trail import Verified, verify_records

    expected = Verified(*arguments.head) if arguments.head else None
    if arguments.file is not None:
        return _tell(verify_records(read_file(arguments.file), expected))
    with _open(arguments) as store:
        return _tell(store.audit.verify(expected))


def _tell(verified: Verified) -> int:
    if verified.fault:
        _say(
            f"the trail is not whole: {verified.fault}. The records up to {verified.records} hold; "
            "compare with an export, and find out who could write to the database."
        )
        return Exit.COULD_NOT_RUN
    print(f"{verified.records}:{verified.digest}")
    _say(
        f"{verified.records} records, none missing, none changed; note the line above elsewhere, "
        "and give it as --head the next time"
    )
    return Exit.DONE


def _collector(arguments: argparse.Namespace) -> Collector | None:
    from triage_app.intake.tls import TlsOptions
    from triage_app.results.audit_export import parse_collector

    if arguments.syslog is None:
        return None
    tls = TlsOptions(
        certificate=arguments.certificate, key=arguments.key, authorities=arguments.authorities
    )
    return parse_collector(arguments.syslog, tls)


def _export(
    arguments: argparse.Namespace, store: WorklistStore, collector: Collector | None
) -> int:
    from triage_app.results.audit_export import send_records, write_file
    from triage_app.worklist.auditing.events import audit_log_used, system_user

    place = arguments.syslog or str(arguments.output)
    store.audit.note(audit_log_used(system_user(), place))
    records = store.audit.read(arguments.after)
    if collector is None:
        _say(f"{write_file(records, arguments.output)} records written to {place}")
        return Exit.DONE
    last = arguments.after
    try:
        for record in send_records(records, collector):
            last = record.number
    finally:
        _say(f"sent up to record {last}; go on with --after {last}")
    return Exit.DONE


def _say(sentence: str) -> None:
    print(f"triage-app audit: {sentence}", file=sys.stderr)
