"""The page of a piece: its step, brief, positions and effect; forms to make, change and publish it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from content.boards import Board, board_of
from content.briefing import draw
from content.cards import day_cards
from content.changes import changes
from content.forms import BriefForm, PieceForm, PublishForm
from content.ladder import rows_of
from content.measuring import Standing, effect
from content.models import Brief, Piece
from content.opportunities import plan_of
from content.wording import repeats
from content.workflow import NotAllowed, move, next_steps, refusal
from serp.access import brand_page, of_brand
from serp.models import Brand

Status = Piece.Status
REFUSED = 422
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
        draw(piece)
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
    form = PublishForm(piece=found, initial={"url": found.lifts.seen_url if found.lifts else ""})
    return show(request, found, publish_form=form)


def show(
    request: HttpRequest, found: Piece, *, publish_form: PublishForm, status: int = 200
) -> HttpResponse:
    """The piece's page."""
    brand, now = found.brand, timezone.now()
    today = now.astimezone(brand.zone).date()
    steps = next_steps(found, today)
    board = board_of(brand, found.keyword) if found.keyword else None
    brief = Brief.objects.filter(piece=found).first()
    context = {
        "piece": found,
        "card": day_cards([found], today)[0],
        "way": list(Status),
        "forward": [step for step in steps if not step.is_back and not step.needs_url],
        "back": [step for step in steps if step.is_back],
        "may_publish": not refusal(found.status, Status.PUBLISHED),
        "publish_form": publish_form,
        "brief": brief,
        "repeated": repeats(found.title, brief.avoid) if brief else [],
        "board": board,
        "rows": rows_of(board.page_one) if board else [],
        "standing": standing_now(found, board),
        "effect": effect(found, now),
        "changes": changes(found),
    }
    return render(request, "content/piece.html", context, status=status)


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


@brand_page
def brief(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    """The brief, to be changed; `redraw` draws it anew from the newest result page."""
    found = piece_of(brand, pk)
    if "redraw" in request.POST:
        draw(found)
        messages.success(request, "The brief is drawn anew from the newest result page.")
        return redirect("board-piece", brand.slug, pk)
    stored = Brief.objects.filter(piece=found).first() or Brief(piece=found)
    form = BriefForm(request.POST if request.method == "POST" else None, instance=stored)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "The brief is saved.")
        return redirect("board-piece", brand.slug, pk)
    return render(
        request,
        "content/brief_form.html",
        {"form": form, "piece": found},
        status=REFUSED if form.errors else 200,
    )


def piece_of(brand: Brand, pk: int) -> Piece:
    """The brand's piece with what its page shows, or 404."""
    rows = Piece.objects.select_related("brand__curve", "keyword", "displaces", "lifts", "owner")
    found: Piece = of_brand(brand, rows, pk=pk)
    return found
