"""The way of a piece from idea to measured: which moves are allowed, and the acts that make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from content.approving import gate, rounds, sequence
from content.models import Approval, Freeze, Piece
from content.scheduling.freezing import frozen
from content.scheduling.moments import spoken
from serp.access import Role, may
from serp.addresses import BadAddress
from serp.recording import track_page

Status = Piece.Status
ORDER = list(Status)
GATED = (Status.APPROVED, Status.SCHEDULED, Status.PUBLISHED)
"""Steps that a piece enters only with its approvals."""
NEEDS_URL = "Publishing needs the address where it went out: write it on the page of the piece."


class NotAllowed(Exception):
    """A move that the workflow refuses. The message says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class Step:
    """One move that a piece may make. `missing` says what it lacks for it, and is empty when the
    move can be made at once."""

    status: Status
    missing: str
    is_back: bool

    @property
    def label(self) -> str:
        return str(self.status.label)

    @property
    def needs_url(self) -> bool:
        return self.status == Status.PUBLISHED


def refusal(status: str, target: str) -> str:
    """Why a piece in `status` may never go straight to `target`; empty when it may.

    Forward goes one step at a time, except that an approved piece may go out without a planned
    day. Back goes any number of steps, until it is published: then it stays.
    """
    now, then = Status(status), Status(target)
    here, there = ORDER.index(now), ORDER.index(then)
    if now == then:
        return f"It is “{now.label}” already."
    if now == Status.MEASURED:
        return "It is published and measured: this is its last step."
    if now == Status.PUBLISHED and then != Status.MEASURED:
        return (
            "It is published, and its page is tracked from then on, so it cannot go back. "
            "To rework the page, make a new piece."
        )
    if there < here or there == here + 1:
        return ""
    if now == Status.APPROVED and then == Status.PUBLISHED:
        return ""
    return (
        f"From “{now.label}” the next step is “{ORDER[here + 1].label}”. Move it there first, "
        f"then on to “{then.label}”."
    )


def missing(target: str, *, publish_on: date | None, today: date, url: str = "") -> str:
    """What a piece still lacks to enter `target`; empty when nothing. `today` is the brand's."""
    if target == Status.PUBLISHED and not url.strip():
        return NEEDS_URL
    if target == Status.SCHEDULED and publish_on is None:
        return "Scheduling needs a publication day: give it one first."
    if target == Status.SCHEDULED and publish_on is not None and publish_on < today:
        return f"Its publication day, {spoken(publish_on)}, has passed: give it a new day first."
    return ""


def day_refusal(status: str, day: date | None, *, today: date) -> str:
    """Why a piece in `status` may not stand on `day` (None: on no day); empty when it may."""
    if status in Piece.LIVE:
        return "It is published: it keeps the day on which it went out."
    if day is None and status == Status.SCHEDULED:
        return (
            "A scheduled piece needs its day. Move it back to “approved”, then take the day away."
        )
    if day is not None and day < today:
        return f"{spoken(day)} has passed. Choose today, {spoken(today)}, or a later day."
    return ""


def next_steps(piece: Piece, today: date | None = None, *, held: Sequence[str] = ()) -> list[Step]:
    """The moves that the piece may make, the next one first, then the ways back from near to far.

    `today` is the brand's; without it the clock is asked. A list of pieces passes it in. `held` is
    what keeps this piece from its steps forward, from "approved" on, where the caller has asked.
    """
    today = today or brand_today(piece)
    here = ORDER.index(Status(piece.status))

    def lacks(target: Status) -> str:
        reason = missing(target, publish_on=piece.publish_on, today=today, url=piece.url)
        is_held = held and ORDER.index(target) > here and target in GATED
        return reason or (" ".join(held) if is_held else "")

    steps = [
        Step(status=target, missing=lacks(target), is_back=ORDER.index(target) < here)
        for target in ORDER
        if not refusal(piece.status, target)
    ]
    forward = [step for step in steps if not step.is_back]
    return forward + [step for step in reversed(steps) if step.is_back]


def move(
    piece: Piece,
    status: str,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
    url: str = "",
    was: str = "",
    override: str = "",
) -> Piece:
    """Move the piece and save it; the given instance is brought up to date and returned.

    `by` is the person, None for the machine. `now` is an aware time: publishing sets
    `published_at` to it and `publish_on` to its day in the brand's zone, and tracks the page at
    `url`. With `was`, the move is refused if somebody else moved the piece meanwhile. `override`
    is a manager's reason for letting it out during a freeze of the calendar; it is kept in the
    piece's history. Entering "in review" asks for the approvals; moving on to "approved" gives the
    last one, where this person may give it. Raises NotAllowed.
    """
    if status not in Status.values:
        raise NotAllowed("There is no such step.")
    with transaction.atomic():
        lock(piece)
        if was and was != piece.status:
            raise NotAllowed(
                f"Somebody moved it to “{Status(piece.status).label}” meanwhile. Look again, then move it."
            )
        today = brand_today(piece, now)
        url = url.strip() or piece.url
        reason = refusal(piece.status, status) or missing(
            status, publish_on=piece.publish_on, today=today, url=url
        )
        if reason:
            raise NotAllowed(reason)
        is_back = ORDER.index(Status(status)) < ORDER.index(Status(piece.status))
        if not is_back:
            note = let_pass(piece, status, by=by, now=now, override=override)
            if note:
                piece._change_reason = note  # type: ignore[attr-defined]
        if status == Status.PUBLISHED:
            publish(piece, url=url, now=now)
        if is_back:
            rounds.close_round(piece, now, by=by)
        if status == Status.REVIEW:
            rounds.open_round(piece, now)
        piece.status = status
        keep(piece, by)
    return piece


