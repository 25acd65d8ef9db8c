"""The board: a brand's pieces by the step that they stand at."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content import planner
from content.scheduling.choice import Choice
from content.views.calendar import frame
from serp.access import brand_page
from serp.models import Brand


@brand_page
def board(request: HttpRequest, brand: Brand) -> HttpResponse:
    """All lanes; `lane` picks the one that a narrow screen shows first."""
    today = timezone.now().astimezone(brand.zone).date()
    plan = planner.planner_of(brand, Choice.of(request.GET), today)
    lanes = planner.lanes(plan)
    context = {
        "lanes": lanes,
        "picked": planner.picked_lane(lanes, request.GET.get("lane", "")),
        "total": sum(lane.count for lane in lanes),
        "due_today": sum(card.due.is_today for lane in lanes for card in lane.cards),
    }
    return render(request, "content/board.html", frame(request, plan, "board") | context)
