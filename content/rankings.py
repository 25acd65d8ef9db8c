"""Turns a keyword's readings into lines: what was read where, and what was not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import ceil
from statistics import median

from reputation.scoring import TOP
from serp.history import Gap, Reading
from serp.providers.base import PAGE_ONE

LOWEST = 20
"""Positions below this are neither drawn nor tabled: nobody is counted as clicking there."""
NEARBY = 8
"""How many intervals around a pair of readings say how often the keyword was read at that time."""
LATE = 1.6
"""An interval longer than this many usual ones has missed a reading."""
SHARE_OF_READINGS = 8
"""A page stood somewhere for long when one reading in so many found it there."""


class Group(StrEnum):
    """How a line is drawn: negatives red and on top, ours in the accent, others grey."""

    NEGATIVE = "neg"
    OURS = "own"
    OTHER = "oth"


@dataclass(frozen=True, slots=True)
class Named:
    """What a line is called: `title` of the result, `address` for people to read, and its sign, with
    the sign's class and word. `is_piece`: a piece that was published."""

    group: Group
    title: str
    address: str
    sign: str
    tone: str
    word: str
    link: str = ""
    is_piece: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One page's positions, one a reading, oldest first; None: not found in what was read."""

    page_id: int
    named: Named
    positions: tuple[int | None, ...]

    @property
    def group(self) -> Group:
        return self.named.group

    @property
    def last(self) -> int | None:
        return self.positions[-1]

    @property
    def best(self) -> int | None:
        return min(self.found, default=None)

    @property
    def found(self) -> list[int]:
        return [position for position in self.positions if position is not None]

    @property
    def on_page_one(self) -> int:
        """In how many readings the page stood on page one."""
        return sum(1 for position in self.found if position <= PAGE_ONE)

    @property
    def on_top(self) -> int:
        """In how many readings the page stood in the first places."""
        return sum(1 for position in self.found if position <= TOP)

    @property
    def is_on_page_one(self) -> bool:
        """Whether the page stands on page one in the last reading."""
        return self.last is not None and self.last <= PAGE_ONE

    @property
    def is_thin(self) -> bool:
        """A negative that does not stand on page one and did not stand on top for long."""
        if self.group is not Group.NEGATIVE or self.is_on_page_one:
            return False
        return self.on_top < least_readings([self])


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch of time without a reading, and why. Nothing may be drawn across it.

    `after` is the index of the reading before it: −1 before the first one.
    """

    after: int
    start: datetime
    end: datetime
    reasons: tuple[str, ...]


def axis_depth(readings: Iterable[Reading]) -> int:
    """How far down the axis goes: as deep as any reading went, at least page one, at most 20."""
    deepest = max((reading.depth for reading in readings), default=PAGE_ONE)
    return min(max(deepest, PAGE_ONE), LOWEST)


def hides_deeper(reading: Reading, depth: int) -> bool:
    """Whether a page that is missing here may yet stand within `depth`: a position was not reported,
    the reading broke off, or it ended half a page or more above. An engine that filled its pages
    with a few results less hides nothing."""
    if None in reading.pages[:depth] or (reading.is_partial and reading.depth < depth):
        return True
    return PAGE_ONE <= reading.depth <= depth - PAGE_ONE // 2


def lines_of(readings: Sequence[Reading], names: dict[int, Named], depth: int) -> list[Line]:
    """A line for each page that stood within `depth` in any of the readings."""
    positions: dict[int, list[int | None]] = {}
    for index, reading in enumerate(readings):
        for position, page in enumerate(reading.pages[:depth], start=1):
            if page is not None:
                row = positions.setdefault(page, [None] * len(readings))
                row[index] = row[index] or position
    return [Line(page, names[page], tuple(row)) for page, row in positions.items()]


def holes_of(
    times: Sequence[datetime], gaps: Sequence[Gap], *, until: datetime, usual: timedelta
) -> list[Hole]:
    """The stretches without a reading: checks that brought none, and slots that nobody filled.

    `usual` is the keyword's cadence, asked where there are too few readings to tell their rhythm.
    `until` is the end of the chart: silence up to it is a hole as well.
    """
    if not times:
        return []
    found = []
    before = [gap for gap in gaps if gap.at <= times[0]]
    if before:
        pad = min(rhythm(times, 0, usual) / 2, (times[0] - before[0].at) / 2)
        reasons = tuple(dict.fromkeys(gap.reason for gap in before))
        found.append(Hole(-1, before[0].at - pad, times[0] - pad, reasons))
    edges = [*times, until]
    for index, (start, end) in enumerate(pairwise(edges)):
        step = rhythm(times, index, usual)
        reasons = tuple(dict.fromkeys(gap.reason for gap in gaps if start < gap.at <= end))
        is_last = index == len(times) - 1
        if not reasons and (end - start) <= step * LATE:
            continue
        pad = min(step / 2, (end - start) / 4)
        found.append(
            Hole(index, start + pad, end if is_last else end - pad, reasons or ("no reading",))
        )
    return found


def rhythm(times: Sequence[datetime], index: int, usual: timedelta) -> timedelta:
    """How far apart readings usually were around the pair that begins at `index`."""
    around = times[max(0, index - NEARBY // 2) : index + NEARBY // 2 + 2]
    intervals = [(b - a).total_seconds() for a, b in pairwise(around)]
    if len(intervals) < NEARBY // 2:
        return usual
    return timedelta(seconds=median(intervals))


def runs(positions: Sequence[int | None], broken: set[int]) -> list[list[tuple[int, int]]]:
    """Unbroken stretches as (index, position): a gap in the data is a gap in the line. `broken` holds
    the indexes after which there is a hole."""
    done: list[list[tuple[int, int]]] = []
    goes_on = False
    for index, position in enumerate(positions):
        if position is None:
            goes_on = False
            continue
        if not goes_on:
            done.append([])
        done[-1].append((index, position))
        goes_on = index not in broken
    return done


def thinned(run: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same line with fewer points: where it is flat, only the ends of the flat stretch."""
    return [
        point
        for n, point in enumerate(run)
        if n in (0, len(run) - 1) or not run[n - 1][1] == point[1] == run[n + 1][1]
    ]


def least_readings(lines: Sequence[Line]) -> int:
    """In how many readings a page must have stood somewhere to have stood there for long."""
    return max(2, ceil(max((len(line.positions) for line in lines), default=0) / SHARE_OF_READINGS))


def by_position(line: Line) -> tuple[int, int, int]:
    """Sorts rows of the table: as they stand now, those that are gone by their best place."""
    return line.last or LOWEST + 1, line.best or LOWEST + 1, line.page_id
