"""The month calendar of a brand's pieces."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content import planner
from content.editorial_calendar import is_on_calendar, month_of, weeks_of
from content.models import Piece
from content.planner import Planner
from content.scheduling.choice import Choice, options_of
from content.scheduling.freezing import holding
from content.scheduling.undo import latest
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
    weeks = weeks_of(year, month)
    plan = planner.planner_of(
        brand, Choice.of(request.GET), today, first=weeks[0][0], last=weeks[-1][0]
    )
    cards = planner.month_cards(plan, year=year, month=month)
    unscheduled, unscheduled_count = planner.unscheduled(plan)
    context = {
        "month": month_of(year, month, cards=cards, ahead=plan.ahead),
        "unscheduled": unscheduled,
        "unscheduled_count": unscheduled_count,
    }
    return render(request, "content/calendar.html", frame(request, plan, "calendar") | context)


def frame(request: HttpRequest, plan: Planner, view: str) -> dict[str, Any]:
    """What month, week, board and list share: the filter, late pieces, conflicts, freeze, undo."""
    now = timezone.now()
    ahead = plan.ahead
    return {
        "view": view,
        "today": plan.today,
        "choice": plan.choice,
        "options": options_of(plan.brand, ahead.people),
        "late": planner.late(plan),
        "conflicts": ahead.conflicts,
        "freeze": holding(ahead.freezes, plan.today),
        "freezes_ahead": [one for one in ahead.freezes if one.starts_on > plan.today],
        "undoable": latest(request.session, plan.brand, now),
        "statuses": [
            (value, label)
            for value, label in Piece.Status.choices
            if value != Piece.Status.PUBLISHED
        ],
    }
