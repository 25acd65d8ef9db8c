"""Draws SVG by hand: escaped elements, short numbers, and where a moment lies on the time axis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

DAY = timedelta(days=1)
MONTHS_SHOWN = timedelta(days=460)
"""Longer spans are ticked by quarters, spans under `WEEKS_SHOWN` by weeks."""
WEEKS_SHOWN = timedelta(days=45)


def element(name: str, *children: str, **attributes: object) -> SafeString:
    """One SVG element; children and attributes are escaped unless they are elements themselves.

    `class_` is `class`, `text_anchor` is `text-anchor`; numbers lose needless decimals and an
    attribute that is None stays away.
    """
    pairs = (
        (key.rstrip("_").replace("_", "-"), short(value) if isinstance(value, float) else value)
        for key, value in attributes.items()
        if value is not None
    )
    return format_html(
        "<{}{}>{}</{}>",
        name,
        format_html_join("", ' {}="{}"', pairs),
        together(children),
        name,
    )


def together(parts: Iterable[str]) -> SafeString:
    """Elements one after the other."""
    return format_html_join("", "{}", ((part,) for part in parts))


def short(number: float) -> str:
    """A length with one decimal at most: 4.0 is "4", and minus nothing is "0"."""
    text = f"{number:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Maps moments between `first` and `last` (aware) to lengths between `left` and `right`."""

    first: datetime
    last: datetime
    left: float
    right: float

    def __call__(self, at: datetime) -> float:
        span = (self.last - self.first).total_seconds()
        if not span:
            return (self.left + self.right) / 2
        share = (at - self.first).total_seconds() / span
        return self.left + share * (self.right - self.left)


def ticks(
    scale: TimeScale, zone: ZoneInfo, *, room: float, year_room: float = 30
) -> Iterator[tuple[float, str]]:
    """Places and words of the time axis, each at least `room` from the one before.

    Weeks on short spans, months on middling ones, quarters on long ones, at local midnight; the
    first tick and every January carry the year, which takes `year_room` more; 0 leaves it away.
    """
    span = scale.last - scale.first
    first, last = (at.astimezone(zone).date() for at in (scale.first, scale.last))
    taken, is_first = scale.left - room, True
    for day in starts(first, last, span):
        x = scale(datetime.combine(day, time(), tzinfo=zone))
        if not scale.left <= x <= scale.right or x - taken < room:
            continue
        words = f"{day.day} {day:%b}" if span < WEEKS_SHOWN else f"{day:%b}"
        has_year = bool(year_room) and (is_first or (day.month == 1 and span >= WEEKS_SHOWN))
        yield x, f"{words} {day.year}" if has_year else words
        taken, is_first = x + has_year * year_room, False


def starts(first: date, last: date, span: timedelta) -> Iterator[date]:
    """The days on which a week, month or quarter begins, from `first` to `last`."""
    if span < WEEKS_SHOWN:
        day = first + DAY * (-first.weekday() % 7)
        while day <= last:
            yield day
            day += 7 * DAY
        return
    step = 1 if span < MONTHS_SHOWN else 3
    day = first.replace(day=1)
    while day <= last:
        if day >= first and (day.month - 1) % step == 0:
            yield day
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)


def spoken_day(day: date, *, year_of: date | None = None) -> str:
    """A day in short: "19 Oct", with its year unless that is the year of `year_of`."""
    text = f"{day.day} {day:%b}"
    return text if year_of is not None and year_of.year == day.year else f"{text} {day.year}"


def spoken_span(first: date, last: date) -> str:
    """Two days in short: "24 May to 22 Nov 2026"; the first has a year only if it is another one."""
    return f"{spoken_day(first, year_of=last)} to {spoken_day(last)}"
