"""Mails requests and copies of consents: each at least once and at most twice, under one Message-ID."""

from __future__ import annotations

import logging
import secrets
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from content.models import ProofRequest
from content.proof import wording
from serp.delivery import FIRST_PAUSE, LEASE, LONGEST_PAUSE, UNSURE, NotTaken, hand_over, trouble
from serp.letters import LONGEST_SUBJECT, one_line
from serp.models import Pause
from serp.models.secret import WRONG_KEY, Unreadable
from serp.telling import MOST_TRIES

PATIENCE = timedelta(days=14)
"""How long a mail is tried that no server takes."""
MOST_AT_ONCE = 50
SECONDS = 12.0
"""After this time a tick begins no further mail: a server that is silent must not have the task killed,
for a mail that was claimed and never handed over counts as a try."""
Kind = ProofRequest.Kind
logger = logging.getLogger(__name__)


def waiting(now: datetime) -> QuerySet[ProofRequest]:
    """Mails that are to be sent at `now` and that nobody is sending."""
    return (
        ProofRequest.objects.filter(by_mail=True, sent_at=None, revoked_at=None, used_at=None)
        .filter(created_at__gt=now - PATIENCE)
        .filter(Q(expires_at=None) | Q(expires_at__gt=now))
        .filter(Q(lease_until=None) | Q(lease_until__lt=now))
        .filter(Q(not_before=None) | Q(not_before__lte=now))
        .filter(customer__erased_at=None)
        .exclude(token="")
        .select_related("brand", "customer", "consent", "created_by")
        .order_by("pk")
    )


def send_waiting(now: datetime) -> int:
    """Send what waits at `now`, unless the installation is paused; returns how many went out. Safe to
    repeat and to run at once: each mail goes to one sender.

    Never raises for a mail server: its trouble is stored in the row, which is tried again. A mail
    about which nobody knows whether it was taken is sent a second time and no third.
    """
    if Pause.current() is not None:
        return 0
    give_up(now)
    until, sent = time.monotonic() + SECONDS, 0
    for row in waiting(now)[:MOST_AT_ONCE]:
        if time.monotonic() >= until:
            break
        if claim(row, now):
            sent += send(row, now)
    return sent


def give_up(now: datetime) -> None:
    """Count as sent what was handed over twice without an answer."""
    waiting(now).filter(attempts__gte=MOST_TRIES).update(
        sent_at=now, lease_until=None, token="", mail_error=UNSURE
    )


def claim(row: ProofRequest, now: datetime) -> bool:
    """Take the row, unless another sender has it."""
    lease = now + LEASE + timedelta(microseconds=secrets.randbelow(1_000_000))
    free = ProofRequest.objects.filter(
        pk=row.pk, sent_at=None, lease_until=row.lease_until, attempts=row.attempts
    ).filter(used_at=None, revoked_at=None)
    if not free.update(lease_until=lease, attempts=F("attempts") + 1):
        return False
    row.lease_until = lease
    return True


def send(row: ProofRequest, now: datetime) -> bool:
    """Hand the mail to the server and write down what it said."""
    mine = ProofRequest.objects.filter(pk=row.pk, lease_until=row.lease_until)
    try:
        if isinstance(row.token, Unreadable):
            raise NotTaken(f"Not mailed: {WRONG_KEY}.")
        hand_over(letter(row))
    except NotTaken as error:
        logger.warning("A request could not be mailed: %s", error)
        pause = min(max(now - row.created_at, FIRST_PAUSE), LONGEST_PAUSE)
        mine.update(
            lease_until=None,
            attempts=row.attempts,
            not_before=now + pause,
            mail_error=str(error)[:300],
        )
        return False
    except Exception as error:
        # It may have been taken: the lease runs out, and it is sent a second time.
        logger.warning("Nobody knows whether a request was mailed: %s", error)
        mine.update(mail_error=trouble(error))
        return False
    mine.update(sent_at=now, lease_until=None, not_before=None, token="", mail_error="")
    return True


def letter(row: ProofRequest) -> EmailMessage:
    """The mail of a row; written again it has the same Message-ID."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    asks = row.kind == Kind.ASK
    subject = (
        f"{row.brand} asks for your experience" if asks else f"What you agreed to: {row.brand}"
    )
    return EmailMessage(
        subject=one_line(subject)[:LONGEST_SUBJECT],
        body=asking_body(row) if asks else receipt_body(row),
        to=[row.customer.email],
        headers={
            "Message-ID": f"<{row.message_id}.proof@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def asking_body(row: ProofRequest) -> str:
    asker = one_line(row.created_by.get_full_name()) if row.created_by else ""
    until = f"{row.expires_at.day} {row.expires_at:%B %Y}" if row.expires_at else ""
    parts = [
        f"Hello {one_line(row.customer.name)},",
        f"{asker + ' of ' if asker else ''}{row.brand} asks for your experience, good or bad:",
        row.asked_for,
        f"You answer here, without an account, once, until {until}:",
        address_of(row),
        "You decide on that page whether and where your words may be published; agreeing is not "
        "needed to answer. If you do not want to, do nothing.",
    ]
    return "\n\n".join(parts) + "\n"


def receipt_body(row: ProofRequest) -> str:
    agreed = row.consent.text_agreed if row.consent else ""
    parts = [
        f"Hello {one_line(row.customer.name)},",
        f"this is your copy of what you agreed to with {row.brand}:",
        agreed,
        "You can take it back at any time, for ever, without a reason:",
        address_of(row),
        wording.KEEP,
    ]
    return "\n\n".join(parts) + "\n"


def address_of(row: ProofRequest, token: str = "") -> str:
    """The whole address behind the row's link; `token` where the row no longer holds it."""
    name = "testimonial" if row.kind == Kind.ASK else "testimonial-withdraw"
    return settings.SITE_URL + reverse(name, args=[token or row.token])
