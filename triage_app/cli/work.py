"""``triage-app work``: perform the workitems that a workflow manager schedules (UPS)."""

from __future__ import annotations

import argparse
import re
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.cli.arguments import at_least_one, pause
from triage_app.cli.exits import Exit

if TYPE_CHECKING:
    from triage_app.intake.events import CancelToken
    from triage_app.intake.ordering.dimse_workitems import DimseWorkitems
    from triage_app.intake.ordering.web_workitems import WebWorkitems
    from triage_app.intake.ordering.workitems import WorkitemCode
    from triage_app.intake.peers import Peer
    from triage_app.results.performing.performer import Performer, PerformingEvent
    from triage_app.results.sending.sender import SendingEvent
    from triage_app.settings import Settings
    from triage_app.worklist.store import WorklistStore

__all__ = ["add_arguments", "run"]

_EXAMPLES = """examples:
  triage-app work MANAGER --code 110004^DCM --to PACS             what is scheduled now
  triage-app work MANAGER --code 110004^DCM --to PACS --every 10  for a service
  triage-app work MANAGER --web --station AI1^99SITE --to PACS    by UPS-RS"""
# Written out, so that --help needs no DICOM library; a test holds them against the code.
_KINDS = ("sr", "sc", "gsps", "map", "pdf")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.epilog = f"{_EXAMPLES}\n\n{parser.epilog}"
    parser.add_argument(
        "peer", metavar="PEER", help="the workflow manager, by its name in the settings ([[peers]])"
    )
    parser.add_argument(
        "--web", action="store_true", help="ask it by UPS-RS, not by UPS Pull over associations"
    )
    which = parser.add_argument_group("which workitems are ours; at least one of these is needed")
    which.add_argument(
        "--code",
        action="append",
        type=_code,
        default=[],
        metavar="VALUE^SCHEME",
        help="scheduled workitem code, such as 110004^DCM (Computer Aided Detection)",
    )
    which.add_argument(
        "--station",
        action="append",
        type=_code,
        default=[],
        metavar="VALUE^SCHEME",
        help="scheduled station name code that is us",
    )
    which.add_argument("--any", action="store_true", help="take every workitem that is scheduled")
    parser.add_argument(
        "--to", required=True, metavar="NAME", help="destination, or peer, that gets the results"
    )
    parser.add_argument(
        "--from",
        dest="source",
        metavar="PEER",
        help="where inputs are fetched that name no system of the settings",
    )
    parser.add_argument(
        "--fetch", choices=("get", "move"), default="get", help="how, over associations"
    )
    parser.add_argument(
        "--kinds",
        type=_kinds,
        default=("sr", "sc", "gsps"),
        metavar="KIND,...",
        help=f"results: some of {', '.join(_KINDS)}; sr,sc,gsps where it is not given",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="folder of results, instead of the one in the settings",
    )
    parser.add_argument(
        "--every", type=pause, metavar="SECONDS", help="ask again and again until stopped"
    )
    parser.add_argument(
        "--attempts",
        type=at_least_one,
        default=3,
        metavar="N",
        help="to fetch the inputs, before a workitem is canceled",
    )
    parser.add_argument("--database", metavar="FILE", help="where the worklist is kept")
    parser.add_argument("--model", type=Path, metavar="M.onnx", help="instead of the shipped model")


