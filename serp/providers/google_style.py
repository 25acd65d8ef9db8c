"""Reads the answer shape that SerpApi made common: `organic_results` and its features by name."""

from __future__ import annotations

import re
from typing import Any

from serp.providers import features
from serp.providers.base import Answer, ErrorKind, Feature, Query, ResultKind, SerpPage
from serp.providers.reading import JsonProvider, mapping, text_kind, words_of

_NOTHING_FOUND = re.compile(
    r"(has|did|does)(n.t| not) return(ed)? any results|no results (were )?found", re.I
)
_UNFINISHED = frozenset({"queued", "processing"})


class GoogleStyleProvider(JsonProvider):
    """SerpApi, and those who answer in its shape."""

    def read(self, data: dict[str, Any], query: Query, answer: Answer) -> SerpPage:
        """One result page.

        Empty only when the answer says that the engine returned nothing. A page with features but
        neither organic results nor such a word is refused: "not found" would be made up.
        """
        is_empty = self.says_nothing_found(data)
        words = words_of(data) if "error" in data else ""
        if words and not is_empty:
            raise self.refusal(text_kind(words) or ErrorKind.SERVER, f"said: {words}")
        status = str(mapping(data.get("search_metadata")).get("status", "")).lower()
        if status in _UNFINISHED:
            raise self.refusal(ErrorKind.SERVER, "has not finished the search yet.")
        found = self.organic(data.get("organic_results"))
        items = features.items(found, link="link", snippet="snippet")
        if not items and (found or not is_empty):
            raise self.malformed("no organic results and did not say that there are none")
        return SerpPage(items, self.features(data), bool(items) and self.offers_more(data))

    def says_nothing_found(self, data: dict[str, Any]) -> bool:
        """Whether the answer states that the engine has no result for this query."""
        state = mapping(data.get("search_information")).get("organic_results_state")
        return state == "Fully empty" or bool(_NOTHING_FOUND.search(words_of(data)))

    def offers_more(self, data: dict[str, Any]) -> bool:
        """Whether a further page can be asked for.

        An answer that names other pages but no next one is the last. One without a word about
        paging (older schemas) may have more: the next request tells.
        """
        for name in ("serpapi_pagination", "pagination"):
            paging = mapping(data.get(name))
            if paging.get("next"):
                return True
            if paging.get("other_pages"):
                return False
        return True

    def features(self, data: dict[str, Any]) -> tuple[Feature, ...]:
        """The SERP features of the answer, AI overview first."""
        local = data.get("local_results")
        videos = (data.get(name) for name in ("inline_videos", "video_results", "short_videos"))
        return (
            *features.overview(data.get("ai_overview")),
            *features.panel(ResultKind.ANSWER_BOX, data.get("answer_box")),
            *features.panel(
                ResultKind.KNOWLEDGE_PANEL, data.get("knowledge_graph"), names=("profiles",)
            ),
            *features.questions(data.get("related_questions")),
            *features.listed(
                ResultKind.TOP_STORIES, data.get("top_stories") or data.get("news_results")
            ),
            *(line for found in videos for line in features.listed(ResultKind.VIDEOS, found)),
            *features.listed(ResultKind.IMAGES, data.get("inline_images")),
            *features.listed(
                ResultKind.LOCAL, local.get("places") if isinstance(local, dict) else local
            ),
            *features.listed(ResultKind.ADS, data.get("ads")),
            *features.listed(ResultKind.RELATED_SEARCHES, data.get("related_searches")),
        )
