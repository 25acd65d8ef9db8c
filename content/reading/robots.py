"""Whether a site lets us read a page: its robots.txt by RFC 9309, read with Protego and kept for a day."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from serp.providers.base import Answer, ProviderError

PRODUCT = "Pushdown"
"""The name that a robots.txt may speak to."""
KEPT = timedelta(days=1)
KEPT_AFTER_FAULT = timedelta(hours=1)
MOST_KEPT = 500
MOST_BYTES = 512_000
"""RFC 9309 asks for 500 kibibytes at least; what stands behind is not read."""
LONGEST_DELAY = 30.0
"""Seconds: a site that asks for more is read at this pace."""
SERVER_FAULT = 500


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site's robots.txt says to us. `refusal` is why nothing may be read at all; `delay` is in
    seconds between two requests."""

    parsed: Protego | None
    refusal: str = ""
    delay: float = 0.0

    def refuses(self, url: str) -> str:
        """Why this address may not be read; empty when it may."""
        if self.refusal:
            return self.refusal
        if self.parsed is not None and not self.parsed.can_fetch(url, PRODUCT):
            return "refused by robots.txt"
        return ""


def rules_of(answer: Answer) -> Rules:
    """Read the answer to a request for robots.txt. RFC 9309, 2.3.1: one that is not there (4xx)
    allows everything, a server at fault (5xx) nothing."""
    if answer.status >= SERVER_FAULT:
        return Rules(None, refusal=f"its robots.txt cannot be read (answer {answer.status})")
    if not 200 <= answer.status < 300:
        return Rules(None)
    text = answer.body[:MOST_BYTES].decode("utf-8", errors="replace")
    parsed = Protego.parse(text)
    delay = parsed.crawl_delay(PRODUCT) or 0.0
    return Rules(parsed, delay=min(max(float(delay), 0.0), LONGEST_DELAY))


def address_of(url: str) -> str:
    """Where the robots.txt of a page stands."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))


class Robots:
    """The rules of sites, fetched once a day each. `fetch` answers for a robots.txt address and may
    raise ProviderError. For use from several threads."""

    def __init__(self, fetch: Callable[[str], Answer]) -> None:
        self._fetch = fetch
        self._kept: OrderedDict[str, tuple[datetime, Rules]] = OrderedDict()
        self._lock = Lock()

    def of(self, url: str, now: datetime) -> Rules:
        """The rules for the site of this page."""
        address = address_of(url)
        with self._lock:
            until, rules = self._kept.get(address, (None, None))
        if rules is not None and until is not None and now < until:
            return rules
        rules, kept = self._asked(address)
        with self._lock:
            self._kept[address] = (now + kept, rules)
            self._kept.move_to_end(address)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return rules

    def _asked(self, address: str) -> tuple[Rules, timedelta]:
        try:
            rules = rules_of(self._fetch(address))
        except ProviderError as error:
            # RFC 9309, 2.3.1.4: where it cannot be reached, nothing may be read.
            refusal = f"its robots.txt cannot be read ({error.kind.value})"
            return Rules(None, refusal=refusal), KEPT_AFTER_FAULT
        return rules, KEPT_AFTER_FAULT if rules.refusal else KEPT
