"""What the commands that work on the network by themselves share: options, and what they tell."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage_app.intake.receiving.options import ReceiverOptions
    from triage_app.results.traffic import TrafficEvent
    from triage_app.results.traffic_options import TrafficOptions
    from triage_app.settings import Settings

__all__ = ["tell", "tell_summary", "traffic_options"]


def traffic_options(
    arguments: argparse.Namespace,
    settings: Settings,
    receiver: ReceiverOptions,
    *,
    listens: bool = True,
) -> TrafficOptions:
    """Put together what a station does; what is given on the command line goes first."""
    from triage_app.inference.models import shipped_model_path
    from triage_app.intake.scan import default_workers
    from triage_app.results.traffic_options import TrafficOptions

    workers = getattr(arguments, "workers", None)
    return TrafficOptions(
        receiver=receiver,
        spool_folder=arguments.spool or settings.spool,
        results_folder=settings.results,
        model_path=arguments.model or settings.model or shipped_model_path(),
        processes=workers or settings.workers or default_workers(),
        seconds_per_file=settings.seconds_per_file,
        peers=settings.peers,
        rules=settings.rules,
        worklists=settings.worklists,
        destinations=settings.destinations,
        listens=listens,
    )


def tell(event: TrafficEvent, counts: Counter[str], command: str) -> None:
    """Count an event, and print what a person wants to read at once."""
    from triage_app.intake.events import Assessed
    from triage_app.intake.receiving.receiver import Received, Refused
    from triage_app.intake.receiving.reception import Listening
    from triage_app.intake.work import StudyComplete

    match event:
        case Listening(ae_title, host, port, recovered):
            _say(command, f"ready: {ae_title} listens on {host} port {port}")
            if recovered.registered or recovered.released or recovered.halves:
                _say(
                    command,
                    f"from an earlier run: {recovered.registered} instances registered, "
                    f"{recovered.released} taken up again, {recovered.halves} halves removed",
                )
        case Received(_, registration):
            counts["received"] += 1
            counts[registration] += 1
        case Refused(_, code, comment):
            counts["refused"] += 1
            _say(command, f"refused an instance with {code:#06x}: {comment}")
        case Assessed(_, outcome):
            counts[outcome.status] += 1
        case StudyComplete():
            counts["complete"] += 1
        case _:
            _tell_of_others(event, counts, command)


def _tell_of_others(event: TrafficEvent, counts: Counter[str], command: str) -> None:
    """Tell of rules and destinations."""
    from triage_app.intake.querying.polling import PollFailed
    from triage_app.intake.querying.retrieve import Retrieved
    from triage_app.intake.work import Troubled
    from triage_app.results.sending.reporting import Reported
    from triage_app.results.sending.sender import GivenUp, Paused, Sent

    match event:
        case Troubled(sentence) | PollFailed(sentence):
            _say(command, sentence)
        case Retrieved(_, completed, _, failure):
            counts["fetched"] += completed
            if failure:
                _say(command, f"a study could not be fetched whole: {failure}")
        case Reported():
            counts["reported"] += 1
        case Sent():
            counts["sent"] += 1
        case GivenUp(outgoing, detail):
            counts["given_up"] += 1
            _say(command, f"{outgoing.sop_instance_uid}: not sent, given up: {detail}")
        case Paused(sentence, seconds):
            _say(command, f"{sentence} Tried again after {seconds:.0f} s.")


def tell_summary(counts: Counter[str], command: str) -> None:
    """Print at the end what was done."""
    _say(
        command,
        f"{counts['received']} received ({counts['repeated']} again), {counts['refused']} refused; "
        f"{counts['scored']} scored, {counts['excluded']} excluded, {counts['failed']} failed; "
        f"{counts['complete']} studies complete",
    )
    if any(counts[name] for name in ("fetched", "reported", "sent", "given_up")):
        _say(
            command,
            f"{counts['fetched']} fetched by rules; results of {counts['reported']} studies "
            f"queued, {counts['sent']} objects sent, {counts['given_up']} given up",
        )


def _say(command: str, sentence: str) -> None:
    print(f"triage-app {command}: {sentence}", file=sys.stderr, flush=True)
