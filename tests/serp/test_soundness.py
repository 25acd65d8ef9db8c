"""A brand's numbers are called old, unsure or unwatched exactly when they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from serp.models import Brand, Check, Heartbeat, Keyword, Notice, Pause, ProviderAccount
from serp.notices import close_notice, open_notice
from serp.scheduling import request_check
from serp.soundness import Soundness, soundness
from tests.cast import NOW, MakeSnapshot

HOUR = timedelta(hours=1)
Kind = Notice.Kind


@pytest.fixture
def beating(db: None) -> None:
    Heartbeat.beat("worker", NOW)


def at(brand: Brand, hours: float = 0) -> Soundness:
    """The soundness some hours after NOW, with a worker that has just given a sign of life."""
    now = NOW + hours * HOUR
    if Heartbeat.last("worker"):
        Heartbeat.beat("worker", now)
    return soundness(brand, now)


def failed(keyword: Keyword, state: str = Check.State.FAILED) -> None:
    check = request_check(keyword, NOW)
    Check.objects.filter(pk=check.pk).update(state=state, finished_at=NOW)
    Keyword.objects.filter(pk=keyword.pk).update(last_check=check)


def test_fresh_numbers_of_a_living_worker_are_sound(
    brand: Brand, beating: None, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral")
    found = at(brand, hours=36)
    assert not found.is_doubtful
    assert (found.watched, found.late, found.newest, found.provider) == (1, 0, NOW, "sample")


def test_old_numbers_are_counted_with_the_oldest_of_them(
    brand: Brand, beating: None, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral")
    fresh = Keyword.objects.create(brand=brand, phrase="hallway recall")
    make_snapshot("neutral", of=fresh, at=NOW + 30 * HOUR)
    found = at(brand, hours=37)
    assert (found.late, found.watched, found.oldest) == (1, 2, NOW)
    assert found.is_doubtful
    assert found.is_unexplained
    assert not found.is_broken


def test_a_paused_keyword_and_one_that_was_never_read_are_not_old(
    brand: Brand, beating: None, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral")
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=True)
    Keyword.objects.create(brand=brand, phrase="hallway recall")
    found = at(brand, hours=1000)
    assert (found.late, found.watched, found.is_doubtful) == (0, 1, False)
    assert found.newest == NOW, "the newest reading is told all the same"


def test_a_silent_worker_breaks_it_where_keywords_are_watched(
    brand: Brand, other_brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    empty = soundness(other_brand, NOW)
    assert not empty.is_doubtful, "nothing is watched: nobody misses the worker"
    make_snapshot("neutral")
    assert soundness(brand, NOW).is_broken, "never seen"
    Heartbeat.beat("worker", NOW - timedelta(minutes=3))
    assert soundness(brand, NOW).is_broken
    Heartbeat.beat("worker", NOW - timedelta(minutes=1))
    assert not soundness(brand, NOW).is_broken


def test_a_pause_is_told_with_its_reason_and_ends(brand: Brand, beating: None) -> None:
    Pause.begin("restored from a backup", NOW)
    found = at(brand)
    assert (found.is_paused, found.paused_because, found.paused_since) == (
        True,
        "restored from a backup",
        NOW,
    )
    assert found.is_broken
    Pause.end()
    assert not at(brand).is_doubtful


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Kind.MONITORING, True),
        (Kind.DRIFT, True),
        (Kind.ACCOUNT, True),
        (Kind.BUDGET_SHORT, False),
        (Kind.BUDGET_OUT, False),
        (Kind.QUARANTINE, False),
    ],
)
def test_notices_that_bear_on_every_number_are_told_on_every_page(
    kind: str, told: bool, brand: Brand, beating: None
) -> None:
    open_notice(kind, "key", "Something happened.", NOW, brand=brand)
    found = at(brand)
    assert found.is_doubtful is told
    assert [n.text for n in found.shown] == (["Something happened."] if told else [])
    assert found.is_broken is (kind == Kind.MONITORING)
    close_notice("key", NOW)
    assert not at(brand).is_doubtful


def test_an_empty_purse_is_told_once_it_shows_in_the_numbers(
    brand: Brand, beating: None, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral")
    open_notice(Kind.BUDGET_OUT, "key", "The budget is used up.", NOW, brand=brand)
    assert at(brand, hours=1).shown == []
    assert [n.text for n in at(brand, hours=37).shown] == ["The budget is used up."]
    assert not at(brand, hours=37).is_unexplained


def test_three_notices_are_shown_and_the_others_counted(brand: Brand, beating: None) -> None:
    for number in range(5):
        open_notice(Kind.DRIFT, f"key{number}", "A run.", NOW, brand=brand)
    found = at(brand)
    assert (len(found.shown), found.further, len(found.notices)) == (3, 2, 5)


def test_the_gravest_notice_is_told_first(brand: Brand, beating: None) -> None:
    for kind in (Kind.MONITORING, Kind.DRIFT, Kind.ACCOUNT):
        open_notice(kind, kind, "Something happened.", NOW, brand=brand)
    assert [notice.kind for notice in at(brand).shown][-1] == Kind.ACCOUNT


def test_a_standstill_explains_the_other_notices_which_are_counted_only(
    brand: Brand, keyword: Keyword, beating: None
) -> None:
    open_notice(Kind.DRIFT, "key", "A run.", NOW, brand=brand)
    assert (len(at(brand).shown), at(brand).further) == (1, 0)
    Pause.begin("restored from a backup", NOW)
    assert (len(at(brand).shown), at(brand).further) == (0, 1)


def test_checks_that_mostly_bring_nothing_are_told_from_30_percent_on(
    brand: Brand, beating: None, keyword: Keyword
) -> None:
    others = [Keyword.objects.create(brand=brand, phrase=f"hallway {n}") for n in range(9)]
    failed(keyword)
    failed(others[0], Check.State.SKIPPED)
    assert not at(brand).is_doubtful, "2 of 10"
    failed(others[1], Check.State.QUARANTINED)
    found = at(brand)
    assert (found.failing, found.watched, found.is_mostly_failing) == (3, 10, True)


@pytest.mark.parametrize("way", ["own", "default", "keyword", "second", "foreign", "unused"])
def test_an_accounts_notice_reaches_the_brands_that_are_read_through_it(
    way: str, brand: Brand, other_brand: Brand, keyword: Keyword, beating: None
) -> None:
    owner = {"own": brand, "foreign": other_brand}.get(way)
    account = ProviderAccount.objects.create(name="A", provider="serper", key="k", brand=owner)
    if way == "default":
        Brand.objects.filter(pk=brand.pk).update(account=account)
    elif way in ("keyword", "second"):
        field = "account" if way == "keyword" else "second_account"
        Keyword.objects.filter(pk=keyword.pk).update(**{field: account})
    open_notice(Kind.ACCOUNT, "account:1", "Held.", NOW, brand=owner, account=account)
    brand.refresh_from_db()
    assert bool(at(brand).notices) is (way not in ("foreign", "unused"))


def test_another_brands_notice_is_not_ours(brand: Brand, other_brand: Brand, beating: None) -> None:
    open_notice(Kind.DRIFT, "key", "Theirs.", NOW, brand=other_brand)
    assert at(brand).notices == ()
    assert len(at(other_brand).notices) == 1


def test_three_queries_however_many_rows(
    brand: Brand, beating: None, make_snapshot: MakeSnapshot, django_assert_num_queries: Any
) -> None:
    for number in range(12):
        row = Keyword.objects.create(brand=brand, phrase=f"hallway {number}", is_quiet=True)
        make_snapshot("neutral", of=row)
        open_notice(Kind.DRIFT, f"key{number}", "A run.", NOW, brand=brand)
        ProviderAccount.objects.create(name=f"A{number}", provider="serper", stretch=number + 1)
    with django_assert_num_queries(3):
        assert soundness(brand, NOW).is_doubtful
