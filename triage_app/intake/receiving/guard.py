"""The door of the receiver: who may come in, and how much they may bring.

pynetdicom makes two threads for a connection before it knows whether anybody wants an association,
and waits in them for its whole timeout when the other side leaves at once, as health checks do
(pynetdicom#669). So a connection waits here, at the gate, until a whole A-ASSOCIATE-RQ has come.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import socket
import ssl
import struct
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any, cast

from pynetdicom import AE, evt
from pynetdicom.association import Association
from pynetdicom.pdu import A_ASSOCIATE_RQ
from pynetdicom.presentation import PresentationContext
from pynetdicom.transport import AssociationSocket, RequestHandler, ThreadedAssociationServer

from triage_app.logs import places_of

__all__ = ["GuardedServer", "Limits"]

logger = logging.getLogger(__name__)

_ASSOCIATE_RQ = 0x01
_LARGEST_ASSOCIATE_RQ = 1024 * 1024
_UNRECOGNISED_PDU = struct.pack(">BBLBBBB", 0x07, 0, 4, 0, 0, 2, 1)
"""A-ABORT by the service provider, reason: unrecognised PDU (PS3.8 9.3.8)."""
_LONGEST_QUEUE = 4
_PIECE_BYTES = 256 * 1024
_SECONDS_TO_END = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may do.

    Attributes
    ----------
    networks : that may connect; any where it is empty
    connections : at a time, associations among them
    largest_pdu_bytes, largest_object_bytes : one PDU; one command or data set
    gate_seconds : for TLS and A-ASSOCIATE-RQ
    idle_seconds : without a byte
    """

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    connections: int
    largest_pdu_bytes: int
    largest_object_bytes: int
    gate_seconds: float
    idle_seconds: float

    def allows(self, address: str) -> bool:
        """Tell whether an address lies in one of the networks."""
        if not self.networks:
            return True
        host = ipaddress.ip_address(address.partition("%")[0])
        if isinstance(host, ipaddress.IPv6Address) and host.ipv4_mapped:
            host = host.ipv4_mapped
        return any(host in network for network in self.networks)


class GuardedServer(ThreadedAssociationServer):
    """A server of associations that keeps its limits.

    Parameters
    ----------
    ae, address, ae_title, contexts, ssl_context, evt_handlers : as for pynetdicom's own
    limits : of each connection
    """

    request_queue_size = 128

    def __init__(
        self,
        ae: AE,
        address: tuple[str, int],
        ae_title: str,
        contexts: list[PresentationContext],
        ssl_context: ssl.SSLContext | None = None,
        evt_handlers: list[evt.EventHandlerType] | None = None,
        *,
        limits: Limits,
    ) -> None:
        self.limits = limits
        self._at_gate: set[socket.socket] = set()
        self._gate_lock = threading.Lock()
        super().__init__(ae, address, ae_title, contexts, ssl_context, evt_handlers)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection; TLS is begun in its own thread, so that nobody waits for a peer."""
        connection, address = cast(socket.socket, self.socket).accept()
        # an answer is short and last: held back for more, it would wait for the peer's timer
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(self.limits.gate_seconds)
        return connection, address

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Turn away who is not on the list, and who is one too many."""
        if not self.limits.allows(str(client_address[0])):
            logger.warning("connection from %s refused: not in a network", client_address[0])
            return False
        with self._gate_lock:
            connections = len(self._at_gate)
        if connections + len(self.active_associations) >= self.limits.connections:
            logger.warning("connection from %s refused: too many at a time", client_address[0])
            return False
        with self._gate_lock:
            self._at_gate.add(request)
        return True

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Wait at the gate, then let the association begin. Runs in the connection's own thread."""
        connection: socket.socket = request
        early = None
        try:
            if self.ssl_context is not None:
                connection = self._begin_tls(request)
            early = _read_association_request(connection, self.limits.gate_seconds)
        except (OSError, ValueError) as error:
            logger.info("connection from %s ended early: %s", client_address[0], error)
        finally:
            with self._gate_lock:
                self._at_gate -= {request, connection}
        if early is None:
            self.shutdown_request(connection)
            return
        connection.settimeout(self.limits.idle_seconds)
        GuardedRequestHandler.begin(connection, client_address, self, early)

    def _begin_tls(self, request: socket.socket) -> ssl.SSLSocket:
        context = cast(ssl.SSLContext, self.ssl_context)
        secure = context.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        with self._gate_lock:
            self._at_gate ^= {request, secure}
        try:
            secure.settimeout(self.limits.gate_seconds)
            secure.do_handshake()
        except BaseException:
            with self._gate_lock:
                self._at_gate.discard(secure)
            secure.close()
            raise
        return secure

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say that a connection failed; pynetdicom's base prints to stderr."""
        error = cast(BaseException, sys.exception())
        logger.warning(
            "a connection from %s failed: %s\n%s",
            client_address[0],
            type(error).__name__,
            places_of(error),
        )

    def end(self, grace_seconds: float) -> int:
        """Stop listening, let associations come to their end, and abort what does not.

        Returns
        -------
        int
            how many were aborted
        """
        self.shutdown()
        with self._gate_lock:
            for connection in self._at_gate:
                _shut(connection)
        deadline = time.monotonic() + grace_seconds
        for association in self.active_associations:
            association.join(max(0.0, deadline - time.monotonic()))
        late = self.active_associations
        for association in late:
            association.abort(block=False)
        deadline = time.monotonic() + _SECONDS_TO_END
        for association in late:
            _end_association(association, deadline)
        return len(late)


