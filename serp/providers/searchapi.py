"""SearchApi: Google, Bing, Baidu, Yandex and DuckDuckGo by page number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from serp.providers import locales
from serp.providers.base import Query, Request
from serp.providers.google_style import GoogleStyleProvider
from serp.providers.reading import mapping
from serp.providers.suggestions import Autocomplete, values_of


class SearchApi(GoogleStyleProvider, Autocomplete):
    name = "searchapi"
    title = "SearchApi"
    engines = frozenset({"google", "bing", "baidu", "yandex", "duckduckgo"})
    suggests = frozenset({"google"})
    base_url = "https://www.searchapi.io"
    price = Decimal("0.004")
    key_help = "Sign in at searchapi.io and copy the API key from the dashboard."

    def request(self, query: Query, page: int) -> Request:
        """One search. The key travels in a header, where no access log keeps it."""
        params = {"engine": query.engine, "q": query.phrase, "page": str(page), **_locale(query)}
        headers = {"Authorization": f"Bearer {self.access.key}"}
        return Request("GET", f"{self.root}/api/v1/search", params=params, headers=headers)

    def suggest_request(self, query: Query) -> Request:
        """Google's autocomplete, which is billed as a search."""
        params = {
            "engine": "google_autocomplete",
            "q": query.phrase,
            "gl": locales.google_country(query.country),
            "hl": locales.google_language(query.language, query.country).lower(),
        }
        headers = {"Authorization": f"Bearer {self.access.key}"}
        return Request("GET", f"{self.root}/api/v1/search", params=params, headers=headers)

    def read_suggestions(self, data: Any) -> list[object]:
        return values_of(self, data)

    def says_nothing_found(self, data: dict[str, Any]) -> bool:
        """Besides words: an empty list together with a total of zero."""
        total = mapping(data.get("search_information")).get("total_results")
        return (data.get("organic_results") == [] and total == 0) or super().says_nothing_found(
            data
        )


def _locale(query: Query) -> dict[str, str]:
    """Country, language, place and device, as SearchApi names them for each engine."""
    if query.engine == "google":
        place = {"location": query.location} if query.location else {}
        return {
            "gl": locales.google_country(query.country),
            "hl": locales.google_language(query.language, query.country).lower(),
            "device": query.device,
            **place,
        }
    if query.engine == "bing":
        return {
            "market_code": locales.market(query.language, query.country),
            "device": query.device,
        }
    if query.engine == "duckduckgo":
        return {"locale": locales.duckduckgo_region(query.language, query.country)}
    if query.engine == "yandex":
        return {"language": query.language}
    return {}
