"""A surprise is confirmed by one second reading before anyone is alarmed, within the budget."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from serp import confirming
from serp.cadence import Cadence, period_of
from serp.confirming import LATE, ask, pending, settle, work
from serp.models import (
    Brand,
    BudgetUse,
    Check,
    Confirmation,
    Keyword,
    LedgerEntry,
    Notice,
    Page,
    ProviderAccount,
    Snapshot,
)
from serp.providers import registry
from serp.providers.base import ErrorKind, Item, Provider, ProviderError, Query, Serp
from serp.recording import Reading as Fresh
from serp.recording import record
from serp.scheduling import resume
from serp.tracking import check_due
from tests.cast import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
State = Check.State
Verdict = Confirmation.Verdict
TEN = [f"p{n}" for n in range(1, 11)]
GONE = ["new", *TEN[1:]]
"""The first page has left."""


def items(names: list[str]) -> tuple[Item, ...]:
    return tuple(
        Item(n, f"https://{name}.example/", f"Title of {name}", "")
        for n, name in enumerate(names, 1)
    )


def read(
    keyword: Keyword,
    names: list[str],
    at: datetime,
    *,
    purpose: str = Check.Purpose.SCHEDULED,
    check: Check | None = None,
    **fields: Any,
) -> Snapshot:
    """A check that read this page."""
    period = period_of(Cadence(keyword.cadence), keyword.brand.zone, at)
    if check is None:
        check = Check(keyword=keyword, period=period, sequence=Check.objects.count())
        check.purpose, check.account = purpose, keyword.brand.account
    check.state, check.tries = State.MEASURED, 1
    check.sent_at = check.finished_at = check.not_before = at
    check.save()
    values: dict[str, Any] = {"depth": len(names), "provider": "sample", "is_partial": False}
    (snapshot,) = record(
        [
            Fresh(
                keyword=keyword,
                taken_at=at,
                items=items(names),
                features=(),
                asked=10,
                source=Snapshot.Source.CHECK,
                check=check,
                **(values | fields),
            )
        ]
    )
    keyword.refresh_from_db()
    return snapshot


@pytest.fixture
def steady(keyword: Keyword) -> Keyword:
    """Three days on which page one stood still."""
    for day in (3, 2, 1):
        read(keyword, TEN, NOW - day * DAY)
    return keyword


def page(name: str) -> Page:
    return Page.objects.get(host=f"{name}.example")


def test_a_page_that_leaves_the_top_is_read_a_second_time_in_the_same_period(
    steady: Keyword,
) -> None:
    snapshot = read(steady, GONE, NOW)
    work(NOW + MINUTE)
    row = Confirmation.objects.get()
    assert (row.snapshot, row.page, row.is_gone) == (snapshot, page("p1"), True)
    assert row.verdict == Verdict.WAITING
    second = row.check_row
    assert second is not None
    assert second.purpose == Check.Purpose.CONFIRMATION
    assert second.state == State.DUE
    assert snapshot.check_row is not None
    assert second.period == snapshot.check_row.period
    assert second.sequence == snapshot.check_row.sequence + 1
    assert pending(steady.brand) == {(steady.pk, page("p1").pk)}
    for minute in range(2, 5):
        work(NOW + minute * MINUTE)
    assert Confirmation.objects.count() == 1
    assert Check.objects.filter(purpose=Check.Purpose.CONFIRMATION).count() == 1


@pytest.mark.parametrize(
    ("again", "verdict"),
    [
        (GONE, Verdict.CONFIRMED),
        (TEN, Verdict.REFUTED),
        ([*TEN[1:], "p1"], Verdict.REFUTED),
        ([*TEN[1:], "new", "p1"], Verdict.CONFIRMED),
    ],
)
def test_the_second_reading_decides(steady: Keyword, again: list[str], verdict: str) -> None:
    read(steady, GONE, NOW)
    work(NOW + MINUTE)
    (second,) = Check.objects.filter(purpose=Check.Purpose.CONFIRMATION)
    read(steady, again, NOW + 2 * MINUTE, check=second)
    work(NOW + 3 * MINUTE)
    row = Confirmation.objects.get()
    assert row.verdict == verdict
    assert row.settled_at == NOW + 3 * MINUTE
    assert pending(steady.brand) == set()
    assert Check.objects.filter(purpose=Check.Purpose.CONFIRMATION).count() == 1, (
        "a second reading is not confirmed by a third"
    )


def test_a_second_reading_that_was_cut_short_says_nothing(steady: Keyword) -> None:
    read(steady, GONE, NOW)
    work(NOW + MINUTE)
    (second,) = Check.objects.filter(purpose=Check.Purpose.CONFIRMATION)
    read(steady, GONE[:5], NOW + 2 * MINUTE, check=second, is_partial=True)
    settle(NOW + 3 * MINUTE)
    assert Confirmation.objects.get().verdict == Verdict.UNKNOWN


def test_a_second_check_that_fails_or_does_not_come_leaves_it_unknown(steady: Keyword) -> None:
    read(steady, GONE, NOW)
    work(NOW + MINUTE)
    row = Confirmation.objects.get()
    settle(NOW + timedelta(minutes=60))
    row.refresh_from_db()
    assert row.verdict == Verdict.WAITING, "an hour is not over"
    settle(NOW + timedelta(minutes=62))
    row.refresh_from_db()
    assert row.verdict == Verdict.UNKNOWN
    (second,) = Check.objects.filter(purpose=Check.Purpose.CONFIRMATION)
    assert (second.state, second.message) == (State.SKIPPED, LATE), "nor is it paid for any more"
    Confirmation.objects.update(verdict=Verdict.WAITING)
    Check.objects.filter(pk=second.pk).update(state=State.FAILED)
    settle(NOW + 2 * MINUTE)
    row.refresh_from_db()
    assert row.verdict == Verdict.UNKNOWN


def short_page_one(steady: Keyword) -> Snapshot:
    return read(steady, ["new", "p2", "p3"], NOW)


def cut_short(steady: Keyword) -> Snapshot:
    return read(steady, GONE[:6], NOW, is_partial=True)


def another_provider(steady: Keyword) -> Snapshot:
    return read(steady, GONE, NOW, provider="brave")


def merely_lower(steady: Keyword) -> Snapshot:
    return read(steady, [*TEN[1:], "p1"], NOW)


def from_the_middle(steady: Keyword) -> Snapshot:
    return read(steady, [*TEN[:4], "new", *TEN[5:]], NOW)


def long_after(steady: Keyword) -> Snapshot:
    return read(steady, GONE, NOW + 9 * DAY)


@pytest.mark.parametrize(
    "shape",
    [short_page_one, cut_short, another_provider, merely_lower, from_the_middle, long_after],
)
def test_everyday_changes_are_no_surprise(
    steady: Keyword, shape: Callable[[Keyword], Snapshot]
) -> None:
    snapshot = shape(steady)
    work(snapshot.taken_at + MINUTE)
    assert not Confirmation.objects.exists()


def test_a_page_that_was_not_always_there_is_not_missed(keyword: Keyword) -> None:
    read(keyword, TEN, NOW - 3 * DAY)
    read(keyword, GONE, NOW - 2 * DAY)
    read(keyword, TEN, NOW - DAY)
    read(keyword, GONE, NOW)
    work(NOW + MINUTE)
    assert not Confirmation.objects.exists()


def test_imported_and_paused_readings_are_not_looked_at(steady: Keyword) -> None:
    read(steady, GONE, NOW, check=None)
    Snapshot.objects.update(source=Snapshot.Source.ANSWER)
    work(NOW + MINUTE)
    assert not Confirmation.objects.exists()
    Snapshot.objects.update(source=Snapshot.Source.CHECK)
    Keyword.objects.update(is_paused=True)
    work(NOW + MINUTE)
    assert not Confirmation.objects.exists()
    Keyword.objects.update(is_paused=False)
    work(NOW + MINUTE)
    assert Confirmation.objects.exists(), "the control"


def spend(steady: Keyword) -> None:
    account = steady.brand.account
    assert account is not None
    ProviderAccount.objects.filter(pk=account.pk).update(day_budget=10)
    BudgetUse.objects.create(account=account, span="day", starts_on=NOW.date(), used=Decimal("8.1"))


def spend_the_brands(steady: Keyword) -> None:
    Brand.objects.filter(pk=steady.brand_id).update(month_budget=10)
    BudgetUse.objects.create(
        brand=steady.brand,
        span="month",
        starts_on=NOW.date().replace(day=1),
        used=Decimal("9"),
    )


def ask_twice(steady: Keyword) -> None:
    Check.objects.filter(finished_at=NOW).update(tries=2)


def put_in_quarantine(steady: Keyword) -> None:
    Keyword.objects.update(quarantined_at=NOW)


def have_another_under_way(steady: Keyword) -> None:
    first = Check.objects.get(finished_at=NOW)
    Check.objects.create(keyword=steady, period=first.period, sequence=99, not_before=NOW)


def doubt_the_run(steady: Keyword) -> None:
    Notice.objects.create(
        kind=Notice.Kind.DRIFT, key="drift:1", account=steady.brand.account, opened_at=NOW
    )


def nothing(steady: Keyword) -> None:
    pass


@pytest.mark.parametrize(
    ("obstacle", "verdict"),
    [
        (spend, Verdict.UNKNOWN),
        (spend_the_brands, Verdict.UNKNOWN),
        (ask_twice, Verdict.UNKNOWN),
        (put_in_quarantine, Verdict.UNKNOWN),
        (have_another_under_way, Verdict.UNKNOWN),
        (doubt_the_run, Verdict.UNKNOWN),
        (nothing, Verdict.WAITING),
    ],
)
def test_a_second_reading_that_may_not_be_paid_is_not_made(
    steady: Keyword, obstacle: Callable[[Keyword], None], verdict: str
) -> None:
    read(steady, GONE, NOW)
    obstacle(steady)
    work(NOW + MINUTE)
    row = Confirmation.objects.get()
    assert row.verdict == verdict
    assert (row.check_row is None) == (verdict == Verdict.UNKNOWN)
    assert (row.settled_at is None) == (verdict == Verdict.WAITING)


def test_several_surprises_of_one_reading_share_the_second_one(steady: Keyword) -> None:
    snapshot = read(steady, ["bad", "new", *TEN[2:]], NOW)
    work(NOW + MINUTE)
    ask(snapshot, page("bad"), is_gone=False, now=NOW + MINUTE)
    rows = list(Confirmation.objects.all())
    assert len(rows) == 3, "two pages have left and a negative has come"
    assert len({row.check_row_id for row in rows}) == 1
    (second,) = Check.objects.filter(purpose=Check.Purpose.CONFIRMATION)
    read(steady, ["p1", "new", *TEN[2:]], NOW + 2 * MINUTE, check=second)
    settle(NOW + 3 * MINUTE)
    verdicts = {(row.page.host, row.is_gone): row.verdict for row in Confirmation.objects.all()}
    assert verdicts == {
        ("p1.example", True): Verdict.REFUTED,
        ("p2.example", True): Verdict.CONFIRMED,
        ("bad.example", False): Verdict.REFUTED,
    }


def test_a_second_reading_that_surprises_anew_asks_for_no_third(steady: Keyword) -> None:
    read(steady, GONE, NOW)
    work(NOW + MINUTE)
    (second,) = Check.objects.filter(purpose=Check.Purpose.CONFIRMATION)
    snapshot = read(steady, ["worse", *GONE[1:]], NOW + 2 * MINUTE, check=second)
    row = ask(snapshot, page("worse"), is_gone=False, now=NOW + 3 * MINUTE)
    assert row.verdict == Verdict.UNKNOWN
    assert Check.objects.filter(purpose=Check.Purpose.CONFIRMATION).count() == 1


def test_many_readings_are_looked_at_in_a_fixed_number_of_queries(
    brand: Brand, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        row = Keyword.objects.create(brand=brand, phrase=f"hallway {number}")
        for day in (3, 2, 1, 0):
            read(row, TEN, NOW - day * DAY)
    with django_assert_max_num_queries(15):
        work(NOW + MINUTE)


def test_what_a_minute_ago_was_looked_at_is_looked_at_only_in_the_overlap(
    steady: Keyword, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(steady, TEN, NOW)
    looked: list[int] = []
    before = confirming.with_earlier

    def counted(rows: Any) -> Any:
        looked.append(len(rows))
        return before(rows)

    monkeypatch.setattr(confirming, "with_earlier", counted)
    work(NOW + MINUTE)
    work(NOW + 2 * MINUTE)
    work(NOW + 10 * MINUTE)
    work(NOW + 20 * MINUTE)
    assert looked == [1, 1], "within two minutes it may have been stored late"


class Scripted(Provider):
    """A provider whose answers a test writes: the only fake, at the network's edge."""

    name = "scripted"
    title = "Scripted"
    engines = frozenset({"google"})
    needs_key = False
    price = Decimal("0.01")
    script: list[Any] = []

    def fetch(self, query: Query) -> Serp:
        answer = type(self).script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Serp(items(answer), depth=len(answer), cost=Decimal("0.01"))


