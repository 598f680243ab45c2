"""A DICOMweb server that answers as a test wants."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["Answer", "Server"]

Answer = Callable[[str, dict[str, list[str]]], tuple[int, Any]]


class Server:
    """A server that answers as a test wants, and remembers what it was asked."""

    def __init__(self, answer: Answer, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[tuple[str, dict[str, str]]] = []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                server.requests.append((self.path, dict(self.headers)))
                code, body = answer(parts.path, parse_qs(parts.query))
                content = json.dumps(body).encode() if not isinstance(body, bytes) else body
                self.send_response(code)
                self.send_header("Content-Type", "application/dicom+json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_arguments: object) -> None:
                pass

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context is not None:
            self._http.socket = context.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = (
            f"{'https' if context else 'http'}://127.0.0.1:{self._http.server_port}/dicom-web"
        )

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
