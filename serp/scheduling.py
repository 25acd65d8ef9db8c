"""Which checks are due: offers them when their time has come, takes requests by hand, pauses and resumes."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from serp.cadence import Cadence, next_check_at, period_of
from serp.models import Check, Keyword

MANUAL_INTERVAL = timedelta(minutes=5)
"""The least time between a reading and a check by hand of the same keyword."""
OFFERED_AT_ONCE = 500
OVERTAKEN = "the next check came before this one could be made"
PAUSED = "the keyword was paused"

State = Check.State


class TooSoon(Exception):
    """A check by hand within `MANUAL_INTERVAL` of the last reading, or while one is under way."""


def offer_due(now: datetime) -> int:
    """Make the Check row of each keyword whose time has come; returns how many were made.

    Safe to repeat and to run twice at once: a period has one row, and `next_check_at` is moved on
    only from the value that was read. A check of an earlier period that nobody has in hand is
    skipped: after an outage a keyword is read once and not once for every period missed.
    """
    due = list(Keyword.objects.due(now).select_related("brand")[:OFFERED_AT_ONCE])
    due.sort(key=lambda keyword: keyword.pk)  # two workers lock rows in one order
    rows = [
        Check(
            keyword=keyword,
            period=period_of(Cadence(keyword.cadence), keyword.brand.zone, now),
            not_before=now,
        )
        for keyword in due
    ]
    with transaction.atomic():
        before = Check.objects.filter(keyword__in=due).count()
        Check.objects.bulk_create(rows, ignore_conflicts=True)
        idle = Check.objects.filter(
            Q(state=State.DUE) | Q(state__in=(State.CLAIMED, State.SENT), lease_until__lt=now)
        )
        current = {row.keyword_id: row.period for row in rows}
        overtaken = [
            pk
            for pk, keyword, period in idle.filter(keyword__in=due).values_list(
                "pk", "keyword", "period"
            )
            if period < current[keyword]
        ]
        idle.filter(pk__in=overtaken).update(
            state=State.SKIPPED, message=OVERTAKEN, finished_at=now, lease_until=None
        )
        for keyword in due:
            following = next_check_at(
                Cadence(keyword.cadence), keyword.brand.zone, now, key=keyword.pk
            )
            Keyword.objects.filter(pk=keyword.pk, next_check_at=keyword.next_check_at).update(
                next_check_at=following
            )
        return Check.objects.filter(keyword__in=due).count() - before


def resume(keyword: Keyword, now: datetime) -> None:
    """Watch a keyword: its next check is due now, also when this period's was skipped before."""
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=False, next_check_at=now)
    keyword.refresh_from_db(fields=["is_paused", "next_check_at"])
    period = period_of(Cadence(keyword.cadence), keyword.brand.zone, now)
    last = keyword.checks.filter(period=period).order_by("-sequence").first()
    if last is not None and last.state == State.SKIPPED:
        with suppress(TooSoon):
            request_check(keyword, now)


def pause(keyword: Keyword) -> None:
    """Stop watching a keyword; a check that waits is skipped, what is under way comes to its end."""
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=True, next_check_at=None)
    Check.objects.filter(keyword=keyword, state=State.DUE).update(
        state=State.SKIPPED, message=PAUSED, finished_at=timezone.now()
    )
    keyword.refresh_from_db(fields=["is_paused", "next_check_at"])


def request_check(keyword: Keyword, now: datetime) -> Check:
    """Ask for a check of one keyword now, outside its cadence: the same period, next sequence.

    Raises TooSoon while one is open or the last reading is younger than `MANUAL_INTERVAL`.
    """
    period = period_of(Cadence(keyword.cadence), keyword.brand.zone, now)
    with transaction.atomic():
        Keyword.objects.select_for_update().get(pk=keyword.pk)
        rows = Check.objects.filter(keyword=keyword)
        if rows.exclude(state__in=Check.OUTCOMES).exists():
            raise TooSoon("A check of this keyword is under way already.")
        read = (State.MEASURED, State.PARTIAL, State.EMPTY)
        if rows.filter(state__in=read, finished_at__gt=now - MANUAL_INTERVAL).exists():
            raise TooSoon(
                f"This keyword was read less than {MANUAL_INTERVAL.seconds // 60} minutes ago."
            )
        last = rows.filter(period=period).aggregate(last=Max("sequence"))["last"]
        return Check.objects.create(
            keyword=keyword,
            period=period,
            sequence=0 if last is None else last + 1,
            not_before=now,
        )
