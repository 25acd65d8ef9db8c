"""The board: a brand's pieces by the step that they stand at."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content import planner
from content.models import Piece
from serp.access import brand_page
from serp.models import Brand


@brand_page
def board(request: HttpRequest, brand: Brand) -> HttpResponse:
    """All lanes; `lane` picks the one that a narrow screen shows first."""
    today = timezone.now().astimezone(brand.zone).date()
    choice = planner.Choice.of(request.GET)
    lanes = planner.lanes(brand, choice, today)
    total = sum(lane.count for lane in lanes)
    return render(
        request,
        "content/board.html",
        {
            "lanes": lanes,
            "picked": planner.picked_lane(lanes, request.GET.get("lane", "")),
            "total": total,
            "late": planner.late(brand, choice, today),
            "due_today": sum(card.due.is_today for lane in lanes for card in lane.cards),
            "today": today,
            "choice": choice,
            "owners": planner.owners(brand),
            "kinds": Piece.Kind.choices,
        },
    )
