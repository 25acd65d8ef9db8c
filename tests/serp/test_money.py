"""Budgets are reserved before a call and settled after it, and never overdrawn."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from serp import money
from serp.models import Brand, BudgetUse, Keyword, LedgerEntry, Notice, ProviderAccount
from serp.money import Reserved
from tests.cast import NOW

pytestmark = pytest.mark.django_db
CENT = Decimal("0.01")


def reserve(account: ProviderAccount, brand: Brand, wanted: int, each: Decimal = CENT) -> Reserved:
    with transaction.atomic():
        uses = money.lock_uses(money.purses_of(account.pk, brand.pk, NOW.date()))
        return money.reserve(uses, account, brand, each=each, wanted=wanted, now=NOW)


def used() -> dict[str, Decimal]:
    return {
        f"{'account' if row.account_id else 'brand'} {row.span}": row.used
        for row in BudgetUse.objects.all()
    }


def test_a_call_draws_on_the_day_and_month_of_its_account_and_brand(
    account: ProviderAccount, brand: Brand
) -> None:
    assert reserve(account, brand, 5) == Reserved(5)
    assert used() == dict.fromkeys(
        ("account day", "account month", "brand day", "brand month"), 5 * CENT
    )


@pytest.mark.parametrize("owner", ["account", "brand"])
@pytest.mark.parametrize("span", ["day", "month"])
def test_each_of_the_four_budgets_stops_alone(
    account: ProviderAccount, brand: Brand, owner: str, span: str
) -> None:
    row: ProviderAccount | Brand = account if owner == "account" else brand
    setattr(row, f"{span}_budget", 7 * CENT)
    assert reserve(account, brand, 5).number == 5
    last = reserve(account, brand, 5)
    assert last.number == 2
    assert f"the {span}'s budget" in last.reason
    assert set(used().values()) == {7 * CENT}
    assert reserve(account, brand, 1).number == 0


def test_people_are_told_once_at_80_percent_and_once_at_the_end(
    account: ProviderAccount, brand: Brand
) -> None:
    account.day_budget = 10 * CENT
    reserve(account, brand, 7)
    assert not Notice.objects.exists()
    reserve(account, brand, 1)
    reserve(account, brand, 1)
    assert [row.kind for row in Notice.objects.all()] == ["budget_short"]
    for _ in range(3):
        reserve(account, brand, 9)
    assert sorted(row.kind for row in Notice.objects.all()) == ["budget_out", "budget_short"]
    money.close_past_notices(NOW)
    assert Notice.objects.open().count() == 2
    money.close_past_notices(NOW + timedelta(days=1))
    assert Notice.objects.open().count() == 0


def test_what_is_free_needs_no_budget(account: ProviderAccount, brand: Brand) -> None:
    account.day_budget = Decimal(0)
    assert reserve(account, brand, 5, each=Decimal(0)) == Reserved(5)
    assert reserve(account, brand, 1).number == 0, "the control"


def test_a_correction_gives_back_what_was_not_spent(account: ProviderAccount, brand: Brand) -> None:
    reserve(account, brand, 4)
    money.correct({(account.pk, brand.pk, NOW.date()): -CENT})
    assert set(used().values()) == {3 * CENT}


def test_what_is_left_is_told_where_there_is_a_budget(
    account: ProviderAccount, brand: Brand
) -> None:
    brand.month_budget = 10 * CENT
    reserve(account, brand, 4)
    assert money.left(brand, NOW) == {"day": None, "month": 6 * CENT}
    assert money.left(account, NOW) == {"day": None, "month": None}


def test_a_forgotten_intent_counts_as_spent_in_the_end(
    account: ProviderAccount, keyword: Keyword
) -> None:
    entry = LedgerEntry.objects.create(
        brand=keyword.brand, fence=1, account=account, provider="sample", at=NOW,
        reserved_calls=1, reserved=CENT,
    )  # fmt: skip
    money.close_forgotten(NOW + timedelta(hours=2))
    entry.refresh_from_db()
    assert entry.state == LedgerEntry.State.OPEN
    money.close_forgotten(NOW + timedelta(days=2))
    entry.refresh_from_db()
    assert entry.state == LedgerEntry.State.UNKNOWN
