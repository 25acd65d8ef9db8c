"""Asks the stored readings what each published piece did: the account of one, and of all of a brand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet, Value
from django.db.models.functions import Concat

from content.models import Piece
from content.opportunities import intent_of
from content.outcome.contrast import (
    LEAST_COVERAGE,
    Contrast,
    Level,
    Span,
    contrast,
    spans,
)
from content.outcome.passes import Encounter, encounters
from content.outcome.telling import Verdict, Way, verdict
from reputation.models import Judgement, Mark
from reputation.tone.verdict import Tone
from serp.bulk import these
from serp.history import Reading, readings_of
from serp.models import Brand, Keyword, Page, Sighting, Snapshot
from serp.providers.base import PAGE_ONE

BEFORE = timedelta(days=28)
"""How far before publication the readings are looked at."""
LONGEST = timedelta(days=365)
MOST_PIECES = 100
"""Pieces that the brand's page accounts for, the newest first."""
MOST_CONTROLS = 200
"""Keywords that nobody worked on and that changes are compared with."""
MIXING = 2_654_435_761
"""Knuth's multiplier."""


@dataclass(frozen=True, slots=True)
class Account:
    """What one published piece did on its target keyword up to the moment it was asked for."""

    piece: Piece
    out: datetime
    way: Way
    met: tuple[Encounter, ...]
    pages: dict[int, Page]
    contrast: Contrast | None
    verdict: Verdict

    @property
    def passed(self) -> list[Encounter]:
        return [one for one in self.met if one.passed_at is not None]


def account_of(piece: Piece, now: datetime) -> Account | None:
    """The account of a published piece with a keyword; None for another. A constant number of queries."""
    return next(iter(accounts(piece.brand, [piece], now)), None)


def newest(brand: Brand) -> list[Piece]:
    """The brand's published pieces that can be measured, the newest first."""
    rows = Piece.objects.filter(
        brand=brand, status__in=Piece.LIVE, keyword__isnull=False, published_at__isnull=False
    )
    rows = rows.select_related("brand", "keyword", "page", "lifts", "placement", "displaces")
    return list(rows.order_by("-published_at", "-pk")[:MOST_PIECES])


def accounts(brand: Brand, pieces: Sequence[Piece], now: datetime) -> list[Account]:
    """The accounts of these pieces of one brand, in their order.

    A constant number of queries, however many pieces and keywords.
    """
    told = [piece for piece in pieces if piece.keyword_id and piece.published_at and piece.is_live]
    if not told:
        return []
    negatives = set(
        Mark.objects.filter(brand=brand, tone=Tone.NEGATIVE)
        .exclude(ownership=Mark.Ownership.OWNED)
        .values_list("page_id", flat=True)
    )
    read = readings_by_keyword(told, now)
    free = picked(untouched(brand))
    pages = Page.objects.in_bulk(
        {pk for rows in read.values() for row in rows for pk in row.pages if pk in negatives}
    )
    found = []
    levels = levels_in(
        brand,
        [span for piece in told if piece.published_at for span in spans(piece.published_at, now)],
        keywords=free | {piece.keyword_id for piece in told if piece.keyword_id},
    )
    for piece in told:
        assert piece.published_at is not None  # noqa: S101  asked for above
        out = piece.published_at
        rows = read.get(piece.keyword_id or 0, [])
        page = piece.page_id or piece.lifts_id
        met = tuple(
            encounters(near(rows, out), page=page, negatives=negatives - {page or 0}, out=out)
        )
        compared = contrast(
            piece.keyword_id or 0,
            *(levels[span] for span in spans(out, now)),
            free=free,
        )
        way = way_of(rows, page=page, out=out)
        found.append(
            Account(
                piece=piece,
                out=out,
                way=way,
                met=met,
                pages=pages,
                contrast=compared,
                verdict=verdict(way, met, compared, age=now - out),
            )
        )
    return found


