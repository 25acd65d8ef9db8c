"""A text field that is encrypted at rest with a key from the environment."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models

WRONG_KEY = (
    "the stored key cannot be read: ENCRYPTION_KEY (or SECRET_KEY, which stands in for it) is not "
    "the one it was stored with. Set the old one, or enter the key again"
)


@lru_cache(maxsize=4)
def box(secret: str) -> Fernet:
    digest = hashlib.scrypt(secret.encode(), salt=b"pushdown.fields", n=2**14, r=8, p=1, dklen=32)
    return Fernet(base64.urlsafe_b64encode(digest))


def seal(text: str) -> str:
    """Encrypt `text` for the database."""
    return box(settings.ENCRYPTION_KEY).encrypt(text.encode()).decode()


class Unreadable(str):
    """Stands for a secret that was stored with another ENCRYPTION_KEY: an empty text, so that no
    page breaks for it. Saving its row keeps what is stored: the right key may come back."""

    sealed: str

    def __new__(cls, sealed: str) -> Unreadable:
        text = super().__new__(cls, "")
        text.sealed = sealed
        return text


def unseal(stored: str) -> str:
    """Decrypt what `seal` made; Unreadable when that was done with another key."""
    return opened(settings.ENCRYPTION_KEY, stored)


@lru_cache(maxsize=1000)
def opened(secret: str, stored: str) -> str:
    """Remembered: every claim of checks reads the keys of all accounts."""
    try:
        return box(secret).decrypt(stored.encode()).decode()
    except InvalidToken:
        return Unreadable(stored)


class SecretField(models.TextField):
    """Plain text in Python, encrypted in the database; the empty text stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Unreadable):
            return value.sealed
        return seal(value) if value else ""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str:
        return unseal(value) if value else ""
