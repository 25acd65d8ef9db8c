"""Waiting times, statuses, and the cleaning of text and links."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serp.providers import text
from serp.providers.base import ErrorKind
from serp.providers.reading import retry_after, status_kind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("3600", 3600),
        ("31536000", 3600),
        ("9" * 400, 3600),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90),
        ("Sun, 01 Mar 2026 13:01:30 +0100", 90),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Mon, 01 Mar 2027 12:00:00 GMT", 3600),
        ("Sun, 01 Mar 99999 12:00:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOON) == seconds


@given(st.text(max_size=60))
def test_no_retry_after_header_breaks_us(header: str) -> None:
    seconds = retry_after(header, NOON)

    assert seconds is None or 0 <= seconds <= 3600


@given(st.integers(100, 599), st.text(max_size=80))
def test_every_status_has_a_kind(status: int, words: str) -> None:
    assert status_kind(status, words) in ErrorKind


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Acme <b>anvil</b>", "Acme anvil"),
        ("AT&amp;T &quot;news&quot;", 'AT&T "news"'),
        ("a\x00b\x07c\x9b", "abc"),
        ("a\r\n\t  b\u00a0c\u2028d", "a b c d"),
        ("\u202eevil\u202c \u200bword", "evil word"),
        ("half \ud83d pair", "half pair"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("&lt;script&gt;x&lt;/script&gt;", "x"),
        ("&amp;lt;b&amp;gt;x", "x"),
        ("<<<<<b>b>b>b>b>x", "b b x"),
        ("<!-- a -->b", "a b"),
        ("差评 👨‍👩‍👧 می‌خواهم", "差评 👨‍👩‍👧 می‌خواهم"),
        (None, ""),
        (7, ""),
        (["x"], ""),
    ],
)
def test_text_is_plain(raw: object, plain: str) -> None:
    assert text.title(raw) == plain


@given(st.text())
def test_any_text_can_be_stored_and_shown(raw: str) -> None:
    plain = text.snippet(raw)

    assert plain.encode("utf-8") is not None
    assert len(plain) <= text.SNIPPET_LIMIT
    assert plain == plain.strip()
    assert not any(ord(letter) < 32 or ord(letter) == 127 for letter in plain)


@given(st.text(alphabet="<>abi/ &lgt;#60", max_size=200))
def test_no_tag_survives(raw: str) -> None:
    assert not text._TAG.search(text.snippet(raw))


def test_cleaning_takes_no_time_on_text_made_to_be_slow() -> None:
    started = time.perf_counter()
    for nasty in ("<a" * 500_000, "<" * 500_000, "&lt;" * 500_000, "<a<a<a>>>" * 100_000):
        text.snippet(nasty)

    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("https://acme.example/a?b=c#d", "https://acme.example/a?b=c#d"),
        (" http://acme.example ", "http://acme.example"),
        ("https://acme.example/a b", "https://acme.example/a%20b"),
        ("https://acme.example/\x00a\nb", "https://acme.example/ab"),
        ("https://例え.example/差评", "https://例え.example/差评"),
        ("HTTPS://ACME.example/", "HTTPS://ACME.example/"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("ftp://acme.example/", ""),
        ("//acme.example/", ""),
        ("/search?q=acme", ""),
        ("https://", ""),
        ("https:///a", ""),
        ("https://[::1", ""),
        ("nan", ""),
        ("", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_only_web_addresses_are_links(raw: object, address: str) -> None:
    assert text.link(raw) == address


def test_long_address_loses_its_least_first() -> None:
    base = "https://acme.example/page"

    assert text.link(f"{base}?a=1#:~:text={'x' * 3000}") == f"{base}?a=1"
    assert text.link(f"{base}?a={'x' * 3000}") == base
    assert len(text.link(f"{base}/{'x' * 3000}")) == text.URL_LIMIT
