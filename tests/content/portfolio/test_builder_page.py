"""The builder's page: building, ticking, agreeing to the cost, saving, and losing nothing on the way."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from serp.models import Brand, Keyword, ProviderAccount

FIELDS: dict[str, Any] = {
    "names": "Hallway Coffee",
    "products": "Grinder One",
    "people": "",
    "topics": "",
    "places": "",
    "rivals": "",
    "problems": "",
    "further": "",
    "meanings": ["reviews"],
    "per_meaning": "1",
    "patterns": ["name", "product", "name_problem"],
    "misspell": "0",
    "markets": "no en",
    "engines": ["google"],
    "devices": ["desktop"],
    "cadence": "1d",
    "depth": "10",
    "account": "",
}


@pytest.fixture
def address(brand: Brand) -> str:
    return reverse("portfolio", args=[brand.slug])


@pytest.fixture
def page(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def paid(brand: Brand) -> ProviderAccount:
    """The brand's checks cost one cent a request, with ten dollars a month to spend."""
    account = ProviderAccount.objects.create(
        name="Paid", provider="serper", key="k", price=Decimal("0.01"), month_budget=10
    )
    brand.account = account
    brand.save()
    return account


def sent(**changes: Any) -> dict[str, Any]:
    return {**FIELDS, **changes}


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
    return found[1] if found else ""


def told(html: str, name: str) -> str:
    found = re.search(rf'<textarea name="{name}"[^>]*>([^<]*)<', html)
    return found[1] if found else ""


def test_the_form_begins_with_what_is_known(page: Client, brand: Brand, address: str) -> None:
    Keyword.objects.create(
        brand=brand, phrase="grinder", kind="product", country="lv", language="lv"
    )
    form = page.get(address).context["form"]
    assert form.initial["names"] == ["Hallway Coffee", "Hallway"]
    assert form.initial["products"] == ["grinder"]
    assert form.initial["markets"] == ["lv lv"]


def test_reading_stores_nothing_and_building_neither(
    page: Client, brand: Brand, address: str
) -> None:
    page.get(address)
    answer = page.post(address, sent(do="build"))
    assert answer.status_code == 200
    assert [row.candidate.phrase for row in answer.context["portfolio"].rows] == [
        "Hallway Coffee", "Grinder One", "Hallway Coffee reviews",
    ]  # fmt: skip
    assert not brand.keywords.exists()


def test_free_keywords_are_saved_at_once(page: Client, brand: Brand, address: str) -> None:
    shown = told(page.post(address, sent(do="build")).content.decode(), "shown")
    answer = page.post(address, sent(do="save", shown=shown, tick=["Hallway Coffee"]))
    assert answer.url == reverse("fortress", args=[brand.slug])
    assert [row.phrase for row in brand.keywords.all()] == ["Hallway Coffee"]


def test_paid_keywords_are_saved_only_at_the_price_that_was_shown(
    page: Client, brand: Brand, address: str, paid: ProviderAccount
) -> None:
    built = page.post(address, sent(do="build")).content.decode()
    assert "about $0.03 a day and $0.90 in 30 days" in built
    assert "“Paid”" in built
    assert "Budget of the account “Paid”: $10.00 of $10" in built
    shown = told(built, "shown")
    ticks = ["Hallway Coffee", "Grinder One"]

    other = page.post(
        address, sent(do="save", shown=shown, tick=ticks, agreed=hidden(built, "agreed"))
    )
    assert other.status_code == 422
    assert not brand.keywords.exists()
    text = other.content.decode()
    assert "Not saved yet" in text
    assert "$0.60 in 30 days" in text

    page.post(address, sent(do="save", shown=shown, tick=ticks, agreed=hidden(text, "agreed")))
    assert brand.keywords.count() == 2


def test_a_budget_that_is_too_small_says_so_before_anything_is_saved(
    page: Client, address: str, paid: ProviderAccount
) -> None:
    paid.month_budget = Decimal("0.05")
    paid.save()
    built = page.post(address, sent(do="build", cadence="1h"))
    assert built.context["quote"].budgets[0].is_short


