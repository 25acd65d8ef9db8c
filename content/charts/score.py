"""Draws a brand's score over half a year: gaps as gaps, incidents and published pieces marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from content.charts.drawing import TimeScale, element, short, spoken_day, ticks, together
from content.charts.lanes import shape
from content.charts.picture import Event
from content.charts.words import BOLD, Box, shortened, width_of
from content.rankings import Hole, runs

GRID = 25
LEAST_SPAN = 50
LEAST_ROOM = 10
"""Points below the lowest score, so that its number fits beneath the line."""
TOP = 16


@dataclass(frozen=True, slots=True)
class ScorePicture:
    """What is drawn: a whole-number score at each moment, oldest first, and the stretches that claim
    nothing."""

    times: tuple[datetime, ...]
    scores: tuple[int, ...]
    holes: tuple[Hole, ...]
    events: tuple[Event, ...]
    first: datetime
    last: datetime
    zone: ZoneInfo
    description: str


@dataclass(frozen=True, slots=True)
class ScoreFrame:
    """Measures of one drawing in pixels."""

    name: str
    width: int
    plot: int
    left: int = 36
    right: int = 44


WIDE = ScoreFrame("wide", width=640, plot=140)
NARROW = ScoreFrame("narrow", width=340, plot=128)


class ScoreChart:
    """One drawing of a score picture."""

    def __init__(self, picture: ScorePicture, frame: ScoreFrame) -> None:
        self.picture, self.frame = picture, frame
        self.edge = frame.width - frame.right
        self.x = TimeScale(picture.first, picture.last, float(frame.left), float(self.edge))
        self.low, self.high = bounds(picture.scores)
        self.base = TOP + frame.plot

    def y(self, score: float) -> float:
        share = (self.high - score) / (self.high - self.low)
        return TOP + share * self.frame.plot

    def day(self, at: datetime) -> str:
        last = self.picture.last.astimezone(self.picture.zone).date()
        return spoken_day(at.astimezone(self.picture.zone).date(), year_of=last)

    def svg(self) -> SafeString:
        name = self.frame.name
        return element(
            "svg",
            element("title", "Reputation score, 26 weeks", id=f"score-title-{name}"),
            element("desc", self.picture.description, id=f"score-desc-{name}"),
            together(self.axes()),
            together(self.gaps()),
            together(self.marks()),
            together(self.line()),
            class_=f"chart only-{name}",
            viewBox=f"0 0 {self.frame.width} {self.base + 44}",
            role="img",
            aria_labelledby=f"score-title-{name} score-desc-{name}",
        )

    def axes(self) -> Iterator[str]:
        step = GRID if self.high - self.low <= 4 * GRID else 2 * GRID
        for score in range(self.low, self.high + 1, GRID):
            if score % step:
                continue
            y = self.y(score)
            css = "ax" if score else "zero"
            yield element("line", class_=css, x1=self.frame.left, x2=self.edge, y1=y, y2=y)
            yield element("text", signed(score), x=self.frame.left - 6, y=y + 4, text_anchor="end")
        for x, words in ticks(self.x, self.picture.zone, room=44, year_room=0):
            if x + width_of(words) < self.frame.width:
                yield element("text", words, x=x, y=self.base + 18)

    def gaps(self) -> Iterator[str]:
        for hole in self.picture.holes:
            left = max(self.x(hole.start), float(self.frame.left))
            right = min(self.x(hole.end), float(self.edge))
            if right <= left:
                continue
            start, end = self.day(hole.start), self.day(hole.end)
            when = start if start == end else f"{start} to {end}"
            title = element("title", f"{when}: {'; '.join(hole.reasons)}. Nothing is drawn.")
            yield element(
                "rect", title, class_="f-hatch", x=left, y=TOP, width=max(right - left, 1.5),
                height=self.frame.plot,
            )  # fmt: skip

    def marks(self) -> Iterator[str]:
        """Incidents with a line and, where there is room, their words; pieces as squares below."""
        taken: list[Box] = []
        for event in self.picture.events:
            x = self.x(event.at)
            is_incident = event.kind == "inc"
            y = self.base + 33.0
            if is_incident:
                yield element("line", class_="mk inc", x1=x, x2=x, y1=float(TOP), y2=y)
            yield element(
                "g",
                shape(event.kind, x, y),
                element("title", f"{self.day(event.at)}: {event.words}"),
            )
        for event in [event for event in self.picture.events if event.kind == "inc"]:
            words = shortened(f"{self.day(event.at)} {event.words}", self.frame.width * 0.3)
            x, width = self.x(event.at), width_of(words) * BOLD
            is_right = x + 6 + width < self.edge
            start = x + 6 if is_right else x - 6 - width
            box = Box(start, 0, start + width + 6, 14)
            if start < self.frame.left or any(box.meets(other) for other in taken):
                continue
            taken.append(box)
            yield element(
                "text", words, class_="t-neg halo", x=x + (6 if is_right else -6), y=TOP - 4,
                text_anchor=None if is_right else "end",
            )  # fmt: skip

    def line(self) -> Iterator[str]:
        """The line, its lowest point and its end with their numbers."""
        broken = {hole.after for hole in self.picture.holes}
        xs = [self.x(at) for at in self.picture.times]
        whole = runs(self.picture.scores, broken)
        path = "".join(
            "M" + "L".join(f"{short(xs[n])} {short(self.y(score))}" for n, score in run)
            for run in whole
            if len(run) > 1
        )
        if path:
            yield element("path", class_="ln score", d=path)
        for run in whole:
            if len(run) == 1:
                yield self.dot(xs[run[0][0]], run[0][1], 3)
        if not xs:
            return
        scores = self.picture.scores
        low = min(range(len(scores)), key=lambda n: scores[n])
        last = len(scores) - 1
        if xs[last] - xs[low] > 24 and scores[low] < scores[last]:
            y = self.y(scores[low])
            below = y + 18 if y + 18 < self.base + 4 else y - 8
            yield element(
                "text", signed(scores[low]), class_="halo t-b", x=xs[low] + 2, y=below,
                text_anchor="middle",
            )  # fmt: skip
        yield self.dot(xs[last], scores[last], 4.5)
        yield element(
            "text", signed(scores[last]), class_="t-ink t-b", x=xs[last] + 9,
            y=self.y(scores[last]) + 4,
        )  # fmt: skip

    def dot(self, x: float, score: int, r: float) -> SafeString:
        return element("circle", class_="dot score", cx=x, cy=self.y(score), r=float(r))


def bounds(scores: Sequence[int]) -> tuple[int, int]:
    """The axis' ends in steps of 25, at least 50 apart, inside −100 to 100."""
    low = floor(min(scores, default=0) / GRID) * GRID
    high = ceil(max(scores, default=0) / GRID) * GRID
    if scores and min(scores) - low < LEAST_ROOM:
        low = max(low - GRID, -100)
    while high - low < LEAST_SPAN:
        low, high = (low - GRID, high) if low > -100 else (low, high + GRID)
        if high - low < LEAST_SPAN and high < 100:
            high += GRID
    return low, high


def signed(number: int) -> str:
    """A whole number with its sign, a true minus and a plain zero."""
    return "0" if not number else f"{'+' if number > 0 else '−'}{abs(number)}"
