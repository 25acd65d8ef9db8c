"""Which days of a piece its people are reminded of, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from content.cards import WRITING
from content.models import Piece

LATE_FOR = timedelta(days=3)
"""How long after its day something is still told as late: an old plan that comes in by a file, or an
installation that was off for a month, sends no flood."""
LONGEST_AHEAD = timedelta(days=30)


class What(StrEnum):
    """What a reminder is about; the words stand in front of the day in a mail."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISH = "publish"
    LATE = "late"

    @property
    def words(self) -> str:
        return {
            "draft": "draft due",
            "review": "review due",
            "publish": "to go out",
            "late": "late since",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants of a brand's reminders: so many days before, from that hour of the brand's
    day on."""

    is_on: bool = True
    days_before: int = 1
    hour: int = 8

    def is_time(self, local: datetime) -> bool:
        """Whether the reminders of this day may go out; `local` is in the brand's zone."""
        return self.is_on and local.hour >= self.hour


@dataclass(frozen=True, slots=True)
class Due:
    """One day to remind of."""

    what: What
    on: date


def for_owner(piece: Piece, wish: Wish, *, today: date, is_frozen: bool = False) -> Iterator[Due]:
    """The days of a piece that its owner is reminded of on `today`, a day of the brand's zone.

    While the calendar is frozen on its day nobody is told to publish it.
    """
    if piece.is_live:
        return
    is_writing = piece.status in WRITING
    if is_writing:
        yield from days(piece.due_on, What.DRAFT, wish, today=today)
    if not is_frozen:
        yield from days(piece.publish_on, What.PUBLISH, wish, today=today)


def days(on: date | None, what: What, wish: Wish, *, today: date) -> Iterator[Due]:
    """The reminder of one day: from so many days before on, and once more when it has passed."""
    if on is None:
        return
    if timedelta(0) <= on - today <= timedelta(days=wish.days_before):
        yield Due(what, on)
    elif timedelta(0) < today - on <= LATE_FOR:
        yield Due(What.LATE, on)
