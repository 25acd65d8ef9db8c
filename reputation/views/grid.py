"""The SERP grid: keywords by positions, the card of one result, and the export."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from reputation.evidence import reasons, stretches
from reputation.grid import Filters, Grid, reading_before, span_of
from reputation.grid_cells import move_of
from reputation.grid_sheet import sheet
from reputation.headlines import headline_of
from reputation.markets import choices_of
from reputation.marking import stamp
from reputation.models import Incident, Mark
from reputation.shades import buttons
from reputation.standing import seen_now, severity_now, standings
from reputation.tone.verdict import Tone
from serp.access import brand_page
from serp.models import Brand, Listing, Snapshot
from serp.providers.base import PAGE_ONE

ROWS = 50
NUMBERS = tuple(range(1, PAGE_ONE + 1))


def asked_grid(request: HttpRequest, brand: Brand) -> tuple[Grid, date, date]:
    """The grid that the query string asks for, its day, and today in the brand's zone."""
    now = timezone.now()
    today = now.astimezone(brand.zone).date()
    day = min(asked_day(request.GET.get("day", "")) or first_day(brand) or today, today)
    filters = Filters(
        text=request.GET.get("q", "").strip()[:200],
        kind=request.GET.get("kind", ""),
        market=request.GET.get("market", ""),
        negatives_only=request.GET.get("negatives") == "on",
    )
    return Grid(brand, span=span_of(brand, day, now), filters=filters), day, today


def first_day(brand: Brand) -> date | None:
    """The day to open where nothing is watched any more: that of the newest reading."""
    if brand.keywords.watched().exists():
        return None
    taken_at = brand.keywords.aggregate(newest=Max("latest__taken_at"))["newest"]
    return taken_at.astimezone(brand.zone).date() if taken_at else None


def asked_day(text: str) -> date | None:
    """A day written as 2026-11-18; None when it is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def asked_rows(text: str, shown: list[int]) -> set[int]:
    """The keywords whose positions 11 to 20 are to be drawn: "all", or ids with commas."""
    if text == "all":
        return set(shown)
    return {int(part) for part in text.split(",") if part.isascii() and part.isdigit()} & set(shown)


@brand_page
@require_safe
def grid(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The grid of a day, fifty keywords a page, most negative clicks first."""
    table, day, today = asked_grid(request, brand)
    page = Paginator(table.lines, ROWS).get_page(request.GET.get("page"))
    open_rows = asked_rows(request.GET.get("open", ""), [line.keyword.pk for line in page])
    kinds, markets = choices_of(brand)
    total = sum(number for _, _, number in kinds)
    bad = [line for line in table.lines if line.gap is None and (line.worst or 99) <= PAGE_ONE]
    return render(
        request,
        "reputation/grid.html",
        {
            "rows": table.rows(list(page), unfold=open_rows),
            "page": page,
            "numbers": NUMBERS,
            "filters": table.filters,
            "counts": table.counts,
            "bad": bad,
            "worst": min(bad, key=lambda line: line.worst or 99, default=None),
            "day": day,
            "today": today,
            "earlier": day - timedelta(days=1),
            "later": day + timedelta(days=1) if day < today else None,
            "kinds": kinds,
            "markets": markets,
            "total": total,
            "paused": brand.keywords.count() - total,
            "all_open": request.GET.get("open") == "all",
        },
    )


@brand_page
@require_safe
def export(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The grid of a day as CSV, one line a result, all keywords that the filters leave."""
    table, day, _ = asked_grid(request, brand)
    response = HttpResponse(sheet(table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{brand.slug}-serp-{day}.csv"'
    return response


@brand_page
@require_safe
def card(request: HttpRequest, brand: Brand, snapshot: int, position: int) -> HttpResponse:
    """One result with its evidence: a page of its own, or with `part` only the card for the grid."""
    row = get_object_or_404(Snapshot.objects.filter(keyword__brand=brand), pk=snapshot)
    place = position - 1
    listing_id = row.results[place] if 0 <= place < len(row.results) else None
    if listing_id is None:
        raise Http404("No result was read at this position.")
    template = "reputation/_card.html" if "part" in request.GET else "reputation/card.html"
    return render(request, template, card_context(brand, row, position, listing_id))


def card_context(brand: Brand, row: Snapshot, position: int, listing_id: int) -> dict[str, Any]:
    """What the card of one result shows."""
    listing = get_object_or_404(Listing.objects.select_related("page"), pk=listing_id)
    mark = (
        Mark.objects.filter(brand=brand, page=listing.page)
        .select_related("brand", "marked_by", "listing", "page")
        .first()
    )
    stands = standings(brand, [listing.page_id]).get(listing.page_id, [])
    is_negative = mark is not None and mark.tone == Tone.NEGATIVE
    evidence = mark.evidence if mark is not None and mark.listing_id == listing.pk else []
    return {
        "snapshot": row,
        "day": row.taken_at.astimezone(brand.zone).date(),
        "keyword": row.keyword,
        "position": position,
        "listing": listing,
        "page": listing.page,
        "mark": mark,
        "move": move_of(reading_before(row), listing.page_id, position),
        "title": stretches(listing.title or listing.page.host, evidence, "title"),
        "snippet": stretches(listing.snippet, evidence, "snippet"),
        "headline": headline_of(mark) if mark else "",
        "reasons": reasons(mark.evidence if mark else []),
        "severity": severity_now(mark, stands, seen_now(brand)) if mark and is_negative else None,
        "buttons": buttons(five=False, tone=mark.tone, shade=mark.shade) if mark else [],
        "stamp": stamp(mark) if mark else "",
        "standings": stands,
        "incident": Incident.objects.filter(brand=brand, page=listing.page).open().first(),
    }
