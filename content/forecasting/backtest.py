"""Tries the forecast on the past: taught before a day and without the page's own group, judged by what came. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from zlib import crc32

import numpy as np

from content.forecasting.hazards import HORIZON, teach
from content.forecasting.intervals import span_of
from content.forecasting.moments import Lesson, Moment, Numbers, lesson

FOLDS = 4
EVERY = 7
"""Days between the readings of one keyword that are taught: those between say almost the same."""
LEAST_LEFT = 20
"""Departures that a lesson needs for a trial to be worth anything."""

Method = Callable[[Lesson, Numbers], Numbers]
"""Taught a lesson and asked about pages: their survival curves, a row a page."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One forecast of the past and what came. `mean` is the mean of days on page one, up to the
    horizon, in what was taught. `day` is the day of the forecast."""

    moment: Moment
    curve: Numbers
    mean: float
    horizon: int

    @property
    def came(self) -> int:
        """Days that it really stood, at most one more than the horizon."""
        return min(self.moment.days, self.horizon + 1)

    @property
    def is_held(self) -> bool:
        """Whether the day it left lies in the interval that was forecast."""
        return span_of(self.curve).holds(self.came, horizon=self.horizon)

    @property
    def claimed(self) -> float:
        """The probability that the forecast gave its interval: 80 %, or more where days are too coarse
        for that, or where it says no more than “not before the horizon”."""
        span = span_of(self.curve)
        if span.low is None:
            return float(self.curve[-1])
        after = 0.0 if span.high is None else float(self.curve[span.high])
        return float(self.curve[span.low - 1]) - after

    @property
    def missed(self) -> float:
        """Days between forecast (the median) and outcome, both at most the horizon."""
        median = span_of(self.curve).median
        return abs((self.horizon if median is None else median) - min(self.came, self.horizon))

    @property
    def missed_by_staying(self) -> float:
        return float(self.horizon - min(self.came, self.horizon))

    @property
    def missed_by_mean(self) -> float:
        return abs(self.mean - min(self.came, self.horizon))


@dataclass(frozen=True, slots=True)
class Score:
    """What trials came to: shares from 0 to 1, errors in days. `held_narrow` counts only forecasts
    that named a first day, of which there are `narrow`; the others say “not before the horizon”."""

    trials: int
    left: float
    held: float
    claimed: float
    narrow: int
    held_narrow: float | None
    missed: float
    missed_by_staying: float
    missed_by_mean: float


def score(trials: Sequence[Trial]) -> Score:
    """Raises ValueError without a trial."""
    if not trials:
        raise ValueError("There is no trial to score.")
    narrow = [trial for trial in trials if span_of(trial.curve).low is not None]
    return Score(
        trials=len(trials),
        left=fmean(trial.came <= trial.horizon for trial in trials),
        held=fmean(trial.is_held for trial in trials),
        claimed=fmean(trial.claimed for trial in trials),
        narrow=len(narrow),
        held_narrow=fmean(trial.is_held for trial in narrow) if narrow else None,
        missed=fmean(trial.missed for trial in trials),
        missed_by_staying=fmean(trial.missed_by_staying for trial in trials),
        missed_by_mean=fmean(trial.missed_by_mean for trial in trials),
    )


def hazard_method(taught: Lesson, asked: Numbers) -> Numbers:
    """The forecast as it is used."""
    return teach(taught).survival(asked)


def everybody(taught: Lesson, asked: Numbers) -> Numbers:
    """Kaplan and Meier over all pages: what a forecast is worth that knows nothing about the page."""
    return np.repeat(kaplan_meier(taught)[None], len(asked), axis=0)


def kaplan_meier(taught: Lesson) -> Numbers:
    """The share that still stands after 0, 1, … `HORIZON` days."""
    curve = [1.0]
    for day in range(1, HORIZON + 1):
        gone = int((taught.left & (taught.days == day)).sum())
        at_risk = int((taught.days >= day).sum())
        curve.append(curve[-1] * (1 - gone / at_risk if at_risk else 1.0))
    return np.array(curve)


def walk(
    moments: Iterable[Moment],
    *,
    origins: Sequence[int],
    horizon: int,
    method: Method = hazard_method,
    tried: Callable[[Moment], bool] = lambda moment: True,
    taught: Callable[[Moment], bool] = lambda moment: True,
) -> list[Trial]:
    """Forecasts on each of the `origins` (days) for the pages on page one that day.

    A model is taught only what was known on that day, and nothing about the groups that it is tried
    on. Left out are moments that were not watched to the horizon, whatever came of them, and origins
    with too little to learn from.
    """
    rows = list(moments)
    lessons = [m for m in rows if m.day % EVERY == 0 and taught(m)]
    by_day: dict[int, list[Moment]] = defaultdict(list)
    for moment in rows:
        if tried(moment) and moment.watched >= horizon:
            by_day[moment.day].append(moment)
    found: list[Trial] = []
    for origin in origins:
        for fold in sorted({fold_of(m.group) for m in by_day[origin]}):
            asked = [m for m in by_day[origin] if fold_of(m.group) == fold]
            known = lesson((m for m in lessons if fold_of(m.group) != fold), known_on=origin)
            if known.left.sum() < LEAST_LEFT:
                continue
            curves = method(known, np.array([m.values for m in asked]))[:, : horizon + 1]
            mean = float(kaplan_meier(known)[:horizon].sum())
            found += [
                Trial(moment, curve, mean, horizon)
                for moment, curve in zip(asked, curves, strict=True)
            ]
    return found


def fold_of(group: str) -> int:
    """Which of the `FOLDS` a group belongs to; the same everywhere and always."""
    return crc32(group.encode()) % FOLDS


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts that said about the same: how many, what they said and what came, 0 to 1."""

    trials: int
    said: float
    came: float


def calibration(trials: Sequence[Trial], day: int, *, bins: int = 10) -> list[Bin]:
    """Forecasts of standing still after `day` days in bins of equal width, against the share that
    did."""
    found = []
    for number in range(bins):
        inside = [
            trial
            for trial in trials
            if number == min(int(trial.curve[day] * bins), bins - 1) and day <= trial.horizon
        ]
        if inside:
            said = fmean(float(trial.curve[day]) for trial in inside)
            found.append(Bin(len(inside), said, fmean(trial.came > day for trial in inside)))
    return found
