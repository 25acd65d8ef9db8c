"""The markets of a brand's keywords: what to choose from, what to look up, and what needs telling."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count

from serp.models import Brand, Keyword

MARKET = ("engine", "country", "language", "device")


def differing(keywords: Sequence[Keyword]) -> list[str]:
    """The parts of the market in which these keywords differ: only those need telling."""
    fields = ("engine", "country", "language", "location", "device")
    return [field for field in fields if len({getattr(k, field) for k in keywords}) > 1]


def place_words(keyword: Keyword, field: str) -> str:
    """One part of a keyword's market as people write it."""
    if field == "engine":
        return keyword.get_engine_display()
    value: str = getattr(keyword, field)
    return value.upper() if field == "country" else value


def market_fields(key: str) -> dict[str, str]:
    """The lookup behind a market's key, its parts with slashes; one that is none finds nothing."""
    parts = [*key.split("/"), "", "", ""][: len(MARKET)]
    return dict(zip(MARKET, parts, strict=True))


def choices_of(brand: Brand) -> tuple[list[tuple[str, str, int]], list[tuple[str, str, int]]]:
    """The kinds and the markets that the brand's keywords in view have, each with its number."""
    shown = brand.keywords.in_view().order_by()
    kinds = shown.values_list("kind").annotate(number=Count("pk"))
    markets = shown.values_list(*MARKET).annotate(number=Count("pk"))
    labels = dict(Keyword.Kind.choices)
    return (
        [(kind, str(labels[kind]), number) for kind, number in sorted(kinds)],
        [
            ("/".join(parts), Keyword(**dict(zip(MARKET, parts, strict=True))).market, number)
            for *parts, number in sorted(markets)
        ],
    )
