"""The taught rate of leaving, on an engine whose rates are known."""

from __future__ import annotations

import json
from math import exp

import numpy as np
import pytest

from content.forecasting.backtest import EVERY, everybody, score, walk
from content.forecasting.hazards import HORIZON, Hazard, teach
from content.forecasting.moments import Lesson, Moment, lesson, moments
from content.forecasting.public import public
from content.forecasting.traits import NAMES
from tests.content.forecasting.world import FAST, SLOW, START, course

NEWS = NAMES.index("news")


@pytest.fixture(scope="module")
def seen() -> list[Moment]:
    return [m for number in range(12) for m in moments(course(number), every=EVERY)]


@pytest.fixture(scope="module")
def taught(seen: list[Moment]) -> Hazard:
    return teach(lesson(seen))


def asked(seen: list[Moment], *, news: bool) -> np.ndarray:
    return np.array([m.values for m in seen if bool(m.values[NEWS]) == news])


@pytest.mark.parametrize(("news", "rate"), [(True, FAST), (False, SLOW)])
def test_it_finds_the_rates_that_the_pages_really_have(
    seen: list[Moment], taught: Hazard, news: bool, rate: float
) -> None:
    curves = taught.survival(asked(seen, news=news))
    assert curves[:, 14].mean() == pytest.approx(exp(-14 * rate), abs=0.07)


def test_probabilities_begin_at_one_and_never_rise(seen: list[Moment], taught: Hazard) -> None:
    curves = taught.survival(asked(seen, news=True)[:50])
    assert curves.shape == (50, HORIZON + 1)
    assert np.allclose(curves[:, 0], 1)
    assert (np.diff(curves, axis=1) <= 1e-12).all()
    assert (curves >= 0).all()


def test_a_page_unlike_any_that_was_taught_still_has_a_forecast(taught: Hazard) -> None:
    curve = taught.survival(np.array([[1e6] * len(NAMES), [-1e6] * len(NAMES)]))
    assert np.isfinite(curve).all()
    assert ((curve >= 0) & (curve <= 1)).all()


def test_a_history_in_which_nothing_leaves_teaches_nothing() -> None:
    still = Lesson(np.zeros((5, len(NAMES))), np.full(5, 50.0), np.zeros(5, dtype=bool))
    with pytest.raises(ValueError, match="nothing to learn"):
        teach(still)


def test_little_of_ones_own_moves_the_prior_a_little_and_much_moves_it_to_the_truth(
    seen: list[Moment],
) -> None:
    prior, values = public().hazard, asked(seen, news=True)
    few, many = (teach(lesson(rows), prior=prior) for rows in (seen[:12], seen))
    before, little, much = (h.survival(values)[:, 30].mean() for h in (prior, few, many))
    truth = exp(-30 * FAST)
    assert truth < much < little < before, "the engine of these tests is quicker than the real one"
    assert much - truth < 0.1
    assert before - little < 0.5 * (before - truth)


def test_a_kept_model_says_the_same_again(taught: Hazard, seen: list[Moment]) -> None:
    again = Hazard.from_data(json.loads(json.dumps(taught.as_data())))
    values = asked(seen, news=True)[:20]
    assert again is not None
    assert np.allclose(again.survival(values), taught.survival(values), atol=0.01)


def test_a_model_kept_with_other_traits_is_not_used(taught: Hazard) -> None:
    data = taught.as_data()
    assert Hazard.from_data({**data, "names": data["names"][1:]}) is None
    assert Hazard.from_data({}) is None


def test_the_back_test_is_right_on_an_engine_without_surprises(seen: list[Moment]) -> None:
    trials = walk(seen, origins=range(START - START % 28 + 140, START + 200, 28), horizon=HORIZON)
    s = score(trials)
    assert s.trials > 150
    assert abs(s.held - s.claimed) < 0.1
    assert s.missed < s.missed_by_mean
    assert s.missed < s.missed_by_staying
    same = score(
        walk(
            seen,
            origins=range(START - START % 28 + 140, START + 200, 28),
            horizon=HORIZON,
            method=everybody,
        )
    )
    assert s.missed < same.missed, "knowing the page is better than one curve for all"
