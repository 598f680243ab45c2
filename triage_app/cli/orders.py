"""``triage-app orders``: what a modality worklist orders as urgent rises in our list."""

from __future__ import annotations

import argparse
import signal
import sys
from typing import TYPE_CHECKING

from triage_app.cli.arguments import pause
from triage_app.cli.exits import Exit

if TYPE_CHECKING:
    from triage_app.intake.events import CancelToken
    from triage_app.intake.ordering.order_rules import WorklistKeys
    from triage_app.intake.peers import Peer
    from triage_app.settings import Settings
    from triage_app.worklist.store import WorklistStore

__all__ = ["add_arguments", "run"]

_EXAMPLES = """examples:
  triage-app orders RIS                        today's orders of CR and DX, once
  triage-app orders RIS --every 60             again each minute, for a service
  triage-app orders RIS --accession-number A1  one order"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.epilog = f"{_EXAMPLES}\n\n{parser.epilog}"
    parser.add_argument(
        "peer", metavar="PEER", help="name of a system in the settings ([[peers]]), asked by C-FIND"
    )
    parser.add_argument(
        "--date",
        metavar="DAY",
        help="of the scheduled start: today, yesterday, 2026-03-01, a range DAY..DAY, any; "
        "today where neither this nor an accession number is given",
    )
    parser.add_argument(
        "--modalities", metavar="M,M", default="CR,DX", help="CR,DX where it is not given"
    )
    parser.add_argument("--station", metavar="TITLE", default="", help="AE title of the modality")
    parser.add_argument("--accession-number", metavar="NUMBER", default="", help="of one order")
    parser.add_argument(
        "--every", type=pause, metavar="SECONDS", help="ask again and again until stopped"
    )
    parser.add_argument("--database", metavar="FILE", help="where the worklist is kept")


def run(arguments: argparse.Namespace) -> int:
    """Ask, keep, and tell which studies changed their priority; see `Exit`.

    Raises
    ------
    TriageError
        where the settings or the database are refused, or, without --every, the peer fails
    """
    from triage_app.cli.stopping import stopping
    from triage_app.settings import load_settings
    from triage_app.worklist.store import WorklistStore

    settings = load_settings()
    peers = {peer.name: peer for peer in settings.peers}
    if arguments.peer not in peers:
        known = ", ".join(peers) or "none"
        return _refuse(f"the settings hold no peer {arguments.peer!r} (they hold {known}).")
    try:
        keys = _keys(arguments)
    except ValueError as error:
        return _refuse(str(error))
    with (
        WorklistStore.open(arguments.database or settings.database) as store,
        stopping() as (cancel, stopped_by),
    ):
        if arguments.every is None:
            _ask(peers[arguments.peer], keys, settings, store)
        else:
            _keep_asking(peers[arguments.peer], keys, settings, store, cancel, arguments.every)
    return Exit.INTERRUPTED if signal.SIGINT in stopped_by else Exit.DONE


def _keys(arguments: argparse.Namespace) -> WorklistKeys:
    from datetime import date

    from triage_app.intake.ordering.order_rules import WorklistKeys
    from triage_app.intake.querying.keys import date_range

    day = arguments.date
    if day is None:
        day = "" if arguments.accession_number else "today"
    elif day == "any":
        day = ""
    date_range(day, date.today())  # refuses what is no date before anybody is asked
    modalities = tuple(part for part in arguments.modalities.upper().split(",") if part)
    return WorklistKeys(day, modalities, arguments.station, arguments.accession_number)


def _keep_asking(
    peer: Peer,
    keys: WorklistKeys,
    settings: Settings,
    store: WorklistStore,
    cancel: CancelToken,
    every_seconds: float,
) -> None:
    """Ask again and again; a peer that fails is asked again all the same."""
    from triage_app.errors import PeerError, StoreUnavailableError

    while not cancel.is_cancelled:
        try:
            _ask(peer, keys, settings, store)
        except (PeerError, StoreUnavailableError) as error:
            _say(str(error))
        cancel.wait(every_seconds)


def _ask(peer: Peer, keys: WorklistKeys, settings: Settings, store: WorklistStore) -> None:
    from triage_app.intake.ordering.modality_worklist import find_orders
    from triage_app.intake.receiving.receiver import calling_of

    found = find_orders(peer, calling_of(settings.receiver), keys)
    changed = store.orders.note(peer.name, found)
    _say(f"{len(found)} orders of {peer.name}; {len(changed)} studies here changed their priority")


def _refuse(sentence: str) -> int:
    _say(sentence)
    return Exit.USAGE


def _say(sentence: str) -> None:
    print(f"triage-app orders: {sentence}", file=sys.stderr, flush=True)
