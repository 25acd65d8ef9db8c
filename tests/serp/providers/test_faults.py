"""Every fault of a provider, over real HTTP through every adapter: one documented outcome each.

The outcome is always an error with its kind, or the results as they are: never an empty page, and
never a position below 1.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from serp.providers.base import ErrorKind, Provider, ProviderError
from serp.providers.http import BoundedFetch
from tests.serp.providers.answers import (
    GOOD,
    JSON_PROVIDERS,
    ROWS_AT,
    SILENT,
    provider,
    query,
    with_rows,
)
from tests.serp.providers.faulty_server import Behaviour, Handler, serving

DEADLINE = 0.5
CAP = 400_000
PRIVATE = "http://10.0.0.1/"
BOMB = gzip.compress(b" " * 50_000_000)


def good(name: str) -> bytes:
    return json.dumps(GOOD[name]).encode()


def flood(h: Handler) -> None:
    h.send_response(200)
    h.send_header("Content-Length", "50000000")
    h.end_headers()
    for _ in range(50):
        h.wfile.write(b" " * 1_000_000)


def slow(h: Handler) -> None:
    h.send_response(200)
    h.send_header("Content-Length", "500")
    h.end_headers()
    h.drip(b"{" * 500)


def cut(body: bytes) -> Behaviour:
    def behave(h: Handler) -> None:
        h.send_response(200)
        h.send_header("Content-Length", str(len(body)))
        h.end_headers()
        h.wfile.write(body[: len(body) // 2])
        h.close_connection = True

    return behave


def says(body: bytes, status: int = 200, **headers: str) -> Behaviour:
    return lambda h: h.send(body, status=status, **headers)


@dataclass(frozen=True)
class Fault:
    """`behaviour` makes the server's behaviour for a provider; `wait` is the Retry-After expected."""

    behaviour: Callable[[str], Behaviour]
    kind: ErrorKind
    wait: float | None = None


def status(code: int, kind: ErrorKind, wait: float | None = None, **headers: str) -> Fault:
    return Fault(lambda name: says(b'{"message": "no"}', code, **headers), kind, wait)


def body(make: Callable[[str], bytes], kind: ErrorKind) -> Fault:
    return Fault(lambda name: says(make(name)), kind)


FAULTS: dict[str, Fault] = {
    "429 in seconds": status(429, ErrorKind.RATE_LIMITED, 30.0, Retry_After="30"),
    "429 with a past date": status(
        429, ErrorKind.RATE_LIMITED, 0.0, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"
    ),
    "429 with nonsense": status(429, ErrorKind.RATE_LIMITED, Retry_After="soon"),
    "429 with a year": status(429, ErrorKind.RATE_LIMITED, 3600.0, Retry_After="31536000"),
    "429 with a distant date": status(
        429, ErrorKind.RATE_LIMITED, 3600.0, Retry_After="Wed, 21 Oct 2099 07:28:00 GMT"
    ),
    "429 without": status(429, ErrorKind.RATE_LIMITED),
    "401": status(401, ErrorKind.BAD_KEY),
    "402": status(402, ErrorKind.PAYMENT),
    "403": status(403, ErrorKind.FORBIDDEN),
    "500": status(500, ErrorKind.SERVER),
    "503": status(503, ErrorKind.SERVER, 5.0, Retry_After="5"),
    "time-out": Fault(lambda name: lambda h: h.mine.stopped.wait(9) and None, ErrorKind.TIMEOUT),
    "one byte a second": Fault(lambda name: slow, ErrorKind.TIMEOUT),
    "reset": Fault(lambda name: Handler.reset, ErrorKind.CONNECTION),
    "truncated transfer": Fault(lambda name: cut(good(name)), ErrorKind.CONNECTION),
    "truncated JSON": body(lambda name: good(name)[:-40], ErrorKind.MALFORMED),
    "no body": body(lambda name: b"", ErrorKind.MALFORMED),
    "null": body(lambda name: b"null", ErrorKind.MALFORMED),
    "captcha under 200": body(lambda name: b"<html>captcha</html>", ErrorKind.CAPTCHA),
    "error under 200": body(lambda name: b'{"error": "It broke."}', ErrorKind.SERVER),
    "empty list without a word": body(
        lambda name: json.dumps(SILENT[name]).encode(), ErrorKind.MALFORMED
    ),
    "missing keys": body(lambda name: b"{}", ErrorKind.MALFORMED),
    "wrong types": body(
        lambda name: json.dumps(with_rows(name, {"0": {"position": "first"}})).encode(),
        ErrorKind.MALFORMED,
    ),
    "invalid UTF-8": body(
        lambda name: good(name).replace(b"acme", b"\xff\xfe"), ErrorKind.MALFORMED
    ),
    "NUL": body(lambda name: good(name).replace(b"acme", b"\x00"), ErrorKind.MALFORMED),
    "deep nesting": body(lambda name: b'{"a":' + b"[" * 100_000, ErrorKind.MALFORMED),
    "50 MB": Fault(lambda name: flood, ErrorKind.TOO_LARGE),
    "gzip bomb": Fault(lambda name: says(BOMB, Content_Encoding="gzip"), ErrorKind.TOO_LARGE),
    "redirect loop": Fault(lambda name: says(b"", 302, Location="/search"), ErrorKind.CONNECTION),
    "redirect to a private address": Fault(
        lambda name: says(b"", 302, Location=PRIVATE), ErrorKind.ADDRESS
    ),
}

OWN_WORD = {
    ("error under 200", "dataforseo"): ErrorKind.MALFORMED,
    ("error under 200", "searxng"): ErrorKind.BAD_REQUEST,
}
"""Where a provider's own way of failing gives the fault another name."""


@contextmanager
def asking(name: str, behave: Behaviour) -> Any:
    with serving(behave) as server:
        bounded = BoundedFetch(deadline=DEADLINE, max_bytes=CAP, allowed_hosts=[server.host])
        yield provider(name, bounded, base_url=server.url)
        bounded.close()


def outcome(asked: Provider, name: str) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        asked.fetch(query(name))
    return caught.value


@pytest.mark.parametrize("name", JSON_PROVIDERS)
def test_sound_answer_is_read_over_the_same_way(name: str) -> None:
    """The control for all the faults below."""
    with asking(name, says(good(name))) as asked:
        serp = asked.fetch(query(name, depth=3))

    assert [item.position for item in serp.items] == [1, 2, 3]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", JSON_PROVIDERS)
def test_fault_has_its_one_outcome(name: str, fault: str) -> None:
    given = FAULTS[fault]

    with asking(name, given.behaviour(name)) as asked:
        error = outcome(asked, name)

    assert error.kind is OWN_WORD.get((fault, name), given.kind)
    assert error.retry_after == given.wait
    assert error.calls == 1
    assert "secret-word" not in str(error)


@pytest.mark.parametrize("name", JSON_PROVIDERS)
def test_escaped_nul_and_markup_do_no_harm(name: str) -> None:
    row_text = GOOD[name]
    assert ROWS_AT[name]
    spoilt = json.dumps(row_text).replace("recalls", "re\\u0000calls\\ud800")

    with asking(name, says(spoilt.encode())) as asked:
        serp = asked.fetch(query(name, depth=3))

    assert serp.items[1].title == "Acme recalls anvils"
