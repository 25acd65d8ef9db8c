"""Addresses under which an outsider reads and decides one piece: made, found by token, revoked."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet

from content.approving.rounds import rows_of
from content.approving.sequence import newest_round
from content.models import Approval, Comment, Piece, ReviewLink
from content.tokens import token_hash

TOKEN_BYTES = 32
MOST_LINKS = 20
"""Links in force that one piece may have."""
DAYS_CHOICES = (3, 7, 14, 30)
"""For how many days a link may hold."""
MOST_ACTS = 20
"""Comments and decisions through one link within an hour: more is no person's hand."""
HOUR = timedelta(hours=1)


class TooManyLinks(Exception):
    """A piece has so many links in force that one should be revoked first."""


def open_link(
    piece: Piece,
    *,
    name: str,
    email: str = "",
    approval: Approval | None = None,
    days: int,
    by: AbstractBaseUser,
    now: datetime,
) -> tuple[ReviewLink, str]:
    """Make a link that holds for `days` days from `now`; returns it with its token, which is told
    only now. With `approval` its holder decides that approval, in later rounds the one of the same
    name; without, they only read and comment. Raises TooManyLinks."""
    held = links_of(piece).filter(revoked_at=None, expires_at__gt=now).count()
    if held >= MOST_LINKS:
        raise TooManyLinks(f"This piece has {held} links in force. Revoke one first.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = ReviewLink.objects.create(
        piece=piece,
        approval=approval,
        name=name,
        email=email,
        token_hash=token_hash(token),
        created_by_id=by.pk,
        expires_at=now + timedelta(days=days),
    )
    return link, token


def find_link(token: str, now: datetime) -> ReviewLink | None:
    """The link of a token, if it is in force: neither revoked nor expired at `now`."""
    return (
        ReviewLink.objects.filter(token_hash=token_hash(token), revoked_at=None)
        .filter(expires_at__gt=now)
        .select_related("piece__brand", "approval")
        .first()
    )


def links_of(piece: Piece) -> QuerySet[ReviewLink]:
    return ReviewLink.objects.filter(piece=piece)


def revoke(link: ReviewLink, now: datetime) -> None:
    """End the link at `now`. Safe to repeat: the first end stands."""
    ReviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now)


def used(link: ReviewLink, now: datetime) -> None:
    """Remember that somebody acted through the link. Reading leaves no trace."""
    ReviewLink.objects.filter(pk=link.pk).update(last_used_at=now)


def is_worn(link: ReviewLink, now: datetime) -> bool:
    """Whether so much was done through the link within the last hour that it has to rest."""
    said = Comment.objects.filter(link=link, created_at__gt=now - HOUR).count()
    return said >= MOST_ACTS


def approval_for(link: ReviewLink) -> Approval | None:
    """The approval that the link's holder decides: the one it was made for, or in a later round the
    one of the same name. None for links that only read."""
    if link.approval is None:
        return None
    named = link.approval.name
    return next((row for row in newest_round(rows_of(link.piece)) if row.name == named), None)


def in_force(piece: Piece, now: datetime) -> list[ReviewLink]:
    """The links that open the piece at `now`, the newest first."""
    rows = links_of(piece).filter(revoked_at=None, expires_at__gt=now)
    return list(rows.select_related("approval", "created_by").order_by("-created_at", "-pk"))
