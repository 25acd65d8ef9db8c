"""Puts testimonials into pieces where no rule stands against it, and writes them as Markdown to copy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from content.models import Consent, Piece, Testimonial, Use
from content.proof.facts import countries_of, facts_of
from content.proof.rules import Finding, use_findings

Purpose = Consent.Purpose
PURPOSE_OF = {
    Piece.Kind.CASE_STUDY: Purpose.CASE_STUDY,
    Piece.Kind.GUEST_POST: Purpose.PRESS,
    Piece.Kind.NEWS: Purpose.PRESS,
    Piece.Kind.VIDEO: Purpose.SOCIAL,
    Piece.Kind.FORUM: Purpose.SOCIAL,
    Piece.Kind.PROFILE: Purpose.SOCIAL,
}
"""What a type of piece is for, where it does not stand on the own website."""
SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-!|~&])")
NUMBERED = re.compile(r"^(\d+)([.)])", re.MULTILINE)


class Stopped(Exception):
    """A use that a rule forbids. `findings` name the rules."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(" ".join(map(str, findings)))
        self.findings = list(findings)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A testimonial that could stand in a piece: free, or with what stands against it."""

    testimonial: Testimonial
    findings: Sequence[Finding]
    snippet: str


def purpose_of(piece: Piece) -> str:
    """The purpose for which a piece of this type uses a testimonial, unless somebody says another."""
    return PURPOSE_OF.get(Piece.Kind(piece.kind), Purpose.WEBSITE)


def candidates(piece: Piece, *, purpose: str = "") -> list[Candidate]:
    """The brand's testimonials with words that are not in the piece yet; the usable ones first."""
    rows = list(
        Testimonial.objects.filter(brand_id=piece.brand_id)
        .exclude(text="")
        .exclude(state__in=(Testimonial.State.WITHDRAWN, Testimonial.State.REFUSED))
        .exclude(uses__in=Use.objects.filter(piece=piece, removed_at=None))
    )
    facts = facts_of(rows)
    countries = countries_of(piece.brand)
    found = [
        Candidate(
            row,
            use_findings(facts[row.pk], purpose=purpose or purpose_of(piece), countries=countries),
            snippet(row),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: len(one.findings) > 0)


def use(
    testimonial: Testimonial,
    piece: Piece,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
    purpose: str = "",
) -> Use:
    """Note that the piece uses the testimonial; the same use twice is one. Raises Stopped."""
    purpose = purpose or purpose_of(piece)
    with transaction.atomic():
        # A withdrawal at the same moment must either come first and stop this, or flag it.
        row = Testimonial.objects.select_for_update(of=("self",)).get(pk=testimonial.pk)
        wrong = use_findings(
            facts_of([row])[row.pk], purpose=purpose, countries=countries_of(piece.brand)
        )
        if any(finding.stops for finding in wrong):
            raise Stopped(wrong)
        try:
            with transaction.atomic():
                return Use.objects.create(
                    testimonial=row,
                    piece=piece,
                    purpose=purpose,
                    added_by_id=by.pk if by else None,
                    added_at=now,
                )
        except IntegrityError:
            return Use.objects.get(testimonial=row, piece=piece, removed_at=None)


def snippet(row: Testimonial) -> str:
    """The testimonial in Markdown, to copy: the words whole, who said them and when, the disclosure."""
    customer = row.customer
    who = ", ".join(
        escaped(part)
        for part in (customer.name, customer.role_title, customer.organisation)
        if part
    )
    said_at = row.received_at or row.created_at
    lines = [f"> {line}".rstrip() for line in escaped(row.text).splitlines()]
    lines += [">", f"> — {who}, {said_at:%B %Y}"]
    if row.disclosure.strip():
        lines += [">", f"> *{escaped(row.disclosure.strip())}*"]
    return "\n".join(lines)


def escaped(text: str) -> str:
    """A text from outside as Markdown that means these very characters."""
    return NUMBERED.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", text))
