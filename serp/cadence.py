"""How often a keyword is checked: the slots of a cadence in the brand's time zone, and when in a slot a check is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.db import models

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOST_JITTER = 6 * HOUR
SPREAD = 2_654_435_769
"""2**32 divided by the golden ratio: multiples of it, modulo 2**32, spread consecutive ids evenly."""


class Cadence(models.TextChoices):
    """How often a keyword is checked, from every 30 minutes to monthly."""

    HALF_HOURLY = "30m", "every 30 minutes"
    HOURLY = "1h", "hourly"
    THREE_HOURLY = "3h", "every 3 hours"
    SIX_HOURLY = "6h", "every 6 hours"
    TWELVE_HOURLY = "12h", "every 12 hours"
    DAILY = "1d", "daily"
    THREE_DAILY = "3d", "every 3 days"
    WEEKLY = "1w", "weekly"
    FORTNIGHTLY = "2w", "every two weeks"
    MONTHLY = "1m", "monthly"

    @property
    def length(self) -> timedelta:
        """Nominal length of a slot; a month counts as 30 days."""
        return LENGTHS[self]


LENGTHS: dict[Cadence, timedelta] = {
    Cadence.HALF_HOURLY: HOUR / 2,
    Cadence.HOURLY: HOUR,
    Cadence.THREE_HOURLY: 3 * HOUR,
    Cadence.SIX_HOURLY: 6 * HOUR,
    Cadence.TWELVE_HOURLY: 12 * HOUR,
    Cadence.DAILY: DAY,
    Cadence.THREE_DAILY: 3 * DAY,
    Cadence.WEEKLY: 7 * DAY,
    Cadence.FORTNIGHTLY: 14 * DAY,
    Cadence.MONTHLY: 30 * DAY,
}


def period_of(cadence: Cadence | str, zone: tzinfo | str, now: datetime) -> datetime:
    """Start of the slot that `now` falls in, aware in UTC.

    Slots follow the local calendar: daily ones start at local midnight, weekly ones on Monday,
    monthly ones on the first. Those of 3, 6 and 12 hours start at the same wall-clock times every
    day, so on a daylight-saving night one of them is an hour longer or shorter. Hours and half
    hours are counted from local midnight in real time: such a day has 23 or 25 hourly slots.
    Raises ValueError if `now` has no time zone or the cadence or zone is unknown.
    """
    return max(start for start in _starts_near(cadence, zone, now) if start <= now)


def next_period(cadence: Cadence | str, zone: tzinfo | str, now: datetime) -> datetime:
    """Start of the slot after the one that `now` falls in, aware in UTC; always later than `now`."""
    return min(start for start in _starts_near(cadence, zone, now) if start > now)


def next_check_at(
    cadence: Cadence | str, zone: tzinfo | str, after: datetime, key: int
) -> datetime:
    """When the keyword with the id `key` is due next after `after`: in the next slot, aware in UTC."""
    return next_period(cadence, zone, after) + jitter(cadence, key)


def due_in_period(
    cadence: Cadence | str, zone: tzinfo | str, period: datetime, key: int
) -> datetime:
    """When the keyword with the id `key` is due in the slot that starts at `period`, aware in UTC.

    Raises ValueError if no slot starts at `period`.
    """
    if period_of(cadence, zone, period) != period:
        raise ValueError(f"No slot of this cadence starts at {period.isoformat()}.")
    return period.astimezone(UTC) + jitter(cadence, key)


def jitter(cadence: Cadence | str, key: int) -> timedelta:
    """A whole number of seconds that is always the same for `key`: less than a quarter of the slot
    and less than 6 hours, so that keywords do not all fall due at one moment."""
    widest = min(Cadence(cadence).length / 4, MOST_JITTER)
    return timedelta(seconds=int(widest.total_seconds()) * (key * SPREAD % 2**32) >> 32)


def _starts_near(cadence: Cadence | str, zone: tzinfo | str, now: datetime) -> Iterator[datetime]:
    """Slot starts around `now`: at least the one before and the one after it."""
    if now.tzinfo is None:
        raise ValueError("The time needs a time zone.")
    cadence = Cadence(cadence)
    zone = ZoneInfo(zone) if isinstance(zone, str) else zone
    today = now.astimezone(zone).date()
    if cadence.length >= DAY:
        first = _first_day(cadence, today)
        before = _first_day(cadence, first - DAY)
        after = _first_day(
            cadence, first + (32 * DAY if cadence.length > 14 * DAY else cadence.length)
        )
        # A zone that moves over the date line drops a day: two further slots keep `min` and `max` fed.
        later = _first_day(cadence, after + max(cadence.length, DAY) + DAY)
        yield from (_wall(zone, day, 0) for day in (before, first, after, later))
        return
    for day in (today - DAY, today, today + DAY, today + 2 * DAY):
        yield from _starts_in(cadence, zone, day)


def _first_day(cadence: Cadence, day: date) -> date:
    """The local day on which the slot of a daily or longer cadence that holds `day` starts."""
    if cadence is Cadence.MONTHLY:
        return day.replace(day=1)
    # Ordinal 1 was a Monday, so weeks and pairs of weeks counted from there start on Mondays.
    return day - timedelta(days=(day.toordinal() - 1) % cadence.length.days)


def _starts_in(cadence: Cadence, zone: tzinfo, day: date) -> Iterator[datetime]:
    """The starts of the slots of a local day for a cadence shorter than a day."""
    hours = cadence.length // HOUR
    if hours >= 3:
        yield from (_wall(zone, day, hour) for hour in range(0, 24, hours))
        return
    start, end = _wall(zone, day, 0), _wall(zone, day + DAY, 0)
    while start < end:
        yield start
        start += cadence.length


def _wall(zone: tzinfo, day: date, hour: int) -> datetime:
    """The instant of a local wall-clock hour in UTC. An hour that occurs twice is taken the first
    time; one that the clock jumps over is the moment of the jump or what it would have been."""
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)
