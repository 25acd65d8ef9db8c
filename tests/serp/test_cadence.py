"""Cadence: every instant lies in exactly one slot, on daylight-saving nights too, and a slot has one check."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serp.cadence import Cadence, due_in_period, jitter, next_check_at, next_period, period_of

ZONES = [
    "UTC", "Europe/Oslo", "Europe/Riga", "America/New_York", "America/Havana", "America/Sao_Paulo",
    "Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo",
    "America/St_Johns", "Pacific/Apia", "Pacific/Chatham", "Atlantic/Azores", "Asia/Beirut",
]  # fmt: skip
SUB_DAILY = [cadence for cadence in Cadence if cadence.length < timedelta(days=1)]
CHANGES = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # Europe, spring
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # Europe, autumn
    datetime(2026, 3, 8, 7, tzinfo=UTC),  # New York, spring
    datetime(2026, 11, 1, 6, tzinfo=UTC),  # New York, autumn
    datetime(2026, 4, 4, 15, tzinfo=UTC),  # Lord Howe, half an hour
    datetime(2026, 3, 28, 22, tzinfo=UTC),  # Beirut, at midnight
    datetime(2018, 2, 18, 2, tzinfo=UTC),  # Sao Paulo, back over midnight
    datetime(2011, 12, 30, 10, tzinfo=UTC),  # Apia, a day that never was
    datetime(2026, 2, 28, 23, 30, tzinfo=UTC),
]
INSTANTS = st.one_of(
    st.datetimes(datetime(2010, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.builds(
        lambda change, seconds: change + timedelta(seconds=seconds),
        st.sampled_from(CHANGES),
        st.integers(-40 * 3600, 40 * 3600),
    ),
)
CADENCES = st.sampled_from(list(Cadence))
ZONE = st.sampled_from(ZONES)


@settings(max_examples=800, deadline=None)
@given(CADENCES, ZONE, INSTANTS)
def test_every_instant_lies_in_exactly_one_slot(cadence: Cadence, zone: str, now: datetime) -> None:
    start, end = period_of(cadence, zone, now), next_period(cadence, zone, now)
    assert start <= now < end
    assert start.tzinfo is UTC
    assert period_of(cadence, zone, start) == start
    assert period_of(cadence, zone, end) == end
    assert period_of(cadence, zone, end - timedelta(microseconds=1)) == start
    assert next_period(cadence, zone, start) == end


@settings(max_examples=800, deadline=None)
@given(CADENCES, ZONE, INSTANTS, st.integers(1, 10**9))
def test_a_keyword_is_due_once_in_each_slot(
    cadence: Cadence, zone: str, now: datetime, key: int
) -> None:
    period = period_of(cadence, zone, now)
    due = due_in_period(cadence, zone, period, key)
    assert period_of(cadence, zone, due) == period
    later = next_check_at(cadence, zone, due, key)
    assert period_of(cadence, zone, later) == next_period(cadence, zone, now)
    assert later == due_in_period(cadence, zone, period_of(cadence, zone, later), key)


@settings(max_examples=400, deadline=None)
@given(CADENCES, ZONE, INSTANTS)
def test_slots_keep_about_their_length(cadence: Cadence, zone: str, now: datetime) -> None:
    length = next_period(cadence, zone, now) - period_of(cadence, zone, now)
    spread = timedelta(days=2) if cadence is Cadence.MONTHLY else timedelta()
    if zone == "Pacific/Apia" and now.year == 2011:
        return
    assert cadence.length / 2 <= length <= cadence.length + timedelta(hours=1) + spread


def starts_of_day(cadence: Cadence, zone: str, day: datetime) -> list[datetime]:
    """The slot starts of the local day that begins at `day` (naive local midnight)."""
    local = ZoneInfo(zone)
    start = day.replace(tzinfo=local).astimezone(UTC)
    end = (day + timedelta(days=1)).replace(tzinfo=local).astimezone(UTC)
    starts = [start]
    while (following := next_period(cadence, zone, starts[-1])) < end:
        starts.append(following)
    assert following == end
    return starts


@pytest.mark.parametrize(
    ("day", "hourly", "half_hourly"),
    [
        (datetime(2026, 3, 29), 23, 46),
        (datetime(2026, 10, 25), 25, 50),
        (datetime(2026, 6, 1), 24, 48),
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Oslo", "Europe/Riga"])
def test_hours_of_a_daylight_saving_day_are_all_counted(
    zone: str, day: datetime, hourly: int, half_hourly: int
) -> None:
    assert len(starts_of_day(Cadence.HOURLY, zone, day)) == hourly
    assert len(starts_of_day(Cadence.HALF_HOURLY, zone, day)) == half_hourly
    assert len(starts_of_day(Cadence.THREE_HOURLY, zone, day)) == 8
    assert len(starts_of_day(Cadence.SIX_HOURLY, zone, day)) == 4
    assert len(starts_of_day(Cadence.TWELVE_HOURLY, zone, day)) == 2
    assert len(starts_of_day(Cadence.DAILY, zone, day)) == 1


def test_daily_slot_starts_at_local_midnight_all_year() -> None:
    at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    starts = set()
    for _ in range(365):
        start = period_of(Cadence.DAILY, "Europe/Oslo", at)
        assert start.astimezone(ZoneInfo("Europe/Oslo")).hour == 0
        starts.add(start)
        at += timedelta(days=1)
    assert len(starts) == 365


def test_weeks_start_on_monday_and_months_on_the_first() -> None:
    oslo = ZoneInfo("Europe/Oslo")
    now = datetime(2026, 11, 18, 9, tzinfo=UTC)
    for cadence in (Cadence.WEEKLY, Cadence.FORTNIGHTLY):
        assert period_of(cadence, oslo, now).astimezone(oslo).weekday() == 0
    assert period_of(Cadence.MONTHLY, oslo, now) == datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert next_period(Cadence.MONTHLY, oslo, now) == datetime(2026, 11, 30, 23, tzinfo=UTC)


def test_slot_is_that_of_the_brands_zone_and_not_of_utc() -> None:
    now = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    assert period_of(Cadence.DAILY, "Europe/Oslo", now) == datetime(2026, 6, 1, 22, tzinfo=UTC)
    assert period_of(Cadence.DAILY, "UTC", now) == datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("cadence", list(Cadence))
def test_jitter_is_even_and_within_a_quarter_and_six_hours(cadence: Cadence) -> None:
    widest = min(cadence.length / 4, timedelta(hours=6))
    offsets = [jitter(cadence, key) / widest for key in range(1, 1001)]
    assert all(0 <= offset < 1 for offset in offsets)
    for tenth in range(10):
        held = sum(tenth / 10 <= offset < (tenth + 1) / 10 for offset in offsets)
        assert 85 <= held <= 115
    assert jitter(cadence, 7) == jitter(cadence, 7)


def test_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        period_of(Cadence.DAILY, "UTC", datetime(2026, 1, 1))


def test_due_time_of_something_that_is_no_slot_is_refused() -> None:
    with pytest.raises(ValueError, match="No slot"):
        due_in_period(Cadence.DAILY, "UTC", datetime(2026, 1, 1, 3, tzinfo=UTC), 1)


@pytest.mark.parametrize("cadence", SUB_DAILY)
def test_walk_through_a_year_meets_no_gap_and_no_overlap(cadence: Cadence) -> None:
    at = period_of(cadence, "Europe/Riga", datetime(2026, 1, 1, tzinfo=UTC))
    walked = timedelta()
    while at < datetime(2026, 12, 31, tzinfo=UTC):
        following = next_period(cadence, "Europe/Riga", at)
        assert period_of(cadence, "Europe/Riga", following - timedelta(seconds=1)) == at
        walked += following - at
        at = following
    assert walked >= timedelta(days=363)
