"""What every JSON provider promises, on answers of our own making."""

from __future__ import annotations

from decimal import Decimal

import pytest

from serp.providers import registry
from serp.providers.base import (
    Access,
    Answer,
    ErrorKind,
    ProviderError,
    Request,
    ResultKind,
)
from serp.providers.reading import MAX_BODY
from tests.serp.providers.answers import (
    GOOD,
    JSON_PROVIDERS,
    KEY,
    NOTHING_FOUND,
    ROWS,
    SILENT,
    answer,
    provider,
    query,
    rows_of,
    with_rows,
)

every_json_provider = pytest.mark.parametrize("name", JSON_PROVIDERS)


def refusal(name: str, given: Answer) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        provider(name).parse(given, query(name))
    return caught.value


@every_json_provider
def test_organic_results_keep_the_engines_order(name: str) -> None:
    page = provider(name).parse(answer(GOOD[name]), query(name))

    assert [item.url for item in page.items] == [url for url, _, _ in ROWS]
    assert [item.position for item in page.items] == [1, 2, 3]


@every_json_provider
def test_texts_arrive_without_markup(name: str) -> None:
    page = provider(name).parse(answer(GOOD[name]), query(name))

    assert page.items[1].title == "Acme recalls anvils"
    assert page.items[1].snippet == "Rope & anvil recalled."


@every_json_provider
def test_result_without_title_keeps_its_place(name: str) -> None:
    page = provider(name).parse(answer(GOOD[name]), query(name))

    assert (page.items[2].position, page.items[2].title, page.items[2].snippet) == (3, "", "")


@every_json_provider
def test_features_are_kept(name: str) -> None:
    page = provider(name).parse(answer(GOOD[name]), query(name))

    assert page.features
    assert all(f.links or f.text or f.title for f in page.features)


@every_json_provider
def test_nothing_found_is_empty_only_when_said(name: str) -> None:
    page = provider(name).parse(answer(NOTHING_FOUND[name]), query(name))

    assert page.items == ()
    assert not page.has_more


@every_json_provider
def test_answer_without_results_and_without_a_word_is_refused(name: str) -> None:
    assert refusal(name, answer(SILENT[name])).kind is ErrorKind.MALFORMED


@every_json_provider
def test_rows_without_a_web_address_are_not_an_empty_page(name: str) -> None:
    kept = [row for row in rows_of(name) if row.get("type") not in (None, "organic")]
    bare = [
        {**row, "link": "javascript:alert(1)", "url": "javascript:alert(1)"}
        for row in rows_of(name)
        if row not in kept
    ]

    assert refusal(name, answer(with_rows(name, bare + kept))).kind is ErrorKind.MALFORMED


@every_json_provider
@pytest.mark.parametrize("rows", [{"0": {"title": "x"}}, "none", 7, [1, 2], [None], [["x"]]])
def test_organic_rows_of_another_type_are_refused(name: str, rows: object) -> None:
    assert refusal(name, answer(with_rows(name, rows))).kind is ErrorKind.MALFORMED


@every_json_provider
def test_row_with_wrong_types_keeps_its_place(name: str) -> None:
    rows = rows_of(name)
    spoilt = next(row for row in rows if row.get("title", "").startswith("Acme <b>"))
    spoilt.update(title=["a", "list"], snippet={"an": "object"}, description=4, content=None)

    page = provider(name).parse(answer(with_rows(name, rows)), query(name))

    assert [item.url for item in page.items] == [url for url, _, _ in ROWS]
    assert page.items[1].title == ""


@every_json_provider
def test_address_shown_twice_keeps_both_places(name: str) -> None:
    rows = rows_of(name)
    twin = next(row for row in rows if row.get("title", "").startswith("Acme <b>"))
    again = {**twin, "positions": [4]} if name == "searxng" else twin

    page = provider(name).parse(answer(with_rows(name, [*rows, again])), query(name))

    assert [item.url for item in page.items] == [*(url for url, _, _ in ROWS), ROWS[1][0]]
    assert [item.position for item in page.items] == [1, 2, 3, 4]


