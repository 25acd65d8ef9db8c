"""When a negative is better left alone: it falls by itself, or is seldom there. Pure.

Every page that is published about a story, and every search and click that a campaign brings it, tells
the engine that the story is alive. So a plan is held back where the readings say that time does the
work, and the page says when to look again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from content.chances.courses import Course, Point
from content.forecasting.forecast import Forecast

WEEK = timedelta(days=7)
LEAST_DROP = 3
LEAST_A_WEEK = 2
LEAST_LATELY = 6
SELDOM = 0.5
TOP = 3
JUST = 3
SOON, LIKELY = 30, 0.6
LOOK_AGAIN = timedelta(days=14)
LOOK_SOON = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Advice:
    """That a negative is to be left alone for now: what it does in a few words, the figures that say
    so, and when to look again."""

    what: str
    figures: str
    look_again: date


def advice_of(
    course: Course,
    position: int,
    *,
    zone: ZoneInfo,
    now: datetime,
    is_grave: bool = False,
    forecast: Forecast | None = None,
) -> Advice | None:
    """Whether to leave the negative alone; None: not enough speaks for it.

    Never in the first three positions, where most clicks fall, unless it was seen only just now and
    is not grave; and never where another negative stands on page one most of the time: then the page
    goes and the story stays.
    """
    if course.does_story_stay:
        return None
    if not is_grave and (figures := just_seen(course)):
        soon = (now + LOOK_SOON).astimezone(zone).date()
        return Advice("was seen only just now", figures, soon)
    if position <= TOP:
        return None
    again = (now + LOOK_AGAIN).astimezone(zone).date()
    for what, figures in (
        ("falls by itself", falling(course, position)),
        ("is seldom there", seldom(course)),
        ("is about to leave by the forecast", soon_gone(forecast)),
    ):
        if figures:
            return Advice(what, figures, again)
    return None


def just_seen(course: Course) -> str:
    """That it was in at most three readings, the first of them in the last week, in figures."""
    past = course.lately
    there = [p for p in past if p.is_page_one]
    if len(past) < LEAST_LATELY or not 0 < len(there) <= JUST:
        return ""
    if course.first_seen_at is None or course.first_seen_at <= past[-1].at - WEEK:
        return ""
    return (
        f"It was on page one in {len(there)} of the {len(past)} readings of the last four weeks, "
        "first in the last week. A place that it holds is worth a plan; one reading is not."
    )


def soon_gone(forecast: Forecast | None) -> str:
    """That the forecast expects it to be off page one within a month, in figures."""
    if forecast is None or not forecast.is_given:
        return ""
    chance = next((c for c in forecast.still_there if c.days == SOON), None)
    if chance is None or chance.gone < LIKELY:
        return ""
    return (
        f"It is off page one within {SOON} days with {round(100 * chance.gone)}\u00a0% likelihood, if "
        "nothing changes."
    )


def level(points: list[Point]) -> float | None:
    return median(p.level for p in points) if len(points) >= LEAST_A_WEEK else None


def falling(course: Course, position: int) -> str:
    """That it lost three positions or more in four weeks and has not come back, in figures."""
    if not course.points:
        return ""
    end = course.points[-1].at
    early = [p for p in course.points if p.at <= end - 3 * WEEK]
    late = [p for p in course.points if p.at > end - WEEK]
    was, now = level(early), level(late)
    if was is None or now is None or now - was < LEAST_DROP or position < now - 1:
        return ""
    return (
        f"It stood at {spoken(was)} four weeks ago and at {spoken(now)} last week (medians of "
        f"{len(early)} and {len(late)} readings), with nobody pushing."
    )


def seldom(course: Course) -> str:
    """That it was on page one in at most half of the readings, in figures."""
    past = course.lately
    there = sum(1 for p in past if p.is_page_one)
    is_old = course.first_seen_at is not None and past and course.first_seen_at <= past[0].at
    if len(past) < LEAST_LATELY or not is_old or there > SELDOM * len(past):
        return ""
    return f"It was on page one in {there} of the {len(past)} readings of the last four weeks."


def spoken(value: float) -> str:
    """A median without a useless “.0”."""
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
