"""Stores saved provider answers as snapshots: read by the same adapters as live ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesParser
from pathlib import Path

from django.utils import timezone

from serp.history import readings_of
from serp.importing import DEEPEST
from serp.models import Brand, Keyword, Snapshot
from serp.providers import registry
from serp.providers.asked import Asked, asked_of
from serp.providers.base import (
    Access,
    Answer,
    ErrorKind,
    Item,
    ProviderError,
    Query,
    Request,
    SerpPage,
)
from serp.providers.reading import load
from serp.providers.text import clean
from serp.recording import Reading, record, store_pages


class BadAnswer(Exception):
    """A file that cannot be stored; the message says why and what to give."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says about the saved answers, which counts before what they say themselves."""

    phrase: str = ""
    taken_at: datetime | None = None
    engine: str = ""
    country: str = ""
    language: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one saved answer. `is_new` is False when it was stored before."""

    snapshot: Snapshot
    is_new: bool
    results: int
    features: tuple[str, ...]


def read_saved(path: Path) -> Answer:
    """A saved answer: its body, and the status and headers from a `.head` file beside a `.body` one.

    Raises BadAnswer when the file cannot be read.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise BadAnswer(f"{path} cannot be read: {error.strerror}.") from error
    head = path.with_suffix(".head")
    if path.suffix != ".body" or not head.is_file():
        return Answer(200, {}, body)
    first, _, rest = head.read_bytes().partition(b"\n")
    code = first.split()[1:2]
    headers = {name.lower(): value for name, value in BytesParser().parsebytes(rest).items()}
    return Answer(int(code[0]) if code and code[0].isdigit() else 200, headers, body)


def no_network(request: Request) -> Answer:
    raise ProviderError("A saved answer is read without the network.", kind=ErrorKind.ADDRESS)


def store_answer(
    answer: Answer,
    *,
    provider: str,
    brand: Brand,
    given: Given,
    options: Mapping[str, object] | None = None,
) -> Stored:
    """Store one saved answer as a snapshot of its keyword, made (paused) when it is new. Repeatable.

    Raises ProviderError with its kind when the answer is none: an error, a captcha, another form.
    Raises BadAnswer when the engine had no results (nothing is stored then), or when neither the
    answer nor `given` tells the phrase, the engine or the time.
    """
    adapter = registry.make(provider, Access(options=options or {}), no_network)
    first = asked_of(provider, readable(answer), answer)
    engines = adapter.engines
    engine = given.engine or first.engine or (next(iter(engines)) if len(engines) == 1 else "")
    query = Query(
        phrase=given.phrase or first.phrase,
        engine=engine or ("google" if "google" in engines else min(engines)),
        country=given.country or first.country or "us",
        language=given.language or first.language or "en",
        device=given.device or first.device or "desktop",
        depth=100,
    )
    page = adapter.parse(answer, query)
    if not page.items:
        raise BadAnswer("empty: the engine had no results, so there is nothing to store.")
    if not clean(query.phrase, 200):
        raise BadAnswer("The answer does not say what was searched for: give --phrase.")
    taken_at = given.taken_at or first.taken_at
    if taken_at is None:
        raise BadAnswer("The answer does not say when it was taken: give --taken-at.")
    if taken_at > timezone.now():
        raise BadAnswer(
            f"The answer says it was taken in the future, {taken_at:%Y-%m-%d %H:%M} UTC."
        )
    if first.start + len(page.items) > DEEPEST:
        raise BadAnswer(
            f"The answer says it begins after {first.start:,} results: no engine goes there."
        )
    return store_page(page, query=query, asked=first, taken_at=taken_at, brand=brand, provider=provider)  # fmt: skip


def readable(answer: Answer) -> object:
    """The answer's data for finding the question; the adapter says what is wrong if it has none."""
    try:
        return load(answer.body)
    except (ProviderError, ValueError, RecursionError):
        return {}


def store_page(
    page: SerpPage, *, query: Query, asked: Asked, taken_at: datetime, brand: Brand, provider: str
) -> Stored:
    """Record one parsed page. A page that does not begin at the top is a partial reading: the
    positions before it were not read."""
    asked_for = {
        "engine": query.engine,
        "country": query.country,
        "language": query.language,
        "device": query.device if query.device in Keyword.Device.values else Keyword.Device.DESKTOP,
    }
    if unknown := Keyword(**asked_for).unknown_part():
        raise BadAnswer(
            f"No keyword can have the {unknown} “{asked_for[unknown]}”: give --{unknown}."
        )
    keyword, _ = Keyword.objects.get_or_create(
        brand=brand,
        phrase=clean(query.phrase, 200),
        location="",
        defaults={"is_paused": True},
        **asked_for,
    )
    items = tuple(
        Item(asked.start + n, item.url, item.title, item.snippet)
        for n, item in enumerate(page.items, start=1)
    )
    depth = items[-1].position
    written = record(
        [
            Reading(
                keyword=keyword,
                taken_at=taken_at,
                items=items,
                features=page.features,
                depth=depth,
                asked=depth,
                provider=provider,
                source=Snapshot.Source.ANSWER,
                is_partial=asked.start > 0,
            )
        ]
    )
    snapshot = written[0] if written else keyword.snapshots.get(taken_at=taken_at)
    if not written and not is_same(snapshot, items):
        raise BadAnswer(
            f"another reading of “{keyword}” at {taken_at:%Y-%m-%d %H:%M} UTC is stored already: "
            "give this file a --taken-at of its own."
        )
    kinds = tuple(dict.fromkeys(feature.kind.value for feature in page.features))
    return Stored(snapshot, bool(written), len(items), kinds)


def is_same(snapshot: Snapshot, items: tuple[Item, ...]) -> bool:
    """Whether a stored reading holds these results in this order."""
    (reading,) = readings_of([snapshot])
    found = store_pages(item.url for item in items)
    wanted = {item.position: found.get(item.url) for item in items}
    return {n: page for n, page in enumerate(reading.pages, start=1) if n in wanted} == wanted
