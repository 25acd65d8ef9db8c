"""Stays on page one: what ends one, and what does not."""

from __future__ import annotations

from content.forecasting.lives import AWAY, LONGEST_GAP, Sight, Stay, stays, stretches

OTHERS = ("b", "c", "d")


def days_of(pattern: str, *, start: int = 100) -> list[Sight]:
    """A reading a day: `a` page a is there, `.` it is not, `?` a position was not reported, ` ` no
    reading."""
    shown = {"a": ("a", *OTHERS), ".": OTHERS, "?": (None, *OTHERS)}
    return [Sight(start + n, shown[sign]) for n, sign in enumerate(pattern) if sign != " "]


def stays_of_a(pattern: str) -> list[Stay]:
    return [
        stay for part in stretches(days_of(pattern)) for stay in stays(part) if stay.page == "a"
    ]


def test_a_page_that_is_missing_for_a_week_left_on_the_first_day_without_it() -> None:
    (stay,) = stays_of_a(".aaa" + "." * (AWAY + 1))
    assert (stay.since, stay.left, stay.is_cut) == (101, 104, False)


def test_a_page_that_returns_within_the_week_never_left() -> None:
    (stay,) = stays_of_a("aa......aa" + "a" * 10)
    assert (stay.since, stay.left) == (100, None)


def test_a_page_that_is_missing_at_the_end_for_too_short_a_time_has_not_left_yet() -> None:
    (stay,) = stays_of_a("aaaaaaaaaa" + "." * AWAY)
    assert stay.left is None
    assert stay.settled == 109, "what happens after this day cannot be told apart from flapping"


def test_a_page_that_returns_after_it_left_begins_a_second_stay() -> None:
    first, second = stays_of_a("aa" + "." * 9 + "aa")
    assert (first.left, second.since, second.left) == (102, 111, None)


def test_days_without_a_reading_are_no_absence() -> None:
    (stay,) = stays_of_a("aa.       .  aa")
    assert stay.left is None, "two readings without it are too few, whatever days they span"


def test_a_reading_with_an_unreported_position_cannot_show_an_absence() -> None:
    (stay,) = stays_of_a("aa" + "?" * 12 + "aa")
    assert stay.left is None
    assert stays_of_a("aa" + "." * 12 + "aa")[0].left == 102, "control: whole readings can"


def test_a_long_gap_cuts_the_course_and_what_was_there_after_it_is_of_unknown_age() -> None:
    before, after = stays_of_a("aa" + " " * LONGEST_GAP + "aa")
    assert (before.left, after.left) == (None, None)
    assert after.is_cut
    assert after.since == 102 + LONGEST_GAP


def test_a_page_that_stood_there_when_readings_began_is_older_than_it_looks() -> None:
    assert stays_of_a("aa" + "." * 8)[0].is_cut
    assert not stays_of_a(".a" + "." * 8)[0].is_cut


def test_cut_off_answers_count_for_nothing_and_of_two_readings_a_day_the_last_counts() -> None:
    sights = [
        Sight(1, ("a", *OTHERS)),
        Sight(2, ("a",)),
        Sight(3, OTHERS),
        Sight(3, ("a", *OTHERS)),
    ]
    (stretch,) = stretches(sights)
    assert [(s.day, "a" in s.pages) for s in stretch] == [(1, True), (3, True)]


def test_only_the_first_ten_positions_are_page_one() -> None:
    (stretch,) = stretches([Sight(1, tuple(range(20)))])
    assert len(stretch[0].pages) == 10
