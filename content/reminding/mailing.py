"""Sends the reminders that wait: one mail a person, at least once and at most twice."""

from __future__ import annotations

import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.urls import reverse

from content.models import Reminder
from content.reminding.wishes import What
from content.scheduling.moments import spoken
from serp.delivery import LEASE, NotTaken, hand_over, trouble
from serp.letters import LONGEST_SUBJECT, one_line
from serp.models import Membership, Pause
from serp.receivers import addresses

MOST_TRIES = 2
FRESH = timedelta(days=2)
"""A reminder that could not be sent for so long says nothing new any more."""
MOST_NAMED = 40
SECONDS = 12.0
"""After this time a tick begins no further mail: a server that is silent must not have the task killed,
for a mail that was claimed and never handed over counts as a try."""

logger = logging.getLogger(__name__)


def send_waiting(now: datetime) -> int:
    """Send what waits at `now`, unless the installation is paused; returns the number of mails.

    Safe to repeat and to run at once. A mail about which nobody knows whether it was taken is sent a
    second time with the same Message-ID, and no third.
    """
    if Pause.current() is not None:
        return 0
    waiting = Reminder.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=now),
        sent_at=None,
        tries__lt=MOST_TRIES,
        made_at__gte=now - FRESH,
    )
    people: dict[int, list[int]] = defaultdict(list)
    for pk, user in waiting.order_by("pk").values_list("pk", "user_id"):
        people[user].append(pk)
    until, sent = time.monotonic() + SECONDS, 0
    for ids in people.values():
        if time.monotonic() >= until:
            break
        sent += send(ids, now)
    return sent


def send(ids: Sequence[int], now: datetime) -> bool:
    """Claim these reminders of one person and hand their mail over; False where nothing went out."""
    rows = claim(ids, now)
    told = [row for row in rows if still_holds(row)]
    close([row for row in rows if row not in told], now, "It was done before it was told.")
    if not told:
        return False
    to = addresses([told[0].user.email])
    if not to:
        close(told, now, "The person has no mail address.")
        return False
    mine = Reminder.objects.filter(pk__in=[row.pk for row in told])
    try:
        hand_over(letter(told, next(iter(to))))
    except NotTaken as error:
        # Nothing was sent: the try does not count, and the next tick after the lease tries again.
        mine.update(error=str(error)[:300], tries=F("tries") - 1)
        return False
    except Exception as error:
        logger.warning("Nobody knows whether a reminder was sent: %s", error)
        mine.update(error=trouble(error)[:300])
        return False
    mine.update(sent_at=now, leased_until=None, error="")
    return True


def claim(ids: Sequence[int], now: datetime) -> list[Reminder]:
    """Those of the reminders that nobody else sends, with a lease that no other sender has."""
    lease = now + LEASE + timedelta(microseconds=secrets.randbelow(1_000_000))
    free = Reminder.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=now), pk__in=ids, sent_at=None
    )
    free.update(leased_until=lease, tries=F("tries") + 1)
    rows = Reminder.objects.filter(pk__in=ids, leased_until=lease)
    return list(rows.select_related("user", "piece__brand").order_by("on", "pk"))


def still_holds(row: Reminder) -> bool:
    """Whether the person still works on the brand, and the piece still has that day ahead of it."""
    piece = row.piece
    if not Membership.objects.filter(brand=piece.brand_id, user=row.user_id).exists():
        return False
    if row.what == What.REVIEW:
        return piece.status == piece.Status.REVIEW
    return not piece.is_live and row.on in (piece.due_on, piece.publish_on, *reviews_on(row))


def reviews_on(row: Reminder) -> list[object]:
    """The day of a late review that still waits for the person."""
    waiting = row.piece.approvals.filter(reviewer=row.user_id, state="waiting", due_on=row.on)
    return [row.on] if waiting.exists() else []


def close(rows: Sequence[Reminder], now: datetime, why: str) -> None:
    """Count these as told, without a mail."""
    Reminder.objects.filter(pk__in=[row.pk for row in rows]).update(
        sent_at=now, leased_until=None, error=why
    )


def letter(rows: Sequence[Reminder], to: str) -> EmailMessage:
    """The mail of one person. Written again for the same reminders it has the same Message-ID."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    first = min(row.pk for row in rows)
    one = rows[0]
    if len(rows) == 1:
        subject = f"Pushdown: {What(one.what).words} {spoken(one.on)}: {one.piece.title}"
    else:
        subject = f"Pushdown: {len(rows)} days of your pieces"
    lines = [line(row) for row in rows[:MOST_NAMED]]
    if len(rows) > MOST_NAMED:
        lines.append(f"And {len(rows) - MOST_NAMED} more, which the calendar shows.")
    choices = {row.piece.brand.slug for row in rows}
    where = [settings.SITE_URL + reverse("calendar-reminders", args=[slug]) for slug in choices]
    foot = "To change or end these reminders: " + " ".join(sorted(where))
    return EmailMessage(
        subject=one_line(subject)[:LONGEST_SUBJECT],
        body="\n\n".join([*lines, foot, "-- \nPushdown"]) + "\n",
        to=[to],
        headers={
            "Message-ID": f"<reminder-{first}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def line(row: Reminder) -> str:
    """What one reminder says: the day, the piece, its brand and step, and where it stands."""
    piece = row.piece
    address = settings.SITE_URL + reverse("board-piece", args=[piece.brand.slug, piece.pk])
    words = f"{What(row.what).words} {spoken(row.on)}"
    about = f"{words[0].upper()}{words[1:]}: “{piece.title}”, {piece.brand}, {piece.get_status_display()}"
    return f"{one_line(about)}\n{address}"
