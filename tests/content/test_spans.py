"""Which stretch of time is shown: as asked, ending now, unless silence would fill half of it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from content.spans import Asked, BadSpan, Known, asked_for

NOW = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
YEARS = Known(NOW - timedelta(days=900), NOW - timedelta(hours=2))


def asked(known: Known = YEARS, **query: str) -> Asked:
    return asked_for(
        {key.rstrip("_"): value for key, value in query.items()}, known, now=NOW, zone=OSLO
    )


def test_nothing_asked_for_shows_26_weeks_up_to_now() -> None:
    found = asked()
    assert found.is_default
    assert found.stretch.last == NOW
    assert found.stretch.last - found.stretch.first == timedelta(weeks=26)


@pytest.mark.parametrize(("name", "weeks"), [("13", 13), ("26", 26), ("52", 52)])
def test_a_named_span_is_as_long_as_it_says(name: str, weeks: int) -> None:
    found = asked(span=name)
    assert found.stretch.last - found.stretch.first == timedelta(weeks=weeks)
    assert not found.is_default


def test_all_begins_before_the_first_reading() -> None:
    assert asked(span="all").stretch.first < YEARS.first


def test_an_unknown_span_is_the_default() -> None:
    assert asked(span="7; DROP").is_default


def test_a_young_keyword_is_not_squeezed_to_the_edge() -> None:
    known = Known(NOW - timedelta(days=9), NOW)
    assert asked(known, span="52").stretch.first == known.first - timedelta(days=1)


def test_a_span_ends_with_the_last_reading_when_silence_would_fill_half_of_it() -> None:
    old = Known(NOW - timedelta(days=900), NOW - timedelta(days=300))
    found = asked(old, span="13").stretch
    assert found.last == old.last + timedelta(days=1)
    fresh = Known(NOW - timedelta(days=900), NOW - timedelta(days=20))
    assert asked(fresh, span="13").stretch.last == NOW


def test_given_days_are_days_of_the_brand() -> None:
    found = asked(from_="2026-10-01", to="2026-10-02").stretch
    assert found.first.isoformat() == "2026-10-01T00:00:00+02:00"
    assert found.last.isoformat() == "2026-10-02T23:59:59+02:00"


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "99999-01-01", "<b>"])
def test_what_is_no_day_is_refused_in_words(day: str) -> None:
    with pytest.raises(BadSpan, match="is not a day"):
        asked(from_=day)


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(BadSpan, match="before the first"):
        asked(from_="2026-10-02", to="2026-10-01")
