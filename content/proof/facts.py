"""Reads what the rules need to know about testimonials, in a number of queries that rows do not raise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects

from content.models import Consent, Testimonial
from content.proof.rules import Agreed, Facts
from serp.models import Brand

State = Testimonial.State


def countries_of(brand: Brand) -> list[str]:
    """The countries whose people the brand's keywords are about: its audience."""
    return sorted(set(brand.keywords.values_list("country", flat=True)))


def facts_of(testimonials: Iterable[Testimonial]) -> dict[int, Facts]:
    """The facts of each testimonial by its id. Fetches customers and consents where they are missing."""
    rows = list(testimonials)
    prefetch_related_objects(rows, "customer", "consents")
    twins = twins_of(rows)
    return {row.pk: one(row, row.consents.all(), twins[row.pk]) for row in rows}


def one(row: Testimonial, consents: Iterable[Consent], twins: Sequence[str]) -> Facts:
    """The facts of one testimonial."""
    given = list(consents)
    customer = row.customer
    return Facts(
        name=customer.name,
        text=row.text,
        relation=customer.get_relation_display(),
        is_insider=customer.is_insider,
        incentive=row.incentive,
        disclosure=row.disclosure,
        is_withdrawn=row.state == State.WITHDRAWN,
        is_erased=customer.erased_at is not None,
        is_refused=row.state == State.REFUSED,
        has_source=bool(row.evidence.strip() or row.evidence_url)
        or any(one.how == Consent.How.FORM or one.evidence.strip() for one in given),
        statements=dict(row.statements),
        consents=[
            Agreed(frozenset(one.scope), one.quote, one.withdrawn_at is not None) for one in given
        ],
        twins=twins,
    )


def twins_of(rows: Sequence[Testimonial]) -> dict[int, list[str]]:
    """The names of other people of the same brand under whose name the very same words stand."""
    texts = {row.text for row in rows if row.text.strip()}
    said: dict[tuple[int, str], dict[int, str]] = defaultdict(dict)
    same = Testimonial.objects.filter(brand__in={row.brand_id for row in rows}, text__in=texts)
    for brand, text, customer, name in same.values_list(
        "brand_id", "text", "customer_id", "customer__name"
    ):
        said[brand, text][customer] = name
    return {
        row.pk: sorted(
            name
            for customer, name in said[row.brand_id, row.text].items()
            if customer != row.customer_id
        )
        for row in rows
    }
