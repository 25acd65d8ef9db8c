"""How long pages stood on page one of a keyword: a course of readings becomes stays that end or go on. Pure.

A stay ends when the page is missing from page one in at least `LEAST_MISSING` readings in a row that span
at least `AWAY` days: results flap, and in the public histories half of the pages that were missing for a
day were back within a week. The end is dated at the first reading without it. Days without a reading are
no absence, and a reading that leaves positions unreported cannot show one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from serp.providers.base import PAGE_ONE

AWAY = 7
"""Days that a page must be missing to have left."""
LEAST_MISSING = 3
LONGEST_GAP = 14
"""Days without any reading after which a course begins anew: what happened meanwhile is unknown."""
LEAST_ROWS = 3
"""A page one with fewer results than that is a cut-off answer, not a page one."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Page one as one reading showed it: `day` counts days (proleptic ordinals of the brand's zone);
    None in `pages` stands for a position that was not reported."""

    day: int
    pages: tuple[Hashable, ...]

    @property
    def is_whole(self) -> bool:
        """Whether a page that is not in it was really not there."""
        return None not in self.pages


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a page on page one, in days. `left` is the day it left, None: not by the `settled`
    day, the last on which leaving could be told. `is_cut` says that it stood there when readings
    began, so that it is older than it looks."""

    page: Hashable
    since: int
    left: int | None
    settled: int
    is_cut: bool


def stretches(sights: Sequence[Sight]) -> list[list[Sight]]:
    """The usable readings, one a day (the last), split where there was none for too long."""
    by_day = {s.day: s for s in sights if len(s.pages) >= LEAST_ROWS}
    found: list[list[Sight]] = []
    for day in sorted(by_day):
        if not found or day - found[-1][-1].day > LONGEST_GAP:
            found.append([])
        sight = by_day[day]
        found[-1].append(Sight(day, sight.pages[:PAGE_ONE]))
    return found


def stays(stretch: Sequence[Sight]) -> Iterator[Stay]:
    """The stays of every page in one stretch of readings."""
    settled = stretch[-1].day - AWAY
    for page in dict.fromkeys(p for sight in stretch for p in sight.pages if p is not None):
        yield from stays_of(page, stretch, settled)


def stays_of(page: Hashable, stretch: Sequence[Sight], settled: int) -> Iterator[Stay]:
    """The stays of one page, oldest first."""
    since: int | None = None
    gone: int | None = None
    missing = 0
    for sight in stretch:
        if page in sight.pages:
            if since is None:
                since = sight.day
            gone, missing = None, 0
        elif since is not None and sight.is_whole:
            gone = sight.day if gone is None else gone
            missing += 1
            if missing >= LEAST_MISSING and sight.day - gone >= AWAY:
                yield Stay(page, since, gone, settled, since == stretch[0].day)
                since, gone, missing = None, None, 0
    if since is not None:
        yield Stay(page, since, None, settled, since == stretch[0].day)
