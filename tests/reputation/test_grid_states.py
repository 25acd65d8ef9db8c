"""A reading stands for its cadence slot; otherwise the grid shows a gap and says why."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from reputation.grid_states import Outcome, Span, clicks_lost, gap_of
from serp.cadence import Cadence

OSLO = ZoneInfo("Europe/Oslo")
MIDNIGHT = datetime(2026, 11, 18, tzinfo=OSLO)
NOON = MIDNIGHT + timedelta(hours=12)
TODAY = Span(MIDNIGHT, NOON, OSLO, is_today=True)
THAT_DAY = Span(MIDNIGHT, MIDNIGHT + timedelta(days=1), OSLO, is_today=False)
DAILY, WEEKLY = Cadence.DAILY, Cadence.WEEKLY


def failed(at: datetime, state: str = "failed", reason: str = "no connection") -> Outcome:
    return Outcome(state, at, reason)


def test_a_reading_of_the_day_is_shown() -> None:
    for span in (TODAY, THAT_DAY):
        assert gap_of(span, DAILY, taken_at=MIDNIGHT + timedelta(hours=3), last=None) is None


def test_yesterdays_reading_stands_today_until_todays_check_has_ended() -> None:
    yesterday = MIDNIGHT - timedelta(hours=5)
    assert gap_of(TODAY, DAILY, taken_at=yesterday, last=None) is None
    gap = gap_of(TODAY, DAILY, taken_at=yesterday, last=failed(NOON - timedelta(hours=2)))
    assert gap is not None
    assert (gap.kind, gap.reason) == ("failed", "no connection")


def test_on_a_past_day_the_reading_before_does_not_stand() -> None:
    gap = gap_of(THAT_DAY, DAILY, taken_at=MIDNIGHT - timedelta(hours=5), last=None)
    assert gap is not None
    assert (gap.kind, gap.reason) == ("missing", "no check on this day")


def test_a_weekly_reading_stands_for_its_week() -> None:
    monday = datetime(2026, 11, 16, 4, tzinfo=OSLO)
    assert gap_of(THAT_DAY, WEEKLY, taken_at=monday, last=None) is None
    assert gap_of(THAT_DAY, WEEKLY, taken_at=monday - timedelta(days=1), last=None) is not None


def test_a_reading_two_slots_old_is_a_gap_today() -> None:
    gap = gap_of(TODAY, DAILY, taken_at=MIDNIGHT - timedelta(days=2), last=None)
    assert gap is not None
    assert gap.kind == "missing"


def test_a_failed_check_after_a_good_one_of_the_same_slot_hides_nothing() -> None:
    taken = MIDNIGHT + timedelta(hours=3)
    assert gap_of(TODAY, DAILY, taken_at=taken, last=failed(taken + timedelta(hours=1))) is None


def test_skipped_and_empty_are_told_apart_from_failed() -> None:
    skipped = gap_of(TODAY, DAILY, taken_at=None, last=failed(NOON, "skipped", "budget used up"))
    empty = gap_of(TODAY, DAILY, taken_at=None, last=failed(NOON, "empty", "no results"))
    assert skipped is not None
    assert empty is not None
    assert (skipped.kind, skipped.reason) == ("skipped", "budget used up")
    assert (empty.kind, empty.reason) == ("empty", "the engine has no results for it")


def test_a_keyword_never_measured_waits() -> None:
    gap = gap_of(TODAY, DAILY, taken_at=None, last=None)
    assert gap is not None
    assert (gap.kind, gap.reason) == ("waiting", "not measured yet")


def test_times_in_utc_are_the_same_moments() -> None:
    taken = (MIDNIGHT + timedelta(minutes=5)).astimezone(UTC)
    assert gap_of(THAT_DAY, DAILY, taken_at=taken, last=None) is None
    assert gap_of(THAT_DAY, DAILY, taken_at=taken - timedelta(minutes=6), last=None) is not None


def test_lost_clicks_weigh_the_share_with_the_searches() -> None:
    lost = clicks_lost({1: 0.1, 2: 0.5, 3: 0.2}, {1: 1000, 2: 100, 3: None})
    assert lost == {1: 100, 2: 50, 3: 0.2 * 550}


def test_without_any_volume_the_share_alone_decides() -> None:
    assert clicks_lost({1: 0.1, 2: 0.5}, {1: None, 2: None}) == {1: 0.1, 2: 0.5}
