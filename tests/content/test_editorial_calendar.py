"""The month as weeks and days: lengths of months, leap years, folding, load."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from content.cards import day_cards
from content.editorial_calendar import is_on_calendar, load_of, month_of, neighbour, weeks_of
from content.models import Piece

TODAY = date(2026, 11, 18)


def piece(
    on: date | None, *, pk: int = 1, owner: User | None = None, status: str = "idea"
) -> Piece:
    return Piece(pk=pk, title=f"Piece {pk}", publish_on=on, owner=owner, status=status)


@given(st.integers(2000, 2100), st.integers(1, 12))
def test_a_month_is_whole_weeks_from_monday_with_each_day_once(year: int, month: int) -> None:
    weeks = weeks_of(year, month)
    days = [on for week in weeks for on in week]
    assert all(len(week) == 7 and week[0].weekday() == 0 for week in weeks)
    assert days == [days[0] + timedelta(n) for n in range(len(days))]
    inside = [on for on in days if (on.year, on.month) == (year, month)]
    assert inside[0].day == 1
    assert (inside[-1] + timedelta(1)).day == 1
    assert 4 <= len(weeks) <= 6


@pytest.mark.parametrize(
    ("year", "month", "weeks", "days"),
    [(2026, 2, 5, 28), (2027, 2, 4, 28), (2028, 2, 5, 29), (2100, 2, 4, 28), (2026, 11, 6, 30)],
)
def test_short_long_and_leap_months(year: int, month: int, weeks: int, days: int) -> None:
    page = month_of(year, month, cards=[], today=TODAY)
    assert len(page.weeks) == weeks
    assert sum(not day.is_out for week in page.weeks for day in week.days) == days


def test_week_numbers_are_iso_across_the_new_year() -> None:
    assert month_of(2027, 1, cards=[], today=TODAY).weeks[0].number == 53


def test_neighbours_cross_the_year_and_end_with_the_calendar() -> None:
    assert neighbour(date(2026, 12, 1), 1) == date(2027, 1, 1)
    assert neighbour(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert neighbour(date(2100, 12, 1), 1) is None
    assert neighbour(date(2000, 1, 1), -1) is None
    assert not is_on_calendar(2026, 13)
    assert not is_on_calendar(9999, 12)


def test_only_today_is_today() -> None:
    page = month_of(2026, 11, cards=[], today=TODAY)
    assert [day.on for week in page.weeks for day in week.days if day.is_today] == [TODAY]


@pytest.mark.parametrize(("count", "shown", "more"), [(1, 1, 0), (3, 3, 0), (4, 2, 2), (7, 2, 5)])
def test_a_full_day_folds_what_does_not_fit(count: int, shown: int, more: int) -> None:
    cards = day_cards([piece(TODAY, pk=n + 1) for n in range(count)], TODAY)
    page = month_of(2026, 11, cards=cards, today=TODAY)
    day = next(day for week in page.weeks for day in week.days if day.on == TODAY)
    assert (len(day.shown), len(day.more)) == (shown, more)


def test_what_is_late_is_never_folded_away() -> None:
    on = TODAY - timedelta(1)
    rows = [piece(on, pk=n, status="published") for n in range(1, 5)] + [piece(on, pk=9)]
    page = month_of(2026, 11, cards=day_cards(rows, TODAY), today=TODAY)
    day = next(day for week in page.weeks for day in week.days if day.on == on)
    assert day.shown[0].piece.pk == 9


def test_days_of_the_neighbouring_months_show_their_pieces() -> None:
    page = month_of(2026, 11, cards=day_cards([piece(date(2026, 12, 2))], TODAY), today=TODAY)
    (day,) = [day for week in page.weeks for day in week.days if day.shown]
    assert day.is_out
    assert not page.is_empty


def test_load_counts_what_is_still_to_go_out() -> None:
    mara, tomas = User(username="mara", first_name="Mara", last_name="L"), User(username="tomas")
    rows = [piece(TODAY, pk=n, owner=mara) for n in range(4)]
    rows += [piece(TODAY, owner=tomas), piece(TODAY, owner=tomas, status="published")]
    rows += [piece(TODAY) for _ in range(5)]
    loads = load_of(day_cards(rows, TODAY))
    assert [(load.owner, load.pieces, load.open, load.is_over) for load in loads] == [
        ("Mara L", 4, 4, True),
        ("tomas", 2, 1, False),
        ("nobody yet", 5, 5, False),
    ]
    assert loads[0].width == 100