def test_a_mistake_loses_neither_words_nor_ticks(page: Client, address: str) -> None:
    shown = told(page.post(address, sent(do="build")).content.decode(), "shown")
    typed = {
        "shown": shown,
        "tick": ["Hallway Coffee"],
        "markets": "norway",
        "places": "Oslo\nVoss",
    }
    broken = page.post(address, sent(do="count", **typed))
    assert broken.status_code == 422
    html = broken.content.decode()
    assert "“norway” is no market." in html
    assert "Oslo\nVoss" in html
    decided = told(html, "decided")
    assert set(decided.splitlines()) == {
        "+hallway coffee", "-grinder one", "-hallway coffee reviews",
    }  # fmt: skip

    mended = page.post(address, sent(do="build", decided=decided, places="Oslo\nVoss"))
    on = {row.candidate.phrase for row in mended.context["portfolio"].ticked}
    assert on == {"Hallway Coffee"}


def test_nothing_ticked_is_told_and_kept(page: Client, brand: Brand, address: str) -> None:
    shown = told(page.post(address, sent(do="build")).content.decode(), "shown")
    answer = page.post(address, sent(do="save", shown=shown))
    assert answer.status_code == 422
    assert "Nothing is ticked" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("names", "", "Write at least one name"),
        ("names", "x\n" * 3 + "\n".join(f"n{n}" for n in range(70)), "60 are taken at most"),
        ("products", "y" * 201, "201 characters"),
        ("markets", "", "Write at least one market"),
        ("engines", [], "Tick at least one engine"),
        ("patterns", [], "Tick at least one pattern"),
        ("depth", "1000", "less than or equal to 100"),
        ("misspell", "99", "less than or equal to 8"),
        ("cadence", "never", "Select a valid choice"),
        ("account", "123456", "This account is not one of this brand"),
        ("engines", ["google", "qwant"], "does not offer this engine"),
    ],
)
def test_bad_input_says_what_to_do(
    page: Client, address: str, field: str, value: Any, words: str
) -> None:
    answer = page.post(address, sent(do="build", **{field: value}))
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_another_brands_account_cannot_pay(page: Client, address: str, other_brand: Brand) -> None:
    theirs = ProviderAccount.objects.create(name="T", provider="serper", key="k", brand=other_brand)
    answer = page.post(address, sent(do="build", account=str(theirs.pk)))
    assert answer.status_code == 422


def test_markup_in_words_is_shown_as_text(page: Client, address: str) -> None:
    html = page.post(address, sent(do="build", names="<script>alert(1)</script>")).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_thousand_boxes_can_be_sent(page: Client, brand: Brand, address: str) -> None:
    further = "\n".join(f"hallway word{n}" for n in range(600))
    names = "\n".join(f"Name{n} Works" for n in range(60))
    typed = {
        "names": names,
        "further": further,
        "patterns": ["name", "name_problem"],
        "per_meaning": "4",
        "meanings": ["reviews", "scam"],
    }
    built = page.post(address, sent(do="build", **typed))
    rows = [row.candidate.phrase for row in built.context["portfolio"].rows]
    assert len(rows) == 1000
    shown = told(built.content.decode(), "shown")
    answer = page.post(address, sent(do="save", shown=shown, tick=rows, **typed))
    assert answer.status_code == 302
    assert brand.keywords.count() == 1000


def test_autocomplete_is_asked_by_the_button_and_joins_the_words(
    page: Client, brand: Brand, address: str
) -> None:
    html = page.get(address).content.decode()
    assert "free of charge" in html
    answer = page.post(address, sent(do="ask"))
    further = answer.context["form"]["further"].value()
    assert "Hallway Coffee reviews [en]" in further
    phrases = {row.candidate.phrase for row in answer.context["portfolio"].rows}
    assert "Grinder One refund" in phrases


def test_paid_autocomplete_waits_until_its_price_was_shown(
    page: Client, brand: Brand, address: str
) -> None:
    brand.account = ProviderAccount.objects.create(
        name="Serp", provider="serpapi", key="k", base_url="http://127.0.0.1:9"
    )
    brand.save()
    answer = page.post(address, sent(do="ask"))
    assert "Not asked yet: 2 requests to “Serp”, about $0.03" in answer.content.decode()
    assert not brand.ledger.exists()


def test_a_provider_without_autocomplete_says_so(
    page: Client, address: str, paid: ProviderAccount
) -> None:
    assert "Serper has no autocomplete" in page.get(address).content.decode()


def test_the_cost_part_follows_the_count(page: Client, brand: Brand, paid: ProviderAccount) -> None:
    cost = reverse("portfolio-cost", args=[brand.slug])
    assert "$3.00 in 30 days" in page.post(cost, sent(rows="10")).content.decode()
    for bad in ("", "-1", "x", "9" * 30):
        assert "cannot be told" in page.post(cost, sent(rows=bad)).content.decode()
    assert not brand.keywords.exists()
