"""Stores fetched result pages: pages, listings, sightings and the one Snapshot a reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from serp.addresses import BadAddress, canonical_url, host_of, registrable_domain
from serp.models import Check, Keyword, Listing, Page, Sighting, Snapshot, TrackedPage
from serp.models.brand import Brand
from serp.models.snapshot import digest
from serp.providers.base import Feature, Item, Serp


@dataclass(frozen=True, slots=True)
class Reading:
    """One result page on its way into the database. `taken_at` is an aware time.

    `items` may leave positions out: those are stored as null. Two items may not share one.
    """

    keyword: Keyword
    taken_at: datetime
    items: tuple[Item, ...]
    features: tuple[Feature, ...]
    depth: int
    asked: int
    provider: str
    source: str
    is_partial: bool = False
    check: Check | None = None

    @classmethod
    def of(cls, check: Check, serp: Serp, *, provider: str, taken_at: datetime) -> Reading:
        """The reading that a finished fetch makes."""
        return cls(
            keyword=check.keyword,
            taken_at=taken_at,
            items=serp.items,
            features=serp.features,
            depth=serp.depth,
            asked=check.keyword.depth,
            provider=provider,
            source=Snapshot.Source.CHECK,
            is_partial=serp.shortfall is not None,
            check=check,
        )


def store_pages(urls: Iterable[str]) -> dict[str, int]:
    """Make sure each URL has its Page; returns page ids by URL. URLs that are no address are left out."""
    canonical: dict[str, str] = {}
    for url in set(urls):
        try:
            canonical[url] = canonical_url(url)
        except BadAddress:
            continue
    keys = {url: digest(form) for url, form in canonical.items()}
    known = dict(Page.objects.filter(key__in=set(keys.values())).values_list("key", "id"))
    missing = {
        key: Page(
            key=key,
            url=canonical[url],
            seen_url=url,
            host=host_of(canonical[url]),
            domain=registrable_domain(canonical[url]),
        )
        for url, key in sorted(keys.items(), reverse=True)
        if key not in known
    }
    if missing:
        # In the order of their keys: two workers that store the same pages must not lock crosswise.
        Page.objects.bulk_create(
            sorted(missing.values(), key=lambda page: page.key), ignore_conflicts=True
        )
        known |= dict(Page.objects.filter(key__in=missing).values_list("key", "id"))
    return {url: known[key] for url, key in keys.items()}


def store_listings(items: Iterable[tuple[int, str, str]]) -> dict[tuple[int, str, str], int]:
    """Make sure each (page id, title, snippet) has its Listing; returns listing ids by that triple."""
    keys = {item: digest(str(item[0]), item[1], item[2]) for item in set(items)}
    known = dict(Listing.objects.filter(key__in=set(keys.values())).values_list("key", "id"))
    missing = [
        Listing(key=key, page_id=page, title=title, snippet=snippet)
        for (page, title, snippet), key in sorted(keys.items())
        if key not in known
    ]
    if missing:
        Listing.objects.bulk_create(missing, ignore_conflicts=True)
        known |= dict(
            Listing.objects.filter(key__in=[row.key for row in missing]).values_list("key", "id")
        )
    return {item: known[key] for item, key in keys.items()}


def feature_data(feature: Feature) -> dict[str, object]:
    """A feature as it is stored in `Snapshot.features`."""
    return {
        "kind": feature.kind.value,
        "title": feature.title,
        "text": feature.text,
        "links": [{"title": x.title, "url": x.url, "text": x.text} for x in feature.links],
    }


@transaction.atomic
def record(readings: Sequence[Reading]) -> list[Snapshot]:
    """Store readings in one transaction and move each keyword's pointer to its newest one.

    A reading of a keyword and moment that is stored already is left alone, so that imports can be
    repeated; the list holds only what was newly written. An organic result whose address cannot be
    stored keeps its place in the order as a null.
    """
    pages = store_pages(item.url for reading in readings for item in reading.items)
    listings = store_listings(
        (pages[item.url], item.title, item.snippet)
        for reading in readings
        for item in reading.items
        if item.url in pages
    )
    present = set(
        Snapshot.objects.filter(
            keyword__in={r.keyword.pk for r in readings},
            taken_at__in={r.taken_at for r in readings},
        ).values_list("keyword_id", "taken_at")
    )
    written: list[Snapshot] = []
    sightings: dict[tuple[int, int], Sighting] = {}
    for reading in sorted(readings, key=lambda r: r.taken_at):
        if (reading.keyword.pk, reading.taken_at) in present:
            continue
        present.add((reading.keyword.pk, reading.taken_at))
        size = max((item.position for item in reading.items), default=0)
        results: list[int | None] = [None] * size
        for item in reading.items:
            page = pages.get(item.url)
            if page is None:
                continue
            results[item.position - 1] = listings[(page, item.title, item.snippet)]
            sightings.setdefault(
                (reading.keyword.pk, page),
                Sighting(
                    keyword_id=reading.keyword.pk,
                    page_id=page,
                    first_seen_at=reading.taken_at,
                    first_position=item.position,
                ),
            )
        written.append(
            Snapshot(
                keyword=reading.keyword,
                check_row=reading.check,
                taken_at=reading.taken_at,
                depth=reading.depth,
                asked=reading.asked,
                is_partial=reading.is_partial,
                provider=reading.provider,
                source=reading.source,
                results=results,
                features=[feature_data(feature) for feature in reading.features],
            )
        )
    Snapshot.objects.bulk_create(written)
    store_sightings(sightings)
    point_to_newest(written)
    return written


def store_sightings(fresh: dict[tuple[int, int], Sighting]) -> None:
    """Add what is seen for the first time; an import of older readings moves "first seen" back."""
    known = Sighting.objects.filter(
        keyword__in={keyword for keyword, _ in fresh}, page__in={page for _, page in fresh}
    )
    earlier: list[Sighting] = []
    for row in known:
        new = fresh.pop((row.keyword_id, row.page_id), None)
        if new is not None and new.first_seen_at < row.first_seen_at:
            row.first_seen_at, row.first_position = new.first_seen_at, new.first_position
            earlier.append(row)
    Sighting.objects.bulk_update(earlier, ["first_seen_at", "first_position"])
    Sighting.objects.bulk_create(fresh.values(), ignore_conflicts=True)


def point_to_newest(written: Sequence[Snapshot]) -> None:
    """Let each keyword point to its newest snapshot; an older import does not move the pointer."""
    newest: dict[int, Snapshot] = {}
    for snapshot in written:
        held = newest.get(snapshot.keyword_id)
        if held is None or snapshot.taken_at > held.taken_at:
            newest[snapshot.keyword_id] = snapshot
    # Held to the end of the transaction: a check and an import may move one pointer at a time.
    rows = Keyword.objects.select_for_update(no_key=True).filter(pk__in=newest).order_by("pk")
    list(rows.values_list("pk"))
    present = dict(
        Keyword.objects.filter(pk__in=newest, latest__isnull=False).values_list(
            "pk", "latest__taken_at"
        )
    )
    moved = [
        Keyword(pk=pk, latest=snapshot)
        for pk, snapshot in newest.items()
        if pk not in present or snapshot.taken_at > present[pk]
    ]
    Keyword.objects.bulk_update(moved, ["latest"])


def track_page(brand: Brand, *, url: str, title: str, since: datetime) -> TrackedPage:
    """Follow a published page on all the brand's keywords from `since` on. Safe to repeat.

    Raises BadAddress when the URL is none.
    """
    canonical_url(url)
    page_id = store_pages([url])[url]
    tracked, _ = TrackedPage.objects.update_or_create(
        brand=brand, page_id=page_id, defaults={"title": title, "since": since}
    )
    return tracked
