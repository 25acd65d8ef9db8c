"""Which addresses may be called."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time

import pytest

from serp.providers import guard
from serp.providers.base import ErrorKind, ProviderError
from serp.providers.guard import Exchange, is_public


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00::1"])
def test_public_addresses_may_be_called(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:1.1.1.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:101:101::",
        "3fff::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "not an address",
        "",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    assert not is_public(address)


def test_python_alone_would_let_some_of_them_pass() -> None:
    """The control: why `is_global` is not enough."""
    for address in ("224.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"):
        assert ipaddress.ip_address(address).is_global


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("searx.lan", 8080, True),
        ("SEARX.LAN.", 8080, True),
        ("other.lan", 80, True),
        ("other.lan", 81, False),
        ("::1", 9000, True),
        ("[::1]", 9000, True),
        ("::1", 9001, False),
        ("sub.searx.lan", 8080, False),
    ],
)
def test_private_hosts_are_allowed_by_name(host: str, port: int, expected: bool) -> None:
    allowed = frozenset({"searx.lan", "other.lan:80", "[::1]:9000"})

    assert Exchange(time.monotonic() + 9, allowed).may_be_private(host, port) is expected


def answer_with(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 80)) for a in addresses]
    monkeypatch.setattr(guard.socket, "getaddrinfo", lambda *a, **k: found)


def test_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with a private address beside a public one reaches the public one only."""
    answer_with(monkeypatch, "10.0.0.1", "1.1.1.1")
    reached = []
    monkeypatch.setattr(
        guard, "create_connection", lambda address, *a, **k: reached.append(address[0])
    )
    token = guard.current.set(Exchange(time.monotonic() + 5, frozenset()))
    try:
        guard.connect("acme.example", 80, None)
    finally:
        guard.current.reset(token)

    assert reached == ["1.1.1.1"]


def test_name_of_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, "10.0.0.1", "169.254.169.254")
    token = guard.current.set(Exchange(time.monotonic() + 5, frozenset()))
    try:
        with pytest.raises(ProviderError) as caught:
            guard.connect("acme.example", 80, None)
    finally:
        guard.current.reset(token)

    assert caught.value.kind is ErrorKind.ADDRESS


def test_resolver_that_hangs_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(guard.socket, "getaddrinfo", lambda *a, **k: release.wait(9) and [])
    started = time.monotonic()
    token = guard.current.set(Exchange(started + 0.2, frozenset()))
    try:
        with pytest.raises(ProviderError) as caught:
            guard.connect("acme.example", 80, None)
    finally:
        guard.current.reset(token)
        release.set()

    assert caught.value.kind is ErrorKind.TIMEOUT
    assert time.monotonic() - started < 1
