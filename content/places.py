"""What kind of place a page is, read off its address alone: a hint for planning, never a fact shown as such."""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from content.placing.scopes import Scopes
from content.placing.shipped import entries

PLACES_FILE = Path(__file__).parent / "data" / "places.json"


class Place(StrEnum):
    """Kinds of places that matter for the choice of what to publish."""

    VIDEO = "video"
    ENCYCLOPAEDIA = "encyclopaedia"
    PROFILE = "profile"
    QUESTION = "question"
    FORUM = "forum"
    REVIEW = "review"
    NEWS = "news"
    OTHER = "other"


PLACE_OF_KIND = {
    "video": Place.VIDEO,
    "encyclopaedia": Place.ENCYCLOPAEDIA,
    "social": Place.PROFILE,
    "register": Place.PROFILE,
    "profile": Place.PROFILE,
    "question": Place.QUESTION,
    "forum": Place.FORUM,
    "review": Place.REVIEW,
    "employer": Place.REVIEW,
    "media": Place.NEWS,
}
"""By kind of placement; the others say nothing about what a page there is."""


@cache
def catalogued() -> Scopes[Place]:
    """The shipped catalogue's hosts, and further ones where nothing is published for a brand."""
    rows = [
        (entry.domain, PLACE_OF_KIND[entry.kind])
        for entry in entries()
        if entry.kind in PLACE_OF_KIND
    ]
    rows += [(host, place) for place, (hosts, _) in hints().items() for host in hosts]
    return Scopes(rows)


@cache
def hints() -> dict[Place, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Further domains, and words in an address, by place, as the data file lists them."""
    rows = json.loads(PLACES_FILE.read_text(encoding="utf-8"))
    return {Place(name): (tuple(row["domains"]), tuple(row["words"])) for name, row in rows.items()}


@lru_cache(maxsize=20_000)
def place_of(url: str, domain: str) -> Place:
    """The kind of place by its host or registrable `domain`, or else by a telling word in the address."""
    found = catalogued().of(url) or catalogued().of(domain)
    if found:
        return found[0]
    address = url.lower()
    return next(
        (place for place, (_, words) in hints().items() if any(w in address for w in words)),
        Place.OTHER,
    )
