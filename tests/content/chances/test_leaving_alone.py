"""When a negative is left alone: falling, seldom there, just seen; and when it must not be."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from content.chances.courses import Course, Point
from content.chances.leaving_alone import Advice, advice_of

NOW = datetime(2026, 11, 18, 6, tzinfo=UTC)
DAY = timedelta(days=1)
OSLO = ZoneInfo("Europe/Oslo")


def course(*positions: int | None, first: int = 200, others: int = 0) -> Course:
    """Daily readings up to NOW, the newest last; first seen so many days ago."""
    days = len(positions)
    return Course(
        tuple(
            Point(NOW - (days - 1 - n) * DAY, position, 20) for n, position in enumerate(positions)
        ),
        NOW - first * DAY,
        others,
    )


def advice(made: Course, position: int, *, is_grave: bool = False) -> Advice | None:
    return advice_of(made, position, zone=OSLO, now=NOW, is_grave=is_grave)


def test_one_that_fell_three_positions_in_four_weeks_is_left_alone_with_its_figures() -> None:
    found = advice(course(*[4] * 14, *[6] * 14, *[8] * 7), 8)
    assert found is not None
    assert found.what == "falls by itself"
    assert (
        "stood at 4 four weeks ago and at 8 last week (medians of 14 and 7 readings)"
        in found.figures
    )
    assert found.look_again == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("positions", "now"),
    [
        ([4] * 14 + [5] * 14 + [6] * 7, 6),
        ([7] * 28 + [4] * 7, 4),
        ([4] * 28 + [9] * 6 + [4], 4),
    ],
    ids=["fell by two", "rose", "came back today"],
)
def test_one_that_does_not_fall_is_not_left_alone(positions: list[int], now: int) -> None:
    assert advice(course(*positions), now) is None


def test_one_that_is_seldom_there_is_left_alone_and_an_always_present_one_is_not() -> None:
    found = advice(course(*[None] * 20, *[7] * 8), 7)
    assert found is not None
    assert "on page one in 8 of the 28 readings" in found.figures
    assert advice(course(*[7] * 28), 7) is None


def test_none_of_the_first_three_is_left_alone_for_being_seldom_there() -> None:
    assert advice(course(*[None] * 20, *[3] * 8), 3) is None


def test_one_seen_just_now_waits_for_the_next_reading_unless_it_is_grave() -> None:
    fresh = course(*[None] * 26, 2, 2, first=1)
    found = advice(fresh, 2)
    assert found is not None
    assert found.what == "was seen only just now"
    assert found.look_again == date(2026, 11, 23)
    assert advice(fresh, 2, is_grave=True) is None


def test_a_page_that_goes_while_its_story_stays_is_not_left_alone() -> None:
    seldom = [None] * 20 + [7] * 8
    assert advice(course(*seldom, others=13), 7) is not None
    assert advice(course(*seldom, others=14), 7) is None


def test_too_few_readings_give_no_advice() -> None:
    assert advice(course(4, None, None, 9), 9) is None
    assert advice(Course((), None), 5) is None
