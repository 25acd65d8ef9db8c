"""The bounded fetch against a real server that misbehaves; each fault is shown to bite first."""

from __future__ import annotations

import gzip
import logging
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from serp.providers.base import Answer, ErrorKind, ProviderError, Request
from serp.providers.http import BoundedFetch
from tests.serp.providers.faulty_server import Behaviour, Handler, Server, serving

SECRET = "key-4711-abcdef"
PRIVATE = "http://169.254.169.254/latest/meta-data"
Serve = Callable[[Behaviour], Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    opened = []

    def start(behave: Behaviour) -> Server:
        opened.append(serving(behave))
        return opened[-1].__enter__()

    yield start
    for context in opened:
        context.__exit__(None, None, None)


def fetch(server: Server, path: str = "/", *, deadline: float = 5, cap: int = 300_000) -> Answer:
    bounded = BoundedFetch(deadline=deadline, max_bytes=cap, allowed_hosts=[server.host])
    try:
        return bounded(Request("GET", server.url + path))
    finally:
        bounded.close()


def refusal(server: Server, path: str = "/", **bounds: float) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        fetch(server, path, **bounds)  # type: ignore[arg-type]
    return caught.value


def test_answer_comes_back_whatever_its_status(serve: Serve) -> None:
    server = serve(lambda h: h.send(b'{"error": 1}', status=503, Retry_After="7"))

    answer = fetch(server)

    assert (answer.status, answer.body) == (503, b'{"error": 1}')
    assert answer.headers["retry-after"] == "7"


def test_request_is_sent_as_given(serve: Serve) -> None:
    server = serve(lambda h: h.send(b"{}"))
    bounded = BoundedFetch(allowed_hosts=[server.host])

    bounded(Request("GET", server.url + "/s", params={"q": "ä+b&c"}, headers={"X-Key": SECRET}))
    bounded(Request("POST", server.url + "/s", json=[{"q": "差评"}]))

    first, second = server.received
    assert first.path == "/s?q=%C3%A4%2Bb%26c"
    assert first.headers["x-key"] == SECRET
    assert second.body.decode("unicode_escape") == '[{"q": "差评"}]'
    assert "python-requests" not in first.headers["user-agent"]


def test_one_byte_a_second_ends_at_the_deadline(serve: Serve) -> None:
    def drip(h: Handler) -> None:
        h.send_response(200)
        h.send_header("Content-Length", "200")
        h.end_headers()
        h.drip(b"x" * 200)

    server = serve(drip)
    started = time.monotonic()
    # The control: a socket's time-out begins anew with each byte.
    with requests.get(server.url, timeout=0.4, stream=True) as naive:
        naive.raw.read(20)
    assert time.monotonic() - started > 0.8

    started = time.monotonic()
    error = refusal(server, deadline=0.4)

    assert error.kind is ErrorKind.TIMEOUT
    assert time.monotonic() - started < 1


def test_headers_that_drip_end_at_the_deadline(serve: Serve) -> None:
    server = serve(lambda h: h.drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 500))
    started = time.monotonic()

    error = refusal(server, deadline=0.4)

    assert error.kind is ErrorKind.TIMEOUT
    assert time.monotonic() - started < 1


def test_silent_server_ends_at_the_deadline(serve: Serve) -> None:
    server = serve(lambda h: h.mine.stopped.wait(20) and None)
    started = time.monotonic()

    error = refusal(server, deadline=0.4)

    assert error.kind is ErrorKind.TIMEOUT
    assert "0.4 s" in str(error)
    assert time.monotonic() - started < 1


def test_slow_redirects_share_one_deadline(serve: Serve) -> None:
    def hop(h: Handler) -> None:
        time.sleep(0.2)
        h.send(b"", status=302, Location="/again")

    assert refusal(serve(hop), deadline=0.5).kind is ErrorKind.TIMEOUT


def test_body_of_50_mb_is_not_read(serve: Serve) -> None:
    sent = []

    def flood(h: Handler) -> None:
        h.send_response(200)
        h.send_header("Content-Length", "50000000")
        h.end_headers()
        for _ in range(50):
            h.wfile.write(b"x" * 1_000_000)
            sent.append(1)

    server = serve(flood)

    assert refusal(server).kind is ErrorKind.TOO_LARGE
    assert len(sent) < 20


