"""Sends notices by mail: each message at least once and at most twice, the second time under the same
Message-ID, so that mail programs show it once."""

from __future__ import annotations

import logging
import secrets
import smtplib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q

from serp.letters import NOBODY, letter
from serp.models import Notice, Pause
from serp.receivers import receivers_of
from serp.telling import MOST_TRIES, endings, openings

LEASE = timedelta(minutes=2)
"""Who sends has this long before another one may: longer than the mail server is waited for."""
PATIENCE = 20
"""Seconds that the mail server may be silent."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
REFUSALS = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
)
"""What a mail server says that has not taken a message."""
UNSURE = "It was sent twice, and both times the mail server did not say whether it took it."

logger = logging.getLogger(__name__)


class NotTaken(Exception):
    """The mail server did not take the message: it may be sent again without being sent twice."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Notices that are told to the same people in one message: all opened, or all ended."""

    notices: Sequence[Notice]
    receivers: Sequence[str]
    is_ending: bool
    lease: datetime | None = None
    """Until when it is this sender's; None: it is not claimed."""

    @property
    def ids(self) -> list[int]:
        return [row.pk for row in self.notices]

    @property
    def phase(self) -> str:
        return "ending_sent_at" if self.is_ending else "opening_sent_at"


def send_waiting(now: datetime) -> int:
    """Send what waits to be told at `now`, unless the installation is paused; returns how many messages
    went out. Safe to repeat and to run at once: each message goes to one sender.

    Never raises for a mail server: its trouble is stored with the notices, and they are tried again
    later. A message about which nobody knows whether it was taken (the sender died, the answer did
    not come) is sent a second time and no third.
    """
    if Pause.current() is not None:
        return 0
    give_up(now)
    sent = 0
    for rows, is_ending in ((openings(now), False), (endings(now), True)):
        for batch in batches(rows, is_ending=is_ending):
            if not batch.receivers:
                put_off(batch, now, NOBODY)
                continue
            mine = claim(batch, now)
            if mine.notices:
                sent += send(mine, now)
    return sent


def batches(rows: Sequence[Notice], *, is_ending: bool) -> list[Batch]:
    """The notices by who is told. What was tried together before goes together again, so that the
    second message is the first one."""
    receivers = receivers_of(rows)
    groups: dict[tuple[frozenset[str], datetime | None], list[Notice]] = defaultdict(list)
    for row in rows:
        groups[receivers[row.pk], row.lease_until if row.attempts else None].append(row)
    return [Batch(notices, sorted(who), is_ending) for (who, _), notices in groups.items()]


def claim(batch: Batch, now: datetime) -> Batch:
    """Take the batch, or what of it nobody else has taken, with a lease that no other sender has."""
    lease = now + LEASE + timedelta(microseconds=secrets.randbelow(1_000_000))
    by_state: dict[tuple[datetime | None, int], list[int]] = defaultdict(list)
    for row in batch.notices:
        by_state[row.lease_until, row.attempts].append(row.pk)
    for (held, attempts), ids in by_state.items():
        free = Notice.objects.filter(pk__in=ids, lease_until=held, attempts=attempts)
        free = free.filter(
            **{f"{batch.phase}__isnull": True}, closed_at__isnull=not batch.is_ending
        )
        free.update(lease_until=lease, attempts=F("attempts") + 1)
    taken = set(
        Notice.objects.filter(pk__in=batch.ids, lease_until=lease).values_list("pk", flat=True)
    )
    if batch.is_ending:
        # The opening may have gone out once; from here on only the ending counts.
        begun = Notice.objects.filter(pk__in=taken, opening_sent_at__isnull=True)
        begun.update(opening_sent_at=now, attempts=1)
    mine = [row for row in batch.notices if row.pk in taken]
    return Batch(mine, batch.receivers, batch.is_ending, lease)


def send(batch: Batch, now: datetime) -> bool:
    """Hand one message to the mail server and write down what it said."""
    try:
        hand_over(letter(batch.notices, batch.receivers, is_ending=batch.is_ending))
    except NotTaken as error:
        logger.warning("A notice could not be sent: %s", error)
        put_off(batch, now, str(error))
        return False
    except Exception as error:
        # It may have been taken: the lease runs out, and it is sent a second time.
        logger.warning("Nobody knows whether a notice was sent: %s", error)
        Notice.objects.filter(pk__in=batch.ids).update(trouble=trouble(error))
        return False
    Notice.objects.filter(pk__in=batch.ids, **{f"{batch.phase}__isnull": True}).update(
        **{batch.phase: now}, lease_until=None, attempts=0, not_before=None, trouble=""
    )
    return True


def hand_over(mail: EmailMessage) -> None:
    """Send one mail. Raises NotTaken when the server surely did not take it, and whatever else the
    backend raises when nobody knows."""
    try:
        mail.message()  # what cannot be written surely is not taken
        connection: BaseEmailBackend = get_connection(timeout=settings.EMAIL_TIMEOUT or PATIENCE)
        connection.open()
    except Exception as error:
        raise NotTaken(trouble(error)) from error
    try:
        connection.send_messages([mail])
    except REFUSALS as error:
        raise NotTaken(trouble(error)) from error
    finally:
        close_quietly(connection)


def close_quietly(connection: BaseEmailBackend) -> None:
    """End the conversation; the message is taken or not by then, whatever the server says now."""
    try:
        connection.close()
    except Exception as error:
        logger.info("The mail server did not take leave: %s", error)


def trouble(error: Exception) -> str:
    """An error of the mail server in words that fit into the row."""
    return f"The mail server: {type(error).__name__}: {error}"[:300]


def put_off(batch: Batch, now: datetime, why: str) -> None:
    """Try these again later: soon for a fresh notice, at most an hour later for an old one. Nothing was
    sent, so that the try does not count."""
    for row in Notice.objects.filter(pk__in=batch.ids):
        age = now - (row.closed_at or row.opened_at)
        mine = Notice.objects.filter(pk=row.pk, lease_until=batch.lease or row.lease_until)
        mine.update(
            not_before=now + min(max(age, FIRST_PAUSE), LONGEST_PAUSE),
            trouble=why[:300],
            lease_until=None,
            attempts=row.attempts - 1 if batch.lease and row.attempts else row.attempts,
        )


def give_up(now: datetime) -> None:
    """Count as told what was sent twice without an answer: a third message would be one too many."""
    unsure = Notice.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now), attempts__gte=MOST_TRIES
    )
    told = {"lease_until": None, "attempts": 0, "trouble": UNSURE}
    unsure.filter(opening_sent_at__isnull=True).update(opening_sent_at=now, **told)
    unsure.filter(closed_at__isnull=False, ending_sent_at__isnull=True).update(
        ending_sent_at=now, **told
    )
