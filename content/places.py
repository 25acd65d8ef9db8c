"""What kind of place a page is, read off its address alone: a hint for planning, never a fact shown as such."""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

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


@cache
def hints() -> dict[Place, tuple[frozenset[str], tuple[str, ...]]]:
    """Registrable domains and words in an address by place, as the data file lists them."""
    rows = json.loads(PLACES_FILE.read_text(encoding="utf-8"))
    return {
        Place(name): (frozenset(row["domains"]), tuple(row["words"])) for name, row in rows.items()
    }


@lru_cache(maxsize=20_000)
def place_of(url: str, domain: str) -> Place:
    """The kind of place by its registrable `domain`, or else by a telling word in the address."""
    for place, (domains, _) in hints().items():
        if domain in domains:
            return place
    address = url.lower()
    return next(
        (place for place, (_, words) in hints().items() if any(w in address for w in words)),
        Place.OTHER,
    )
