"""From a day and a time on the wall to one moment, on days when the clocks change too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment. `at` is aware, in UTC; `local` is what the clocks of the zone show then.

    `note` says in a sentence what was decided when the clocks skip the wanted time or show it
    twice; it is empty on all other days.
    """

    at: datetime
    local: datetime
    note: str = ""


def moment_of(day: date, clock: time, zone: ZoneInfo) -> Moment:
    """The moment at which the clocks of `zone` show `clock` on `day`.

    A time that the clocks skip is read with the offset that held before the change, so that it
    falls as long after the change as it was meant to (02:30 becomes 03:30). Of a time that comes
    twice the first is taken. Both are the rules of RFC 5545, section 3.3.5, so a calendar program
    that reads our feed comes to the same moment. A `tzinfo` or `fold` that `clock` carries is
    ignored.
    """
    wall = datetime.combine(day, clock.replace(tzinfo=None, fold=0))
    first = wall.replace(tzinfo=zone)
    at = first.astimezone(UTC)
    local = at.astimezone(zone)
    shown = local.replace(tzinfo=None, fold=0)
    if shown != wall:
        return Moment(at, local, skipped(wall, shown, zone))
    if first.utcoffset() != wall.replace(tzinfo=zone, fold=1).utcoffset():
        return Moment(at, local, doubled(wall, local, zone))
    return Moment(at, local)


def skipped(wall: datetime, shown: datetime, zone: ZoneInfo) -> str:
    """The sentence about a time that does not exist."""
    then = f"{shown:%H:%M}" if shown.date() == wall.date() else f"{shown:%H:%M} on {spoken(shown)}"
    return (
        f"The clocks in {zone.key} skip {wall:%H:%M} on {spoken(wall)}: it counts as {then}. "
        "Choose another time if that is not meant."
    )


def doubled(wall: datetime, local: datetime, zone: ZoneInfo) -> str:
    """The sentence about a time that comes twice."""
    return (
        f"The clocks in {zone.key} show {wall:%H:%M} twice on {spoken(wall)}: the first is meant, "
        f"{offset_of(local)}."
    )


def offset_of(local: datetime) -> str:
    """The offset from UTC as people write it: "UTC+02:00", "UTC−03:30"."""
    offset = local.utcoffset() or timedelta(0)
    sign = "\u2212" if offset < timedelta(0) else "+"
    hours, minutes = divmod(int(abs(offset).total_seconds()) // 60, 60)
    return f"UTC{sign}{hours:02}:{minutes:02}"


def spoken(day: date) -> str:
    """A day as the sentences say it: "Sun 29 Mar 2026"."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def short(day: date, today: date) -> str:
    """A day for a narrow card: "Thu 26 Nov", with the year when it is another one."""
    text = f"{day:%a} {day.day} {day:%b}"
    return text if day.year == today.year else f"{text} {day.year}"
