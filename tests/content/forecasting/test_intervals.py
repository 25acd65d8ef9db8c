"""The interval read off a survival curve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.forecasting.intervals import LEVEL, Span, span_of


def curve(rate: float, days: int = 90) -> np.ndarray:
    return np.exp(-rate * np.arange(days + 1))


def test_a_page_that_leaves_soon_has_a_closed_interval_around_its_median() -> None:
    span = span_of(curve(0.06))
    assert span == Span(12, 2, 39)


def test_where_a_tenth_outlasts_the_curve_the_end_is_open_and_the_start_takes_the_whole_fifth() -> (
    None
):
    span = span_of(curve(0.02))
    assert span == Span(35, 12, None)


def test_a_page_that_stays_has_no_day_at_all() -> None:
    assert span_of(curve(0.001)) == Span(None, None, None)


@given(st.floats(0.0005, 1.5))
def test_every_interval_holds_what_it_claims(rate: float) -> None:
    stands = curve(rate)
    span = span_of(stands)
    before = 1.0 if span.low is None else stands[span.low - 1]
    after = 0.0 if span.high is None else stands[span.high]
    if span.low is None:
        assert stands[-1] >= LEVEL - 1e-9
    else:
        assert before - after >= LEVEL - 1e-9


@pytest.mark.parametrize(
    ("span", "days", "held"),
    [
        (Span(5, 3, 9), 3, True),
        (Span(5, 3, 9), 10, False),
        (Span(5, 3, None), 500, True),
        (Span(5, 3, None), 2, False),
        (Span(None, None, None), 500, True),
        (Span(None, None, None), 90, False),
    ],
)
def test_what_comes_is_held_or_missed(span: Span, days: int, held: bool) -> None:
    assert span.holds(days, horizon=90) is held