def test_gzip_bomb_is_cut_at_the_cap(serve: Serve) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    server = serve(lambda h: h.send(bomb, Content_Encoding="gzip"))
    # The control: a naive client unpacks all of it.
    assert len(requests.get(server.url, timeout=5).content) == 50_000_000

    tracemalloc.start()
    error = refusal(server)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert error.kind is ErrorKind.TOO_LARGE
    assert peak < 10_000_000


def test_compressed_answer_is_read_whole(serve: Serve) -> None:
    text = b"".join(b"%d," % number for number in range(40_000))
    server = serve(lambda h: h.send(gzip.compress(text), Content_Encoding="gzip"))

    assert fetch(server).body == text


def test_answer_in_chunks_is_read_whole(serve: Serve) -> None:
    def chunked(h: Handler) -> None:
        h.send_response(200)
        h.send_header("Transfer-Encoding", "chunked")
        h.end_headers()
        for part in (b"abc", b"defg"):
            h.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        h.wfile.write(b"0\r\n\r\n")

    assert fetch(serve(chunked)).body == b"abcdefg"


def test_false_compression_is_malformed(serve: Serve) -> None:
    server = serve(lambda h: h.send(b"not gzip at all", Content_Encoding="gzip"))

    assert refusal(server).kind is ErrorKind.MALFORMED


def short(h: Handler) -> None:
    h.send_response(200)
    h.send_header("Content-Length", "1000")
    h.end_headers()
    h.wfile.write(b'{"organic": []}')
    h.close_connection = True


@pytest.mark.parametrize(
    "behave",
    [
        short,
        Handler.reset,
        lambda h: h.wfile.write(b"nonsense\r\n\r\n") and h.reset(),
        lambda h: setattr(h, "close_connection", True),
    ],
    ids=["truncated", "reset", "nonsense", "closed"],
)
def test_broken_connection_is_a_connection_error(serve: Serve, behave: Behaviour) -> None:
    assert refusal(serve(behave)).kind is ErrorKind.CONNECTION


def test_truncated_body_is_never_taken_for_a_whole_one(serve: Serve) -> None:
    server = serve(short)
    # The control: read in pieces, as a deadline requires, a cut body looks whole to urllib3's caller
    # unless the length is enforced.
    with requests.get(server.url, timeout=5, stream=True) as naive:
        assert naive.raw.read(15) == b'{"organic": []}'

    assert refusal(server).kind is ErrorKind.CONNECTION


def test_nobody_listening_is_a_connection_error() -> None:
    with serving(lambda h: None) as server:
        pass
    assert refusal(server).kind is ErrorKind.CONNECTION


def test_unknown_host_is_a_connection_error() -> None:
    with pytest.raises(ProviderError) as caught:
        BoundedFetch()(Request("GET", "https://nowhere.invalid/"))

    assert caught.value.kind is ErrorKind.CONNECTION


def test_redirect_loop_ends_after_five(serve: Serve) -> None:
    server = serve(lambda h: h.send(b"", status=302, Location="/again"))

    assert refusal(server).kind is ErrorKind.CONNECTION
    assert len(server.received) == 6


def test_redirect_on_the_same_host_is_followed_with_its_headers(serve: Serve) -> None:
    def behave(h: Handler) -> None:
        if h.path == "/new":
            h.send(b"here")
        else:
            h.send(b"", status=308, Location="/new")

    server = serve(behave)
    bounded = BoundedFetch(allowed_hosts=[server.host])

    answer = bounded(
        Request("POST", server.url + "/old", headers={"X-API-KEY": SECRET}, json={"q": "acme"})
    )

    assert answer.body == b"here"
    assert server.received[1].headers["x-api-key"] == SECRET
    assert server.received[1].body == b'{"q": "acme"}'


def test_redirect_to_a_private_address_is_refused(serve: Serve) -> None:
    server = serve(lambda h: h.send(b"", status=302, Location=PRIVATE))

    assert refusal(server).kind is ErrorKind.ADDRESS


