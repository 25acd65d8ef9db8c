"""The people of these tests: a customer with words, agreed to or not, and a piece to use them in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from content.models import Customer, Piece, ProofRequest, Testimonial
from content.proof.answering import Answer, answer
from content.proof.asking import Link, ask
from serp.models import Brand
from tests.cast import NOW

Testimonial.__test__ = False  # type: ignore[attr-defined]  # its name begins with Test
WORDS = "The grinder halved our queue: from nine minutes to four."
ASKED = "How was it, good or bad?"
FIRM_YES = {"own_words": True, "used_it": True, "adult": True}

Agree = Callable[..., Testimonial]


@pytest.fixture
def customer(brand: Brand) -> Customer:
    return Customer.objects.create(brand=brand, name="Ida Moe", email="ida@cafe.example")


@pytest.fixture
def testimonial(brand: Brand, customer: Customer) -> Testimonial:
    """Nothing said yet."""
    return Testimonial.objects.create(brand=brand, customer=customer)


@pytest.fixture
def link(testimonial: Testimonial, editor: User) -> Link:
    """Asked, not answered."""
    return ask(testimonial, asked_for=ASKED, by=editor, now=NOW, by_mail=False)


@pytest.fixture
def agree(brand: Brand, editor: User) -> Agree:
    """`agree("Ida Moe", purposes=[...])`: a testimonial answered through a link, with its consent."""

    def make(name: str = "Ida Moe", **said: Any) -> Testimonial:
        email = said.pop("email", f"{name.split()[0].lower()}@cafe.example")
        person = Customer.objects.create(brand=said.pop("brand", brand), name=name, email=email)
        row = Testimonial.objects.create(brand=person.brand, customer=person)
        asked = ask(row, asked_for=ASKED, by=editor, now=NOW, by_mail=False)
        said = {"text": WORDS, "purposes": ["website"], "statements": FIRM_YES} | said
        row.withdrawal = answer(asked.request, Answer(name=name, **said), NOW)  # type: ignore[attr-defined]
        row.refresh_from_db()
        return row

    return make


@pytest.fixture
def agreed(agree: Agree) -> Testimonial:
    return agree()


@pytest.fixture
def piece(brand: Brand, editor: User) -> Piece:
    return Piece.objects.create(brand=brand, title="How cafés use it", kind="faq", owner=editor)


def path_of(token: str, kind: str = ProofRequest.Kind.ASK) -> str:
    name = "testimonial" if kind == ProofRequest.Kind.ASK else "testimonial-withdraw"
    return reverse(name, args=[token])


def filled(**changes: Any) -> dict[str, Any]:
    """The form of a customer who agrees to everything asked."""
    return {
        "text": WORDS,
        "rating": "5",
        "name": "Ida Moe",
        "role": "Owner",
        "organisation": "Moe Café",
        "relation": "customer",
        "received": "no",
        "purposes": ["website"],
        "own_words": "yes",
        "used_it": "yes",
        "adult": "yes",
        "send": "1",
    } | changes
