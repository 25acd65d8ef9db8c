"""When a page leaves, read off its survival curve: the median day and the interval that holds 80 %. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from content.forecasting.moments import Numbers

LEVEL = 0.8


@dataclass(frozen=True, slots=True)
class Span:
    """Days until a page leaves; None: later than the curve reaches."""

    median: int | None
    low: int | None
    high: int | None

    def holds(self, days: int, *, horizon: int) -> bool:
        """Whether it left inside; one that stood longer than the horizon is inside an open end."""
        beyond = horizon + 1
        low = beyond if self.low is None else self.low
        high = beyond if self.high is None else self.high
        return low <= min(days, beyond) <= high


def first_day(curve: Numbers, share: float) -> int | None:
    """The first day by which this share of such pages has left."""
    return next((day for day, stands in enumerate(curve) if 1 - stands >= share), None)


def span_of(curve: Numbers) -> Span:
    """The interval holds 80 %: a tenth leaves before and a tenth after it. Where a tenth or more
    outlasts the curve the end is open, and where a tenth leaves on the first day there is no before:
    then the whole fifth lies on the other side, or the interval would hold more than it says."""
    tail = (1 - LEVEL) / 2
    median = first_day(curve, 0.5)
    if curve[-1] >= tail:
        return Span(median, first_day(curve, 2 * tail), None)
    if 1 - curve[1] >= tail:
        return Span(median, 1, first_day(curve, LEVEL))
    return Span(median, first_day(curve, tail), first_day(curve, 1 - tail))
