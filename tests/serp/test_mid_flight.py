"""What changes while checks are under way takes no answer, no money and no other check with it."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError

from serp import asking, raw, run
from serp.asking import Fetched
from serp.breaker import Answered, Health, after
from serp.claiming import Ticket
from serp.models import (
    Brand,
    BudgetUse,
    Check,
    Keyword,
    LedgerEntry,
    Pause,
    ProviderAccount,
    Snapshot,
)
from serp.permits import LimitsDown, OwnLimits
from serp.providers.base import (
    Answer,
    ErrorKind,
    Provider,
    ProviderError,
    Query,
    Request,
    SerpPage,
)
from serp.scheduling import offer_due, request_check
from serp.tracking import check_due
from tests.cast import NOW
from tests.serp.test_tracking import (
    Scripted,
    claim,
    clock_at,
    due,
    run_at,
    script,
    serp,
)

__all__ = ["script"]
pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)
State = Check.State
KEPT = (raw.Packed(1, 200, {}, b"x", 1),)


def answers(tickets: list[Ticket], **fields: Any) -> list[tuple[Ticket, Fetched]]:
    return [(ticket, Fetched(serp(3, **fields), None, NOW, KEPT)) for ticket in tickets]


def begun(brand: Brand, number: int = 2) -> list[Ticket]:
    for n in range(number):
        due(Keyword.objects.create(brand=brand, phrase=f"phrase {n}"))
    offer_due(NOW)
    return claim(NOW, number)


@committed
def test_a_keyword_deleted_in_mid_flight_takes_no_other_answer_with_it(
    brand: Brand, script: list[Any]
) -> None:
    tickets = begun(brand)
    Keyword.objects.get(pk=tickets[0].keyword.pk).delete()
    run_at(NOW).finish(answers(tickets))
    assert Snapshot.objects.count() == 1
    assert not LedgerEntry.objects.filter(state=LedgerEntry.State.OPEN).exists()


@committed
def test_a_brand_deleted_in_mid_flight_takes_no_other_answer_with_it(
    brand: Brand, other_brand: Brand, script: list[Any]
) -> None:
    tickets = [*begun(brand, 1), *begun(other_brand, 1)]
    Brand.objects.get(pk=brand.pk).delete()
    run_at(NOW).finish(answers(tickets, cost=Decimal("0.02")))
    assert Snapshot.objects.count() == 1
    use = BudgetUse.objects.get(account=other_brand.account, span="day")
    assert use.used == Decimal("0.04")


@committed
def test_an_account_deleted_in_mid_flight_leaves_the_reading_that_it_paid(
    brand: Brand, script: list[Any]
) -> None:
    tickets = begun(brand)
    Brand.objects.update(account=None)
    ProviderAccount.objects.all().delete()
    run_at(NOW).finish(answers(tickets, cost=Decimal("0.02")))
    assert Snapshot.objects.count() == 2
    assert set(Check.objects.values_list("state", flat=True)) == {State.MEASURED}


def test_a_database_that_is_away_while_keywords_are_offered_costs_no_answer(
    brand: Brand, script: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(now: datetime) -> int:
        raise OperationalError("away")

    monkeypatch.setattr(run, "offer_all", away)
    monkeypatch.setattr(run.connection, "close", lambda: None)
    work = run_at(NOW)
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(OperationalError):
            work.begin(pool, None)
        work.in_flight, work.pending = 4, {Future(): begun(brand, 1)[0]}
        assert not work.begin(pool, None), "with answers still out, it is tried again"
    assert work.claim_at > 0


def test_a_budget_is_counted_to_the_cent_whatever_the_database_keeps(
    brand: Brand, account: ProviderAccount, script: list[Any]
) -> None:
    account.price, account.day_budget = Decimal("0.1"), Decimal("0.8")
    account.save()
    for n in range(12):
        due(Keyword.objects.create(brand=brand, phrase=f"phrase {n}", depth=10))
        script.append(serp(3, cost=Decimal("0.1")))
    check_due(clock=clock_at(NOW), in_flight=1)
    assert Check.objects.filter(state=State.MEASURED).count() == 8
    assert Check.objects.filter(state=State.SKIPPED).count() == 4


def test_a_lost_try_that_the_next_period_overtakes_counts_as_spent(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    offer_due(NOW)
    (ticket,) = claim(NOW, 1)
    offer_due(NOW + timedelta(days=2))
    first = Check.objects.get(pk=ticket.check.pk)
    assert first.state == State.SKIPPED
    assert first.cost == ticket.reserved > 0
    assert LedgerEntry.objects.get().state == LedgerEntry.State.UNKNOWN


@pytest.fixture
def second(keyword: Keyword, brand: Brand, script: list[Any]) -> ProviderAccount:
    """An account that a keyword of the brand names as its second one."""
    other = ProviderAccount.objects.create(name="Second", provider="scripted", per_second=1000)
    keyword.second_account = other
    keyword.save()
    return other


def test_checks_of_an_account_at_its_limit_hold_up_nobody(
    keyword: Keyword, account: ProviderAccount, other_brand: Brand, second: ProviderAccount
) -> None:
    due(keyword)
    offer_due(NOW)
    third = ProviderAccount.objects.create(name="Third", provider="scripted", per_second=1000)
    Brand.objects.filter(pk=other_brand.pk).update(account=third)
    due(Keyword.objects.create(brand=other_brand, phrase="behind"))
    offer_due(NOW)
    (ticket,) = claim(NOW, 1, full={account.pk})
    assert ticket.keyword.phrase == "behind"


def test_a_refused_key_is_not_tried_again_because_a_second_account_is_named_that_cannot_be_asked(
    keyword: Keyword, second: ProviderAccount, script: list[Any]
) -> None:
    second.is_paused = True
    second.save()
    script += [ProviderError("no", kind=ErrorKind.BAD_KEY, calls=1)] * 2
    due(keyword)
    check_due(clock=clock_at(NOW), in_flight=1)
    assert len(Scripted.asked) == 1
    assert Check.objects.get().state == State.FAILED


def test_what_was_asked_before_a_provider_asked_to_wait_does_not_end_the_wait() -> None:
    held = after(Health(), [Answered(ErrorKind.RATE_LIMITED, 120.0)], NOW)
    late = after(held, [Answered(None)], NOW + timedelta(seconds=1))
    assert late.held_until == NOW + timedelta(seconds=120)
    assert after(late, [Answered(None)], NOW + timedelta(seconds=121)).held_until is None


def test_a_pause_in_the_middle_of_a_run_ends_it(brand: Brand, script: list[Any]) -> None:
    for n in range(5):
        due(Keyword.objects.create(brand=brand, phrase=f"phrase {n}"))
    check_due(
        clock=clock_at(NOW),
        in_flight=1,
        progress=lambda tally: Pause.begin("a restore", NOW),
    )
    assert len(Scripted.asked) < 5
    assert Check.objects.filter(state=State.DUE).exists()


@pytest.mark.parametrize("is_gate_away", [True, False])
def test_a_check_that_ends_at_our_own_gate_has_lost_neither_a_try_nor_money(
    keyword: Keyword, script: list[Any], monkeypatch: pytest.MonkeyPatch, is_gate_away: bool
) -> None:
    def turn(self: OwnLimits, account: int, *, per_second: float) -> float:
        if is_gate_away:
            raise LimitsDown("away")
        return 3600.0

    monkeypatch.setattr(asking, "LATE", -1.0)
    monkeypatch.setattr(OwnLimits, "turn", turn)
    due(keyword)
    for hour in range(5):
        check_due(clock=clock_at(NOW + timedelta(hours=hour)), in_flight=1)
    row = Check.objects.get()
    assert (row.state, row.tries, row.attempts, row.calls, row.cost) == (State.DUE, 0, 0, 0, 0)
    assert not Scripted.asked
    assert ProviderAccount.objects.get().failures == 0


def test_a_page_that_was_not_asked_for_is_not_counted(
    keyword: Keyword, script: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def turn(self: OwnLimits, account: int, *, per_second: float) -> float:
        raise LimitsDown("away")

    def page(answer: Answer, query: Query) -> SerpPage:
        return SerpPage(serp(3).items, has_more=True)

    sent: list[Request] = []
    monkeypatch.setattr(OwnLimits, "turn", turn)
    monkeypatch.setattr(Scripted, "fetch", Provider.fetch)
    monkeypatch.setattr(Scripted, "request", lambda *_: Request("GET", "https://one.example/"))
    monkeypatch.setattr(Scripted, "parse", lambda self, answer, query: page(answer, query))

    def answer(request: Request) -> Answer:
        sent.append(request)
        return Answer(200, {}, b"")

    monkeypatch.setattr(asking, "bounded_fetch", lambda: answer)
    due(keyword)
    check_due(clock=clock_at(NOW), in_flight=1)
    row = Check.objects.get()
    assert (row.state, row.calls, row.cost) == (State.PARTIAL, 1, Decimal("0.01"))
    assert len(sent) == 1


def test_a_check_by_hand_is_told_apart(keyword: Keyword) -> None:
    assert request_check(keyword, NOW).purpose == Check.Purpose.MANUAL
