"""What is kept of the secrets in addresses: their hash."""

import hashlib


def token_hash(token: str) -> str:
    """Enough to know a token again, not to write it (SHA-256; the token itself is 256 random bits)."""
    return hashlib.sha256(token.encode()).hexdigest()