@pytest.fixture
def engine(
    monkeypatch: pytest.MonkeyPatch, account: ProviderAccount, keyword: Keyword
) -> Callable[[datetime, list[Any]], None]:
    """The real way of a check, on the days of a story."""
    monkeypatch.setitem(registry.PROVIDERS, "scripted", Scripted)
    Scripted.script = []
    account.provider = "scripted"
    account.save()
    Keyword.objects.filter(pk=keyword.pk).update(depth=10)

    def run(at: datetime, answers: list[Any]) -> None:
        Scripted.script[:] = answers
        keyword.refresh_from_db()
        check_due(clock=lambda: at)
        assert not Scripted.script, "all was asked for"

    return run


def surprise(keyword: Keyword, engine: Callable[..., None]) -> None:
    """Three days as ever, and today a page is gone from the top."""
    for day in (3, 2, 1):
        resume(keyword, NOW - day * DAY)
        engine(NOW - day * DAY, [TEN])
    resume(keyword, NOW)
    engine(NOW, [GONE])
    work(NOW + MINUTE)


def test_the_real_way_makes_one_second_call_and_no_third(
    keyword: Keyword, engine: Callable[..., None]
) -> None:
    surprise(keyword, engine)
    engine(NOW + MINUTE, [TEN])
    work(NOW + 2 * MINUTE)
    assert Confirmation.objects.get().verdict == Verdict.REFUTED
    engine(NOW + 3 * MINUTE, [])
    today = LedgerEntry.objects.filter(at__gte=NOW)
    assert today.count() == 2
    keyword.refresh_from_db()
    assert keyword.latest is not None
    assert keyword.latest.taken_at == NOW + MINUTE, "the second reading is the newer one"


