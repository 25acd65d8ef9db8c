"""Finds the pages that are missed: they stood in the first three and have left page one.

Measured on real daily readings (24 brand and person queries over 300 days, 42 brands over a quarter;
10,404 readings): 25 % of readings lack a page that stood on page one in each of the three before, which
is everyday churn. 3.0 % (3.9 % at most in one of the sets) lack one as `left_top` asks, and in 58 % of
them it is back the day after. A new negative in the first three comes in 0.6 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from serp.cadence import Cadence
from serp.history import Reading, readings_of
from serp.models import Check, Keyword, Snapshot
from serp.providers.base import PAGE_ONE

TOP = 3
"""Positions in which a page is missed when it leaves, and a new negative alarms."""
BEFORE = 3
"""Readings in which a page must have stood there to be missed."""
BELOW = 3
"""Results that the new page one must still show below the place where the page stood: a page one that
merely became shorter is no surprise."""
STEADY = 6
"""Slots of the keyword's cadence within which those readings must lie."""


@dataclass(frozen=True, slots=True)
class Looks:
    """A reading and those before it, newest first."""

    reading: Reading
    before: tuple[Reading, ...]


def newest_checked(since: datetime, now: datetime) -> list[Snapshot]:
    """The newest readings of watched keywords, if a check took them since a moment."""
    pointers = Keyword.objects.watched().filter(
        latest__taken_at__gt=since,
        latest__taken_at__lte=now,
        latest__source=Snapshot.Source.CHECK,
        latest__check_row__isnull=False,
    )
    return list(
        Snapshot.objects.filter(pk__in=pointers.values("latest"))
        .exclude(check_row__purpose=Check.Purpose.CONFIRMATION)
        .select_related("keyword", "check_row")
        .defer("features")
        .order_by("taken_at", "pk")
    )


def with_earlier(rows: Sequence[Snapshot]) -> dict[int, Looks]:
    """By snapshot id, each reading with the `BEFORE` ones before it, in three queries."""
    earlier = Snapshot.objects.filter(
        keyword=OuterRef("keyword"), taken_at__lt=OuterRef("taken_at")
    ).order_by("-taken_at")
    named = {f"before_{n}": Subquery(earlier.values("pk")[n : n + 1]) for n in range(BEFORE)}
    order = {
        row[0]: [pk for pk in row[1:] if pk is not None]
        for row in Snapshot.objects.filter(pk__in=[row.pk for row in rows])
        .annotate(**named)
        .values_list("pk", *named)
    }
    older = Snapshot.objects.filter(pk__in={pk for pks in order.values() for pk in pks})
    all_rows = [*rows, *older.defer("features")]
    for row in all_rows:
        row.results = row.results[:PAGE_ONE]  # in memory only: the rest is not looked at
    readings = {reading.snapshot_id: reading for reading in readings_of(all_rows)}
    return {pk: Looks(readings[pk], tuple(readings[x] for x in pks)) for pk, pks in order.items()}


def is_steady(row: Snapshot, looks: Looks) -> bool:
    """Whether the readings before stand near enough to be compared with: enough of them, not long ago,
    from the same provider, which may see other results than another one."""
    if len(looks.before) < BEFORE:
        return False
    length = Cadence(row.keyword.cadence).length
    return looks.before[-1].taken_at >= row.taken_at - STEADY * length and all(
        reading.provider == row.provider for reading in looks.before
    )


def left_top(looks: Looks) -> list[int]:
    """The ids of pages that stood in the first `TOP` in each reading before, and are not on page one
    now; empty where page one was not read to its end."""
    if not shows_page_one(looks.reading):
        return []
    now = looks.reading.pages[:PAGE_ONE]
    first, *others = (reading.pages[:TOP] for reading in looks.before)
    return [
        page
        for page in first
        if page is not None
        and page not in now
        and all(page in pages for pages in others)
        and max(reading.pages.index(page) for reading in looks.before) + 1 + BELOW <= len(now)
    ]


def shows_page_one(reading: Reading) -> bool:
    """Whether page one was read to its end with every position reported: only then is a page that is
    missing really not there."""
    if None in reading.pages[:PAGE_ONE]:
        return False
    return reading.depth >= PAGE_ONE or not reading.is_partial
