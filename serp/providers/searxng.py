"""SearXNG, self-hosted: asks exactly one engine and reads that engine's own positions."""

from __future__ import annotations

import re
from typing import Any

from serp.providers import features, locales, text
from serp.providers.base import (
    Answer,
    ErrorKind,
    Feature,
    ProviderError,
    Query,
    Request,
    ResultKind,
    SerpPage,
)
from serp.providers.reading import mapping, rows, words_of
from serp.providers.suggestions import Autocomplete


class SearXNG(Autocomplete):
    """The account option `engine_names` maps our engine names to those of the instance, where its
    settings.yml calls an engine otherwise: {"google": "google cse"}."""

    name = "searxng"
    title = "SearXNG"
    engines = frozenset(
        {"google", "bing", "duckduckgo", "baidu", "yandex", "brave", "startpage", "mojeek", "qwant"}
    )
    devices = frozenset({"desktop"})
    suggests = engines
    needs_key = False
    key_help = "SearXNG needs no key: give the address of your own instance."

    def request(self, query: Query, page: int) -> Request:
        """One page of one engine. No category is named: that would add its engines to ours."""
        if not self.root:
            raise self.refusal(ErrorKind.ADDRESS, "has no address yet: set the account's base URL.")
        params = {
            "q": query.phrase,
            "format": "json",
            "engines": self.engine_name(query),
            "language": locales.market(query.language, query.country),
            "pageno": str(page),
        }
        return Request("GET", f"{self.root}/search", params=params)

    def engine_name(self, query: Query) -> str:
        """What the instance calls the engine asked for."""
        names = mapping(self.access.options.get("engine_names"))
        return str(names.get(query.engine) or query.engine)

    def read(self, data: dict[str, Any], query: Query, answer: Answer) -> SerpPage:
        """One result page of the engine asked.

        Refused: an engine that did not answer, results of any other engine (an unknown name makes
        SearXNG ask its default ones without a word), results without the engine's own position. The
        order of the array is a score over engines and is not used.
        """
        engine = self.engine_name(query)
        if "results" not in data and (words := words_of(data)):
            raise self.refusal(ErrorKind.BAD_REQUEST, f"said: {words}")
        # `null` in place of the list is no word for nothing found.
        if not all(
            isinstance(data.get(name), list) for name in ("results", "unresponsive_engines")
        ):
            raise self.malformed("an answer that is not a search")
        if data["unresponsive_engines"]:
            raise self._unresponsive(data["unresponsive_engines"])
        found = self.organic(data["results"])
        if any(_engines_of(row) != {engine} for row in found):
            raise self.refusal(
                ErrorKind.ENGINE,
                f"answered with other engines than {engine}: switch {engine} on in the instance's"
                " settings.yml, or name it under engine_names.",
            )
        places = [_position(row) for row in found]
        if 0 in places:
            raise self.malformed("results without the position at their engine")
        ranked = [row for _, row in sorted(zip(places, found, strict=True), key=lambda p: p[0])]
        items = features.items(ranked, link="url", snippet="content")
        if found and not items:
            raise self.malformed("results without web addresses")
        if not items and not _was_asked(engine, answer):
            raise self.refusal(
                ErrorKind.ENGINE,
                f"sent nothing and does not say that it asked {engine}: check that the engine is on"
                " and that the Server-Timing header reaches us.",
            )
        return SerpPage(items, _features(data), has_more=bool(items))

    def suggest_request(self, query: Query) -> Request:
        """The instance's own autocomplete: it says which engine completes, in its settings.yml."""
        if not self.root:
            raise self.refusal(ErrorKind.ADDRESS, "has no address yet: set the account's base URL.")
        params = {
            "q": query.phrase,
            "autocomplete": self.engine_name(query),
            "language": locales.market(query.language, query.country),
        }
        return Request("GET", f"{self.root}/autocompleter", params=params)

    def read_suggestions(self, data: Any) -> list[object]:
        """OpenSearch's form, the phrase and then the list; older instances send the list alone."""
        if isinstance(data, list) and len(data) > 1 and isinstance(data[1], list):
            return data[1]
        if isinstance(data, list) and all(isinstance(row, str) for row in data):
            return data
        raise self.malformed("suggestions of an unknown form")

    def refused_status(self, answer: Answer) -> ProviderError:
        """The error for a status other than 200, with what the instance's owner can do about it."""
        error = super().refused_status(answer)
        if answer.status == 403:
            return self.refusal(
                ErrorKind.FORBIDDEN,
                "refused JSON: add “json” to search.formats in the instance's settings.yml.",
            )
        if answer.status == 429:
            return self.refusal(
                ErrorKind.RATE_LIMITED,
                "stopped us by its limiter: add this server to pass_ip in the instance's"
                " limiter.toml, or switch the limiter off.",
                wait=error.retry_after,
            )
        return error

    def web_page(self, answer: Answer) -> ProviderError:
        """SearXNG's own page under status 200 is a wrong address or setting, not a block page."""
        if b'content="searxng' in answer.body[:5000].lower():
            return self.refusal(
                ErrorKind.BAD_REQUEST,
                "sent its web page instead of JSON: check the base URL and any proxy before it.",
            )
        return super().web_page(answer)

    def _unresponsive(self, listed: list[object]) -> ProviderError:
        told = [
            ": ".join(text.clean(part, 80) for part in pair if isinstance(part, str))
            for pair in listed
            if isinstance(pair, list)
        ]
        reasons = "; ".join(told[:5])
        is_captcha = "captcha" in reasons.lower()
        kind = ErrorKind.CAPTCHA if is_captcha else ErrorKind.ENGINE
        return self.refusal(kind, f"got no answer from its engine ({reasons}).")


def _engines_of(row: dict[str, Any]) -> set[str]:
    named = row.get("engines")
    listed = named if isinstance(named, list) else [row.get("engine")]
    return {name for name in listed if isinstance(name, str)}


def _position(row: dict[str, Any]) -> int:
    """The best place that the engine gave the result; 0 when it names none."""
    places = row.get("positions")
    listed = places if isinstance(places, list) else []
    sane = [place for place in listed if type(place) is int and place > 0]
    return min(sane, default=0)


def _was_asked(engine: str, answer: Answer) -> bool:
    """Whether SearXNG's Server-Timing header names the engine: an empty answer looks the same when
    the engine has nothing and when nobody asked it."""
    asked = re.escape(engine)
    return bool(re.search(rf"total_\d+_{asked};", answer.headers.get("server-timing", "")))


def _features(data: dict[str, Any]) -> tuple[Feature, ...]:
    boxes = [
        {"title": box.get("infobox"), "description": box.get("content"), "urls": box.get("urls")}
        for box in rows(data.get("infoboxes"))
    ]
    answers = data.get("answers")
    told = [
        {"text": row.get("answer"), "url": row.get("url")} if isinstance(row, dict) else row
        for row in (answers if isinstance(answers, list) else [])
    ]
    panels = (features.panel(ResultKind.KNOWLEDGE_PANEL, box, names=("urls",)) for box in boxes)
    return (
        *features.listed(ResultKind.ANSWER_BOX, told),
        *(panel for found in panels for panel in found),
        *features.listed(ResultKind.RELATED_SEARCHES, data.get("suggestions")),
    )
