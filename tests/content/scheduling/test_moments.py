"""One moment from a day and a wall time, in zones whose clocks change in all their ways."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.scheduling.moments import moment_of, offset_of

ZONES = [
    "Europe/Oslo",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "America/Santiago",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "UTC",
]


@pytest.mark.parametrize(
    ("zone", "day", "clock", "utc", "shown"),
    [
        # The clocks of Oslo go from 02:00 to 03:00, those of New York too, three weeks before.
        ("Europe/Oslo", "2027-03-28", "02:30", "2027-03-28 01:30", "03:30"),
        ("America/New_York", "2027-03-14", "02:30", "2027-03-14 07:30", "03:30"),
        # Lord Howe moves by half an hour: 02:00 to 02:30.
        ("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-03 15:40", "02:40"),
        # In São Paulo, until 2018, and in Santiago it was midnight itself that did not exist.
        ("America/Sao_Paulo", "2018-11-04", "00:15", "2018-11-04 03:15", "01:15"),
        ("America/Santiago", "2026-09-06", "00:15", "2026-09-06 04:15", "01:15"),
    ],
)
def test_a_time_that_the_clocks_skip_counts_as_long_after_the_change(
    zone: str, day: str, clock: str, utc: str, shown: str
) -> None:
    found = moment_of(date.fromisoformat(day), time.fromisoformat(clock), ZoneInfo(zone))
    assert f"{found.at:%Y-%m-%d %H:%M}" == utc
    assert f"{found.local:%H:%M}" == shown
    assert f"skip {clock}" in found.note
    assert f"counts as {shown}." in found.note


@pytest.mark.parametrize(
    ("zone", "day", "clock", "utc", "offset"),
    [
        ("Europe/Oslo", "2026-10-25", "02:30", "2026-10-25 00:30", "UTC+02:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30", "UTC−04:00"),
        ("Australia/Lord_Howe", "2027-04-04", "01:45", "2027-04-03 14:45", "UTC+11:00"),
        ("America/Sao_Paulo", "2018-02-17", "23:30", "2018-02-18 01:30", "UTC−02:00"),
    ],
)
def test_of_a_time_that_comes_twice_the_first_is_taken(
    zone: str, day: str, clock: str, utc: str, offset: str
) -> None:
    found = moment_of(date.fromisoformat(day), time.fromisoformat(clock), ZoneInfo(zone))
    assert f"{found.at:%Y-%m-%d %H:%M}" == utc
    assert "twice" in found.note
    assert offset in found.note


def test_a_day_that_never_was_is_named() -> None:
    found = moment_of(date(2011, 12, 30), time(10), ZoneInfo("Pacific/Apia"))
    assert found.local.date() == date(2011, 12, 31)
    assert "10:00 on Sat 31 Dec 2011" in found.note


@pytest.mark.parametrize("clock", ["01:59", "03:00", "12:00"])
def test_other_times_of_such_a_day_need_no_note(clock: str) -> None:
    found = moment_of(date(2027, 3, 28), time.fromisoformat(clock), ZoneInfo("Europe/Oslo"))
    assert found.note == ""
    assert f"{found.local:%H:%M}" == clock


def test_a_day_in_brazil_is_plain_since_its_clocks_stay() -> None:
    assert moment_of(date(2026, 11, 1), time(0, 15), ZoneInfo("America/Sao_Paulo")).note == ""


def test_what_the_time_itself_carries_is_ignored() -> None:
    plain = moment_of(date(2026, 10, 25), time(2, 30), ZoneInfo("Europe/Oslo"))
    odd = time(2, 30, tzinfo=UTC, fold=1)
    assert moment_of(date(2026, 10, 25), odd, ZoneInfo("Europe/Oslo")) == plain


@given(
    st.sampled_from(ZONES),
    st.dates(date(2005, 1, 1), date(2037, 12, 31)),
    st.times(timezones=st.none()),
)
def test_without_a_note_the_clocks_show_what_was_asked_for(
    zone: str, day: date, clock: time
) -> None:
    found = moment_of(day, clock, ZoneInfo(zone))
    assert found.at.tzinfo is UTC
    assert found.at == found.local
    wall = datetime.combine(day, clock)
    if not found.note or "twice" in found.note:
        assert found.local.replace(tzinfo=None, fold=0) == wall
    else:
        assert timedelta(0) < found.local.replace(tzinfo=None, fold=0) - wall <= timedelta(days=1)


@given(st.sampled_from(ZONES), st.dates(date(2005, 1, 1), date(2037, 12, 30)), st.times())
def test_two_times_never_swap(zone: str, day: date, clock: time) -> None:
    zone_info = ZoneInfo(zone)
    later = moment_of(day + timedelta(1), clock, zone_info).at
    assert moment_of(day, clock, zone_info).at <= later


@pytest.mark.parametrize(
    ("zone", "words"),
    [("Asia/Kathmandu", "UTC+05:45"), ("America/St_Johns", "UTC−03:30"), ("UTC", "UTC+00:00")],
)
def test_offsets_are_written_as_people_write_them(zone: str, words: str) -> None:
    assert offset_of(datetime(2026, 1, 15, tzinfo=ZoneInfo(zone))) == words
