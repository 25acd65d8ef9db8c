"""What a schedule costs: keywords x pages x runs, by who pays."""

from decimal import Decimal

import pytest

from serp.cadence import Cadence
from serp.models import Brand, Keyword, ProviderAccount
from serp.spending import Group, forecast, schedule_of


def account(**fields) -> ProviderAccount:
    return ProviderAccount(name="A", provider="serper", **{"price": Decimal("0.01"), **fields})


@pytest.mark.parametrize(
    ("count", "cadence", "depth", "requests", "dollars"),
    [
        (1, "1d", 10, 1, "0.01"),
        (48, "1h", 20, 48 * 24 * 2, "23.04"),
        (2, "30m", 11, 2 * 48 * 2, "1.92"),
        (30, "1m", 100, 10, "0.1"),
    ],
)
def test_a_forecast_is_keywords_times_pages_times_runs(
    count, cadence, depth, requests, dollars
) -> None:
    found = forecast([Group(count, Cadence(cadence), depth, account())])
    assert found.keywords == count
    assert round(found.requests, 6) == requests
    assert round(found.dollars, 6) == Decimal(dollars)
    assert round(found.month, 4) == 30 * Decimal(dollars)


def test_several_groups_add_up_and_none_is_nothing() -> None:
    groups = [Group(1, Cadence.DAILY, 10, account()), Group(2, Cadence.DAILY, 20, account())]
    assert forecast(groups).dollars == Decimal("0.05")
    assert forecast([]).dollars == 0


def test_the_providers_list_price_counts_where_no_price_is_set() -> None:
    by_list = forecast([Group(1, Cadence.DAILY, 10, account(price=None))])
    assert by_list.dollars == Decimal("0.001")


def test_the_sample_world_and_a_paused_account_cost_nothing() -> None:
    sample = ProviderAccount(name="S", provider="sample")
    for payer in (sample, account(is_paused=True)):
        assert forecast([Group(9, Cadence.HOURLY, 100, payer)]).dollars == 0


def test_the_dearer_of_two_accounts_is_the_most_that_it_may_cost() -> None:
    dear, cheap = account(price=Decimal("0.05")), account()
    first = forecast([Group(1, Cadence.DAILY, 10, cheap, second=dear)])
    assert (first.dollars, first.most) == (Decimal("0.01"), Decimal("0.05"))
    other = forecast([Group(1, Cadence.DAILY, 10, dear, second=cheap)])
    assert (other.dollars, other.most) == (Decimal("0.05"), Decimal("0.05"))


def test_the_schedule_is_what_is_watched_and_paid(
    brand: Brand, other_brand: Brand, keyword: Keyword, django_assert_num_queries
) -> None:
    paid = ProviderAccount.objects.create(name="P", provider="serper", key="k", brand=brand)
    Keyword.objects.create(brand=brand, phrase="own account", account=paid, cadence="1h")
    Keyword.objects.create(brand=brand, phrase="paused", is_paused=True)
    Keyword.objects.create(brand=other_brand, phrase="kettle")
    with django_assert_num_queries(2):
        groups = schedule_of(brand).groups()
    assert sorted((g.account.name, g.count, g.cadence.value) for g in groups) == [
        ("P", 1, "1h"),
        ("Sample world", 1, "1d"),
    ]


def test_a_keyword_can_be_taken_out_of_the_schedule(brand: Brand, keyword: Keyword) -> None:
    paid = ProviderAccount.objects.create(name="P", provider="serper", key="k", brand=brand)
    keyword.account = paid
    keyword.save()
    Keyword.objects.create(brand=brand, phrase="another", account=paid)
    schedule = schedule_of(brand)
    one = forecast(schedule.without(keyword).groups())
    assert (one.keywords, one.dollars) == (1, Decimal("0.002"))
    keyword.is_paused = True
    assert schedule.without(keyword) == schedule
