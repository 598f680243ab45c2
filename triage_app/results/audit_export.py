"""The audit trail on its way out: into a file, or to a syslog collector (PS3.15 A.6 and A.7)."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from xml.etree import ElementTree

from triage_app.errors import ResultError
from triage_app.intake.tls import TlsOptions, client_context
from triage_app.worklist.auditing.trail import AuditRecord

__all__ = ["Collector", "parse_collector", "read_file", "send_records", "write_file"]

_PRIORITY = 10 * 8 + 5
"""Facility 10, security and authorization; severity 5, notice (PS3.15 A.6)."""
_MESSAGE_ID = "DICOM+RFC3881"
_PORTS = {"udp": 514, "tls": 6514}
_LARGEST_DATAGRAM = 65_507
_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Collector:
    """A syslog collector.

    Attributes
    ----------
    transport : "udp" (RFC 5426) or "tls" (RFC 5425)
    tls : certificates; for udp without meaning
    """

    transport: str
    host: str
    port: int
    tls: TlsOptions


def parse_collector(text: str, tls: TlsOptions) -> Collector:
    """Read where a collector is, as "tls://audit.example:6514" or "udp://10.0.0.5".

    Raises
    ------
    ValueError
        where it is something else
    """
    parts = urlsplit(text)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
        raise ValueError(f"expected tls://HOST[:PORT] or udp://HOST[:PORT], received {text!r}")
    return Collector(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], tls)


def write_file(records: Iterable[AuditRecord], path: Path) -> int:
    """Write records, one a line: number, digest, message, with tabs between; say how many.

    The file is its owner's only, since the messages name patients, and it is there whole or not.

    Raises
    ------
    ResultError
        where it cannot be written
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    count = 0
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(beside, flags, 0o600), "w", encoding="utf-8", newline="\n") as file:
            for record in records:
                file.write(f"{record.number}\t{record.digest}\t{record.message}\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise ResultError(
            f"{path}: the audit trail cannot be written there ({error.strerror or error}); choose "
            "another place."
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    return count


def read_file(path: Path) -> Iterator[AuditRecord]:
    """Read what `write_file` wrote.

    Raises
    ------
    ResultError
        where it is no such file
    """
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                number, digest, message = line.rstrip("\n").split("\t", 2)
                yield AuditRecord(int(number), message, digest)
    except (OSError, ValueError) as error:
        raise ResultError(f"{path}: is no export of an audit trail that can be read.") from error


def send_records(records: Iterable[AuditRecord], collector: Collector) -> Iterator[AuditRecord]:
    """Send records as syslog messages (RFC 5424), each given once it is on its way.

    Neither transport acknowledges what it carries; a datagram may be lost on the way.

    Raises
    ------
    ResultError
        where the collector cannot be reached, or breaks off
    """
    try:
        with _connect(collector) as line:
            for record in records:
                line.send(format_message(record))
                yield record
    except OSError as error:
        raise ResultError(
            f"{collector.host} port {collector.port}: the audit trail cannot be sent there "
            f"({error}); check the address, and the certificates of both sides."
        ) from error


def format_message(record: AuditRecord) -> bytes:
    """Write a record as a syslog message; its time is that of the event (RFC 5424 6)."""
    at = ElementTree.fromstring(record.message)[0].get("EventDateTime", "-")  # noqa: S314 - our own
    head = f"<{_PRIORITY}>1 {at} {socket.gethostname()} triage-app - {_MESSAGE_ID} - "
    # a byte order mark says that the message is UTF-8 (RFC 5424 6.4)
    return head.encode() + b"\xef\xbb\xbf" + record.message.encode()


class _Line(Protocol):
    def send(self, message: bytes) -> None: ...


class _Datagrams:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, message: bytes) -> None:
        if len(message) > _LARGEST_DATAGRAM:
            raise OSError(f"a message of {len(message)} bytes fits into no datagram; use tls://")
        self._connection.send(message)


class _Stream:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, message: bytes) -> None:
        self._connection.sendall(f"{len(message)} ".encode() + message)  # RFC 5425 4.3.1


@contextmanager
def _connect(collector: Collector) -> Iterator[_Line]:
    if collector.transport == "udp":
        family, kind, protocol, _, address = socket.getaddrinfo(
            collector.host, collector.port, type=socket.SOCK_DGRAM
        )[0]
        with socket.socket(family, kind, protocol) as datagrams:
            datagrams.connect(address)
            yield _Datagrams(datagrams)
        return
    context = client_context(collector.tls)
    place = (collector.host, collector.port)
    with (
        socket.create_connection(place, timeout=_TIMEOUT_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=collector.host) as secure,
    ):
        yield _Stream(secure)
        secure.unwrap().close()  # says that nothing was cut off
