"""A brand with an editor's desk: writer, two reviewers, stages, and a piece that is ready for review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from content.approving import checklist, rounds
from content.models import Approval, Piece, ReviewStage
from content.workflow import move
from serp.models import Brand, Membership
from tests.cast import NOW, person

Role = Membership.Role


@pytest.fixture
def writer(brand: Brand) -> User:
    user = person("writer", first_name="Wanda", last_name="Writer")
    Membership.objects.create(brand=brand, user=user, role=Role.EDITOR)
    return user


@pytest.fixture
def lawyer(brand: Brand) -> User:
    user = person("lawyer", first_name="Lars", last_name="Lawyer")
    Membership.objects.create(brand=brand, user=user, role=Role.EDITOR)
    return user


@pytest.fixture
def piece(brand: Brand, writer: User) -> Piece:
    """In draft, written elsewhere, with every point of its checklist ticked: only approvals are
    missing."""
    made = Piece.objects.create(
        brand=brand,
        title="Is the switch safe?",
        kind="faq",
        status="draft",
        owner=writer,
        no_draft_reason="The engineers wrote it.",
    )
    points = [line.point.text for line in checklist.checklist(made)]
    checklist.set_ticks(made, points, by=writer, now=NOW)
    return made


@pytest.fixture
def make_stage(brand: Brand) -> Callable[..., ReviewStage]:
    def make(name: str, *reviewers: User, **fields: Any) -> ReviewStage:
        order = ReviewStage.objects.filter(brand=brand).count() + 1
        stage = ReviewStage.objects.create(
            **{"brand": brand, "name": name, "order": order} | fields
        )
        stage.reviewers.set(reviewers)
        return stage

    return make


@pytest.fixture
def in_review(piece: Piece) -> Callable[[], list[Approval]]:
    """Send the piece to review; returns its approvals in order."""

    def send() -> list[Approval]:
        move(piece, "review", by=None, now=NOW)
        return rounds.rows_of(piece)

    return send
