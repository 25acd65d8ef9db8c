"""Asks a customer for a testimonial, or for consent to one: makes the one-time link, and revokes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from content.models import Consent, Customer, ProofRequest, Testimonial
from content.proof.facts import countries_of
from content.proof.rules import Finding
from content.proof.text_rules import request_findings
from content.proof.tokens import new_token, token_hash

LIFE = timedelta(days=30)
"""How long a request may be answered."""
NO_MAIL = ("console", "dummy")
"""Mail backends that reach nobody."""
Kind = ProofRequest.Kind


class NotAsked(Exception):
    """A request that is not made. The message says why and what to do; `findings` name the rules."""

    def __init__(self, why: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(why)
        self.findings = list(findings)


@dataclass(frozen=True, slots=True)
class Link:
    """A request with its token, which is told only now."""

    request: ProofRequest
    token: str


def can_mail() -> bool:
    """Whether the installation has a mail server."""
    return not any(name in settings.EMAIL_BACKEND for name in NO_MAIL)


def ask(
    testimonial: Testimonial,
    *,
    asked_for: str,
    by: AbstractBaseUser | None,
    now: datetime,
    by_mail: bool,
) -> Link:
    """Make a link under which the customer answers until `now` + 30 days; with `by_mail` the row waits
    to be mailed. Raises NotAsked."""
    customer = testimonial.customer
    wrong = request_findings(asked_for, countries_of(testimonial.brand))
    if wrong:
        raise NotAsked(" ".join(map(str, wrong)), wrong)
    with transaction.atomic():
        # Two people may ask at once: the customer's row is the lock.
        customer = Customer.objects.select_for_update().get(pk=customer.pk)
        testimonial.refresh_from_db()
        if reason := refusal(customer, testimonial, by_mail=by_mail):
            raise NotAsked(reason)
        if open_request(testimonial, now) is not None:
            raise NotAsked(f"{customer} was asked already. Revoke that request first.")
        link = make(
            testimonial,
            kind=Kind.ASK,
            by=by,
            by_mail=by_mail,
            asked_for=asked_for,
            until=now + LIFE,
        )
        if not testimonial.text:
            testimonial.state = Testimonial.State.REQUESTED
            testimonial.save(update_fields=["state"])
    return link


def refusal(customer: Customer, testimonial: Testimonial, *, by_mail: bool) -> str:
    """Why this person cannot be asked; empty when they can."""
    if customer.erased_at is not None:
        return "This person had their data erased and is not asked again."
    if testimonial.state == Testimonial.State.WITHDRAWN:
        return (
            f"{customer} withdrew this testimonial. It is not asked for again; if they come back by "
            "themselves, make a new one."
        )
    if by_mail and not customer.email:
        return f"{customer} has no mail address here. Write one, or give them the link yourself."
    if by_mail and not can_mail():
        return "This installation sends no mail (EMAIL_URL). Give them the link yourself."
    return ""


def open_request(testimonial: Testimonial, now: datetime) -> ProofRequest | None:
    """The request of this testimonial that may still be answered."""
    rows = ProofRequest.objects.filter(testimonial=testimonial, kind=Kind.ASK)
    return rows.filter(used_at=None, revoked_at=None, expires_at__gt=now).first()


def make(
    testimonial: Testimonial,
    *,
    kind: str,
    by: AbstractBaseUser | None,
    by_mail: bool,
    asked_for: str = "",
    until: datetime | None = None,
    consent: Consent | None = None,
) -> Link:
    """Make the row of a link. Only its hash is kept; what must be mailed is sealed until it is."""
    token = new_token()
    request = ProofRequest.objects.create(
        brand_id=testimonial.brand_id,
        customer_id=testimonial.customer_id,
        testimonial=testimonial,
        kind=kind,
        consent=consent,
        token_hash=token_hash(token),
        token=token if by_mail else "",
        asked_for=asked_for,
        by_mail=by_mail,
        created_by_id=by.pk if by else None,
        expires_at=until,
    )
    return Link(request, token)


def revoke(request: ProofRequest, now: datetime) -> bool:
    """End a request that nobody answered yet; returns whether it was still open. A link to withdraw is
    never revoked."""
    rows = ProofRequest.objects.filter(pk=request.pk, kind=Kind.ASK, used_at=None, revoked_at=None)
    return bool(rows.update(revoked_at=now, token=""))
