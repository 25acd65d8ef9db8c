"""Moves a piece to another step or another day: one endpoint for forms, drag and drop and keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from content.models import Piece
from content.scheduling.moments import spoken
from content.workflow import NEEDS_URL, NotAllowed, Status, refusal, reschedule
from content.workflow import move as move_piece
from serp.access import brand_page, of_brand
from serp.models import Brand


@brand_page
@require_POST
def move(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Move to `status`; publishing needs `url`. `was` is the step that the reader saw."""
    piece: Piece = of_brand(brand, Piece.objects.select_related("brand"), pk=pk)
    was = piece.status

    def act() -> tuple[str, str | None]:
        move_piece(
            piece,
            request.POST.get("status", ""),
            by=cast(User, request.user),
            now=timezone.now(),
            url=request.POST.get("url", ""),
            was=request.POST.get("was", ""),
            override=request.POST.get("override", ""),
        )
        can_undo = not refusal(piece.status, was)
        return (
            f"“{piece.title}” is now “{Status(piece.status).label}”.",
            was if can_undo else None,
        )

    return answer(request, piece, act, back="board")


@brand_page
@require_POST
def day(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Plan for `day` (2026-11-23); an empty day, or the button `unschedule`, takes it off."""
    piece: Piece = of_brand(brand, Piece.objects.select_related("brand"), pk=pk)
    was = piece.publish_on

    def act() -> tuple[str, str | None]:
        on = read_day("" if "unschedule" in request.POST else request.POST.get("day", ""))
        reschedule(piece, on, by=cast(User, request.user), now=timezone.now())
        where = f"stands on {spoken(on)}" if on else "stands on no day now"
        today = timezone.now().astimezone(brand.zone).date()
        can_undo = was is None or was >= today
        return f"“{piece.title}” {where}.", (was.isoformat() if was else "") if can_undo else None

    return answer(request, piece, act, back="calendar")


def read_day(text: str) -> date | None:
    """The day that a form sent; None when it was left empty. Raises NotAllowed."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise NotAllowed("That is not a day. Write it as year-month-day: 2026-11-23.") from error


def answer(
    request: HttpRequest, piece: Piece, act: Callable[[], tuple[str, str | None]], *, back: str
) -> HttpResponse:
    """Run the act, then go back to the page with a message, or tell the page's script in JSON.

    The script learns the message, and as `undo` the value that takes the move back (null when
    there is no way back); a refusal is 409 with its reason.
    """
    try:
        message, undo = act()
    except NotAllowed as error:
        link = reverse("board-piece", args=[piece.brand.slug, piece.pk])
        if request.accepts("text/html"):
            messages.error(request, f"“{piece.title}” was not moved. {error}", extra_tags="bad")
            return redirect(link if str(error) == NEEDS_URL else next_page(request, piece, back))
        return JsonResponse({"reason": str(error), "link": link}, status=409)
    if request.accepts("text/html"):
        messages.success(request, message)
        return redirect(next_page(request, piece, back))
    return JsonResponse({"message": message, "undo": undo})


def next_page(request: HttpRequest, piece: Piece, back: str) -> str:
    """The page that the form was sent from, when it is one of ours."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return reverse(back, args=[piece.brand.slug])
