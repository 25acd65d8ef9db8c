"""The brand's other keywords next to one: their result pages, and the own pages that rank there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from content.boards import newest
from content.models import Piece
from content.terms import base_language, words_of
from content.wording import repeats
from reputation.models import Mark
from reputation.tone.verdict import Tone
from serp.addresses import display_address
from serp.history import Reading, listings_of
from serp.models import Brand, Keyword, Listing

MOST_KEYWORDS = 30
MOST_LINKS = 6
DEEPEST = 20
"""Own pages below this position have little to lend to another page."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another keyword of the brand in the same language, with its newest result page."""

    keyword: Keyword
    reading: Reading
    listings: tuple[Listing | None, ...]
    shared: int
    """Words that it has in common with the keyword asked about."""


def neighbours(brand: Brand, keyword: Keyword) -> list[Neighbour]:
    """The brand's other keywords of the language that were read, most words in common first, at most
    30 of them: three queries however many there are."""
    own = set(words_of(keyword.phrase))
    rows = brand.keywords.in_view().filter(latest__isnull=False).exclude(pk=keyword.pk)
    language = base_language(keyword.language)
    found = [
        (len(own & set(words_of(row.phrase))), row)
        for row in rows.order_by("pk")
        if base_language(row.language) == language and row.phrase != keyword.phrase
    ]
    nearest = sorted(found, key=lambda pair: -pair[0])[:MOST_KEYWORDS]
    readings = newest([row for _, row in nearest])
    listings = listings_of(readings.values())
    return [
        Neighbour(
            row,
            readings[row.pk],
            tuple(listings.get(pk) if pk else None for pk in readings[row.pk].listings),
            shared,
        )
        for shared, row in nearest
        if row.pk in readings
    ]


def link_rows(
    brand: Brand,
    near: Sequence[Neighbour],
    *,
    avoid: Sequence[str],
    without: Sequence[int | None],
) -> list[dict[str, Any]]:
    """Own pages to link from, as a brief stores them: those that rank for related keywords, nearest
    and highest first, then published pieces. Never a negative one, nor pages `without` (ids)."""
    pages = {page for one in near for page in one.reading.pages[:DEEPEST] if page is not None}
    owned = set(
        Mark.objects.filter(brand=brand, page__in=pages, ownership=Mark.Ownership.OWNED)
        .exclude(tone=Tone.NEGATIVE)
        .values_list("page_id", flat=True)
    )
    found: dict[int, tuple[tuple[int, int], dict[str, Any]]] = {}
    for one in near:
        for position, listing in enumerate(one.listings[:DEEPEST], start=1):
            if listing is None or listing.page_id not in owned or listing.page_id in without:
                continue
            if repeats(display_address(listing.page.url), avoid):
                continue
            order = (-one.shared, position)
            if listing.page_id not in found or order < found[listing.page_id][0]:
                why = f"at {position} for “{one.keyword.phrase}”"
                found[listing.page_id] = (order, row_of(listing, why, avoid))
    ranked = [row for _, row in sorted(found.values(), key=lambda pair: pair[0])]
    return [*ranked, *published(brand, avoid, without=[*found, *without])][:MOST_LINKS]


def row_of(listing: Listing, why: str, avoid: Sequence[str]) -> dict[str, Any]:
    """One link. A title that repeats the negative gives way to the address: it would be link text."""
    title = listing.title
    if not title or repeats(title, avoid):
        title = display_address(listing.page.url)
    return {"url": listing.page.seen_url, "title": title[:200], "why": why}


def published(
    brand: Brand, avoid: Sequence[str], *, without: Sequence[int | None]
) -> list[dict[str, Any]]:
    """Pieces that are out, the newest first, whose pages are not negative."""
    rows = Piece.objects.filter(brand=brand).live().order_by("-published_at")[:MOST_LINKS]
    live = [piece for piece in rows if piece.page_id not in without]
    negative = set(
        Mark.objects.filter(
            brand=brand, page__in=[piece.page_id for piece in live], tone=Tone.NEGATIVE
        ).values_list("page_id", flat=True)
    )
    return [
        {"url": piece.url, "title": piece.title, "why": "a piece that is published"}
        for piece in live
        if piece.page_id not in negative and not repeats(piece.title, avoid)
    ]
