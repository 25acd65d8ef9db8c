"""Brave Search API: Brave's own index, twenty results a page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from serp.providers import features
from serp.providers.base import Answer, ErrorKind, Feature, Query, Request, ResultKind, SerpPage
from serp.providers.reading import JsonProvider, mapping, rows, text_kind, words_of

_COUNTRIES = """
    ar at au be br ca ch cl cn de dk es fi fr gb gr hk id in it jp kr mx my nl no nz ph pl pt ru sa
    se tr tw us za
"""
_LANGUAGES = """
    ar bg bn ca cs da de el en es et eu fi fr gl gu he hi hr hu is it kn ko lt lv ml mr ms nl pa pl
    ro ru sk sl sr sv ta te th tr uk vi
"""
_SPELLED = {"ja": "jp", "no": "nb", "nb": "nb", "pt": "pt-br", "zh": "zh-hans"}
_SPELLED_IN = {("zh", "tw"): "zh-hant", ("zh", "hk"): "zh-hant", ("pt", "pt"): "pt-pt"}


class Brave(JsonProvider):
    name = "brave"
    title = "Brave Search"
    engines = frozenset({"brave"})
    devices = frozenset({"desktop"})
    base_url = "https://api.search.brave.com"
    page_size = 20
    price = Decimal("0.005")
    key_help = "Sign in at api-dashboard.search.brave.com and add a key under “API keys”."

    def request(self, query: Query, page: int) -> Request:
        """One page. Countries and languages that Brave does not list are left to it: it would answer
        them with an error."""
        params = {
            "q": query.phrase,
            "count": str(self.page_size),
            "offset": str(page - 1),
            "country": query.country.upper() if query.country in _COUNTRIES.split() else "ALL",
            "text_decorations": "false",
            "spellcheck": "false",
        }
        if language := _language(query):
            params["search_lang"] = language
        headers = {"X-Subscription-Token": self.access.key, "Accept": "application/json"}
        return Request("GET", f"{self.root}/res/v1/web/search", params=params, headers=headers)

    def read(self, data: dict[str, Any], query: Query, answer: Answer) -> SerpPage:
        """One result page. Brave sends no positions: its order is the ranking.

        `mixed` lists what stands on the page. Empty only when it is there and names no web result.
        """
        if data.get("type") != "search":
            words = words_of(data)
            if words:
                raise self.refusal(text_kind(words) or ErrorKind.SERVER, f"said: {words}")
            raise self.malformed("an answer that is not a web search")
        found = self.organic(mapping(data.get("web")).get("results"))
        items = features.items(found, link="url", snippet="description")
        main = mapping(data.get("mixed")).get("main")
        is_empty = isinstance(main, list) and all(row.get("type") != "web" for row in rows(main))
        if not items and (found or not is_empty):
            raise self.malformed("no web results and did not say that there are none")
        asked = mapping(data.get("query"))
        return SerpPage(items, _features(data), asked.get("more_results_available") is True)


def _language(query: Query) -> str:
    spelled = _SPELLED_IN.get((query.language, query.country)) or _SPELLED.get(query.language)
    return spelled or (query.language if query.language in _LANGUAGES.split() else "")


def _features(data: dict[str, Any]) -> tuple[Feature, ...]:
    def results(name: str) -> object:
        return mapping(data.get(name)).get("results")

    boxes = rows(results("infobox"))[:1]
    return (
        *(line for box in boxes for line in features.panel(ResultKind.KNOWLEDGE_PANEL, box)),
        *features.questions(results("faq")),
        *features.listed(ResultKind.TOP_STORIES, results("news")),
        *features.listed(ResultKind.VIDEOS, results("videos")),
        *features.listed(ResultKind.LOCAL, results("locations")),
    )
