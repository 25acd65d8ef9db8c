"""No schedule is stored whose cost was not shown: on the pages, in the admin, with and without JavaScript."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from serp.keyword_forms import KeywordForm
from serp.models import Brand, BudgetUse, Keyword, ProviderAccount
from serp.quoting import dollars, ordinal, quote_lines
from serp.spending import Line

BACKEND = "django.contrib.auth.backends.ModelBackend"
NEW = "/b/hallway/keywords/new/"
FORECAST = "/b/hallway/forecast/"
PLACE = {
    "kind": "brand", "engine": "google", "country": "no", "language": "en", "device": "desktop",
    "depth": 20, "cadence": "1d",
}  # fmt: skip
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def paid(brand: Brand) -> ProviderAccount:
    """The brand's checks cost a cent a request, two requests a check of 20 results."""
    account = ProviderAccount.objects.create(
        name="Paid", provider="serper", key="k", brand=brand, price=Decimal("0.01")
    )
    Brand.objects.filter(pk=brand.pk).update(account=account)
    brand.refresh_from_db()
    return account


@pytest.fixture
def managers(client: Client, manager: User) -> Client:
    client.force_login(manager, backend=BACKEND)
    return client


def seal_of(answer) -> str:
    return answer.context["form"].quote.seal


def test_keywords_that_cost_are_added_only_after_the_cost_was_shown(managers, paid) -> None:
    data = {**PLACE, "phrases": "one\ntwo\nthree"}
    asked = managers.post(NEW, data)
    page = asked.content.decode()
    assert Keyword.objects.count() == 0
    assert "3 keywords more: 3 checks a day, 6 requests to the provider, about $0.06 a day" in page
    assert "$1.80 in 30 days" in page
    assert "Save again to agree to it." in page
    assert "three</textarea>" in page, "what was typed is still there"
    assert f'value="{seal_of(asked)}"' in page
    managers.post(NEW, {**data, "agreed": seal_of(asked)})
    assert Keyword.objects.count() == 3


def test_other_costs_than_those_agreed_to_ask_again(managers, paid) -> None:
    data = {**PLACE, "phrases": "one"}
    seal = seal_of(managers.post(NEW, data))
    for change in ({"cadence": "1h"}, {"depth": 100}, {"phrases": "one\ntwo"}):
        managers.post(NEW, {**data, **change, "agreed": seal})
        assert Keyword.objects.count() == 0, change
    ProviderAccount.objects.filter(pk=paid.pk).update(price=Decimal("0.02"))
    managers.post(NEW, {**data, "agreed": seal})
    assert Keyword.objects.count() == 0, "the price rose meanwhile"


def test_a_made_up_agreement_is_none(managers, paid) -> None:
    for made_up in ("yes", "0" * 40):
        managers.post(NEW, {**PLACE, "phrases": "one", "agreed": made_up})
    assert Keyword.objects.count() == 0


def test_what_costs_nothing_asks_nothing(managers, brand) -> None:
    managers.post(NEW, {**PLACE, "phrases": "one"})
    assert Keyword.objects.count() == 1
    assert "1 keyword more: no cost." in managers.get(f"{NEW}?phrase=two").content.decode()


def test_the_cost_stands_on_the_page_from_the_start_and_that_is_enough(managers, paid) -> None:
    start = managers.get(NEW)
    assert "1 keyword more: 1 check a day" in start.content.decode()
    managers.post(NEW, {**PLACE, "phrases": "Hallway Coffee", "agreed": seal_of(start)})
    assert Keyword.objects.count() == 1


def test_a_keyword_that_gets_dearer_asks_and_one_that_gets_cheaper_does_not(
    managers, brand, keyword, paid
) -> None:
    url = reverse("checks-keyword", args=[brand.slug, keyword.pk])
    data = {**PLACE, "phrase": keyword.phrase}
    asked = managers.post(url, {**data, "cadence": "1h"})
    assert "about $14.40, now $0.60" in asked.content.decode()
    keyword.refresh_from_db()
    assert keyword.cadence == "1d"
    managers.post(url, {**data, "cadence": "1h", "agreed": seal_of(asked)})
    keyword.refresh_from_db()
    assert keyword.cadence == "1h"
    managers.post(url, {**data, "cadence": "1w"})
    keyword.refresh_from_db()
    assert keyword.cadence == "1w"


def test_a_dearer_second_account_counts_as_a_cost(managers, brand, keyword) -> None:
    dear = ProviderAccount.objects.create(name="Dear", provider="serper", key="k", brand=brand)
    url = reverse("checks-keyword", args=[brand.slug, keyword.pk])
    asked = managers.post(url, {**PLACE, "phrase": keyword.phrase, "second_account": dear.pk})
    assert "had to stand in all the time" in asked.content.decode()
    keyword.refresh_from_db()
    assert keyword.second_account is None


