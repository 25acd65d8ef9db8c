"""The month calendar of a brand's pieces."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content import planner
from content.editorial_calendar import FULL_WEEK, is_on_calendar, month_of
from content.models import Piece
from serp.access import brand_page
from serp.models import Brand


@brand_page
def month(
    request: HttpRequest, brand: Brand, year: int | None = None, month: int | None = None
) -> HttpResponse:
    """A month, by default the one that it is in the brand's zone."""
    today = timezone.now().astimezone(brand.zone).date()
    year, month = year or today.year, month or today.month
    if not is_on_calendar(year, month):
        raise Http404("The calendar has no such month.")
    choice = planner.Choice.of(request.GET)
    cards = planner.month_cards(brand, choice, year=year, month=month, today=today)
    unscheduled, unscheduled_count = planner.unscheduled(brand, choice, today)
    return render(
        request,
        "content/calendar.html",
        {
            "full_week": FULL_WEEK,
            "month": month_of(year, month, cards=cards, today=today),
            "today": today,
            "unscheduled": unscheduled,
            "unscheduled_count": unscheduled_count,
            "late": planner.late(brand, choice, today),
            "choice": choice,
            "owners": planner.owners(brand),
            "kinds": Piece.Kind.choices,
            "statuses": Piece.Status.choices,
        },
    )
