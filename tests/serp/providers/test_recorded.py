"""Answers recorded from the real providers, read from the captured data beside the repository."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from serp.providers.base import Answer, ErrorKind, ProviderError, ResultKind, SerpPage
from tests.serp.providers.answers import JSON_PROVIDERS, provider, query

Expected = int | ErrorKind
"""The number of organic results, or the kind of the refusal."""

RECORDED: dict[str, dict[str, Expected]] = {
    "serpapi": {
        "duckduckgo_apple_inc_2023.json": 21,
        "error_sample.json": ErrorKind.PAYMENT,
        "google_ai_overview_block_laptop_2025.json": ErrorKind.MALFORMED,
        "google_basic_legacy.json": 10,
        "google_coffee_2020.json": 9,
        "google_coffee_2022.json": 8,
        "google_keywordranking.json": 10,
        "google_news_topics_2025.json": ErrorKind.MALFORMED,
        "google_tutorial_2025_full.json": 9,
    },
    "dataforseo": {
        "docs_google_ai_mode_live_advanced.json": ErrorKind.MALFORMED,
        "docs_google_autocomplete_live_advanced.json": ErrorKind.MALFORMED,
        "docs_google_organic_live_html.json": ErrorKind.MALFORMED,
        "docs_google_organic_live_regular.json": 6,
        "docs_google_organic_task_post.json": ErrorKind.MALFORMED,
        "docs_google_organic_tasks_ready.json": ErrorKind.MALFORMED,
        "google_organic_live_advanced_tfo_US_2025.json": 9,
    },
    "serper": {"google_brand_amazon_2023.json": 5, "google_person_gossip_2023.json": 9},
    "searchapi": {"google_ceo_of_microsoft.json": 9},
    "brave": {
        "pyclient_news_hello_world.json": ErrorKind.MALFORMED,
        "pyclient_web_hello_world.json": 20,
        "web_laravel.json": 17,
        "web_laravel_news.json": 18,
    },
    "searxng": {
        "autocomplete.json": ErrorKind.MALFORMED,
        "search_attention.json": ErrorKind.ENGINE,
        "videos.json": ErrorKind.ENGINE,
    },
    "searxng_real": {
        "all_failing.body": ErrorKind.ENGINE,
        "bad_lang.body": ErrorKind.ENGINE,
        "bad_page.body": ErrorKind.BAD_REQUEST,
        "config.body": ErrorKind.MALFORMED,
        "csv.body": ErrorKind.MALFORMED,
        "empty_results.body": ErrorKind.ENGINE,
        "engines_param.body": ErrorKind.ENGINE,
        "failing_again_suspended.body": ErrorKind.ENGINE,
        "healthz.body": ErrorKind.MALFORMED,
        "json_disabled.body": ErrorKind.FORBIDDEN,
        "lim_browserlike.body": ErrorKind.ENGINE,
        "lim_browserlike_xff.body": ErrorKind.ENGINE,
        "lim_curl.body": ErrorKind.RATE_LIMITED,
        "lim_ownua.body": ErrorKind.RATE_LIMITED,
        "lim_requests_like.body": ErrorKind.RATE_LIMITED,
        "long.body": 10,
        "mixed.body": ErrorKind.ENGINE,
        "no_query.body": ErrorKind.BAD_REQUEST,
        "offline.body": ErrorKind.ENGINE,
        "ok_json.body": ErrorKind.ENGINE,
        "ok_page2.body": 10,
        "post.body": 10,
        "rss.body": ErrorKind.MALFORMED,
        "unknown_engine.body": ErrorKind.ENGINE,
        "unknown_format.body": ErrorKind.BAD_REQUEST,
        "zh.body": 10,
    },
}

NAMES = {"google": "stubjson"}
"""The engine that the recorded SearXNG instance asked stands in for Google."""


def recorded(path: Path) -> Answer:
    head = path.with_suffix(".head")
    if path.suffix != ".body":
        return Answer(200, {}, path.read_bytes())
    first, *rest = head.read_text().splitlines()
    headers = dict(line.split(": ", 1) for line in rest if ": " in line)
    lower = {name.lower(): value for name, value in headers.items()}
    return Answer(int(first.split()[1]), lower, path.read_bytes())


def read(path: Path, **options: Any) -> SerpPage:
    name = path.parent.name.removesuffix("_real")
    asked = provider(name, options=options or {"engine_names": NAMES})
    return asked.parse(recorded(path), query(name))


def outcome(path: Path) -> Expected:
    try:
        return len(read(path).items)
    except ProviderError as error:
        return error.kind


@pytest.mark.parametrize(
    ("folder", "name"), [(folder, name) for folder in RECORDED for name in RECORDED[folder]]
)
def test_recorded_answer_has_its_outcome(shared_data: Path, folder: str, name: str) -> None:
    assert outcome(shared_data / "providers" / folder / name) == RECORDED[folder][name]


@pytest.mark.parametrize("folder", RECORDED)
def test_no_recorded_answer_is_left_out(shared_data: Path, folder: str) -> None:
    there = {path.name for path in (shared_data / "providers" / folder).iterdir()}

    assert {name for name in there if not name.endswith(".head")} == set(RECORDED[folder])


def own_order(path: Path) -> list[str]:
    data = json.loads(path.read_bytes())
    rows = data.get("organic_results") or data.get("organic") or data["web"]["results"]
    return [row.get("link") or row["url"] for row in rows]


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        (folder, name)
        for folder in ("serpapi", "serper", "searchapi", "brave")
        for name, expected in RECORDED[folder].items()
        if isinstance(expected, int)
    ],
)
def test_recorded_results_keep_the_engines_order(shared_data: Path, folder: str, name: str) -> None:
    path = shared_data / "providers" / folder / name

    assert [item.url for item in read(path).items] == own_order(path)


def test_recorded_searxng_positions_are_the_engines_own(shared_data: Path) -> None:
    path = shared_data / "providers" / "searxng" / "search_attention.json"
    data = json.loads(path.read_bytes())
    data["unresponsive_engines"] = []
    own = {row["positions"][0]: row["url"] for row in data["results"]}
    given = Answer(200, {}, json.dumps(data).encode())

    page = provider("searxng", options={"engine_names": {"google": "google cse"}}).parse(
        given, query("searxng")
    )

    assert [item.url for item in page.items] == [own[place] for place in range(1, 21)]
    # The control: the array is in another order.
    assert [item.url for item in page.items] != [row["url"] for row in data["results"]]


def test_recorded_empty_answer_counts_when_its_engine_was_asked(shared_data: Path) -> None:
    path = shared_data / "providers" / "searxng_real" / "empty_results.body"

    assert read(path, engine_names={"google": "empty"}).items == ()


def test_recorded_right_column_stays_out(shared_data: Path) -> None:
    path = shared_data / "providers/dataforseo/google_organic_live_advanced_tfo_US_2025.json"
    items = json.loads(path.read_bytes())["tasks"][0]["result"][0]["items"]
    ranks = [row["rank_absolute"] for row in items]
    # The control: ranks repeat, so they cannot order the page.
    assert len(set(ranks)) < len(ranks)

    urls = [item.url for item in read(path).items]

    left = [row for row in items if row["type"] == "organic" and row["position"] == "left"]
    assert urls == [row["url"] for row in left]


@pytest.mark.parametrize(
    ("file", "kinds"),
    [
        (
            "serpapi/google_tutorial_2025_full.json",
            "knowledge_panel people_also_ask videos local related_searches",
        ),
        (
            "serpapi/duckduckgo_apple_inc_2023.json",
            "knowledge_panel top_stories ads related_searches",
        ),
        (
            "dataforseo/google_organic_live_advanced_tfo_US_2025.json",
            "images people_also_ask videos related_searches knowledge_panel",
        ),
        (
            "searchapi/google_ceo_of_microsoft.json",
            "answer_box knowledge_panel people_also_ask related_searches",
        ),
        ("serper/google_brand_amazon_2023.json", "knowledge_panel related_searches"),
        ("brave/web_laravel.json", "videos"),
    ],
)
def test_recorded_features_are_kept(shared_data: Path, file: str, kinds: str) -> None:
    page = read(shared_data / "providers" / file)

    assert [str(feature.kind) for feature in page.features] == kinds.split()
    questions = [f for f in page.features if f.kind is ResultKind.PEOPLE_ALSO_ASK]
    assert all(link.title and link.text for f in questions for link in f.links)


def test_recorded_overview_is_read_with_its_sources(shared_data: Path) -> None:
    folder = shared_data / "providers" / "serpapi"
    block = json.loads((folder / "google_ai_overview_block_laptop_2025.json").read_bytes())
    data = json.loads((folder / "google_keywordranking.json").read_bytes())
    given = Answer(200, {}, json.dumps({**data, "ai_overview": block}).encode())

    overview = provider("serpapi").parse(given, query("serpapi")).features[0]

    assert overview.kind is ResultKind.AI_OVERVIEW
    assert len(overview.text) > 300
    assert len(overview.links) == len(block["references"])


@pytest.mark.parametrize("name", JSON_PROVIDERS)
def test_recorded_block_and_result_pages_in_html_are_refused(shared_data: Path, name: str) -> None:
    pages = [
        path
        for path in sorted((shared_data / "providers" / "html_serps").iterdir())
        if ".html" in path.suffixes
    ]
    assert len(pages) > 10

    for path in pages:
        raw = path.read_bytes()
        body = gzip.decompress(raw) if path.suffix == ".gz" else raw
        with pytest.raises(ProviderError) as caught:
            provider(name).parse(Answer(200, {}, body), query(name))
        assert caught.value.kind is ErrorKind.CAPTCHA, path.name
