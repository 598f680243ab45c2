"""A session for requests to a peer over HTTP: our TLS, its token, and nothing of the machine's."""

from __future__ import annotations

import ipaddress
import ssl
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from triage_app.errors import PeerError
from triage_app.intake.peers import Peer
from triage_app.intake.tls import client_context

__all__ = ["TlsAdapter", "describe_failure", "open_session"]


class TlsAdapter(HTTPAdapter):
    """Lets requests use our own TLS context; without one it is as any other."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> Any:
        """Give connections the context."""
        if self._context is not None:
            options["ssl_context"] = self._context
            if not self._context.check_hostname:
                options["assert_hostname"] = False
        return super().init_poolmanager(*arguments, **options)

    def cert_verify(self, connection: Any, url: str, *arguments: Any) -> None:
        """Leave the authorities to the context; requests would load its own beside them."""
        if self._context is None:
            super().cert_verify(connection, url, *arguments)


def open_session(peer: Peer, url: str, adapter: type[TlsAdapter] = TlsAdapter) -> requests.Session:
    """Open a session; close it, or use it as a context manager.

    Parameters
    ----------
    url : that is asked, one of the peer's
    adapter : that sends the requests

    Raises
    ------
    PeerError
        where the token is missing, or would travel in the clear
    TriageError
        where the certificates cannot be used
    """
    token = peer.read_token()
    if token and not _is_private_way(url):
        raise PeerError(f"{peer.name}: a token must not travel without TLS; use an https url.")
    session = requests.Session()
    session.trust_env = False  # a .netrc would take the place of the token
    if token:
        session.headers["Authorization"] = f"Bearer {token}"
    context = client_context(peer.tls) if peer.tls is not None else None
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter(context))
    return session


def describe_failure(error: requests.RequestException) -> str:
    """Say what keeps a peer from answering, and what to check."""
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate, or ours, is refused; check tls"
    if isinstance(error, requests.Timeout):
        return "does not answer in time"
    return "cannot be reached, or broke off; check url and network"


def _is_private_way(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
