"""The list of a brand's pieces: sorted, in pages, and the list of its conflicts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content import planner
from content.models import Piece
from content.scheduling.capacity import hours_of
from content.scheduling.choice import Choice
from content.views.calendar import frame
from serp.access import brand_page
from serp.models import Brand

MOST_CONFLICTS = 150
COLUMNS = (
    ("title", "Piece"),
    ("day", "Goes out"),
    ("due", "Draft due"),
    ("step", "Step"),
    ("owner", "Owner"),
    ("kind", "Type"),
    ("keyword", "Keyword"),
)


@brand_page
def pieces(request: HttpRequest, brand: Brand) -> HttpResponse:
    """A page of the list; `sort` is a column's name, with a minus the other way round."""
    today = timezone.now().astimezone(brand.zone).date()
    plan = planner.planner_of(brand, Choice.of(request.GET), today)
    sheet, cards, sort = planner.sheet(
        plan, sort=request.GET.get("sort", ""), page=request.GET.get("page", "")
    )
    context = {
        "sheet": sheet,
        "rows": [(card, hours_of(card.piece, plan.ahead.usual)) for card in cards],
        "columns": [heading(name, title, sort) for name, title in COLUMNS],
        "sort": sort,
    }
    return render(request, "content/list.html", frame(request, plan, "calendar-list") | context)


def heading(name: str, title: str, sort: str) -> dict[str, str]:
    """A column's heading: what a click on it sorts by, and for readers how it is sorted now."""
    is_up, is_down = sort == name, sort == f"-{name}"
    state = "ascending" if is_up else "descending" if is_down else ""
    return {"title": title, "sort": f"-{name}" if is_up else name, "state": state}


@brand_page
def conflicts(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Everything that collides in the plan, with what to do about it."""
    today = timezone.now().astimezone(brand.zone).date()
    plan = planner.planner_of(brand, Choice(), today)
    shown = plan.ahead.conflicts[:MOST_CONFLICTS]
    ids = {pk for one in shown for pk in one.pieces}
    titles = dict(Piece.objects.filter(brand=brand, pk__in=ids).values_list("pk", "title"))
    rows = [(one, [(pk, titles[pk]) for pk in one.pieces if pk in titles]) for one in shown]
    return render(
        request,
        "content/conflicts.html",
        {
            "rows": rows,
            "today": today,
            "total": len(plan.ahead.conflicts),
            "pieces": len(plan.ahead.by_piece),
        },
    )
