"""One's own calendar feeds of a brand, and the feed itself, read by calendar programs."""

from __future__ import annotations

from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from content import feeding, ical
from content.models import CalendarFeed, Piece
from serp.access import Role, brand_page, of_brand
from serp.models import Brand


@brand_page(write=Role.VIEWER)
def feeds(request: HttpRequest, brand: Brand) -> HttpResponse:
    """List one's feeds; POST makes one. Its address is in that one answer and nowhere else."""
    user = cast(User, request.user)
    made, token = None, ""
    if request.method == "POST":
        try:
            made, token = feeding.open_feed(brand, user)
        except feeding.TooManyFeeds as error:
            messages.error(request, str(error), extra_tags="bad")
            return redirect("calendar-feeds", brand.slug)
    own = CalendarFeed.objects.filter(brand=brand, user=user).order_by("-created_at")
    address = settings.SITE_URL + reverse("feed", args=[token]) if made else ""
    answer = render(
        request,
        "content/feeds.html",
        {
            "feeds": own.filter(revoked_at=None),
            "revoked": own.exclude(revoked_at=None)[:10],
            "made": made,
            "address": address,
        },
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@brand_page(write=Role.VIEWER)
@require_POST
def revoke(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """End one of one's own feeds."""
    feed = of_brand(brand, CalendarFeed.objects.filter(user=cast(User, request.user)), pk=pk)
    feeding.revoke(feed, timezone.now())
    messages.success(request, "The feed is revoked. Its address answers nobody any more.")
    return redirect("calendar-feeds", brand.slug)


@require_safe
def ics(request: HttpRequest, token: str) -> HttpResponse:
    """The feed: whoever knows the address reads it, as long as its person may see the brand."""
    feed = feeding.find_feed(token)
    if feed is None:
        raise Http404("No such feed.")
    brand = feed.brand
    today = timezone.now().astimezone(brand.zone).date()
    since = today - timedelta(days=ical.DAYS_BACK)
    pieces = (
        Piece.objects.filter(brand=brand)
        .filter(Q(publish_on__gte=since) | Q(due_on__gte=since))
        .select_related("owner", "keyword")
    )
    body = ical.calendar(
        brand,
        pieces,
        host=urlsplit(settings.SITE_URL).hostname or "pushdown",
        address=lambda piece: (
            settings.SITE_URL + reverse("board-piece", args=[brand.slug, piece.pk])
        ),
        today=today,
    )
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-cache"
    answer["Content-Disposition"] = f'inline; filename="{brand.slug}.ics"'
    return answer
