"""Asks what happened beside the rankings: incidents, published pieces, changes of provider."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from django.db.models import Q

from content.charts.picture import Event
from content.models import Piece
from content.spans import Stretch
from reputation.models import Incident
from serp.history import Reading
from serp.models import Brand, Keyword
from serp.providers.registry import title_of


def published(brand: Brand) -> list[Piece]:
    """The brand's live pieces with a moment of publication, oldest first."""
    return list(
        Piece.objects.live()
        .filter(brand=brand, published_at__isnull=False)
        .order_by("published_at")
        .only("title", "keyword", "page", "published_at", "brand")
    )


def incidents_of(
    brand: Brand, keyword: Keyword, stretch: Stretch, pages: Collection[int]
) -> list[Event]:
    """Incidents about this keyword or one of its pages, at the moment they were opened."""
    rows = Incident.objects.filter(
        Q(keyword=keyword) | Q(page__in=list(pages)),
        brand=brand,
        opened_at__gte=stretch.first,
        opened_at__lte=stretch.last,
    )
    return [Event(row.opened_at, "inc", row.title) for row in rows.order_by("opened_at")]


def publications(
    keyword: Keyword, stretch: Stretch, pages: Collection[int], pieces: Iterable[Piece]
) -> list[Event]:
    """Pieces that were published for this keyword or rank for it."""
    return [
        Event(piece.published_at, "pub", piece.title)
        for piece in pieces
        if piece.published_at is not None
        and stretch.first <= piece.published_at <= stretch.last
        and (piece.keyword_id == keyword.pk or piece.page_id in pages)
    ]


def changes_of_provider(readings: Sequence[Reading]) -> list[Event]:
    """Where another provider took over: it may see other results."""
    return [
        Event(
            after.taken_at,
            "src",
            f"{title_of(before.provider)} → {title_of(after.provider)}",
        )
        for before, after in pairwise(readings)
        if before.provider != after.provider
    ]


def most_telling(events: Iterable[Event]) -> list[Event]:
    """Incidents first, then pieces and changes of provider; the newest of each first."""
    newest = sorted(events, key=lambda event: event.at, reverse=True)
    return sorted(newest, key=lambda event: event.kind != "inc")
