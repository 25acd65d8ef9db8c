"""Answers of our own making in the shape of each provider, small and without real names."""

from __future__ import annotations

import copy
import json
from typing import Any

from serp.providers.base import Access, Answer, Fetch, Provider, Query, Request
from serp.providers.registry import make

KEY = "login-4711:secret-word-0815"
JSON_PROVIDERS = ("serpapi", "searchapi", "serper", "dataforseo", "brave", "searxng")
ENGINE = {"brave": "brave"}

ROWS = [
    ("https://www.acme.example/", "Acme — official site", "Anvils since 1921."),
    (
        "https://news.example/acme-recall",
        "Acme <b>recalls</b> anvils",
        "Rope &amp; anvil recalled.",
    ),
    ("https://forum.example/t/1", "", ""),
]
"""URL, title and snippet of the organic results; the last one lacks both texts."""


def _rows(url: str, title: str, snippet: str) -> list[dict[str, Any]]:
    return [
        {url: address, title: name, snippet: words} if name else {url: address}
        for address, name, words in ROWS
    ]


def _numbered() -> list[dict[str, Any]]:
    rows = _rows("link", "title", "snippet")
    return [{"position": place, **row} for place, row in enumerate(rows, start=1)]


GOOGLE_STYLE: dict[str, Any] = {
    "search_metadata": {"status": "Success"},
    "search_information": {"organic_results_state": "Results for exact spelling"},
    "ai_overview": {
        "text_blocks": [
            {"type": "paragraph", "snippet": "Acme makes anvils."},
            {"type": "list", "list": [{"title": "Weight:", "snippet": "Heavy."}]},
        ],
        "references": [{"title": "All about Acme", "link": "https://wiki.example/acme"}],
    },
    "related_questions": [
        {"question": "Is Acme safe?", "snippet": "Mostly.", "link": "https://safe.example/acme"}
    ],
    "top_stories": [{"title": "Anvil falls", "link": "https://news.example/falls"}],
    "inline_videos": [{"title": "Anvil test", "link": "https://video.example/1"}],
    "inline_images": [{"title": "Anvil", "link": "https://pictures.example/1"}],
    "knowledge_graph": {
        "title": "Acme",
        "description": "A maker of anvils.",
        "source": {"name": "Wiki", "link": "https://wiki.example/acme"},
    },
    "local_results": {"places": [{"title": "Acme shop", "address": "1 Canyon Road"}]},
    "ads": [{"title": "Buy anvils", "link": "https://shop.example/"}],
    "answer_box": {"title": "Acme", "answer": "1921", "link": "https://wiki.example/acme"},
    "related_searches": [{"query": "acme anvil"}],
    "organic_results": _numbered(),
    "pagination": {"current": 1, "next": "https://provider.example/next"},
}

SERPER: dict[str, Any] = {
    "searchParameters": {"q": "acme"},
    "organic": _numbered(),
    "peopleAlsoAsk": [{"question": "Is Acme safe?", "snippet": "Mostly."}],
    "knowledgeGraph": {"title": "Acme", "description": "A maker of anvils."},
    "relatedSearches": [{"query": "acme anvil"}],
}

DATAFORSEO: dict[str, Any] = {
    "status_code": 20000,
    "cost": 0.002,
    "tasks": [
        {
            "status_code": 20000,
            "cost": 0.002,
            "data": {"keyword": "acme"},
            "result": [
                {
                    "type": "organic",
                    "item_types": ["people_also_ask", "organic", "knowledge_graph"],
                    "items_count": 5,
                    "items": [
                        {
                            "type": "people_also_ask",
                            "rank_absolute": 1,
                            "position": "left",
                            "url": None,
                            "items": [
                                {
                                    "title": "Is Acme safe?",
                                    "expanded_element": [
                                        {"description": "Mostly.", "url": "https://safe.example/"}
                                    ],
                                }
                            ],
                        },
                        *(
                            {"type": "organic", "rank_absolute": 2 + n, "position": "left", **row}
                            for n, row in enumerate(_rows("url", "title", "description"))
                        ),
                        {
                            "type": "organic",
                            "rank_absolute": 1,
                            "position": "right",
                            "url": "https://right.example/",
                            "title": "Right column",
                        },
                        {
                            "type": "knowledge_graph",
                            "rank_absolute": 2,
                            "position": "right",
                            "title": "Acme",
                            "description": "A maker of anvils.",
                        },
                        {"type": "related_searches", "items": ["acme anvil"], "position": "left"},
                    ],
                }
            ],
        }
    ],
}