def test_resuming_what_costs_leads_over_its_form(managers, brand, keyword, paid) -> None:
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=True)
    answer = managers.post(reverse("checks-pause", args=[brand.slug, keyword.pk]), follow=True)
    keyword.refresh_from_db()
    assert keyword.is_paused
    assert "This keyword: 1 check a day" in answer.content.decode()
    there = answer.redirect_chain[0][0]
    data = {**PLACE, "phrase": keyword.phrase, "agreed": seal_of(answer)}
    managers.post(there, data)
    keyword.refresh_from_db()
    assert not keyword.is_paused


def test_a_higher_price_and_another_account_of_the_brand_ask(
    managers, brand, keyword, paid, account
) -> None:
    url = reverse("checks-account", args=[brand.slug, paid.pk])
    data = {
        "name": "Paid", "provider": "serper", "options": "{}", "max_in_flight": 5, "per_second": 5,
        "mode": "live",
    }  # fmt: skip
    asked = managers.post(url, {**data, "price": "0.05"})
    assert "about $3.00, now $0.60" in asked.content.decode()
    paid.refresh_from_db()
    assert paid.price == Decimal("0.01")
    managers.post(url, {**data, "price": "0.05", "agreed": seal_of(asked)})
    paid.refresh_from_db()
    assert paid.price == Decimal("0.05")
    managers.post(url, {**data, "price": "0.02"})
    paid.refresh_from_db()
    assert paid.price == Decimal("0.02"), "cheaper asks nothing"
    Brand.objects.filter(pk=brand.pk).update(account=account)
    settings = {"name": brand.name, "slug": brand.slug, "time_zone": "UTC", "account": paid.pk}
    asked = managers.post(reverse("checks-brand", args=[brand.slug]), settings)
    assert "All 1 keyword: 1 check a day" in asked.content.decode()
    brand.refresh_from_db()
    assert brand.account == account
    managers.post(
        reverse("checks-brand", args=[brand.slug]), {**settings, "agreed": seal_of(asked)}
    )
    brand.refresh_from_db()
    assert brand.account == paid


def test_the_forecast_follows_what_is_typed_and_stores_nothing(managers, brand, paid) -> None:
    data = {**PLACE, "phrases": "one\ntwo", "form": "keywords"}
    live = managers.post(FORECAST, data)
    assert "2 keywords more: 2 checks a day" in live.content.decode()
    assert "<html" not in live.content.decode()
    assert Keyword.objects.count() == 0
    managers.post(NEW, {**PLACE, "phrases": "one\ntwo", "agreed": seal_of(live)})
    assert Keyword.objects.count() == 2, "what was shown while typing need not be shown again"


@pytest.mark.parametrize("form", ["keywords", "keyword", "account", "brand"])
def test_each_form_has_a_live_forecast_also_half_filled(
    managers, brand, keyword, paid, form
) -> None:
    pk = {"keyword": keyword.pk, "account": paid.pk}.get(form, "")
    empty = managers.post(FORECAST, {"form": form, "pk": pk})
    assert empty.status_code == 200
    assert "What it costs" in empty.content.decode()


def test_no_form_and_rows_of_other_brands_are_refused(managers, other_brand) -> None:
    theirs = Keyword.objects.create(brand=other_brand, phrase="kettle")
    assert managers.post(FORECAST).status_code == 400
    for pk in (theirs.pk, 0, "x", "9" * 40):
        assert managers.post(FORECAST, {"form": "keyword", "pk": pk}).status_code == 404
        assert managers.post(FORECAST, {"form": "account", "pk": pk}).status_code == 404


def test_a_live_forecast_of_an_account_shows_no_key(managers, brand, paid) -> None:
    data = {"form": "account", "pk": paid.pk, "provider": "serper", "name": "Paid", "options": "{}"}
    assert 'value="k"' not in managers.post(FORECAST, data).content.decode()


def line(count: int, *, quiet: bool = False) -> Line:
    return Line(count=count, cadence="1d", depth=10, is_quiet=quiet)


def words(brand: Brand, *lines: Line) -> str:
    quote = quote_lines(brand, lines, subject="They", stored=None, now=NOON)
    return " ".join(one.text for one in quote.budgets)


def test_a_forecast_within_the_budget_says_that_it_lasts(brand, paid) -> None:
    ProviderAccount.objects.filter(pk=paid.pk).update(month_budget=20)
    BudgetUse.objects.create(
        account=paid, span="month", starts_on="2026-11-01", used=Decimal("7.60")
    )
    text = words(brand, line(10))
    assert "$12.40 of $20.00 is left until Tue 1 Dec (UTC); these checks need about $0.95" in text
    assert text.endswith("It lasts.")


