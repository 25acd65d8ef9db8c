"""A small real provider that answers in the way its address names: http://host/WAY/PROVIDER/... .

It speaks the dialect of every provider, soundly or not. `python -m tests.hostile_provider` runs it as
a process of its own, and prints its address first.
"""

from __future__ import annotations

import gzip
import json
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.serp.providers.answers import GOOD, NOTHING_FOUND, SILENT, rows_of, with_rows
from tests.serp.providers.faulty_server import Handler, Server, serving

Way = Callable[[Handler, str], None]
"""Answers one request in the dialect of the provider of this name."""

HUGE = 50_000_000
BOMB = gzip.compress(b" " * HUGE)
BLOCK_PAGE = b"<!doctype html><title>Sorry</title><p>Unusual traffic.<form id='captcha'></form>"
PRIVATE = "http://10.0.0.1/"
TIMING = "total;dur=9, total_0_google;dur=8.1"


def page_asked(handler: Handler) -> int:
    """Which page of results the request in hand asks for, whatever its provider calls it."""
    asked = {name: given[0] for name, given in parse_qs(urlsplit(handler.path).query).items()}
    if handler.body.startswith(b"{"):
        asked |= {name: str(given) for name, given in json.loads(handler.body).items()}
    for name, first, step in (("start", 0, 10), ("page", 1, 1), ("offset", 0, 1), ("pageno", 1, 1)):
        if name in asked:
            return (int(asked[name]) - first) // step + 1
    return 1


def page_of(name: str, number: int) -> dict[str, Any]:
    """A sound page of three results; each page has its own, and there are two pages."""
    if number > 2:
        return NOTHING_FOUND[name]
    rows = rows_of(name)
    for row in rows:
        for field in ("link", "url"):
            if row.get(field) and number > 1:
                row[field] += f"?page={number}"
    return with_rows(name, rows)


def told(data: object) -> bytes:
    return json.dumps(data).encode()


def sound(handler: Handler, name: str) -> None:
    handler.send(told(page_of(name, page_asked(handler))), server_timing=TIMING)


def good(name: str) -> bytes:
    return told(GOOD[name])


def is_organic(name: str, row: dict[str, Any]) -> bool:
    return name != "dataforseo" or (row["type"], row["position"]) == ("organic", "left")


def spoilt(name: str, **changes: object) -> bytes:
    """The good answer with these fields in the second organic row."""
    rows = rows_of(name)
    second = [row for row in rows if is_organic(name, row)][1]
    second.update({field: value for field, value in changes.items() if field in second})
    return told(with_rows(name, rows))


def says(make: Callable[[str], bytes], encoding: str = "identity") -> Way:
    """A whole answer under 200."""
    return lambda handler, name: handler.send(
        make(name), server_timing=TIMING, content_encoding=encoding
    )


def says_data(data: object) -> Way:
    return says(lambda name: told(data))


def status(code: int, said: object = None, **headers: str) -> Way:
    """A whole answer under another status."""
    body = told({"message": "no"} if said is None else said)

    def way(handler: Handler, name: str) -> None:
        handler.send(body, status=code, **headers)

    return way


def retry_after(value: str | timedelta) -> Way:
    """429 with this Retry-After; a span of time is told as a date."""

    def way(handler: Handler, name: str) -> None:
        stated = value
        if isinstance(stated, timedelta):
            stated = format_datetime(datetime.now(UTC) + stated, usegmt=True)
        handler.send(b'{"message": "no"}', status=429, retry_after=stated)

    return way


def later(way: Way) -> Way:
    """A sound first page; the further ones come this way."""
    return lambda handler, name: (sound if page_asked(handler) == 1 else way)(handler, name)


def first(way: Way) -> Way:
    """The first page comes this way; the further ones are sound."""
    return lambda handler, name: (way if page_asked(handler) == 1 else sound)(handler, name)


def hang(handler: Handler, name: str) -> None:
    handler.mine.stopped.wait(60)


def head(handler: Handler, **headers: str) -> None:
    handler.send_response(200)
    for field, value in headers.items():
        handler.send_header(field.replace("_", "-"), value)
    handler.end_headers()


def drip(handler: Handler, name: str) -> None:
    head(handler, content_length="9000")
    handler.drip(b"{" * 9000)


def drip_headers(handler: Handler, name: str) -> None:
    handler.drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 9000)


