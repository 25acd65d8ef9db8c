"""How a piece stands on calendar and board: its icon, its state, and in words what is due or late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from content.models import Freeze, Piece
from content.scheduling.capacity import WRITING
from content.scheduling.conflicts import Conflict
from content.scheduling.freezing import holding
from content.scheduling.moments import moment_of, short
from content.scheduling.outlook import Outlook
from content.workflow import Step, next_steps
from serp.models import Brand

Kind, Status = Piece.Kind, Piece.Status

ICONS = {
    Kind.CASE_STUDY: "case",
    Kind.FAQ: "faq",
    Kind.TESTIMONIAL: "testimonial",
    Kind.WHITE_PAPER: "paper",
    Kind.GUEST_POST: "guest",
    Kind.VIDEO: "video",
    Kind.COMPARISON: "compare",
    Kind.PROFILE: "wiki",
    Kind.FORUM: "forum",
    Kind.NEWS: "news",
}
LOOKS = {
    Status.IDEA: "idea",
    Status.BRIEFED: "idea",
    Status.DRAFT: "draft",
    Status.REVIEW: "review",
    Status.APPROVED: "ready",
    Status.SCHEDULED: "ready",
    Status.PUBLISHED: "done",
    Status.MEASURED: "done",
}


@dataclass(frozen=True, slots=True)
class Due:
    """What a piece waits for, in words; `days_late` is 0 when its day has not passed."""

    words: str
    days_late: int = 0
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One piece as the templates show it.

    `held` is the freeze that keeps it from going out on its day; `clock_note` says what happens to
    its time when the clocks change on that day.
    """

    piece: Piece
    due: Due
    steps: tuple[Step, ...] = ()
    on_board: bool = False
    conflicts: tuple[Conflict, ...] = ()
    held: Freeze | None = None
    clock_note: str = ""

    @property
    def icon(self) -> str:
        return ICONS[Kind(self.piece.kind)]

    @property
    def look(self) -> str:
        return LOOKS[Status(self.piece.status)]

    @property
    def owner(self) -> str:
        """The owner by first name, for narrow cards."""
        owner = self.piece.owner
        return (owner.first_name or owner.get_username()) if owner else "nobody yet"

    @property
    def can_move(self) -> bool:
        """On the board by its steps, on the calendar until it is out."""
        return bool(self.steps) if self.on_board else not self.piece.is_live

    @property
    def is_late(self) -> bool:
        return self.due.days_late > 0


def deadline(piece: Piece) -> date | None:
    """The day that counts now: while it is written the day its draft is due, then the day it is to
    go out; None when nothing is promised, or it is out."""
    if piece.is_live:
        return None
    if piece.status in WRITING and piece.due_on and piece.publish_on:
        return min(piece.due_on, piece.publish_on)
    return (piece.due_on if piece.status in WRITING else None) or piece.publish_on


def due(piece: Piece, today: date) -> Due:
    """What the piece waits for on `today`, the brand's day."""
    if piece.is_live:
        return Due(f"out since {short(piece.publish_on, today)}" if piece.publish_on else "out")
    day = deadline(piece)
    if day is None:
        return Due("no day yet")
    what = "draft due" if piece.status in WRITING and day == piece.due_on else "publish"
    left = (day - today).days
    if left < 0:
        return Due(f"{-left} {'day' if left == -1 else 'days'} late", days_late=-left)
    if left == 0:
        return Due(f"{what} today", is_today=True)
    return Due(f"{what} {short(day, today)}")


def cards_of(
    pieces: Iterable[Piece], ahead: Outlook, brand: Brand, *, on_board: bool = False
) -> list[Card]:
    """Cards with what the outlook of their brand says about them, in the given order; for the board
    with the steps that each piece may make."""
    today = ahead.today
    return [
        Card(
            piece,
            due(piece, today),
            tuple(next_steps(piece, today)) if on_board else (),
            on_board=on_board,
            conflicts=tuple(ahead.by_piece.get(piece.pk, ())),
            held=held_by(piece, ahead.freezes),
            clock_note=clock_note(piece, brand),
        )
        for piece in pieces
    ]


def held_by(piece: Piece, freezes: Iterable[Freeze]) -> Freeze | None:
    """The freeze that keeps a scheduled piece from going out on its day."""
    is_going_out = piece.status == Status.SCHEDULED
    return holding(freezes, piece.publish_on) if is_going_out else None


def clock_note(piece: Piece, brand: Brand) -> str:
    """What happens to the time of a piece when the clocks change on its day."""
    if not piece.publish_on or not piece.publish_time:
        return ""
    return moment_of(piece.publish_on, piece.publish_time, brand.zone).note


def day_cards(pieces: Iterable[Piece], today: date) -> list[Card]:
    """Cards of pieces by themselves, in the given order."""
    return [Card(piece, due(piece, today)) for piece in pieces]
