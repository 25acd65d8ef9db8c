"""What the stored readings say about hosts, new pages and movements for keywords like this one.

Of other brands' keywords only counts are used, and only from five keywords on: no phrase, page or
position of theirs leaves this module.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from django.db.models import Count, OuterRef, Q, Subquery

from content.chances.passing import Counts, Shot, count
from content.chances.rates import Rate
from content.places import Place, place_of
from reputation.models import Mark
from reputation.tone.verdict import Tone
from serp.bulk import these
from serp.models import Brand, Keyword, Listing, Sighting, Snapshot
from serp.providers.base import PAGE_ONE

MOST_SUCH = 150
MOST_FOLLOWED = 24
MOST_SHOTS = 90
LEAST_ELSEWHERE = 5
REACH = 20
LOOKED_BACK = timedelta(days=400)
APART = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Spot:
    """One result of a result page."""

    position: int
    page: int
    domain: str
    place: Place


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The first twenty results of a keyword's newest reading."""

    keyword: int
    phrase: str
    is_ours: bool
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class HostRecord:
    """On how many of the keywords a host stands on page one, and its mean best position there."""

    seen: Rate
    position: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured for keywords of one kind in one market.

    `pages` are newest result pages, the brand's own first; `fresh` counts by domain the pages that
    appeared new, and those of them that entered on page one; it is None where no keyword was read
    deep enough to see the others. `entered` counts by position where new pages entered page one.
    `against` are domains with a page that is negative about the brand.
    """

    pages: tuple[ResultPage, ...]
    counts: Counts
    fresh: dict[str, Rate] | None
    entered: dict[int, int]
    against: frozenset[str] = frozenset()

    @property
    def ours(self) -> list[ResultPage]:
        return [page for page in self.pages if page.is_ours]

    def record(self, wanted: Callable[[Spot], bool], *, only_ours: bool = False) -> HostRecord:
        """How the spots that are wanted do on page one of these keywords, or of the brand's own."""
        best = [
            next((s.position for s in page.spots if s.position <= PAGE_ONE and wanted(s)), None)
            for page in (self.ours if only_ours else self.pages)
        ]
        found = [position for position in best if position is not None]
        return HostRecord(Rate(len(found), len(best)), fmean(found) if found else None)

    def of_domain(self, domain: str) -> HostRecord:
        return self.record(lambda spot: spot.domain == domain)

    def above(self, position: int) -> Rate:
        """Of the new pages that entered page one, those that entered above this position."""
        hits = sum(n for at, n in self.entered.items() if at < position)
        return Rate(hits, sum(self.entered.values()))


def measured_for(brand: Brand, keyword: Keyword, at: datetime) -> Measured:
    """Look at the keywords of the same kind, engine, country and language up to `at`; the number of
    queries is the same however many there are."""
    rows = such_keywords(brand, keyword)
    pages = result_pages(rows, brand)
    followed = list(dict.fromkeys([keyword.pk, *(row[0] for row in rows)]))[:MOST_FOLLOWED]
    fresh, entered = new_pages(followed)
    return Measured(
        pages=tuple(pages),
        counts=count(list(histories(followed, at).values())),
        fresh=fresh,
        entered=entered,
        against=frozenset(
            Mark.objects.filter(brand=brand, tone=Tone.NEGATIVE).values_list(
                "page__domain", flat=True
            )
        ),
    )


def such_keywords(brand: Brand, keyword: Keyword) -> list[tuple[int, int, str, int]]:
    """Id, brand, phrase and newest snapshot of keywords like this one, the brand's first; those of
    other brands only where there are at least five."""
    alike = Keyword.objects.filter(
        kind=keyword.kind,
        engine=keyword.engine,
        country=keyword.country,
        language=keyword.language,
        latest__isnull=False,
    ).order_by("-latest_id")
    fields = ("pk", "brand_id", "phrase", "latest_id")
    own = list(alike.filter(brand=brand).values_list(*fields)[:MOST_SUCH])
    others = list(alike.exclude(brand=brand).values_list(*fields)[:MOST_SUCH])
    return own + (others if len(others) >= LEAST_ELSEWHERE else [])[: MOST_SUCH - len(own)]


