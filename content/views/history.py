"""The ranking history of a keyword: what happened, every page's line, the numbers, and a CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, Min
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from content.charts.drawing import spoken_span
from content.charts.picture import NARROW, WIDE
from content.charts.ranking import RankingChart
from content.charts.readout import readout
from content.freshness import is_failure, reason_of
from content.happenings import most_telling
from content.opening import worst_keyword
from content.ranking_words import highest
from content.spans import ALL, SPANS, BadSpan, Known, Stretch, asked_for, stretch_of
from content.spans import NARROW as NARROW_SPAN
from content.story import names_of, story_of
from content.story_table import COLUMNS, table_of
from content.telling import MOST_LINES
from serp.access import brand_page, of_brand
from serp.history import Gap, gaps, readings
from serp.models import Brand, Keyword
from serp.providers.registry import title_of
from serp.sheets import cell

MOST_EVENTS = 6


@brand_page
def pick(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Open the keyword that was picked, or the one whose negatives take the most clicks."""
    asked = request.GET.get("keyword", "")
    pk = (
        of_brand(brand, Keyword.objects.all(), pk=asked).pk
        if asked.isascii() and asked.isdecimal()
        else None
    )
    pk = pk or worst_keyword(brand)
    if pk is None:
        return render(request, "content/history.html", {"keyword": None})
    query = request.GET.copy()
    query.pop("keyword", None)
    there = reverse("history-keyword", args=[brand.slug, pk])
    return redirect(f"{there}?{query.urlencode()}" if query else there)


@brand_page
def keyword(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """The history of one keyword."""
    keywords = list(brand.keywords.select_related("last_check").order_by("phrase", "pk"))
    row = next((row for row in keywords if row.pk == pk), None)
    if row is None:
        raise Http404("No such keyword.")
    now = timezone.now()
    known = known_of(row)
    context: dict[str, Any] = {
        "keyword": row,
        "keywords": picker(keywords),
        "spans": [*((key, words) for key, (words, _) in SPANS.items()), (ALL, "All")],
    }
    if known is None:
        context["gaps"] = gaps(row, since=now - SPANS["26"][1], until=now)[-3:]
        return render(request, "content/history.html", context)
    try:
        asked = asked_for(request.GET, known, now=now, zone=brand.zone)
    except BadSpan as error:
        context["complaint"] = str(error)
        asked = asked_for({}, known, now=now, zone=brand.zone)
    everything = "all" in request.GET
    story = story_of(brand, row, asked.stretch, everything=everything)
    wide = RankingChart(story.picture, WIDE)
    inner = stretch_of(NARROW_SPAN, known, now=now) if asked.is_default else asked.stretch
    begin = max(inner.first, asked.stretch.first)
    narrow = RankingChart(story.on_a_phone(begin, everything=everything), NARROW)
    events = [(x.kind, wide.day(x.at), x.words) for x in most_telling(story.picture.events)]
    top = highest(story.rows, len(story.readings) - 1) if story.readings else None
    context |= {
        "story": story,
        "few": len(narrow.picture.lines),
        "asked": asked,
        "narrow_name": NARROW_SPAN if asked.is_default else asked.name,
        "period": period(brand, asked.stretch.first, asked.stretch.last),
        "narrow_period": period(brand, narrow.picture.first, asked.stretch.last),
        "kinds": [kind for kind, _, _ in wide.lanes.lanes],
        "wide": wide.svg() if story.readings else "",
        "narrow": narrow.svg() if story.readings else "",
        "events": events[:MOST_EVENTS],
        "more_events": events[MOST_EVENTS:],
        "has_words_left_out": wide.lanes.words_left_out > 0,
        "readout": readout(story, [wide, narrow]),
        "table": table_of(story, brand.zone),
        "columns": min(COLUMNS, len(story.readings)),
        "everything": everything,
        "most": MOST_LINES,
        "has_thin": any(line.is_thin for line in story.picture.lines),
        "top": top,
        "silent_days": (now - known.last).days if asked.name and asked.stretch.last < now else 0,
        "providers": [title_of(name) for name in dict.fromkeys(r.provider for r in story.readings)],
        "last_reading_at": known.last,
        "missed": missed(row, known.last),
    }  # fmt: skip
    return render(request, "content/history.html", context)


def missed(row: Keyword, read_at: datetime) -> Gap | None:
    """The last check, if it brought nothing since the newest reading."""
    check = row.last_check
    if check is None or check.finished_at is None or not is_failure(check, read_at):
        return None
    return Gap(check.finished_at, reason_of(check))


def known_of(row: Keyword) -> Known | None:
    """When the keyword was first and last read; None when never."""
    found = row.snapshots.aggregate(first=Min("taken_at"), last=Max("taken_at"))
    return Known(found["first"], found["last"]) if found["first"] else None


def picker(rows: Sequence[Keyword]) -> list[tuple[int, str]]:
    """Keywords for the choice list; the market is named where a phrase stands twice."""
    phrases = [row.phrase for row in rows]
    return [
        (row.pk, f"{row.phrase} ({row.market})" if phrases.count(row.phrase) > 1 else row.phrase)
        for row in rows
    ]


def period(brand: Brand, first: datetime, last: datetime) -> str:
    """The days between two moments, in the brand's zone and in words."""
    return spoken_span(first.astimezone(brand.zone).date(), last.astimezone(brand.zone).date())


HEADERS = (
    "date", "time", "time zone", "keyword", "market", "provider", "reading", "depth read", "position",
    "address", "title", "tone",
)  # fmt: skip


class Echo:
    """A file that hands back what is written: lets the csv module feed a stream."""

    def write(self, line: str) -> str:
        return line


@brand_page  # type: ignore[arg-type]  # a stream is no HttpResponse to the checker
def export(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse | StreamingHttpResponse:
    """Every reading of the stretch as CSV: one row a result, and one a check that brought none."""
    row = of_brand(brand, Keyword.objects.all(), pk=pk)
    now = timezone.now()
    known = known_of(row) or Known(now, now)
    try:
        asked = asked_for(request.GET, known, now=now, zone=brand.zone)
    except BadSpan as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
    writer = csv.writer(Echo())
    rows = export_rows(brand, row, asked.stretch)
    answer = StreamingHttpResponse(
        (writer.writerow([cell(value) for value in line]) for line in rows),
        content_type="text/csv; charset=utf-8",
    )
    name = slugify(row.phrase) or f"keyword-{row.pk}"
    answer["Content-Disposition"] = f'attachment; filename="history-{name}.csv"'
    return answer


def export_rows(brand: Brand, row: Keyword, stretch: Stretch) -> Iterator[tuple[object, ...]]:
    """The header and the rows, oldest first. The database is asked before the first row leaves."""
    found = readings(row, since=stretch.first, until=stretch.last)
    missed = gaps(row, since=stretch.first, until=stretch.last)
    names = names_of(brand, found, ())
    yield HEADERS

    def when(at: datetime) -> tuple[object, ...]:
        local = at.astimezone(brand.zone)
        return f"{local:%Y-%m-%d}", f"{local:%H:%M}", str(brand.zone), row.phrase, row.market

    for reading in found:
        outcome = "partly read" if reading.is_partial else "measured"
        start = (*when(reading.taken_at), title_of(reading.provider), outcome, reading.depth)
        for position, page in enumerate(reading.pages, start=1):
            if page is None:
                yield (*start, position, "", "not reported", "")
            else:
                named = names[page]
                yield (*start, position, named.address, named.title, named.word)
    for gap in missed:
        yield (*when(gap.at), "", f"no reading: {gap.reason}", "", "", "", "", "")
