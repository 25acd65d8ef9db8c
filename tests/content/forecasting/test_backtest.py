"""The back-test itself: nothing of the future and nothing of the own group is taught."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from content.forecasting.backtest import (
    EVERY,
    Method,
    Trial,
    calibration,
    everybody,
    fold_of,
    kaplan_meier,
    score,
    walk,
)
from content.forecasting.moments import NEVER, Lesson, Moment, Numbers, moments
from content.forecasting.traits import NAMES
from tests.content.forecasting.world import START, course

ORIGIN = START - START % EVERY + 20 * EVERY


@pytest.fixture(scope="module")
def seen() -> list[Moment]:
    return [m for number in range(12) for m in moments(course(number), every=EVERY)]


def spied(lessons: list[Lesson]) -> Method:
    def method(taught: Lesson, asked: Numbers) -> Numbers:
        lessons.append(taught)
        return everybody(taught, asked)

    return method


def test_a_lesson_holds_neither_the_future_nor_the_groups_it_is_tried_on(
    seen: list[Moment],
) -> None:
    lessons: list[Lesson] = []
    trials = walk(seen, origins=[ORIGIN], horizon=90, method=spied(lessons))
    assert trials
    assert {t.moment.day for t in trials} == {ORIGIN}
    folds = {fold_of(t.moment.group) for t in trials}
    sizes = [
        sum(1 for m in seen if fold_of(m.group) != fold and m.day < ORIGIN - 7)
        for fold in sorted(folds)
    ]
    assert [taught.size for taught in lessons] == sizes
    assert all(taught.days.max() <= ORIGIN - START for taught in lessons)


def test_outcomes_after_the_day_change_no_forecast(seen: list[Moment]) -> None:
    def blind(m: Moment) -> Moment:
        return m if m.day + m.days <= ORIGIN - 7 else changed(m, days=NEVER)

    before = walk(seen, origins=[ORIGIN], horizon=90)
    after = walk([blind(m) for m in seen], origins=[ORIGIN], horizon=90)
    assert all(np.allclose(a.curve, b.curve) for a, b in zip(before, after, strict=True))
    assert any(a.came != b.came for a, b in zip(before, after, strict=True)), "control"


def changed(moment: Moment, **fields: object) -> Moment:
    values = {name: getattr(moment, name) for name in Moment.__dataclass_fields__}
    return Moment(**{**values, **fields})


def test_what_was_not_watched_to_the_horizon_is_no_trial_whatever_came(seen: list[Moment]) -> None:
    late = max(m.day for m in seen)
    assert not walk(seen, origins=[late], horizon=90)


def trial(curve: Callable[[np.ndarray], np.ndarray], *, days: int, mean: float = 40) -> Trial:
    moment = Moment("k", "g", 1, 4, False, True, days, 90, (0.0,) * len(NAMES))
    return Trial(moment, curve(np.arange(91.0)), mean, 90)


def test_errors_are_counted_to_the_horizon_for_all_alike() -> None:
    soon = trial(lambda d: np.exp(-0.07 * d), days=20)
    assert (soon.missed, soon.missed_by_staying, soon.missed_by_mean) == (10, 70, 20)
    never = trial(lambda d: np.exp(-0.001 * d), days=NEVER)
    assert (never.missed, never.missed_by_staying, never.missed_by_mean) == (0, 0, 50)
    s = score([soon, never])
    assert (s.trials, s.left, s.missed, s.narrow) == (2, 0.5, 5, 1)


def test_an_open_interval_claims_what_lies_in_it() -> None:
    one = trial(lambda d: np.exp(-0.001 * d), days=NEVER)
    assert one.claimed == pytest.approx(np.exp(-0.09))
    assert trial(lambda d: np.exp(-0.02 * d), days=50).claimed == pytest.approx(0.8, abs=0.02)


def test_calibration_compares_what_was_said_with_what_came() -> None:
    rows = [trial(lambda d: np.full(91, 0.75), days=days) for days in (10, 50, 60, NEVER)]
    (only,) = calibration(rows, 30)
    assert (only.trials, only.said, only.came) == (4, pytest.approx(0.75), 0.75)


def test_one_curve_for_all_takes_pages_out_of_the_count_when_they_are_no_longer_watched() -> None:
    taught = Lesson(
        np.zeros((4, 1)), np.array([1.0, 2.0, 2.0, 5.0]), np.array([True, False, True, False])
    )
    assert kaplan_meier(taught)[[0, 1, 2, 3]] == pytest.approx([1, 0.75, 0.5, 0.5])
