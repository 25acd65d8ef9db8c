"""Makes the secret of a one-time link, and finds the row that it belongs to by its hash alone."""

from __future__ import annotations

import hashlib
import secrets

from content.models import ProofRequest

TOKEN_BYTES = 32


def new_token() -> str:
    """256 random bits as they stand in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is kept of a token: enough to know it again, not to write it."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str, kind: str) -> ProofRequest | None:
    """The row behind a link of this kind, whether it is still in force or not; None for a wrong one."""
    rows = ProofRequest.objects.select_related("brand", "customer", "testimonial", "created_by")
    return rows.filter(token_hash=token_hash(token), kind=kind).first()
