"""The acts of a review: decisions, comments, ticks and links for outsiders, each a form on the piece's
page."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from content.approving import checklist, commenting, deciding, letters, links, rounds, sequence
from content.approving.deciding import Decider
from content.approving.forms import LinkForm
from content.models import Approval, Comment, Piece, ReviewLink
from content.views.pieces import REFUSED, piece_of, show
from content.workflow import NotAllowed
from serp.access import brand_page
from serp.delivery import NotTaken, hand_over
from serp.models import Brand


@brand_page
@require_POST
def review(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Decide about an approval: `act` is claim, release, approve, changes or skip; `again` asks anew
    for those that a changed draft has undone. A refusal shows the page with what was typed."""
    found = piece_of(brand, pk)
    try:
        message = decide(request, found)
    except NotAllowed as error:
        found.refresh_from_db()
        return refused(request, found, str(error), note=request.POST.get("note", ""))
    messages.success(request, message)
    return back(found)


def decide(request: HttpRequest, found: Piece) -> str:
    """Run the act that the form names; returns what to tell. Raises NotAllowed."""
    user, now = cast(User, request.user), timezone.now()
    act, note = request.POST.get("act", ""), request.POST.get("note", "")
    if act == "again":
        deciding.ask_again(found, by=user, now=now)
        return "The approvals that the changed draft has undone are asked for again."
    if act not in ("claim", "release", "approve", "changes", "skip"):
        raise NotAllowed("There is no such act: use the buttons of the page.")
    rows = Approval.objects.filter(piece=found).select_related("stage")
    approval = rows.filter(pk=number(request, "approval")).first()
    if approval is None:
        raise NotAllowed("This approval is gone: look at the page again.")
    approval.piece = found
    who = Decider(user)
    if act == "claim":
        deciding.claim(approval, user)
        return f"“{approval.name}” is yours now."
    if act == "release":
        deciding.release(approval, user)
        return f"“{approval.name}” is free again."
    if act == "changes":
        deciding.ask_for_changes(approval, who, now=now, note=note)
        return "The piece is back in “draft”, with your note on top."
    if act == "approve":
        read = request.POST.get("read", "")
        outcome = deciding.approve(approval, who, now=now, note=note, read=read)
    else:
        outcome = deciding.skip(approval, who, now=now, note=note)
    if outcome.is_approved:
        return f"“{found}” is approved."
    return f"“{approval.name}” is {'given' if act == 'approve' else 'skipped'}."


@brand_page
@require_POST
def comment(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Say something, answer, resolve or reopen a thread."""
    found, user = piece_of(brand, pk), cast(User, request.user)
    act = request.POST.get("act", "")
    rows = Comment.objects.filter(piece=found, answers=None)
    first = rows.filter(pk=number(request, "comment")).first()
    typed = {name: request.POST.get(name, "") for name in ("text", "quote")}
    answered = first.pk if first else None
    if act not in ("say", "answer", "resolve", "reopen"):
        return refused(request, found, "Use the buttons of the page.", **typed)
    if act != "say" and first is None:
        return refused(request, found, "This comment is gone: look at the page again.", **typed)
    if act == "resolve" and first is not None:
        commenting.resolve(first, by=user, now=timezone.now())
    elif act == "reopen" and first is not None:
        commenting.reopen(first)
    else:
        try:
            commenting.say(
                found,
                text=typed["text"],
                quote=typed["quote"],
                by=user,
                answers=None if act == "say" else first,
            )
        except commenting.NotSaid as error:
            return refused(request, found, str(error), answered=answered, **typed)
    return back(found, "comments")


@brand_page
@require_POST
def ticks(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Set the ticks of the checklist to those that the form has."""
    found = piece_of(brand, pk)
    checklist.set_ticks(
        found, request.POST.getlist("tick"), by=cast(User, request.user), now=timezone.now()
    )
    messages.success(request, "The checklist is saved.")
    return back(found, "checklist")


@brand_page
@require_POST
def link(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """Make a link for an outsider, or revoke one (`revoke`: its id). A new link's address is in this
    one answer and nowhere else."""
    found = piece_of(brand, pk)
    if "revoke" in request.POST:
        row = get_object_or_404(ReviewLink, piece=found, pk=number(request, "revoke"))
        links.revoke(row, timezone.now())
        messages.success(request, "The link is revoked. Its address answers nobody any more.")
        return back(found, "links")
    form = link_form(found, request.POST)
    if not form.is_valid():
        return show(request, found, status=REFUSED, link_form=form)
    return make_link(request, found, form)


def make_link(request: HttpRequest, found: Piece, form: LinkForm) -> HttpResponse:
    """Make the link that the form asks for, mail it where wanted, and show its address once."""
    now, user = timezone.now(), cast(User, request.user)
    try:
        made, token = links.open_link(
            found,
            name=form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            approval=form.approval,
            days=form.cleaned_data["days"],
            by=user,
            now=now,
        )
    except links.TooManyLinks as error:
        return refused(request, found, str(error))
    address = settings.SITE_URL + reverse("review", args=[token])
    if form.cleaned_data.get("mail"):
        send(request, made, address)
    answer = show(request, found, made=made, address=address)
    answer["Cache-Control"] = "private, no-store"
    return answer


def send(request: HttpRequest, made: ReviewLink, address: str) -> None:
    """Mail the link; trouble with the mail server is told, and the address is shown in any case."""
    user = cast(User, request.user)
    mail = letters.invitation(
        made,
        address=address,
        sender=user.get_full_name() or user.get_username(),
        until=made.expires_at.astimezone(made.piece.brand.zone),
    )
    try:
        hand_over(mail)
    except NotTaken as error:
        messages.error(
            request, f"The mail was not sent: {error}. Copy the address and send it.", "bad"
        )
    except Exception:
        messages.error(
            request, "Nobody knows whether the mail was sent. Copy the address to be sure.", "bad"
        )
    else:
        messages.success(request, f"The link was mailed to {made.email}.")


def link_form(found: Piece, data: Any = None) -> LinkForm:
    """The form for a link; only approvals that wait can be given to an outsider."""
    waiting = [
        row
        for row in sequence.newest_round(rounds.rows_of(found))
        if row.state == Approval.State.WAITING
    ]
    return LinkForm(data, rows=waiting, can_mail=letters.can_mail())


def refused(request: HttpRequest, found: Piece, problem: str, **typed: Any) -> HttpResponse:
    """The page again, with what is wrong and what was typed."""
    return show(request, found, status=REFUSED, problem=problem, typed=typed)


def back(found: Piece, place: str = "") -> HttpResponse:
    """To the piece's page, at one of its sections."""
    url = reverse("board-piece", args=[found.brand.slug, found.pk])
    return redirect(f"{url}#{place}" if place else url)


def number(request: HttpRequest, name: str) -> int:
    """An id that a form sent; one that is no number is nobody's."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
