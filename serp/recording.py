"""Stores fetched result pages: pages, listings, sightings and the one Snapshot a reading."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from serp import bulk
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
    known = bulk.ids_by_key(Page, set(keys.values()))
    missing: dict[str, dict[str, str]] = {}
    for url in sorted(url for url, key in keys.items() if key not in known):
        host = host_of(canonical[url])
        missing.setdefault(
            keys[url],
            {
                "key": keys[url],
                "url": canonical[url],
                "seen_url": url,
                "host": host,
                "domain": registrable_domain(host),
            },
        )
    # In the order of their keys: two workers that store the same pages must not lock crosswise.
    bulk.add(Page, [missing[key] for key in sorted(missing)])
    known |= bulk.ids_by_key(Page, missing)
    return {url: known[key] for url, key in keys.items()}


def store_listings(items: Iterable[tuple[int, str, str]]) -> dict[tuple[int, str, str], int]:
    """Make sure each (page id, title, snippet) has its Listing; returns listing ids by that triple."""
    keys = {item: digest(str(item[0]), item[1], item[2]) for item in set(items)}
    known = bulk.ids_by_key(Listing, set(keys.values()))
    missing = {key: item for item, key in keys.items() if key not in known}
    bulk.add(
        Listing,
        [
            {"key": key, "page_id": page, "title": title, "snippet": snippet}
            for key, (page, title, snippet) in sorted(missing.items())
        ],
    )
    known |= bulk.ids_by_key(Listing, missing)
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
    if not readings:
        return []
    pages = store_pages(item.url for reading in readings for item in reading.items)
    listings = store_listings(
        (pages[item.url], item.title, item.snippet)
        for reading in readings
        for item in reading.items
        if item.url in pages
    )
    latest = latest_of({reading.keyword.pk for reading in readings})
    present = set(
        Snapshot.objects.filter(
            keyword__in={r.keyword.pk for r in readings},
            taken_at__in={r.taken_at for r in readings},
        ).values_list("keyword_id", "taken_at")
    )
    written: list[Snapshot] = []
    sightings: dict[tuple[int, int], dict[str, object]] = {}
    for reading in sorted(readings, key=lambda r: r.taken_at):
        keyword = reading.keyword.pk
        if (keyword, reading.taken_at) in present:
            continue
        present.add((keyword, reading.taken_at))
        before = latest.get(keyword)
        seen = before.listings if before and before.taken_at <= reading.taken_at else frozenset()
        first_seen_at = bulk.stored(reading.taken_at)
        size = max((item.position for item in reading.items), default=0)
        results: list[int | None] = [None] * size
        for item in reading.items:
            page = pages.get(item.url)
            if page is None:
                continue
            listing = listings[(page, item.title, item.snippet)]
            results[item.position - 1] = listing
            if listing not in seen and (keyword, page) not in sightings:
                sightings[keyword, page] = {
                    "keyword_id": keyword,
                    "page_id": page,
                    "first_seen_at": first_seen_at,
                    "first_position": item.position,
                }
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
    store_sightings([sightings[pair] for pair in sorted(sightings)])
    point_to_newest(written, latest)
    return written


@dataclass(frozen=True, slots=True)
class Latest:
    """What a keyword's newest snapshot holds: when it was taken, and its listings."""

    taken_at: datetime
    listings: frozenset[int | None]


def latest_of(keywords: Collection[int]) -> dict[int, Latest]:
    """The newest stored snapshots of these keywords, which nobody else moves on until the end of the
    transaction: a check and an import may come at a time. Those that were never read are left out."""
    rows = Keyword.objects.filter(pk__in=keywords)
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    found = rows.filter(latest__isnull=False).values_list(
        "pk", "latest__taken_at", "latest__results"
    )
    return {pk: Latest(taken_at, frozenset(results)) for pk, taken_at, results in found}


def store_sightings(seen: Sequence[bulk.Row]) -> None:
    """Add what is seen for the first time; an import of older readings moves "first seen" back."""
    known = (
        "old.keyword_id = fresh.keyword_id AND old.page_id = fresh.page_id"
        " AND old.first_seen_at <= fresh.first_seen_at"
    )
    bulk.add(
        Sighting,
        seen,
        # Left out beforehand: PostgreSQL writes a lock into every row that a clash touches.
        where=f"NOT EXISTS (SELECT 1 FROM serp_sighting old WHERE {known})",  # noqa: S608
        clash=(
            "(keyword_id, page_id) DO UPDATE SET first_seen_at = excluded.first_seen_at,"
            " first_position = excluded.first_position"
            " WHERE excluded.first_seen_at < serp_sighting.first_seen_at"
        ),
    )


def point_to_newest(written: Sequence[Snapshot], latest: Mapping[int, Latest]) -> None:
    """Let each keyword point to its newest snapshot; an older import does not move the pointer."""
    newest: dict[int, Snapshot] = {}
    for snapshot in written:
        held = newest.get(snapshot.keyword_id)
        if held is None or snapshot.taken_at > held.taken_at:
            newest[snapshot.keyword_id] = snapshot
    bulk.change(
        Keyword,
        [
            {"id": pk, "latest_id": snapshot.pk}
            for pk, snapshot in sorted(newest.items())
            if pk not in latest or snapshot.taken_at > latest[pk].taken_at
        ],
    )


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
