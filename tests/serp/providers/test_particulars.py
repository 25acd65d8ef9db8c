"""The traps of single providers."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from serp.providers.base import ErrorKind, ProviderError, ResultKind
from tests.serp.providers.answers import (
    BRAVE,
    DATAFORSEO,
    GOOGLE_STYLE,
    KEY,
    SEARXNG,
    answer,
    provider,
    query,
)


def refusal(name: str, data: object, **given: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        provider(name).parse(answer(data, **given), query(name))
    return caught.value


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Your account credit is used up", ErrorKind.PAYMENT),
        ("Invalid API key. Look at your account.", ErrorKind.BAD_KEY),
        ("You are exceeding your hourly throughput limit.", ErrorKind.RATE_LIMITED),
        ("Unsupported `gl` value.", ErrorKind.BAD_REQUEST),
        ("The engine showed a captcha.", ErrorKind.CAPTCHA),
        ("Something broke, try again.", ErrorKind.SERVER),
    ],
)
@pytest.mark.parametrize("name", ["serpapi", "searchapi", "serper", "brave"])
def test_error_under_200_is_sorted_by_its_words(name: str, words: str, kind: ErrorKind) -> None:
    assert refusal(name, {"error": words}).kind is kind


def test_error_under_200_beside_results_refuses_them() -> None:
    data = {**GOOGLE_STYLE, "error": "We could not read the whole page."}

    assert refusal("serpapi", data).kind is ErrorKind.SERVER


def test_used_up_searches_under_429_are_no_rate_limit() -> None:
    error = refusal("serpapi", {"error": "Your account has run out of searches."}, status=429)

    assert error.kind is ErrorKind.PAYMENT


def test_wrong_token_under_422_is_a_bad_key() -> None:
    data = {"error": {"code": "SUBSCRIPTION_TOKEN_INVALID", "detail": "The token is invalid"}}

    assert refusal("brave", data, status=422).kind is ErrorKind.BAD_KEY


def test_unfinished_search_is_not_an_empty_page() -> None:
    data = {"search_metadata": {"status": "Processing"}}

    assert refusal("serpapi", data).kind is ErrorKind.SERVER


def test_empty_page_keeps_its_features() -> None:
    data = {
        "error": "The engine hasn't returned any results for this query.",
        "related_searches": [{"query": "acme anvil"}],
    }

    page = provider("serpapi").parse(answer(data), query("serpapi"))

    assert page.items == ()
    assert [feature.kind for feature in page.features] == [ResultKind.RELATED_SEARCHES]


def test_overview_that_is_only_a_token_is_kept_without_text() -> None:
    data = {**GOOGLE_STYLE, "ai_overview": {"page_token": "abc"}}

    page = provider("serpapi").parse(answer(data), query("serpapi"))

    overview = page.features[0]
    assert (overview.kind, overview.text, overview.links) == (ResultKind.AI_OVERVIEW, "", ())


def test_overview_that_could_not_be_had_is_no_feature() -> None:
    data = {**GOOGLE_STYLE, "ai_overview": {"error": "No overview for this search."}}

    page = provider("serpapi").parse(answer(data), query("serpapi"))

    assert ResultKind.AI_OVERVIEW not in {feature.kind for feature in page.features}


def test_question_answered_by_an_overview_keeps_the_answer() -> None:
    asked = {
        "question": "Is Acme safe?",
        "text_blocks": [{"snippet": "It is."}],
        "references": [{"title": "Proof", "link": "https://proof.example/"}],
    }

    page = provider("serpapi").parse(
        answer({**GOOGLE_STYLE, "related_questions": [asked]}), query("serpapi")
    )

    found = next(f for f in page.features if f.kind is ResultKind.PEOPLE_ALSO_ASK)
    assert found.links[0].text == "It is."
    assert found.links[0].url == "https://proof.example/"


def test_last_page_is_known_by_its_paging() -> None:
    def more(paging: object) -> bool:
        data = {**GOOGLE_STYLE, "pagination": paging}
        return provider("serpapi").parse(answer(data), query("serpapi")).has_more

    assert more({"current": 1, "next": "https://p.example/2"})
    assert not more({"current": 3, "other_pages": {"2": "https://p.example/2"}})
    assert more(None)


def task(**changes: Any) -> dict[str, Any]:
    data = copy.deepcopy(DATAFORSEO)
    data["tasks"][0].update(changes)
    return data


def result(**changes: Any) -> dict[str, Any]:
    data = copy.deepcopy(DATAFORSEO)
    data["tasks"][0]["result"][0].update(changes)
    return data


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (40000, ErrorKind.BAD_REQUEST),
        (40100, ErrorKind.BAD_KEY),
        (40101, ErrorKind.ENGINE),
        (40103, ErrorKind.ENGINE),
        (40200, ErrorKind.PAYMENT),
        (40202, ErrorKind.RATE_LIMITED),
        (40210, ErrorKind.PAYMENT),
        (40400, ErrorKind.BAD_REQUEST),
        (40501, ErrorKind.BAD_REQUEST),
        (50000, ErrorKind.SERVER),
        (50401, ErrorKind.TIMEOUT),
        (20100, ErrorKind.MALFORMED),
        ("40501", ErrorKind.MALFORMED),
        (None, ErrorKind.MALFORMED),
    ],
)
def test_task_that_failed_under_a_good_envelope_is_refused(code: object, kind: ErrorKind) -> None:
    error = refusal("dataforseo", task(status_code=code, result=None))

    assert error.kind is kind
    assert error.cost == Decimal("0.002")


def test_envelope_code_counts_too() -> None:
    data = {"status_code": 40100, "status_message": "You are not authorized.", "tasks": None}

    assert refusal("dataforseo", data).kind is ErrorKind.BAD_KEY


def test_dataforseo_names_its_cost() -> None:
    page = provider("dataforseo").parse(answer(DATAFORSEO), query("dataforseo"))

    assert page.cost == Decimal("0.002")


def test_right_column_is_not_organic() -> None:
    page = provider("dataforseo").parse(answer(DATAFORSEO), query("dataforseo"))

    assert "https://right.example/" not in [item.url for item in page.items]


def test_page_with_features_only_is_empty_when_the_types_say_so() -> None:
    rows = [{"type": "paid", "position": "left", "title": "Ad", "url": "https://ad.example/"}]

    page = provider("dataforseo").parse(
        answer(result(items=rows, items_count=1, item_types=["paid"])), query("dataforseo")
    )

    assert page.items == ()
    assert [feature.kind for feature in page.features] == [ResultKind.ADS]


def test_page_whose_organic_rows_got_lost_is_refused() -> None:
    rows = [{"type": "paid", "position": "left", "title": "Ad", "url": "https://ad.example/"}]
    data = result(items=rows, items_count=1, item_types=["paid", "organic"])

    assert refusal("dataforseo", data).kind is ErrorKind.MALFORMED


def test_saved_answer_with_many_tasks_is_read_by_its_phrase() -> None:
    other = {"status_code": 40000, "status_message": "One at a time.", "data": {"keyword": "b"}}
    data = {**DATAFORSEO, "tasks": [other, *DATAFORSEO["tasks"]]}

    assert provider("dataforseo").parse(answer(data), query("dataforseo")).items
    with pytest.raises(ProviderError):
        provider("dataforseo").parse(answer(data), query("dataforseo", phrase="b"))


def test_late_overview_is_kept_without_text() -> None:
    data = copy.deepcopy(DATAFORSEO)
    late = {"type": "ai_overview", "asynchronous_ai_overview": True, "items": None}
    data["tasks"][0]["result"][0]["items"].append(late)

    page = provider("dataforseo").parse(answer(data), query("dataforseo"))

    assert page.features[-1].kind is ResultKind.AI_OVERVIEW
    assert page.features[-1].text == ""


def test_places_and_ads_become_one_feature_each() -> None:
    data = copy.deepcopy(DATAFORSEO)
    data["tasks"][0]["result"][0]["items"] += [
        {"type": "local_pack", "title": "Shop one", "url": None, "position": "left"},
        {"type": "local_pack", "title": "Shop two", "url": None, "position": "left"},
        {"type": "paid", "title": "Ad", "url": "https://ad.example/", "position": "left"},
    ]

    page = provider("dataforseo").parse(answer(data), query("dataforseo"))

    counts = {feature.kind: len(feature.links) for feature in page.features}
    assert counts[ResultKind.LOCAL] == 2
    assert counts[ResultKind.ADS] == 1


def test_brave_without_web_results_needs_its_own_word_for_it() -> None:
    videos = {"main": [{"type": "videos", "all": True}]}
    without = {name: value for name, value in BRAVE.items() if name != "web"}

    page = provider("brave").parse(answer({**without, "mixed": videos}), query("brave"))

    assert page.items == ()
    assert page.features
    assert refusal("brave", without).kind is ErrorKind.MALFORMED


def test_searxng_failing_engine_is_a_failed_check_even_with_results() -> None:
    data = {**SEARXNG, "unresponsive_engines": [["google", "timeout"]]}

    error = refusal("searxng", data)

    assert error.kind is ErrorKind.ENGINE
    assert "google: timeout" in str(error)


@pytest.mark.parametrize("reason", ["CAPTCHA", "Suspended: CAPTCHA"])
def test_searxng_engine_behind_a_captcha_is_named_so(reason: str) -> None:
    data = {"results": [], "unresponsive_engines": [["google", reason]]}

    assert refusal("searxng", data).kind is ErrorKind.CAPTCHA


@pytest.mark.parametrize("engines", [["bing"], ["google", "bing"], [], None])
def test_searxng_results_of_another_engine_are_refused(engines: object) -> None:
    data = copy.deepcopy(SEARXNG)
    data["results"][0]["engines"] = engines

    error = refusal("searxng", data)

    assert error.kind is ErrorKind.ENGINE
    assert "settings.yml" in str(error)


@pytest.mark.parametrize("positions", [None, [], [0], ["1"], [True], [-2]])
def test_searxng_result_without_its_position_is_refused(positions: object) -> None:
    data = copy.deepcopy(SEARXNG)
    data["results"][0]["positions"] = positions

    assert refusal("searxng", data).kind is ErrorKind.MALFORMED


def test_searxng_nothing_found_counts_only_if_the_engine_was_asked() -> None:
    data = {"results": [], "unresponsive_engines": []}

    asked_none = refusal("searxng", data, headers={"server-timing": "total;dur=6.8, render;dur=0"})
    asked_other = refusal("searxng", data, headers={"server-timing": "total_0_google news;dur=6"})

    assert asked_none.kind is asked_other.kind is ErrorKind.ENGINE
    assert provider("searxng").parse(answer(data), query("searxng")).items == ()


def test_searxng_says_how_json_is_switched_on() -> None:
    error = refusal("searxng", b"<!doctype html><title>403 Forbidden</title>", status=403)

    assert error.kind is ErrorKind.FORBIDDEN
    assert "search.formats" in str(error)


def test_searxng_says_how_the_limiter_lets_us_pass() -> None:
    error = refusal("searxng", b"Too Many Requests", status=429, headers={"retry-after": "9"})

    assert (error.kind, error.retry_after) == (ErrorKind.RATE_LIMITED, 9.0)
    assert "limiter.toml" in str(error)


def test_searxng_own_web_page_is_a_setting_and_no_captcha() -> None:
    page = b'<!DOCTYPE html><meta name="generator" content="searxng/1.0"><title>x</title>'

    assert refusal("searxng", page).kind is ErrorKind.BAD_REQUEST


def test_login_without_password_is_hidden_as_well() -> None:
    login = KEY.partition(":")[0]
    error = refusal("dataforseo", {"status_code": 40100, "status_message": f"who is {login}?"})

    assert login not in str(error)
