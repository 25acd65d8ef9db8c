"""A real HTTP server on loopback that misbehaves in one chosen way."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """One request as it reached the server."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Behaviour = Callable[["Handler"], None]


@dataclass
class Server:
    """`behave` answers every request; `received` holds what came in."""

    behave: Behaviour
    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mine: Server
    body: bytes = b""

    def log_message(self, *args: Any) -> None:
        """Keeps the test output quiet."""

    def answer(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        self.body = body = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.mine.received.append(Received(self.command, self.path, headers, body))
        self.mine.connections.add(self.client_address)
        with contextlib.suppress(OSError):
            self.mine.behave(self)

    do_GET = do_POST = answer

    def send(self, body: bytes, *, status: int = 200, **headers: str) -> None:
        """A whole answer; header names with _ for -."""
        self.send_response(status)
        for name, value in {"content_length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def drip(self, text: bytes) -> None:
        """These bytes slowly, for as long as the other side listens."""
        for byte in text:
            if self.mine.stopped.wait(0.05):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    def reset(self) -> None:
        """Cuts the connection with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 200

    def handle_error(self, *args: Any) -> None:
        """A client that hangs up is what half of the tests are about."""


@contextlib.contextmanager
def serving(behave: Behaviour) -> Iterator[Server]:
    """A server that answers every request with this behaviour until the block ends."""
    server = Server(behave)
    handler = type("OwnHandler", (Handler,), {"mine": server})
    httpd = QuietServer(("127.0.0.1", 0), handler)
    server.port = httpd.server_port
    thread = threading.Thread(target=httpd.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        httpd.shutdown()
        httpd.server_close()
