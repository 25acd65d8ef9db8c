"""Saved provider answers become snapshots in the engine's own order, or are refused with their kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from serp.models import Brand, Keyword, Listing, Snapshot
from serp.providers.base import ErrorKind

pytestmark = pytest.mark.django_db


def answer(tmp_path: Path, name: str = "answer.json", **body: Any) -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def run(*files: Path, provider: str = "serpapi", **options: Any) -> str:
    out = StringIO()
    try:
        call_command(
            "import_serp",
            *map(str, files),
            provider=provider,
            brand="hallway",
            stdout=out,
            **options,
        )
    except CommandError as error:
        assert error.returncode == 1  # noqa: PT017 - what it printed before counts
    return out.getvalue()


def results(*names: str) -> list[dict[str, Any]]:
    return [
        {"position": n, "title": name.title(), "link": f"https://{name}.example/", "snippet": "s"}
        for n, name in enumerate(names, start=1)
    ]


QUESTION = {"engine": "google", "q": "kettle", "gl": "no", "hl": "en", "device": "mobile"}
MADE = {"status": "Success", "created_at": "2026-03-01 10:00:00 UTC"}


def test_an_answer_is_stored_with_its_own_question_time_and_features(
    brand: Brand, tmp_path: Path
) -> None:
    path = answer(
        tmp_path,
        search_parameters=QUESTION,
        search_metadata=MADE,
        organic_results=results("one", "two"),
        related_questions=[
            {"question": "Is it safe?", "snippet": "Yes.", "link": "https://a.example/"}
        ],
    )
    assert "stored, “kettle” 2026-03-01 10:00 UTC, 2 results" in run(path)
    snapshot = Snapshot.objects.select_related("keyword").get()
    assert snapshot.taken_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (snapshot.keyword.country, snapshot.keyword.device) == ("no", "mobile")
    assert [Listing.objects.get(pk=pk).title for pk in snapshot.results] == ["One", "Two"]
    assert snapshot.features[0]["kind"] == "people_also_ask"
    assert snapshot.features[0]["links"][0]["title"] == "Is it safe?"
    assert Keyword.objects.get().is_paused


def test_a_second_import_stores_nothing_twice(brand: Brand, tmp_path: Path) -> None:
    path = answer(
        tmp_path, search_parameters=QUESTION, search_metadata=MADE, organic_results=results("one")
    )
    run(path)
    assert "stored before" in run(path)
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize(
    ("question", "said", "reason"),
    [
        ({}, {"country": "norway"}, "give --country"),
        ({"gl": "norway"}, {}, "give --country"),
        ({}, {"language": "norwegian"}, "give --language"),
        ({}, {"taken_at": datetime(2999, 1, 1, tzinfo=UTC)}, "in the future"),
        ({"start": "999999999"}, {}, "no engine goes there"),
    ],
)
def test_what_an_answer_cannot_mean_is_refused(
    brand: Brand, tmp_path: Path, question: dict[str, str], said: dict[str, Any], reason: str
) -> None:
    path = answer(
        tmp_path,
        search_parameters=QUESTION | question,
        search_metadata=MADE,
        organic_results=results("one"),
    )
    assert reason in run(path, **said)
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize("start", ["²", "9" * 5000, "-10", None, 1.5, [10]])
def test_a_start_that_is_no_number_counts_as_none(brand: Brand, tmp_path: Path, start: Any) -> None:
    path = answer(
        tmp_path,
        search_parameters=QUESTION | {"start": start, "q": "ket\x00tle\ud800"},
        search_metadata=MADE,
        organic_results=results("one"),
    )
    assert "stored, “kettle”" in run(path)


def test_another_reading_at_the_same_moment_is_not_passed_over_in_silence(
    brand: Brand, tmp_path: Path
) -> None:
    common = {"search_parameters": QUESTION, "search_metadata": MADE}
    first = answer(tmp_path, "a.json", **common, organic_results=results("one"))
    second = answer(tmp_path, "b.json", **common, organic_results=results("two"))
    said = run(first, second)
    assert "b.json: refused, another reading" in said
    assert "1 stored, 1 refused" in said


def test_a_later_page_keeps_its_positions_and_is_partial(brand: Brand, tmp_path: Path) -> None:
    path = answer(
        tmp_path,
        search_parameters=QUESTION | {"start": "10"},
        search_metadata=MADE,
        organic_results=results("eleven", "twelve"),
    )
    run(path)
    snapshot = Snapshot.objects.get()
    assert snapshot.results[:10] == [None] * 10
    assert snapshot.depth == 12
    assert snapshot.is_partial


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"error": "Invalid API key."}', ErrorKind.BAD_KEY),
        (b"<html><form action=/sorry>unusual traffic, captcha</form></html>", ErrorKind.CAPTCHA),
        (b'{"organic_results": [{"posi', ErrorKind.MALFORMED),
        (b'{"search_metadata": {"status": "Success"}}', ErrorKind.MALFORMED),
    ],
)
def test_what_is_no_result_page_is_refused_with_its_kind(
    brand: Brand, tmp_path: Path, body: bytes, kind: ErrorKind
) -> None:
    path = tmp_path / "answer.json"
    path.write_bytes(body)
    assert f"refused, {kind}" in run(
        path, phrase="kettle", taken_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert not Snapshot.objects.exists()
    assert not Keyword.objects.exists()


def test_an_empty_page_is_named_as_such_and_not_stored(brand: Brand, tmp_path: Path) -> None:
    path = answer(
        tmp_path,
        search_parameters=QUESTION,
        search_metadata=MADE,
        search_information={"organic_results_state": "Fully empty"},
        error="Google hasn't returned any results for this query.",
    )
    assert "refused, empty" in run(path)
    assert not Snapshot.objects.exists()


def test_what_the_answer_does_not_say_is_asked_for(brand: Brand, tmp_path: Path) -> None:
    path = answer(tmp_path, organic_results=results("one"))
    assert "give --phrase" in run(path)
    assert "give --taken-at" in run(path, phrase="kettle")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert "1 stored" in run(path, phrase="kettle", taken_at=at)


FOLDERS = ("serpapi", "dataforseo", "serper", "searchapi", "brave", "searxng", "searxng_real")


def files(shared_data: Path) -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        for path in sorted((shared_data / "providers" / folder).iterdir()):
            if path.suffix in (".json", ".body"):
                yield folder.removesuffix("_real"), path


STORED = {
    "duckduckgo_apple_inc_2023.json": 21,
    "google_basic_legacy.json": 10,
    "google_coffee_2020.json": 9,
    "google_coffee_2022.json": 8,
    "google_keywordranking.json": 10,
    "google_tutorial_2025_full.json": 9,
    "docs_google_organic_live_regular.json": 6,
    "google_organic_live_advanced_tfo_US_2025.json": 9,
    "google_brand_amazon_2023.json": 5,
    "google_person_gossip_2023.json": 9,
    "google_ceo_of_microsoft.json": 9,
    "pyclient_web_hello_world.json": 20,
    "web_laravel.json": 17,
    "web_laravel_news.json": 18,
    "long.body": 10,
    "ok_page2.body": 10,
    "post.body": 10,
    "zh.body": 10,
}
"""Good answers among the captured ones, with their number of organic results, counted by hand."""


def test_every_captured_answer_is_stored_or_refused_and_none_as_empty(
    brand: Brand, shared_data: Path
) -> None:
    stored = {}
    for day, (provider, path) in enumerate(files(shared_data)):
        Snapshot.objects.all().delete()
        said = run(
            path,
            provider=provider,
            phrase="phrase",
            taken_at=datetime(2026, 1, 1 + day % 28, tzinfo=UTC),
            options={"engine_names": {"google": "stubjson"}} if provider == "searxng" else {},
        )
        snapshot = Snapshot.objects.first()
        if snapshot is None:
            assert "refused, " in said, said
            assert "refused, empty" not in said, "none of these pages was empty"
        else:
            stored[path.name] = len([x for x in snapshot.results if x is not None])
    assert stored == STORED
