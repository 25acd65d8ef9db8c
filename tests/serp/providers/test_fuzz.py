"""Answers spoilt at random: a sound page or an error with its kind comes out, and nothing else.

HYPOTHESIS_PROFILE=long tries fifty times as many.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from serp.providers import text
from serp.providers.base import (
    Access,
    Answer,
    ErrorKind,
    Feature,
    Item,
    Provider,
    ProviderError,
    Query,
    ResultKind,
    Serp,
    SerpPage,
)
from serp.providers.reading import MAX_RETRY_AFTER
from serp.providers.registry import make
from tests.serp.providers.answers import (
    GOOD,
    JSON_PROVIDERS,
    NOTHING_FOUND,
    ROWS_AT,
    answer,
    provider,
    query,
    rows_of,
    with_rows,
)
from tests.serp.providers.mutations import BYTE_CHANGES, CHANGES, VALUES, changed, spoilt, written
from tests.serp.providers.test_recorded import NAMES, RECORDED, recorded

TIMES = 50 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 1
SECONDS = 1.0
"""Longest that one answer may take to be read, in seconds of the processor."""
LIMITS = {"url": text.URL_LIMIT, "title": text.TITLE_LIMIT, "text": text.OVERVIEW_LIMIT}
FORBIDDEN = set(map(chr, [*range(32), *range(0x7F, 0xA0), 0x202E, 0x2066])) | {"\ud800"}
Outcome = SerpPage | ProviderError


def tries(number: int) -> Callable[[Any], Any]:
    """How many examples, without Hypothesis's own deadline: that counts the waiting of a busy machine."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=number * TIMES, deadline=None, suppress_health_check=checks)


def outcome(asked: Provider, given: Answer, name: str) -> Outcome:
    """What the adapter makes of an answer, in time."""
    began = time.thread_time()
    try:
        return asked.parse(given, query(name))
    except ProviderError as error:
        return error
    finally:
        assert time.thread_time() - began < SECONDS


def assert_sound(result: Outcome) -> None:
    """A page that may be stored as it is, or an error that says what went wrong."""
    if isinstance(result, ProviderError):
        assert isinstance(result.kind, ErrorKind)
        assert str(result)
        assert "secret-word" not in str(result)
        assert result.retry_after is None or 0 <= result.retry_after <= MAX_RETRY_AFTER
        assert_price(result.cost)
        return
    assert [item.position for item in result.items] == list(range(1, len(result.items) + 1))
    for item in result.items:
        assert_line(item.url, item.title, item.snippet)
        assert item.url
    for feature in result.features:
        assert_feature(feature)
    assert isinstance(result.has_more, bool)
    assert_price(result.cost)


def assert_line(url: str, title: str, words: str) -> None:
    for name, value in (("url", url), ("title", title), ("text", words)):
        assert isinstance(value, str)
        assert len(value) <= LIMITS[name]
        assert not FORBIDDEN & set(value)
        assert value.encode("utf-8") is not None
    assert not url or url.lower().startswith(("http://", "https://"))


def assert_feature(feature: Feature) -> None:
    assert isinstance(feature.kind, ResultKind)
    assert feature.kind is not ResultKind.ORGANIC
    assert feature.title or feature.text or feature.links or feature.kind is ResultKind.AI_OVERVIEW
    assert_line("", feature.title, feature.text)
    for link in feature.links:
        assert_line(link.url, link.title, link.text)


def assert_price(price: Decimal | None) -> None:
    assert price is None or Decimal(0) <= price < 1000


def assert_not_invented(result: Outcome, data: Any) -> None:
    """Every address of a result stands in the answer."""
    if isinstance(result, SerpPage) and result.items:
        there = {text.link(value) for value in texts_in(data)}
        assert {item.url for item in result.items} <= there