@every_json_provider
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (204, ErrorKind.MALFORMED),
        (302, ErrorKind.MALFORMED),
        (400, ErrorKind.BAD_REQUEST),
        (401, ErrorKind.BAD_KEY),
        (402, ErrorKind.PAYMENT),
        (403, ErrorKind.FORBIDDEN),
        (404, ErrorKind.BAD_REQUEST),
        (408, ErrorKind.TIMEOUT),
        (429, ErrorKind.RATE_LIMITED),
        (500, ErrorKind.SERVER),
        (503, ErrorKind.SERVER),
    ],
)
def test_status_decides_the_kind_even_over_a_good_body(
    name: str, status: int, kind: ErrorKind
) -> None:
    assert refusal(name, answer(GOOD[name], status=status)).kind is kind


@every_json_provider
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_handed_on(name: str, status: int) -> None:
    given = answer({"error": "slow down"}, status=status, headers={"retry-after": "17"})

    assert refusal(name, given).retry_after == 17.0


@every_json_provider
@pytest.mark.parametrize(
    "page",
    [
        b"<!doctype html><title>Are you a robot?</title>",
        b"\xef\xbb\xbf\n <html><body>Please wait ...</body></html>",
        b"<?xml version='1.0'?><html>blocked</html>",
        b"Please solve this captcha to go on",
    ],
)
def test_block_page_under_200_is_a_captcha(name: str, page: bytes) -> None:
    assert refusal(name, answer(page)).kind is ErrorKind.CAPTCHA


@every_json_provider
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"[1]",
        b'"text"',
        b"true",
        b"{}",
        b'{"organic_results": [',
        b'{"a": NaN}',
        b'{"a": 1} trailing',
        b'{"a": "\xff\xfe"}',
        b'{"a": "\x00"}',
        b"\x00\x00\x00",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": ' + b"9" * 10_000 + b"}",
        b'{"error": null}',
    ],
)
def test_unreadable_body_is_malformed(name: str, body: bytes) -> None:
    assert refusal(name, answer(body)).kind is ErrorKind.MALFORMED


@every_json_provider
@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_number_that_is_not_json_spoils_the_answer(name: str, number: bytes) -> None:
    body = answer(GOOD[name]).body.replace(b"{", b'{"odd": %b, ' % number, 1)

    assert refusal(name, answer(body)).kind is ErrorKind.MALFORMED


@every_json_provider
def test_body_above_the_cap_is_not_parsed(name: str) -> None:
    body = b'{"a": "' + b"x" * MAX_BODY + b'"}'

    assert refusal(name, answer(body)).kind is ErrorKind.TOO_LARGE


@every_json_provider
def test_hostile_text_is_tamed(name: str) -> None:
    rows = rows_of(name)
    hostile = next(row for row in rows if row.get("title", "").startswith("Acme <b>"))
    nasty = "\x00\ud800\u202eA\r\nB<script>alert(1)</script>&lt;img src=x&gt; " + "x" * 9000
    hostile.update(title=nasty, snippet=nasty, description=nasty, content=nasty)

    page = provider(name).parse(answer(with_rows(name, rows)), query(name))

    title, words = page.items[1].title, page.items[1].snippet
    assert title.startswith("A Balert(1) xxx")
    assert (len(title), len(words)) == (500, 2000)
    assert words.encode("utf-8")
    assert "<" not in words


@every_json_provider
def test_key_echoed_by_the_provider_is_not_shown(name: str) -> None:
    given = answer({"error": f"Invalid API key {KEY}", "message": KEY}, status=401)

    error = refusal(name, given)

    assert error.kind is ErrorKind.BAD_KEY
    assert "secret-word" not in str(error)
    assert "login-4711" not in str(error)


@every_json_provider
def test_key_is_in_no_repr(name: str) -> None:
    asked = provider(name, base_url="https://provider.example")

    assert "secret-word" not in repr(asked.request(query(name), 1))
    assert "secret-word" not in repr(asked.access)