def test_redirect_to_another_local_port_is_refused(serve: Serve) -> None:
    inner = serve(lambda h: h.send(b"secret"))
    outer = serve(lambda h: h.send(b"", status=302, Location=inner.url + "/admin"))
    # The control: a naive client walks in.
    assert requests.get(outer.url, timeout=5).content == b"secret"
    inner.received.clear()

    assert refusal(outer).kind is ErrorKind.ADDRESS
    assert inner.received == []


def test_key_is_not_sent_to_another_host(serve: Serve) -> None:
    other = serve(lambda h: h.send(b"ok"))
    first = serve(lambda h: h.send(b"", status=302, Location=other.url + "/x"))
    bounded = BoundedFetch(allowed_hosts=[first.host, other.host])
    headers = {"X-API-KEY": SECRET, "Authorization": f"Bearer {SECRET}"}
    # The control: requests drops Authorization, and sends every other header on.
    requests.get(first.url, headers=headers, timeout=5)
    assert SECRET in other.received.pop().headers["x-api-key"]

    bounded(Request("GET", first.url, params={"api_key": SECRET}, headers=headers))

    assert SECRET not in repr(other.received)


def test_redirect_that_carries_the_key_away_is_refused(serve: Serve) -> None:
    other = serve(lambda h: h.send(b"ok"))
    first = serve(lambda h: h.send(b"", status=302, Location=f"{other.url}/x?k={SECRET}"))
    bounded = BoundedFetch(allowed_hosts=[first.host, other.host])

    for request in (
        Request("GET", first.url, params={"api_key": SECRET}),
        Request("GET", first.url, headers={"Authorization": f"Bearer {SECRET}"}),
    ):
        with pytest.raises(ProviderError) as caught:
            bounded(request)
        assert caught.value.kind is ErrorKind.ADDRESS
    assert other.received == []


def test_body_is_not_sent_to_another_host(serve: Serve) -> None:
    other = serve(lambda h: h.send(b"ok"))
    first = serve(lambda h: h.send(b"", status=307, Location=other.url))
    bounded = BoundedFetch(allowed_hosts=[first.host, other.host])

    with pytest.raises(ProviderError) as caught:
        bounded(Request("POST", first.url, json={"key": SECRET}))

    assert caught.value.kind is ErrorKind.ADDRESS
    assert other.received == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://acme.example/x",
        "file:///etc/hostname",
        "gopher://acme.example/",
        "javascript:alert(1)",
        "//acme.example/",
        "acme.example",
        "",
        "http://",
        "http:///path",
        "http://user:word@acme.example/",
        "http://acme.example:0/",
        "http://acme.example:99999/",
        "http://[::1/",
    ],
)
def test_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ProviderError) as caught:
        BoundedFetch(deadline=2)(Request("GET", url))

    assert caught.value.kind is ErrorKind.ADDRESS


@pytest.mark.parametrize(
    "host", ["a" + "b" * 300, "*", "exa mple", "-", "\udc00", "xn--", "..", "％"]
)
def test_odd_host_is_refused_or_not_found(host: str) -> None:
    with pytest.raises(ProviderError) as caught:
        BoundedFetch(deadline=2)(Request("GET", f"http://{host}.example/"))

    assert caught.value.kind in (ErrorKind.ADDRESS, ErrorKind.CONNECTION)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0x7f000001", "2130706433", "127.1", "0.0.0.0"]
)
def test_loopback_is_refused_in_every_spelling(serve: Serve, host: str) -> None:
    server = serve(lambda h: h.send(b"secret"))

    with pytest.raises(ProviderError) as caught:
        BoundedFetch(deadline=2)(Request("GET", f"http://{host}:{server.port}/"))

    assert caught.value.kind in (ErrorKind.ADDRESS, ErrorKind.CONNECTION)
    assert server.received == []


def test_allowed_host_counts_with_its_port_only(serve: Serve) -> None:
    server = serve(lambda h: h.send(b"ok"))

    whole = BoundedFetch(allowed_hosts=["127.0.0.1"])(Request("GET", server.url))
    with pytest.raises(ProviderError):
        BoundedFetch(allowed_hosts=["127.0.0.1:1"])(Request("GET", server.url))

    assert whole.body == b"ok"