def let_pass(
    piece: Piece, status: str, *, by: AbstractBaseUser | None, now: datetime, override: str
) -> str:
    """Hold a step forward against approvals and freezes; returns what its history should say, or
    raises NotAllowed."""
    if status == Status.APPROVED:
        give_last_approval(piece, by=by, now=now)
        reasons = gate.lacking(piece, rounds.rows_of(piece))
        if reasons:
            raise NotAllowed(" ".join(["It is not approved yet.", *reasons]))
    if status not in (Status.SCHEDULED, Status.PUBLISHED):
        return ""
    kept_in = gate.keeps_in(piece)
    if kept_in:
        raise NotAllowed(" ".join(kept_in))
    today = brand_today(piece, now)
    day = today if status == Status.PUBLISHED else piece.publish_on or today
    freeze = frozen(piece.brand, day)
    if freeze is None:
        return ""
    if override.strip() and by is not None and may(by, piece.brand, Role.MANAGER):
        # PostgreSQL takes no zero byte.
        why = " ".join(override.replace("\x00", "").split())
        return f"Let out during a freeze: {why}"[:MOST_REASON]
    raise NotAllowed(frozen_words(freeze, day))


MOST_REASON = 100
"""Letters of a reason that the history of changes has room for."""


def frozen_words(freeze: Freeze, day: date) -> str:
    """Why nothing goes out on `day`, and who can let it out all the same."""
    end = f"to {spoken(freeze.ends_on)}" if freeze.ends_on else "until it is lifted"
    return (
        f"The calendar is frozen from {spoken(freeze.starts_on)} {end}: {freeze.reason}. Nothing goes "
        f"out on {spoken(day)}; a manager can let it out with a reason, on the page of the piece."
    )


def give_last_approval(piece: Piece, *, by: AbstractBaseUser | None, now: datetime) -> None:
    """Whoever may give the only approval that is still missing gives it by moving the piece on."""
    rows = rounds.rows_of(piece)
    if not rows:
        # It was in review before approvals were kept.
        rounds.open_round(piece, now)
        rows = rounds.rows_of(piece)
    waiting = [row for row in sequence.newest_round(rows) if row.state == Approval.State.WAITING]
    if by is None or len(waiting) != 1:
        return
    reason = rounds.refusal_for(waiting[0], by, piece=piece, rows=rows)
    if reason:
        raise NotAllowed(reason)
    rounds.write_down(
        waiting[0],
        Approval.State.APPROVED,
        by=by,
        revision=rounds.revision_of(piece),
        now=now,
    )


def publish(piece: Piece, *, url: str, now: datetime) -> None:
    """Fill in what publishing brings: the address, its tracked page, the moment and the day."""
    try:
        tracked = track_page(piece.brand, url=url, title=piece.title, since=now)
    except BadAddress as error:
        raise NotAllowed(f"This address cannot be tracked: {error}") from error
    piece.url = url
    piece.page = tracked.page
    piece.published_at = now
    piece.publish_on = brand_today(piece, now)


def reschedule(
    piece: Piece,
    day: date | None,
    *,
    by: AbstractBaseUser | None,
    now: datetime | None = None,
) -> Piece:
    """Plan the piece for `day` (None: for no day) and save it; the same instance is returned.

    `now` is an aware time, by default the clock's: a day before the brand's today is refused.
    Raises NotAllowed.
    """
    with transaction.atomic():
        lock(piece)
        reason = day_refusal(piece.status, day, today=brand_today(piece, now))
        if reason:
            raise NotAllowed(reason)
        if day != piece.publish_on:
            piece.publish_on = day
            keep(piece, by)
    return piece


def lock(piece: Piece) -> None:
    """Read the row anew and hold it to the end of the transaction: two people may move at once."""
    piece.refresh_from_db(from_queryset=Piece.objects.select_for_update(of=("self",)))


def keep(piece: Piece, by: AbstractBaseUser | None) -> None:
    """Save the piece with the person's name in its history."""
    piece._history_user = by  # type: ignore[attr-defined]
    piece.save()


def brand_today(piece: Piece, now: datetime | None = None) -> date:
    """The day that it is in the zone of the piece's brand."""
    return (now or timezone.now()).astimezone(piece.brand.zone).date()
