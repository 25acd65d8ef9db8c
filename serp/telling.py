"""Which notices wait to be told by mail now, and which are told by another one: one trouble, one message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from serp.models import Notice

Kind = Notice.Kind

SETTLING = timedelta(minutes=3)
"""How long a notice waits before it is told: others join it in one mail, a larger trouble that shows itself
meanwhile tells for it, and one that passes by then is not worth a mail."""
AROUND = timedelta(minutes=30)
"""A trouble that ended less than this before another began is taken to be the same."""
TOLD_BY: dict[str, dict[str, timedelta]] = {
    Kind.ACCOUNT: {Kind.MONITORING: timedelta(minutes=10)},
    Kind.DRIFT: {Kind.MONITORING: timedelta(hours=24), Kind.ACCOUNT: timedelta(hours=24)},
}
"""By kind, the kinds that tell for it while they last and so long after: the checks that failed in an
outage stay among an account's newest ones for a while, and its account is let go on a little later."""
MOST_TRIES = 2
"""How often one message is handed to the mail server when nobody knows whether it took it."""
MOST = 1000


def is_told_by_another(notice: Notice, others: Iterable[Notice], at: datetime) -> bool:
    """Whether one of the others tells for this notice at a moment: monitoring as a whole for an account
    or a run, an account for its runs."""
    lasts = TOLD_BY.get(notice.kind, {})
    return any(
        other.kind in lasts
        and other.pk != notice.pk
        and (other.kind == Kind.MONITORING or other.account_id == notice.account_id)
        and other.opened_at <= at + SETTLING
        and (
            other.closed_at is None
            or (
                other.closed_at + lasts[other.kind] > at
                and other.closed_at > notice.opened_at - AROUND
            )
        )
        for other in others
    )


def openings(now: datetime) -> list[Notice]:
    """Notices whose opening is to be told now, oldest first. One that is over before it was told is
    not: there is nothing left to do about it."""
    rows = list(
        ready(now)
        .filter(closed_at__isnull=True, opening_sent_at__isnull=True)
        .order_by("pk")[:MOST]
    )
    others = greater(now)
    may_be = [row for row in rows if not is_told_by_another(row, others, now)]
    return settled(may_be, "opened_at", now)


def endings(now: datetime) -> list[Notice]:
    """Notices whose end is to be told now, oldest first: those whose opening was told, and gaps in the
    monitoring, which nobody may miss."""
    known = Q(opening_sent_at__isnull=False) | Q(attempts__gt=0) | Q(kind=Kind.MONITORING)
    rows = list(
        ready(now)
        .filter(known, closed_at__isnull=False, ending_sent_at__isnull=True)
        .exclude(ending="")
        .order_by("pk")[:MOST]
    )
    others = greater(now)
    may_be = [row for row in rows if not is_told_by_another(row, others, row.closed_at or now)]
    return settled(may_be, "closed_at", now)


def settled(rows: Sequence[Notice], began: str, now: datetime) -> list[Notice]:
    """What may be told now. Monitoring is told at once; an account and a run when they have settled;
    the rest together, when the first of them has: many come at a time."""
    ripe = {row.pk for row in rows if getattr(row, began) <= now - SETTLING}
    rest = [row for row in rows if row.kind not in {*TOLD_BY, Kind.MONITORING}]
    if any(row.pk in ripe for row in rest):
        ripe |= {row.pk for row in rest}
    return [row for row in rows if row.kind == Kind.MONITORING or row.pk in ripe]


def ready(now: datetime) -> QuerySet[Notice]:
    """Notices that nobody is sending, that are not put off, and that have a try left."""
    return Notice.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now),
        Q(not_before__isnull=True) | Q(not_before__lte=now),
        attempts__lt=MOST_TRIES,
    ).select_related("brand", "account")


def greater(now: datetime) -> list[Notice]:
    """The notices that may tell for others: open ones, and those that ended of late."""
    longest = max(time for lasts in TOLD_BY.values() for time in lasts.values())
    return list(
        Notice.objects.filter(
            Q(closed_at__isnull=True) | Q(closed_at__gt=now - 2 * longest),
            kind__in=(Kind.MONITORING, Kind.ACCOUNT),
        )
    )
