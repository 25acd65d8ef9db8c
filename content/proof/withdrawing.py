"""Takes a consent back, which flags every use at once, and tells what must come off, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet

from content.models import Consent, Piece, ProofRequest, Testimonial, Use
from serp.models import Brand

COME_OFF = timedelta(days=2)
"""How long the firm has to take a withdrawn testimonial off a page."""
LONGEST_WHY = 2000


@dataclass(frozen=True, slots=True)
class ComingOff:
    """A testimonial that must be taken off a piece until `by`, an aware time."""

    use: Use
    by: datetime
    is_late: bool

    @property
    def piece(self) -> Piece:
        return self.use.piece

    @property
    def name(self) -> str:
        return str(self.use.testimonial.customer.name)

    @property
    def is_live(self) -> bool:
        return self.piece.is_live


def withdraw(testimonial: Testimonial, *, now: datetime, why: str = "") -> bool:
    """Take back what the customer agreed to; returns whether anything was in force until now.

    Every use is flagged to come off, open requests end. Safe to repeat: the first moment stands.
    """
    with transaction.atomic():
        row = Testimonial.objects.select_for_update().get(pk=testimonial.pk)
        given = list(Consent.objects.filter(testimonial=row, withdrawn_at=None))
        for consent in given:
            consent.withdrawn_at, consent.withdrawn_why = now, why.replace("\x00", "")[:LONGEST_WHY]
            consent.save(update_fields=["withdrawn_at", "withdrawn_why"])
        was_in_force = bool(given) or row.state != Testimonial.State.WITHDRAWN
        if row.state != Testimonial.State.WITHDRAWN:
            row.state = Testimonial.State.WITHDRAWN
            row.save(update_fields=["state"])
        flag(Use.objects.filter(testimonial=row), now)
        asked = ProofRequest.objects.filter(testimonial=row, kind=ProofRequest.Kind.ASK)
        asked.filter(used_at=None, revoked_at=None).update(revoked_at=now, token="")
    testimonial.refresh_from_db()
    return was_in_force


def flag(uses: QuerySet[Use], now: datetime) -> int:
    """Mark these uses to come off; one that is flagged already keeps its time."""
    return uses.filter(removed_at=None, must_off_at=None).update(must_off_at=now + COME_OFF)


def take_off(use: Use, *, by: AbstractBaseUser | None, now: datetime) -> bool:
    """Note that the testimonial is off the piece; returns whether it was on until now."""
    rows = Use.objects.filter(pk=use.pk, removed_at=None)
    return bool(rows.update(removed_at=now, removed_by_id=by.pk if by else None))


def must_come_off(brand: Brand, now: datetime) -> list[ComingOff]:
    """Uses of withdrawn testimonials that stand in a piece of the brand still, the most urgent first."""
    rows = (
        Use.objects.filter(piece__brand=brand, removed_at=None, must_off_at__isnull=False)
        .select_related("piece__owner", "piece__keyword", "testimonial__customer")
        .order_by("must_off_at", "pk")
    )
    return [
        ComingOff(row, row.must_off_at, row.must_off_at < now) for row in rows if row.must_off_at
    ]


def live_to_unpublish(brand: Brand) -> QuerySet[Piece]:
    """Live pieces that show a withdrawn testimonial: a site that takes orders may set them back to
    drafts until the words are off."""
    hit = Use.objects.filter(removed_at=None, must_off_at__isnull=False).values("piece")
    return Piece.objects.filter(brand=brand, pk__in=hit).live()
