"""Where pages stand now: a page's keywords and positions in the latest readings of a brand, and how far it is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from reputation.models import Mark
from reputation.severity import Severity, severity_of
from serp.curves import curve_of
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


@dataclass(frozen=True, slots=True)
class Seen:
    """What page one of the brand's watched keywords shows now.

    `pages` holds, by page id, the page's share of the estimated clicks on page one over all these
    keywords (0 to 1); `hosts` on how many of the `keywords` a host stands there.
    """

    pages: dict[int, float]
    hosts: dict[str, int]
    keywords: int


def seen_now(brand: Brand) -> Seen:
    """Page one by the latest reading of each keyword."""
    latest = brand.keywords.filter(latest__isnull=False).values("latest")
    rows = list(Snapshot.objects.filter(pk__in=latest).values_list("results", flat=True))
    wanted = {x for results in rows for x in results[:PAGE_ONE] if x is not None}
    listings = {
        pk: (page, host)
        for pk, page, host in Listing.objects.filter(pk__in=wanted).values_list(
            "pk", "page_id", "page__host"
        )
    }
    curve = curve_of(brand)
    whole = len(rows) * sum(curve.share(position) for position in range(1, PAGE_ONE + 1))
    pages: dict[int, float] = {}
    hosts: Counter[str] = Counter()
    for results in rows:
        found = [listings.get(x) if x is not None else None for x in results[:PAGE_ONE]]
        hosts.update({place[1] for place in found if place})
        for position, place in enumerate(found, start=1):
            if place:
                pages[place[0]] = pages.get(place[0], 0.0) + curve.share(position) / whole
    return Seen(pages, dict(hosts), len(rows))


def readings_with(brand: Brand, pages: Collection[int]) -> list[Reading]:
    """The latest readings of the keywords for which one of these pages was ever seen."""
    keywords = brand.keywords.filter(sightings__page__in=pages, latest__isnull=False)
    return readings_of(Snapshot.objects.filter(pk__in=keywords.values("latest")).defer("features"))


def severity_now(mark: Mark, rows: Sequence[Standing], seen: Seen) -> Severity:
    """How grave a negative is where it stands now; `rows` are its standings, best first."""
    return severity_of(
        mark.category,
        position=rows[0].position if rows else None,
        host_keywords=seen.hosts.get(mark.page.host, 0),
        keywords=seen.keywords,
    )
