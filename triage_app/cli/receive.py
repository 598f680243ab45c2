"""``triage-app receive``: a C-STORE receiver that scores what comes, without a window."""

from __future__ import annotations

import argparse
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.cli.arguments import at_least_one
from triage_app.cli.exits import Exit
from triage_app.cli.stopping import stopping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_app.intake.events import CancelToken
    from triage_app.intake.receiving.options import ReceiverOptions
    from triage_app.results.traffic import TrafficEvent
    from triage_app.settings import Settings
    from triage_app.worklist.store import WorklistStore

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
        "--workers", type=at_least_one, metavar="N", help="processes that score, at least 1"
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="receive nothing: score what was received and waits, then leave",
    )


def run(arguments: argparse.Namespace) -> int:
    """Receive until SIGTERM (exit 0) or Ctrl+C (exit 130); open transfers are let finish.

    Raises
    ------
    TriageError
        where model, database, spool or address are refused
    """
    from triage_app.cli.traffic import tell, tell_summary
    from triage_app.settings import load_settings
    from triage_app.worklist.auditing.events import system_user
    from triage_app.worklist.store import WorklistStore

    settings = load_settings()
    options = _options(arguments, settings)
    if options is None:
        return Exit.USAGE
    counts = Counter[str]()
    with (
        WorklistStore.open(arguments.database or settings.database) as store,
        store.audit.application(system_user(), "receive"),
        stopping() as (cancel, stopped_by),
    ):
        for event in _work(arguments, settings, options, store, cancel):
            if event is not None:
                tell(event, counts, "receive")
    tell_summary(counts, "receive")
    if signal.SIGINT in stopped_by:
        return Exit.INTERRUPTED
    return Exit.DONE_WITH_FAILURES if counts["failed"] else Exit.DONE


def _work(
    arguments: argparse.Namespace,
    settings: Settings,
    receiver: ReceiverOptions,
    store: WorklistStore,
    cancel: CancelToken,
) -> Iterator[TrafficEvent | None]:
    from triage_app.cli.traffic import traffic_options
    from triage_app.intake.receiving.reception import Reception
    from triage_app.results.traffic import Traffic

    options = traffic_options(arguments, settings, receiver)
    if not arguments.once:
        return Traffic(options, store).run(cancel)
    reception = Reception(
        options.receiver,
        store,
        spool_folder=options.spool_folder,
        model_path=options.model_path,
        processes=options.processes,
        seconds_per_file=options.seconds_per_file,
    )
    return reception.score(cancel)


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