BRAVE: dict[str, Any] = {
    "type": "search",
    "query": {"original": "acme", "more_results_available": True},
    "mixed": {"main": [{"type": "web", "index": n} for n in range(3)]},
    "web": {"results": _rows("url", "title", "description")},
    "videos": {"results": [{"title": "Anvil test", "url": "https://video.example/1"}]},
}

SEARXNG: dict[str, Any] = {
    "query": "acme",
    # SearXNG orders by its own score: the places at the engine are 3, 1, 2.
    "results": [
        {**row, "engines": ["google"], "positions": [place]}
        for place, row in sorted(
            enumerate(_rows("url", "title", "content"), start=1), key=lambda pair: pair[0] % 3
        )
    ],
    "answers": [],
    "infoboxes": [{"infobox": "Acme", "content": "A maker of anvils."}],
    "suggestions": ["acme anvil"],
    "unresponsive_engines": [],
}

GOOD: dict[str, dict[str, Any]] = {
    "serpapi": GOOGLE_STYLE,
    "searchapi": GOOGLE_STYLE,
    "serper": SERPER,
    "dataforseo": DATAFORSEO,
    "brave": BRAVE,
    "searxng": SEARXNG,
}

NOTHING_FOUND: dict[str, dict[str, Any]] = {
    "serpapi": {
        "search_metadata": {"status": "Success"},
        "search_information": {"organic_results_state": "Fully empty"},
        "error": "The engine hasn't returned any results for this query.",
    },
    "searchapi": {
        "search_metadata": {"status": "Success"},
        "error": "The engine didn't return any results.",
    },
    "serper": {"searchParameters": {"q": "acme"}, "organic": []},
    "dataforseo": {
        "status_code": 20000,
        "tasks": [{"status_code": 40102, "status_message": "No Search Results.", "cost": 0.002}],
    },
    "brave": {"type": "search", "query": {"more_results_available": False}, "mixed": {"main": []}},
    "searxng": {"results": [], "unresponsive_engines": []},
}
"""Answers in which the provider truly says that the engine has nothing."""

SILENT: dict[str, dict[str, Any]] = {
    "serpapi": {"search_metadata": {"status": "Success"}},
    "searchapi": {"search_metadata": {"status": "Success"}, "related_searches": [{"query": "x"}]},
    "serper": {"searchParameters": {"q": "acme"}},
    "dataforseo": {
        "status_code": 20000,
        "tasks": [{"status_code": 20000, "result": [{"type": "organic", "items": []}]}],
    },
    "brave": {"type": "search", "query": {"more_results_available": False}},
    "searxng": {"query": "acme", "unresponsive_engines": []},
}
"""Answers without results that do not say that there are none."""

ROWS_AT: dict[str, tuple[str | int, ...]] = {
    "serpapi": ("organic_results",),
    "searchapi": ("organic_results",),
    "serper": ("organic",),
    "dataforseo": ("tasks", 0, "result", 0, "items"),
    "brave": ("web", "results"),
    "searxng": ("results",),
}
"""Where the organic rows stand."""


def answer(data: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """An answer with this JSON, or these bytes as they are."""
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    timing = {"server-timing": "total;dur=9, total_0_google;dur=8.1, load_0_google;dur=7"}
    return Answer(status, timing if headers is None else headers, body)


def with_rows(name: str, rows: object) -> dict[str, Any]:
    """The provider's good answer with other organic rows."""
    data: Any = copy.deepcopy(GOOD[name])
    *way, last = ROWS_AT[name]
    place = data
    for step in way:
        place = place[step]
    place[last] = rows
    return dict(data)


def rows_of(name: str) -> list[dict[str, Any]]:
    """A copy of the organic rows (and, at DataForSEO, the others) of the good answer."""
    place: Any = copy.deepcopy(GOOD[name])
    for step in ROWS_AT[name]:
        place = place[step]
    return list(place)


def query(name: str, **changes: Any) -> Query:
    """A query that the provider offers."""
    return Query(**{"phrase": "acme", "engine": ENGINE.get(name, "google"), **changes})


def unreachable(request: Request) -> Answer:
    raise AssertionError(f"nothing may be sent: {request}")


def provider(name: str, fetch: Fetch = unreachable, **access: Any) -> Provider:
    """The provider with a key, and a fetch that refuses unless one is given."""
    return make(name, Access(**{"key": KEY, **access}), fetch)
