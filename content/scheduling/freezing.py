"""The calendar's freeze in a crisis: from a day on nothing goes out, until somebody lifts it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from content.models import Freeze, Piece
from content.models.piece import PieceQuerySet
from serp.models import Brand


class CannotFreeze(Exception):
    """A freeze that makes no sense. The message says why and what to do."""


def covers(freeze: Freeze, day: date) -> bool:
    """Whether the freeze holds `day`, a day of the brand's zone, and nobody has lifted it."""
    return (
        freeze.lifted_at is None
        and freeze.starts_on <= day
        and (freeze.ends_on is None or day <= freeze.ends_on)
    )


def holding(freezes: Iterable[Freeze], day: date | None) -> Freeze | None:
    """The first of the freezes that covers `day`; None for no day."""
    return next((one for one in freezes if day is not None and covers(one, day)), None)


def standing(brand: Brand) -> list[Freeze]:
    """All freezes of the brand that nobody has lifted, past ones too, the newest first."""
    return list(brand.freezes.filter(lifted_at=None).select_related("by"))


def frozen(brand: Brand, day: date) -> Freeze | None:
    """The freeze that lets nothing of the brand go out on `day`, a day of its zone; or None."""
    return holding(standing(brand), day)


def freeze(
    brand: Brand,
    *,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    by: User,
    now: datetime,
) -> Freeze:
    """Hold everything of the brand that is scheduled from `starts_on` to `ends_on`, both included.

    Without `ends_on` until it is lifted. No piece is moved. `now` is aware. Raises CannotFreeze.
    """
    today = now.astimezone(brand.zone).date()
    if not reason.strip():
        raise CannotFreeze("Say why, in a sentence: everybody who plans will read it.")
    if ends_on is not None and ends_on < starts_on:
        raise CannotFreeze("The last day is before the first. Change one of them.")
    if ends_on is not None and ends_on < today:
        raise CannotFreeze("These days have passed: there is nothing left to hold.")
    with transaction.atomic():
        Brand.objects.select_for_update().get(pk=brand.pk)
        for other in standing(brand):
            if overlap(other, starts_on, ends_on):
                raise CannotFreeze(
                    f"These days are frozen already: “{other.reason}”. Lift that freeze first."
                )
        return Freeze.objects.create(
            brand=brand,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=" ".join(reason.split()),
            by=by,
            made_at=now,
        )


def overlap(freeze: Freeze, first: date, last: date | None) -> bool:
    """Whether the freeze shares a day with `first` to `last` (None: without end)."""
    ends = freeze.ends_on or date.max
    return freeze.starts_on <= (last or date.max) and first <= ends


def lift(freeze: Freeze, *, by: User, now: datetime) -> bool:
    """Let pieces go out again; False when somebody has lifted it already. `now` is aware."""
    rows = Freeze.objects.filter(pk=freeze.pk, lifted_at=None)
    if not rows.update(lifted_at=now, lifted_by=by):
        return False
    freeze.refresh_from_db()
    return True


def last_day(freeze: Freeze) -> date | None:
    """The last day that it held, in the brand's zone; None while it has no end."""
    if freeze.lifted_at is None:
        return freeze.ends_on
    lifted_on = freeze.lifted_at.astimezone(freeze.brand.zone).date()
    return min(lifted_on, freeze.ends_on) if freeze.ends_on else lifted_on


def held(freeze: Freeze) -> PieceQuerySet:
    """Scheduled pieces that stand within the freeze and are not out, the earliest first.

    Those after its lifting day are not among them: they were never late because of it.
    """
    rows = Piece.objects.filter(
        brand=freeze.brand, status=Piece.Status.SCHEDULED, publish_on__gte=freeze.starts_on
    )
    last = last_day(freeze)
    within = rows if last is None else rows.filter(Q(publish_on__lte=last))
    return within.select_related("brand", "owner", "keyword").order_by("publish_on", "pk")


def days_to_move(freeze: Freeze, today: date, first_held: date | None) -> int:
    """By how many days to move what was held, so that the first of it stands on `today` or later."""
    return 0 if first_held is None else max(0, (today - first_held).days)
