"""Opens a notice when something about the machinery goes wrong, and closes it when that is over."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from serp.models import Brand, Notice, ProviderAccount


def open_notice(
    kind: str,
    key: str,
    text: str,
    now: datetime,
    *,
    brand: Brand | None = None,
    account: ProviderAccount | None = None,
) -> bool:
    """Open a notice unless one with this key is open; returns whether it was opened.

    Of several workers that see the same thing at once, one opens it.
    """
    if Notice.objects.open().filter(key=key).exists():
        return False
    try:
        with transaction.atomic():
            Notice.objects.create(
                kind=kind, key=key, text=text, opened_at=now, brand=brand, account=account
            )
    except IntegrityError:
        return False
    return True


def close_notice(key: str, now: datetime, *, ending: str = "") -> bool:
    """Close the open notice with this key; returns whether there was one. `ending` says how it
    ended and is told as a message of its own; without it the notice ends silently."""
    return bool(
        Notice.objects.open().filter(key=key).update(closed_at=now, ending=ending, lease_until=None)
    )
