"""Writes down what people of the brand learned elsewhere: a testimonial, and a consent with its evidence."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from content.models import Consent, Customer, Testimonial
from content.proof.asking import Kind, Link, can_mail, make
from content.proof.rules import UNHAPPY, plain


def keep(
    testimonial: Testimonial,
    customer: Customer,
    *,
    by: AbstractBaseUser,
    now: datetime,
) -> Testimonial:
    """Save a testimonial with its person, new or changed. Words that come in by hand are received
    `now`; an unhappy rating makes it an unhappy answer."""
    with transaction.atomic():
        customer.brand_id = testimonial.brand_id
        if customer.pk is None:
            customer.created_by_id = by.pk
        customer.save()
        testimonial.customer = customer
        testimonial.text = plain(testimonial.text)
        if testimonial.pk is None:
            testimonial.created_by_id = by.pk
        if testimonial.text and testimonial.received_at is None:
            testimonial.received_at = now
            testimonial.state = Testimonial.State.RECEIVED
        if testimonial.rating is not None and testimonial.rating <= UNHAPPY:
            testimonial.is_negative = True
        testimonial.save()
    return testimonial


def record_consent(
    consent: Consent, *, given_at: datetime, scope: list[str], by: AbstractBaseUser
) -> Link:
    """Keep a consent that was given on another way; returns the link with which it is withdrawn, which
    is mailed as well where that can be done."""
    with transaction.atomic():
        # The person first, as everywhere: see content.proof.erasing.
        Customer.objects.select_for_update().get(testimonials=consent.testimonial_id)
        row = Testimonial.objects.select_for_update().get(pk=consent.testimonial_id)
        consent.given_at, consent.scope, consent.quote = given_at, scope, row.text
        consent.save()
        row.state = Testimonial.State.AGREED
        row.save(update_fields=["state"])
        by_mail = can_mail() and bool(row.customer.email)
        return make(row, kind=Kind.RECEIPT, by=by, by_mail=by_mail, consent=consent)
