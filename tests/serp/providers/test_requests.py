"""What each provider is asked: parameter names, paging, countries and languages."""

from __future__ import annotations

from base64 import b64decode

import pytest

from serp.providers.base import ErrorKind, ProviderError, Request
from tests.serp.providers.answers import KEY, provider, query


def asked(name: str, page: int = 1, **changes: object) -> Request:
    return provider(name, base_url="https://p.example").request(query(name, **changes), page)


def without_key(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.params.items() if name != "api_key"}


@pytest.mark.parametrize(
    ("engine", "page", "expected"),
    [
        ("google", 1, {"q": "acme", "gl": "us", "hl": "en", "device": "desktop"}),
        ("google", 3, {"q": "acme", "gl": "us", "hl": "en", "device": "desktop", "start": "20"}),
        ("bing", 1, {"q": "acme", "mkt": "en-US", "device": "desktop"}),
        ("bing", 2, {"q": "acme", "mkt": "en-US", "device": "desktop", "first": "11"}),
        ("baidu", 1, {"q": "acme", "device": "desktop"}),
        ("baidu", 2, {"q": "acme", "device": "desktop", "pn": "10"}),
        ("yandex", 1, {"text": "acme", "lang": "en", "yandex_domain": "yandex.com", "p": "0"}),
        ("duckduckgo", 1, {"q": "acme", "kl": "us-en"}),
        ("duckduckgo", 2, {"q": "acme", "kl": "us-en", "start": "20"}),
    ],
)
def test_serpapi_speaks_each_engines_language(
    engine: str, page: int, expected: dict[str, str]
) -> None:
    request = asked("serpapi", page, engine=engine)

    assert request.url == "https://p.example/search.json"
    assert request.params["api_key"] == KEY
    assert without_key(request) == {"engine": engine, **expected}


def test_google_is_never_asked_for_more_than_its_ten() -> None:
    for name in ("serpapi", "searchapi", "serper"):
        request = asked(name, depth=100)
        assert "num" not in {**request.params, **(request.json or {})}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("country", "language", "expected"),
    [
        ("gb", "en", {"gl": "uk", "hl": "en"}),
        ("tw", "zh", {"gl": "tw", "hl": "zh-tw"}),
        ("cn", "zh", {"gl": "cn", "hl": "zh-cn"}),
        ("no", "no", {"gl": "no", "hl": "no"}),
    ],
)
def test_google_codes(country: str, language: str, expected: dict[str, str]) -> None:
    for name in ("serpapi", "searchapi"):
        request = asked(name, country=country, language=language)
        assert {k: request.params[k] for k in ("gl", "hl")} == expected


@pytest.mark.parametrize(
    ("country", "language", "region"),
    [("gb", "en", "uk-en"), ("no", "no", "no-no"), ("jp", "ja", "jp-jp"), ("lv", "lv", "lv-lv")],
)
def test_duckduckgo_regions(country: str, language: str, region: str) -> None:
    request = asked("serpapi", engine="duckduckgo", country=country, language=language)

    assert request.params["kl"] == region


def test_yandex_in_russia_is_asked_by_region() -> None:
    request = asked("serpapi", engine="yandex", country="ru", language="ru")

    assert request.params["yandex_domain"] == "yandex.ru"
    assert request.params["lr"] == "225"


def test_searchapi_sends_the_key_in_a_header_and_counts_pages() -> None:
    request = asked("searchapi", 2)

    assert request.headers == {"Authorization": f"Bearer {KEY}"}
    assert request.params["page"] == "2"
    assert KEY not in request.params.values()


def test_searchapi_names_the_market_of_bing() -> None:
    request = asked("searchapi", engine="bing", country="no", language="no")

    assert request.params["market_code"] == "nb-NO"


def test_serper_counts_pages_in_the_body() -> None:
    request = asked("serper", 3, location="Oslo, Norway")

    assert request.method == "POST"
    assert request.headers == {"X-API-KEY": KEY}
    assert request.json == {
        "q": "acme",
        "gl": "us",
        "hl": "en",
        "page": 3,
        "location": "Oslo, Norway",
    }