class GuardedRequestHandler(RequestHandler):
    """Makes the association of one connection."""

    early: bytes

    @classmethod
    def begin(
        cls, connection: socket.socket, address: Any, server: GuardedServer, early: bytes
    ) -> None:
        """Start the association of a connection from which some bytes were read already."""
        handler = cls.__new__(cls)
        handler.early = early
        RequestHandler.__init__(handler, connection, address, server)

    def _create_association(self) -> Association:
        association = super()._create_association()
        server = cast(GuardedServer, self.server)
        plain = cast(AssociationSocket, association.dul.socket)
        association.dul.socket = GuardedSocket(plain, self.early, server.limits)
        return association


class GuardedSocket(AssociationSocket):
    """Reads what was read at the gate first, and no more than the limits allow.

    Parameters
    ----------
    plain : whose place it takes
    early : read from it already
    """

    def __init__(self, plain: AssociationSocket, early: bytes, limits: Limits) -> None:
        # not by the base's own __init__: that would tell the state machine of a second connection
        vars(self).update(vars(plain))
        self._early = early
        self._limits = limits

    @property
    def ready(self) -> bool:
        """Whether something can be read."""
        return bool(self._early) or super().ready

    def recv(self, nr_bytes: int) -> bytearray:
        """Read so many bytes, fewer where the other side has closed.

        Raises
        ------
        OSError
            where the limits are passed, or nothing comes for too long
        """
        if self._early:
            taken, self._early = self._early[:nr_bytes], self._early[nr_bytes:]
            return bytearray(taken)
        self._keep_limits(nr_bytes)
        received = bytearray(nr_bytes)
        view, count = memoryview(received), 0
        connection = cast(socket.socket, self.socket)
        while count < nr_bytes:
            step = connection.recv_into(view[count : count + _PIECE_BYTES])
            if not step:
                break
            count += step
        view.release()
        del received[count:]
        return received

    def _keep_limits(self, nr_bytes: int) -> None:
        if nr_bytes > self._limits.largest_pdu_bytes:
            raise OSError(f"a PDU of {nr_bytes} bytes, more than was agreed")
        dimse = self.assoc.dimse
        if dimse.msg_queue.qsize() > _LONGEST_QUEUE:
            raise OSError("more requests at a time than were agreed")
        message = dimse.message
        if message is not None:
            parts = (message.data_set, message.encoded_command_set)
            size = max(part.tell() for part in parts if part is not None)
            if size > self._limits.largest_object_bytes:
                logger.warning("an object of more than %d bytes ends its association", size)
                raise OSError("an object larger than the limit")


def _read_association_request(connection: socket.socket, seconds: float) -> bytes | None:
    """Read a whole A-ASSOCIATE-RQ (PS3.8 9.3.2); None where something else comes, or nothing."""
    deadline = time.monotonic() + seconds
    head = _read_exactly(connection, 6, deadline)
    if len(head) < 6:
        return None
    length = int.from_bytes(head[2:], "big")
    if head[0] != _ASSOCIATE_RQ or length > _LARGEST_ASSOCIATE_RQ:
        with contextlib.suppress(OSError):
            connection.sendall(_UNRECOGNISED_PDU)
        return None
    body = _read_exactly(connection, length, deadline)
    if len(body) < length:
        return None
    request = head + body
    try:
        # what cannot be read would keep pynetdicom waiting for another one
        A_ASSOCIATE_RQ().decode(request)
    except Exception:  # noqa: BLE001 - its decoder raises whatever the bytes lead it to
        with contextlib.suppress(OSError):
            connection.sendall(_UNRECOGNISED_PDU)
        return None
    return request


def _read_exactly(connection: socket.socket, count: int, deadline: float) -> bytes:
    pieces: list[bytes] = []
    missing = count
    while missing:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("nobody asked for an association in time")
        connection.settimeout(remaining)
        piece = connection.recv(missing)
        if not piece:
            break
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _end_association(association: Association, deadline: float) -> None:
    half = (deadline - time.monotonic()) / 2
    association.join(max(0.0, half))
    if association.is_alive() or association.dul.is_alive():
        # a peer that sends half a PDU and no more holds the reader until its connection goes
        held = association.dul.socket
        if held is not None and held.socket is not None:
            _shut(held.socket)
    association.join(max(0.0, deadline - time.monotonic()))
    association.dul.join(max(0.0, deadline - time.monotonic()))


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
