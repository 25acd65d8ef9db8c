"""The page of a piece: its step, brief, positions and effect; forms to make, change and publish it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from content import language_model
from content.approving.forms import LinkForm
from content.approving.letters import can_mail
from content.approving.looking import look
from content.boards import Board, board_of
from content.brief.sheet import sheet_of
from content.briefing import draw
from content.cards import day_cards
from content.changes import changes
from content.forms import PieceForm, PublishForm
from content.ladder import rows_of
from content.measuring import Standing, effect
from content.models import Brief, Piece
from content.opportunities import plan_of
from content.overlaps import overlaps
from content.scheduling.moments import moment_of
from content.views.effects import told_of
from content.views.publishing import publishing_of
from content.wording import repeats
from content.workflow import NotAllowed, move, next_steps, refusal
from serp.access import brand_page, of_brand
from serp.models import Brand

Status = Piece.Status
REFUSED = 422
WRITING = (Status.IDEA, Status.BRIEFED, Status.DRAFT)
"""Steps in which the brief is what the page is opened for."""
"""What a form answers that was understood and not accepted."""


@brand_page
def new(request: HttpRequest, brand: Brand) -> HttpResponse:
    """A piece from scratch; it gets a brief from its keyword's newest result page at once."""
    now = timezone.now()
    form = PieceForm(
        request.POST or None,
        brand=brand,
        plan=plan_of(brand, now),
        today=now.astimezone(brand.zone).date(),
        initial={"keyword": request.GET.get("keyword"), "publish_on": request.GET.get("day")},
    )
    if request.method == "POST" and form.is_valid():
        piece = form.save(commit=False)
        piece.created_by = request.user
        piece.save()
        draw(piece, now=now)
        messages.success(request, f"“{piece}” is made, with a first brief.")
        return redirect("board-piece", brand.slug, piece.pk)
    return render(
        request, "content/piece_form.html", {"form": form}, status=REFUSED if form.errors else 200
    )


@brand_page
def piece(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """One piece. A POST changes it (`act` = "save") or publishes it (`act` = "publish")."""
    found = piece_of(brand, pk)
    if request.method == "POST" and request.POST.get("act") == "publish":
        return publish(request, found)
    if request.method == "POST" or "edit" in request.GET:
        return change(request, found)
    return show(request, found)


def show(
    request: HttpRequest,
    found: Piece,
    *,
    status: int = 200,
    publish_form: PublishForm | None = None,
    **more: Any,
) -> HttpResponse:
    """The piece's page. `more` is what an act adds: a `problem` with what was `typed`, a form with
    its errors, or a link for an outsider that was just made."""
    brand, now = found.brand, timezone.now()
    today = now.astimezone(brand.zone).date()
    seen = look(found, cast(User, request.user), now)
    steps = next_steps(found, today, held=seen.holds)
    board = board_of(brand, found.keyword) if found.keyword else None
    brief = Brief.objects.filter(piece=found).select_related("outline_confirmed_by").first()
    if brief:
        brief.piece = found
    may_publish = not refusal(found.status, Status.PUBLISHED)
    lifted = found.lifts.seen_url if found.lifts else ""
    context = {
        "piece": found,
        "card": day_cards([found], today)[0],
        "seen": seen,
        "way": list(Status),
        "is_writing": found.status in WRITING,
        "forward": [step for step in steps if not step.is_back and not step.needs_url],
        "back": [step for step in steps if step.is_back],
        "may_publish": may_publish,
        "publish_form": publish_form or PublishForm(piece=found, initial={"url": lifted}),
        "link_form": LinkForm(rows=seen.waiting, can_mail=can_mail()),
        "brief": brief,
        "sheet": sheet_of(brief) if brief else None,
        "may_write": language_model.is_on() and not found.is_live,
        "repeated": repeats(found.title, brief.avoid) if brief else [],
        "board": board,
        "rows": rows_of(board.page_one) if board else [],
        "standing": standing_now(found, board),
        "hints": [*overlaps(found), *clock_hint(found)] if not found.is_live else [],
        "effect": effect(found, now),
        "told": told_of(found, now),
        "publishing": publishing_of(found, now),
        "changes": changes(found),
    }
    return render(request, "content/piece.html", context | more, status=status)


def clock_hint(found: Piece) -> list[str]:
    """What is decided about a time that the clocks skip or show twice."""
    if found.publish_on is None or found.publish_time is None:
        return []
    note = moment_of(found.publish_on, found.publish_time, found.brand.zone).note
    return [note] if note else []


def standing_now(found: Piece, board: Board | None) -> list[tuple[str, str]]:
    """In words, where the pages that the piece is about stand on its keyword now."""
    if board is None:
        return []
    about = {
        "This piece": found.page_id,
        "The page that it lifts": found.lifts_id,
        "The negative": found.displaces_id,
    }
    return [
        (
            name,
            Standing(board.reading.position(pk), board.reading.depth, board.reading.taken_at).words,
        )
        for name, pk in about.items()
        if pk
    ]


def publish(request: HttpRequest, found: Piece) -> HttpResponse:
    """Move it to published at the address written; a refusal shows the page with what was typed."""
    form = PublishForm(request.POST, piece=found)
    if form.is_valid():
        try:
            move(
                found,
                Status.PUBLISHED,
                by=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
                url=form.cleaned_data["url"],
                override=request.POST.get("override", ""),
            )
        except NotAllowed as error:
            form.add_error(None, str(error))
            found.refresh_from_db()
    if form.errors:
        return show(request, found, publish_form=form, status=REFUSED)
    messages.success(request, "Published. Its position is followed on all keywords from now on.")
    return redirect("board-piece", found.brand.slug, found.pk)


def change(request: HttpRequest, found: Piece) -> HttpResponse:
    """The form of a piece that exists; saving goes back to its page."""
    now = timezone.now()
    form = PieceForm(
        request.POST if request.method == "POST" else None,
        instance=found,
        brand=found.brand,
        plan=plan_of(found.brand, now),
        today=now.astimezone(found.brand.zone).date(),
    )
    if request.method == "POST" and form.is_valid():
        # Only what the form holds: somebody may have moved the piece to another step meanwhile.
        form.save(commit=False).save(update_fields=[*form.fields, "changed_at"])
        messages.success(request, "Saved.")
        return redirect("board-piece", found.brand.slug, found.pk)
    # The form has written what was typed into the instance: the heading shows what is stored.
    context = {"form": form, "piece": piece_of(found.brand, found.pk)}
    return render(
        request, "content/piece_form.html", context, status=REFUSED if form.errors else 200
    )


def piece_of(brand: Brand, pk: int) -> Piece:
    """The brand's piece with what its page shows, or 404."""
    rows = Piece.objects.select_related(
        "brand__curve", "keyword", "displaces", "lifts", "owner", "placement"
    )
    found: Piece = of_brand(brand, rows, pk=pk)
    return found
