"""How likely a page leaves page one day by day: a piecewise constant hazard, taught and asked. Pure.

The rate of leaving in a span of days after the forecast is exp(base + effects · traits + fading · traits ×
log days): a Poisson regression on days at risk (Friedman 1982, “Piecewise exponential models for survival
data with covariates”). What a page is like today counts less later, so each trait also has a `fading`
effect. The base moves smoothly from span to span; where nothing was seen yet it goes on as it was last.
Pages share shocks (an engine's update moves all at once), which no rate taught in a calm season knows; so
the forecast mixes over a common factor on the rate, log-normal with deviation `SHOCK`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np

from content.forecasting.moments import Lesson, Numbers
from content.forecasting.traits import NAMES

EDGES = np.array([0, 1, 2, 4, 7, 14, 21, 30, 45, 60, 90], dtype=float)
HORIZON = 90
"""Days that a forecast looks ahead: the public histories do not bear more."""
SHOCK = 0.8
"""Chosen on two thirds of the public keywords; see docs/forecast.md."""
RIDGE = 50.0
SMOOTH = 20.0
LOOSE = 0.01
MOST = 3.0
"""Traits farther from the mean, in deviations, count as if they stood there."""
ROUNDS = 40
LEAST_SPREAD = 0.005

_MIDDLES = (EDGES[:-1] + EDGES[1:]) / 2
FADE = (np.log(_MIDDLES) - 2.5) / 1.5
"""How much of the fading effect counts in each span: centred near 12 days."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A taught model as plain numbers: means and deviations of the traits, base by span, effects."""

    names: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    base: tuple[float, ...]
    effects: tuple[float, ...]
    fading: tuple[float, ...]

    @property
    def weights(self) -> Numbers:
        return np.array([*self.base, *self.effects, *self.fading])

    def standard(self, values: Numbers) -> Numbers:
        """The traits in deviations from their means, cut at `MOST`."""
        scaled = (values - np.array(self.means)) / np.array(self.deviations)
        return np.asarray(np.clip(scaled, -MOST, MOST))

    def rates(self, values: Numbers) -> Numbers:
        """Departures a day, a row a page and a column a span of `EDGES`."""
        traits = self.standard(values)
        level = traits @ np.array(self.effects)
        fading = traits @ np.array(self.fading)
        logs = np.array(self.base)[None] + level[:, None] + fading[:, None] * FADE[None]
        return np.asarray(np.exp(np.clip(logs, -20, 3)))

    def survival(self, values: Numbers) -> Numbers:
        """The probability to stand on page one still after 0, 1, … `HORIZON` days, a row a page."""
        spent = np.cumsum(self.rates(values) * np.diff(EDGES), axis=1)
        spent = np.hstack([np.zeros((len(spent), 1)), spent])
        days = np.arange(HORIZON + 1)
        risk = np.array([np.interp(days, EDGES, row) for row in spent])
        shocks, shares = np.polynomial.hermite_e.hermegauss(9)
        shares = shares / shares.sum()
        mixed = sum(
            share * np.exp(-risk * np.exp(SHOCK * shock))
            for shock, share in zip(shocks, shares, strict=True)
        )
        return np.asarray(np.clip(mixed, 0.0, 1.0))

    def as_data(self) -> dict[str, Any]:
        """Plain lists for JSON, rounded to four decimals."""
        return {
            name: [round(x, 4) if isinstance(x, float) else x for x in row]
            for name, row in asdict(self).items()
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self | None:
        """The model kept as JSON; None when it was taught with other traits than these."""
        if tuple(data.get("names", ())) != NAMES or len(data["base"]) != len(EDGES) - 1:
            return None
        return cls(**{name: tuple(data[name]) for name in cls.__dataclass_fields__})


def teach(lesson: Lesson, *, prior: Hazard | None = None) -> Hazard:
    """The model of a lesson with at least one departure. With a `prior` it starts from that one and
    leaves it only as far as the lesson bears.

    Raises ValueError when no page left.
    """
    if not lesson.left.any():
        raise ValueError("Nothing left page one in these histories: there is nothing to learn.")
    means = np.array(prior.means) if prior else lesson.values.mean(axis=0)
    deviations = np.array(prior.deviations) if prior else spread(lesson.values)
    blank = Hazard(NAMES, tuple(means), tuple(deviations), (), (), ())
    traits = blank.standard(lesson.values)
    days, left = np.minimum(lesson.days, HORIZON + 1), lesson.left & (lesson.days <= HORIZON)
    spans, count = len(EDGES) - 1, traits.shape[1]
    towards = prior.weights if prior else np.zeros(spans + 2 * count)
    pull = penalty(spans, count, has_prior=prior is not None)
    weights = towards.copy()
    if prior is None:
        weights[:spans] = np.log(max(left.sum(), 1) / np.minimum(days, HORIZON).sum())
        towards = weights * 0
    for _ in range(ROUNDS):
        slope, bend = -pull @ (weights - towards), pull.copy()
        for span, (first, last) in enumerate(pairwise(EDGES)):
            at_risk = days > first
            wide = np.hstack([traits[at_risk], traits[at_risk] * FADE[span]])
            exposed = np.clip(days[at_risk], first, last) - first
            gone = left[at_risk] & (days[at_risk] <= last)
            logs = weights[span] + wide @ weights[spans:] + np.log(exposed)
            expected = np.exp(np.clip(logs, -20, 6))
            rest = gone - expected
            slope[span] += rest.sum()
            slope[spans:] += wide.T @ rest
            bend[span, span] += expected.sum()
            across = wide.T @ expected
            bend[span, spans:] += across
            bend[spans:, span] += across
            bend[spans:, spans:] += (wide * expected[:, None]).T @ wide
        step = np.linalg.solve(bend, slope)
        step *= min(1.0, 2.0 / np.abs(step).max())
        weights = weights + step
        if np.abs(step).max() < 1e-4:
            break
    return Hazard(
        names=NAMES,
        means=plain(means),
        deviations=plain(deviations),
        base=plain(weights[:spans]),
        effects=plain(weights[spans : spans + count]),
        fading=plain(weights[spans + count :]),
    )


def penalty(spans: int, count: int, *, has_prior: bool) -> Numbers:
    """Pulls effects towards the prior (or nothing), and bases of neighbouring spans together."""
    size = spans + 2 * count
    pull = np.diag(np.full(size, RIDGE))
    pull[:spans, :spans] = 0
    for span in range(spans - 1):
        pull[span, span] += SMOOTH
        pull[span + 1, span + 1] += SMOOTH
        pull[span, span + 1] -= SMOOTH
        pull[span + 1, span] -= SMOOTH
    pull[0, 0] += SMOOTH if has_prior else LOOSE
    return pull


def spread(values: Numbers) -> Numbers:
    """The traits' deviations; one that hardly varies keeps its own unit, or a trifle would count as
    much."""
    deviations = values.std(axis=0)
    return np.asarray(np.where(deviations < LEAST_SPREAD, 1.0, deviations))


def plain(row: Sequence[float] | Numbers) -> tuple[float, ...]:
    return tuple(float(x) for x in row)
