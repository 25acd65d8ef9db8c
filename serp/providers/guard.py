"""The egress guard: which addresses this installation may call, and until when an exchange may last.

It works where the connection is made: the address that was checked is the one that is connected to,
so neither a redirect nor a DNS answer that changes in between gets past it.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

from serp.providers.base import ErrorKind, ProviderError

_REFUSED_V4 = tuple(
    ipaddress.ip_network(block)
    # `is_global` calls multicast, the 6to4 relays and most protocol assignments global.
    for block in ("224.0.0.0/4", "192.88.99.0/24", "192.0.0.0/24")
)
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
"""The only block of public IPv6 addresses: loopback, local, mapped and NAT64 forms lie outside."""
_REFUSED_V6 = tuple(
    ipaddress.ip_network(block)
    # Teredo and protocol assignments; 6to4, which carries an IPv4 address; documentation.
    for block in ("2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20")
)

Address = tuple[Any, ...]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, and to no form that wraps another."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return parsed.is_global and not any(parsed in block for block in _REFUSED_V4)
    return (
        parsed in _GLOBAL_V6
        and parsed.is_global
        and not any(parsed in block for block in _REFUSED_V6)
    )


@dataclass(frozen=True, slots=True)
class Exchange:
    """The rules of the exchange under way in this thread: its end on `time.monotonic()`, and the
    hosts ("host" or "host:port", lower case) that may be private."""

    ends_at: float
    allowed_hosts: frozenset[str]

    def remaining(self) -> float:
        """Seconds left, above zero. Raises ProviderError when there are none."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise ProviderError("The answer took too long.", kind=ErrorKind.TIMEOUT)
        return left

    def may_be_private(self, host: str, port: int) -> bool:
        """Whether the installation allows this host by name."""
        name = host.strip("[]").rstrip(".").lower()
        wrapped = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
        return bool({name, wrapped} & self.allowed_hosts)


current: ContextVar[Exchange] = ContextVar("exchange")
"""Set by whoever starts an exchange; a guarded connection cannot be made without it."""


def connect(host: str, port: int, options: Any) -> socket.socket:
    """A connection to the first address of the host that may be called and that answers.

    Raises ProviderError: ADDRESS when no address may be called, TIMEOUT, CONNECTION.
    """
    exchange = current.get()
    found = _lookup(host.strip("[]"), port, exchange.remaining())
    if not exchange.may_be_private(host, port):
        found = [address for address in found if is_public(address[0])]
    if not found:
        raise ProviderError(
            f"{host} is not a public address, and this installation does not allow it.",
            kind=ErrorKind.ADDRESS,
        )
    for address in found:
        try:
            return create_connection(address[:2], exchange.remaining(), socket_options=options)
        except OSError:
            continue
    exchange.remaining()
    raise ProviderError(f"No connection to {host}.", kind=ErrorKind.CONNECTION)


def _lookup(host: str, port: int, timeout: float) -> list[Address]:
    """Addresses of a host. In a thread of its own, because a resolver may hang for minutes."""
    found: list[Address] = []
    failed: list[Exception] = []

    def look() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(answer[4] for answer in answers)
        except (OSError, UnicodeError) as error:
            failed.append(error)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(timeout)
    if thread.is_alive():
        raise ProviderError(f"The name {host} was not resolved in time.", kind=ErrorKind.TIMEOUT)
    if failed or not found:
        raise ProviderError(f"There is no host {host}.", kind=ErrorKind.CONNECTION)
    return found


class _TimedReader(io.RawIOBase):
    """Reads a socket until the exchange ends: a socket's own time-out starts anew with each byte."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw, self._sock = raw, sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(current.get().remaining())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock))


class _Guarded(HTTPConnection):
    response_class = _TimedResponse

    def _new_conn(self) -> socket.socket:
        return connect(self.host, self.port, self.socket_options)


class _GuardedTLS(HTTPSConnection):
    response_class = _TimedResponse

    def _new_conn(self) -> socket.socket:
        return connect(self.host, self.port, self.socket_options)


class _GuardedPool(HTTPConnectionPool):
    ConnectionCls = _Guarded


class _GuardedTLSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTLS


class GuardedAdapter(HTTPAdapter):
    """A transport for `requests` whose connections all pass the guard."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _GuardedPool,
            "https": _GuardedTLSPool,
        }
