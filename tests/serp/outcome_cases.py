"""What each way of answering must come to: the one list behind the tests and docs/outcomes.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from serp.models import Check
from serp.providers.base import PERMANENT, ErrorKind
from tests.serp.providers.answers import JSON_PROVIDERS

PAGED = tuple(name for name in JSON_PROVIDERS if name != "dataforseo")
"""Providers that are asked page by page; DataForSEO reads the whole depth in one request."""
ASKED = 40
"""Results asked for in every case; a sound provider has six, three a page."""
State = Check.State


@dataclass(frozen=True, slots=True)
class Ends:
    """How a check ends: its state, the kind of its error or shortfall, and the positions read."""

    state: str
    kind: ErrorKind | None = None
    depth: int = 0

    @property
    def is_tried_again(self) -> bool:
        return self.state == State.FAILED and self.kind not in PERMANENT


@dataclass(frozen=True, slots=True)
class Case:
    """One way of answering (see tests.hostile_provider), in words, with its outcome.

    `wait` is the least time in seconds for which the account is asked nothing; `but` names the
    providers whose own way of telling makes it end otherwise; `only` those that can answer so.
    """

    way: str
    words: str
    ends: Ends
    wait: float = 0.0
    but: Mapping[str, Ends] = field(default_factory=dict)
    only: tuple[str, ...] = JSON_PROVIDERS

    def ends_at(self, provider: str) -> Ends:
        return self.but.get(provider, self.ends)


def failed(kind: ErrorKind) -> Ends:
    return Ends(State.FAILED, kind)


def partial(kind: ErrorKind, depth: int = 3) -> Ends:
    return Ends(State.PARTIAL, kind, depth)


def measured(depth: int) -> Ends:
    return Ends(State.MEASURED, None, depth)


EMPTY = Ends(State.EMPTY)
TIMEOUT = failed(ErrorKind.TIMEOUT)
CONNECTION = failed(ErrorKind.CONNECTION)
MALFORMED = failed(ErrorKind.MALFORMED)
TOO_LARGE = failed(ErrorKind.TOO_LARGE)
ADDRESS = failed(ErrorKind.ADDRESS)
UNSUPPORTED = failed(ErrorKind.UNSUPPORTED)
SERVER = failed(ErrorKind.SERVER)
CAPTCHA = failed(ErrorKind.CAPTCHA)
PAYMENT = failed(ErrorKind.PAYMENT)
BAD_KEY = failed(ErrorKind.BAD_KEY)
FORBIDDEN = failed(ErrorKind.FORBIDDEN)
BAD_REQUEST = failed(ErrorKind.BAD_REQUEST)
RATE_LIMITED = failed(ErrorKind.RATE_LIMITED)
ENGINE = failed(ErrorKind.ENGINE)
ONE_PAGE = {"dataforseo": measured(3)}
"""DataForSEO's sound answer holds three results and has no second page."""
OWN_ERRORS = {"dataforseo": MALFORMED, "searxng": BAD_REQUEST}
"""DataForSEO always sends a status code of its own; SearXNG answers with an error to a wrong query."""

