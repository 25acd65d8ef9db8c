"""What is promised of a check that somebody asks for: at once, or by a provider's queue."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from serp.models import Brand, Check, Keyword, ProviderAccount
from serp.promises import promise, promises
from serp.providers.dataforseo import LIVE, TASK

QUEUE = "posted to the provider’s queue within the minute; the result takes minutes to hours"


@pytest.fixture
def queued(brand: Brand) -> Keyword:
    account = ProviderAccount.objects.create(
        name="Queue", provider="dataforseo", key="name:word", brand=brand, options={"mode": TASK}
    )
    return Keyword.objects.create(brand=brand, phrase="hallway recall", account=account)


def test_only_an_account_in_task_mode_takes_its_time(keyword: Keyword, queued: Keyword) -> None:
    assert promise(keyword) == "checked within the minute"
    assert promise(queued) == QUEUE
    assert queued.account is not None
    queued.account.options = {"mode": LIVE}
    assert promise(queued) == "checked within the minute"


def test_the_brands_account_counts_where_a_keyword_names_none(
    brand: Brand, keyword: Keyword, queued: Keyword
) -> None:
    brand.account = queued.account
    keyword.brand = brand
    assert promise(keyword) == QUEUE
    brand.account = None
    assert promise(keyword) == "checked within the minute"


def test_many_are_told_by_how_they_are_asked(keyword: Keyword, queued: Keyword) -> None:
    assert promises([]) == "0 keywords are checked within the minute."
    assert promises([queued]) == f"1 keyword is {QUEUE}."
    both = promises([keyword, keyword, queued])
    assert both == f"2 keywords are checked within the minute. 1 keyword is {QUEUE}."


@pytest.mark.parametrize("name", ["checks-one", "checks-release"])
def test_the_buttons_promise_what_is_kept(
    client: Client, editor: User, keyword: Keyword, queued: Keyword, name: str
) -> None:
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")

    def pressed(one: Keyword) -> str:
        Keyword.objects.filter(pk=one.pk).update(quarantined_at="2026-11-18T06:00Z")
        url = reverse(name, args=[one.brand.slug, one.pk])
        return client.post(url, follow=True).content.decode()

    assert QUEUE in pressed(queued)
    assert QUEUE not in pressed(keyword)


def test_check_all_tells_both_kinds_apart(
    client: Client, editor: User, keyword: Keyword, queued: Keyword
) -> None:
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("checks-now", args=[keyword.brand.slug])
    text = client.post(url, follow=True).content.decode()
    assert f"1 keyword is checked within the minute. 1 keyword is {QUEUE}." in text
    assert Check.objects.count() == 2
