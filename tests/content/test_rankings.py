"""Readings become lines: unbroken only where readings follow each other, drawn only where they matter."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.rankings import (
    Group,
    Line,
    Named,
    axis_depth,
    hides_deeper,
    holes_of,
    lines_of,
    runs,
    thinned,
)
from serp.history import Gap, Reading

START = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def named(group: Group = Group.OTHER, *, is_piece: bool = False) -> Named:
    return Named(group, "A title", "a.example/page", "0", "neu", "neutral", is_piece=is_piece)


def reading(
    *pages: int | None, day: int = 0, depth: int | None = None, is_partial: bool = False
) -> Reading:
    size = len(pages) if depth is None else depth
    return Reading(day, 1, START + day * DAY, size, is_partial, "sample", pages, pages)


def line(*positions: int | None, page: int = 1, group: Group = Group.OTHER) -> Line:
    return Line(page, named(group), positions)


def days(*numbers: int) -> list[datetime]:
    return [START + number * DAY for number in numbers]


def test_a_page_that_is_not_found_has_no_position() -> None:
    found = lines_of([reading(1, 2), reading(2)], {1: named(), 2: named()}, 10)
    assert {row.page_id: row.positions for row in found} == {1: (1, None), 2: (2, 1)}


def test_a_page_listed_twice_stands_at_its_best_place() -> None:
    (row,) = lines_of([reading(7, 7)], {7: named()}, 10)
    assert row.positions == (1,)


def test_a_position_nobody_reported_belongs_to_no_page() -> None:
    assert lines_of([reading(None, 3)], {3: named()}, 10)[0].positions == (2,)


def test_a_line_breaks_where_the_page_is_gone() -> None:
    assert runs([1, 2, None, 3], set()) == [[(0, 1), (1, 2)], [(3, 3)]]


def test_a_line_breaks_at_a_hole() -> None:
    assert runs([1, 1, 1], {0}) == [[(0, 1)], [(1, 1), (2, 1)]]
    assert runs([1, 1, 1], set()) == [[(0, 1), (1, 1), (2, 1)]]


@given(
    st.lists(st.none() | st.integers(1, 20), max_size=30),
    st.sets(st.integers(0, 29)),
)
def test_runs_hold_every_found_position_once_and_join_nothing_across_a_break(
    positions: list[int | None], broken: set[int]
) -> None:
    found = runs(positions, broken)
    flat = [point for run in found for point in run]
    assert flat == [(n, p) for n, p in enumerate(positions) if p is not None]
    for run in found:
        for (one, _), (two, _) in pairwise(run):
            assert two == one + 1
            assert one not in broken


@given(st.lists(st.integers(1, 20), min_size=1, max_size=60))
def test_a_thinned_line_runs_through_the_same_points(positions: list[int]) -> None:
    kept = dict(thinned(list(enumerate(positions))))
    before = None
    for index, position in enumerate(positions):
        if index in kept:
            before = kept[index]
        assert position == before


def test_a_flat_line_keeps_two_points() -> None:
    assert thinned([(n, 4) for n in range(300)]) == [(0, 4), (299, 4)]


def test_a_failed_check_is_a_hole_with_its_reason() -> None:
    gap = Gap(START + 2 * DAY, "the provider did not answer in time")
    (hole,) = holes_of(days(0, 1, 3), [gap], until=START + 3 * DAY, usual=DAY)
    assert hole.after == 1
    assert hole.reasons == ("the provider did not answer in time",)
    assert START + DAY < hole.start < gap.at < hole.end < START + 3 * DAY


def test_even_readings_have_no_hole() -> None:
    assert holes_of(days(0, 1, 2), [], until=START + 2.5 * DAY, usual=DAY) == []


def test_days_without_any_check_are_a_hole_too() -> None:
    (hole,) = holes_of(days(0, 1, 2, 3, 9, 10, 11), [], until=START + 11 * DAY, usual=DAY)
    assert (hole.after, hole.reasons) == (3, ("no reading",))


def test_weekly_readings_of_a_keyword_that_is_daily_now_are_no_holes() -> None:
    weekly = days(*range(0, 70, 7))
    assert holes_of(weekly, [], until=weekly[-1], usual=DAY) == []


def test_silence_up_to_the_end_is_a_hole() -> None:
    (hole,) = holes_of(days(0, 1, 2), [], until=START + 9 * DAY, usual=DAY)
    assert hole.after == 2
    assert hole.end == START + 9 * DAY


def test_a_failure_before_the_first_reading_is_shown() -> None:
    (hole,) = holes_of(
        days(5, 6), [Gap(START + 3 * DAY, "no connection")], until=START + 6 * DAY, usual=DAY
    )
    assert hole.after == -1
    assert hole.start < START + 3 * DAY < hole.end < START + 5 * DAY


def test_without_readings_there_are_no_holes() -> None:
    assert holes_of([], [Gap(START, "x")], until=START, usual=DAY) == []


@pytest.mark.parametrize(
    ("row", "hides"),
    [
        (reading(*range(20)), False),
        (reading(*range(19)), False),
        (reading(*range(10)), True),
        (reading(*range(8)), False),
        (reading(*range(14), is_partial=True), True),
        (reading(*range(20), is_partial=True), False),
        (reading(1, None, *range(3, 21)), True),
    ],
)
def test_what_was_not_read_may_hide_a_page(row: Reading, hides: bool) -> None:
    assert hides_deeper(row, 20) is hides


def test_the_axis_shows_page_one_at_least_and_twenty_at_most() -> None:
    assert axis_depth([]) == 10
    assert axis_depth([reading(1)]) == 10
    assert axis_depth([reading(*range(60))]) == 20


@pytest.mark.parametrize(
    ("row", "is_thin"),
    [
        (line(14, 10, group=Group.NEGATIVE), False),
        (line(2, 3, 12, group=Group.NEGATIVE), False),
        (line(2, *[6] * 20, 12, group=Group.NEGATIVE), True),
        (line(5, 5, None, group=Group.NEGATIVE), True),
        (line(14, 14), False),
    ],
)
def test_only_negatives_that_matter_no_more_are_thin(row: Line, is_thin: bool) -> None:
    assert row.is_thin is is_thin