def task(**changes: object) -> dict[str, object]:
    request = asked("dataforseo", **changes)
    assert isinstance(request.json, list)
    return dict(request.json[0])


def test_dataforseo_signs_in_with_login_and_password() -> None:
    request = asked("dataforseo")

    word, _, pair = request.headers["Authorization"].partition(" ")
    assert (word, b64decode(pair).decode()) == ("Basic", KEY)
    assert request.url == "https://p.example/v3/serp/google/organic/live/advanced"


@pytest.mark.parametrize(
    ("country", "code"), [("us", 2840), ("cn", 2156), ("no", 2578), ("lv", 2428), ("gb", 2826)]
)
def test_dataforseo_finds_the_country_by_its_number(country: str, code: int) -> None:
    assert task(country=country)["location_code"] == code


def test_dataforseo_takes_a_place_by_name() -> None:
    given = task(location="London,England,United Kingdom")

    assert given["location_name"] == "London,England,United Kingdom"
    assert "location_code" not in given


def test_dataforseo_refuses_a_country_that_is_none() -> None:
    with pytest.raises(ProviderError) as caught:
        asked("dataforseo", country="xx")

    assert caught.value.kind is ErrorKind.BAD_REQUEST


@pytest.mark.parametrize(("depth", "paid"), [(1, 10), (10, 10), (11, 20), (95, 100), (5000, 700)])
def test_dataforseo_is_asked_for_whole_pages(depth: int, paid: int) -> None:
    assert task(depth=depth)["depth"] == paid


def test_dataforseo_phrase_survives_their_decoding() -> None:
    assert task(phrase="100% c++")["keyword"] == "100%25 c%2B%2B"


def test_dataforseo_asks_baidu_in_china() -> None:
    given = task(engine="baidu", country="us")

    assert (given["location_code"], given["language_code"]) == (2156, "zh_CN")


@pytest.mark.parametrize(
    ("country", "language", "expected"),
    [
        ("us", "en", ("US", "en")),
        ("no", "no", ("NO", "nb")),
        ("lv", "lv", ("ALL", "lv")),
        ("tw", "zh", ("TW", "zh-hant")),
        ("br", "pt", ("BR", "pt-br")),
        ("ie", "ga", ("ALL", None)),
    ],
)
def test_brave_gets_only_codes_that_it_knows(
    country: str, language: str, expected: tuple[str, str | None]
) -> None:
    params = asked("brave", country=country, language=language).params

    assert (params["country"], params.get("search_lang")) == expected


def test_brave_counts_pages_from_zero() -> None:
    request = asked("brave", 2)

    assert (request.params["offset"], request.params["count"]) == ("1", "20")
    assert request.headers["X-Subscription-Token"] == KEY


def test_searxng_asks_exactly_one_engine() -> None:
    request = asked("searxng", 2, engine="bing", country="de", language="de")

    assert request.params == {
        "q": "acme",
        "format": "json",
        "engines": "bing",
        "language": "de-DE",
        "pageno": "2",
    }


def test_searxng_engine_may_have_another_name_on_the_instance() -> None:
    options = {"engine_names": {"google": "google cse"}}
    request = provider("searxng", base_url="https://s.example", options=options).request(
        query("searxng"), 1
    )

    assert request.params["engines"] == "google cse"


def test_searxng_without_an_address_says_so() -> None:
    with pytest.raises(ProviderError) as caught:
        provider("searxng").request(query("searxng"), 1)

    assert caught.value.kind is ErrorKind.ADDRESS
    assert "base URL" in str(caught.value)


@pytest.mark.parametrize("name", ["serper", "brave", "searxng"])
def test_desktop_page_is_not_passed_off_as_mobile(name: str) -> None:
    with pytest.raises(ProviderError) as caught:
        provider(name, base_url="https://p.example").fetch(query(name, device="mobile"))

    assert caught.value.kind is ErrorKind.UNSUPPORTED
