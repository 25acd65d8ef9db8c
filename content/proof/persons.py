"""Finds everything that is stored about one person, by mail address, over all tables and their histories."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import CharField, JSONField, Model, Q, QuerySet, TextField

from content.models import (
    Approval,
    Comment,
    Consent,
    Customer,
    ProofRequest,
    ReviewLink,
    Testimonial,
    Use,
)
from serp.models.secret import SecretField

SECRET = {"token", "token_hash", "password"}
"""Columns that no export shows."""


@dataclass(frozen=True, slots=True)
class Person:
    """The rows about a person: as a customer who speaks, as a guest who reviews, as an account."""

    email: str
    customers: QuerySet[Customer]
    testimonials: QuerySet[Testimonial]
    consents: QuerySet[Consent]
    requests: QuerySet[ProofRequest]
    uses: QuerySet[Use]
    links: QuerySet[ReviewLink]
    comments: QuerySet[Comment]
    approvals: QuerySet[Approval]
    accounts: QuerySet[Any]

    def tables(self) -> Iterator[tuple[str, QuerySet[Any]]]:
        """Each kind of row by its name."""
        for name in self.__slots__:
            rows = getattr(self, name)
            if isinstance(rows, QuerySet):
                yield name, rows

    def counts(self) -> dict[str, int]:
        return {name: rows.count() for name, rows in self.tables()}


def person_of(email: str) -> Person:
    """Everything about who has, or had, this mail address, in any case of letters."""
    email = email.strip()
    before = Customer.history.filter(email__iexact=email).values("id")
    return gather(
        email, Customer.objects.filter(Q(email__iexact=email) | Q(pk__in=before)).order_by("pk")
    )


def gather(email: str, customers: QuerySet[Customer]) -> Person:
    """What hangs on these customers, and on the address as a guest's or an account's."""
    testimonials = Testimonial.objects.filter(customer__in=customers.values("pk"))
    links = ReviewLink.objects.filter(email__iexact=email) if email else ReviewLink.objects.none()
    users = get_user_model()._default_manager
    return Person(
        email=email,
        customers=customers,
        testimonials=testimonials,
        consents=Consent.objects.filter(testimonial__in=testimonials.values("pk")),
        requests=ProofRequest.objects.filter(customer__in=customers.values("pk")),
        uses=Use.objects.filter(testimonial__in=testimonials.values("pk")),
        links=links,
        comments=Comment.objects.filter(link__in=links.values("pk")),
        approvals=Approval.objects.filter(links__in=links.values("pk")).distinct(),
        accounts=users.filter(email__iexact=email) if email else users.none(),
    )


def export(person: Person) -> dict[str, Any]:
    """All of it as plain values, with every earlier state; secrets are left out."""
    found: dict[str, Any] = {"email": person.email}
    for name, rows in person.tables():
        found[name] = [
            values(row) | ({"history": history(row)} if hasattr(row, "history") else {})
            for row in rows
        ]
    found["mentions"] = list(mentions(person.email))
    return found


def values(row: Model) -> dict[str, Any]:
    """The columns of a row by name."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in SECRET
    }


def history(row: Any) -> list[dict[str, Any]]:
    """The earlier states of a row, the oldest first."""
    return [values(state) for state in row.history.order_by("history_date", "pk")]


def texts_of(model: type[Model]) -> list[str]:
    """The columns of a table that may hold words."""
    return [
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField | JSONField)
        and not isinstance(field, SecretField)
        and not field.primary_key
        and not getattr(field, "choices", None)
        and field.attname not in SECRET
    ]


def text_tables() -> Iterator[type[Model]]:
    """The tables of the project, histories included, in which somebody may have written an address."""
    for label in ("serp", "reputation", "content"):
        for model in apps.get_app_config(label).get_models():
            if texts_of(model):
                yield model


def mentions(text: str, models: Iterable[type[Model]] | None = None) -> Iterator[dict[str, Any]]:
    """Where a text stands whole in words that somebody wrote, in any case of letters: table, row,
    columns. An address that only ends or begins another one does not count."""
    if not text:
        return
    pattern = whole(text)
    for model in models or text_tables():
        columns = texts_of(model)
        either = Q()
        for column in columns:
            either |= Q(**{f"{column}__icontains": text})
        for row in model._default_manager.filter(either):
            found = [column for column in columns if pattern.search(str(getattr(row, column)))]
            if found:
                yield {"table": model._meta.label_lower, "row": row.pk, "columns": found}


def whole(text: str) -> re.Pattern[str]:
    """The text standing by itself, in any case of letters."""
    return re.compile(rf"(?<![\w.+-]){re.escape(text)}(?![\w-]|\.\w)", re.IGNORECASE)
