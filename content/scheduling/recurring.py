"""Pieces that come again, such as a monthly report: the days of a series, and the act that makes them."""

from __future__ import annotations

import logging
import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from content.models import Piece, Recurrence

WEEKS_AHEAD = 8
logger = logging.getLogger(__name__)
_WORDS = re.compile(r"\{(month|week|year|quarter)\}")


def following(on: date, *, every: int, unit: str, month_day: int | None = None) -> date:
    """The day of a series after the one on `on`.

    Months are counted from the wanted `month_day`, not from a day that a short month has cut off:
    31 January, 28 February, 31 March.
    """
    if unit == Recurrence.Unit.WEEKS:
        return on + timedelta(weeks=every)
    year, month = divmod(on.year * 12 + on.month - 1 + every, 12)
    return date(year, month + 1, min(month_day or on.day, monthrange(year, month + 1)[1]))


def first_day(
    start: date, *, unit: str, weekday: int | None = None, month_day: int | None = None
) -> date:
    """The first day on or after `start` that a series names: its weekday (0 is Monday), or its day of
    the month, the last one of a month that is too short."""
    if unit == Recurrence.Unit.WEEKS:
        return start + timedelta(days=0 if weekday is None else (weekday - start.weekday()) % 7)
    wanted = month_day or start.day
    here = start.replace(day=min(wanted, monthrange(start.year, start.month)[1]))
    return here if here >= start else following(here, every=1, unit=unit, month_day=wanted)


def coming(series: Recurrence, start: date, *, weeks: int = WEEKS_AHEAD) -> list[date]:
    """The days of the series that no piece is made for, in the weeks from `start` on, up to its end."""
    until = min(start + timedelta(weeks=weeks), series.ends_on or date.max)
    on, found = series.next_on, []
    while on <= until:
        if on >= start:
            found.append(on)
        on = after(series, on)
    return found


def after(series: Recurrence, on: date) -> date:
    """The day of the series after the one on `on`."""
    return following(on, every=series.every, unit=series.unit, month_day=series.month_day)


def title_for(template: str, on: date) -> str:
    """The title with {month}, {week} (ISO), {year} and {quarter} filled in for the day `on`.

    In a title that names the week, the year is the one to which the ISO week belongs. Other
    braces stay as they are.
    """
    week = on.isocalendar()
    words = {
        "month": f"{on:%B}",
        "week": str(week.week),
        "year": str(week.year if "{week}" in template else on.year),
        "quarter": f"Q{(on.month + 2) // 3}",
    }
    return _WORDS.sub(lambda found: words[found[1]], template)[:200]


def make_due(now: datetime) -> int:
    """Make the pieces of all active series for the next eight weeks; how many were made.

    `now` is aware; "today" is that of each series' brand. Days that passed while no worker ran are
    left out: a piece that is late from its first minute helps nobody. Each day is made once
    however many workers call this.
    """
    made = 0
    for series in Recurrence.objects.filter(is_active=True).select_related("brand"):
        try:
            made += make_ahead(series, now)
        except Exception:
            # A series that breaks must not keep those of all brands behind it from being made.
            logger.exception("The pieces of series %s could not be made", series.pk)
    return made


def make_ahead(series: Recurrence, now: datetime) -> int:
    """Make the pieces of one series for the next eight weeks; how many were made by this call."""
    today = now.astimezone(series.brand.zone).date()
    made = 0
    for on in coming(series, today):
        made += make(series, on, today) is not None
        if series.next_on <= on:
            break  # another worker is at it, or somebody stopped it
    return made


def make(series: Recurrence, on: date, today: date) -> Piece | None:
    """Make the piece of one day; None when there is one, or the series was stopped or changed.

    The series is moved on in the same transaction, by an update that only one worker can make; a
    constraint of the database holds what no worker may do.
    """
    following_day = after(series, on)
    try:
        with transaction.atomic():
            claim = Recurrence.objects.filter(pk=series.pk, is_active=True, next_on=series.next_on)
            if not claim.update(next_on=following_day):
                return None
            if Piece.objects.filter(recurrence=series, recurs_on=on).exists():
                series.next_on = following_day
                return None
            piece = Piece.objects.create(
                brand_id=series.brand_id,
                title=title_for(series.title, on),
                kind=series.kind,
                keyword_id=series.keyword_id,
                owner_id=series.owner_id,
                hours=series.hours,
                publish_on=on,
                publish_time=series.publish_time,
                due_on=max(today, on - timedelta(days=series.draft_days)),
                recurrence=series,
                recurs_on=on,
                created_by_id=series.created_by_id,
            )
    except IntegrityError:
        return None
    series.next_on = following_day
    return piece


def stop(series: Recurrence) -> None:
    """Make no more pieces of this series. Those that are made stay."""
    Recurrence.objects.filter(pk=series.pk).update(is_active=False)


def go_on(series: Recurrence) -> None:
    """Make pieces of this series again, from today on."""
    Recurrence.objects.filter(pk=series.pk).update(is_active=True)
    series.refresh_from_db(fields=["is_active", "next_on"])
