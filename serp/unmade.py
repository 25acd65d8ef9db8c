"""Closes checks that are not made to an end: lost tries, skipped ones, and those that go into quarantine."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F, Q

from serp import bulk
from serp.models import Check, Keyword, LedgerEntry, Notice
from serp.notices import open_notice

State = Check.State


def close_lost_tries(found: Iterable[Check], now: datetime) -> None:
    """Nobody will say how the tries of a dead worker ended: they count as spent."""
    lost = [check for check in found if check.state == State.SENT]
    entries = LedgerEntry.objects.filter(check_row__in=lost, state=LedgerEntry.State.OPEN)
    for pk, reserved in entries.values_list("check_row", "reserved") if lost else ():
        Check.objects.filter(pk=pk).update(cost=F("cost") + reserved)
    if lost:
        entries.update(state=LedgerEntry.State.UNKNOWN, settled_at=now, outcome="lost")


def skip(checks: Collection[Check], reason: str, now: datetime) -> None:
    """Close checks that may not be made, with the reason in words."""
    close_unmade(checks, now, state=State.SKIPPED, message=reason)


def quarantine(checks: Collection[Check], now: datetime) -> None:
    """Put the keywords of checks that never came to an end aside, until a person lets them go on."""
    if not checks:
        return
    close_unmade(
        checks,
        now,
        state=State.QUARANTINED,
        kind="crash",
        message="Begun again and again, and its worker never came to an end with it.",
    )
    Keyword.objects.filter(pk__in=[check.keyword_id for check in checks]).update(
        quarantined_at=now, next_check_at=None
    )
    for check in checks:
        keyword = check.keyword
        open_notice(
            Notice.Kind.QUARANTINE,
            f"quarantine:{keyword.pk}",
            f"“{keyword}” ({keyword.market}) is not checked any more: {check.attempts} times the "
            "worker that checked it was lost. If workers were stopped at those moments, let it go "
            "on; otherwise look at the worker's log first.",
            now,
            brand=keyword.brand,
        )


def close_unmade(
    checks: Collection[Check], now: datetime, *, state: str, kind: str = "", message: str
) -> None:
    ids = [check.pk for check in checks]
    Check.objects.filter(pk__in=ids).update(
        state=state,
        error_kind=kind,
        message=message[:500],
        finished_at=now,
        lease_until=None,
        fence=F("fence") + 1,
    )
    point_to_last(ids)


def point_to_last(ids: Collection[int]) -> None:
    """Let the keywords of these checks point to them as their last ones. A second reading that brought
    nothing is none: the first one has read the period."""
    vain = Q(purpose=Check.Purpose.CONFIRMATION) & ~Q(state__in=Check.READ)
    pairs = Check.objects.filter(~vain, pk__in=ids).order_by("pk").values_list("keyword", "pk")
    last = dict(pairs)
    bulk.change(Keyword, [{"id": keyword, "last_check_id": pk} for keyword, pk in last.items()])
