"""Other systems: archives to ask, and those who ask us, by their entry in the settings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from triage_app.errors import PeerError
from triage_app.intake.network import AeTitle, silence_pynetdicom
from triage_app.intake.tls import TlsOptions, client_context

if TYPE_CHECKING:
    from pynetdicom.association import Association
    from pynetdicom.presentation import PresentationContext

__all__ = ["Calling", "Hl7Receiver", "Peer", "associate"]


class Hl7Receiver(BaseModel):
    """Where a system takes HL7 v2 messages (MLLP).

    Attributes
    ----------
    host, port : of its listener
    application, facility : what it is called there, MSH-5 and MSH-6
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1)
    port: int = Field(default=2575, ge=1, le=65535)
    application: str = ""
    facility: str = ""


class Peer(BaseModel):
    """Another system, reached by associations, over HTTP, by messages, or by several of these.

    Attributes
    ----------
    name : what people call it
    ae_title, host, port : for associations; empty where it has none
    url : root of its DICOMweb services, as "https://pacs.example/dicom-web"; empty for none
    hl7 : its receiver of HL7 v2 messages; None for none
    fhir_url : base of its FHIR R4 server, as "https://ris.example/fhir"; empty for none
    tls : certificates; None for plain associations, and the system's authorities for https
    token_file, token_variable : file or environment variable that holds the bearer token of
        DICOMweb and FHIR; the token itself never stands in the settings
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    ae_title: AeTitle | None = None
    host: str = ""
    port: int = Field(default=104, ge=1, le=65535)
    url: str = Field(default="", pattern=r"^(https?://.+)?$")
    hl7: Hl7Receiver | None = None
    fhir_url: str = Field(default="", pattern=r"^(https?://.+)?$")
    tls: TlsOptions | None = None
    token_file: Path | None = None
    token_variable: str = ""

    @model_validator(mode="after")
    def _reachable(self) -> Peer:
        if bool(self.ae_title) != bool(self.host):
            raise ValueError("ae_title and host belong together: name both, or neither")
        if not (self.host or self.url or self.hl7 or self.fhir_url):
            raise ValueError("name ae_title and host, url, hl7, or fhir_url")
        return self

    def read_token(self) -> str:
        """Give the bearer token; empty where none is named.

        Raises
        ------
        PeerError
            where it is named and not there
        """
        if self.token_file is not None:
            try:
                token = self.token_file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise PeerError(
                    f"{self.name}: its token cannot be read from {self.token_file}."
                ) from error
        elif self.token_variable:
            token = os.environ.get(self.token_variable, "").strip()
        else:
            return ""
        if not token:
            place = self.token_file or f"the environment variable {self.token_variable}"
            raise PeerError(f"{self.name}: its token should stand in {place}, which is empty.")
        return token


@dataclass(frozen=True, slots=True)
class Calling:
    """How we call others.

    Attributes
    ----------
    ae_title : ours
    connection_timeout_seconds, acse_timeout_seconds, dimse_timeout_seconds,
    network_timeout_seconds : how long to wait for a connection, an association, an answer, a byte
    maximum_pdu_bytes : that we take
    """

    ae_title: str
    connection_timeout_seconds: float = 10.0
    acse_timeout_seconds: float = 30.0
    dimse_timeout_seconds: float = 60.0
    network_timeout_seconds: float = 60.0
    maximum_pdu_bytes: int = 256 * 1024


@contextmanager
def associate(
    peer: Peer,
    calling: Calling,
    contexts: Sequence[PresentationContext],
    *,
    roles: Sequence[Any] = (),
    handlers: Sequence[Any] = (),
) -> Iterator[Association]:
    """Hold an association with a peer; it is released at the end, and aborted after an error.

    Parameters
    ----------
    contexts : presentation contexts to ask for; at least one is accepted, or it is an error
    roles : SCP/SCU Role Selection items
    handlers : of pynetdicom events

    Raises
    ------
    PeerError
        where the peer has no AE title, cannot be reached, or refuses; the sentence says why
    """
    from pynetdicom import AE, evt  # noqa: PLC0415 - settings are read without it

    if peer.ae_title is None:
        raise PeerError(f"{peer.name}: has no AE title and host in the settings; name them.")
    silence_pynetdicom()
    ae = AE(ae_title=calling.ae_title)
    ae.connection_timeout = calling.connection_timeout_seconds
    ae.acse_timeout = calling.acse_timeout_seconds
    ae.dimse_timeout = calling.dimse_timeout_seconds
    ae.network_timeout = calling.network_timeout_seconds
    tls = (client_context(peer.tls), peer.host) if peer.tls else None
    connected: list[object] = []
    watch = (evt.EVT_CONN_OPEN, connected.append)
    try:
        association = ae.associate(
            peer.host,
            peer.port,
            contexts=list(contexts),
            ae_title=peer.ae_title,
            max_pdu=calling.maximum_pdu_bytes,
            ext_neg=list(roles),
            evt_handlers=[watch, *handlers],
            tls_args=tls,
        )
    except OSError as error:
        raise PeerError(f"{peer.name}: {peer.host} is not a host that can be found.") from error
    if not association.is_established:
        association.abort()
        _close_connection(association)
        raise PeerError(_refusal(peer, association, is_connected=bool(connected)))
    try:
        yield association
    except BaseException:
        association.abort()
        raise
    if association.is_established:
        association.release()


def _close_connection(association: Association) -> None:
    """Close what pynetdicom leaves open after a refusal."""
    held = association.dul.socket
    if held is not None and held.socket is not None:
        held.socket.close()


def _refusal(peer: Peer, association: Association, *, is_connected: bool) -> str:
    answer = association.acceptor.primitive
    if association.is_rejected and answer is not None:
        why = f"it refuses us ({answer.reason_str}); check the AE titles on both sides"
    elif not is_connected:
        secure = ", and the certificates of both sides" if peer.tls else ""
        why = f"it cannot be reached; check host and port{secure}"
    elif association.rejected_contexts and not association.accepted_contexts:
        why = "it offers none of the services asked for"
    else:
        why = "it ended the association before it began; check AE titles, port and TLS"
    return f"{peer.name} ({peer.host}:{peer.port}): {why}."
