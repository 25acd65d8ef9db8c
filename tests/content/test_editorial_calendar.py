"""The month as weeks and days: lengths of months, leap years, folding, load."""

from datetime import date, time, timedelta

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from content.cards import day_cards
from content.editorial_calendar import (
    Share,
    is_on_calendar,
    monday_on_calendar,
    month_of,
    neighbour,
    overloads,
    shares,
    week_page,
    weeks_of,
)
from content.models import Piece
from content.scheduling.capacity import Load
from content.scheduling.outlook import Outlook

TODAY = date(2026, 11, 18)
MONDAY = date(2026, 11, 16)


def outlook_of(
    loads: dict[tuple[date, int | None], Load], names: dict[int, str] | None = None
) -> Outlook:
    return Outlook(
        today=TODAY,
        freezes=[],
        conflicts=[],
        by_piece={},
        loads=loads,
        people=[],
        names=names or {},
        usual={},
    )


AHEAD = outlook_of({})


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
    page = month_of(year, month, cards=[], ahead=AHEAD)
    assert len(page.weeks) == weeks
    assert sum(not day.is_out for week in page.weeks for day in week.days) == days


def test_week_numbers_are_iso_across_the_new_year() -> None:
    assert month_of(2027, 1, cards=[], ahead=AHEAD).weeks[0].number == 53


def test_neighbours_cross_the_year_and_end_with_the_calendar() -> None:
    assert neighbour(date(2026, 12, 1), 1) == date(2027, 1, 1)
    assert neighbour(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert neighbour(date(2100, 12, 1), 1) is None
    assert neighbour(date(2000, 1, 1), -1) is None
    assert not is_on_calendar(2026, 13)
    assert not is_on_calendar(9999, 12)


def test_only_today_is_today() -> None:
    page = month_of(2026, 11, cards=[], ahead=AHEAD)
    assert [day.on for week in page.weeks for day in week.days if day.is_today] == [TODAY]


@pytest.mark.parametrize(("count", "shown", "more"), [(1, 1, 0), (3, 3, 0), (4, 2, 2), (7, 2, 5)])
def test_a_full_day_folds_what_does_not_fit(count: int, shown: int, more: int) -> None:
    cards = day_cards([piece(TODAY, pk=n + 1) for n in range(count)], TODAY)
    page = month_of(2026, 11, cards=cards, ahead=AHEAD)
    day = next(day for week in page.weeks for day in week.days if day.on == TODAY)
    assert (len(day.shown), len(day.more)) == (shown, more)


def test_what_is_late_is_never_folded_away() -> None:
    on = TODAY - timedelta(1)
    rows = [piece(on, pk=n, status="published") for n in range(1, 5)] + [piece(on, pk=9)]
    page = month_of(2026, 11, cards=day_cards(rows, TODAY), ahead=AHEAD)
    day = next(day for week in page.weeks for day in week.days if day.on == on)
    assert day.shown[0].piece.pk == 9


def test_days_of_the_neighbouring_months_show_their_pieces() -> None:
    page = month_of(2026, 11, cards=day_cards([piece(date(2026, 12, 2))], TODAY), ahead=AHEAD)
    (day,) = [day for week in page.weeks for day in week.days if day.shown]
    assert day.is_out
    assert not page.is_empty


def test_the_strip_names_the_overloaded_first_and_nobody_last() -> None:
    loads = [
        Load(MONDAY, None, planned=40, room=None),
        Load(MONDAY, 1, planned=6, room=12),
        Load(MONDAY, 2, planned=11, room=8, away=1),
        Load(MONDAY, 3, planned=7.5, room=None),
        Load(MONDAY, 4, planned=0, room=None),
        Load(MONDAY + timedelta(7), 1, planned=99, room=1),
    ]
    ahead = outlook_of(
        {(load.monday, load.owner): load for load in loads}, {1: "Mara", 2: "Tomas", 3: "Ines"}
    )
    assert [(one.owner, one.words) for one in shares(ahead, MONDAY)] == [
        ("Tomas", "11/8\u00a0h, 3\u00a0h over"),
        ("Ines", "7.5\u00a0h"),
        ("Mara", "6/12\u00a0h"),
        ("nobody yet", "40\u00a0h"),
    ]


@pytest.mark.parametrize(("away", "words"), [(0, ""), (1, "away 1 day"), (5, "away 5 days")])
def test_absence_is_told_in_days(away: int, words: str) -> None:
    assert Share("Mara", Load(MONDAY, 1, planned=0, room=0, away=away)).absence == words


@pytest.mark.parametrize(
    ("year", "week", "monday"),
    [
        (2026, 53, date(2026, 12, 28)),
        (2027, 53, None),
        (2026, 0, None),
        (1999, 5, None),
        (2101, 5, None),
    ],
)
def test_only_iso_weeks_are_on_the_calendar(year: int, week: int, monday: date | None) -> None:
    assert monday_on_calendar(year, week) == monday


def test_a_week_has_a_row_a_person_and_is_in_the_order_of_the_clock() -> None:
    mara = User(pk=1, username="mara")
    rows = [piece(TODAY, pk=n, owner=mara) for n in (1, 2, 3)]
    rows[1].publish_time, rows[2].publish_time = time(14), time(9, 30)
    stranger = piece(TODAY + timedelta(1), pk=4, owner=User(pk=9, username="left"))
    page = week_page(
        MONDAY, cards=day_cards([*rows, stranger], TODAY), ahead=outlook_of({}, {1: "Mara"})
    )
    assert [row.name for row in page.rows] == ["Mara", "nobody yet", "somebody who left"]
    cells = {day.on: [card.piece.pk for card in cards] for day, cards in page.rows[0].cells}
    assert cells[TODAY] == [3, 2, 1]
    assert page.count == 4
    assert (page.before, page.after) == (MONDAY - timedelta(7), MONDAY + timedelta(7))


def test_overloads_name_the_worst_week_of_each_person_first_the_worst_person() -> None:
    def row(owner: str, *planned: float, room: float | None = 8.0) -> list[Share]:
        return [
            Share(owner, Load(MONDAY + timedelta(weeks=n), 1, planned=hours, room=room))
            for n, hours in enumerate(planned)
        ]

    rows = [row("Ines", 9, 12.5, 3), row("Mara", 20), row("Tomas", 8), row("Yuki", 90, room=None)]
    assert overloads(rows) == [
        "Mara in week 47: 12\u00a0h over",
        "Ines in 2 weeks, most in week 48: 4.5\u00a0h over",
    ]
