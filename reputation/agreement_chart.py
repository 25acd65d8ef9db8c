"""Where everything stands in the drawing of agreement by week: shares with their reach above, counts below. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reputation.agreement import Week

TOP, PLOT = 46, 150
"""Above the plot is room for the names of the judge's versions."""
BARS_TOP, BARS = 236, 44
HEIGHT = 312
LETTER = 7.0
"""About the width of a letter in pixels."""
LONGEST_NAME = 18
LANES = (14, 28)
"""Where the names of versions stand: in the second line when the first is taken."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Measures of one drawing in pixels, and how many of the latest weeks it shows."""

    name: str
    width: int
    weeks: int
    left: int = 50
    right: int = 12


WIDE = Frame("wide", width=1060, weeks=26)
NARROW = Frame("narrow", width=366, weeks=13)


@dataclass(frozen=True, slots=True)
class Point:
    """A week with enough marks: its share at `y`, its interval from `low` to `high`."""

    x: str
    y: str
    low: str
    high: str
    title: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The number of marks of a week; `is_few`: too few for a share."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    above: str
    number: int
    is_few: bool
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Words at a place on an axis."""

    at: str
    words: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A new version of the judge; `words` is empty where its name has no room."""

    x: str
    y: str
    words: str
    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All parts of one drawing, as texts that stand in SVG attributes."""

    frame: Frame
    height: int
    edge: int
    levels: tuple[Tick, ...]
    months: tuple[Tick, ...]
    path: str
    points: tuple[Point, ...]
    bars: tuple[Bar, ...]
    signs: tuple[Sign, ...]
    top: int = TOP
    bottom: int = TOP + PLOT
    bars_bottom: int = BARS_TOP + BARS
    words_at: int = BARS_TOP + BARS + 20


def drawing(weeks: Sequence[Week], frame: Frame) -> Drawing:
    """The drawing of the latest weeks that the frame has room for."""
    shown = weeks[-frame.weeks :]
    slot = (frame.width - frame.left - frame.right) / max(len(shown), 1)
    middles = [frame.left + (number + 0.5) * slot for number in range(len(shown))]
    return Drawing(
        frame=frame,
        height=HEIGHT,
        edge=frame.width - frame.right,
        levels=tuple(
            Tick(px(height(part / 100)), f"{part}\u00a0%") for part in (0, 25, 50, 75, 100)
        ),
        months=tuple(months(shown, middles, slot)),
        path=line(shown, middles),
        points=tuple(points(shown, middles)),
        bars=tuple(bars(shown, middles, slot)),
        signs=tuple(signs(shown, middles, frame)),
    )


def height(rate: float) -> float:
    """Where a share from 0 to 1 stands."""
    return TOP + (1 - rate) * PLOT


def line(weeks: Sequence[Week], middles: Sequence[float]) -> str:
    """The line from week to week; it breaks where a week has too few marks."""
    path, is_open = "", False
    for week, x in zip(weeks, middles, strict=True):
        if week.share.is_enough:
            path += f"{'L' if is_open else 'M'}{px(x)} {px(height(week.share.rate))}"
        is_open = week.share.is_enough
    return path


def points(weeks: Sequence[Week], middles: Sequence[float]) -> Iterator[Point]:
    for week, x in zip(weeks, middles, strict=True):
        if week.share.is_enough:
            low, high = week.share.bounds
            yield Point(
                px(x),
                px(height(week.share.rate)),
                px(height(low)),
                px(height(high)),
                title_of(week),
            )


def bars(weeks: Sequence[Week], middles: Sequence[float], slot: float) -> Iterator[Bar]:
    most = max((week.share.of for week in weeks), default=0)
    width = min(slot * 0.6, 24)
    for week, x in zip(weeks, middles, strict=True):
        if not week.share.of:
            continue
        tall = max(BARS * week.share.of / most, 1.5)
        top = BARS_TOP + BARS - tall
        yield Bar(
            x=px(x - width / 2),
            y=px(top),
            width=px(width),
            height=px(tall),
            middle=px(x),
            above=px(top - 4),
            number=week.share.of,
            is_few=not week.share.is_enough,
            title=title_of(week),
        )


def months(weeks: Sequence[Week], middles: Sequence[float], slot: float) -> Iterator[Tick]:
    """The name of each month at its first Monday, where it has room; the first with its year."""
    last, free = 0, 0.0
    for week, x in zip(weeks, middles, strict=True):
        start = x - slot / 2
        if week.monday.month == last or start < free:
            continue
        words = f"{week.monday:%b}" if last else f"{week.monday:%b %Y}"
        last, free = week.monday.month, start + len(words) * LETTER + 8
        yield Tick(px(start), words)


def signs(weeks: Sequence[Week], middles: Sequence[float], frame: Frame) -> Iterator[Sign]:
    """A line where the verdicts of a new version were first marked."""
    free = dict.fromkeys(LANES, 0.0)
    for week, x in zip(weeks, middles, strict=True):
        if not week.versions:
            continue
        words = ", ".join(week.versions)
        title = f"Judge {words}: first marked in the week of {spoken(week.monday)}"
        short = words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1] + "…"
        is_left = x + len(short) * LETTER > frame.width - frame.right
        start = x - len(short) * LETTER if is_left else x
        lane = next((lane for lane in LANES if start >= free[lane]), None)
        if lane is not None:
            free[lane] = start + len(short) * LETTER + 10
        yield Sign(
            x=px(x),
            y=px(lane or LANES[-1]),
            words=short if lane is not None else "",
            title=title,
            anchor="end" if is_left else "start",
        )


def title_of(week: Week) -> str:
    return f"Week of {spoken(week.monday)}: {week.share.words}"


def spoken(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def px(length: float) -> str:
    """A length with one decimal at most."""
    return f"{length:.1f}".removesuffix(".0")
