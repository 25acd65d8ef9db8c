"""What a piece's page says first: who must act by when, what blocks, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from content.models import Approval, Piece

Status = Piece.Status
NEXT = {
    Status.IDEA: "Look through its brief, then move it to “briefed”.",
    Status.BRIEFED: "Begin to write, and move it to “draft”.",
    Status.DRAFT: "Finish the draft and send it to review.",
    Status.APPROVED: "Give it its day and schedule it.",
    Status.SCHEDULED: "Publish it on its day, then write its address here.",
    Status.PUBLISHED: "Nothing to do: its positions are followed, and measured after 28 days.",
    Status.MEASURED: "Nothing to do: see what it did.",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """The answer to the reader's first questions. `by` is the day that counts, None for none;
    `blocks` are sentences."""

    number: int
    who: str
    by: date | None
    by_words: str
    is_late: bool
    next_act: str
    blocks: list[str]


def desk(
    piece: Piece,
    *,
    day: date | None,
    turn: Approval | None,
    reviewers: str,
    blocks: Sequence[str],
    owner: str,
    today: date,
) -> Desk:
    """Lay it out. `day` is the piece's own next day; `reviewers` are the names of those who may take
    the decision whose `turn` it is; `today` is the brand's."""
    in_review = piece.status == Status.REVIEW
    by = turn.due_on if in_review and turn else day
    if piece.is_live:
        by = None
    left = (by - today).days if by else 0
    return Desk(
        number=list(Status).index(Status(piece.status)) + 1,
        who=who_acts(piece, turn=turn, reviewers=reviewers, owner=owner),
        by=by,
        by_words=distance(left) if by else "",
        is_late=by is not None and left < 0,
        next_act=next_act(piece, turn=turn, blocks=blocks),
        blocks=list(blocks),
    )


def who_acts(piece: Piece, *, turn: Approval | None, reviewers: str, owner: str) -> str:
    """Whose move it is, by name."""
    if piece.is_live:
        return "nobody"
    if piece.status == Status.REVIEW and turn is not None:
        return reviewers
    return owner


def next_act(piece: Piece, *, turn: Approval | None, blocks: Sequence[str]) -> str:
    """What is to be done next, in a sentence."""
    if piece.status == Status.REVIEW:
        if turn is not None:
            return f"“{turn.name}”: read it, then approve it or say what to change."
        if blocks:
            return "Put right what blocks, then move it to “approved”."
        return "Nothing is missing: move it to “approved”."
    if piece.status in (Status.APPROVED, Status.SCHEDULED) and blocks:
        return "Put right what blocks: until then it does not go out."
    return NEXT[Status(piece.status)]


def distance(left: int) -> str:
    """How far away a day is: "today", "in 3 days", "2 days late"."""
    if left == 0:
        return "today"
    days = "1 day" if abs(left) == 1 else f"{abs(left)} days"
    return f"in {days}" if left > 0 else f"{days} late"