CASES: dict[str, list[Case]] = {
    "Sound answers": [
        Case("sound", "Results, on as many pages as the engine has", measured(6), but=ONE_PAGE),
        Case("nothing-found", "The provider says that the engine has no result", EMPTY),
        Case("twins", "One address at two places: both count", measured(7), but={"dataforseo": measured(4)}),
        Case("many-rows", "More results than asked for: the rest is left out", measured(ASKED)),
        Case("byte-order-mark", "A byte order mark before the JSON", measured(6), but=ONE_PAGE),
        Case("texts-of-other-types", "A title or snippet that is no text: left empty", measured(6), but=ONE_PAGE),
        Case("hostile-texts", "NUL, half surrogates, markup, 9,000 letters in a title: cleaned and cut", measured(6), but=ONE_PAGE),
    ],
    "The connection": [
        Case("refused", "The port is closed", CONNECTION),
        Case("no-host", "The name has no address", CONNECTION),
        Case("unsupported", "Nothing is asked: the provider does not offer the engine", UNSUPPORTED),
        Case("private", "The address is private and not allowed: nothing is sent", ADDRESS),
        Case("hang", "No answer", TIMEOUT),
        Case("drip", "One byte now and then, without end", TIMEOUT),
        Case("drip-headers", "The same inside the headers", TIMEOUT),
        Case("reset", "The connection is reset", CONNECTION),
        Case("hang-up", "The connection is closed without a word", CONNECTION),
        Case("cut", "The body ends before its length", CONNECTION),
        Case("other-protocol", "Another protocol than HTTP", CONNECTION),
        Case("many-headers", "500 headers", CONNECTION),
        Case("flood", "A body of 50 MB", TOO_LARGE),
        Case("flood-in-chunks", "The same without a stated length", TOO_LARGE),
        Case("gzip-bomb", "50 KB that unpack to 50 MB", TOO_LARGE),
        Case("no-gzip", "A body that is not compressed as it says", MALFORMED),
        Case("redirect-loop", "A redirect to itself", CONNECTION),
        Case("redirect-private", "A redirect to a private address: it is not followed", ADDRESS),
    ],
    "The status": [
        *(Case(code, f"Status {code}", MALFORMED) for code in ("201", "202", "204", "206")),
        Case("302-nowhere", "Status 302 without a target", MALFORMED),
        Case("304", "Status 304", MALFORMED),
        Case("400", "Status 400", BAD_REQUEST),
        Case("400-key", "Status 400 with words about the key", BAD_KEY),
        Case("401", "Status 401", BAD_KEY),
        Case("402", "Status 402", PAYMENT),
        Case("403", "Status 403", FORBIDDEN),
        Case("404", "Status 404", BAD_REQUEST),
        Case("408", "Status 408", TIMEOUT),
        *(Case(code, f"Status {code}", BAD_REQUEST) for code in ("410", "413", "422")),
        Case("429", "Status 429", RATE_LIMITED),
        Case("429-credit", "Status 429 with words about credit", PAYMENT, but={"searxng": RATE_LIMITED}),
        Case("451", "Status 451", BAD_REQUEST),
        *(Case(code, f"Status {code}", SERVER) for code in ("500", "502", "503", "504", "520", "599")),
        Case("503-wait", "Status 503, Retry-After 30", SERVER, 30),
        Case("good-under-500", "Status 500 over a sound result page", SERVER),
    ],
    "Retry-After under 429": [
        Case("wait-seconds", "30", RATE_LIMITED, 30),
        Case("wait-zero", "0", RATE_LIMITED),
        Case("wait-date", "A date in 10 minutes", RATE_LIMITED, 590),
        Case("wait-past", "A date last year", RATE_LIMITED),
        Case("wait-nonsense", "Words", RATE_LIMITED),
        Case("wait-negative", "−30", RATE_LIMITED),
        Case("wait-fraction", "1.5", RATE_LIMITED),
        Case("wait-year", "A year in seconds: an hour is obeyed", RATE_LIMITED, 3600),
        Case("wait-year-date", "A date in a year: an hour is obeyed", RATE_LIMITED, 3600),
        Case("wait-digits", "400 digits: an hour is obeyed", RATE_LIMITED, 3600),
    ],
    "The body under 200": [
        Case("empty-body", "Nothing", MALFORMED),
        Case("block-page", "A captcha page", CAPTCHA),
        Case("captcha-word", "A text that speaks of a captcha", CAPTCHA),
        Case("web-page", "Any other web page", CAPTCHA),
        Case("error", "An error message instead of results", SERVER, but=OWN_ERRORS),
        Case("error-credit", "An error message about credit", PAYMENT, but=OWN_ERRORS),
        Case("error-key", "An error message about the key", BAD_KEY, but=OWN_ERRORS),
        Case("error-rate", "An error message about too many requests", RATE_LIMITED, but=OWN_ERRORS),
        *(
            Case(way, words, MALFORMED)
            for way, words in (
                ("null", "`null`"),
                ("list", "A list"),
                ("number", "A number"),
                ("nothing", "An object without any key"),
                ("truncated", "JSON that breaks off"),
                ("two-answers", "Two answers in one body"),
                ("not-a-number", "`NaN`, which is not JSON"),
                ("latin", "Invalid UTF-8"),
                ("utf-16", "UTF-16"),
                ("nul", "NUL bytes"),
                ("deep", "Lists 100,000 deep, not closed"),
                ("deep-closed", "Lists 100,000 deep, closed"),
                ("digits", "A number of 10,000 digits"),
            )
        ),
    ],
    "The results": [
        Case("silent", "No list of results, and no word that there are none", MALFORMED),
        Case("empty-list", "An empty list, and no word that the engine has none", MALFORMED, only=("serpapi", "searchapi", "dataforseo", "brave")),
        Case("rows-object", "An object in place of the list", MALFORMED),
        Case("rows-text", "A text in place of the list", MALFORMED),
        Case("rows-numbers", "Numbers in the list", MALFORMED),
        Case("rows-null", "`null` in the list", MALFORMED),
        Case("no-addresses", "Results without one web address", MALFORMED),
        Case("unfinished", "The search has not finished", SERVER, only=("serpapi", "searchapi")),
        Case("task-none", "No task", MALFORMED, only=("dataforseo",)),
        Case("task-40100", "Task status 40100, not authorized", BAD_KEY, only=("dataforseo",)),
        Case("task-40200", "Task status 40200, payment required", PAYMENT, only=("dataforseo",)),
        Case("task-40202", "Task status 40202, too many requests", RATE_LIMITED, only=("dataforseo",)),
        Case("task-40501", "Task status 40501, invalid field", BAD_REQUEST, only=("dataforseo",)),
        Case("task-40103", "Task status 40103, the engine failed", ENGINE, only=("dataforseo",)),
        Case("task-50000", "Task status 50000, internal error", SERVER, only=("dataforseo",)),
        Case("engine-timeout", "The engine asked is named as not answering", ENGINE, only=("searxng",)),
        Case("engine-captcha", "The engine asked is named as showing a captcha", CAPTCHA, only=("searxng",)),
        Case("other-engine", "Results of another engine than the one asked", ENGINE, only=("searxng",)),
    ],
    "Pages after the first": [
        Case("later-nothing", "The engine has no more", measured(3), only=PAGED),
        Case("later-same", "The first page again", partial(ErrorKind.MALFORMED), only=PAGED),
        Case("later-500", "Status 500", partial(ErrorKind.SERVER), only=PAGED),
        Case("later-wait", "Status 429, Retry-After 600", partial(ErrorKind.RATE_LIMITED), 600, only=PAGED),
        Case("later-401", "Status 401", partial(ErrorKind.BAD_KEY), only=PAGED),
        Case("later-hang", "No answer", partial(ErrorKind.TIMEOUT), only=PAGED),
        Case("later-reset", "The connection is reset", partial(ErrorKind.CONNECTION), only=PAGED),
        Case("later-captcha", "A captcha page", partial(ErrorKind.CAPTCHA), only=PAGED),
        Case("later-malformed", "JSON without results", partial(ErrorKind.MALFORMED), only=PAGED),
        Case("later-silent", "No results, and no word that there are no more", partial(ErrorKind.MALFORMED), only=PAGED),
    ],
}  # fmt: skip

UNREACHABLE = {
    "no-host": "http://no-such-host.invalid",
    "private": "http://10.0.0.1",
    "refused": "http://127.0.0.1:9",
    "unsupported": "http://127.0.0.1:9",
}
"""Base URLs of the ways that no server answers."""
