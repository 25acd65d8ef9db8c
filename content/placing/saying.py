"""Keeps and takes back a person's word on whether the brand stands at a place."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from content.models import Placement, Presence
from serp.addresses import BadAddress, canonical_url
from serp.models import Brand, Page
from serp.models.snapshot import digest


@transaction.atomic
def say(
    brand: Brand,
    placement: Placement,
    *,
    state: str,
    url: str,
    note: str,
    by: User,
    now: datetime,
) -> Presence:
    """Note a person's word over what readings show; the one said before is replaced. `url` is empty
    or an address that can be followed."""
    said, _ = Presence.objects.update_or_create(
        brand=brand,
        placement=placement,
        defaults={
            "state": state,
            "url": url,
            "page": page_at(url),
            "note": note,
            "said_by": by,
            "said_at": now,
        },
    )
    return said


def take_back(brand: Brand, placement: Placement) -> bool:
    """Forget what was said, so that readings show it again; False when nothing was."""
    deleted, _ = Presence.objects.filter(brand=brand, placement=placement).delete()
    return bool(deleted)


def page_at(url: str) -> Page | None:
    """The page at this address, if any reading has shown it."""
    try:
        return Page.objects.filter(key=digest(canonical_url(url))).first() if url else None
    except BadAddress:
        return None
