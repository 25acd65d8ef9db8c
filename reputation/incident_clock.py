"""The clock of an incident: how long until the first answer, or how late it is, in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from serp.durations import in_words

SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock shows. `lead` and `time` belong together ("First answer due in", "1 h 20 min").

    `kind` is late, now (due within the hour), running or stopped; `share` is the part of the time
    that has passed, from 0 to 1, for the bar.
    """

    lead: str
    time: str
    kind: str
    share: float

    @property
    def words(self) -> str:
        return f"{self.lead} {self.time}"

    @property
    def share_percent(self) -> str:
        """The share as the length of an SVG rectangle."""
        return f"{100 * self.share:.1f}%"


def clock(
    *,
    opened_at: datetime,
    due_at: datetime,
    answered_at: datetime | None,
    closed_at: datetime | None,
    now: datetime,
) -> Clock:
    """The clock of the first answer at `now`; it stops with the answer, or with the end of the
    incident when nobody answered in public. All times are aware."""
    if answered_at is not None:
        if answered_at > due_at:
            return Clock(
                "First answer came late by", in_words(answered_at - due_at), "stopped", 1.0
            )
        lead, share = "First answer in time, after", passed(opened_at, due_at, answered_at)
        return Clock(lead, in_words(answered_at - opened_at), "stopped", share)
    if closed_at is not None:
        share = passed(opened_at, due_at, closed_at)
        return Clock(
            "Closed without a public answer, after",
            in_words(closed_at - opened_at),
            "stopped",
            share,
        )
    left = due_at - now
    if left < timedelta(0):
        return Clock("First answer late by", in_words(left), "late", 1.0)
    kind = "now" if left <= SOON else "running"
    return Clock("First answer due in", in_words(left), kind, passed(opened_at, due_at, now))


def passed(start: datetime, end: datetime, at: datetime) -> float:
    """The part of the time from `start` to `end` that has passed at `at`, from 0 to 1."""
    whole = (end - start).total_seconds()
    return 1.0 if whole <= 0 else min(max((at - start).total_seconds() / whole, 0.0), 1.0)
