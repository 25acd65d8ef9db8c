"""Answers spoilt at random: a page or a ProviderError comes out, and nothing else."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serp.providers.base import ProviderError, SerpPage
from tests.serp.providers.answers import GOOD, JSON_PROVIDERS, answer, provider, query

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from(["https://acme.example/", "javascript:x", "left", "organic", "<b>", "\ud800"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["title", "link", "url", "items", "type"]), inner)
    ),
    max_leaves=8,
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside a JSON value."""
    found = [way] if way else []
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for step, inner in pairs:
        found += places(inner, (*way, step))
    return found


def spoil(data: Any, way: tuple[Any, ...], value: Any) -> None:
    """Put a value at a place, if an earlier change has left the place."""
    for step in way[:-1]:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(data, dict) or (isinstance(data, list) and way[-1] in range(len(data))):
        data[way[-1]] = value


def outcome(name: str, body: bytes) -> SerpPage | ProviderError:
    try:
        return provider(name).parse(answer(body), query(name))
    except ProviderError as error:
        return error


def sane(result: SerpPage | ProviderError) -> bool:
    if isinstance(result, ProviderError):
        return bool(str(result))
    numbered = [item.position for item in result.items] == list(range(1, len(result.items) + 1))
    return numbered and all(item.url.lower().startswith("http") for item in result.items)


@pytest.mark.parametrize("name", JSON_PROVIDERS)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_spoilt_values(name: str, data: st.DataObject) -> None:
    spoilt = copy.deepcopy(GOOD[name])
    ways = places(spoilt)
    for _ in range(data.draw(st.integers(1, 4))):
        spoil(spoilt, data.draw(st.sampled_from(ways)), data.draw(VALUES))

    assert sane(outcome(name, json.dumps(spoilt).encode()))


@pytest.mark.parametrize("name", JSON_PROVIDERS)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_spoilt_bytes(name: str, data: st.DataObject) -> None:
    body = bytearray(json.dumps(GOOD[name]).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))

    assert sane(outcome(name, bytes(body)))


@pytest.mark.parametrize("name", JSON_PROVIDERS)
@settings(max_examples=80, deadline=None)
@given(body=st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_bodies_of_any_kind(name: str, body: bytes) -> None:
    assert sane(outcome(name, body))
