"""Makes the secret of a one-time link, and finds the row that it belongs to by its hash alone."""

from __future__ import annotations

import secrets

from content.models import ProofRequest
from content.tokens import token_hash

TOKEN_BYTES = 32


def new_token() -> str:
    """256 random bits as they stand in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def find(token: str, kind: str) -> ProofRequest | None:
    """The row behind a link of this kind, whether it is still in force or not; None for a wrong one."""
    rows = ProofRequest.objects.select_related("brand", "customer", "testimonial", "created_by")
    return rows.filter(token_hash=token_hash(token), kind=kind).first()
