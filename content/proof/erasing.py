"""Erases a person's data, in the rows and in their histories; what stays is that somebody agreed and
withdrew, and when."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F, JSONField, Model, QuerySet
from django.db.models.functions import Coalesce

from content.approving.deciding import THROUGH_LINK
from content.models import (
    Approval,
    Comment,
    Consent,
    Customer,
    Draft,
    Piece,
    ProofRequest,
    ReviewLink,
    Testimonial,
    Use,
)
from content.proof.persons import Person, gather, mentions, person_of, whole
from content.proof.withdrawing import withdraw

NOBODY = "Erased person"
GONE = "[erased]"
SHORTEST = 20
"""Words shorter than this are not looked for in drafts: they may be anybody's."""
BLANK: dict[type[Model], dict[str, Any]] = {
    Customer: {
        "name": NOBODY,
        "email": "",
        "organisation": "",
        "role_title": "",
        "country": "",
        "language": "",
        "relation_note": "",
    },
    Testimonial: {
        "text": "",
        "result": [],
        "incentive": "",
        "disclosure": "",
        "evidence": "",
        "evidence_url": "",
        "statements": {},
    },
    Consent: {
        "given_by": NOBODY,
        "quote": "",
        "text_agreed": "",
        "evidence": "",
        "withdrawn_why": "",
    },
    ProofRequest: {"asked_for": "", "token": "", "mail_error": ""},
}
"""What a row holds afterwards. Ratings, dates, purposes and states stay: they tell of nobody."""


def erase_person(email: str, now: datetime) -> dict[str, int]:
    """Erase everything about who has this address, as a customer and as a guest; returns how many rows
    of each kind were changed. Accounts of the installation stay: their superuser removes them."""
    with transaction.atomic():
        person = person_of(email)
        customers = list(person.customers)
        done = erase_guest(person, now)
        done["customers"] = 0
        for customer in customers:
            for name, count in erase_customer(customer, now).items():
                done[name] = done.get(name, 0) + count
        done["mentions"] = redact(person.email)
    return done


def erase_customer(customer: Customer, now: datetime) -> dict[str, int]:
    """Erase one customer: uses are flagged to come off, words and names go. Safe to repeat."""
    with transaction.atomic():
        rows = Customer.objects.filter(pk=customer.pk)
        # Asking, answering and erasing hold the person first, so that none waits for another in a circle.
        Customer.objects.select_for_update().get(pk=customer.pk)
        person = gather(customer.email, rows)
        said = list(person.testimonials)
        words = {row.text for row in said} | {one.quote for one in person.consents}
        for row in said:
            withdraw(row, now=now)
        done = {
            "drafts": cut_from_drafts(words, customer),
            "uses": person.uses.filter(removed_at=None).count(),
            "consents": blank(Consent, person.consents),
            "testimonials": blank(Testimonial, person.testimonials),
            "requests": blank(ProofRequest, person.requests),
            "customers": blank(Customer, rows),
        }
        person.requests.filter(kind=ProofRequest.Kind.ASK, used_at=None).update(
            revoked_at=Coalesce(F("revoked_at"), now)
        )
        rows.update(erased_at=Coalesce(F("erased_at"), now))
    customer.refresh_from_db()
    return done


def blank(model: Any, rows: QuerySet[Any]) -> int:
    """Empty the telling columns of these rows and of all their earlier states."""
    ids = list(rows.values_list("pk", flat=True))
    if hasattr(model, "history"):
        model.history.filter(id__in=ids).update(**BLANK[model], history_change_reason=None)
    return int(model._default_manager.filter(pk__in=ids).update(**BLANK[model]))


def cut_from_drafts(words: set[str], customer: Customer) -> int:
    """Cut the words out of earlier states of the brand's drafts, and the name where the words were used;
    returns how many states. The drafts themselves are flagged by their use: a person takes the words
    off, since a cut sentence may change what a page says."""
    long = [as_written(text) for text in words if len(text.strip()) >= SHORTEST]
    used = set(Use.objects.filter(testimonial__customer=customer).values_list("piece", flat=True))
    name = whole(customer.name)
    count = 0
    # By the pieces' own history: the states of a draft outlive the piece.
    pieces = Piece.history.filter(brand_id=customer.brand_id).values("id")
    states = Draft.history.filter(piece_id__in=pieces).only("text", "piece_id")
    for state in states.iterator(chunk_size=20):
        told = state.text
        for text in long:
            told = text.sub(GONE, told)
        if state.piece_id in used:
            told = name.sub(GONE, told)
        if told != state.text:
            Draft.history.filter(pk=state.pk).update(text=told)
            count += 1
    return count


def as_written(words: str) -> re.Pattern[str]:
    """The words as they stand in a draft: plain, or in Markdown with its signs escaped, and over as many
    lines of a block quote as they took."""
    parts = (
        "".join(rf"\\?{re.escape(sign)}" for sign in word.replace("\\", ""))
        for word in words.split()
    )
    return re.compile(r"[\s>]+".join(part for part in parts if part))


def erase_guest(person: Person, now: datetime) -> dict[str, int]:
    """Take the name and address off links for outsiders and off what was done with them. What a guest
    remarked about a piece stays, without the guest."""
    links = list(person.links.values_list("pk", flat=True))
    approvals = list(person.approvals.values_list("pk", flat=True))
    # A guest's decision stands in the history of its piece by the guest's name.
    pieces = set(person.links.values_list("piece", flat=True))
    Piece.history.filter(id__in=pieces, history_change_reason__endswith=THROUGH_LINK).update(
        history_change_reason=f"Decided by {NOBODY}{THROUGH_LINK}"
    )
    return {
        "comments": Comment.objects.filter(link__in=links).update(guest_name=NOBODY),
        "approvals": Approval.objects.filter(pk__in=approvals)
        .exclude(guest_name="")
        .update(guest_name=NOBODY),
        "links": ReviewLink.objects.filter(pk__in=links).update(
            name=NOBODY, email="", revoked_at=Coalesce(F("revoked_at"), now)
        ),
    }


def redact(email: str) -> int:
    """Put “[erased]” wherever this address stands in words that somebody wrote; returns the rows."""
    count = 0
    pattern = whole(email)
    for found in list(mentions(email)):
        model = apps.get_model(found["table"])
        row = model._default_manager.get(pk=found["row"])
        for column in found["columns"]:
            value = getattr(row, column)
            if isinstance(model._meta.get_field(column), JSONField):
                value = json.loads(pattern.sub(GONE, json.dumps(value, ensure_ascii=False)))
            else:
                value = pattern.sub(GONE, value)
            # An update: saving would write one more state of history with the address's row.
            model._default_manager.filter(pk=row.pk).update(**{column: value})
        count += 1
    return count


def left(email: str) -> int:
    """How many rows outside of accounts still name this address: none after erasing."""
    return sum(1 for _ in mentions(email))
