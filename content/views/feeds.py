"""One's own calendar feeds of a brand, and the feed itself, read by calendar programs."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from content import feeding, ical
from content.models import CalendarFeed, Piece
from serp.access import Role, brand_page
from serp.models import Brand


@brand_page(write=Role.VIEWER)
def feeds(request: HttpRequest, brand: Brand) -> HttpResponse:
    """List one's feeds; POST makes one, of the brand or with `own` of one's own pieces in all brands.
    Its address is in that one answer and nowhere else."""
    user = cast(User, request.user)
    made, token = None, ""
    if request.method == "POST":
        try:
            made, token = feeding.open_feed(None if "own" in request.POST else brand, user)
        except feeding.TooManyFeeds as error:
            messages.error(request, str(error), extra_tags="bad")
            return redirect("calendar-feeds", brand.slug)
    own = (
        CalendarFeed.objects.filter(Q(brand=brand) | Q(brand=None), user=user)
        .select_related("brand")
        .order_by("-created_at")
    )
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
    """End one of one's own feeds: of this brand, or the one over all brands."""
    own = CalendarFeed.objects.filter(Q(brand=brand) | Q(brand=None))
    feed = get_object_or_404(own, user=cast(User, request.user), pk=pk)
    feeding.revoke(feed, timezone.now())
    messages.success(request, "The feed is revoked. Its address answers nobody any more.")
    return redirect("calendar-feeds", brand.slug)


@require_safe
def ics(request: HttpRequest, token: str) -> HttpResponse:
    """The feed: whoever knows the address reads it, as long as its person may see the brand."""
    feed = feeding.find_feed(token)
    if feed is None:
        raise Http404("No such feed.")
    zone = feed.brand.zone if feed.brand else UTC
    today = timezone.now().astimezone(zone).date()
    since = today - timedelta(days=ical.DAYS_BACK)
    pieces = feeding.pieces_in(feed, since)
    host = urlsplit(settings.SITE_URL).hostname or "pushdown"
    if feed.brand:
        body = ical.calendar(feed.brand, pieces, host=host, address=address_of, today=today)
    else:
        body = ical.personal(
            feed.user.get_full_name() or feed.user.get_username(),
            pieces,
            feeding.reviews_in(feed, since),
            host=host,
            address=address_of,
            today=today,
        )
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-cache"
    answer["Content-Disposition"] = (
        f'inline; filename="{feed.brand.slug if feed.brand else "own"}.ics"'
    )
    return answer


def address_of(piece: Piece) -> str:
    """The whole address of a piece's page."""
    return settings.SITE_URL + reverse("board-piece", args=[piece.brand.slug, piece.pk])
