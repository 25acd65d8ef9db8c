"""Makes the rows of the reminders that are due: each day of a piece once a person, however often it is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from content.models import Approval, Freeze, Piece, Reminder, ReminderChoice
from content.reminding.wishes import LATE_FOR, LONGEST_AHEAD, Due, What, Wish, days, for_owner
from content.scheduling.freezing import holding
from serp.models import Membership

A_DAY = timedelta(days=1)
"""Between the earliest and the latest zone: a day anywhere is at most a day from today in UTC."""
Pair = tuple[int, int]


def note(now: datetime) -> int:
    """Make the rows of what is due at `now` (aware); returns how many are new.

    Only people who work on the brand today are reminded. Seven queries, however many pieces. Safe to
    repeat and to run at once: the database holds a day, person and piece once.
    """
    rows = [
        Reminder(piece=piece, user_id=user, what=due.what, on=due.on, made_at=now)
        for piece, user, due in found(now)
    ]
    before = Reminder.objects.filter(made_at=now).count()
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    return Reminder.objects.filter(made_at=now).count() - before


def found(now: datetime) -> Iterator[tuple[Piece, int, Due]]:
    """All that people are to be reminded of at `now`, what was told already included."""
    pieces = near_pieces(now)
    approvals = near_approvals(now)
    brands = {row.brand_id for row in pieces} | {row.piece.brand_id for row in approvals}
    wishes = wishes_of(brands)
    frozen = freezes_of(brands)
    for piece in pieces:
        wish = wishes.get((piece.brand_id, piece.owner_id or 0))
        local = now.astimezone(piece.brand.zone)
        if wish is None or not wish.is_time(local):
            continue
        is_held = holding(frozen[piece.brand_id], piece.publish_on) is not None
        for due in for_owner(piece, wish, today=local.date(), is_frozen=is_held):
            yield piece, piece.owner_id or 0, due
    for approval in approvals:
        piece = approval.piece
        wish = wishes.get((piece.brand_id, approval.reviewer_id or 0))
        local = now.astimezone(piece.brand.zone)
        if wish is not None and wish.is_time(local):
            for due in days(approval.due_on, What.REVIEW, wish, today=local.date()):
                yield piece, approval.reviewer_id or 0, due


def near_pieces(now: datetime) -> list[Piece]:
    """Pieces in work of somebody with a day near `now`."""
    first, last = now.date() - LATE_FOR - A_DAY, now.date() + LONGEST_AHEAD + A_DAY
    near = Q(due_on__range=(first, last)) | Q(publish_on__range=(first, last))
    rows = Piece.objects.in_work().filter(near, owner__is_active=True)
    return list(rows.select_related("brand"))


def near_approvals(now: datetime) -> list[Approval]:
    """Decisions that wait for somebody and are due near `now`."""
    first, last = now.date() - LATE_FOR - A_DAY, now.date() + LONGEST_AHEAD + A_DAY
    rows = Approval.objects.filter(
        state=Approval.State.WAITING,
        opened_at__isnull=False,
        due_on__range=(first, last),
        reviewer__is_active=True,
        piece__status=Piece.Status.REVIEW,
    )
    return list(rows.select_related("piece__brand"))


def wishes_of(brands: set[int]) -> dict[Pair, Wish]:
    """By brand and person, what each member of the brands wants."""
    said = {
        (row.brand_id, row.user_id): Wish(row.is_on, row.days_before, row.hour)
        for row in ReminderChoice.objects.filter(brand__in=brands)
    }
    members = Membership.objects.filter(brand__in=brands).values_list("brand_id", "user_id")
    return {pair: said.get(pair, Wish()) for pair in members}


def freezes_of(brands: set[int]) -> dict[int, list[Freeze]]:
    """The freezes that nobody has lifted, by brand."""
    held: dict[int, list[Freeze]] = defaultdict(list)
    for row in Freeze.objects.filter(brand__in=brands, lifted_at=None):
        held[row.brand_id].append(row)
    return held
