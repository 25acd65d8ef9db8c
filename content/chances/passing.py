"""How often pages passed those above them, and how often results left page one, in stored readings. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from content.chances.rates import Rate, assumptions
from serp.providers.base import PAGE_ONE

HORIZONS = (timedelta(days=90), timedelta(days=60), timedelta(days=28))
"""How much later a page is looked at again: the longest that enough readings cover."""
MEMORY = timedelta(days=28)
STEP = timedelta(days=14)
SLACK = timedelta(days=5)
LEAST_READINGS = 4
LEAST_MOMENTS = 20
STEADY, NEW = 0.9, 0.5
BUCKETS = (5, 3, 2, 1)
BANDS = (7, 4, 1)
WEIGHT = 20.0
"""Cases that a wider group counts for when a narrower one is pulled towards it."""


class Tenure(StrEnum):
    """How steadily a page was among the results in the four weeks before: in nine of ten readings, in
    fewer, in less than half."""

    STEADY = "steady"
    MIXED = "mixed"
    NEW = "new"


class Trend(StrEnum):
    """Where a page stood four weeks before, against now."""

    SLIPPED = "slipped"
    STOOD = "stood"
    ROSE = "rose"
    ENTERED = "entered"


@dataclass(frozen=True, slots=True)
class Page:
    """How one page came to where it stands: `share` is that of the readings of the last four weeks
    that showed it, `was` its position in the first of them."""

    share: float
    readings: int
    was: int | None

    @property
    def tenure(self) -> Tenure:
        if self.share >= STEADY:
            return Tenure.STEADY
        return Tenure.MIXED if self.share >= NEW else Tenure.NEW

    def trend(self, position: int) -> Trend:
        if self.was is None:
            return Trend.ENTERED
        if self.was == position:
            return Trend.STOOD
        return Trend.SLIPPED if self.was < position else Trend.ROSE


@dataclass(frozen=True, slots=True)
class Shot:
    """One reading: when, and the best position of each page."""

    at: datetime
    positions: Mapping[int, int]


def past_of(shots: Sequence[Shot], at: datetime) -> list[Shot]:
    """The readings of the four weeks up to `at`, included."""
    return [shot for shot in shots if at - MEMORY <= shot.at <= at]


def page_in(past: Sequence[Shot], page: int) -> Page:
    """How the page stood in these readings, oldest first."""
    seen = sum(1 for shot in past if page in shot.positions)
    return Page(
        seen / len(past) if past else 0.0,
        len(past),
        past[0].positions.get(page) if past else None,
    )


def bucket(distance: int) -> int:
    """Distances are counted as 1, 2, 3 to 4, and 5 or more."""
    return next(least for least in BUCKETS if distance >= least)


def band(position: int) -> int:
    """Positions are counted as 1 to 3, 4 to 6, and 7 to 10."""
    return next(first for first in BANDS if position >= first)


Cell = tuple[int, bool, Trend | None]


@dataclass(slots=True)
class Counts:
    """What was counted: passing by distance, whether the upper page was steady, and the lower page's
    trend; leaving page one by band and tenure. `moments` are pairs of readings compared."""

    horizon: timedelta = HORIZONS[-1]
    moments: int = 0
    passed: dict[Cell, Rate] = field(default_factory=dict)
    left: dict[tuple[int, Tenure], Rate] = field(default_factory=dict)

    def passing(self, distance: int, upper: Tenure, trend: Trend) -> tuple[float, Rate]:
        """How often a page so far below passed one that stayed, and the cases of its wider group.

        Each group is pulled towards the wider one: this trend, any trend, the general assumption.
        """
        near, steady = bucket(distance), upper == Tenure.STEADY
        general = assumptions()["passing"][str(near)]["steady" if steady else "unsteady"]
        any_trend = self.passed.get((near, steady, None), Rate())
        same = self.passed.get((near, steady, trend), Rate())
        return same.shrunk(any_trend.shrunk(general, WEIGHT), WEIGHT), any_trend

    def leaving(self, position: int, tenure: Tenure) -> tuple[float, Rate]:
        """How often a result at such a position that had been there so steadily left page one."""
        general = assumptions()["leaving"][str(band(position))][tenure.value]
        seen = self.left.get((band(position), tenure), Rate())
        return seen.shrunk(general, WEIGHT), seen


def moments(
    shots: Sequence[Shot], horizon: timedelta
) -> Iterator[tuple[Shot, Shot, Sequence[Shot]]]:
    """Readings two weeks apart, each with the one nearest to `horizon` later, at most five days off,
    and those of the four weeks before it. `shots` come oldest first."""
    if not shots:
        return
    days = [shot.at for shot in shots]
    at = days[0] + MEMORY - SLACK
    while at <= days[-1] - horizon + SLACK:
        index = bisect_left(days, at)
        then = shots[index]
        later = min(shots[index:], key=lambda shot: abs(shot.at - then.at - horizon), default=None)
        past = past_of(shots[: index + 1], then.at)
        if (
            later is not None
            and abs(later.at - then.at - horizon) <= SLACK
            and len(past) >= LEAST_READINGS
        ):
            yield then, later, past
        at = max(at + STEP, then.at + STEP)


def count(histories: Sequence[Sequence[Shot]]) -> Counts:
    """Count over the histories of several keywords, with the longest horizon that they allow."""
    for horizon in HORIZONS:
        found = [triple for shots in histories for triple in moments(shots, horizon)]
        if len(found) >= LEAST_MOMENTS or horizon == HORIZONS[-1]:
            return tally(found, horizon)
    raise AssertionError("There is always a shortest horizon.")


def tally(found: Sequence[tuple[Shot, Shot, Sequence[Shot]]], horizon: timedelta) -> Counts:
    """Add up who passed whom and who left between these readings."""
    passed: dict[Cell, list[int]] = defaultdict(lambda: [0, 0])
    left: dict[tuple[int, Tenure], list[int]] = defaultdict(lambda: [0, 0])
    for then, later, past in found:
        stood = {page: page_in(past, page) for page in then.positions}
        for upper, high in then.positions.items():
            if high > PAGE_ONE:
                continue
            end = later.positions.get(upper, PAGE_ONE + 1)
            gone = left[band(high), stood[upper].tenure]
            gone[0] += end > PAGE_ONE
            gone[1] += 1
            if end > PAGE_ONE:
                continue
            steady = stood[upper].tenure == Tenure.STEADY
            for lower, low in then.positions.items():
                if low <= high:
                    continue
                is_past = lower in later.positions and later.positions[lower] < end
                for trend in (None, stood[lower].trend(low)):
                    cell = passed[bucket(low - high), steady, trend]
                    cell[0] += is_past
                    cell[1] += 1
    return Counts(
        horizon,
        len(found),
        {cell: Rate(*pair) for cell, pair in passed.items()},
        {cell: Rate(*pair) for cell, pair in left.items()},
    )
