"""Where results go, as an administrator names it; light to import, because the settings hold it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from triage_app.errors import TriageError
from triage_app.intake.peers import Peer

__all__ = ["Destination", "ResultName", "Way", "find_destination"]

ResultName = Literal["sr", "sc", "gsps", "map", "pdf"]
"""What of a result may be sent; written out, so that the settings need no DICOM library."""


class Way(StrEnum):
    """How instances are sent."""

    STORE = "store"
    """C-STORE over an association."""
    WEB = "web"
    """STOW-RS over HTTP."""
    HL7 = "hl7"
    """The report as an HL7 v2 message."""
    FHIR = "fhir"
    """The report as FHIR R4 resources."""

    @property
    def is_message(self) -> bool:
        """Whether only reports go this way, as messages made of them."""
        return self in (Way.HL7, Way.FHIR)


class Destination(BaseModel):
    """A peer that takes what we send, with the manner of sending.

    Attributes
    ----------
    name : what people call it; stands in the queue
    peer : name of the entry in `peers` that says where it is
    way : C-STORE, STOW-RS, or a message made of the report: HL7 v2 or FHIR
    results : what is sent there of each study that came over the network, once it is complete and
        scored: structured report, picture with the heat, its outline as a presentation state, its
        numbers as a parametric map, PDF; nothing where it is empty
    is_report_enhanced : the report as Enhanced SR, for who does not take Comprehensive 3D SR
    asks_for_commitment : whether an instance counts as delivered only when the peer has committed
        to keep it (PS3.4 J); needs an AE title
    commitment_wait_seconds : that the association for it stays open for the answer
    commitment_again_seconds : without an answer before commitment is asked for again
    looks_it_up : whether STOW-RS is believed only when QIDO-RS finds the instance
    most_attempts : after which an instance is given up
    first_pause_seconds, longest_pause_seconds : between attempts; each pause doubles the last
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    peer: str = Field(min_length=1)
    way: Way = Way.STORE
    results: tuple[ResultName, ...] = ()
    is_report_enhanced: bool = False
    asks_for_commitment: bool = False
    commitment_wait_seconds: float = Field(default=5.0, ge=0)
    commitment_again_seconds: float = Field(default=3600.0, gt=0)
    looks_it_up: bool = True
    most_attempts: int = Field(default=100, ge=1)
    first_pause_seconds: float = Field(default=5.0, ge=0)
    longest_pause_seconds: float = Field(default=900.0, ge=0)

    @model_validator(mode="after")
    def _possible(self) -> Destination:
        if self.asks_for_commitment and self.way is not Way.STORE:
            raise ValueError("storage commitment is asked for over associations: way = 'store'")
        if self.way.is_message and set(self.results) - {"sr"}:
            raise ValueError("a message is made of the report alone: results = ['sr']")
        return self


def find_destination(
    name: str, destinations: Iterable[Destination], peers: Iterable[Peer]
) -> tuple[Destination, Peer]:
    """Find a destination by its name; a peer's own name is one too, with the usual manner.

    Raises
    ------
    TriageError
        where the settings have neither, or the peer cannot be reached in the way named
    """
    by_name = {peer.name: peer for peer in peers}
    known = {each.name: each for each in destinations}
    destination = known.get(name)
    if destination is None and name in by_name:
        destination = Destination(name=name, peer=name, way=_usual_way(by_name[name]))
    if destination is None:
        names = ", ".join(sorted({*known, *by_name})) or "none"
        raise TriageError(
            f"{name}: is no destination in the settings (there: {names}); add it, or name another."
        )
    peer = by_name.get(destination.peer)
    if peer is None:
        raise TriageError(
            f"{name}: its peer {destination.peer!r} is not in the settings; add it under [[peers]]."
        )
    needed = {
        Way.STORE: (peer.ae_title, "ae_title and host"),
        Way.WEB: (peer.url, "url"),
        Way.HL7: (peer.hl7, "[peers.hl7]"),
        Way.FHIR: (peer.fhir_url, "fhir_url"),
    }
    value, setting = needed[destination.way]
    if not value:
        raise TriageError(f"{name}: its peer has no {setting} in the settings; add it.")
    return destination, peer


def _usual_way(peer: Peer) -> Way:
    if peer.ae_title:
        return Way.STORE
    if peer.url:
        return Way.WEB
    return Way.HL7 if peer.hl7 is not None else Way.FHIR
