"""Says what stands against a piece going out: the testimonials and proofs in it, by the rules on them."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from content.models import Draft, Piece, Testimonial, Use
from content.proof.facts import countries_of, facts_of
from content.proof.law import Topic
from content.proof.rules import (
    Finding,
    found,
    proof_findings,
    use_findings,
)
from content.proof.text_rules import (
    draft_findings,
    selection_findings,
)


def blocking(piece: Piece, now: datetime | None = None) -> list[Finding]:
    """What must be put right before the piece is approved or published; empty when nothing must.

    `now` is an aware time, by default the clock's. The text of each finding names the rule.
    """
    return [finding for finding in findings(piece, now) if finding.stops]


def findings(piece: Piece, now: datetime | None = None) -> list[Finding]:
    """Everything that the rules say about the piece, advice included."""
    today = (now or timezone.now()).astimezone(piece.brand.zone).date()
    uses = list(
        Use.objects.filter(piece=piece, removed_at=None)
        .select_related("testimonial__customer")
        .order_by("pk")
    )
    proofs = list(piece.proofs.all())
    if not uses and not proofs:
        return []
    countries = countries_of(piece.brand)
    wrong: list[Finding] = []
    for proof in proofs:
        wrong += proof_findings(
            claim=proof.claim,
            has_source=bool(proof.source.strip() or proof.url),
            holds_until=proof.holds_until,
            today=today,
            countries=countries,
        )
    if not uses:
        return wrong
    text = written(piece)
    facts = facts_of([use.testimonial for use in uses])
    for use in uses:
        row = use.testimonial
        told = use_findings(facts[row.pk], purpose=use.purpose, countries=countries)
        if use.must_off_at is not None and not told:
            told = [withdrawn(row, countries)]
        wrong += told
        if text and not told:
            wrong += draft_findings(
                text,
                name=row.customer.name,
                quote=row.text,
                disclosure=row.disclosure,
                countries=countries,
            )
    return [*wrong, *selection(piece, text, countries)]


def withdrawn(row: Testimonial, countries: list[str]) -> Finding:
    """A use that was flagged while the testimonial itself may have come back since."""
    return found(
        Topic.WITHDRAWAL,
        countries,
        says=f"The words of {row.customer.name} must come off this piece.",
        do="Take them off; they may be used anew afterwards.",
    )


def selection(piece: Piece, text: str, countries: list[str]) -> list[Finding]:
    """Whether chosen testimonials are shown as if they were all."""
    answers = Testimonial.objects.filter(brand_id=piece.brand_id, received_at__isnull=False)
    unhappy = answers.filter(is_negative=True).count()
    return selection_findings(
        f"{piece.title}\n{text}", unhappy=unhappy, total=answers.count(), countries=countries
    )


def written(piece: Piece) -> str:
    """The text of the piece's draft, empty where it is not written here."""
    return Draft.objects.filter(piece=piece).values_list("text", flat=True).first() or ""
