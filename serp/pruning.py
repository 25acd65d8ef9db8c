"""Deletes what nobody needs any more, a little at a time; never a snapshot, a mark or a ledger entry."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.db.models.functions import Length

from serp.models import Check, Confirmation, Keyword, LedgerEntry, Notice, RawAnswer, Snapshot

NOTICE_DAYS = 400
SIGN_IN_DAYS = 90
ROWS_AT_ONCE = 500
"""Rows a transaction: a worker that wants one of them waits some milliseconds."""
KEPT = (
    "Kept for good: snapshots with their pages and listings, marks, scores, incidents, pieces and "
    "the ledger of what was paid."
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of one kind that may go: `old(now)` finds them, `why` says so to a person."""

    what: str
    why: Callable[[], str]
    old: Callable[[datetime], QuerySet]
    size: str = ""
    """Column whose length in bytes is worth telling."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows of a kind went, or would go; `bytes` is None where counting them costs much."""

    what: str
    why: str
    rows: int
    bytes: int | None
    is_all: bool = True


def old_answers(now: datetime) -> QuerySet:
    return RawAnswer.objects.filter(at__lt=now - timedelta(days=settings.RAW_DAYS))


def old_checks(now: datetime) -> QuerySet:
    """Finished checks that no page, no reading and no open question leads to any more."""
    needed = (
        Snapshot.objects.filter(check_row=OuterRef("pk")),
        Keyword.objects.filter(last_check=OuterRef("pk")),
        RawAnswer.objects.filter(check_row=OuterRef("pk")),
        Confirmation.objects.filter(check_row=OuterRef("pk"), verdict=Confirmation.Verdict.WAITING),
        LedgerEntry.objects.filter(check_row=OuterRef("pk"), state=LedgerEntry.State.OPEN),
    )
    finished = now - timedelta(days=settings.CHECK_DAYS)
    return Check.objects.filter(
        *(~Exists(rows) for rows in needed), state__in=Check.OUTCOMES, finished_at__lt=finished
    )


def old_notices(now: datetime) -> QuerySet:
    return Notice.objects.filter(closed_at__lt=now - timedelta(days=NOTICE_DAYS))


def old_sessions(now: datetime) -> QuerySet:
    return Session.objects.filter(expire_date__lt=now)


def old_sign_ins(model: type) -> Callable[[datetime], QuerySet]:
    """Rows of django-axes, which keeps names and addresses of whoever tried to sign in."""
    return lambda now: model._default_manager.filter(  # type: ignore[attr-defined]
        attempt_time__lt=now - timedelta(days=SIGN_IN_DAYS)
    )


RULES = (
    Rule("raw answers", lambda: f"older than {settings.RAW_DAYS} days", old_answers, size="body"),
    Rule(
        "checks",
        lambda: f"finished more than {settings.CHECK_DAYS} days ago, without a snapshot",
        old_checks,
    ),
    Rule("notices", lambda: f"closed more than {NOTICE_DAYS} days ago", old_notices),
    Rule("sessions", lambda: "expired", old_sessions),
    *(
        Rule(name, lambda: f"older than {SIGN_IN_DAYS} days", old_sign_ins(model))
        for name, model in (
            ("sign-in attempts", AccessAttempt),
            ("failed sign-ins", AccessFailureLog),
            ("sign-ins", AccessLog),
        )
    ),
)


def would_prune(now: datetime) -> Iterator[Pruned]:
    """What `prune` would delete at `now`; deletes nothing."""
    for rule in RULES:
        rows = rule.old(now)
        size = rows.aggregate(sum=Sum(Length(rule.size)))["sum"] or 0 if rule.size else None
        yield Pruned(rule.what, rule.why(), rows.count(), size)


def prune(now: datetime, *, seconds: float | None = None) -> Iterator[Pruned]:
    """Delete what is old at `now`, kind by kind; iterate to make it happen.

    Each `ROWS_AT_ONCE` rows are a transaction of their own, so it may be interrupted at any time
    and run beside workers, and twice at once. After `seconds` no further rows are begun: what is
    left goes the next time, and `is_all` says so.
    """
    until = None if seconds is None else time.monotonic() + seconds
    for rule in RULES:
        rows, last, is_all = 0, None, True
        while batch := oldest(rule.old(now), after=last):
            if until is not None and time.monotonic() > until:
                is_all = False
                break
            with transaction.atomic():
                # Asked again: a row may have become needed since.
                rows += deleted(rule.old(now).filter(pk__in=batch))
            last = batch[-1]
        yield Pruned(rule.what, rule.why(), rows, None, is_all)


def oldest(rows: QuerySet, *, after: object) -> list:
    """The next keys, in order; each run walks a table once however much of it stays."""
    rest = rows if after is None else rows.filter(pk__gt=after)
    return list(rest.order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE])


def deleted(rows: QuerySet) -> int:
    """Delete rows and what hangs on them; returns how many of these rows themselves went."""
    return rows.delete()[1].get(rows.model._meta.label, 0)
