"""A week of a brand's pieces, with times, by person and day."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content import planner
from content.editorial_calendar import monday_on_calendar, week_page
from content.scheduling.capacity import monday_of
from content.scheduling.choice import Choice
from content.views.calendar import frame
from serp.access import brand_page
from serp.models import Brand


@brand_page
def week(
    request: HttpRequest, brand: Brand, year: int | None = None, week: int | None = None
) -> HttpResponse:
    """An ISO week, by default the one that it is in the brand's zone."""
    today = timezone.now().astimezone(brand.zone).date()
    monday = monday_of(today) if year is None or week is None else monday_on_calendar(year, week)
    if monday is None:
        raise Http404("The calendar has no such week.")
    plan = planner.planner_of(brand, Choice.of(request.GET), today, first=monday, last=monday)
    cards = plan.cards(plan.rows().between(monday, monday + timedelta(days=6)))
    context = {
        "week": week_page(monday, cards=cards, ahead=plan.ahead),
        "sunday": monday + timedelta(days=6),
    }
    return render(request, "content/week.html", frame(request, plan, "calendar-week") | context)
