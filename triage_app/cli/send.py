"""``triage-app send``: instances to another system, by a queue that survives the program."""

from __future__ import annotations

import argparse
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.cli.arguments import paths_exist
from triage_app.cli.exits import Exit

if TYPE_CHECKING:
    from triage_app.results.sending.sender import SendingEvent
    from triage_app.settings import Settings
    from triage_app.worklist.store import WorklistStore

__all__ = ["add_arguments", "run"]

_EXAMPLES = """examples:
  triage-app send results --to PACS                send what lies in a folder
  triage-app send --study 1.2.840.1 --to PACS      send the images of a study in the worklist
  triage-app send --to PACS --keep-trying          work off the queue, for a service
  triage-app send --list                           what waits, and what was given up
  triage-app send --resend --to PACS               try again what was given up"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.epilog = f"{_EXAMPLES}\n\n{parser.epilog}"
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="a file, a folder, a DICOMDIR or a zip archive; none: only what is queued",
    )
    parser.add_argument(
        "--study",
        action="append",
        default=[],
        metavar="UID",
        help="send the images of a study in the worklist; may be repeated",
    )
    parser.add_argument(
        "--to", metavar="NAME", help="a destination, or a peer, by its name in the settings"
    )
    parser.add_argument(
        "--list", action="store_true", help="show what waits and what was given up; send nothing"
    )
    parser.add_argument(
        "--resend", action="store_true", help="put what was given up into the queue again"
    )
    parser.add_argument(
        "--again", action="store_true", help="send also what has arrived there already"
    )
    parser.add_argument(
        "--keep-trying",
        action="store_true",
        help="wait and try again until everything has arrived or was given up",
    )
    parser.add_argument("--database", metavar="FILE", help="where the worklist is kept")


def run(arguments: argparse.Namespace) -> int:
    """Queue, send, and tell what became of it; see `Exit` for what it returns.

    Raises
    ------
    TriageError
        where settings, database or files are refused; what was queued stays in the queue
    """
    if not paths_exist("send", arguments.paths):
        return Exit.USAGE
    if arguments.to is None and not arguments.list and not arguments.resend:
        _say("--to: name a destination of the settings.")
        return Exit.USAGE
    if arguments.to is None and (arguments.paths or arguments.study):
        _say("--to: name the destination for what is to be sent.")
        return Exit.USAGE
    from triage_app.settings import load_settings
    from triage_app.worklist.store import WorklistStore

    settings = load_settings()
    with WorklistStore.open(arguments.database or settings.database) as store:
        if arguments.list:
            return _list(store, arguments.to)
        if arguments.resend:
            count = store.deliveries.resend(arguments.to)
            _say(f"{count} instances are to be tried again")
            if arguments.to is None:
                return Exit.DONE
        return _send(arguments, settings, store)


def _send(arguments: argparse.Namespace, settings: Settings, store: WorklistStore) -> int:
    from triage_app.cli.stopping import stopping
    from triage_app.intake.receiving.receiver import calling_of
    from triage_app.results.sending.destination import find_destination
    from triage_app.results.sending.sender import Sender
    from triage_app.results.sending.turn import Turn, TurnTakenError

    destination, peer = find_destination(arguments.to, settings.destinations, settings.peers)
    counts = Counter[str]()
    _queue(arguments, store, counts)
    with stopping() as (cancel, stopped_by):
        try:
            with Turn(settings.spool, destination.name) as turn:
                calling = calling_of(settings.receiver)
                sender = Sender(destination, peer, calling, store.deliveries, turn)
                for event in sender.run(cancel, keeps_trying=arguments.keep_trying):
                    if event is not None:
                        _tell(event, counts)
        except TurnTakenError as error:
            _say(str(error))
    return _conclude(store, destination.name, counts, is_interrupted=signal.SIGINT in stopped_by)


def _queue(arguments: argparse.Namespace, store: WorklistStore, counts: Counter[str]) -> None:
    """Put files and studies into the queue, in portions, so that a long walk is not lost."""
    from itertools import islice

    from triage_app.results.sending.outgoing import Unsendable, find_outgoing

    found = find_outgoing([*arguments.paths, *_files_of_studies(arguments.study, store)])
    while portion := list(islice(found, 200)):
        for each in portion:
            if isinstance(each, Unsendable):
                counts["unsendable" if each.is_failure else "not_dicom"] += 1
                if each.is_failure:
                    _say(each.sentence)
        outgoing = [each for each in portion if not isinstance(each, Unsendable)]
        counts.update(
            {
                str(queued): count
                for queued, count in store.deliveries.add(
                    arguments.to, outgoing, is_again=arguments.again
                ).items()
            }
        )


def _files_of_studies(uids: list[str], store: WorklistStore) -> list[Path]:
    from triage_app.errors import TriageError

    models = [model.device_uid for model in store.list_models()]
    paths: list[Path] = []
    for uid in uids:
        found = {
            instance.facts.path
            for model in models
            for instance in store.list_instances(uid, model)
            if instance.facts.path
        }
        if not found:
            raise TriageError(f"{uid}: the worklist has no study with that UID and files.")
        paths += [Path(path) for path in sorted(found)]
    return paths


def _list(store: WorklistStore, destination: str | None) -> int:
    from triage_app.worklist.delivery_records import DeliveryState

    shown = [state for state in DeliveryState if state is not DeliveryState.DELIVERED]
    print("destination\tstate\tattempts\tsop_instance_uid\tdetail")
    is_failed = False
    for each in store.deliveries.list_deliveries(destination, shown):
        is_failed |= each.state is DeliveryState.FAILED
        print(
            each.destination,
            each.state,
            each.attempts,
            each.outgoing.sop_instance_uid,
            each.detail,
            sep="\t",
        )
    return Exit.DONE_WITH_FAILURES if is_failed else Exit.DONE


def _tell(event: SendingEvent, counts: Counter[str]) -> None:
    from triage_app.results.sending.sender import CommitmentAsked, GivenUp, Paused, Sent

    match event:
        case Sent(outgoing, detail):
            counts["sent"] += 1
            if detail:
                _say(f"{outgoing.sop_instance_uid}: {detail}")
        case GivenUp(outgoing, detail):
            counts["given_up"] += 1
            _say(f"{outgoing.sop_instance_uid}: given up: {detail}")
        case Paused(sentence, seconds):
            _say(f"{sentence} Tried again after {seconds:.0f} s.")
        case CommitmentAsked(instances, is_answered):
            said = "answered" if is_answered else "not yet answered"
            _say(f"storage commitment was asked for {instances} instances: {said}")


def _conclude(
    store: WorklistStore, destination: str, counts: Counter[str], *, is_interrupted: bool
) -> int:
    from triage_app.worklist.delivery_records import DeliveryState, Queued

    states = store.deliveries.count_by_state(destination)
    waiting = states[DeliveryState.WAITING] + states[DeliveryState.CLAIMED]
    _say(
        f"{counts['sent']} sent to {destination}, {counts[Queued.KNOWN]} were there or under way; "
        f"{waiting} wait, {states[DeliveryState.STORED]} wait for storage commitment, "
        f"{states[DeliveryState.FAILED]} in the list of errors; "
        f"{counts['not_dicom']} files were no DICOM instances, "
        f"{counts['unsendable']} could not be read"
    )
    if is_interrupted:
        return Exit.INTERRUPTED
    is_unfinished = waiting or states[DeliveryState.FAILED] or counts["unsendable"]
    return Exit.DONE_WITH_FAILURES if is_unfinished else Exit.DONE


def _say(sentence: str) -> None:
    print(f"triage-app send: {sentence}", file=sys.stderr, flush=True)
