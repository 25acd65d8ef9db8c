"""Four adapters against the local provider: whole readings and its faults, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from serp.providers.base import ErrorKind, Provider, ProviderError, Serp
from serp.providers.http import BoundedFetch
from tests.local_provider import LocalProvider
from tests.serp.providers.answers import KEY, provider, query

Start = Callable[..., LocalProvider]
PATHS = {"serpapi": "", "searchapi": "/searchapi", "serper": "/serper", "dataforseo": ""}
every_shape = pytest.mark.parametrize("name", PATHS)


def asked(name: str, stub: LocalProvider, deadline: float = 5) -> Provider:
    bounded = BoundedFetch(deadline=deadline, allowed_hosts=[urlsplit(stub.url).netloc])
    return provider(name, bounded, base_url=stub.url + PATHS[name])


def reading(name: str, stub: LocalProvider, phrase: str = "acme", depth: int = 10) -> Serp:
    return asked(name, stub).fetch(query(name, phrase=phrase, depth=depth))


@every_shape
def test_whole_page_is_read(serp_stub: Start, name: str) -> None:
    serp = reading(name, serp_stub())

    assert [item.position for item in serp.items] == list(range(1, 11))
    assert all(item.title and item.snippet for item in serp.items)
    assert serp.shortfall is None


@every_shape
def test_deep_reading_goes_on_where_the_page_before_ended(serp_stub: Start, name: str) -> None:
    stub = serp_stub()

    deep = reading(name, stub, depth=30)

    assert deep.depth == 30
    assert len({item.url for item in deep.items}) == 30
    assert deep.items[:10] == reading(name, stub).items
    assert deep.calls == (1 if name == "dataforseo" else 3)


@every_shape
def test_engine_with_less_gives_what_it_has(serp_stub: Start, name: str) -> None:
    serp = reading(name, serp_stub(results=13), depth=30)

    assert serp.depth == 13


@every_shape
def test_nothing_found_is_an_empty_reading(serp_stub: Start, name: str) -> None:
    serp = reading(name, serp_stub(empty_rate=1))

    assert (serp.items, serp.depth, serp.shortfall) == ((), 0, None)


@every_shape
@pytest.mark.parametrize(
    ("code", "kind"),
    [(401, ErrorKind.BAD_KEY), (429, ErrorKind.RATE_LIMITED), (503, ErrorKind.SERVER)],
)
def test_status_gives_the_kind(serp_stub: Start, name: str, code: int, kind: ErrorKind) -> None:
    stub = serp_stub(error_rate=1, error_codes=code, retry_after=3)

    with pytest.raises(ProviderError) as caught:
        reading(name, stub)

    assert caught.value.kind is kind
    assert caught.value.retry_after == (None if code == 401 else 3.0)


@every_shape
def test_no_malformed_answer_is_taken_for_results(serp_stub: Start, name: str) -> None:
    stub = serp_stub(malformed_rate=1)

    for number in range(30):
        with pytest.raises(ProviderError) as caught:
            reading(name, stub, phrase=f"acme {number}")
        assert caught.value.kind in (ErrorKind.MALFORMED, ErrorKind.CAPTCHA)


@every_shape
def test_reset_and_silence_are_errors(serp_stub: Start, name: str) -> None:
    with pytest.raises(ProviderError) as cut:
        reading(name, serp_stub(reset_rate=1))
    with pytest.raises(ProviderError) as silent:
        asked(name, serp_stub(timeout_rate=1), deadline=0.4).fetch(query(name))

    assert cut.value.kind is ErrorKind.CONNECTION
    assert silent.value.kind is ErrorKind.TIMEOUT


@pytest.mark.parametrize("name", ["serpapi", "searchapi", "serper"])
def test_key_reaches_the_provider(serp_stub: Start, name: str) -> None:
    assert reading(name, serp_stub(require_key=KEY)).items