def test_a_second_reading_that_fails_is_not_tried_a_third_time(
    keyword: Keyword, engine: Callable[..., None]
) -> None:
    surprise(keyword, engine)
    engine(NOW + MINUTE, [ProviderError("slow", kind=ErrorKind.TIMEOUT, calls=1)])
    engine(NOW + 5 * MINUTE, [])
    work(NOW + 6 * MINUTE)
    assert Confirmation.objects.get().verdict == Verdict.UNKNOWN
    assert LedgerEntry.objects.filter(at__gte=NOW).count() == 2
    keyword.refresh_from_db()
    assert keyword.last_check is not None
    assert keyword.last_check.state == State.MEASURED, "the period was read: nothing has failed"


def test_a_second_reading_whose_worker_died_is_given_up_and_puts_nothing_in_quarantine(
    keyword: Keyword, engine: Callable[..., None]
) -> None:
    surprise(keyword, engine)
    Check.objects.filter(purpose=Check.Purpose.CONFIRMATION).update(
        state=State.SENT, tries=1, attempts=1, lease_until=NOW
    )
    engine(NOW + 2 * MINUTE, [])
    second = Check.objects.get(purpose=Check.Purpose.CONFIRMATION)
    assert (second.state, second.tries) == (State.FAILED, 1)
    keyword.refresh_from_db()
    assert keyword.quarantined_at is None
    settle(NOW + 3 * MINUTE)
    assert Confirmation.objects.get().verdict == Verdict.UNKNOWN