def texts_in(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for inner in data.values() if isinstance(data, dict) else data:
            yield from texts_in(inner)


every_provider = pytest.mark.parametrize("name", JSON_PROVIDERS)


@every_provider
@tries(60)
@given(changes=CHANGES)
def test_spoilt_values(name: str, changes: Any) -> None:
    data = changed(GOOD[name], changes)

    result = outcome(provider(name), answer(written(data)), name)

    assert_sound(result)
    assert_not_invented(result, data)


@every_provider
@tries(60)
@given(changes=BYTE_CHANGES, other=st.sampled_from(JSON_PROVIDERS))
def test_spoilt_bytes(name: str, changes: Any, other: str) -> None:
    body = spoilt(written(GOOD[name]), changes, written(GOOD[other]))

    assert_sound(outcome(provider(name), answer(body), name))


@every_provider
@tries(60)
@given(
    body=st.binary(max_size=200) | VALUES.map(written),
    status=st.just(200) | st.integers(100, 999),
    wait=st.none() | st.text(max_size=40) | st.integers(-(10**30), 10**30).map(str),
)
def test_answers_of_any_kind(name: str, body: bytes, status: int, wait: str | None) -> None:
    headers = {} if wait is None else {"retry-after": wait, "server-timing": wait}

    assert_sound(outcome(provider(name), Answer(status, headers, body), name))


@every_provider
@tries(60)
@given(damage=VALUES, place=st.integers(0, 9), field=st.booleans(), dropped=st.booleans())
def test_damaged_list_of_results_is_never_an_empty_page(
    name: str, damage: Any, place: int, field: bool, dropped: bool
) -> None:
    """Where the engine has nothing, the provider says so: a list that was spoilt says nothing."""
    rows: Any = rows_of(name)
    if field:
        for row in rows:
            for key in ("link", "url"):
                if key in row and dropped:
                    del row[key]
                elif key in row:
                    row[key] = damage
    elif dropped:
        rows[place % len(rows)] = damage
    else:
        rows = damage
    # An empty list is Serper's and SearXNG's own word for nothing found.
    if rows == [] and name in ("serper", "searxng"):
        return

    result = outcome(provider(name), answer(written(with_rows(name, rows))), name)

    assert_sound(result)
    assert isinstance(result, ProviderError) or result.items


@every_provider
@tries(30)
@given(
    pages=st.lists(
        st.tuples(st.sampled_from(["good", "none", "error", "spoilt"]), CHANGES),
        min_size=6,
        max_size=6,
    ),
    depth=st.integers(1, 100),
)
def test_joined_pages_of_any_kind(name: str, pages: Any, depth: int) -> None:
    given = iter(
        {
            "good": lambda number, _: answer(numbered(name, number)),
            "none": lambda *_: answer(NOTHING_FOUND[name]),
            "error": lambda *_: Answer(503, {}, b"{}"),
            "spoilt": lambda number, way: answer(written(changed(numbered(name, number), way))),
        }[kind](number, changes)
        for number, (kind, changes) in enumerate(pages * 2)
    )
    asked = provider(name, lambda _: next(given), base_url="https://p.example")

    try:
        serp = asked.fetch(query(name, depth=depth))
    except ProviderError as error:
        assert_sound(error)
    else:
        assert_serp(serp, depth)


def numbered(name: str, number: int) -> Any:
    """The good answer as its n-th page."""
    rows = rows_of(name)
    for row in rows:
        for key in ("link", "url"):
            if row.get(key):
                row[key] += f"?page={number}"
    return with_rows(name, rows)


def assert_serp(serp: Serp, depth: int) -> None:
    assert_sound(SerpPage(serp.items, serp.features))
    assert serp.depth == len(serp.items) <= depth
    assert serp.calls >= 1
    assert serp.items or serp.shortfall is None


FOLDERS = [folder for folder in RECORDED if folder != "searxng"]


@lru_cache
def recordings(folder: Path) -> list[tuple[Any, Answer]]:
    """The recorded answers that are result pages: their data, and as they came."""
    names = (name for name, expected in RECORDED[folder.name].items() if isinstance(expected, int))
    answers = [recorded(folder / name) for name in names]
    return [(json.loads(given.body), given) for given in answers]


def recorded_adapter(folder: str) -> tuple[str, Provider]:
    name = folder.removesuffix("_real")
    return name, provider(name, options={"engine_names": NAMES})


@pytest.mark.parametrize("folder", FOLDERS)
@tries(40)
@given(which=st.integers(0, 9), changes=CHANGES)
def test_spoilt_recorded_values(shared_data: Path, folder: str, which: int, changes: Any) -> None:
    pages = recordings(shared_data / "providers" / folder)
    data, given = pages[which % len(pages)]
    name, asked = recorded_adapter(folder)
    data = changed(data, changes)

    result = outcome(asked, Answer(200, given.headers, written(data)), name)

    assert_sound(result)
    assert_not_invented(result, data)


@pytest.mark.parametrize("folder", FOLDERS)
@tries(40)
@given(which=st.integers(0, 9), other=st.integers(0, 9), changes=BYTE_CHANGES)
def test_spoilt_recorded_bytes(
    shared_data: Path, folder: str, which: int, other: int, changes: Any
) -> None:
    pages = recordings(shared_data / "providers" / folder)
    given, spliced = pages[which % len(pages)][1], pages[other % len(pages)][1]
    name, asked = recorded_adapter(folder)

    body = spoilt(given.body, changes, spliced.body)

    assert_sound(outcome(asked, Answer(200, given.headers, body), name))


@tries(40)
@given(
    phrase=st.text(max_size=60),
    depth=st.integers(1, 100),
    options=st.dictionaries(st.sampled_from(["epoch", "faults", "product"]), VALUES),
)
def test_sample_world_of_any_options(phrase: str, depth: int, options: dict[str, object]) -> None:
    asked = make("sample", Access(options=options), lambda _: answer({}))

    try:
        serp = asked.fetch(Query(phrase, depth=depth))
    except ProviderError as error:
        assert_sound(error)
    else:
        assert_serp(serp, depth)


class Naive(Provider):
    """Reads SerpApi's answers as a first draft would: what a sound page holds is taken for granted."""

    name, title, engines = "serpapi", "Naive", frozenset({"google"})

    def parse(self, answer: Answer, query: Query) -> SerpPage:
        rows = json.loads(answer.body)["organic_results"]
        return SerpPage(tuple(Item(r["position"], r["link"], r.get("title", "")) for r in rows))


class Forgiving(Provider):
    """Catches whatever goes wrong: and so calls every broken page an empty one."""

    name, title, engines = "serpapi", "Forgiving", frozenset({"google"})

    def parse(self, answer: Answer, query: Query) -> SerpPage:
        try:
            page = provider("serpapi").parse(answer, query)
        except ProviderError:
            return SerpPage(())
        return page


first_failure = settings(
    max_examples=300,
    deadline=None,
    database=None,
    derandomize=True,
    report_multiple_bugs=False,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_the_fuzz_catches_a_naive_adapter() -> None:
    """The control: the same changes and the same demands, and an adapter that does not meet them."""
    naive = Naive(Access(), lambda _: answer({}))
    assert_sound(naive.parse(answer(GOOD["serpapi"]), query("serpapi")))

    @first_failure
    @given(changes=CHANGES)
    def spoil(changes: Any) -> None:
        assert_sound(outcome(naive, answer(written(changed(GOOD["serpapi"], changes))), "serpapi"))

    with pytest.raises((AssertionError, LookupError, TypeError, ValueError, AttributeError)):
        spoil()


def test_the_fuzz_catches_an_adapter_that_calls_damage_empty() -> None:
    forgiving = Forgiving(Access(), lambda _: answer({}))

    @first_failure
    @given(damage=VALUES)
    def damaged(damage: Any) -> None:
        page = outcome(forgiving, answer(written(with_rows("serpapi", damage))), "serpapi")
        assert isinstance(page, ProviderError) or page.items

    with pytest.raises(AssertionError):
        damaged()


def test_places_of_the_rows_are_known_for_every_provider() -> None:
    assert set(ROWS_AT) == set(JSON_PROVIDERS)
