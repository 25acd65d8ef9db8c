"""What result pages looked like over time: readings, gaps, and what entered, left or moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from serp.bulk import these
from serp.models import Brand, Check, Keyword, Listing, Page, Snapshot
from serp.providers.base import PAGE_ONE

FIELDS = ("pk", "keyword_id", "taken_at", "depth", "is_partial", "provider", "results")
"""What a reading takes from a snapshot."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One stored result page with its pages in order; None stands for a position not reported.

    `taken_at` is aware (UTC); `depth` counts the positions that were really read.
    """

    snapshot_id: int
    keyword_id: int
    taken_at: datetime
    depth: int
    is_partial: bool
    provider: str
    pages: tuple[int | None, ...]
    listings: tuple[int | None, ...]

    def position(self, page_id: int) -> int | None:
        """The best position of a page, or None: not in the first `depth`."""
        try:
            return self.pages.index(page_id) + 1
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Gap:
    """A moment at which a reading was due and none came, with the reason in words."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Movement:
    """A page that stands elsewhere than before; None: it was, or is, not among those read."""

    keyword_id: int
    page_id: int
    was: int | None
    now: int | None


def readings_of(snapshots: QuerySet[Snapshot] | Iterable[Snapshot]) -> list[Reading]:
    """Turn snapshots into readings; one query however many there are."""
    # A row of a query need not become an object with all its fields first: that costs twice the rest.
    if isinstance(snapshots, QuerySet):
        snapshots = snapshots.values_list(*FIELDS, named=True)
    rows: list[Any] = list(snapshots)
    ids = {x for row in rows for x in row.results if x is not None}
    found = Listing.objects.filter(pk__in=these(ids)) if ids else Listing.objects.none()
    page_of = dict(found.values_list("id", "page_id"))
    return [
        Reading(
            row.pk,
            row.keyword_id,
            row.taken_at,
            row.depth,
            row.is_partial,
            row.provider,
            tuple(page_of.get(x) if x is not None else None for x in row.results),
            tuple(row.results),
        )
        for row in rows
    ]


def readings(
    keyword: Keyword, *, since: datetime, until: datetime, with_features: bool = False
) -> list[Reading]:
    """The readings of one keyword from `since` to `until`, both included, oldest first."""
    rows = keyword.snapshots.filter(taken_at__gte=since, taken_at__lte=until).order_by("taken_at")
    return readings_of(rows if with_features else rows.defer("features"))


def latest_readings(brand: Brand, *, at: datetime | None = None) -> dict[int, Reading]:
    """The newest reading of each keyword that has one, by keyword id; with `at`, the newest up to then."""
    rows: QuerySet[Snapshot] = Snapshot.objects.filter(keyword__brand=brand)
    if at is None:
        pointers = brand.keywords.filter(latest__isnull=False).values("latest")
        rows = rows.filter(pk__in=pointers)
    else:
        until = Snapshot.objects.filter(keyword=OuterRef("pk"), taken_at__lte=at)
        newest = Subquery(until.order_by("-taken_at").values("pk")[:1])
        rows = rows.filter(pk__in=brand.keywords.values_list(newest))
    return {reading.keyword_id: reading for reading in readings_of(rows.defer("features"))}


def gaps(keyword: Keyword, *, since: datetime, until: datetime) -> list[Gap]:
    """Checks that brought no reading: failed, skipped, or an engine without results. Oldest first.

    A failed check whose period was measured by another one is no gap.
    """
    rows = keyword.checks.filter(finished_at__gte=since, finished_at__lte=until)
    measured = set(rows.filter(state__in=Check.READ).values_list("period", flat=True))
    missed = rows.filter(state__in=(*Check.FRUITLESS, Check.State.EMPTY)).order_by("finished_at")
    return [
        Gap(row.finished_at, row.reason or row.get_state_display())
        for row in missed
        if row.period not in measured and row.finished_at is not None
    ]


def movements(before: Reading, after: Reading, *, depth: int = PAGE_ONE) -> list[Movement]:
    """What entered, left or moved within the first `depth` positions between two readings.

    A page that left says where it stands now if it was read there. Where one of the readings is
    shallower than `depth`, nothing is said about positions that it did not read.
    """
    reach = min(depth, before.depth, after.depth)
    seen = [page for page in chain(before.pages[:reach], after.pages[:reach]) if page is not None]
    moved = []
    for page in dict.fromkeys(seen):
        was, now = before.position(page), after.position(page)
        if was != now:
            moved.append(Movement(after.keyword_id, page, was, now))
    return moved


def pages_of(readings: Iterable[Reading]) -> dict[int, Page]:
    """The pages of these readings by id."""
    ids = {page for reading in readings for page in reading.pages if page is not None}
    return {row.pk: row for row in Page.objects.filter(pk__in=these(ids))}


def listings_of(readings: Iterable[Reading]) -> dict[int, Listing]:
    """The listings of these readings by id, with their pages."""
    ids = {x for reading in readings for x in reading.listings if x is not None}
    rows = Listing.objects.filter(pk__in=these(ids)).select_related("page")
    return {row.pk: row for row in rows}


def rank(reading: Reading, own: Sequence[int] | set[int]) -> int | None:
    """The best position of the brand's own pages; None: not in the first `reading.depth`."""
    return next((n for n, page in enumerate(reading.pages, start=1) if page in own), None)
