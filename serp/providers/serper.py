"""Serper: Google by page number, in camel case, empty blocks left out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from serp.providers import features, locales
from serp.providers.base import Answer, ErrorKind, Feature, Query, Request, ResultKind, SerpPage
from serp.providers.reading import JsonProvider, mapping, text_kind, words_of


class Serper(JsonProvider):
    name = "serper"
    title = "Serper"
    engines = frozenset({"google"})
    devices = frozenset({"desktop"})
    base_url = "https://google.serper.dev"
    price = Decimal("0.001")
    key_help = "Sign in at serper.dev and copy the key from “API Keys”."

    def request(self, query: Query, page: int) -> Request:
        """One page of ten."""
        body = {
            "q": query.phrase,
            "gl": locales.google_country(query.country),
            "hl": locales.google_language(query.language, query.country).lower(),
            "page": page,
        }
        if query.location:
            body["location"] = query.location
        headers = {"X-API-KEY": self.access.key}
        return Request("POST", f"{self.root}/search", headers=headers, json=body)

    def read(self, data: dict[str, Any], query: Query, answer: Answer) -> SerpPage:
        """One result page.

        Serper leaves empty blocks out, so a missing `organic` may be a change of theirs as well as
        an empty page: only an empty list beside the echoed parameters counts as nothing found.
        """
        if "organic" not in data and (words := words_of(data)):
            raise self.refusal(text_kind(words) or ErrorKind.SERVER, f"said: {words}")
        found = self.organic(data.get("organic"))
        items = features.items(found, link="link", snippet="snippet")
        is_empty = data.get("organic") == [] and bool(mapping(data.get("searchParameters")))
        if not items and not is_empty:
            raise self.malformed("no organic results and did not say that there are none")
        # Nothing in the answer tells whether a further page exists: the next request does.
        return SerpPage(items, _features(data), has_more=bool(items))


def _features(data: dict[str, Any]) -> tuple[Feature, ...]:
    graph = mapping(data.get("knowledgeGraph"))
    source = {"title": graph.get("descriptionSource"), "link": graph.get("descriptionLink")}
    return (
        *features.overview(data.get("aiOverview")),
        *features.panel(ResultKind.ANSWER_BOX, data.get("answerBox")),
        *features.panel(ResultKind.KNOWLEDGE_PANEL, {**graph, "source": source} if graph else {}),
        *features.questions(data.get("peopleAlsoAsk")),
        *features.listed(ResultKind.TOP_STORIES, data.get("topStories")),
        *features.listed(ResultKind.VIDEOS, data.get("videos")),
        *features.listed(ResultKind.IMAGES, data.get("images")),
        *features.listed(ResultKind.LOCAL, data.get("places")),
        *features.listed(ResultKind.ADS, data.get("ads")),
        *features.listed(ResultKind.RELATED_SEARCHES, data.get("relatedSearches")),
    )