def test_a_forecast_above_the_budget_says_how_quiet_keywords_stretch(brand, paid) -> None:
    ProviderAccount.objects.filter(pk=paid.pk).update(month_budget=2)
    text = words(brand, line(10), line(30, quiet=True))
    assert "checked every 3rd slot; those with negatives keep their cadence" in text


def test_a_forecast_that_no_spacing_saves_says_when_the_money_ends(brand, paid) -> None:
    ProviderAccount.objects.filter(pk=paid.pk).update(month_budget=1)
    text = words(brand, line(20))
    assert "the money is used up about Thu 26 Nov, then nothing is read until Tue 1 Dec" in text


def test_a_days_budget_and_the_brands_own_are_told_too(brand, paid) -> None:
    Brand.objects.filter(pk=brand.pk).update(day_budget=Decimal("0.10"))
    brand.refresh_from_db()
    assert "It lasts." in words(brand, line(10))
    assert "on full days the checks that come last are left out" in words(brand, line(11))


def test_other_brands_count_at_a_shared_account_and_are_not_told(brand, other_brand) -> None:
    shared = ProviderAccount.objects.create(
        name="Shared", provider="serper", key="k", price=Decimal("0.01"), month_budget=1
    )
    Brand.objects.update(account=shared)
    brand.refresh_from_db()
    assert "It lasts." in words(brand, line(5))
    for number in range(10):
        Keyword.objects.create(brand=other_brand, phrase=f"kettle {number}", depth=10)
    text = words(brand, line(5))
    assert "these checks need about $0.48" in text, "only one's own are counted out"
    assert "used up about" in text


def test_the_number_of_queries_does_not_grow_with_the_keywords(
    brand, paid, django_assert_max_num_queries
) -> None:
    Keyword.objects.bulk_create(
        Keyword(brand=brand, phrase=f"hallway {number}") for number in range(300)
    )
    with django_assert_max_num_queries(6):
        KeywordForm(brand=brand)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0.00"),
        ("1234.5", "$1,234.50"),
        ("0.0006", "$0.0006"),
        ("0.00001", "less than $0.0001"),
    ],
)
def test_small_sums_are_still_seen(amount, text) -> None:
    assert dollars(Decimal(amount)) == text


def test_numbers_are_counted_as_people_do() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 30)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "30th",
    ]  # fmt: skip


@pytest.fixture
def root(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("root"), backend=BACKEND)
    return client


def test_the_admin_shows_the_cost_before_it_saves_a_keyword(root, brand, paid) -> None:
    url = reverse("admin:serp_keyword_add")
    data = {**PLACE, "brand": brand.pk, "phrase": "hallway"}
    asked = root.post(url, data)
    assert "about $0.02 a day and $0.60 in 30 days" in asked.content.decode()
    assert Keyword.objects.count() == 0
    seal = asked.context["adminform"].form.quote.seal
    assert f'value="{seal}"' in asked.content.decode()
    root.post(url, {**data, "agreed": seal})
    assert Keyword.objects.count() == 1


def test_the_admin_shows_the_cost_of_a_shared_account_of_all_brands(
    root, brand, other_brand, keyword, account
) -> None:
    Keyword.objects.create(brand=other_brand, phrase="kettle")
    ProviderAccount.objects.filter(pk=account.pk).update(provider="serper", key="k", price=0)
    url = reverse("admin:serp_provideraccount_change", args=[account.pk])
    data = {
        "name": "Ours", "provider": "serper", "options": "{}", "max_in_flight": 5, "per_second": 5,
        "mode": "live", "price": "0.01",
    }  # fmt: skip
    asked = root.post(url, data)
    assert "The 2 keywords that it pays for" in asked.content.decode()
    account.refresh_from_db()
    assert account.price == 0
    root.post(url, {**data, "agreed": asked.context["adminform"].form.quote.seal})
    account.refresh_from_db()
    assert account.price == Decimal("0.01")


def test_the_admin_resumes_many_only_where_it_is_free(root, brand, keyword) -> None:
    Keyword.objects.filter(pk=keyword.pk).update(is_paused=True)
    paid = ProviderAccount.objects.create(name="P", provider="serper", key="k", brand=brand)
    dear = Keyword.objects.create(brand=brand, phrase="dear", is_paused=True, account=paid)
    body = {"action": "resume_all", "_selected_action": [keyword.pk, dear.pk]}
    answer = root.post(reverse("admin:serp_keyword_changelist"), body, follow=True)
    assert "1 left out, since they cost money" in answer.content.decode()
    keyword.refresh_from_db()
    dear.refresh_from_db()
    assert (keyword.is_paused, dear.is_paused) == (False, True)
