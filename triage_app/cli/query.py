"""``triage-app query``: search other systems, and fetch what is found."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.cli.arguments import at_least_one
from triage_app.cli.exits import Exit
from triage_app.cli.stopping import stopping

if TYPE_CHECKING:
    from triage_app.intake.events import CancelToken
    from triage_app.intake.peers import Peer
    from triage_app.intake.querying.keys import QueryKeys, StudyMatch
    from triage_app.intake.querying.polling import PollEvent
    from triage_app.settings import Settings
    from triage_app.worklist.store import WorklistStore

__all__ = ["add_arguments", "run"]

_COLUMNS = {
    "date": "study_date",
    "modality": "modalities",
    "patient": "patient_name",
    "ID": "patient_id",
    "accession": "accession_number",
    "description": "description",
    "images": "instances",
    "study": "study_instance_uid",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "peer", nargs="?", metavar="PEER", help="name of a system in the settings ([[peers]])"
    )
    keys = parser.add_argument_group("what is searched for (* and ? stand for any letters)")
    keys.add_argument("--patient-name", metavar="NAME", help='such as "DOE*"')
    keys.add_argument("--patient-id", metavar="ID")
    keys.add_argument("--accession-number", metavar="NUMBER")
    keys.add_argument("--study-description", metavar="TEXT")
    keys.add_argument("--study-instance-uid", metavar="UID")
    keys.add_argument(
        "--date", metavar="DAY", help="today, yesterday, 2026-03-01, 2026-03-01..2026-03-07, DAY.."
    )
    keys.add_argument("--modalities", metavar="M,M", help="such as CR,DX")
    keys.add_argument("--body-part", metavar="PART", help="of a series, such as CHEST")
    keys.add_argument("--series-description", metavar="TEXT")
    keys.add_argument(
        "--rule", metavar="NAME", help="a peer and its keys from the settings ([[rules]])"
    )
    parser.add_argument(
        "--root", choices=("study", "patient"), default="study", help="information model"
    )
    parser.add_argument("--web", action="store_true", help="search by DICOMweb, not by C-FIND")
    parser.add_argument(
        "--fetch",
        choices=("get", "move", "web"),
        help="fetch what is found: by C-GET, C-MOVE or DICOMweb",
    )
    parser.add_argument(
        "--destination", metavar="TITLE", default="", help="of C-MOVE, instead of our receiver"
    )
    parser.add_argument(
        "--every", type=_seconds, metavar="SECONDS", help="search again and again; needs --fetch"
    )
    parser.add_argument(
        "--times", type=at_least_one, metavar="N", help="with --every: so often, then end"
    )
    parser.add_argument(
        "--watch",
        action="store_true",
        help="follow every rule of the settings that has every_seconds, until stopped",
    )
    parser.add_argument("--score", action="store_true", help="score at the end what was fetched")
    parser.add_argument(
        "--format", choices=("table", "jsonl"), default="table", help="of what is found, on stdout"
    )
    parser.add_argument("--spool", type=Path, metavar="DIR", help="folder for what is fetched")
    parser.add_argument("--database", metavar="FILE", help="where the worklist is kept")
    parser.add_argument("--model", type=Path, metavar="M.onnx", help="instead of the shipped model")


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError("expected seconds, 0 or more")
    return value


def run(arguments: argparse.Namespace) -> int:
    """Search, and fetch where that is asked for; see `Exit` for what it returns.

    Raises
    ------
    TriageError
        where the peer is not in the settings, cannot be reached, or refuses
    """
    from triage_app.settings import load_settings

    if arguments.watch:
        return _watch(arguments, load_settings())
    if not arguments.peer and not arguments.rule:
        return _refuse("name a PEER, a --rule, or --watch.")
    if not arguments.fetch and (arguments.every is not None or arguments.score):
        return _refuse("--every and --score need --fetch.")
    settings = load_settings()
    try:
        peer, keys = _peer_and_keys(arguments, settings)
    except ValueError as error:
        return _refuse(_first_message(error))
    if not arguments.fetch:
        from triage_app.intake.querying.fetching import search
        from triage_app.intake.querying.find import QueryRoot
        from triage_app.worklist.auditing.events import query, system_user
        from triage_app.worklist.store import WorklistStore

        root = QueryRoot(arguments.root)
        with WorklistStore.open(arguments.database or settings.database) as store:
            asked = keys.model_dump(exclude_defaults=True)
            store.audit.note(query(system_user(), peer.name, asked))
        studies = search(peer, settings.receiver, keys, by_web=arguments.web, root=root)
        _print_studies(studies, arguments.format)
        return Exit.DONE
    with stopping() as (cancel, stopped_by):
        has_failed = _fetch(peer, keys, arguments, settings, cancel)
    done = Exit.DONE_WITH_FAILURES if has_failed else Exit.DONE
    return Exit.INTERRUPTED if stopped_by else done


def _watch(arguments: argparse.Namespace, settings: Settings) -> int:
    """Follow the rules of the settings side by side, and score what they bring, until stopped."""
    from triage_app.cli.traffic import tell, tell_summary, traffic_options
    from triage_app.results.traffic import Traffic
    from triage_app.worklist.auditing.events import system_user
    from triage_app.worklist.store import WorklistStore

    if not any(rule.every_seconds is not None for rule in settings.rules):
        return _refuse("--watch: the settings hold no rule ([[rules]]) with every_seconds.")
    options = traffic_options(arguments, settings, settings.receiver, listens=False)
    counts = Counter[str]()
    with (
        WorklistStore.open(arguments.database or settings.database) as store,
        store.audit.application(system_user(), "query --watch"),
        stopping() as (cancel, stopped_by),
    ):
        for event in Traffic(options, store).run(cancel):
            if event is not None:
                tell(event, counts, "query")
    tell_summary(counts, "query")
    return Exit.INTERRUPTED if stopped_by else Exit.DONE


def _refuse(sentence: str) -> int:
    print(f"triage-app query: {sentence}", file=sys.stderr)
    return Exit.USAGE


def _first_message(error: ValueError) -> str:
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return f"--{str(first['loc'][0]).replace('_', '-')}: {first['msg']}."


def _peer_and_keys(arguments: argparse.Namespace, settings: Settings) -> tuple[Peer, QueryKeys]:
    """Give whom to ask, and for what; what is given beside a rule takes the place of its keys."""
    from triage_app.intake.querying.keys import QueryKeys

    given = {
        name: value
        for name in QueryKeys.model_fields
        if (value := getattr(arguments, name)) is not None
    }
    if "modalities" in given:
        given["modalities"] = [part for part in given["modalities"].upper().split(",") if part]
    known: dict[str, object] = {}
    name = arguments.peer
    if arguments.rule:
        rules = {rule.name: rule for rule in settings.rules}
        if arguments.rule not in rules:
            raise ValueError(f"the settings hold no rule {arguments.rule!r} ({_list(rules)}).")
        rule = rules[arguments.rule]
        known = rule.keys.model_dump()
        name = name or rule.peer
    peers = {peer.name: peer for peer in settings.peers}
    if name not in peers:
        raise ValueError(f"the settings hold no peer {name!r} ({_list(peers)}).")
    return peers[name], QueryKeys.model_validate({**known, **given})


def _list(names: Iterable[str]) -> str:
    return "they hold " + (", ".join(names) or "none")


def _fetch(
    peer: Peer,
    keys: QueryKeys,
    arguments: argparse.Namespace,
    settings: Settings,
    cancel: CancelToken,
) -> bool:
    """Search and fetch, once or again and again; tell whether anything failed."""
    from triage_app.inference.card import card_path_for, read_card
    from triage_app.inference.models import shipped_model_path
    from triage_app.intake.custody import Custody
    from triage_app.intake.querying.fetching import Fetcher
    from triage_app.intake.querying.find import QueryRoot
    from triage_app.intake.querying.keys import Method
    from triage_app.intake.querying.polling import Poller
    from triage_app.intake.spool import Spool, SpoolOptions
    from triage_app.worklist.store import WorklistStore

    options = settings.receiver
    model_path = arguments.model or settings.model or shipped_model_path()
    spool_options = SpoolOptions(arguments.spool or settings.spool, options.least_free_mib * 2**20)
    has_failed = False
    with WorklistStore.open(arguments.database or settings.database) as store:
        with Spool(spool_options) as spool:
            fetcher = Fetcher(
                peer,
                options,
                store,
                Custody(spool, store.arrivals),
                read_card(card_path_for(model_path)).eligibility.sop_class_uids,
                root=QueryRoot(arguments.root),
            )
            poller = Poller(fetcher, Method(arguments.fetch), destination=arguments.destination)
            rounds = poller.poll(
                keys,
                cancel,
                every_seconds=arguments.every or 0.0,
                times=1 if arguments.every is None else arguments.times,
            )
            for event in rounds:
                has_failed |= event is not None and _tell(event, arguments)
        if arguments.score and not cancel.is_cancelled:
            has_failed |= _score(store, spool_options.folder, model_path, settings, cancel)
    return has_failed


def _tell(event: PollEvent, arguments: argparse.Namespace) -> bool:
    """Print what happened; tell whether it is a failure."""
    from triage_app.intake.querying.polling import Found, PollFailed
    from triage_app.intake.querying.retrieve import Retrieved

    match event:
        case Found(studies):
            _print_studies(studies, arguments.format)
            return False
        case Retrieved(_, completed, failed, failure):
            left_out = f", {failed} left out or failed" if failed else ""
            why = f"; {failure}" if failure else ""
            print(f"triage-app query: {completed} images{left_out}{why}", file=sys.stderr)
            return bool(failure)
        case PollFailed(sentence):
            print(f"triage-app query: {sentence}", file=sys.stderr)
            return True


def _score(
    store: WorklistStore, spool: Path, model_path: Path, settings: Settings, cancel: CancelToken
) -> bool:
    from triage_app.intake.events import Assessed
    from triage_app.intake.receiving.reception import Reception
    from triage_app.intake.scan import default_workers

    reception = Reception(
        settings.receiver,
        store,
        spool_folder=spool,
        model_path=model_path,
        processes=settings.workers or default_workers(),
        seconds_per_file=settings.seconds_per_file,
    )
    counts = Counter(
        str(event.outcome.status)
        for event in reception.score(cancel)
        if isinstance(event, Assessed)
    )
    print(
        f"triage-app query: {counts['scored']} scored, {counts['excluded']} excluded, "
        f"{counts['failed']} failed",
        file=sys.stderr,
    )
    return bool(counts["failed"])


def _print_studies(studies: Sequence[StudyMatch], form: str) -> None:
    if form == "jsonl":
        for study in studies:
            print(json.dumps(asdict(study), ensure_ascii=False))
        return
    rows = [tuple(_COLUMNS), *(tuple(map(_cell, _values(study))) for study in studies)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def _values(study: StudyMatch) -> list[object]:
    return [getattr(study, name) for name in _COLUMNS.values()]


def _cell(value: object) -> str:
    text = "/".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    # another system's text must not steer the terminal
    return "".join(letter if letter.isprintable() else "?" for letter in text)
