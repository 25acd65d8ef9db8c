"""Days until a negative leaves page one if nothing changes, with an interval, or why that cannot be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from content.forecasting import telling
from content.forecasting.fitting import LEAST_OWN
from content.forecasting.hazards import HORIZON, Hazard
from content.forecasting.intervals import LEVEL, span_of
from content.forecasting.lives import LONGEST_GAP, Sight, stays_of, stretches
from content.forecasting.moments import Numbers
from content.forecasting.own_history import about, is_person, sights_of
from content.forecasting.public import ENGINES, public
from content.forecasting.reasons import Factor, factors
from content.forecasting.traits import OLDEST, WINDOW, traits
from content.forecasting.trust import Trust
from content.models import ForecastModel
from content.opportunities import Opportunity
from serp.providers.base import PAGE_ONE

LOOK_BACK = timedelta(days=OLDEST + LONGEST_GAP)
LEAST_READINGS = 4
LEAST_DAYS = 7
SHOWN = (7, 14, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class Chance:
    """The probability (0 to 1) that the page still stands on page one on a day."""

    on: date
    days: int
    probability: float

    @property
    def gone(self) -> float:
        """The probability to have left by then."""
        return 1 - self.probability


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a page leaves page one if nothing changes.

    Days are days of the brand's zone, counted from `read_on`, the newest reading. `median_on`, `low_on`
    and `high_on` are None where they lie beyond `horizon_on`; all are None, and `reason` says why in
    words, where nothing can be said. `level` is what the interval claims, 0.8; where `low_on` is None
    too, it claims no more than to stand still on `horizon_on`. `curve` holds the probability to stand
    still after 0, 1, … days.
    """

    read_on: date
    horizon_on: date
    basis: str
    is_public: bool
    level: float = LEVEL
    median_on: date | None = None
    low_on: date | None = None
    high_on: date | None = None
    still_there: tuple[Chance, ...] = ()
    curve: tuple[float, ...] = ()
    factors: tuple[Factor, ...] = ()
    trust: Trust | None = None
    reason: str = ""

    @property
    def is_given(self) -> bool:
        return not self.reason

    @property
    def outlasts(self) -> float:
        """The probability to stand on page one still at the horizon; 0 where there is no forecast."""
        return self.curve[-1] if self.curve else 0.0

    @property
    def leaves(self) -> str:
        """When it leaves page one, in a few words; empty where there is no forecast."""
        if not self.is_given:
            return ""
        return telling.leaves(self.median_on, self.horizon_on, outlasts=self.outlasts)

    @property
    def interval_words(self) -> str:
        """The interval in a few words; empty where there is no forecast."""
        if not self.is_given:
            return ""
        return telling.interval(self.low_on, self.high_on, self.horizon_on, outlasts=self.outlasts)

    @property
    def tried(self) -> str:
        """What the back-test of the model came to."""
        return telling.tried(self.trust, is_public=self.is_public)

    @property
    def weak_points(self) -> Sequence[str]:
        """What a reader should bear in mind."""
        return telling.weak_points(
            is_public=self.is_public,
            trust=self.trust,
            is_open=self.high_on is None,
            horizon_days=(self.horizon_on - self.read_on).days,
        )


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The model in use, where it comes from in words, and how it did in its back-test. `ended` counts
    the stays of the installation's own readings that ended; `has_own` says that these were taught."""

    hazard: Hazard
    has_own: bool
    ended: int
    basis: str
    trust: Trust | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A negative as the model sees it: its traits, or in words why there is nothing to ask."""

    read_on: date
    reason: str
    values: tuple[float, ...]


def forecast_of(opportunity: Opportunity, now: datetime) -> Forecast:
    """The forecast for one negative. Three queries."""
    return forecasts_of([opportunity], now)[0]


def forecasts_of(opportunities: Sequence[Opportunity], now: datetime) -> list[Forecast]:
    """The forecasts in the order of the opportunities; three queries however many these are."""
    if not opportunities:
        return []
    known = knowledge()
    keywords = {one.keyword.pk: one.keyword for one in opportunities}
    sights = sights_of(keywords.values(), since=now - LOOK_BACK, until=now)
    asked = [asked_of(one, sights.get(one.keyword.pk, ()), known, now) for one in opportunities]
    rows = [one.values for one in asked if one.values]
    curves = iter(known.hazard.survival(np.array(rows)) if rows else ())
    return [forecast(one, known, next(curves) if one.values else None) for one in asked]


def knowledge() -> Knowledge:
    """The installation's own model where its readings bear one, else the shipped one."""
    shipped = public()
    row = ForecastModel.objects.filter(brand=None).first()
    hazard = Hazard.from_data(row.coefficients) if row and row.coefficients else None
    if row is None or hazard is None:
        ended = row.finished if row else 0
        return Knowledge(
            shipped.hazard,
            has_own=False,
            ended=ended,
            basis=(
                f"From public histories, not from yours: {shipped.ended:,} ended stays on page one of "
                f"Google, {shipped.keywords} keywords, {shipped.first:%B %Y} to {shipped.last:%B %Y}. "
                f"Of your own readings {ended} ended stays were counted; from {LEAST_OWN} on they count."
            ),
            trust=shipped.trust,
        )
    return Knowledge(
        hazard,
        has_own=True,
        ended=row.finished,
        basis=(
            f"From your own readings: {row.episodes:,} stays of pages on page one, {row.finished:,} of "
            f"them ended, over {row.span_days} days. Where these say little, from public histories."
        ),
        trust=Trust.from_data(row.backtest) if row.backtest else None,
    )


