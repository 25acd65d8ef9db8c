"""A small real web site on loopback: pages by path, each with its status, headers and body; it counts who asked."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Served:
    """One answer of the site. `delay` is in seconds before it is sent."""

    body: str | bytes = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


class Handler(BaseHTTPRequestHandler):
    """Answers what the site's table says; 404 for the rest."""

    server: WebSite

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.server.bodies.append(self.rfile.read(length))
        self.answer()

    def answer(self) -> None:
        self.server.asked.append((self.path, self.headers.get("User-Agent") or ""))
        self.server.sent_headers.append(dict(self.headers))
        row = self.server.pages.get(self.path) or Served("nothing here", status=404)
        time.sleep(row.delay)
        body = row.body.encode() if isinstance(row.body, str) else row.body
        headers = {"Content-Type": "text/html; charset=utf-8", **row.headers}
        self.send_response(row.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the tests look at what was asked."""


class WebSite(ThreadingHTTPServer):
    """A running site; `host` is its address on loopback."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, Served] = {}
        self.asked: list[tuple[str, str]] = []
        self.sent_headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.host = f"127.0.0.1:{self.server_address[1]}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [path for path, _ in self.asked]

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
