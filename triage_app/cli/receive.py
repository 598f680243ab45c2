"""``triage-app receive``: a C-STORE receiver that scores what comes, without a window."""

from __future__ import annotations

import argparse
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.cli.exits import Exit
from triage_app.cli.stopping import stopping

if TYPE_CHECKING:
    from triage_app.intake.receiving.options import ReceiverOptions
    from triage_app.intake.receiving.reception import ReceptionEvent
    from triage_app.settings import Settings

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "--host", metavar="ADDRESS", help="to listen on; this machine only where it is not given"
    )
    parser.add_argument(
        "--port", type=int, metavar="N", help="to listen on; 0 takes a free one (usual: 11112)"
    )
    parser.add_argument("--ae-title", metavar="TITLE", help="what the receiver is called")
    parser.add_argument("--spool", type=Path, metavar="DIR", help="folder for what is received")
    parser.add_argument("--database", metavar="FILE", help="where the worklist is kept")
    parser.add_argument("--model", type=Path, metavar="M.onnx", help="instead of the shipped model")
    parser.add_argument(
        "--workers", type=_at_least_one, metavar="N", help="processes that score, at least 1"
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="receive nothing: score what was received and waits, then leave",
    )


def _at_least_one(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, received {text!r}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Receive until SIGTERM (exit 0) or Ctrl+C (exit 130); open transfers are let finish.

    Raises
    ------
    TriageError
        where model, database, spool or address are refused
    """
    from triage_app.inference.models import shipped_model_path
    from triage_app.intake.receiving.reception import Reception
    from triage_app.intake.scan import default_workers
    from triage_app.settings import load_settings
    from triage_app.worklist.store import WorklistStore

    settings = load_settings()
    workers = arguments.workers or settings.workers or default_workers()
    options = _options(arguments, settings)
    if options is None:
        return Exit.USAGE
    counts = Counter[str]()
    with (
        WorklistStore.open(arguments.database or settings.database) as store,
        stopping() as (cancel, stopped_by),
    ):
        reception = Reception(
            options,
            store,
            spool_folder=arguments.spool or settings.spool,
            model_path=arguments.model or settings.model or shipped_model_path(),
            processes=workers,
            seconds_per_file=settings.seconds_per_file,
            peers=settings.peers,
        )
        for event in reception.score(cancel) if arguments.once else reception.run(cancel):
            if event is not None:
                _tell(event, counts)
    _tell_summary(counts)
    if signal.SIGINT in stopped_by:
        return Exit.INTERRUPTED
    return Exit.DONE_WITH_FAILURES if counts["failed"] else Exit.DONE


def _options(arguments: argparse.Namespace, settings: Settings) -> ReceiverOptions | None:
    from pydantic import ValidationError

    from triage_app.intake.receiving.options import ReceiverOptions

    given = {
        name: value
        for name in ("host", "port", "ae_title")
        if (value := getattr(arguments, name)) is not None
    }
    try:
        return ReceiverOptions.model_validate({**settings.receiver.model_dump(), **given})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).replace("_", "-")
        print(f"triage-app receive: --{name}: {first['msg']}.", file=sys.stderr)
        return None


def _tell(event: ReceptionEvent, counts: Counter[str]) -> None:
    from triage_app.intake.events import Assessed
    from triage_app.intake.receiving.receiver import Received, Refused
    from triage_app.intake.receiving.reception import Listening
    from triage_app.intake.work import StudyComplete, Troubled

    match event:
        case Listening(ae_title, host, port, recovered):
            _say(f"ready: {ae_title} listens on {host} port {port}")
            if recovered.registered or recovered.released or recovered.halves:
                _say(
                    f"from an earlier run: {recovered.registered} instances registered, "
                    f"{recovered.released} taken up again, {recovered.halves} halves removed"
                )
        case Received(_, registration):
            counts["received"] += 1
            counts[registration] += 1
        case Refused(_, code, comment):
            counts["refused"] += 1
            _say(f"refused an instance with {code:#06x}: {comment}")
        case Assessed(_, outcome):
            counts[outcome.status] += 1
        case StudyComplete():
            counts["complete"] += 1
        case Troubled(sentence):
            _say(sentence)


def _tell_summary(counts: Counter[str]) -> None:
    _say(
        f"{counts['received']} received ({counts['repeated']} again), {counts['refused']} refused; "
        f"{counts['scored']} scored, {counts['excluded']} excluded, {counts['failed']} failed; "
        f"{counts['complete']} studies complete"
    )


def _say(sentence: str) -> None:
    print(f"triage-app receive: {sentence}", file=sys.stderr, flush=True)
