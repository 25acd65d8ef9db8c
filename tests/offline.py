"""Keeps the tests on this machine: nothing may connect, send or look up a name beyond loopback."""

import ipaddress
import socket
import sys
from typing import Any


class OutsideNetworkError(RuntimeError):
    """A test tried to reach beyond loopback."""


def is_local(host: object) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def is_name(host: object) -> bool:
    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return not is_local(host)
    return False


def refuse_outside(event: str, arguments: tuple[Any, ...]) -> None:
    """The audit hook. A name finds no address, as on a machine without network; a connection is an error."""
    if event == "socket.getaddrinfo" and is_name(arguments[0]):
        raise socket.gaierror(socket.EAI_NONAME, f"the tests are offline: {arguments[0]!r}")
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and not is_local(address[0]):
            raise OutsideNetworkError(f"a test tried to reach {address[0]}")


def stay_offline() -> None:
    """From now on, for the whole process: an audit hook cannot be taken back."""
    sys.addaudithook(refuse_outside)
