"""Which checks are due: offers them when their time has come, takes requests by hand, pauses and resumes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from serp import bulk
from serp.cadence import Cadence, period_of
from serp.models import Check, Keyword
from serp.notices import close_notice
from serp.spacing import due_next
from serp.unmade import close_lost_tries

MANUAL_INTERVAL = timedelta(minutes=5)
"""The least time between a reading and a check by hand of the same keyword."""
OFFERED_AT_ONCE = 500
OVERTAKEN = "the next check came before this one could be made"
PAUSED = "the keyword was paused"

State = Check.State


class TooSoon(Exception):
    """A check by hand within `MANUAL_INTERVAL` of the last reading, or while one is under way."""


def offer_all(now: datetime) -> int:
    """Make the Check row of each keyword whose time has come; returns how many were made."""
    made = 0
    while number := offer_due(now):
        made += number
    return made


@transaction.atomic
def offer_due(now: datetime) -> int:
    """Make the Check rows of some of the keywords whose time has come; returns how many were looked at.

    Safe to repeat and to run twice at once: a period has one row, and what another worker is offering
    at this moment is passed over. A check of an earlier period that nobody has in hand is skipped:
    after an outage a keyword is read once and not once for every period missed.
    """
    rows = Keyword.objects.due(now).select_related("brand__account", "account")
    held = rows.select_for_update(of=("self",), skip_locked=True, no_key=True)
    due = list(held.defer("brand__account__key", "account__key")[:OFFERED_AT_ONCE])
    if not due:
        return 0
    checks = [
        Check(
            keyword=keyword,
            period=period_of(Cadence(keyword.cadence), keyword.brand.zone, now),
            not_before=now,
            turn=turn,
        )
        for keyword, turn in zip(due, turns(due), strict=True)
    ]
    skip_overtaken(checks, now)
    Check.objects.bulk_create(checks, ignore_conflicts=True)
    bulk.change(
        Keyword, [{"id": keyword.pk, "next_check_at": due_next(keyword, now)} for keyword in due]
    )
    return len(due)


def turns(keywords: Sequence[Keyword]) -> list[int]:
    """The place of each keyword in its brand's queue, behind the brand's open checks: brands take
    turns by it, so that one with many keywords does not keep the others waiting."""
    waiting = Check.objects.filter(
        keyword__brand__in={keyword.brand_id for keyword in keywords}, state__in=Check.OPEN
    )
    following = dict(waiting.values_list("keyword__brand").annotate(Count("pk")).order_by())
    places = []
    for keyword in keywords:
        places.append(following.get(keyword.brand_id, 0))
        following[keyword.brand_id] = places[-1] + 1
    return places


def skip_overtaken(checks: Sequence[Check], now: datetime) -> None:
    """Close what waits of earlier periods of these keywords, unless somebody has it in hand or takes
    it at this moment: who waited for its lock while he holds its keyword would wait crosswise."""
    current = {check.keyword_id: check.period for check in checks}
    idle = Check.objects.filter(Q(state=State.DUE) | Q(state=State.SENT, lease_until__lt=now))
    rows = idle.filter(keyword__in=current).select_for_update(of=("self",), skip_locked=True)
    overtaken = [check for check in rows if check.period < current[check.keyword_id]]
    close_lost_tries(overtaken, now)
    Check.objects.filter(pk__in=[check.pk for check in overtaken]).update(
        state=State.SKIPPED, message=OVERTAKEN, finished_at=now, lease_until=None
    )


def release(keyword: Keyword, now: datetime) -> None:
    """Let a keyword out of quarantine; its next check is due now, with as many attempts as any."""
    freed = Keyword.objects.filter(pk=keyword.pk, quarantined_at__isnull=False)
    if not freed.update(quarantined_at=None):
        return
    close_notice(f"quarantine:{keyword.pk}", now)
    keyword.refresh_from_db(fields=["quarantined_at", "is_paused"])
    if not keyword.is_paused:
        resume(keyword, now)


def resume(keyword: Keyword, now: datetime) -> None:
    """Watch a keyword: its next check is due now, also when this period's was skipped before."""
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=False, next_check_at=now)
    keyword.refresh_from_db(fields=["is_paused", "next_check_at"])
    period = period_of(Cadence(keyword.cadence), keyword.brand.zone, now)
    last = keyword.checks.filter(period=period).order_by("-sequence").first()
    if last is not None and last.state in (State.SKIPPED, State.QUARANTINED):
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
            purpose=Check.Purpose.MANUAL,
            not_before=now,
        )
