"""Has a surprise in a reading confirmed by a second reading before anyone is alarmed, within the budget."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Sum

from serp import drift
from serp.departures import (
    TOP,
    is_steady,
    left_top,
    newest_checked,
    shows_page_one,
    with_earlier,
)
from serp.history import Reading, readings_of
from serp.models import (
    Brand,
    Check,
    Confirmation,
    Heartbeat,
    Keyword,
    Page,
    ProviderAccount,
    Snapshot,
)
from serp.money import account_of, budget_of, left
from serp.providers.base import PAGE_ONE

MOST_CALLS = 2
"""Paid calls a keyword and period, first and second reading together."""
SPARE = Decimal("0.2")
"""Share of a budget that must be left for a second reading."""
PATIENCE = timedelta(hours=1)
"""How long a second reading is waited for."""
LATE = "the second reading did not come within an hour"
SECOND_ITSELF = "it was itself a second reading"
NOTHING_READ = "the second reading brought nothing that would tell"

LOOKED = "surprises"
"""The sign that the last look for surprises leaves."""
OVERLAP = timedelta(minutes=2)
"""A reading may be stored this much later than it says."""
AT_ONCE = 200

State = Check.State
Verdict = Confirmation.Verdict


def work(now: datetime) -> None:
    """Look at the readings of the last hour that nobody has looked at yet, ask for second ones, and
    settle those that have come. Safe to repeat and to run twice at once."""
    last = Heartbeat.last(LOOKED)
    since = now - PATIENCE if last is None else max(last - OVERLAP, now - PATIENCE)
    look(since, now)
    Heartbeat.beat(LOOKED, now)
    settle(now)


def look(since: datetime, now: datetime) -> None:
    """Ask for a second reading of what has left the top in the newest readings since a moment."""
    found = newest_checked(since, now)
    for number in range(0, len(found), AT_ONCE):
        batch = found[number : number + AT_ONCE]
        looks = with_earlier(batch)
        gone = {row.pk: left_top(looks[row.pk]) for row in batch if is_steady(row, looks[row.pk])}
        pages = Page.objects.in_bulk({page for ids in gone.values() for page in ids})
        for row in batch:
            for page in gone.get(row.pk, ()):
                ask(row, pages[page], is_gone=True, now=now)


def ask(snapshot: Snapshot, page: Page, *, is_gone: bool, now: datetime) -> Confirmation:
    """Note a surprise and have the keyword read a second time in the same period, unless that cannot be
    paid or would say nothing: then the verdict is UNKNOWN at once. Safe to repeat: a surprise is noted
    once, and a keyword and period has one second reading, which serves all its surprises.
    """
    known = Confirmation.objects.filter(snapshot=snapshot, page=page, is_gone=is_gone).first()
    if known is not None:
        return known
    with transaction.atomic():
        # Held to the end: two who ask at once must not both make the second check.
        keyword = (
            Keyword.objects.select_for_update(of=("self",))
            .select_related("brand__account", "account")
            .get(pk=snapshot.keyword_id)
        )
        second = second_check(keyword, snapshot, now)
        reason = "" if second else why_not(keyword, snapshot, now) or SECOND_ITSELF
        row, _ = Confirmation.objects.get_or_create(
            snapshot=snapshot,
            page=page,
            is_gone=is_gone,
            defaults={
                "check_row": second,
                "asked_at": now,
                "verdict": Verdict.WAITING if second else Verdict.UNKNOWN,
                "reason": reason,
                "settled_at": None if second else now,
            },
        )
    return row


def second_check(keyword: Keyword, snapshot: Snapshot, now: datetime) -> Check | None:
    """The second check of the snapshot's period: the one that is there already, or a new one if there
    may be one. Runs inside the transaction that holds the keyword."""
    first = snapshot.check_row
    if first is None or first.purpose == Check.Purpose.CONFIRMATION:
        return None
    same_period = Check.objects.filter(keyword=keyword, period=first.period)
    second = same_period.filter(purpose=Check.Purpose.CONFIRMATION).first()
    if second is not None:
        came_later = second.finished_at is None or second.finished_at > snapshot.taken_at
        return second if came_later else None
    if why_not(keyword, snapshot, now):
        return None
    last = same_period.aggregate(last=Max("sequence"))["last"]
    return Check.objects.create(
        keyword=keyword,
        period=first.period,
        sequence=last + 1,
        purpose=Check.Purpose.CONFIRMATION,
        not_before=now,
    )


def why_not(keyword: Keyword, snapshot: Snapshot, now: datetime) -> str:
    """Why no second reading may be had, in words; empty when one may."""
    first = snapshot.check_row
    if first is None or snapshot.source != Snapshot.Source.CHECK:
        return "the reading was imported"
    if keyword.is_paused or keyword.quarantined_at is not None:
        return "the keyword is not checked now"
    same_period = Check.objects.filter(keyword=keyword, period=first.period)
    if (same_period.aggregate(tries=Sum("tries"))["tries"] or 0) >= MOST_CALLS:
        return f"the keyword was asked for {MOST_CALLS} times in this period"
    if same_period.filter(state__in=Check.OPEN).exists():
        return "another check of the keyword is under way"
    if drift.is_flagged(first):
        return "the run is to be doubted as a whole"
    if is_short(keyword, now):
        return "the budget is short"
    return ""


def is_short(keyword: Keyword, now: datetime) -> bool:
    """Whether less than `SPARE` is left of a budget that would pay."""
    account = account_of(keyword)
    return has_little(keyword.brand, now) or (account is not None and has_little(account, now))


def has_little(owner: ProviderAccount | Brand, now: datetime) -> bool:
    return any(
        budget is not None and rest is not None and rest < SPARE * budget
        for span, rest in left(owner, now).items()
        for budget in (budget_of(owner, span),)
    )


def settle(now: datetime) -> None:
    """Give each surprise whose second reading has come its verdict; one that has not come in time is
    not waited for, and not paid for any more. Safe to repeat."""
    waiting = list(Confirmation.objects.filter(verdict=Verdict.WAITING).select_related("check_row"))
    checks = [row.check_row_id for row in waiting if row.check_row_id is not None]
    second = list(Snapshot.objects.filter(check_row__in=checks).defer("features"))
    by_check = {
        row.check_row_id: reading for row, reading in zip(second, readings_of(second), strict=True)
    }
    for row in waiting:
        check = row.check_row
        verdict = Verdict.UNKNOWN
        if check is not None and check.pk in by_check:
            verdict = verdict_of(row, by_check[check.pk])
        elif check is not None and not check.is_finished:
            if now - row.asked_at <= PATIENCE:
                continue
            Check.objects.filter(pk=check.pk, state=State.DUE).update(
                state=State.SKIPPED, message=LATE, finished_at=now
            )
        reason = NOTHING_READ if verdict == Verdict.UNKNOWN else ""
        Confirmation.objects.filter(pk=row.pk, verdict=Verdict.WAITING).update(
            verdict=verdict, settled_at=now, reason=reason
        )


def verdict_of(row: Confirmation, reading: Reading) -> Verdict:
    """What a second reading says about a surprise."""
    if row.is_gone:
        if row.page_id in reading.pages[:PAGE_ONE]:
            return Verdict.REFUTED
        return Verdict.CONFIRMED if shows_page_one(reading) else Verdict.UNKNOWN
    if row.page_id in reading.pages[:TOP]:
        return Verdict.CONFIRMED
    is_read = reading.depth >= TOP or not reading.is_partial
    return Verdict.REFUTED if is_read and None not in reading.pages[:TOP] else Verdict.UNKNOWN


def pending(brand: Brand) -> set[tuple[int, int]]:
    """What a second reading of is under way for the brand: pairs of keyword id and page id."""
    rows = Confirmation.objects.filter(verdict=Verdict.WAITING, snapshot__keyword__brand=brand)
    return set(rows.values_list("snapshot__keyword", "page"))