def _code(text: str) -> tuple[str, str]:
    match = re.fullmatch(r"([^\^\s]{1,16})\^([^\^\s]{1,16})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"expected VALUE^SCHEME, received {text!r}")
    return match[1], match[2]


def _kinds(text: str) -> tuple[str, ...]:
    kinds = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not kinds or not set(kinds) <= set(_KINDS) or "sr" not in kinds:
        raise argparse.ArgumentTypeError(
            f"expected sr and some of {', '.join(_KINDS)}, received {text!r}"
        )
    return kinds


def run(arguments: argparse.Namespace) -> int:
    """Perform what is scheduled, once or again and again; see `Exit` for what it returns.

    Raises
    ------
    TriageError
        where settings, database, model or destination are refused, or, without --every, the
        manager fails
    """
    from triage_app.cli.stopping import stopping
    from triage_app.results.sending.turn import Turn
    from triage_app.settings import load_settings

    if not (arguments.code or arguments.station or arguments.any):
        return _refuse("name a --code or a --station that is ours, or take --any.")
    settings = load_settings()
    peers = {peer.name: peer for peer in settings.peers}
    for name in filter(None, (arguments.peer, arguments.source)):
        if name not in peers:
            known = ", ".join(peers) or "none"
            return _refuse(f"the settings hold no peer {name!r} (they hold {known}).")
    canceled = 0
    with stopping() as (cancel, stopped_by), ExitStack() as stack:
        stack.enter_context(Turn(settings.spool, f"workitems of {arguments.peer}"))
        performer = _performer(arguments, settings, peers, stack)
        while True:
            canceled += _perform(performer, cancel, keeps_on=arguments.every is not None)
            if arguments.every is None or cancel.is_cancelled:
                break
            cancel.wait(arguments.every)
    if signal.SIGINT in stopped_by:
        return Exit.INTERRUPTED
    return Exit.DONE_WITH_FAILURES if canceled else Exit.DONE


def _perform(performer: Performer, cancel: CancelToken, *, keeps_on: bool) -> int:
    """Perform what is there; give how many workitems were canceled."""
    from triage_app.errors import TriageError
    from triage_app.intake.ordering.workitems import WorkitemState
    from triage_app.results.performing.performer import Ended

    canceled = 0
    try:
        for event in performer.run(cancel):
            _tell(event)
            canceled += isinstance(event, Ended) and event.state is WorkitemState.CANCELED
    except TriageError as error:  # claims are kept, and taken up in the next round
        if not keeps_on:
            raise
        _say(str(error))
    return canceled


def _performer(
    arguments: argparse.Namespace, settings: Settings, peers: dict[str, Peer], stack: ExitStack
) -> Performer:
    from triage_app.inference.card import card_path_for, read_card
    from triage_app.inference.models import shipped_model_path
    from triage_app.intake.custody import Custody
    from triage_app.intake.querying.fetching import Fetcher
    from triage_app.intake.querying.keys import Method
    from triage_app.intake.receiving.receiver import calling_of
    from triage_app.intake.scan import default_workers
    from triage_app.intake.spool import Spool, SpoolOptions
    from triage_app.intake.work import Worker, WorkOptions
    from triage_app.results.dicom.provenance import ResultKind
    from triage_app.results.performing.delivery import ResultDelivery
    from triage_app.results.performing.inputs import InputFetcher
    from triage_app.results.performing.performer import Performer, PerformerOptions
    from triage_app.results.performing.scoring import Scorer
    from triage_app.results.sending.destination import find_destination
    from triage_app.worklist.records import ModelIdentity
    from triage_app.worklist.store import WorklistStore

    receiver = settings.receiver
    calling = calling_of(receiver)
    destination, taker = find_destination(arguments.to, settings.destinations, settings.peers)
    model_path = arguments.model or settings.model or shipped_model_path()
    store: WorklistStore = stack.enter_context(
        WorklistStore.open(arguments.database or settings.database)
    )
    spool = stack.enter_context(
        Spool(SpoolOptions(settings.spool, receiver.least_free_mib * 2**20))
    )
    custody = Custody(spool, store.arrivals)
    custody.recover()
    work_options = WorkOptions(
        model_path,
        settings.workers or default_workers(),
        settings.seconds_per_file,
        receiver.most_attempts,
        receiver.quiet_seconds,
        receiver.longest_seconds,
    )
    worker = Worker(store, custody, spool.owner, work_options)
    card = read_card(card_path_for(model_path))
    classes = card.eligibility.sop_class_uids

    def fetcher_of(peer: Peer) -> Fetcher:
        return Fetcher(peer, receiver, store, custody, classes)

    manager = _manager(arguments, settings, peers[arguments.peer])
    stack.enter_context(manager)
    source = peers[arguments.source] if arguments.source else None
    model = ModelIdentity.from_card(card)
    return Performer(
        arguments.peer,
        manager,
        store,
        card,
        InputFetcher(settings.peers, source, Method(arguments.fetch), fetcher_of),
        Scorer(store, worker, model, model_path, settings.seconds_per_file),
        ResultDelivery(
            destination, taker, calling, store.deliveries, settings.spool, _tell_of_sending
        ),
        PerformerOptions(
            _as_code((receiver.ae_title, "99TRIAGEAPP")),
            tuple(map(_as_code, arguments.code)),
            tuple(map(_as_code, arguments.station)),
            tuple(map(ResultKind, arguments.kinds)),
            arguments.output or settings.results,
            most_attempts=arguments.attempts,
        ),
    )


def _manager(
    arguments: argparse.Namespace, settings: Settings, peer: Peer
) -> DimseWorkitems | WebWorkitems:
    if arguments.web:
        from triage_app.intake.ordering.web_workitems import WebWorkitems

        return WebWorkitems(peer)
    from triage_app.intake.ordering.dimse_workitems import DimseWorkitems
    from triage_app.intake.receiving.receiver import calling_of

    return DimseWorkitems(peer, calling_of(settings.receiver))


def _as_code(code: tuple[str, str]) -> WorkitemCode:
    from triage_app.intake.ordering.workitems import WorkitemCode

    return WorkitemCode(*code)


def _tell(event: PerformingEvent) -> None:
    from triage_app.results.performing.performer import Claimed, Ended, Left

    match event:
        case Claimed(uid, is_resumed):
            _say(f"{uid}: {'taken up again' if is_resumed else 'claimed'}")
        case Ended(uid, state, outputs, ""):
            _say(f"{uid}: {state}, with {outputs} results")
        case Ended(uid, state, _outputs, reason):
            _say(f"{uid}: {state}: {reason}")
        case Left(uid, sentence):
            _say(f"{uid}: left: {sentence}")


def _tell_of_sending(event: SendingEvent) -> None:
    from triage_app.results.sending.sender import GivenUp, Paused

    match event:
        case GivenUp(outgoing, detail):
            _say(f"{outgoing.sop_instance_uid}: given up: {detail}")
        case Paused(sentence, seconds):
            _say(f"{sentence} Tried again after {seconds:.0f} s.")


def _refuse(sentence: str) -> int:
    _say(sentence)
    return Exit.USAGE


def _say(sentence: str) -> None:
    print(f"triage-app work: {sentence}", file=sys.stderr, flush=True)
