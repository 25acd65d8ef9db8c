"""How negatives stood in the readings of the last five weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from content.chances.passing import MEMORY, Page
from reputation.models import Mark
from reputation.tone.verdict import Tone
from serp.models import Brand, Listing, Sighting, Snapshot
from serp.providers.base import PAGE_ONE

LENGTH = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Point:
    """Where the page stood in one reading; None: not among the `depth` positions read."""

    at: datetime
    position: int | None
    depth: int

    @property
    def level(self) -> int:
        """The position, or the first one that was not read: it stands there or lower."""
        return self.position if self.position is not None else self.depth + 1

    @property
    def is_page_one(self) -> bool:
        return self.position is not None and self.position <= PAGE_ONE


@dataclass(frozen=True, slots=True)
class Course:
    """One page on one keyword: its readings of five weeks, oldest first, and when it was first seen."""

    points: tuple[Point, ...]
    first_seen_at: datetime | None
    others: int = 0
    """Of the readings of the last four weeks, those with another negative on page one."""

    @property
    def does_story_stay(self) -> bool:
        """Whether another negative stood on page one in at least half of the readings: when this page
        goes, the next one comes."""
        return bool(self.lately) and self.others >= len(self.lately) / 2

    @property
    def lately(self) -> tuple[Point, ...]:
        """The readings of the last four weeks, counted from the newest."""
        if not self.points:
            return ()
        return tuple(p for p in self.points if p.at >= self.points[-1].at - MEMORY)

    @property
    def as_page(self) -> Page:
        """The same as the counting of movements sees it."""
        past = self.lately
        seen = sum(1 for point in past if point.position is not None)
        return Page(
            seen / len(past) if past else 0.0, len(past), past[0].position if past else None
        )


def courses(
    brand: Brand, wanted: Collection[tuple[int, int]], at: datetime
) -> dict[tuple[int, int], Course]:
    """The courses of these pairs of keyword and page up to `at`, in three queries."""
    keywords, pages = {pair[0] for pair in wanted}, {pair[1] for pair in wanted}
    negative = Mark.objects.filter(brand=brand, tone=Tone.NEGATIVE).exclude(
        ownership=Mark.Ownership.OWNED
    )
    page_of = dict(
        Listing.objects.filter(Q(page__in=pages) | Q(page__in=negative.values("page"))).values_list(
            "pk", "page_id"
        )
    )
    first = {
        (keyword, page): seen
        for keyword, page, seen in Sighting.objects.filter(
            keyword__in=keywords, page__in=pages
        ).values_list("keyword_id", "page_id", "first_seen_at")
    }
    of_keyword: dict[int, list[int]] = defaultdict(list)
    for keyword, page in wanted:
        of_keyword[keyword].append(page)
    points: dict[tuple[int, int], list[Point]] = defaultdict(list)
    others: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    rows = Snapshot.objects.filter(
        keyword__in=keywords, taken_at__gt=at - LENGTH, taken_at__lte=at
    ).order_by("taken_at")
    for keyword, taken_at, depth, results in rows.values_list(
        "keyword_id", "taken_at", "depth", "results"
    ):
        stood: dict[int, int] = {}
        for position, x in enumerate(results, start=1):
            if x in page_of:
                stood.setdefault(page_of[x], position)
        for page in of_keyword[keyword]:
            points[keyword, page].append(Point(taken_at, stood.get(page), depth))
            if any(other != page and its <= PAGE_ONE for other, its in stood.items()):
                others[keyword, page].append(taken_at)
    return {
        pair: Course(tuple(points[pair]), first.get(pair), lately(others[pair], points[pair]))
        for pair in wanted
    }


def lately(moments: Sequence[datetime], points: Sequence[Point]) -> int:
    """How many of these lie in the four weeks up to the newest reading."""
    return sum(1 for moment in moments if moment >= points[-1].at - MEMORY) if points else 0
