"""Days of a series and its pieces: month ends, clocks that change, two workers at once."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from content.models import Piece, Recurrence
from content.scheduling import recurring
from content.scheduling.recurring import first_day, following, make, make_due, title_for
from serp.models import Brand

NOW = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)


def series(brand: Brand, next_on: date, **fields: object) -> Recurrence:
    return Recurrence.objects.create(
        brand=brand, **{"title": "Report", "next_on": next_on, "unit": "months"} | fields
    )


def days(one: Recurrence) -> list[date]:
    rows = Piece.objects.filter(recurrence=one).order_by("publish_on")
    return list(rows.values_list("publish_on", flat=True))


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("2027-01-31", ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
        ("2028-01-31", ["2028-02-29", "2028-03-31"]),
        ("2026-12-30", ["2027-01-30", "2027-02-28", "2027-03-30"]),
    ],
)
def test_a_short_month_cuts_off_only_its_own_day(first: str, then: list[str]) -> None:
    on, wanted = date.fromisoformat(first), date.fromisoformat(first).day
    found = []
    for _ in then:
        on = following(on, every=1, unit="months", month_day=wanted)
        found.append(on.isoformat())
    assert found == then


def test_quarters_and_fortnights() -> None:
    assert following(date(2026, 11, 30), every=3, unit="months", month_day=30) == date(2027, 2, 28)
    assert following(date(2026, 12, 24), every=2, unit="weeks") == date(2027, 1, 7)


@pytest.mark.parametrize(
    ("start", "rule", "first"),
    [
        ("2026-11-18", {"unit": "weeks", "weekday": 0}, "2026-11-23"),
        ("2026-11-18", {"unit": "weeks", "weekday": 2}, "2026-11-18"),
        ("2026-11-18", {"unit": "months", "month_day": 31}, "2026-11-30"),
        ("2026-11-18", {"unit": "months", "month_day": 1}, "2026-12-01"),
        ("2027-02-28", {"unit": "months", "month_day": 31}, "2027-02-28"),
    ],
)
def test_the_first_day_is_the_one_that_the_series_names(
    start: str, rule: dict[str, object], first: str
) -> None:
    assert first_day(date.fromisoformat(start), **rule) == date.fromisoformat(first)


@pytest.mark.parametrize(
    ("template", "on", "title"),
    [
        ("Report {month} {year}", "2026-11-30", "Report November 2026"),
        ("{quarter} {year}", "2026-10-01", "Q4 2026"),
        ("Week {week} of {year}", "2027-01-01", "Week 53 of 2026"),
        ("{0.__class__} {unknown} {", "2026-11-30", "{0.__class__} {unknown} {"),
    ],
)
def test_titles_are_filled_in_and_nothing_else_is(template: str, on: str, title: str) -> None:
    assert title_for(template, date.fromisoformat(on)) == title


@pytest.mark.django_db
def test_eight_weeks_are_made_once_however_often_it_runs(brand: Brand) -> None:
    one = series(brand, date(2026, 11, 20), unit="weeks", publish_time=time(9), draft_days=3)
    assert make_due(NOW) == 8
    assert make_due(NOW) == 0
    assert days(one) == [date(2026, 11, 20) + timedelta(weeks=n) for n in range(8)]
    assert make_due(NOW + timedelta(days=7)) == 1
    piece = Piece.objects.filter(recurrence=one)[1]
    assert (piece.due_on, piece.publish_time) == (date(2026, 11, 24), time(9))
    assert piece.status == "idea"


@pytest.mark.django_db
def test_days_stay_days_across_the_change_of_the_clocks(brand: Brand) -> None:
    brand.time_zone = "America/New_York"
    brand.save()
    one = series(brand, date(2026, 10, 25), unit="weeks")
    # At this moment it is 31 October in New York still: its clocks change on the next day.
    make_due(datetime(2026, 11, 1, 3, 30, tzinfo=UTC))
    assert days(one)[:2] == [date(2026, 11, 1), date(2026, 11, 8)]


@pytest.mark.django_db
def test_today_is_the_brands(brand: Brand, other_brand: Brand) -> None:
    other_brand.time_zone = "Pacific/Auckland"
    other_brand.save()
    here = series(brand, date(2026, 11, 18), ends_on=date(2026, 11, 18))
    there = series(other_brand, date(2026, 11, 18), ends_on=date(2026, 11, 18))
    make_due(datetime(2026, 11, 18, 15, 0, tzinfo=UTC))  # the 19th in Auckland
    assert (days(here), days(there)) == ([date(2026, 11, 18)], [])


@pytest.mark.django_db
def test_a_second_worker_that_read_the_same_row_makes_nothing(brand: Brand) -> None:
    one = series(brand, date(2026, 11, 20))
    same = Recurrence.objects.get(pk=one.pk)
    today = date(2026, 11, 18)
    assert make(one, date(2026, 11, 20), today)
    assert make(same, date(2026, 11, 20), today) is None
    assert recurring.make_ahead(same, NOW) == 0
    assert days(one) == [date(2026, 11, 20)]


@pytest.mark.django_db
def test_a_series_set_back_skips_what_is_made_and_goes_on(brand: Brand) -> None:
    one = series(brand, date(2026, 11, 20), unit="weeks")
    make_due(NOW)
    Recurrence.objects.update(next_on=date(2026, 11, 20))
    Piece.objects.filter(recurs_on=date(2026, 11, 27)).delete()
    assert make_due(NOW) == 1
    assert len(days(one)) == 8


@pytest.mark.django_db
def test_a_piece_that_was_moved_is_not_made_again(brand: Brand) -> None:
    one = series(brand, date(2026, 11, 20), ends_on=date(2026, 12, 1))
    make_due(NOW)
    Piece.objects.update(publish_on=date(2026, 11, 25))
    Recurrence.objects.update(next_on=date(2026, 11, 20))
    assert make_due(NOW) == 0
    assert days(one) == [date(2026, 11, 25)]


@pytest.mark.django_db
def test_what_passed_while_no_worker_ran_is_left_out(brand: Brand) -> None:
    one = series(brand, date(2026, 1, 15), month_day=15)
    make_due(NOW)
    assert days(one) == [date(2026, 12, 15)]


@pytest.mark.django_db
def test_a_stopped_series_and_one_at_its_end_make_nothing(brand: Brand) -> None:
    stopped = series(brand, date(2026, 11, 20))
    recurring.stop(stopped)
    ended = series(brand, date(2026, 11, 20), ends_on=date(2026, 11, 19))
    assert make_due(NOW) == 0
    assert (days(stopped), days(ended)) == ([], [])
    stopped.refresh_from_db()
    recurring.go_on(stopped)
    assert recurring.make_ahead(stopped, NOW) == 2


def test_a_series_that_breaks_keeps_no_other_from_being_made(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = series(brand, date(2026, 11, 23)), series(brand, date(2026, 11, 24))
    ahead = recurring.make_ahead

    def broken(one: Recurrence, now: datetime) -> int:
        if one.pk == min(first.pk, second.pk):
            raise RuntimeError("a bug")
        return ahead(one, now)

    monkeypatch.setattr(recurring, "make_ahead", broken)
    assert make_due(NOW) > 0
