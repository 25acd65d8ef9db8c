"""Hints that a piece gets in the way of another one of its brand: one page for one intent."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from content.models import Piece
from content.scheduling.moments import spoken

MOST_NAMED = 3


def overlaps(piece: Piece) -> list[str]:
    """Sentences about other pieces for the same keyword, and about others of the same place on the
    same day; one query. The piece may be unsaved."""
    if piece.keyword_id is None and piece.placement_id is None:
        return []
    near = Q(keyword__isnull=False, keyword_id=piece.keyword_id)
    if piece.placement_id is not None and piece.publish_on is not None:
        near |= Q(placement_id=piece.placement_id, publish_on=piece.publish_on)
    others = Piece.objects.filter(near, brand_id=piece.brand_id).exclude(pk=piece.pk)
    rows = list(others)
    return [*same_keyword(piece, rows), *same_place(piece, rows)]


def same_keyword(piece: Piece, others: Iterable[Piece]) -> list[str]:
    """Pieces of the same type or at the same place that are to rank for the same keyword. Another type
    elsewhere is no rival: a plan wants several. Those that lift the same page are its steps."""
    found = [
        other
        for other in others
        if piece.keyword_id is not None
        and other.keyword_id == piece.keyword_id
        and (other.kind == piece.kind or (other.placement_id or 0) == piece.placement_id)
        and (other.lifts_id is None or other.lifts_id != piece.lifts_id)
    ]
    if not found:
        return []
    named = ", ".join(f"“{other.title}” ({words(other)})" for other in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return [
        f"For the same keyword: {named}{more}. Two pages for one intent take each other’s place: give "
        "them different questions, or make one of them."
    ]


def same_place(piece: Piece, others: Iterable[Piece]) -> list[str]:
    """Pieces that are to stand at the same place on the same day."""
    day = piece.publish_on
    if piece.placement_id is None or day is None:
        return []
    return [
        f"“{other.title}” goes to the same place on the same day, {spoken(day)}: choose another day for "
        "one of them."
        for other in others
        if other.publish_on == day and other.placement_id == piece.placement_id
    ]


def words(piece: Piece) -> str:
    """How it stands: its step and its day."""
    status = str(piece.get_status_display())
    return f"{status}, {spoken(piece.publish_on)}" if piece.publish_on else status
