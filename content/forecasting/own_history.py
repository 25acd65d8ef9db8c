"""The installation's own readings as the forecast sees them: page one, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from content.forecasting.lives import Sight
from content.forecasting.moments import Course
from content.forecasting.traits import About
from content.places import place_of
from reputation.models import Mark
from reputation.tone.verdict import Tone
from serp.bulk import these
from serp.models import Keyword, Listing, Page, Snapshot
from serp.providers.base import PAGE_ONE

OURS = (Mark.Ownership.OWNED, Mark.Ownership.INFLUENCED)


def sights_of(
    keywords: Iterable[Keyword], *, since: datetime, until: datetime
) -> dict[int, tuple[Sight, ...]]:
    """By keyword id, what page one showed from `since` to `until`, both included, oldest first; in two
    queries. The keywords come with their brands, in whose zone days are counted."""
    zones = {keyword.pk: keyword.brand.zone for keyword in keywords}
    rows = list(
        Snapshot.objects.filter(keyword__in=zones, taken_at__gte=since, taken_at__lte=until)
        .order_by("taken_at")
        .values_list("keyword_id", "taken_at", "is_partial", "results")
    )
    wanted = {pk for *_, results in rows for pk in results[:PAGE_ONE] if pk is not None}
    page_of = dict(Listing.objects.filter(pk__in=these(wanted)).values_list("pk", "page_id"))
    found: dict[int, list[Sight]] = defaultdict(list)
    for keyword, taken_at, is_partial, results in rows:
        pages = tuple(page_of.get(pk) if pk is not None else None for pk in results[:PAGE_ONE])
        if is_partial and len(pages) < PAGE_ONE:
            pages = (*pages, None)  # what stood below was not read
        day = taken_at.astimezone(zones[keyword]).date().toordinal()
        found[keyword].append(Sight(day, pages))
    return {pk: tuple(rows) for pk, rows in found.items()}


def about(page: Page, mark: Mark | None) -> About:
    """What is known of a page by its address and its mark."""
    return About(
        host=page.host,
        place=place_of(page.url, page.domain),
        is_negative=mark is not None and mark.tone == Tone.NEGATIVE,
        is_ours=mark is not None and mark.ownership in OURS,
        is_root=page.url.rstrip("/").count("/") <= 2,
    )


def courses(keywords: Sequence[Keyword], *, now: datetime, longest: timedelta) -> Iterator[Course]:
    """The keywords' histories up to `now`, one keyword in memory at a time. Each is a group of its own:
    what is learnt from the others of its brand is what a forecast knows, too."""
    for keyword in keywords:
        sights = sights_of([keyword], since=now - longest, until=now).get(keyword.pk, ())
        pages: set[Any] = {page for sight in sights for page in sight.pages if page is not None}
        marks = {
            mark.page_id: mark
            for mark in Mark.objects.filter(brand=keyword.brand_id, page__in=these(pages)).defer(
                "evidence"
            )
        }
        known = {
            page.pk: about(page, marks.get(page.pk))
            for page in Page.objects.filter(pk__in=these(pages))
        }
        yield Course(
            name=str(keyword.pk),
            group=str(keyword.pk),
            is_person=is_person(keyword),
            sights=sights,
            about=known,
        )


def is_person(keyword: Keyword) -> bool:
    return keyword.kind == Keyword.Kind.PERSON
