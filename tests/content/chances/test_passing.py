"""Counting who passed whom: made histories with known answers, and no look into the future."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from content.chances.passing import Counts, Shot, Tenure, Trend, count, moments, page_in, past_of

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def history(order_on: Callable[[int], str], days: int = 240, every: int = 4) -> list[Shot]:
    """One reading every four days; `order_on(day)` lists pages as letters from the top."""
    return [
        Shot(START + day * DAY, {ord(page): n for n, page in enumerate(order_on(day), start=1)})
        for day in range(0, days, every)
    ]


def test_a_page_that_always_overtakes_after_sixty_days_is_counted_as_passing() -> None:
    counts = count([history(lambda day: "ab" if (day // 90) % 2 == 0 else "ba", days=900)])
    assert counts.horizon == 90 * DAY
    rate = counts.passed[1, True, None]
    assert rate.of > 30
    assert rate.hits >= 0.95 * rate.of
    assert counts.passing(1, Tenure.STEADY, Trend.STOOD)[0] > 0.5


def test_where_nothing_moves_nothing_passes_and_nothing_leaves() -> None:
    counts = count([history(lambda day: "abc", days=700)])
    assert counts.passed[1, True, None].hits == 0
    assert counts.passed[1, True, None].of > 30
    assert all(rate.hits == 0 for rate in counts.left.values())
    assert counts.passing(1, Tenure.STEADY, Trend.STOOD)[0] < 0.05


def test_a_page_that_left_is_counted_as_leaving_and_not_as_passed() -> None:
    counts = count([history(lambda day: "ab" if day < 120 else "b", days=220)] * 5)
    gone = counts.left[1, Tenure.STEADY]
    assert gone.hits > 0
    assert all(rate.hits == 0 for rate in counts.passed.values())


def test_a_short_history_is_looked_at_again_sooner_and_none_gives_the_assumption() -> None:
    assert count([history(lambda day: "ab", days=70)]).horizon == 28 * DAY
    nothing = count([])
    assert nothing.moments == 0
    assert nothing.passing(1, Tenure.STEADY, Trend.STOOD)[0] == pytest.approx(0.11)
    assert nothing.leaving(8, Tenure.NEW)[0] == pytest.approx(0.8)


def test_moments_look_back_four_weeks_and_ahead_by_the_horizon() -> None:
    for then, later, past in moments(history(lambda day: "ab"), 90 * DAY):
        assert abs(later.at - then.at - 90 * DAY) <= 5 * DAY
        assert past[-1] is then
        assert then.at - past[0].at <= 28 * DAY


def test_a_gap_where_the_later_reading_should_be_makes_no_moment() -> None:
    shots = [shot for shot in history(lambda day: "ab", days=130) if (shot.at - START).days < 100]
    assert list(moments(shots, 90 * DAY)) == []


def test_tenure_and_trend_come_from_the_last_four_weeks() -> None:
    shots = history(lambda day: "abc" if day < 12 else "acb" if day % 8 == 0 else "ac", days=40)
    past = past_of(shots, shots[-1].at)
    assert page_in(past, ord("a")).tenure == Tenure.STEADY
    assert page_in(past, ord("b")).tenure != Tenure.STEADY
    assert page_in(past, ord("z")).tenure == Tenure.NEW
    assert page_in(past, ord("z")).trend(4) == Trend.ENTERED
    page = page_in(shots, ord("c"))
    assert page.was == 3
    assert (page.trend(2), page.trend(3), page.trend(5)) == (Trend.ROSE, Trend.STOOD, Trend.SLIPPED)


def test_a_longer_way_up_is_never_likelier_by_assumption() -> None:
    nothing = Counts()
    for upper in (Tenure.STEADY, Tenure.NEW):
        ways = [nothing.passing(d, upper, Trend.STOOD)[0] for d in range(1, 10)]
        assert ways == sorted(ways, reverse=True)
