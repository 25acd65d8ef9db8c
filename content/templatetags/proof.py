"""Lets a piece's page ask for its card of testimonials and proofs."""

from __future__ import annotations

from django import template

from content.models import Piece
from content.proof.card import PieceProof, card_of

register = template.Library()


@register.simple_tag
def piece_proof(piece: Piece) -> PieceProof:
    """What `content.proof.card` gathers for this piece."""
    return card_of(piece)
