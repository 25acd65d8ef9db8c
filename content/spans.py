"""Which stretch of time a ranking history shows: 13 weeks, 26 weeks, a year, all, or two given days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(weeks=1)
SPANS = {"13": ("13 weeks", 13 * WEEK), "26": ("26 weeks", 26 * WEEK), "52": ("1 year", 52 * WEEK)}
ALL = "all"
WIDE, NARROW = "26", "13"
"""What is shown when nothing is asked for, on a desk and on a phone."""
MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time to tell of, both ends included; aware times."""

    first: datetime
    last: datetime


class BadSpan(ValueError):
    """Days that are none, or in the wrong order; the message is for people."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a keyword's readings: the first and the last moment, aware."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """The stretch to show. `name` is a key of SPANS, "all", or empty for two given days; `is_default`
    when nothing was asked for."""

    stretch: Stretch
    name: str
    is_default: bool = False


def asked_for(query: Mapping[str, str], known: Known, *, now: datetime, zone: ZoneInfo) -> Asked:
    """The stretch that a query string asks for (`span`, or `from` and `to` as days of `zone`).

    Raises BadSpan when the days cannot be read.
    """
    if query.get("from") or query.get("to"):
        begin = parse_day(query["from"]) if query.get("from") else None
        end = parse_day(query["to"]) if query.get("to") else None
        if begin and end and end < begin:
            raise BadSpan("The last day lies before the first one.")
        first = at_midnight(begin, zone) if begin else known.first - MARGIN
        last = at_midnight(end + timedelta(days=1), zone) if end else max(now, known.last)
        return Asked(Stretch(first, max(first, last - timedelta(seconds=1))), "")
    name = query.get("span", "")
    if name not in SPANS and name != ALL:
        return Asked(stretch_of(WIDE, known, now=now), WIDE, is_default=True)
    return Asked(stretch_of(name, known, now=now), name)


def stretch_of(name: str, known: Known, *, now: datetime) -> Stretch:
    """A named stretch. It ends now, so that silence is seen; where the silence would fill more than
    half of it, it ends with the last reading. It never begins before the first reading."""
    begin = known.first - MARGIN
    length = max(now, known.last) - begin if name == ALL else SPANS[name][1]
    is_silent = now - known.last > length / 2
    last = known.last + MARGIN if is_silent else max(now, known.last)
    return Stretch(begin if name == ALL else max(last - length, begin), last)


def parse_day(text: str) -> date:
    """A day such as 2026-10-06. Raises BadSpan."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadSpan(f"“{text[:20]}” is not a day. Write one such as 2026-10-06.") from error


def at_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins, aware."""
    return datetime.combine(day, time(), tzinfo=zone)
