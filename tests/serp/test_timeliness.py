"""Which readings still stand for now: by cadence, by time zone, and longer where checks are spaced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from serp.cadence import Cadence
from serp.models import Brand, Check, Keyword, ProviderAccount
from serp.scheduling import request_check
from serp.timeliness import KNOWN, read_in_slot, read_in_time
from tests.cast import NOW, MakeSnapshot

HOUR = timedelta(hours=1)
OSLO = ["Europe/Oslo"]


def in_time(now: datetime = NOW, *, stretches: tuple[int, ...] = ()) -> int:
    return read_in_time(Keyword.objects.all(), now, stretches=stretches).filter(KNOWN).count()


def in_slot(
    now: datetime, *, zones: list[str] | None = None, stretches: tuple[int, ...] = ()
) -> int:
    rows = read_in_slot(Keyword.objects.all(), now, zones=zones or OSLO, stretches=stretches)
    return rows.filter(KNOWN).count()


@pytest.mark.parametrize("cadence", Cadence)
def test_a_reading_is_old_after_one_and_a_half_slots(
    cadence: Cadence, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    Keyword.objects.filter(pk=keyword.pk).update(cadence=cadence)
    make_snapshot("neutral", at=NOW)
    limit = NOW + 1.5 * cadence.length
    assert in_time(limit) == 1
    assert in_time(limit + timedelta(seconds=1)) == 0


def test_a_keyword_that_was_never_read_is_not_known(keyword: Keyword) -> None:
    assert in_time() == 0
    assert in_slot(NOW) == 0


def test_an_engine_without_results_is_an_answer_and_a_failure_is_none(keyword: Keyword) -> None:
    check = request_check(keyword, NOW)
    Keyword.objects.filter(pk=keyword.pk).update(last_check=check)
    for state, known in ((Check.State.EMPTY, 1), (Check.State.FAILED, 0)):
        Check.objects.filter(pk=check.pk).update(state=state, finished_at=NOW)
        assert in_time(NOW + HOUR) == in_slot(NOW + HOUR) == known


def test_a_slot_begins_at_midnight_of_the_brands_own_zone(
    keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral", at=datetime(2026, 11, 17, 22, 59, tzinfo=UTC))
    assert in_slot(NOW) == 0, "23:59 in Oslo: yesterday"
    make_snapshot("neutral", at=datetime(2026, 11, 17, 23, 0, tzinfo=UTC))
    assert in_slot(NOW) == 1, "00:00 in Oslo"
    Brand.objects.update(time_zone="America/New_York")
    both = ["America/New_York", "Europe/Oslo"]
    assert in_slot(NOW, zones=both) == 0, "18:00 in New York, where it is 01:00 of the next day"
    assert in_slot(NOW - 2 * HOUR, zones=both) == 1, "and 23:00 of the same day two hours ago"


@pytest.mark.parametrize(
    ("is_quiet", "brand_stretch", "account_stretch", "hours", "known"),
    [
        (False, 5, 5, 37, 0),
        (True, 1, 1, 37, 0),
        (True, 3, 1, 37, 1),
        (True, 1, 3, 37, 1),
        (True, 3, 1, 84, 1),
        (True, 3, 1, 85, 0),
        (True, 2, 3, 84, 1),
    ],
)
def test_a_quiet_keyword_may_be_older_while_its_checks_are_spaced(
    is_quiet: bool,
    brand_stretch: int,
    account_stretch: int,
    hours: int,
    known: int,
    keyword: Keyword,
    account: ProviderAccount,
    make_snapshot: MakeSnapshot,
) -> None:
    make_snapshot("neutral", at=NOW)
    Keyword.objects.update(is_quiet=is_quiet)
    Brand.objects.update(stretch=brand_stretch)
    ProviderAccount.objects.update(stretch=account_stretch)
    now = NOW + timedelta(hours=hours)
    assert in_time(now, stretches=(brand_stretch, account_stretch)) == known


def test_no_check_is_spaced_by_more_than_the_planner_spaces_it(
    keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral", at=NOW)
    Keyword.objects.update(is_quiet=True, cadence=Cadence.WEEKLY)
    Brand.objects.update(stretch=30)
    limit = timedelta(weeks=4.5)
    assert in_time(NOW + limit, stretches=(30,)) == 1
    assert in_time(NOW + limit + HOUR, stretches=(30,)) == 0


def test_a_spaced_keyword_is_covered_through_the_slots_that_are_left_out(
    keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral", at=NOW)
    Keyword.objects.update(is_quiet=True)
    Brand.objects.update(stretch=2)
    tomorrow = NOW + timedelta(days=1)
    assert in_slot(tomorrow, stretches=(2,)) == 1
    assert in_slot(tomorrow + timedelta(days=1), stretches=(2,)) == 0
