"""Tells when nothing is measured though it should be, and when that is over: one alarm, one all-clear."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from serp.blindness import AWAKE, SILENCE, Trouble, fell_due, last_answer, said, trouble
from serp.models import Heartbeat, Notice, Pause
from serp.notices import close_notice, open_notice

KEY = "monitoring"
LOOK = "watch"
"""The sign that each look of a worker leaves."""
BLIND = "blind"
"""Since when nothing was read, noted when the alarm is raised."""
TOLD = "told by accounts"
"""When the last alarm was raised that need not be told."""


def watch(now: datetime, *, is_worker: bool = True) -> None:
    """Raise the alarm when nothing is measured, and give the all-clear when something is again.

    A worker calls it every minute; from elsewhere (`manage.py doctor --notify`) it is called with
    `is_worker=False` and sees a silent worker too. Safe to repeat and to run twice at once. While the
    installation is paused nothing is expected of it.
    """
    if Pause.current() is not None:
        if is_worker:
            wake(now)
        return
    asleep_since = wake(now) if is_worker else None
    alarm = Notice.objects.open().filter(key=KEY).first()
    if alarm is None and asleep_since is not None:
        tell_gap(asleep_since, now)
    found = trouble(now, is_worker=is_worker, known_since=alarm.opened_at if alarm else None)
    if found is not None and alarm is None:
        raise_alarm(found, now)
    elif found is None and alarm is not None:
        give_all_clear(alarm, now)


def wake(now: datetime) -> datetime | None:
    """Leave the sign of a look; returns since when no worker had looked if that is long ago. Of several
    workers that wake at once, one is told."""
    last = Heartbeat.last(LOOK)
    if last is None:
        Heartbeat.beat(LOOK, now)
        return None
    if last >= now:
        return None
    is_mine = bool(Heartbeat.objects.filter(name=LOOK, at=last).update(at=now))
    if not is_mine or now - last <= SILENCE:
        return None
    Heartbeat.beat(AWAKE, now)
    return last


def tell_gap(since: datetime, now: datetime) -> None:
    """A gap that nobody saw from outside is told when it is over, in one message, if it cost checks."""
    if not (number := fell_due(since, now)):
        return
    with transaction.atomic():
        text = f"Nothing was measured from {said(since)} on: no worker ran."
        if open_notice(Notice.Kind.MONITORING, KEY, text, now):
            close_notice(KEY, now, ending=all_clear(since, now, number))


def raise_alarm(found: Trouble, now: datetime) -> None:
    """Open the notice. Where the accounts that it lies with have been told already, it is not told
    again: a day on which every check fails is one message."""
    with transaction.atomic():
        if open_notice(Notice.Kind.MONITORING, KEY, found.text, now):
            Heartbeat.beat(BLIND, min(found.since, now))
            if found.accounts and found.accounts <= told_accounts():
                Notice.objects.open().filter(key=KEY).update(opening_sent_at=now)
                Heartbeat.beat(TOLD, now)


def told_accounts() -> set[int]:
    """Accounts whose trouble lasts and was told."""
    rows = Notice.objects.open().filter(
        kind__in=(Notice.Kind.ACCOUNT, Notice.Kind.DRIFT), opening_sent_at__isnull=False
    )
    return {pk for pk in rows.values_list("account", flat=True) if pk is not None}


def give_all_clear(alarm: Notice, now: datetime) -> None:
    """Close the notice and name the gap. Where others told for it and their trouble lasts, nothing is
    said: something was read, and the rest is known."""
    if Heartbeat.last(TOLD) == alarm.opened_at and told_accounts():
        close_notice(KEY, now)
        return
    since = Heartbeat.last(BLIND) or alarm.opened_at
    answered = last_answer()
    until = answered if answered is not None and answered > since else now
    close_notice(KEY, now, ending=all_clear(since, until, fell_due(since, until)))


def all_clear(since: datetime, until: datetime, number: int) -> str:
    return (
        f"Monitoring is back: nothing was read from {said(since)} to {said(until)}; "
        f"{number or 'no'} check{'' if number == 1 else 's'} fell due in that time. Those of slots "
        "that still run are made now; the others are missing in the charts as gaps."
    )
