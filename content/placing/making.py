"""Makes the piece that is to bring the brand to a place where it is missing, with its brief and days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from content.boards import board_of
from content.brief.drawing import draft_brief
from content.briefing import schedule_of, store
from content.models import Piece, Placement
from content.opportunities import Pieces
from content.placing.ranking import OURS, Finder, base_language, fits, own_keywords, result_pages
from content.suggestions import ON_OWN_SITE
from reputation.models import Mark
from serp.models import Brand, Keyword

LONGEST_TITLE = 200
REASON = "drawn for a place where we are missing"


class NotMade(Exception):
    """Why no piece was made, in words that say what to do."""


@transaction.atomic
def make_piece_at(
    brand: Brand, placement: Placement, *, by: User | None, now: datetime
) -> tuple[Piece, bool]:
    """Make the piece for this place, for the keyword on whose page one the brand has fewest pages.

    Returns the piece and whether it is new: while one for the place is in work, there is no second.
    Raises NotMade when nothing can be published there or no keyword is free.
    """
    Brand.objects.select_for_update().get(pk=brand.pk)
    present = brand.pieces.in_work().filter(placement=placement).order_by("pk").first()
    if present is not None:
        return present, False
    keyword, kind = target(brand, placement)
    board = board_of(brand, keyword)
    draft = draft_brief(brand, kind=kind, keyword=keyword, board=board)
    schedule = schedule_of(None, draft, keyword, now.astimezone(brand.zone).date())
    piece = Piece.objects.create(
        brand=brand,
        title=f"{placement.name}: {draft.title}"[:LONGEST_TITLE],
        kind=kind,
        status=Piece.Status.BRIEFED,
        keyword=keyword,
        placement=placement,
        due_on=schedule.due_on,
        publish_on=schedule.publish_on,
        hours=placement.hours,
        created_by=by,
    )
    store(piece, draft, reason=REASON, now=now)
    return piece, True


def target(brand: Brand, placement: Placement) -> tuple[Keyword, str]:
    """The keyword and the type of a piece for this place. Raises NotMade."""
    if not placement.piece_kinds:
        raise NotMade(f"Nothing can be published at {placement.name}: it is only looked at.")
    keywords = [
        keyword
        for keyword in own_keywords(brand)
        if fits(placement, language=base_language(keyword.language), country=keyword.country)
        and keyword.kind != Keyword.Kind.MISSPELLING
    ]
    if not keywords:
        raise NotMade(
            f"No keyword of {brand} is of the language and country of {placement.name}. "
            "Add one first."
        )
    pieces = Pieces(brand)
    for keyword in by_need(brand, keywords):
        kind = free_kind(placement, {piece.kind for piece in pieces.new_for(keyword, 0)})
        if kind:
            return keyword, kind
    raise NotMade(
        "Every type that can stand there is planned for each of your keywords: a second page for "
        "one intent would compete with the first. Publish those, or add a keyword."
    )


def free_kind(placement: Placement, taken: set[str]) -> str:
    """The first type for this place that serves no intent twice; "" when there is none. Pages on
    other sites do not compete with ours, so for these every type is free."""
    return next(
        (kind for kind in placement.piece_kinds if kind not in ON_OWN_SITE or kind not in taken),
        "",
    )


def by_need(brand: Brand, keywords: Sequence[Keyword]) -> list[Keyword]:
    """The keywords with the fewest of our pages on page one and in work first, then those with most
    searches."""
    ours = set(
        Mark.objects.filter(brand=brand, ownership__in=OURS).values_list("page_id", flat=True)
    )
    held = {
        page.keyword.pk: sum(shown.page in ours for _, shown, _ in page.results)
        for page in result_pages(keywords, Finder(brand, []))
    }
    for keyword in brand.pieces.in_work().values_list("keyword", flat=True):
        if keyword in held:
            held[keyword] += 1
    return sorted(keywords, key=lambda row: (held.get(row.pk, 0), -(row.volume or 0), row.phrase))
