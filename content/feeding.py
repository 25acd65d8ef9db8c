"""Feeds of the editorial calendar: made for one person, of one brand or of all, found by token, revoked."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet

from content.models import Approval, CalendarFeed, Piece
from content.models.piece import PieceQuerySet
from content.tokens import token_hash
from serp.models import Brand

TOKEN_BYTES = 32
MOST_FEEDS = 10


class TooManyFeeds(Exception):
    """A person holds so many feeds that one should be revoked first."""


def open_feed(brand: Brand | None, user: AbstractBaseUser) -> tuple[CalendarFeed, str]:
    """Make a feed of a brand, or without one of the person's own pieces and reviews in all brands;
    returns it with its token, which is told only now. Raises TooManyFeeds."""
    held = CalendarFeed.objects.filter(brand=brand, user_id=user.pk, revoked_at=None).count()
    if held >= MOST_FEEDS:
        raise TooManyFeeds(f"You have {held} feeds of this kind. Revoke one first.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = CalendarFeed.objects.create(brand=brand, user_id=user.pk, token_hash=token_hash(token))
    return feed, token


def find_feed(token: str) -> CalendarFeed | None:
    """The feed of a token, if it is in force and its person may still see the brand today.

    A personal feed stays in force without any brand: it then holds nothing.
    """
    feed = (
        CalendarFeed.objects.filter(
            token_hash=token_hash(token), revoked_at=None, user__is_active=True
        )
        .select_related("brand", "user")
        .first()
    )
    if feed is None or feed.brand_id is None:
        return feed
    return feed if Brand.objects.visible_to(feed.user).filter(pk=feed.brand_id).exists() else None


def pieces_in(feed: CalendarFeed, since: date) -> PieceQuerySet:
    """The pieces that the feed shows from `since` on: the brand's, or the person's own."""
    rows = Piece.objects.filter(Q(publish_on__gte=since) | Q(due_on__gte=since))
    if feed.brand_id is not None:
        rows = rows.filter(brand=feed.brand_id)
    else:
        rows = rows.visible_to(feed.user).filter(owner=feed.user)
    return rows.select_related("brand", "owner", "keyword")


def reviews_in(feed: CalendarFeed, since: date) -> QuerySet[Approval]:
    """The decisions that wait for the feed's person from `since` on, in the brands they may see."""
    rows = Approval.objects.filter(
        reviewer=feed.user,
        state=Approval.State.WAITING,
        due_on__gte=since,
        piece__status=Piece.Status.REVIEW,
        piece__brand__in=Brand.objects.visible_to(feed.user),
    )
    return rows.select_related("piece__brand", "piece__owner", "piece__keyword")


def revoke(feed: CalendarFeed, now: datetime) -> None:
    """End the feed at `now`, an aware time. Safe to repeat: the first end stands."""
    CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=now)
