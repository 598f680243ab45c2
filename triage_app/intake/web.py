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

__all__ = ["describe_failure", "open_session"]


def open_session(peer: Peer, url: str) -> requests.Session:
    """Open a session; close it, or use it as a context manager.

    Parameters
    ----------
    url : that is asked, one of the peer's

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
    if peer.tls is not None:
        session.mount("https://", _TlsAdapter(client_context(peer.tls)))
    return session


def describe_failure(error: requests.RequestException) -> str:
    """Say what keeps a peer from answering, and what to check."""
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate, or ours, is refused; check tls"
    if isinstance(error, requests.Timeout):
        return "does not answer in time"
    return "cannot be reached, or broke off; check url and network"


class _TlsAdapter(HTTPAdapter):
    """Lets requests use our own TLS context."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> Any:
        if not self._context.check_hostname:
            options["assert_hostname"] = False
        return super().init_poolmanager(*arguments, ssl_context=self._context, **options)

    def cert_verify(self, *_arguments: Any) -> None:
        """Leave the authorities to the context; requests would load its own beside them."""


def _is_private_way(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
