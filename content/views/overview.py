"""A brand's overview: how bad, better or worse, and what to do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from content.charts.score import NARROW, WIDE, ScoreChart
from content.overview import overview_of
from serp.access import brand_page
from serp.models import Brand

MOST_TASKS = 6


@brand_page
def overview(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The overview as of now."""
    page = overview_of(brand, now=timezone.now())
    has_line = bool(page.picture.times)
    context = {
        "page": page,
        "tasks": page.tasks[:MOST_TASKS],
        "more_tasks": page.tasks[MOST_TASKS:],
        "wide": ScoreChart(page.picture, WIDE).svg() if has_line else "",
        "narrow": ScoreChart(page.picture, NARROW).svg() if has_line else "",
    }
    return render(request, "content/overview.html", context)
