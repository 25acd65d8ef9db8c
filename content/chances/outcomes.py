"""What the brand's published pieces reached: counted by type and by host, and lifts apart."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from content.chances.rates import Rate
from content.measuring import FOLLOWED
from content.models import Piece
from serp.history import readings_of
from serp.models import Brand, Sighting, Snapshot
from serp.providers.base import PAGE_ONE


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Of the pieces that were out for four weeks: by type and by domain those that reached page one
    of their keyword; of the lifted pages those that stand above the negative now."""

    kinds: dict[str, Rate] = field(default_factory=dict)
    domains: dict[str, Rate] = field(default_factory=dict)
    lifts: Rate = field(default_factory=Rate)


def outcomes(brand: Brand, now: datetime) -> Outcomes:
    """Count over the brand's pieces; a constant number of queries."""
    out = Piece.objects.filter(
        brand=brand,
        status__in=Piece.LIVE,
        keyword__latest__isnull=False,
        published_at__lte=now - FOLLOWED,
    ).select_related("page", "keyword")
    rows = [row for row in out if row.page_id or row.lifts_id]
    latest = [row.keyword.latest_id for row in rows if row.keyword and row.keyword.latest_id]
    readings = {
        reading.keyword_id: reading
        for reading in readings_of(Snapshot.objects.filter(pk__in=latest).defer("features"))
    }
    entered = set(
        Sighting.objects.filter(
            page__in=[row.page_id for row in rows if row.page_id], first_position__lte=PAGE_ONE
        ).values_list("keyword_id", "page_id")
    )
    kinds: dict[str, Rate] = defaultdict(Rate)
    domains: dict[str, Rate] = defaultdict(Rate)
    lifts = Rate()
    for row in rows:
        reading = readings.get(row.keyword_id or 0)
        if reading is None or reading.taken_at < (row.published_at or now) + FOLLOWED:
            continue
        if row.lifts_id:
            if row.displaces_id:
                ours = reading.position(row.lifts_id)
                its = reading.position(row.displaces_id) or reading.depth + 1
                lifts += Rate(int(ours is not None and ours < its), 1)
        elif row.page is not None:
            position = reading.position(row.page.pk)
            is_up = position is not None and position <= PAGE_ONE
            case = Rate(int(is_up or (row.keyword_id, row.page_id) in entered), 1)
            kinds[row.kind] += case
            domains[row.page.domain] += case
    return Outcomes(dict(kinds), dict(domains), lifts)
