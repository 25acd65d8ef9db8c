"""Where pages stand now: the keywords and positions of a page in the latest readings of a brand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from serp.history import Reading, readings_of
from serp.models import Brand, Keyword, Listing, Snapshot
from serp.providers.base import PAGE_ONE


@dataclass(frozen=True, slots=True)
class Standing:
    """A page at a position of one keyword's latest reading, taken at an aware time."""

    keyword: Keyword
    position: int
    taken_at: datetime

    @property
    def is_page_one(self) -> bool:
        return self.position <= PAGE_ONE


def standings(brand: Brand, pages: Collection[int]) -> dict[int, list[Standing]]:
    """By page id, where these pages stand in the latest readings, best position first. Pages that
    stand nowhere are left out."""
    readings = readings_with(brand, pages)
    keywords = brand.keywords.in_bulk([reading.keyword_id for reading in readings])
    found: dict[int, list[Standing]] = {}
    for reading in readings:
        for page in set(pages).intersection(reading.pages):
            standing = Standing(
                keywords[reading.keyword_id], reading.pages.index(page) + 1, reading.taken_at
            )
            found.setdefault(page, []).append(standing)
    for rows in found.values():
        rows.sort(key=lambda row: (row.position, row.keyword.phrase))
    return found


def page_one(brand: Brand) -> set[int]:
    """The pages that stand on page one in the latest reading of some keyword."""
    latest = brand.keywords.filter(latest__isnull=False).values("latest")
    rows = Snapshot.objects.filter(pk__in=latest).values_list("results", flat=True)
    listings = {x for results in rows for x in results[:PAGE_ONE] if x is not None}
    return set(Listing.objects.filter(pk__in=listings).values_list("page_id", flat=True))


def readings_with(brand: Brand, pages: Collection[int]) -> list[Reading]:
    """The latest readings of the keywords for which one of these pages was ever seen."""
    keywords = brand.keywords.filter(sightings__page__in=pages, latest__isnull=False)
    return readings_of(Snapshot.objects.filter(pk__in=keywords.values("latest")).defer("features"))
