"""Takes a customer's answer to a request: once, as it was said, with the consent word for word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from content.models import Consent, Customer, ProofRequest, Testimonial
from content.proof import wording
from content.proof.asking import Kind, can_mail, make
from content.proof.rules import UNHAPPY, plain

State = Testimonial.State


class LinkSpent(Exception):
    """The link answers nobody any more: used, revoked or too old. The message says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the customer sent. Without purposes it is an opinion that is kept and not published."""

    text: str
    name: str
    purposes: Sequence[str] = ()
    rating: int | None = None
    organisation: str = ""
    role: str = ""
    relation: str = "customer"
    relation_note: str = ""
    incentive: str = ""
    statements: Mapping[str, bool] = field(default_factory=dict)


def spent(request: ProofRequest, now: datetime) -> str:
    """Why a link can no longer be answered at `now`, in words; empty when it can."""
    brand = request.brand
    if request.used_at is not None:
        return f"This link was used already. Your answer is with {brand}."
    if request.revoked_at is not None or request.customer.erased_at is not None:
        return f"{brand} has taken this request back. Nothing is needed from you."
    if request.expires_at is not None and request.expires_at <= now:
        return f"This link has run out. If you still want to answer, ask {brand} for a new one."
    return ""


def take(request: ProofRequest, now: datetime) -> None:
    """Use the link up, whoever comes first. Raises LinkSpent."""
    mine = ProofRequest.objects.filter(
        pk=request.pk, used_at=None, revoked_at=None, expires_at__gt=now
    )
    if not mine.update(used_at=now, opened_at=request.opened_at or now, token=""):
        request.refresh_from_db()
        raise LinkSpent(spent(request, now) or "This link was used already.")


def answer(request: ProofRequest, said: Answer, now: datetime) -> str:
    """Keep the answer; returns the token of the link to withdraw, empty where nothing was agreed to.

    Good or bad, it is stored as it came. A copy with the link waits to be mailed where the
    installation has mail. Raises LinkSpent.
    """
    with transaction.atomic():
        # Held first, as asking and erasing do, and the words before the request, as withdrawing does.
        customer = Customer.objects.select_for_update().get(pk=request.customer_id)
        stored = (
            Testimonial.objects.select_for_update().filter(pk=request.testimonial_id or 0).first()
        )
        take(request, now)
        customer.name, customer.organisation, customer.role_title = (
            said.name,
            said.organisation,
            said.role,
        )
        customer.relation, customer.relation_note = said.relation, said.relation_note
        customer.save()
        row = stored or Testimonial(brand_id=request.brand_id)
        row.customer = customer
        row.text, row.rating, row.incentive = plain(said.text), said.rating, said.incentive
        row.is_negative = said.rating is not None and said.rating <= UNHAPPY
        row.statements = dict(said.statements)
        row.received_at = now
        row.state = State.AGREED if said.purposes else State.RECEIVED
        row.save()
        ProofRequest.objects.filter(pk=request.pk).update(testimonial=row)
        if not said.purposes:
            return ""
        consent = agree(row, said, now)
        by_mail = can_mail() and bool(customer.email)
        return make(row, kind=Kind.RECEIPT, by=None, by_mail=by_mail, consent=consent).token


def agree(row: Testimonial, said: Answer, now: datetime) -> Consent:
    """Write the consent down with the whole statement."""
    return Consent.objects.create(
        testimonial=row,
        given_at=now,
        given_by=said.name,
        scope=list(said.purposes),
        quote=row.text,
        text_agreed=wording.statement(
            str(row.brand),
            name=said.name,
            quote=row.text,
            purposes=said.purposes,
            role=said.role,
            organisation=said.organisation,
            answers=said.statements,
        ),
        wording_version=wording.VERSION,
        how=Consent.How.FORM,
    )


def refuse(request: ProofRequest, now: datetime) -> None:
    """The customer would rather not. Raises LinkSpent."""
    with transaction.atomic():
        take(request, now)
        row = request.testimonial
        if row is not None and row.state == State.REQUESTED:
            row.state = State.REFUSED
            row.save(update_fields=["state"])


def note_opening(request: ProofRequest, now: datetime) -> None:
    """Remember that somebody began to answer. Reading the page alone writes nothing: mail programs open
    links by themselves."""
    ProofRequest.objects.filter(pk=request.pk, opened_at=None).update(opened_at=now)
