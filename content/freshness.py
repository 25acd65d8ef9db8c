"""The state of the data: which keywords are measured, failed, never read, partly read or stale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from serp.cadence import Cadence, jitter, period_of
from serp.models import Check, Keyword, ProviderAccount

GRACE = timedelta(hours=1)
"""How long after its due moment a check may take before the last reading counts as stale."""
AT_ACCOUNT = frozenset({"bad_key", "payment", "forbidden"})
"""Kinds of failure that only somebody with access to the provider's account can end."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Keywords whose last check brought nothing, for one reason at one account."""

    reason: str
    kind: str
    is_skipped: bool
    account: ProviderAccount | None
    keywords: tuple[Keyword, ...]

    @property
    def is_at_account(self) -> bool:
        return self.account is not None and self.kind in AT_ACCOUNT

    @property
    def next_try(self) -> datetime | None:
        return min((k.next_check_at for k in self.keywords if k.next_check_at), default=None)


@dataclass(slots=True)
class Freshness:
    """The watched keywords by the state of their last reading; a keyword stands in one list only, but
    a failed one may still have an older reading that is fresh."""

    measured: list[Keyword] = field(default_factory=list)
    partial: list[Keyword] = field(default_factory=list)
    stale: list[Keyword] = field(default_factory=list)
    never: list[Keyword] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    newest: datetime | None = None

    @property
    def failed(self) -> int:
        return sum(len(failure.keywords) for failure in self.failures)

    @property
    def watched(self) -> int:
        lists = (self.measured, self.partial, self.stale, self.never)
        return sum(map(len, lists)) + self.failed

    @property
    def next_first(self) -> datetime | None:
        """When the first keyword that was never read is due."""
        return min((k.next_check_at for k in self.never if k.next_check_at), default=None)


@lru_cache(maxsize=256)
def slots(cadence: str, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """The start of the present slot and of the one before."""
    present = period_of(cadence, zone, now)
    return present, period_of(cadence, zone, present - timedelta(seconds=1))


def is_fresh(keyword: Keyword, taken_at: datetime, *, zone: ZoneInfo, now: datetime) -> bool:
    """Whether a reading still stands for now: it is of the present slot, or of the one before while
    the present check is not overdue."""
    present, previous = slots(keyword.cadence, zone, now)
    if taken_at >= present:
        return True
    due = present + jitter(Cadence(keyword.cadence), keyword.pk) + GRACE
    return taken_at >= previous and now < due


def freshness(keywords: Iterable[Keyword], *, zone: ZoneInfo, now: datetime) -> Freshness:
    """Sort watched keywords by the state of their data. They come with `latest` and `last_check`."""
    state = Freshness()
    failed: dict[tuple[str, int | None], list[Keyword]] = {}
    now = now.replace(microsecond=0)
    for keyword in keywords:
        latest, check = keyword.latest, keyword.last_check
        if latest is not None:
            state.newest = max(latest.taken_at, state.newest or latest.taken_at)
        if check is not None and is_failure(check, latest.taken_at if latest else None):
            failed.setdefault((reason_of(check), check.account_id), []).append(keyword)
        elif latest is None:
            state.never.append(keyword)
        elif not is_fresh(keyword, latest.taken_at, zone=zone, now=now):
            state.stale.append(keyword)
        elif latest.is_partial:
            state.partial.append(keyword)
        else:
            state.measured.append(keyword)
    state.failures = [failure_of(rows, reason) for (reason, _), rows in failed.items()]
    state.failures.sort(key=lambda failure: (not failure.is_at_account, -len(failure.keywords)))
    return state


def is_failure(check: Check, read_at: datetime | None) -> bool:
    """Whether the last check brought nothing and no reading came after it."""
    if check.state not in (*Check.FRUITLESS, Check.State.EMPTY):
        return False
    return read_at is None or check.finished_at is None or check.finished_at > read_at


def reason_of(check: Check) -> str:
    return check.reason or check.get_state_display()


def failure_of(keywords: Sequence[Keyword], reason: str) -> Failure:
    """One reason and its keywords."""
    check = keywords[0].last_check
    if check is None:
        raise ValueError("A failure needs the check that failed.")
    return Failure(
        reason, check.error_kind, check.state == Check.State.SKIPPED, check.account, tuple(keywords)
    )