def readings_by_keyword(pieces: Iterable[Piece], now: datetime) -> dict[int, list[Reading]]:
    """The readings of the pieces' keywords from four weeks before the first publication on, at most a
    year back, oldest first. Two queries."""
    first = min(piece.published_at or now for piece in pieces)
    since = max(first - BEFORE, now - LONGEST)
    rows = Snapshot.objects.filter(
        keyword__in={piece.keyword_id for piece in pieces}, taken_at__gt=since, taken_at__lte=now
    )
    found: dict[int, list[Reading]] = defaultdict(list)
    for reading in readings_of(rows.order_by("taken_at").defer("features")):
        found[reading.keyword_id].append(reading)
    return found


def near(readings: Sequence[Reading], out: datetime) -> list[Reading]:
    """The readings from four weeks before publication on."""
    return [reading for reading in readings if reading.taken_at > out - BEFORE]


def way_of(readings: Sequence[Reading], *, page: int | None, out: datetime) -> Way:
    """The page's own way since it came out."""
    since = [reading for reading in readings if reading.taken_at > out]
    seen = [
        (position, reading.taken_at)
        for reading in since
        if page is not None and (position := reading.position(page)) is not None
    ]
    best = min(seen, default=None)
    on_one = next((at for position, at in seen if position <= PAGE_ONE), None)
    return Way(
        best=best[0] if best else None,
        best_at=best[1] if best else None,
        first_on_page_one=on_one,
        now=since[-1].position(page) if since and page is not None else None,
        depth=since[-1].depth if since else 0,
        readings=len(since),
    )


def untouched(brand: Brand) -> set[int]:
    """Keywords that nobody worked on: no published piece is for their intent, and no published page
    was ever seen on their page one. Three queries."""
    live = Piece.objects.filter(brand=brand).live()
    meant = {
        intent_of(keyword)
        for keyword in Keyword.objects.filter(pk__in=live.values("keyword")).only(
            "phrase", "language"
        )
    }
    reached = set(
        Sighting.objects.filter(
            Q(page__in=live.values("page")) | Q(page__in=live.values("lifts")),
            keyword__brand=brand,
        ).values_list("keyword_id", flat=True)
    )
    rows: Iterable[Keyword] = brand.keywords.only("brand", "phrase", "language")
    return {row.pk for row in rows if row.pk not in reached and intent_of(row) not in meant}


def picked(keywords: Collection[int]) -> set[int]:
    """At most 200 of them, the same each time, in an order that has nothing to do with their age: a
    mean over more costs seconds and tells no more."""
    return set(sorted(keywords, key=lambda pk: pk * MIXING % 2**32)[:MOST_CONTROLS])


def levels_in(
    brand: Brand, wanted: Iterable[Span], *, keywords: Collection[int]
) -> dict[Span, dict[int, Level]]:
    """Mean scores by keyword in each of the spans, over whole readings; one query for all spans."""
    known = list(dict.fromkeys(wanted))
    found: dict[Span, dict[int, Level]] = {span: {} for span in known}
    parts = [means(brand, span, number, keywords=keywords) for number, span in enumerate(known)]
    if not parts:
        return found
    for number, keyword, mean, readings, curves in parts[0].union(*parts[1:], all=True):
        # Scores by two curves are no two measurements of one thing.
        if curves == 1:
            found[known[number]][keyword] = Level(mean, readings)
    return found


def means(
    brand: Brand, span: Span, number: int, *, keywords: Collection[int]
) -> QuerySet[Judgement, tuple[Any, ...]]:
    """The span's number, and by keyword the mean score, the readings and the curves they rest on."""
    return (
        Judgement.objects.filter(
            snapshot__keyword__brand=brand,
            snapshot__keyword__in=these(keywords),
            snapshot__taken_at__gt=span.first,
            snapshot__taken_at__lte=span.last,
            score__isnull=False,
            coverage__gte=LEAST_COVERAGE,
        )
        .annotate(span=Value(number))
        .values("span", "snapshot__keyword")
        .annotate(
            mean=Avg("score"),
            readings=Count("pk"),
            curves=Count(Concat("curve", Value(" "), "curve_version"), distinct=True),
        )
        .values_list("span", "snapshot__keyword", "mean", "readings", "curves")
    )
