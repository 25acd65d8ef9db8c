"""Cleans text and links that an engine or a provider sent: hostile until it has passed here."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

TITLE_LIMIT = 500
SNIPPET_LIMIT = 2000
URL_LIMIT = 2000
OVERVIEW_LIMIT = 6000
"""Longest texts kept, in characters."""

# Control characters, halves of surrogate pairs (PostgreSQL and UTF-8 refuse both), invisible marks
# and the overrides that make text run backwards. Joiners stay: Persian and emoji need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]"
)
_TAG = re.compile(r"<[/!?]?[a-zA-Z][^<>]*>|<!--|-->")
_PLAIN_LINK = re.compile(r"https?://[a-z0-9][a-z0-9.\-]*(?::[0-9]+)?(?:[/?#][!-~]*)?")
"""Addresses that need no cleaning: lower case up to the host, and nothing but ASCII after it."""
_NOT_IN_URL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_PASSES = 3


def clean(value: object, limit: int) -> str:
    """Plain text of at most `limit` characters, on one line, without markup; "" for anything but text."""
    if not isinstance(value, str):
        return ""
    text = value[: limit * 4]
    # Most text is harmless, and a page holds hundreds of lines.
    if text.isprintable() and "<" not in text and "&" not in text:
        # The space is the one printable white space: single ones inside are as they should be.
        if "  " in text or text[:1] == " ":
            text = " ".join(text.split())
        return text[:limit].rstrip()
    for _ in range(_PASSES):
        plain = _TAG.sub("", html.unescape(text))
        if plain == text:
            break
        text = plain
    # Tags nested so deep that they survive are an attack, not a title.
    if _TAG.search(text):
        text = text.replace("<", " ").replace(">", " ")
    return " ".join(_UNWANTED.sub("", text).split())[:limit].rstrip()


def title(value: object) -> str:
    """A title or any other short line."""
    return clean(value, TITLE_LIMIT)


def snippet(value: object) -> str:
    """A snippet, an answer, a description."""
    return clean(value, SNIPPET_LIMIT)


def link(value: object) -> str:
    """An http or https address with a host, or "" when the value is none.

    Control characters are taken out as browsers do, spaces escaped. An address above `URL_LIMIT`
    loses its fragment, then its query, then its end: the result keeps its place on the page.
    """
    if not isinstance(value, str):
        return ""
    if len(value) <= URL_LIMIT and _PLAIN_LINK.fullmatch(value):
        return value
    url = value[: URL_LIMIT * 20].strip()
    if not url.isprintable() or " " in url:
        url = _NOT_IN_URL.sub("", url).strip().replace(" ", "%20")
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    for mark in ("#", "?"):
        if len(url) > URL_LIMIT:
            url = url.partition(mark)[0]
    return url[:URL_LIMIT]
