"""Makes a Piece with its Brief and its days from an opportunity, and stores, redraws and brings back briefs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from content.boards import board_of
from content.brief.drawing import Draft, draft_brief
from content.models import Brief, Piece, Placement
from content.opportunities import Lift, Opportunity, Pieces
from content.reading.asking import ask_for
from content.wording import repeats
from serp.addresses import display_address
from serp.models import Brand, Keyword

__all__ = ["Draft", "draft_brief", "draw", "free_day", "make_piece", "store", "twin"]

DRAFT_AFTER = timedelta(days=7)
PUBLISH_AFTER = timedelta(days=14)
SATURDAY = 5
PARTS = (
    "intent",
    "search_intent",
    "intent_why",
    "seo_title",
    "description",
    "angle",
    "facts",
    "claims",
    "questions",
    "terms",
    "avoid",
    "outline",
    "disclosures",
    "links",
    "structure",
    "schema_types",
    "proof",
    "sources",
    "drawn_from",
)
"""What a drawn brief holds."""
STATE = ("outline_by", "edited", "enriched_at", "outline_confirmed_at", "outline_confirmed_by_id")
"""What is known about how it came to be; brought back with the parts."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The days of a new piece, its work in hours and its likelihood from 0 to 1, where known."""

    due_on: date
    publish_on: date
    hours: float | None
    likelihood: float | None


@transaction.atomic
def make_piece(
    brand: Brand,
    opportunity: Opportunity,
    *,
    kind: str,
    by: User | None,
    now: datetime,
    lift: Lift | None = None,
) -> tuple[Piece, bool]:
    """Make the piece of this kind, or the one that lifts an existing page, with its brief and days.

    Returns the piece and whether it is new: for one intent, or one page to lift, there is never a
    second, however often and from wherever this is called. The pages that rank are noted to be read;
    nothing is fetched here.
    """
    Brand.objects.select_for_update().get(pk=brand.pk)
    present = twin(brand, opportunity, kind=kind, lift=lift)
    if present is not None:
        return present, False
    board = board_of(brand, opportunity.keyword)
    draft = draft_brief(
        brand, kind=kind, keyword=opportunity.keyword, board=board, negative=opportunity.rung
    )
    slot = lift or next((one for one in opportunity.suggestions if one.kind == kind), None)
    schedule = schedule_of(slot, draft, opportunity.keyword, now.astimezone(brand.zone).date())
    piece = Piece.objects.create(
        brand=brand,
        title=lift_title(lift, draft.avoid) if lift else draft.title,
        kind=kind,
        status=Piece.Status.BRIEFED,
        keyword=opportunity.keyword,
        displaces=opportunity.page,
        lifts=lift.page if lift else None,
        due_on=schedule.due_on,
        publish_on=schedule.publish_on,
        hours=schedule.hours,
        likelihood=schedule.likelihood,
        placement_id=getattr(slot, "placement", None),
        created_by=by,
    )
    store(piece, draft, reason="drawn from the result page", now=now)
    return piece, True


def twin(brand: Brand, opportunity: Opportunity, *, kind: str, lift: Lift | None) -> Piece | None:
    """The piece that serves the same intent already, or lifts the same page."""
    pieces = Pieces(brand)
    if lift is not None:
        return pieces.lifting.get(lift.page.pk)
    present = pieces.new_for(opportunity.keyword, opportunity.page.pk)
    return next((piece for piece in present if piece.kind == kind), None)


def lift_title(lift: Lift, avoid: Sequence[str]) -> str:
    """A working title that names the page by its title, or by less where that would repeat the
    negative."""
    listing = lift.candidate.rung.shown
    tries = (listing.title, display_address(listing.page.url), listing.page.host)
    named = next((text for text in tries if text.strip() and not repeats(text, avoid)), "")
    return f"Lift “{named[:180]}”" if named else f"Lift the page at {lift.candidate.rung.position}"


def schedule_of(slot: Any, draft: Draft, keyword: Keyword, today: date) -> Schedule:
    """The days of a piece: as its place in the plan says, or draft in a week and publication in two."""
    live_by: date | None = getattr(slot, "live_by", None)
    hours: float | None = getattr(slot, "hours", None)
    if live_by is None or live_by <= today:
        due_on, first = today + DRAFT_AFTER, today + PUBLISH_AFTER
    else:
        due_on, first = max(today + timedelta(days=1), live_by - DRAFT_AFTER), live_by
    return Schedule(
        due_on=due_on,
        publish_on=free_day(first, keyword=keyword),
        hours=draft.hours if hours is None else hours,
        likelihood=getattr(slot, "likelihood", None),
    )


def free_day(first: date, *, keyword: Keyword) -> date:
    """The first weekday from `first` on that no piece for the keyword stands on."""
    taken = set(keyword.pieces.filter(publish_on__gte=first).values_list("publish_on", flat=True))
    day = first
    while day.weekday() >= SATURDAY or day in taken:
        day += timedelta(days=1)
    return day


@transaction.atomic
def store(piece: Piece, draft: Draft, *, reason: str, now: datetime) -> Brief:
    """Write the brief of a piece, and note the pages behind it to be read. The brief that it had
    stays among its earlier versions."""
    brief = Brief.objects.select_for_update().filter(piece=piece).first() or Brief(piece=piece)
    for name in PARTS:
        setattr(brief, name, getattr(draft, name))
    if piece.placement is not None:
        brief.disclosures = [*draft.disclosures, *at_place(piece.placement)]
    brief.outline_by, brief.edited, brief.enriched_at = "", [], None
    brief.outline_confirmed_at = brief.outline_confirmed_by = None
    if not ask_for([row["page"] for row in draft.sources], now):
        brief.sources = []
    keep(brief, reason)
    return brief


def at_place(placement: Placement) -> list[str]:
    """What the place asks to be said and what it forbids, as lines of a brief."""
    rules = (("must be said", placement.disclosure), ("is not allowed", placement.forbids))
    return [f"{placement.name}, {name}: {text}" for name, text in rules if text]


def draw(piece: Piece, *, now: datetime) -> Brief:
    """Draw the brief of a piece from its keyword's newest reading, the first one or anew."""
    board = board_of(piece.brand, piece.keyword) if piece.keyword else None
    rungs = board.rungs if board else ()
    negative = next((rung for rung in rungs if rung.page_id == piece.displaces_id), None)
    draft = draft_brief(
        piece.brand, kind=piece.kind, keyword=piece.keyword, board=board, negative=negative
    )
    return store(piece, draft, reason="drawn from the result page", now=now)


@transaction.atomic
def bring_back(brief: Brief, version: int) -> bool:
    """Make an earlier version of this brief the present one; the present one stays among the earlier
    ones. False when the brief has no such version."""
    Brief.objects.select_for_update().get(pk=brief.pk)
    row = brief.history.filter(history_id=version).first()
    if row is None:
        return False
    for name in (*PARTS, *STATE):
        setattr(brief, name, getattr(row, name))
    keep(brief, f"brought back from {row.history_date:%Y-%m-%d %H:%M} UTC")
    return True


def keep(brief: Brief, reason: str) -> None:
    """Save a brief with the reason that its list of versions shows."""
    brief._change_reason = reason  # type: ignore[attr-defined]
    brief.save()
