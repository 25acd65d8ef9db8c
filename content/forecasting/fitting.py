"""Teaches the forecast what the installation has read itself, once a day, and tries it on that past."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from content.forecasting.backtest import EVERY, LEAST_LEFT, score, walk
from content.forecasting.hazards import HORIZON, teach
from content.forecasting.lives import stays, stretches
from content.forecasting.moments import Lesson, Moment, Numbers, lesson, moments
from content.forecasting.own_history import courses
from content.forecasting.public import public
from content.forecasting.trust import Trust
from content.models import ForecastModel
from serp.models import Keyword

LEAST_OWN = 50
"""Ended stays from which the installation's own readings have a say."""
FRESH = timedelta(hours=20)
TRIED = timedelta(days=7)
"""A trial teaches some dozens of models: once a week is enough."""
LONGEST = timedelta(days=540)
MOST_KEYWORDS = 400
MOST_MOMENTS = 40_000
MOST_TRIED = 10_000
STEP = 4 * EVERY
"""Days between the forecasts of a trial."""
LEAST_SPAN = 100
"""Days of history that a trial needs: a month and a half to learn, then outcomes."""
LEARNING = 45
SHORT_HORIZON = 30
LEAST_TRIALS = 50
GATHERING = 30.0
"""Seconds for reading the histories: with what follows a fit stays well below a task's hard limit."""
MIXING = 2_654_435_761
"""Knuth's multiplier: keywords come in an order that has nothing to do with their age or brand, so that
those that were read in time are an even selection."""


@dataclass(slots=True)
class Own:
    """The installation's history in numbers."""

    moments: list[Moment] = field(default_factory=list)
    stays: int = 0
    ended: int = 0
    first: int | None = None
    last: int | None = None

    @property
    def span(self) -> int:
        """Days from the first reading to the last."""
        return 0 if self.first is None or self.last is None else self.last - self.first


def fit_due(now: datetime) -> bool:
    """Fit anew when the newest fit is older than 20 hours; returns whether it did. Safe to repeat.

    The row is also written when there is too little to learn from: it then says how much there is.
    """
    newest = ForecastModel.objects.filter(brand=None).first()
    if newest is not None and newest.made_at > now - FRESH:
        return False
    own = gathered(now)
    taught = lesson(own.moments)
    is_enough = own.ended >= LEAST_OWN and int(taught.left.sum()) >= LEAST_LEFT
    row = ForecastModel(
        made_at=now,
        episodes=own.stays,
        finished=own.ended,
        span_days=own.span,
        coefficients=teach(taught, prior=public().hazard).as_data() if is_enough else {},
        backtest=trial_of(own, newest, now) if is_enough else {},
    )
    with transaction.atomic():
        row.save()
        ForecastModel.objects.filter(brand=None, made_at__lt=now).exclude(pk=row.pk).delete()
    return True


def trial_of(own: Own, newest: ForecastModel | None, now: datetime) -> dict[str, object]:
    """The back-test: the one of the newest fit while it is not a week old, else a new one."""
    last = newest.backtest if newest else {}
    tried_at = datetime.fromisoformat(last["tried_at"]) if last else None
    if tried_at is not None and tried_at > now - TRIED:
        return last
    done = tried(own)
    return {**done, "tried_at": now.isoformat()} if done else {}


def gathered(now: datetime) -> Own:
    """What the keywords in view have seen; of very many keywords, or where reading takes long, an even
    selection."""
    ends_at = time.monotonic() + GATHERING
    keywords = list(
        Keyword.objects.in_view()
        .filter(latest__isnull=False)
        .select_related("brand")
        .order_by("pk")
    )
    keywords.sort(key=lambda keyword: keyword.pk * MIXING % 2**32)
    own = Own()
    for course in courses(keywords[:MOST_KEYWORDS], now=now, longest=LONGEST):
        for stretch in stretches(course.sights):
            own.first = min(own.first or stretch[0].day, stretch[0].day)
            own.last = max(own.last or stretch[-1].day, stretch[-1].day)
            others = [s for s in stays(stretch) if not course.about[s.page].is_ours]
            own.stays += len(others)
            own.ended += sum(1 for stay in others if stay.left is not None)
        own.moments += moments(course, every=EVERY)
        if time.monotonic() > ends_at:
            break
    own.moments = thinned(own.moments, MOST_MOMENTS)
    return own


def tried(own: Own) -> dict[str, object]:
    """The back-test on the own past; empty where it is too short for one."""
    if own.first is None or own.last is None or own.span < LEAST_SPAN:
        return {}
    horizon = HORIZON if own.span >= LEARNING + 2 * HORIZON else SHORT_HORIZON
    trials = walk(
        thinned(own.moments, MOST_TRIED),
        origins=origins(own.first + LEARNING, own.last - horizon),
        horizon=horizon,
        method=with_public,
    )
    if len(trials) < LEAST_TRIALS:
        return {}
    return Trust.of(score(trials), horizon=horizon).as_data()


def thinned(rows: list[Moment], most: int) -> list[Moment]:
    """At most about so many moments, evenly picked."""
    return rows[:: max(1, -(-len(rows) // most))]


def origins(first: int, last: int) -> Sequence[int]:
    """The days of the trial's forecasts, among those on which moments were taken."""
    return range(-(-first // STEP) * STEP, last, STEP)


def with_public(taught: Lesson, asked: Numbers) -> Numbers:
    """As it is used: what the own lesson does not bear comes from the shipped model."""
    return teach(taught, prior=public().hazard).survival(asked)
