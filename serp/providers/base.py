"""The contract of a provider: a Query goes in, a frozen Serp comes out, or a ProviderError with its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

PAGE_ONE = 10
"""Organic positions that make page one."""


class ResultKind(StrEnum):
    """What an engine puts on a result page: organic results and SERP features."""

    ORGANIC = "organic"
    AI_OVERVIEW = "ai_overview"
    ANSWER_BOX = "answer_box"
    PEOPLE_ALSO_ASK = "people_also_ask"
    RELATED_SEARCHES = "related_searches"
    TOP_STORIES = "top_stories"
    VIDEOS = "videos"
    IMAGES = "images"
    KNOWLEDGE_PANEL = "knowledge_panel"
    LOCAL = "local"
    ADS = "ads"


class ErrorKind(StrEnum):
    """Why a check failed. One word a cause, shown to people through `ERROR_TEXT`."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    RATE_LIMITED = "rate_limited"
    BAD_KEY = "bad_key"
    PAYMENT = "payment"
    FORBIDDEN = "forbidden"
    BAD_REQUEST = "bad_request"
    SERVER = "server"
    CAPTCHA = "captcha"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    ADDRESS = "address"
    ENGINE = "engine"
    UNSUPPORTED = "unsupported"
    LIMITS = "limits"
    CRASH = "crash"


ERROR_TEXT: dict[ErrorKind, str] = {
    ErrorKind.TIMEOUT: "the provider did not answer in time",
    ErrorKind.CONNECTION: "no connection to the provider",
    ErrorKind.RATE_LIMITED: "the provider asked us to slow down",
    ErrorKind.BAD_KEY: "the provider refused the key",
    ErrorKind.PAYMENT: "the provider account has no credit left",
    ErrorKind.FORBIDDEN: "the provider refused the request",
    ErrorKind.BAD_REQUEST: "the provider did not accept the query",
    ErrorKind.SERVER: "the provider had an error of its own",
    ErrorKind.CAPTCHA: "the engine answered with a captcha or a block page",
    ErrorKind.MALFORMED: "the answer was not a readable result page",
    ErrorKind.TOO_LARGE: "the answer was larger than is accepted",
    ErrorKind.ADDRESS: "the address is not one that this installation may call",
    ErrorKind.ENGINE: "the search engine behind the provider failed",
    ErrorKind.UNSUPPORTED: "the provider does not offer this engine",
    ErrorKind.LIMITS: "the shared rate limits could not be asked, so nothing was",
    ErrorKind.CRASH: "the check broke off inside Pushdown",
}

PERMANENT = frozenset(
    {
        ErrorKind.BAD_KEY,
        ErrorKind.PAYMENT,
        ErrorKind.FORBIDDEN,
        ErrorKind.BAD_REQUEST,
        ErrorKind.ADDRESS,
        ErrorKind.UNSUPPORTED,
    }
)
"""Kinds that the same request would meet again at once: not tried again within the period."""


class ProviderError(Exception):
    """A reading that could not be had.

    `kind` says why; `retry_after` is in seconds when the provider named a time (already capped);
    `calls` counts the requests that were sent for it, paid or not; `cost` is their price where known.
    The message is for people and never holds a key.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: ErrorKind,
        retry_after: float | None = None,
        calls: int = 0,
        cost: Decimal | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after
        self.calls = calls
        self.cost = cost

    @property
    def is_permanent(self) -> bool:
        return self.kind in PERMANENT


@dataclass(frozen=True, slots=True)
class Watched:
    """A page that the brand has published and follows. `since` is an aware time in UTC."""

    url: str
    title: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Query:
    """One question to an engine. `country` is ISO 3166-1 alpha-2 in lower case, `language` ISO 639-1.

    `depth` counts organic results wanted; `at` is the moment of asking (aware, UTC), which only the
    sample world reads; so does it `watched`, since it has no web of its own to crawl.
    """

    phrase: str
    engine: str = "google"
    country: str = "us"
    language: str = "en"
    location: str = ""
    device: str = "desktop"
    depth: int = 10
    at: datetime | None = None
    brand: str = ""
    domains: tuple[str, ...] = ()
    watched: tuple[Watched, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One organic result. `position` is 1 at the top, counted over all pages read."""

    position: int
    url: str
    title: str
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A line inside a feature: a cited page, a question with its answer, a story, a related search."""

    title: str
    url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """A SERP feature with its own text and the pages that it names."""

    kind: ResultKind
    title: str = ""
    text: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Serp:
    """A result page as fetched.

    `items` are organic, in the engine's own order, positions rising. Empty `items` mean that the
    engine said it has nothing. `depth` is the number of positions really read. `shortfall` tells why
    fewer were read than asked, and is None when the engine gave all it had or all that was asked.
    `cost` is in US dollars; None: the provider did not say.
    """

    items: tuple[Item, ...]
    features: tuple[Feature, ...] = ()
    depth: int = 0
    shortfall: ProviderError | None = None
    calls: int = 1
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to a provider. `json` is sent as the body when it is not None.

    Parameters, headers and body may hold a key: they stay out of the repr, and so out of tracebacks.
    """

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers with lower-case names, decoded body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class SerpPage:
    """One page of an answer. `items` are numbered from 1 within the page; `has_more` says whether
    the provider offers a further page."""

    items: tuple[Item, ...]
    features: tuple[Feature, ...] = ()
    has_more: bool = False
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a provider: base URL without trailing slash, key, and the account's own options."""

    base_url: str = ""
    key: str = field(default="", repr=False)
    options: Mapping[str, object] = field(default_factory=dict)


