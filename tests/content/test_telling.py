"""What tells the story: a dozen lines of a hundred, and one reading a week of a daily half-year."""

from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from content.rankings import Group, Hole, Line
from content.telling import FEW, FEWER, MOST_LINES, all_of, chosen, drawn_at, only_at
from tests.content.test_rankings import START, days, line, named

OSLO = ZoneInfo("Europe/Oslo")
PAGES = count(1000)
DAY = timedelta(days=1)


def standing(position: int, group: Group = Group.OTHER, *, before: int | None = None) -> Line:
    """A line that ends at a position after eight readings."""
    return line(*[before or position] * 8, position, page=next(PAGES), group=group)


def gone(position: int, group: Group = Group.OTHER) -> Line:
    """A line that stood at a position for eight readings and is not found in the last."""
    return line(*[position] * 8, None, page=next(PAGES), group=group)


def test_page_one_is_drawn_as_it_stands_and_seldom_pages_are_not() -> None:
    page_one = [standing(position) for position in range(1, 11)]
    seldom = line(5, *[None] * 8, page=1)
    deep = standing(15)
    kept = chosen([seldom, deep, *page_one])
    assert {x.page_id for x in kept} == {x.page_id for x in page_one}


def test_negatives_that_left_page_one_are_drawn_and_those_that_were_never_on_it_are_not() -> None:
    top, low, never = (
        gone(2, Group.NEGATIVE),
        standing(13, Group.NEGATIVE, before=6),
        standing(14, Group.NEGATIVE),
    )
    page_one = [standing(position) for position in range(1, 11)]
    kept = chosen([never, low, top, *page_one])
    assert {top.page_id, low.page_id, *(x.page_id for x in page_one)} == {x.page_id for x in kept}
    assert never not in kept


def test_page_one_is_whole_beside_one_that_left_it_and_one_that_rises() -> None:
    page_one = [standing(n, Group.OURS if n % 2 else Group.OTHER) for n in range(1, 11)]
    lost = [gone(n, Group.NEGATIVE) for n in (1, 2, 3)]
    rising = [standing(n, Group.OURS) for n in (11, 12, 13)]
    kept = chosen([*rising, *lost, *page_one])
    assert {x.page_id for x in [*page_one, lost[0], rising[0]]} == {x.page_id for x in kept}


def test_negatives_do_not_crowd_out_our_pages() -> None:
    negatives = [standing(n, Group.NEGATIVE) for n in range(1, 9)]
    lost = [gone(n, Group.NEGATIVE) for n in (1, 2, 3, 4)]
    ours = [standing(9, Group.OURS), standing(10, Group.OURS)]
    kept = chosen([*lost, *negatives, *ours])
    assert [x for x in kept if x.group is Group.OURS] == ours
    few = chosen([*lost, *negatives, *ours], most=FEWER)
    assert [x.group for x in few] == [Group.NEGATIVE] * 4 + [Group.OURS] * 2


def test_a_piece_below_page_one_is_drawn_before_other_pages_of_ours() -> None:
    piece = Line(next(PAGES), named(Group.OURS), (17, 15))
    piece = Line(piece.page_id, named(Group.OURS, is_piece=True), piece.positions)
    others = [line(n, n, page=next(PAGES), group=Group.OURS) for n in (11, 12, 13)]
    page_one = [line(n, n, page=next(PAGES)) for n in range(1, 11)]
    kept = chosen([*others, piece, *page_one])
    assert [x for x in kept if x.group is Group.OURS] == [piece, others[0]]
    assert kept[0] == piece


groups = st.sampled_from(list(Group))
places = st.lists(st.none() | st.integers(1, 20), min_size=3, max_size=3)


@given(st.lists(st.tuples(groups, places), max_size=90))
def test_a_choice_is_short_and_everything_holds_each_line_once(
    rows: list[tuple[Group, list[int | None]]],
) -> None:
    lines = [line(*positions, page=n, group=group) for n, (group, positions) in enumerate(rows)]
    few, every = chosen(lines), all_of(lines)
    assert len(few) <= FEW
    assert len({x.page_id for x in few}) == len(few)
    assert len(every) == min(len(lines), MOST_LINES) == len({x.page_id for x in every})
    worst = [x for x in lines if x.group is Group.NEGATIVE and x.is_on_page_one]
    assert not worst or any(x in few for x in worst)


def test_a_daily_half_year_is_drawn_weekly_and_ends_with_the_last_reading() -> None:
    times = days(*range(182))
    drawn, is_weekly = drawn_at(times, [line(*[1] * 182)], [], zone=OSLO)
    assert is_weekly
    assert drawn[0] == 0
    assert drawn[-1] == 181
    assert 26 <= len(drawn) <= 29
    assert {times[index].weekday() for index in drawn[1:-1]} == {6}


def test_the_reading_of_a_week_is_the_one_that_holds_most_of_the_lines() -> None:
    rows: list[int | None] = [1] * 182
    rows[13] = None
    drawn, _ = drawn_at(days(*range(182)), [line(*rows)], [], zone=OSLO)
    assert 12 in drawn
    assert 13 not in drawn
    assert 20 in drawn


def test_the_readings_beside_a_gap_stay_so_that_it_stays_as_short() -> None:
    times = days(*range(80), *range(82, 182))
    hole = Hole(79, times[79] + DAY / 2, times[80] - DAY / 2, ("no reading",))
    drawn, _ = drawn_at(times, [], [hole], zone=OSLO)
    assert {79, 80} <= set(drawn)
    lines, (kept,) = only_at([line(*[4] * 180)], [hole], drawn)
    assert drawn[kept.after] == 79
    assert len(lines[0].positions) == len(drawn)


def test_a_quarter_and_weekly_readings_are_drawn_whole() -> None:
    assert drawn_at(days(*range(91)), [], [], zone=OSLO) == (list(range(91)), False)
    assert drawn_at(days(*range(0, 364, 7)), [], [], zone=OSLO) == (list(range(52)), False)
    assert drawn_at([START], [], [], zone=OSLO) == ([0], False)


def test_a_hole_before_the_first_reading_stays_there() -> None:
    hole = Hole(-1, START - DAY, START, ("no reading",))
    assert only_at([], [hole], [0, 2])[1] == [hole]


def test_a_page_that_none_of_the_drawn_readings_holds_has_no_line() -> None:
    assert only_at([line(None, 3, None)], [], [0, 2])[0] == []
