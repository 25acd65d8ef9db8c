"""The state of the data: each watched keyword stands in one list, by what is known of it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from content.freshness import Freshness, freshness
from serp.models import Check, Keyword, Snapshot

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 18, 15, 0, tzinfo=OSLO)
HOUR = timedelta(hours=1)


def keyword(
    read: timedelta | None = None,
    *,
    is_partial: bool = False,
    state: str = "",
    kind: str = "",
    checked: timedelta = timedelta(0),
    cadence: str = "1d",
) -> Keyword:
    row = Keyword(pk=1, phrase="hallway", cadence=cadence, next_check_at=NOW + HOUR)
    if read is not None:
        row.latest = Snapshot(pk=1, taken_at=NOW - read, is_partial=is_partial)
    if state:
        row.last_check = Check(
            pk=1, state=state, error_kind=kind, message="over budget", finished_at=NOW - checked
        )
    return row


def state(*rows: Keyword) -> Freshness:
    return freshness(rows, zone=OSLO, now=NOW)


def test_a_reading_of_the_present_slot_is_measured() -> None:
    found = state(keyword(10 * HOUR))
    assert (len(found.measured), found.watched, found.newest) == (1, 1, NOW - 10 * HOUR)


def test_a_reading_older_than_its_cadence_is_stale() -> None:
    assert len(state(keyword(30 * HOUR)).stale) == 1


def test_yesterday_s_reading_is_fresh_until_today_s_check_is_overdue() -> None:
    early = NOW.replace(hour=0, minute=20)
    row = keyword()
    row.latest = Snapshot(pk=1, taken_at=early - 20 * HOUR)
    assert len(freshness([row], zone=OSLO, now=early).measured) == 1
    assert len(freshness([row], zone=OSLO, now=early + 8 * HOUR).stale) == 1


def test_a_weekly_reading_is_fresh_all_week() -> None:
    assert len(state(keyword(timedelta(days=2), cadence="1w")).measured) == 1


def test_a_partial_reading_is_said() -> None:
    assert len(state(keyword(HOUR, is_partial=True)).partial) == 1


def test_never_read_says_when_the_first_check_is() -> None:
    found = state(keyword())
    assert (len(found.never), found.next_first) == (1, NOW + HOUR)


def test_a_failure_says_why_and_keeps_the_last_reading_out_of_measured() -> None:
    found = state(keyword(24 * HOUR, state="failed", kind="timeout"))
    (failure,) = found.failures
    assert failure.reason == "the provider did not answer in time"
    assert (found.failed, len(found.measured)) == (1, 0)
    assert failure.next_try == NOW + HOUR


def test_a_reading_after_the_failure_ends_it() -> None:
    found = state(keyword(HOUR, state="failed", kind="timeout", checked=2 * HOUR))
    assert (found.failed, len(found.measured)) == (0, 1)


def test_one_reason_is_one_failure_and_a_refused_key_comes_first() -> None:
    rows = [keyword(state="failed", kind="timeout") for _ in range(3)]
    found = state(*rows, keyword(state="failed", kind="bad_key"))
    assert [len(f.keywords) for f in found.failures] == [3, 1]
    assert found.watched == 4


@pytest.mark.parametrize("word", ["skipped", "empty"])
def test_skipped_and_empty_checks_bring_no_reading_either(word: str) -> None:
    (failure,) = state(keyword(state=word)).failures
    assert failure.reason == ("over budget" if word == "skipped" else "engine has no results")
