"""What entered, left or moved on page one in a week: only what two readings really show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from serp.cadence import Cadence
from serp.ctr import Curve
from serp.history import Movement, Reading, movements, readings_of
from serp.models import Keyword, Snapshot
from serp.providers.base import PAGE_ONE

LEAST_MOVE = 2
SLACK = timedelta(days=1)


class Kind(StrEnum):
    ENTERED = "entered"
    LEFT = "left"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One page's change, for the keyword where it matters most; `more` counts the other keywords.

    `clicks` is the change of its share of the clicks; `depth` says how far the later reading went.
    """

    kind: Kind
    keyword_id: int
    page_id: int
    was: int | None
    now: int | None
    clicks: float
    depth: int
    more: int = 0

    @property
    def words(self) -> str:
        """From where to where."""
        if self.kind is Kind.ENTERED:
            return f"new at {self.now}" if self.was is None else f"{self.was} → {self.now}"
        if self.now is None:
            return f"was {self.was}"
        return f"{self.was} → {self.now}"

    @property
    def is_up(self) -> bool:
        return self.clicks > 0


def is_known(reading: Reading) -> bool:
    """Whether page one was read to its end with every position reported: only then is a page that is
    missing really not there."""
    if None in reading.pages[:PAGE_ONE]:
        return False
    return reading.depth >= PAGE_ONE or not reading.is_partial


def change_of(movement: Movement, before: Reading, after: Reading, curve: Curve) -> Change | None:
    """What a movement means; None where it is small or nobody can be sure."""
    was, now = movement.was, movement.now
    was_on = was is not None and was <= PAGE_ONE
    now_on = now is not None and now <= PAGE_ONE
    clicks = curve.share(now) - curve.share(was)
    if now_on and not was_on:
        kind = Kind.ENTERED if was is not None or is_known(before) else None
    elif was_on and not now_on:
        kind = Kind.LEFT if now is not None or is_known(after) else None
    elif was is not None and now is not None and was_on and abs(was - now) >= LEAST_MOVE:
        kind = Kind.MOVED
    else:
        kind = None
    if kind is None:
        return None
    return Change(kind, movement.keyword_id, movement.page_id, was, now, clicks, after.depth)


def changes(
    before: Mapping[int, Reading], after: Mapping[int, Reading], curve: Curve
) -> list[Change]:
    """The changes of all keywords that have both readings, one a page and kind, in no order."""
    found: dict[tuple[int, Kind], list[Change]] = {}
    for keyword_id, reading in after.items():
        earlier = before.get(keyword_id)
        for movement in movements(earlier, reading) if earlier else ():
            change = change_of(movement, before[keyword_id], reading, curve)
            if change is not None:
                found.setdefault((change.page_id, change.kind), []).append(change)
    return [
        replace(max(group, key=lambda change: abs(change.clicks)), more=len(group) - 1)
        for group in found.values()
    ]


def most_important(rows: Iterable[Change], tones: Mapping[int, str]) -> list[Change]:
    """Negatives first, then our own pages, then others; each by the clicks that are at stake."""
    order = {"neg": 0, "own": 1}
    return sorted(
        rows,
        key=lambda row: (order.get(tones.get(row.page_id, ""), 2), -abs(row.clicks), row.page_id),
    )


def standing_at(keywords: Iterable[Keyword], *moments: datetime) -> list[dict[int, Reading]]:
    """The reading that stood at each moment for each keyword: the newest one up to then, if it is not
    older than the keyword's cadence and a day. Three queries, however many keywords and moments."""
    lengths = {row.pk: Cadence(row.cadence).length + SLACK for row in keywords}
    if not lengths:
        return [{} for _ in moments]
    longest = max(lengths.values())
    near = Q(*[Q(taken_at__lt=at, taken_at__gte=at - longest) for at in moments], _connector=Q.OR)
    rows = list(
        Snapshot.objects.filter(near, keyword__in=lengths)
        .order_by("taken_at")
        .values_list("keyword_id", "taken_at", "pk")
    )
    newest = [
        {keyword: pk for keyword, taken_at, pk in rows if at - lengths[keyword] <= taken_at < at}
        for at in moments
    ]
    kept = Snapshot.objects.filter(pk__in={pk for found in newest for pk in found.values()})
    by_pk = {reading.snapshot_id: reading for reading in readings_of(kept.defer("features"))}
    return [{keyword: by_pk[pk] for keyword, pk in found.items()} for found in newest]
