"""What goes over the network by itself, as one value; light to import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from triage_app.intake.ordering.order_rules import OrderRule
from triage_app.intake.peers import Peer
from triage_app.intake.querying.keys import PollingRule
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.results.sending.destination import Destination

__all__ = ["TrafficOptions"]


@dataclass(frozen=True, slots=True)
class TrafficOptions:
    """What a station receives, fetches and sends.

    Attributes
    ----------
    receiver : names and limits; used for calling, too
    spool_folder, results_folder : where instances and results go
    model_path : ONNX file with its card beside it
    processes : that score, at least 1
    seconds_per_file : after which a file is given up
    peers : that rules and destinations name
    rules : of these, those with `every_seconds` are followed
    worklists : that are asked what is urgent
    destinations : what is queued for them is sent, results of complete studies among it
    listens : whether to receive; else only what is fetched is scored
    grace_seconds : that open associations get at the end
    """

    receiver: ReceiverOptions
    spool_folder: Path
    results_folder: Path
    model_path: Path
    processes: int
    seconds_per_file: float
    peers: tuple[Peer, ...] = ()
    rules: tuple[PollingRule, ...] = ()
    worklists: tuple[OrderRule, ...] = ()
    destinations: tuple[Destination, ...] = ()
    listens: bool = True
    grace_seconds: float = 10.0
