"""Feeds of the editorial calendar: made for one person and one brand, found by token, revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from content.models import CalendarFeed
from serp.models import Brand

TOKEN_BYTES = 32
MOST_FEEDS = 10


class TooManyFeeds(Exception):
    """A person holds so many feeds of a brand that one should be revoked first."""


def token_hash(token: str) -> str:
    """What is kept of a token: enough to know it again, not to write it."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_feed(brand: Brand, user: AbstractBaseUser) -> tuple[CalendarFeed, str]:
    """Make a feed; returns it with its token, which is told only now. Raises TooManyFeeds."""
    held = CalendarFeed.objects.filter(brand=brand, user_id=user.pk, revoked_at=None).count()
    if held >= MOST_FEEDS:
        raise TooManyFeeds(f"You have {held} feeds of this brand. Revoke one first.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = CalendarFeed.objects.create(brand=brand, user_id=user.pk, token_hash=token_hash(token))
    return feed, token


def find_feed(token: str) -> CalendarFeed | None:
    """The feed of a token, if it is in force and its person may still see the brand today."""
    feed = (
        CalendarFeed.objects.filter(
            token_hash=token_hash(token), revoked_at=None, user__is_active=True
        )
        .select_related("brand", "user")
        .first()
    )
    if feed is None or not Brand.objects.visible_to(feed.user).filter(pk=feed.brand_id).exists():
        return None
    return feed


def revoke(feed: CalendarFeed, now: datetime) -> None:
    """End the feed at `now`, an aware time. Safe to repeat: the first end stands."""
    CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=now)
