"""Score before and after a publication, beside keywords that nobody worked on in the same weeks. Pure.

A difference in differences: the change on the keyword of the piece, less the mean change on the others.
It takes out what moved all result pages of the brand at once; it proves no cause. How unusual the change
is shows in the number of the others that changed as much (a placebo test with no further assumption).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean

WINDOW = timedelta(days=28)
LEAST_READINGS = 3
LEAST_CONTROLS = 3
LEAST_COVERAGE = 0.8
"""Readings that cover less of page one's clicks claim no change."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, both ends aware; readings at `first` are out, those at `last` are in."""

    first: datetime
    last: datetime


def spans(out: datetime, now: datetime) -> tuple[Span, Span]:
    """The four weeks up to publication, and the newest four weeks since, or fewer while it is young."""
    return Span(out - WINDOW, out), Span(max(out, now - WINDOW), now)


@dataclass(frozen=True, slots=True)
class Level:
    """The mean score of a keyword's readings in a span, from −100 to 100, and how many they are."""

    value: float
    readings: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """The change of score on the worked keyword and on the others; `control` None: too few of them.

    `as_much` of the `others` changed at least as far in the same direction.
    """

    before: Level
    after: Level
    others: tuple[float, ...]

    @property
    def change(self) -> float:
        return self.after.value - self.before.value

    @property
    def control(self) -> float | None:
        return mean(self.others) if len(self.others) >= LEAST_CONTROLS else None

    @property
    def difference(self) -> float | None:
        """The change beyond that of the others, in points."""
        return None if self.control is None else self.change - self.control

    @property
    def as_much(self) -> int:
        if self.change >= 0:
            return sum(other >= self.change for other in self.others)
        return sum(other <= self.change for other in self.others)


def contrast(
    worked: int, before: Mapping[int, Level], after: Mapping[int, Level], *, free: set[int]
) -> Contrast | None:
    """The contrast of the keyword `worked` with those of `free` that were read enough in both spans;
    None where it was not itself."""
    both = {
        pk
        for pk in before.keys() & after.keys()
        if min(before[pk].readings, after[pk].readings) >= LEAST_READINGS
    }
    if worked not in both:
        return None
    others = tuple(after[pk].value - before[pk].value for pk in sorted(both & free - {worked}))
    return Contrast(before[worked], after[worked], others)
