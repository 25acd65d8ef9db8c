"""Finds new negatives in the first three and has them confirmed, and tells people of those that stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from reputation.models import Incident, Judgement, Mark
from reputation.tone import Tone
from serp import confirming, departures, drift
from serp.history import Reading
from serp.models import Brand, Confirmation, Heartbeat, Keyword, Page, Snapshot

LOOKED = "new negatives"
"""The sign that the last look leaves: up to when every reading of a check was judged and looked at."""
TOLD_FOR = timedelta(hours=24)
"""How long a surprise is something to look at today."""

Verdict = Confirmation.Verdict


@dataclass(frozen=True, slots=True)
class Surprise:
    """A surprise that people should know of: a new negative in the first three, or a page of the
    brand's own that has left page one. `position` is where the negative stands; None: it has left."""

    keyword: Keyword
    page_id: int
    title: str
    position: int | None
    verdict: str
    at: datetime
    snapshot_id: int

    @property
    def is_pending(self) -> bool:
        return self.verdict == Verdict.WAITING

    @property
    def is_confirmed(self) -> bool:
        return self.verdict == Verdict.CONFIRMED


def look(now: datetime) -> None:
    """Ask for a second reading of each new negative in the first three of the newest readings, once
    they are judged. Safe to repeat."""
    last = Heartbeat.last(LOOKED)
    earliest = now - confirming.PATIENCE
    since = earliest if last is None else max(last - confirming.OVERLAP, earliest)
    rows = with_negative(departures.newest_checked(since, now))
    for number in range(0, len(rows), confirming.AT_ONCE):
        look_at(rows[number : number + confirming.AT_ONCE], now)
    unjudged = Snapshot.objects.filter(
        judgement__isnull=True, source=Snapshot.Source.CHECK, taken_at__gt=since
    ).aggregate(first=Min("taken_at"))["first"]
    Heartbeat.beat(LOOKED, min(now, unjudged or now))


def with_negative(rows: Sequence[Snapshot]) -> list[Snapshot]:
    """Those of the readings that are judged and have a negative in the first three."""
    judged = Judgement.objects.filter(snapshot__in=rows, worst__lte=departures.TOP)
    wanted = set(judged.values_list("snapshot", flat=True))
    return [row for row in rows if row.pk in wanted]


def look_at(rows: Sequence[Snapshot], now: datetime) -> None:
    """Ask about the new negatives of these readings."""
    looks = departures.with_earlier(rows)
    fresh = {row.pk: new_in_top(looks[row.pk].reading, looks[row.pk].before) for row in rows}
    wanted = {page for pages in fresh.values() for page in pages}
    marks = Mark.objects.filter(
        brand__in={row.keyword.brand_id for row in rows}, page__in=wanted, tone=Tone.NEGATIVE
    )
    negative = set(marks.values_list("brand_id", "page_id"))
    pages = Page.objects.in_bulk(wanted)
    for row in rows:
        for page in fresh[row.pk]:
            if (row.keyword.brand_id, page) in negative:
                confirming.ask(row, pages[page], is_gone=False, now=now)


def new_in_top(reading: Reading, before: Sequence[Reading]) -> list[int]:
    """The ids of pages in the first three that stood there in none of the readings before. The first
    reading of a keyword holds no surprise, and neither does one after readings that did not say."""
    tops = [row.pages[: departures.TOP] for row in before]
    if not tops or any(None in top for top in tops):
        return []
    known = {page for top in tops for page in top}
    fresh = dict.fromkeys(reading.pages[: departures.TOP])
    return [page for page in fresh if page is not None and page not in known]


def surprises(brand: Brand, now: datetime) -> list[Surprise]:
    """What people should know of today, the newest first: surprises of the last day that no second
    reading has refuted, about pages without an incident. Empty while alerts about the brand's results
    are held, because a run is to be doubted."""
    if drift.holds(brand, now):
        return []
    rows = (
        Confirmation.objects.filter(snapshot__keyword__brand=brand, asked_at__gt=now - TOLD_FOR)
        .exclude(verdict=Verdict.REFUTED)
        .select_related("snapshot__keyword", "page")
        .defer("snapshot__features")
        .order_by("-asked_at", "-pk")
    )
    found = {(row.snapshot.keyword_id, row.page_id, row.is_gone): row for row in reversed(rows)}
    pages = {row.page_id for row in found.values()}
    marks = {
        mark.page_id: mark
        for mark in brand.marks.filter(page__in=pages).select_related("page", "listing")
    }
    known = set(Incident.objects.filter(brand=brand, page__in=pages).values_list("page", flat=True))
    looks = departures.with_earlier([row.snapshot for row in found.values()])
    told = []
    for row in reversed(found.values()):
        mark = marks.get(row.page_id)
        if mark is None or not is_alarming(mark, is_gone=row.is_gone) or row.page_id in known:
            continue
        reading = looks[row.snapshot_id].reading
        told.append(
            Surprise(
                row.snapshot.keyword,
                row.page_id,
                (mark.listing.title if mark.listing else "") or row.page.url,
                None if row.is_gone else reading.position(row.page_id),
                row.verdict,
                row.snapshot.taken_at,
                row.snapshot_id,
            )
        )
    return told


def is_alarming(mark: Mark, *, is_gone: bool) -> bool:
    """A negative that has come, or a page of ours that has gone: the reverse is good news."""
    if is_gone:
        return mark.ownership == Mark.Ownership.OWNED and mark.tone != Tone.NEGATIVE
    return mark.tone == Tone.NEGATIVE
