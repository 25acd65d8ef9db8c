"""SerpApi: Google, Bing, Baidu, Yandex and DuckDuckGo, each with its own parameters."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from serp.providers import locales
from serp.providers.base import Query, Request
from serp.providers.google_style import GoogleStyleProvider
from serp.providers.suggestions import Autocomplete, values_of

_YANDEX_DOMAINS = {
    "ru": "yandex.ru",
    "tr": "yandex.com.tr",
    "by": "yandex.by",
    "kz": "yandex.kz",
    "uz": "yandex.uz",
}
_YANDEX_REGIONS = {"ru": "225", "tr": "983"}
"""Yandex's own numbers of the two countries where it ranks by region."""


class SerpApi(GoogleStyleProvider, Autocomplete):
    name = "serpapi"
    title = "SerpApi"
    engines = frozenset({"google", "bing", "baidu", "yandex", "duckduckgo"})
    suggests = frozenset({"google"})
    base_url = "https://serpapi.com"
    price = Decimal("0.015")
    key_help = "Sign in at serpapi.com and copy the private key from “Api Key”."

    def request(self, query: Query, page: int) -> Request:
        """One search. The number of results is never asked for: Google serves ten a page."""
        ask = {
            "google": _google,
            "bing": _bing,
            "baidu": _baidu,
            "yandex": _yandex,
            "duckduckgo": _duckduckgo,
        }[query.engine]
        params = {"engine": query.engine, "api_key": self.access.key, **ask(query, page)}
        return Request("GET", f"{self.root}/search.json", params=params)

    def suggest_request(self, query: Query) -> Request:
        """Google's autocomplete, which is billed as a search."""
        params = {
            "engine": "google_autocomplete",
            "api_key": self.access.key,
            "q": query.phrase,
            "gl": locales.google_country(query.country),
            "hl": locales.google_language(query.language, query.country).lower(),
        }
        return Request("GET", f"{self.root}/search.json", params=params)

    def read_suggestions(self, data: Any) -> list[object]:
        return values_of(self, data)


def _google(query: Query, page: int) -> dict[str, str]:
    params = {
        "q": query.phrase,
        "gl": locales.google_country(query.country),
        "hl": locales.google_language(query.language, query.country).lower(),
        "device": query.device,
    }
    if query.location:
        params["location"] = query.location
    if page > 1:
        params["start"] = str(10 * (page - 1))
    return params


def _bing(query: Query, page: int) -> dict[str, str]:
    params = {
        "q": query.phrase,
        "mkt": locales.market(query.language, query.country),
        "device": query.device,
    }
    if query.location:
        params["location"] = query.location
    if page > 1:
        params["first"] = str(10 * (page - 1) + 1)
    return params


def _baidu(query: Query, page: int) -> dict[str, str]:
    # Baidu's `ct` filters results by language; people who search do not, so it stays out.
    params = {"q": query.phrase, "device": query.device}
    return params if page == 1 else params | {"pn": str(10 * (page - 1))}


def _yandex(query: Query, page: int) -> dict[str, str]:
    params = {
        "text": query.phrase,
        "lang": query.language,
        "yandex_domain": _YANDEX_DOMAINS.get(query.country, "yandex.com"),
        "p": str(page - 1),
    }
    region = query.location if query.location.isdigit() else _YANDEX_REGIONS.get(query.country)
    return params | {"lr": region} if region else params


def _duckduckgo(query: Query, page: int) -> dict[str, str]:
    params = {
        "q": query.phrase,
        "kl": locales.duckduckgo_region(query.language, query.country),
    }
    # The first page holds 21 to 30 results, later ones up to 50. Steps of 20 overlap and so
    # leave no gap; what repeats is dropped where pages are joined.
    return params if page == 1 else params | {"start": str(20 * (page - 1))}