Fetch = Callable[[Request], Answer]
"""The bounded fetch of `serp.providers.http`, or a stand-in of the same shape."""


class Provider:
    """One provider of result pages: says what to ask and reads the answer; the paging is done here.

    A subclass sets the class variables and writes `request` and `parse`. It never sees a model.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    engines: ClassVar[frozenset[str]]
    devices: ClassVar[frozenset[str]] = frozenset({"desktop", "mobile"})
    """Devices whose result pages it can read; a desktop page is never passed off as a mobile one."""
    base_url: ClassVar[str] = ""
    needs_key: ClassVar[bool] = True
    is_local: ClassVar[bool] = False
    """It calls nobody, so that no limit applies to it."""
    page_size: ClassVar[int] = 10
    price: ClassVar[Decimal] = Decimal(0)
    """List price of one request in US dollars, for forecasts and where the answer names no cost."""
    key_help: ClassVar[str] = ""
    """One sentence: where a person gets the key."""

    def __init__(self, access: Access, fetch: Fetch) -> None:
        self.access = access
        self.send = fetch

    @classmethod
    def list_price(cls, options: Mapping[str, object]) -> Decimal:
        """List price of one request in US dollars for an account with these options."""
        return cls.price

    @classmethod
    def option_fault(cls, options: Mapping[str, object]) -> str:
        """What is wrong with an account's options, in words for people; empty when nothing is."""
        return ""

    @property
    def root(self) -> str:
        return (self.access.base_url or self.base_url).rstrip("/")

    def request(self, query: Query, page: int) -> Request:
        """The request for one page of results; `page` counts from 1."""
        raise NotImplementedError

    def parse(self, answer: Answer, query: Query) -> SerpPage:
        """Read one answer. Raises ProviderError with its kind; returns empty `items` only when the
        engine truly said that it has none."""
        raise NotImplementedError

    def fetch(self, query: Query) -> Serp:
        """Read pages until `query.depth` organic results are there or the engine has no more.

        A page after the first that fails ends the reading with a shortfall: what was read stands.
        An address that a page shows twice keeps both places. One that a later page repeats is left
        out, since pages overlap when results move between two requests; a later page that brings
        nothing new is a paging fault and ends the reading with a shortfall.
        """
        for asked, offered in ((query.engine, self.engines), (query.device, self.devices)):
            if asked not in offered:
                raise ProviderError(
                    f"{self.title} does not offer {asked}.", kind=ErrorKind.UNSUPPORTED
                )
        items: list[Item] = []
        features: list[Feature] = []
        calls = 0
        cost: Decimal | None = Decimal(0)
        shortfall: ProviderError | None = None
        most_pages = -(-query.depth // self.page_size) + 1
        for number in range(1, most_pages + 1):
            calls += 1
            try:
                page = self.parse(self.send(self.request(query, number)), query)
            except ProviderError as error:
                error.calls = calls
                error.cost = None if cost is None or error.cost is None else cost + error.cost
                if not items:
                    raise
                shortfall = error
                break
            cost = None if cost is None or page.cost is None else cost + page.cost
            seen = {item.url for item in items}
            fresh = [item for item in page.items if item.url not in seen]
            if page.items and not fresh:
                shortfall = ProviderError(
                    f"{self.title} sent page {number - 1} again instead of page {number}.",
                    kind=ErrorKind.MALFORMED,
                    calls=calls,
                    cost=cost,
                )
                break
            if items:
                fresh = [
                    Item(place, item.url, item.title, item.snippet)
                    for place, item in enumerate(fresh, start=len(items) + 1)
                ]
            items += fresh
            features.extend(page.features if number == 1 else ())
            if len(items) >= query.depth or not page.has_more or not page.items:
                break
        kept = tuple(items[: query.depth])
        return Serp(kept, tuple(features), len(kept), shortfall, calls, cost)
