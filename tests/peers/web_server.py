"""A DICOMweb server that answers as a test wants."""

from __future__ import annotations

import http.server
import json
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.serving import QuietHandler, Serving

__all__ = ["Answer", "Server"]

Answer = Callable[[str, dict[str, list[str]]], tuple[int, Any]]


class Server:
    """A server that answers as a test wants, and remembers what it was asked."""

    def __init__(self, answer: Answer, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[tuple[str, dict[str, str]]] = []
        server = self

        class Handler(QuietHandler, http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                server.requests.append((self.path, dict(self.headers)))
                code, body = answer(parts.path, parse_qs(parts.query))
                content = json.dumps(body).encode() if not isinstance(body, bytes) else body
                self.answer(code, content)

        web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context is not None:
            web.socket = context.wrap_socket(
                web.socket, server_side=True, do_handshake_on_connect=False
            )
        self._serving = Serving(web)
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{web.server_port}/dicom-web"

    def close(self) -> None:
        self._serving.close()
