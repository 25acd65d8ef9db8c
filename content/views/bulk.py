"""Changes one or many pieces at once, and takes that back: for forms, drag and drop and keys alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from content.scheduling import undo
from content.scheduling.moving import Order, Outcome, carry_out, undoable
from content.scheduling.orders import BadOrder, order_in, pieces_in, refused, seen_in, told
from serp.access import brand_page
from serp.models import Brand

GONE = "That can no longer be taken back here. Change the pieces by hand."


@brand_page
@require_POST
def change(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Do one thing (`act`) to each `piece`; `seen` holds what the reader saw, as "id:value".

    A form is sent back to its page with messages. A script gets JSON: what was done, the key that
    takes it back, and a line for each piece; 409 when nothing could be done.
    """
    try:
        pieces, order = pieces_in(brand, request.POST), order_in(brand, request.POST)
    except BadOrder as error:
        return refusal(request, brand, str(error))
    now = timezone.now()
    outcomes = carry_out(
        pieces, order, by=cast(User, request.user), now=now, seen=seen_in(request.POST)
    )
    words = told(order, outcomes)
    key = undo.remember(request.session, brand, undoable(outcomes), words=words, now=now)
    if request.accepts("text/html"):
        return tell_page(request, brand, words, outcomes)
    return tell_script(brand, order, outcomes, key=key)


def tell_page(
    request: HttpRequest, brand: Brand, words: str, outcomes: Sequence[Outcome]
) -> HttpResponse:
    """Back to the page that sent the form, with what was done and what was refused."""
    if words:
        messages.success(request, words)
    for line in refused(outcomes):
        messages.error(request, line, extra_tags="bad")
    if len(outcomes) == 1 and outcomes[0].needs_page:
        return redirect("board-piece", brand.slug, outcomes[0].piece.pk)
    return redirect(sent_from(request, brand))


def tell_script(
    brand: Brand, order: Order, outcomes: Sequence[Outcome], *, key: str
) -> JsonResponse:
    """What was done and what was refused, for the page's script."""
    words = told(order, outcomes)
    results = [line_of(brand, one) for one in outcomes]
    return JsonResponse(
        {"message": words, "undo": key or None, "results": results}, status=200 if words else 409
    )


def line_of(brand: Brand, one: Outcome | undo.Restored) -> dict[str, Any]:
    """One piece of an answer to the script; `reason` is empty when it was done."""
    return {
        "id": one.piece.pk,
        "title": one.piece.title,
        "reason": one.reason,
        "link": reverse("board-piece", args=[brand.slug, one.piece.pk]),
    }


@brand_page
@require_POST
def take_back(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Take back what this person did last under the key `undo`, where nobody changed it since."""
    act = undo.take(request.session, brand, request.POST.get("undo", ""))
    if act is None:
        return refusal(request, brand, GONE)
    restored = undo.take_back(brand, act.changes, by=cast(User, request.user), now=timezone.now())
    refused = {one.piece.pk: one for one in restored if one.reason}
    done = {one.piece.pk for one in restored} - set(refused)
    words = f"{len(done)} {'piece is' if len(done) == 1 else 'pieces are'} as before."
    lines = [f"“{one.piece.title}” was not changed back. {one.reason}" for one in refused.values()]
    if request.accepts("text/html"):
        if done:
            messages.success(request, words)
        for line in lines:
            messages.error(request, line, extra_tags="bad")
        return redirect(sent_from(request, brand))
    return JsonResponse(
        {
            "message": words if done else "",
            "undo": None,
            "results": [line_of(brand, one) for one in refused.values()],
        },
        status=200 if done else 409,
    )


def sent_from(request: HttpRequest, brand: Brand) -> str:
    """The page that the form was sent from, when it is one of ours; or else the calendar."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return reverse("calendar", args=[brand.slug])


def refusal(request: HttpRequest, brand: Brand, reason: str) -> HttpResponse:
    """Nothing was done, and why."""
    if request.accepts("text/html"):
        messages.error(request, reason, extra_tags="bad")
        return redirect(sent_from(request, brand))
    return JsonResponse({"message": "", "undo": None, "results": [], "reason": reason}, status=409)
