"""Acts on many pieces at once: a day, a shift by days, a time, an owner or a step for each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from content.models import Piece
from content.scheduling.fields import DAY, OWNER, STATUS, TIME, show
from content.scheduling.moments import moment_of
from content.scheduling.undo import Change
from content.workflow import NEEDS_URL, NotAllowed, keep, lock, move, refusal, reschedule

MOST_AT_ONCE = 500
FIELDS = {"shift": (DAY,), "place": (DAY, OWNER)}
FARTHEST = 365 * 5
SEEN_OTHERWISE = "Somebody changed it meanwhile. Look again, then change it."


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done to each piece: exactly one of these acts.

    `act` is "day" (to `day`, None: off the calendar), "shift" (by `days`), "time" (`clock`, wall
    time of the brand's zone, None: any time), "owner" (`owner`, None: nobody), "place" (both a day
    and an owner, as a row of the week names them) or "status".
    """

    act: str
    day: date | None = None
    days: int = 0
    clock: time | None = None
    owner: AbstractBaseUser | None = None
    status: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """What it changes; the first is what a reader is held to have seen."""
        return FIELDS.get(self.act, (self.act,))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one piece. `reason` says why it was refused and what to do; `note` what is
    worth knowing though it was done; `changes` is empty when nothing changed."""

    piece: Piece
    reason: str = ""
    note: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def needs_page(self) -> bool:
        """Whether it can only be done on the piece's own page, where its address is written."""
        return self.reason == NEEDS_URL


def carry_out(
    pieces: Sequence[Piece],
    order: Order,
    *,
    by: AbstractBaseUser,
    now: datetime,
    seen: Mapping[int, str] | None = None,
) -> list[Outcome]:
    """Do it to each piece by itself: one that is refused keeps none of the others back.

    `pieces` come with their brand. `seen` is the text of the field that the reader saw, by id: a
    piece that shows another one by now is refused. `now` is aware. Rows are locked in the order of
    their ids, so that two such acts never wait for each other in a circle.
    """
    with transaction.atomic():
        return [
            one(piece, order, by=by, now=now, seen=(seen or {}).get(piece.pk))
            for piece in sorted(pieces, key=lambda piece: piece.pk)
        ]


def one(
    piece: Piece, order: Order, *, by: AbstractBaseUser, now: datetime, seen: str | None
) -> Outcome:
    """Do it to one piece."""
    try:
        with transaction.atomic():
            lock(piece)
            was = {field: show(piece, field) for field in order.fields}
            if seen is not None and seen != was[order.fields[0]]:
                raise NotAllowed(SEEN_OTHERWISE)
            note = ACTS[order.act](piece, order, by, now)
    except NotAllowed as error:
        return Outcome(piece, reason=str(error))
    changes = (Change(piece.pk, field, was[field], show(piece, field)) for field in order.fields)
    return Outcome(piece, note=note, changes=tuple(one for one in changes if one.was != one.became))


def to_day(piece: Piece, order: Order, by: AbstractBaseUser, now: datetime) -> str:
    if order.day and abs((order.day - now.date()).days) > FARTHEST:
        raise NotAllowed("This day is more than five years away. Choose an earlier one.")
    reschedule(piece, order.day, by=by, now=now)
    return clock_note(piece)


def shifted(piece: Piece, order: Order, by: AbstractBaseUser, now: datetime) -> str:
    if piece.publish_on is None:
        raise NotAllowed("It stands on no day, so it cannot be shifted. Give it a day.")
    if abs(order.days) > FARTHEST:
        raise NotAllowed("That is more than five years. Choose fewer days.")
    reschedule(piece, piece.publish_on + timedelta(days=order.days), by=by, now=now)
    return clock_note(piece)


def to_time(piece: Piece, order: Order, by: AbstractBaseUser, now: datetime) -> str:
    if piece.is_live:
        raise NotAllowed("It is published: its time has passed.")
    if piece.publish_time != order.clock:
        piece.publish_time = order.clock
        keep(piece, by)
    return clock_note(piece)


def to_owner(piece: Piece, order: Order, by: AbstractBaseUser, now: datetime) -> str:
    owner = order.owner.pk if order.owner else None
    if piece.owner_id != owner:
        piece.owner_id = owner
        keep(piece, by)
    return ""


def to_place(piece: Piece, order: Order, by: AbstractBaseUser, now: datetime) -> str:
    to_owner(piece, order, by, now)
    return to_day(piece, order, by, now)


def to_step(piece: Piece, order: Order, by: AbstractBaseUser, now: datetime) -> str:
    move(piece, order.status, by=by, now=now)
    return ""


ACTS = {
    DAY: to_day,
    "shift": shifted,
    TIME: to_time,
    OWNER: to_owner,
    "place": to_place,
    STATUS: to_step,
}


def clock_note(piece: Piece) -> str:
    """What happens to its time on its day, when the clocks change then."""
    if not piece.publish_on or not piece.publish_time:
        return ""
    return moment_of(piece.publish_on, piece.publish_time, piece.brand.zone).note


def undoable(outcomes: Sequence[Outcome]) -> list[Change]:
    """The changes that can be taken back: all days, times and owners, and steps that the workflow
    lets go back."""
    changes = [change for outcome in outcomes for change in outcome.changes]
    return [
        change
        for change in changes
        if change.field != STATUS or not refusal(change.became, change.was)
    ]
