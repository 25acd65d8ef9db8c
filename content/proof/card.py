"""Gathers what the card of testimonials and proofs on a piece's page shows."""

from __future__ import annotations

from dataclasses import dataclass

from content.models import Consent, Piece, Proof, Use
from content.proof.gate import findings
from content.proof.rules import Finding
from content.proof.using import Candidate, candidates, purpose_of, snippet


@dataclass(frozen=True, slots=True)
class Shown:
    """One use with the words to copy."""

    use: Use
    snippet: str


@dataclass(frozen=True, slots=True)
class PieceProof:
    """What is in a piece, what may be put in, what may not, and what the rules say."""

    uses: list[Shown]
    proofs: list[Proof]
    free: list[Candidate]
    stopped: list[Candidate]
    findings: list[Finding]
    purpose: str


def card_of(piece: Piece) -> PieceProof:
    """Testimonials and proofs of this piece, in a number of queries that they do not raise."""
    uses = Use.objects.filter(piece=piece, removed_at=None).select_related("testimonial__customer")
    found = candidates(piece)
    return PieceProof(
        uses=[Shown(use, snippet(use.testimonial)) for use in uses.order_by("added_at", "pk")],
        proofs=list(piece.proofs.all()),
        free=[one for one in found if not one.findings],
        stopped=[one for one in found if one.findings],
        findings=findings(piece),
        purpose=Consent.Purpose(purpose_of(piece)).label,
    )