def flood(handler: Handler, name: str) -> None:
    head(handler, content_length=str(HUGE))
    for _ in range(HUGE // 1_000_000):
        handler.wfile.write(b" " * 1_000_000)


def flood_in_chunks(handler: Handler, name: str) -> None:
    head(handler, transfer_encoding="chunked")
    for _ in range(HUGE // 1_000_000):
        handler.wfile.write(b"f4240\r\n" + b" " * 1_000_000 + b"\r\n")


def cut(handler: Handler, name: str) -> None:
    body = good(name)
    head(handler, content_length=str(len(body)))
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def hang_up(handler: Handler, name: str) -> None:
    handler.close_connection = True


def speak_another_protocol(handler: Handler, name: str) -> None:
    handler.wfile.write(b"220 mail.example ESMTP ready\r\n")
    handler.close_connection = True


def send_many_headers(handler: Handler, name: str) -> None:
    head(handler, **{f"x-{number}": "y" for number in range(500)})


def many_rows(name: str) -> bytes:
    field = "url" if name in ("dataforseo", "brave", "searxng") else "link"
    rows = [
        {
            **{field: f"https://r{n}.example/", "title": f"Result {n}", "type": "organic"},
            **({"engines": ["google"], "positions": [n]} if name == "searxng" else {}),
        }
        for n in range(1, 5001)
    ]
    return told(with_rows(name, rows))


def twins(name: str) -> bytes:
    rows = rows_of(name)
    second = [row for row in rows if is_organic(name, row)][1]
    again = {**second, "positions": [4]} if name == "searxng" else second
    return told(with_rows(name, [*rows, again]))


def without_addresses(name: str) -> bytes:
    rows = rows_of(name)
    for row in rows:
        if is_organic(name, row):
            row.update({f: "javascript:alert(1)" for f in ("link", "url") if f in row})
    return told(with_rows(name, rows))


def task(code: int, words: str) -> Way:
    """DataForSEO fails in the task, inside an envelope that says all is well."""
    failed = {"status_code": code, "status_message": words, "cost": 0, "result": None}
    return says_data({"status_code": 20000, "tasks": [failed]})


def unanswered(reason: str) -> Way:
    """SearXNG names the engines that gave no answer."""
    return says_data({"results": [], "unresponsive_engines": [["google", reason]]})


WAYS: dict[str, Way] = {
    "sound": sound,
    # The connection.
    "hang": hang,
    "drip": drip,
    "drip-headers": drip_headers,
    "reset": lambda handler, name: handler.reset(),
    "hang-up": hang_up,
    "cut": cut,
    "other-protocol": speak_another_protocol,
    "many-headers": send_many_headers,
    "flood": flood,
    "flood-in-chunks": flood_in_chunks,
    "gzip-bomb": says(lambda name: BOMB, encoding="gzip"),
    "no-gzip": says(good, encoding="gzip"),
    "redirect-loop": lambda handler, name: handler.send(b"", status=302, location=handler.path),
    "redirect-private": lambda handler, name: handler.send(b"", status=302, location=PRIVATE),
    # The status.
    **{str(code): status(code) for code in (201, 202, 204, 206, 304, 400, 401, 402, 403, 404, 408)},
    **{str(code): status(code) for code in (410, 413, 422, 429, 451, 500, 502, 503, 504, 520, 599)},
    "302-nowhere": status(302),
    "400-key": status(400, {"error": "Invalid API key."}),
    "429-credit": status(429, {"error": "Your account has run out of searches."}),
    "503-wait": status(503, retry_after="30"),
    "good-under-500": lambda handler, name: handler.send(good(name), status=500),
    "wait-seconds": retry_after("30"),
    "wait-zero": retry_after("0"),
    "wait-date": retry_after(timedelta(minutes=10)),
    "wait-past": retry_after(timedelta(days=-400)),
    "wait-nonsense": retry_after("soon, if you please"),
    "wait-negative": retry_after("-30"),
    "wait-fraction": retry_after("1.5"),
    "wait-year": retry_after("31536000"),
    "wait-year-date": retry_after(timedelta(days=365)),
    "wait-digits": retry_after("9" * 400),
    # The body.
    "empty-body": says(lambda name: b""),
    "block-page": says(lambda name: BLOCK_PAGE),
    "captcha-word": says(lambda name: b"Please solve this captcha to go on"),
    "web-page": says(lambda name: b"<html><body>Welcome to our new site</body></html>"),
    "error": says_data({"error": "Something broke."}),
    "error-credit": says_data({"error": "Your account credit is used up."}),
    "error-key": says_data({"error": "Invalid API key."}),
    "error-rate": says_data({"error": "You exceed your hourly throughput limit."}),
    "null": says_data(None),
    "list": says_data([]),
    "number": says_data(7),
    "nothing": says_data({}),
    "truncated": says(lambda name: good(name)[:-40]),
    "two-answers": says(lambda name: good(name) * 2),
    "not-a-number": says(lambda name: good(name).replace(b"{", b'{"odd": NaN, ', 1)),
    "latin": says(lambda name: good(name).replace(b"acme", b"caf\xe9")),
    "utf-16": says(lambda name: good(name).decode().encode("utf-16")),
    "byte-order-mark": first(says(lambda name: b"\xef\xbb\xbf" + good(name))),
    "nul": says(lambda name: good(name).replace(b"acme", b"\x00")),
    "deep": says(lambda name: b'{"a":' + b"[" * 100_000),
    "deep-closed": says(lambda name: b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "digits": says(lambda name: b'{"a": ' + b"9" * 10_000 + b"}"),
    # The results.
    "nothing-found": says(lambda name: told(NOTHING_FOUND[name])),
    "silent": says(lambda name: told(SILENT[name])),
    "empty-list": says(lambda name: told({**with_rows(name, []), "mixed": None})),
    "rows-object": says(lambda name: told(with_rows(name, {"0": {"title": "x"}}))),
    "rows-text": says(lambda name: told(with_rows(name, "none"))),
    "rows-numbers": says(lambda name: told(with_rows(name, [1, 2]))),
    "rows-null": says(lambda name: told(with_rows(name, [None]))),
    "no-addresses": says(without_addresses),
    "texts-of-other-types": first(
        says(lambda name: spoilt(name, title=["a"], snippet={}, description=7, content=None))
    ),
    "hostile-texts": first(
        says(lambda name: spoilt(name, title="\x00\ud800<script>x</script>" + "y" * 9000))
    ),
    "twins": first(says(twins)),
    "many-rows": first(says(many_rows)),
    "unfinished": says_data({"search_metadata": {"status": "Processing"}}),
    # Later pages.
    "later-same": says(good),
    "later-500": later(status(500)),
    "later-wait": later(retry_after("600")),
    "later-401": later(status(401)),
    "later-hang": later(hang),
    "later-reset": later(lambda handler, name: handler.reset()),
    "later-captcha": later(says(lambda name: BLOCK_PAGE)),
    "later-malformed": later(says_data({})),
    "later-silent": later(says(lambda name: told(SILENT[name]))),
    "later-nothing": later(says(lambda name: told(NOTHING_FOUND[name]))),
    # Words of single providers.
    "task-40100": task(40100, "You are not authorized."),
    "task-40200": task(40200, "Payment required."),
    "task-40202": task(40202, "Rate limit per minute exceeded."),
    "task-40501": task(40501, "Invalid field: language_code."),
    "task-40103": task(40103, "Task execution failed."),
    "task-50000": task(50000, "Internal error."),
    "task-none": says_data({"status_code": 20000, "tasks": []}),
    "engine-timeout": unanswered("timeout"),
    "engine-captcha": unanswered("Suspended: CAPTCHA"),
    "other-engine": first(
        says(
            lambda name: told(
                with_rows(name, [{**row, "engines": ["bing"]} for row in rows_of(name)])
            )
        )
    ),
}


def answer(handler: Handler) -> None:
    """Answer in the way and for the provider that the address names; 404 for any other."""
    way, _, rest = urlsplit(handler.path).path.lstrip("/").partition("/")
    name = rest.partition("/")[0]
    if way not in WAYS or name not in GOOD:
        handler.send(told({"error": f"no way {way} of {name}"}), status=404)
        return
    WAYS[way](handler, name)


def hostile() -> AbstractContextManager[Server]:
    """The provider on a free port of this machine, until the block ends. The base URL of an account
    is `server.url + "/WAY/PROVIDER"`."""
    return serving(answer)


def main() -> None:
    with hostile() as server:
        sys.stdout.write(f"hostile_provider on {server.url}\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
