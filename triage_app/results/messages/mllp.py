"""Messages over the Minimal Lower Layer Protocol, each with its acknowledgement (HL7 v2 2.9)."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from triage_app.errors import PeerError
from triage_app.intake.peers import Peer
from triage_app.intake.tls import client_context

__all__ = ["Acknowledgement", "MllpClient"]

_BEGIN, _END = b"\x0b", b"\x1c\r"
_CONNECT_SECONDS, _ANSWER_SECONDS = 10.0, 60.0
_MOST_BYTES = 1024 * 1024
"""No acknowledgement is longer; who sends more is no HL7 peer."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """MSA of an answer: code (AA, AE, AR, CA, CE, CR) and the control ID that it answers to.

    Its texts are not read: peers quote the message in them.
    """

    code: str
    control_id: str


class _ConnectionEndedError(Exception):
    """The connection ended, or was never made."""


class MllpClient:
    """A connection to the HL7 receiver of a peer; close it, or use it as a context manager.

    It is made with the first message, and again after one that failed.

    Raises
    ------
    PeerError
        where the peer has no HL7 receiver in the settings
    """

    def __init__(
        self,
        peer: Peer,
        *,
        connect_seconds: float = _CONNECT_SECONDS,
        answer_seconds: float = _ANSWER_SECONDS,
    ) -> None:
        if peer.hl7 is None:
            raise PeerError(f"{peer.name}: has no [peers.hl7] in the settings; name it.")
        self._name = peer.name
        self._host, self._port = peer.hl7.host, peer.hl7.port
        self._tls = client_context(peer.tls) if peer.tls is not None else None
        self._connect_seconds = connect_seconds
        self._answer_seconds = answer_seconds
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; a second time does nothing."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def send(self, message: str) -> Acknowledgement:
        """Send a message and wait for its acknowledgement.

        Many receivers close the connection after each message; one that turns out to be closed is
        made anew, once. The control ID tells a receiver that saw both that it is one message.

        Raises
        ------
        PeerError
            where the peer cannot be reached, breaks off, or gives no answer that can be read;
            the message may have arrived
        """
        is_kept = self._socket is not None
        try:
            return self._exchange(message)
        except _ConnectionEndedError as error:
            if not is_kept:
                raise self._unreachable() from error
        try:
            return self._exchange(message)
        except _ConnectionEndedError as error:
            raise self._unreachable() from error

    def _exchange(self, message: str) -> Acknowledgement:
        try:
            connection = self._connect()
            connection.sendall(_BEGIN + message.encode("utf-8") + _END)
            return self._read_acknowledgement(connection)
        except TimeoutError as error:
            self.close()
            raise PeerError(f"{self._name}: does not acknowledge in time.") from error
        except OSError as error:
            self.close()
            raise _ConnectionEndedError from error
        except (PeerError, _ConnectionEndedError):
            self.close()
            raise

    def _unreachable(self) -> PeerError:
        hint = ", and the certificates of both sides" if self._tls else ""
        return PeerError(
            f"{self._name} ({self._host}:{self._port}): cannot be reached, or broke off; check "
            f"host and port{hint}."
        )

    def _connect(self) -> socket.socket:
        if self._socket is None:
            plain = socket.create_connection((self._host, self._port), self._connect_seconds)
            try:
                wrapped = (
                    plain
                    if self._tls is None
                    else self._tls.wrap_socket(plain, server_hostname=self._host)
                )
            except OSError:
                plain.close()
                raise
            wrapped.settimeout(self._answer_seconds)
            self._socket = wrapped
        return self._socket

    def _read_acknowledgement(self, connection: socket.socket) -> Acknowledgement:
        content = b""
        while not content.endswith(_END):
            part = connection.recv(4096)
            if not part:
                raise _ConnectionEndedError
            content += part
            if len(content) > _MOST_BYTES:
                raise PeerError(f"{self._name}: gave an answer that is no acknowledgement.")
        text = content.removesuffix(_END).removeprefix(_BEGIN).decode("utf-8", errors="replace")
        for segment in text.split("\r"):
            fields = segment.split(text[3:4] or "|")
            if fields[0] == "MSA" and len(fields) > 2:
                return Acknowledgement(fields[1].strip().upper(), fields[2].strip())
        raise PeerError(f"{self._name}: gave an answer that is no acknowledgement.")
