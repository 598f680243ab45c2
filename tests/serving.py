"""A server of a test, at work in a thread of its own until it is closed."""

from __future__ import annotations

import http.server
import socketserver
import threading

__all__ = ["QuietHandler", "Serving"]

_POLL_SECONDS = 0.02


class Serving:
    """Lets a server answer until it is closed."""

    def __init__(self, server: socketserver.BaseServer) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,))
        self._thread.start()

    def close(self) -> None:
        """Stop, and give the port back."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class QuietHandler(http.server.BaseHTTPRequestHandler):
    """Answers in one piece and says nothing on stderr."""

    def answer(self, code: int, content: bytes = b"", kind: str = "application/dicom+json") -> None:
        """Send a whole answer."""
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""
