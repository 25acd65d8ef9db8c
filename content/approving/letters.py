"""Writes the mail that brings an outsider the address of a review."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage

from content.models import ReviewLink
from serp.letters import one_line

LONGEST_SUBJECT = 140
KEPT_TO_ITSELF = ("console", "dummy", "locmem")
"""Mail backends that bring nothing to anybody."""


def can_mail() -> bool:
    """Whether the installation has a mail server."""
    return not any(word in settings.EMAIL_BACKEND for word in KEPT_TO_ITSELF)


def invitation(link: ReviewLink, *, address: str, sender: str, until: datetime) -> EmailMessage:
    """The mail to the person whom the link is for. `until` is in the brand's zone."""
    piece = link.piece
    does = (
        "read it and approve it, or say what to change"
        if link.approval_id
        else "read it and comment"
    )
    lines = [
        f"Hello {one_line(link.name)},",
        f"{one_line(sender)} of {one_line(str(piece.brand))} asks you to look at "
        f"“{one_line(piece.title)}”. At this address you can {does}; you need no account:",
        address,
        f"It holds until {until:%a} {until.day} {until:%b %Y, %H:%M %Z} and is meant for you alone: "
        "whoever knows it can answer in your name, so please do not pass it on.",
        "If you did not expect this mail, you need not do anything.",
        "-- \nPushdown",
    ]
    return EmailMessage(
        subject=one_line(f"Please review: {piece.title}")[:LONGEST_SUBJECT],
        body="\n\n".join(lines) + "\n",
        to=[link.email],
    )