def asked_of(one: Opportunity, sights: Sequence[Sight], known: Knowledge, now: datetime) -> Asked:
    """What the model is asked about this negative, from what page one showed lately."""
    zone = one.keyword.brand.zone
    read_on = one.reading.taken_at.astimezone(zone).date()
    found = stretches(sights)
    stretch = found[-1] if found else []
    today = now.astimezone(zone).date()
    reason = missing(one, stretch, known, today)
    return Asked(read_on, reason, () if reason else traits_of(one, stretch))


def forecast(asked: Asked, known: Knowledge, curve: Numbers | None) -> Forecast:
    """The forecast that this curve says; without one, why there is none."""
    read_on = asked.read_on
    horizon_on = read_on + timedelta(days=HORIZON)
    if curve is None:
        return Forecast(read_on, horizon_on, known.basis, not known.has_own, reason=asked.reason)
    span = span_of(curve)

    def day(days: int | None) -> date | None:
        return None if days is None else read_on + timedelta(days=days)

    return Forecast(
        read_on=read_on,
        horizon_on=horizon_on,
        basis=known.basis,
        is_public=not known.has_own,
        median_on=day(span.median),
        low_on=day(span.low),
        high_on=day(span.high),
        still_there=tuple(
            Chance(read_on + timedelta(days=days), days, float(curve[days])) for days in SHOWN
        ),
        curve=tuple(curve.tolist()),
        factors=factors(known.hazard, asked.values),
        trust=known.trust,
    )


def missing(one: Opportunity, stretch: Sequence[Sight], known: Knowledge, today: date) -> str:
    """What a forecast lacks, in words; empty when nothing."""
    keyword, page = one.keyword, one.page.pk
    if keyword.engine not in ENGINES and not known.has_own:
        return (
            f"Not enough data: the public histories are Google’s, and of your own readings only "
            f"{known.ended} ended stays on page one are known. {LEAST_OWN} are needed for "
            f"{keyword.get_engine_display()}."
        )
    if not stretch or today.toordinal() - stretch[-1].day > LONGEST_GAP:
        return (
            f"Not enough data: “{keyword.phrase}” was not read in the last {LONGEST_GAP} days. "
            "Check it, and the forecast returns."
        )
    if page not in stretch[-1].pages:
        return (
            "Not enough data: the newest reading does not show enough of page one to tell where this "
            "page stands among its neighbours."
        )
    recent = [s.day for s in stretch if s.day > stretch[-1].day - WINDOW]
    if len(recent) < LEAST_READINGS or recent[-1] - recent[0] < LEAST_DAYS:
        days = recent[-1] - recent[0] + 1
        return (
            f"Not enough data: {spoken(len(recent), 'reading')} over {spoken(days, 'day')}. A forecast "
            f"needs {LEAST_READINGS} readings of “{keyword.phrase}” within {WINDOW} days that lie at "
            f"least {LEAST_DAYS} days apart, first to last."
        )
    return ""


def traits_of(one: Opportunity, stretch: Sequence[Sight]) -> tuple[float, ...]:
    """The numbers of the page as it stands in the newest reading."""
    page = one.page.pk
    stay = list(stays_of(page, stretch, stretch[-1].day))[-1]
    known = {
        rung.page_id: about(rung.shown.page, rung.mark)
        for rung in one.rungs[:PAGE_ONE]
        if rung.page_id is not None
    }
    return traits(
        stretch,
        len(stretch) - 1,
        page,
        since=stay.since,
        about=known,
        is_person=is_person(one.keyword),
    )


def spoken(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