def result_pages(rows: Sequence[tuple[int, int, str, int]], brand: Brand) -> list[ResultPage]:
    """The newest result pages of these keywords."""
    results = dict(
        Snapshot.objects.filter(pk__in=[row[3] for row in rows]).values_list("pk", "results")
    )
    wanted = {x for shown in results.values() for x in shown[:REACH] if x is not None}
    spots = {
        pk: (page, domain, place_of(url, domain))
        for pk, page, domain, url in Listing.objects.filter(pk__in=these(wanted)).values_list(
            "pk", "page_id", "page__domain", "page__url"
        )
    }
    return [
        ResultPage(
            pk,
            phrase,
            owner == brand.pk,
            tuple(
                Spot(position, *spots[x])
                for position, x in enumerate(results.get(latest, [])[:REACH], start=1)
                if x in spots
            ),
        )
        for pk, owner, phrase, latest in rows
    ]


def histories(keywords: Iterable[int], at: datetime) -> dict[int, list[Shot]]:
    """Readings of up to 400 days, at least three days apart, oldest first, by keyword."""
    moments = Snapshot.objects.filter(
        keyword__in=list(keywords), taken_at__gt=at - LOOKED_BACK, taken_at__lte=at
    )
    kept: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for pk, keyword, taken_at in moments.order_by("-taken_at").values_list(
        "pk", "keyword_id", "taken_at"
    ):
        row = kept[keyword]
        if len(row) < MOST_SHOTS and (not row or row[-1][0] - taken_at >= APART):
            row.append((taken_at, pk))
    chosen = {pk for row in kept.values() for _, pk in row}
    shots = shots_of(
        Snapshot.objects.filter(pk__in=chosen).values_list("pk", "taken_at", "results")
    )
    return {keyword: [shots[pk] for _, pk in reversed(row)] for keyword, row in kept.items()}


def shots_of(rows: Iterable[tuple[int, datetime, list[int | None]]]) -> dict[int, Shot]:
    """Snapshots as what the counting looks at, by snapshot id: the first twenty positions."""
    read = [(pk, taken_at, results[:REACH]) for pk, taken_at, results in rows]
    wanted = {x for _, _, results in read for x in results if x is not None}
    page_of = dict(Listing.objects.filter(pk__in=these(wanted)).values_list("pk", "page_id"))
    made = {}
    for pk, taken_at, results in read:
        positions: dict[int, int] = {}
        for position, x in enumerate(results, start=1):
            if x in page_of:
                positions.setdefault(page_of[x], position)
        made[pk] = Shot(taken_at, positions)
    return made


def new_pages(keywords: Sequence[int]) -> tuple[dict[str, Rate] | None, dict[int, int]]:
    """By domain the pages that appeared after a keyword's first reading, with those that came in on
    page one; and by position where those came in."""
    first = Snapshot.objects.filter(keyword=OuterRef("keyword")).order_by("taken_at")
    fresh = Sighting.objects.filter(
        keyword__in=keywords, first_seen_at__gt=Subquery(first.values("taken_at")[:1])
    )
    # Where only ten results were read, what came in lower was never seen: such keywords say nothing.
    deep = fresh.filter(first_position__gt=PAGE_ONE).values("keyword")
    rows = (
        fresh.filter(keyword__in=deep)
        .values_list("page__domain")
        .annotate(appeared=Count("pk"), high=Count("pk", filter=Q(first_position__lte=PAGE_ONE)))
    )
    by_domain = {domain: Rate(high, appeared) for domain, appeared, high in rows}
    entered = dict(
        fresh.filter(first_position__lte=PAGE_ONE)
        .values_list("first_position")
        .annotate(number=Count("pk"))
    )
    return by_domain or None, entered