def test_environment_proxy_is_ignored(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(lambda h: h.send(b"from the proxy"))
    server = serve(lambda h: h.send(b"direct"))
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    # The control: a plain session obeys the variable.
    assert requests.get(server.url, timeout=5).content == b"from the proxy"

    assert fetch(server).body == b"direct"


def test_cookies_are_not_kept(serve: Serve) -> None:
    server = serve(lambda h: h.send(b"ok", Set_Cookie="who=first"))
    bounded = BoundedFetch(allowed_hosts=[server.host])

    for _ in range(2):
        bounded(Request("GET", server.url))

    assert "cookie" not in server.received[1].headers


def test_key_appears_in_no_log_and_no_message(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    # A header line without a colon makes urllib3 warn, with the whole address.
    def odd(h: Handler) -> None:
        h.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nodd line\r\n\r\nok")
        h.close_connection = True

    server = serve(odd)
    caplog.set_level(logging.DEBUG)
    bounded = BoundedFetch(deadline=1, allowed_hosts=[server.host])
    params = {"api_key": SECRET, "q": "acme"}

    bounded(Request("GET", server.url, params=params))
    server.behave = Handler.reset
    with pytest.raises(ProviderError) as caught:
        bounded(Request("GET", server.url, params=params))

    assert "urllib3" in {record.name.partition(".")[0] for record in caplog.records}
    assert SECRET not in caplog.text
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("key", ["kéy-值", "line\nbreak"])
def test_key_that_cannot_be_sent_is_a_bad_key(serve: Serve, key: str) -> None:
    server = serve(lambda h: h.send(b"ok"))

    with pytest.raises(ProviderError) as caught:
        BoundedFetch(allowed_hosts=[server.host])(
            Request("GET", server.url, headers={"X-API-KEY": key})
        )

    assert caught.value.kind is ErrorKind.BAD_KEY
    assert key not in str(caught.value)


def test_many_threads_share_the_connections(serve: Serve) -> None:
    server = serve(lambda h: h.send(h.path.encode()))
    bounded = BoundedFetch(allowed_hosts=[server.host], pool_size=8)

    with ThreadPoolExecutor(8) as pool:
        bodies = list(
            pool.map(lambda n: bounded(Request("GET", f"{server.url}/{n}")).body, range(200))
        )

    assert bodies == [f"/{number}".encode() for number in range(200)]
    assert len(server.connections) <= 16


def test_one_slow_exchange_does_not_shorten_another(serve: Serve) -> None:
    release = threading.Event()

    def behave(h: Handler) -> None:
        if h.path == "/slow":
            release.wait(1)
        h.send(b"ok")

    server = serve(behave)
    bounded = BoundedFetch(deadline=0.5, allowed_hosts=[server.host])

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(bounded, Request("GET", server.url + "/slow"))
        quick = pool.submit(bounded, Request("GET", server.url + "/quick"))
        assert quick.result().body == b"ok"
        with pytest.raises(ProviderError) as caught:
            slow.result()
    release.set()

    assert caught.value.kind is ErrorKind.TIMEOUT


@pytest.mark.parametrize("status", [204, 304])
def test_body_under_a_status_without_one_is_not_the_next_answer(serve: Serve, status: int) -> None:
    fake = b'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"fake"'

    def behave(h: Handler) -> None:
        if h.path == "/next":
            h.send(b'"sound"')
            return
        h.send_response(status)
        h.send_header("Content-Length", str(len(fake)))
        h.end_headers()
        time.sleep(0.2)
        h.wfile.write(fake)

    server = serve(behave)
    # The control: a pooled connection takes what was left on it for the next answer.
    with requests.Session() as naive:
        naive.get(server.url + "/first")
        assert naive.get(server.url + "/next").content == b'"fake"'
    bounded = BoundedFetch(allowed_hosts=[server.host], pool_size=1)

    first = bounded(Request("GET", server.url + "/first"))
    following = bounded(Request("GET", server.url + "/next"))

    assert (first.status, first.body) == (status, b"")
    assert following.body == b'"sound"'
