"""Fetches one page the way a guest should: by name, within bounds, and only where robots.txt lets us."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from content.reading.html import decoded
from content.reading.robots import PRODUCT, Robots
from serp.providers.base import Answer, ErrorKind, ProviderError, Request
from serp.providers.http import BoundedFetch

DEADLINE = 15.0
"""Seconds for one exchange, redirects apart."""
MAX_BYTES = 3_000_000
LONGEST = 15.0
"""Seconds after which a page's next redirect is not followed: a tick of the worker lasts no longer
than its task may."""
LONGEST_WAIT = 10.0
"""Seconds that are waited for a site in place; for a longer pause the page is put back."""
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PAGE_TYPES = ("text/html", "application/xhtml+xml")
ASK_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
REASONS = {
    ErrorKind.TIMEOUT: "no answer within {deadline:g} s",
    ErrorKind.CONNECTION: "no connection",
    ErrorKind.TOO_LARGE: "larger than {megabytes:g} MB",
    ErrorKind.ADDRESS: "its address may not be called from here",
    ErrorKind.MALFORMED: "its body cannot be unpacked",
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was fetched: its HTTP status and its HTML."""

    status: int
    html: str


class NotRead(Exception):
    """A page that was not read; the message says why, for people. `is_refusal`: its owner does not
    want it; `is_passing`: it may work later; `status` is the HTTP status where there was one."""

    def __init__(
        self,
        why: str,
        *,
        is_refusal: bool = False,
        is_passing: bool = False,
        status: int | None = None,
    ) -> None:
        super().__init__(why)
        self.is_refusal = is_refusal
        self.is_passing = is_passing
        self.status = status


class TooSoon(Exception):
    """The site asked for a longer pause than is waited here: `seconds` are left of it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"to be asked in {seconds:.0f} s")
        self.seconds = seconds


def agent() -> str:
    """Who we say that we are: name, and where to complain."""
    return f"{PRODUCT}/1.0 (+{settings.SITE_URL})"


class Reader:
    """Fetches pages, a robots.txt a site and day. One a process; for use from one thread at a time.

    `wait` is called with seconds before a request to a site that asked for pauses.
    """

    def __init__(self, *, wait: Callable[[float], None] = time.sleep) -> None:
        allowed = frozenset(settings.ALLOWED_PROVIDER_HOSTS)
        self._fetch = BoundedFetch(
            deadline=DEADLINE,
            max_bytes=MAX_BYTES,
            allowed_hosts=allowed,
            pool_size=2,
            follows=False,
        )
        # RFC 9309, 2.3.1.2: a robots.txt may be moved, also to another host.
        self._fetch_rules = BoundedFetch(
            deadline=DEADLINE, max_bytes=MAX_BYTES, allowed_hosts=allowed, pool_size=2
        )
        self._inside = allowed
        self.robots = Robots(lambda url: self._fetch_rules(self._request(url, "text/plain")))
        self._wait = wait
        self._last: dict[str, float] = {}

    def read(self, url: str, now: datetime) -> Page:
        """The page at this address. Each redirect is asked for anew. Raises NotRead, or TooSoon before
        anything of the page was asked for."""
        until = time.monotonic() + LONGEST
        for hop in range(MOST_REDIRECTS + 1):
            if hop and time.monotonic() >= until:
                raise NotRead(f"redirects take longer than {LONGEST:g} s", is_passing=True)
            rules = self.robots.of(url, now)
            if refusal := rules.refuses(url):
                raise NotRead(refusal, is_refusal=True)
            try:
                answer = self._get(url, rules.delay)
            except TooSoon as error:
                if hop:
                    # Put back, it would begin at the first address again, for ever.
                    raise NotRead(
                        "its redirect asks for a longer pause", is_passing=True
                    ) from error
                raise
            target = answer.headers.get("location", "")
            if answer.status not in REDIRECTS or not target:
                return page_of(answer)
            before, url = url, moved(url, target)
            self._stay_outside(before, url)
        raise NotRead(f"redirected more than {MOST_REDIRECTS} times")

    def _get(self, url: str, delay: float) -> Answer:
        site = urlsplit(url).netloc
        left = delay - (time.monotonic() - self._last.get(site, float("-inf")))
        if left > LONGEST_WAIT:
            raise TooSoon(left)
        if left > 0:
            self._wait(left)
        try:
            return self._fetch(self._request(url, ", ".join(PAGE_TYPES)))
        except ProviderError as error:
            reason = REASONS.get(error.kind, "no readable answer").format(
                deadline=DEADLINE, megabytes=MAX_BYTES / 1e6
            )
            passing = error.kind in (ErrorKind.TIMEOUT, ErrorKind.CONNECTION)
            raise NotRead(reason, is_passing=passing) from None
        finally:
            self._last[site] = time.monotonic()

    def _stay_outside(self, before: str, url: str) -> None:
        """The hosts of our own network that providers may stand on are no place for a stranger's page
        to lead us to. Raises NotRead."""
        if self._is_inside(url) and not self._is_inside(before):
            raise NotRead("redirected to an address that may not be called from here")

    def _is_inside(self, url: str) -> bool:
        parts = urlsplit(url)
        return not self._inside.isdisjoint({parts.netloc.lower(), (parts.hostname or "").lower()})

    @staticmethod
    def _request(url: str, accept: str) -> Request:
        return Request("GET", url, headers={"User-Agent": agent(), "Accept": accept})


def moved(url: str, target: str) -> str:
    """Where a redirect leads. Raises NotRead for an address that cannot be one."""
    try:
        there = urljoin(url, target)
        urlsplit(there)
        return there
    except ValueError:
        raise NotRead("redirected to an address that is none") from None


def page_of(answer: Answer) -> Page:
    """The page in an answer. Raises NotRead when it holds none."""
    kind = answer.headers.get("content-type", "")
    if answer.status in (401, 402, 403, 451):
        raise NotRead(f"refused (answer {answer.status})", is_refusal=True, status=answer.status)
    if answer.status != 200:
        again = answer.status in ASK_AGAIN
        raise NotRead(f"answer {answer.status}", is_passing=again, status=answer.status)
    if kind and kind.split(";")[0].strip().lower() not in PAGE_TYPES:
        named = kind.split(";")[0].strip()[:60]
        raise NotRead(f"not an HTML page but {named}", status=answer.status)
    return Page(answer.status, decoded(answer.body, kind))


@lru_cache(maxsize=1)
def reader() -> Reader:
    """The process's one reader of pages."""
    return Reader()
