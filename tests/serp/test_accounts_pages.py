"""Pages of a brand's provider accounts: whose they are, and that a key is never shown."""

import pytest
from django.urls import reverse

from serp.models import ProviderAccount

BACKEND = "django.contrib.auth.backends.ModelBackend"
NEW = "/b/hallway/accounts/new/"
DATA = {
    "name": "Our Serper", "provider": "serper", "key": "k-secret", "options": "{}",
    "max_in_flight": 5, "per_second": 5,
}  # fmt: skip


@pytest.fixture
def browser_of_manager(client, manager):
    client.force_login(manager, backend=BACKEND)
    return client


def test_a_real_account_takes_the_sample_worlds_place(browser_of_manager, brand, keyword) -> None:
    asked = browser_of_manager.post(NEW, DATA)
    assert "The 1 keyword that it pays for: 1 check a day" in asked.content.decode()
    assert not ProviderAccount.objects.filter(brand=brand).exists(), "the cost was not shown yet"
    seal = asked.context["form"].quote.seal
    answer = browser_of_manager.post(NEW, {**DATA, "agreed": seal}, follow=True)
    brand.refresh_from_db()
    assert (brand.account.name, brand.account.brand_id) == ("Our Serper", brand.pk)
    assert "pays for this brand’s checks" in answer.content.decode()


def test_a_second_real_account_leaves_the_first_in_use(browser_of_manager, brand) -> None:
    browser_of_manager.post(NEW, DATA)
    browser_of_manager.post(NEW, {**DATA, "name": "Another"})
    brand.refresh_from_db()
    assert brand.account.name == "Our Serper"


def test_a_key_is_on_no_page_after_it_was_stored(browser_of_manager, brand) -> None:
    browser_of_manager.post(NEW, DATA)
    account = ProviderAccount.objects.get(brand=brand)
    url = reverse("checks-account", args=[brand.slug, account.pk])
    pages = [
        browser_of_manager.get(url),
        browser_of_manager.get(reverse("checks", args=["hallway"])),
    ]
    pages.append(browser_of_manager.post(url, {**DATA, "per_second": "fast"}))
    assert all("k-secret" not in page.content.decode() for page in pages)


def test_a_refused_form_keeps_everything_but_the_key(browser_of_manager, brand) -> None:
    page = browser_of_manager.post(NEW, {**DATA, "month_budget": "much"}).content.decode()
    assert 'value="Our Serper"' in page
    assert 'id="id_month_budget_error"' in page
    assert "What you wrote is still there, but for the key" in page
    assert "k-secret" not in page


def test_the_page_says_where_each_key_comes_from(browser_of_manager) -> None:
    page = browser_of_manager.get(NEW).content.decode()
    for words in ("serper.dev", "app.dataforseo.com", "SearXNG needs no key"):
        assert words in page


def test_accounts_of_the_installation_are_not_changed_here(
    browser_of_manager, brand, account
) -> None:
    url = reverse("checks-account", args=[brand.slug, account.pk])
    assert browser_of_manager.get(url).status_code == 404
    assert browser_of_manager.post(url, DATA).status_code == 404


@pytest.mark.parametrize("person", ["viewer", "editor"])
def test_only_managers_see_the_accounts_form(client, brand, person, request) -> None:
    client.force_login(request.getfixturevalue(person), backend=BACKEND)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, DATA).status_code == 403