@every_json_provider
def test_engine_that_it_lacks_is_refused_before_anything_is_sent(name: str) -> None:
    with pytest.raises(ProviderError) as caught:
        provider(name).fetch(query(name, engine="altavista"))

    assert caught.value.kind is ErrorKind.UNSUPPORTED
    assert caught.value.calls == 0


@every_json_provider
def test_request_goes_to_the_accounts_base_url(name: str) -> None:
    asked = provider(name, base_url="https://provider.example/base/")

    assert asked.request(query(name), 1).url.startswith("https://provider.example/base/")


@every_json_provider
def test_pages_are_joined_with_rising_positions(name: str) -> None:
    asked: list[Request] = []

    def fetch(request: Request) -> Answer:
        asked.append(request)
        if len(asked) > 2:
            return answer(NOTHING_FOUND[name])
        rows = rows_of(name)
        for row in rows:
            for field in ("link", "url"):
                if row.get(field):
                    row[field] += f"?page={len(asked)}"
        return answer(with_rows(name, rows))

    serp = provider(name, fetch, base_url="https://provider.example").fetch(query(name, depth=40))

    pages = 1 if name == "dataforseo" else 2
    assert [item.position for item in serp.items] == list(range(1, 3 * pages + 1))
    assert len({item.url for item in serp.items}) == 3 * pages
    assert serp.depth == 3 * pages
    assert serp.shortfall is None
    assert serp.calls == len(asked)


@pytest.mark.parametrize("name", sorted(set(JSON_PROVIDERS) - {"dataforseo"}))
def test_provider_that_repeats_a_page_is_found_out(name: str) -> None:
    serp = provider(name, lambda _: answer(GOOD[name]), base_url="https://p.example").fetch(
        query(name, depth=40)
    )

    assert len(serp.items) == 3
    assert serp.shortfall is not None
    assert serp.shortfall.kind is ErrorKind.MALFORMED


@pytest.mark.parametrize("name", sorted(set(JSON_PROVIDERS) - {"dataforseo"}))
def test_failing_second_page_leaves_the_first(name: str) -> None:
    answers = iter([answer(GOOD[name]), answer({"error": "later"}, status=503)])

    serp = provider(name, lambda _: next(answers), base_url="https://p.example").fetch(
        query(name, depth=40)
    )

    assert len(serp.items) == 3
    assert serp.shortfall is not None
    assert (serp.shortfall.kind, serp.calls) == (ErrorKind.SERVER, 2)


@pytest.mark.parametrize("name", sorted(registry.PROVIDERS))
def test_listed_provider_says_what_people_need(name: str) -> None:
    listed = registry.PROVIDERS[name]

    assert listed.name == name
    assert listed.title
    assert listed.engines
    assert isinstance(listed.price, Decimal)
    assert listed.key_help or not listed.needs_key
    assert (name, listed.title) in registry.provider_choices()
    assert listed.engines <= {engine for engine, _ in registry.engine_choices()}


def test_unknown_provider_is_refused() -> None:
    with pytest.raises(ProviderError) as caught:
        registry.make("altavista", Access(), lambda _: answer({}))

    assert caught.value.kind is ErrorKind.UNSUPPORTED


def test_every_feature_of_the_google_shape_is_read() -> None:
    page = provider("serpapi").parse(answer(GOOD["serpapi"]), query("serpapi"))

    by_kind = {feature.kind: feature for feature in page.features}
    assert set(by_kind) == set(ResultKind) - {ResultKind.ORGANIC}
    overview = by_kind[ResultKind.AI_OVERVIEW]
    assert overview.text == "Acme makes anvils. Weight: Heavy."
    assert [link.url for link in overview.links] == ["https://wiki.example/acme"]
    asked = by_kind[ResultKind.PEOPLE_ALSO_ASK].links[0]
    assert (asked.title, asked.text, asked.url) == (
        "Is Acme safe?",
        "Mostly.",
        "https://safe.example/acme",
    )
