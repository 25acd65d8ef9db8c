"""What each provider's autocomplete is asked and how its answers are read, hostile ones too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from serp.providers import registry
from serp.providers.base import Access, Answer, ErrorKind, ProviderError, Query, Request
from serp.providers.suggestions import Completing

QUERY = Query("acme", country="no", language="nb")
ABLE = sorted(n for n, p in registry.PROVIDERS.items() if issubclass(p, Completing))
OVER_HTTP = [name for name in ABLE if name != "sample"]


def shape(name: str, phrases: list[Any]) -> Any:
    """An answer of this provider with these suggestions, of our own making."""
    if name == "searxng":
        return ["acme", phrases, [], []]
    if name == "dataforseo":
        result = {"items": [{"type": "autocomplete", "suggestion": p} for p in phrases]}
        task = {"status_code": 20000, "result": [result], "cost": 0.002}
        return {"status_code": 20000, "cost": 0.002, "tasks": [task]}
    return {"suggestions": [{"value": phrase} for phrase in phrases]}


def provider(name: str, body: Any, status: int = 200) -> tuple[Completing, list[Request]]:
    sent: list[Request] = []

    def fetch(request: Request) -> Answer:
        sent.append(request)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Answer(status, {}, raw)

    made = registry.make(name, Access(base_url="https://p.example", key="login:secret"), fetch)
    assert isinstance(made, Completing)
    return made, sent


def test_these_providers_complete_and_the_others_say_nothing() -> None:
    assert ABLE == ["dataforseo", "sample", "searchapi", "searxng", "serpapi"]


@pytest.mark.parametrize("name", OVER_HTTP)
def test_suggestions_come_in_order_clean_and_once(name: str) -> None:
    made, sent = provider(
        name, shape(name, ["acme <b>jobs</b>", "acme", None, 4, "acme", "x" * 999])
    )
    assert made.suggest(QUERY).phrases == ("acme jobs", "acme", "x" * 200)
    assert len(sent) == 1


@pytest.mark.parametrize("name", OVER_HTTP)
def test_no_suggestion_is_an_answer(name: str) -> None:
    made, _ = provider(name, shape(name, []))
    assert made.suggest(QUERY).phrases == ()


@pytest.mark.parametrize("name", OVER_HTTP)
@pytest.mark.parametrize(
    "body",
    [{}, [], 7, "x", None, {"suggestions": 3}, ["q", {"a": 1}], b"", b"[", b"<html>", b"\xff"],
)
def test_anything_else_is_refused_and_never_crashes(name: str, body: Any) -> None:
    made, _ = provider(name, body)
    if name == "searxng" and body == []:
        assert made.suggest(QUERY).phrases == ()
        return
    with pytest.raises(ProviderError) as caught:
        made.suggest(QUERY)
    assert caught.value.calls == 1


@pytest.mark.parametrize("name", OVER_HTTP)
def test_a_refusal_has_its_kind_and_hides_the_key(name: str) -> None:
    made, _ = provider(name, {"error": "Invalid key login:secret"}, status=401)
    with pytest.raises(ProviderError) as caught:
        made.suggest(QUERY)
    assert caught.value.kind is ErrorKind.BAD_KEY
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ABLE)
def test_an_engine_that_is_not_offered_is_refused_unasked(name: str) -> None:
    made, sent = provider(name, {})
    with pytest.raises(ProviderError) as caught:
        made.suggest(Query("acme", engine="altavista"))
    assert caught.value.kind is ErrorKind.UNSUPPORTED
    assert sent == []


@pytest.mark.parametrize("name", ["serpapi", "searchapi"])
def test_words_for_nothing_found_are_no_error(name: str) -> None:
    words = {"error": "Google hasn't returned any results for this query."}
    assert provider(name, words)[0].suggest(QUERY).phrases == ()


def test_keys_stay_out_of_addresses_where_the_provider_lets_us() -> None:
    for name in ("searchapi", "dataforseo"):
        made, sent = provider(name, shape(name, ["a"]))
        made.suggest(QUERY)
        assert "secret" not in sent[0].url
        assert not any("secret" in value for value in sent[0].params.values())


def test_market_and_phrase_reach_the_provider() -> None:
    made, sent = provider("serpapi", shape("serpapi", ["a"]))
    made.suggest(QUERY)
    asked = sent[0].params
    assert (asked["engine"], asked["q"], asked["gl"]) == ("google_autocomplete", "acme", "no")
    made, sent = provider("dataforseo", shape("dataforseo", ["a"]))
    assert made.suggest(QUERY).cost is not None
    (task,) = sent[0].json  # type: ignore[misc]
    assert (task["keyword"], task["location_code"]) == ("acme", 2578)
    assert "depth" not in task


@pytest.mark.parametrize(
    ("name", "path", "first"),
    [
        ("dataforseo", "dataforseo/docs_google_autocomplete_live_advanced.json", "albert einstein"),
        ("searxng", "searxng/autocomplete.json", "attention is all you need"),
    ],
)
def test_recorded_answers_are_read(shared_data: Path, name: str, path: str, first: str) -> None:
    made, _ = provider(name, (shared_data / "providers" / path).read_bytes())
    found = made.suggest(QUERY).phrases
    assert len(found) == 10
    assert found[0] == first
