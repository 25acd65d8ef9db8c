"""What the SERP grid may show of a keyword on a day: its reading, or a gap with the reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from statistics import median

from serp.cadence import Cadence, period_of
from serp.models import Check

State = Check.State


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a grid looks at: a day that has passed, or today up to now. Aware times."""

    begin: datetime
    end: datetime
    zone: tzinfo
    is_today: bool

    def slot_of(self, cadence: str) -> datetime:
        """From when on a reading counts: the start of the cadence slot that the day begins in, or
        today of the slot that is running now."""
        return slot(cadence, self.zone, self.end if self.is_today else self.begin)

    def slot_before(self, cadence: str) -> datetime:
        return slot(cadence, self.zone, self.slot_of(cadence) - timedelta(seconds=1))


@lru_cache(maxsize=256)
def slot(cadence: str, zone: tzinfo, at: datetime) -> datetime:
    """The slot's start; thousands of keywords share a handful of cadences."""
    return period_of(Cadence(cadence), zone, at)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the last check up to the day's end came out, and why if it brought nothing."""

    state: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing to show, and why. `kind` is failed, skipped, empty, waiting or missing; `at` is when the
    check ended, where there was one."""

    kind: str
    reason: str
    at: datetime | None = None


def gap_of(
    span: Span, cadence: str, *, taken_at: datetime | None, last: Outcome | None
) -> Gap | None:
    """Why the newest reading, taken at `taken_at`, may not stand for this day; None when it may.

    A reading stands for its cadence slot. Today it also stands until the next slot's check has come
    to an end, so that a morning is not full of gaps.
    """
    begin = span.slot_of(cadence)
    if taken_at is not None and taken_at >= begin:
        return None
    missed = last if last is not None and (taken_at is None or last.at > taken_at) else None
    if (
        span.is_today
        and taken_at is not None
        and missed is None
        and taken_at >= span.slot_before(cadence)
    ):
        return None
    if missed is not None and missed.state == State.EMPTY:
        return Gap("empty", "the engine has no results for it", missed.at)
    if missed is not None and (span.is_today or missed.at >= begin):
        kind = "skipped" if missed.state == State.SKIPPED else "failed"
        return Gap(kind, missed.reason, missed.at)
    if taken_at is None:
        return Gap("waiting", "not measured yet" if span.is_today else "not measured by this day")
    return Gap(
        "missing", "no check has come to an end since" if span.is_today else "no check on this day"
    )


def clicks_lost(shares: Mapping[int, float], volumes: Mapping[int, int | None]) -> dict[int, float]:
    """By keyword id, searches a month times the share of clicks that goes to negatives, for sorting.

    A keyword of unknown volume counts as the middle one of those that are known, so that it is
    neither first nor last for that alone.
    """
    known = [volume for volume in volumes.values() if volume]
    middle = median(known) if known else 1
    return {key: share * (volumes.get(key) or middle) for key, share in shares.items()}
