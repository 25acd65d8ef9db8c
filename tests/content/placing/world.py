"""Result pages with real hosts in them, for the tests of places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from content.models import Placement
from content.placing.listing import Line, catalogue_of
from reputation.judging import judge
from serp.models import Brand, Keyword, Snapshot
from serp.providers.base import Item
from serp.recording import Reading, record
from tests.cast import NOW


def show(keyword: Keyword, results: Mapping[int, str], *, at: datetime = NOW) -> Snapshot:
    """A judged reading of ten results: these addresses at their positions, strangers elsewhere."""
    items = tuple(
        Item(
            position,
            results.get(position, f"https://stranger{position}.example/{keyword.pk}"),
            f"Result {position}",
            "Some text.",
        )
        for position in range(1, 11)
    )
    (snapshot,) = record(
        [
            Reading(
                keyword=keyword,
                taken_at=at,
                items=items,
                features=(),
                depth=10,
                asked=10,
                provider="sample",
                source=Snapshot.Source.CHECK,
                is_partial=False,
            )
        ]
    )
    judge([snapshot])
    keyword.refresh_from_db()
    return snapshot


def line_of(brand: Brand, slug: str) -> Line:
    """What is known of one place of the catalogue."""
    return next(line for line in catalogue_of(brand).lines if line.place.slug == slug)


def place(slug: str) -> Placement:
    return Placement.objects.get(slug=slug, brand=None)


def more_keywords(brand: Brand, number: int, **fields: str) -> list[Keyword]:
    """Further keywords of this brand."""
    values = {"country": "no"} | fields
    return [
        Keyword.objects.create(brand=brand, phrase=f"{brand.name.lower()} {n}", **values)
        for n in range(number)
    ]
