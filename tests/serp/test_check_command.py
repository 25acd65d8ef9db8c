"""`manage.py check`: checks keywords when asked to, and is Django's own check otherwise."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from serp.asking import bounded_fetch
from serp.models import Check, Keyword, ProviderAccount, Snapshot

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("check", *arguments, stdout=output, stderr=StringIO())
    return output.getvalue()


def make_due(keyword: Keyword) -> None:
    Keyword.objects.filter(pk=keyword.pk).update(next_check_at=timezone.now())


def test_without_keywords_it_is_djangos_check_of_the_project() -> None:
    assert "no issues" in run()
    assert "no issues" in run("serp", "--tag", "models")
    with pytest.raises(LookupError, match="nonsense"):
        run("nonsense")


def test_djangos_deploy_check_still_finds_what_is_unsafe(settings) -> None:
    settings.SECURE_SSL_REDIRECT = False
    with pytest.raises(CommandError, match=r"security.W008"):
        run("--deploy", "--fail-level", "WARNING")


def test_due_checks_what_is_due_and_nothing_else(brand, keyword) -> None:
    Keyword.objects.create(
        brand=brand, phrase="later", next_check_at=timezone.now() + timedelta(hours=1)
    )
    Keyword.objects.create(brand=brand, phrase="paused", is_paused=True)
    make_due(keyword)
    assert run("--due") == "Checks: 1 measured.\n"
    assert Snapshot.objects.get().keyword == keyword
    assert run("--due") == "Checks: nothing was due.\n"


def test_one_keyword_is_checked_and_the_others_wait(brand, keyword) -> None:
    other = Keyword.objects.create(brand=brand, phrase="other")
    make_due(other)
    assert run("--keyword", str(keyword.pk)) == "Checks: 1 measured.\n"
    assert list(Check.objects.values_list("keyword", flat=True)) == [keyword.pk]


def test_a_keyword_that_was_just_read_is_not_paid_again(keyword) -> None:
    run("--keyword", str(keyword.pk))
    with pytest.raises(CommandError, match="less than 5 minutes ago"):
        run("--keyword", str(keyword.pk))


def test_a_keyword_that_is_not_there_is_told(db) -> None:
    with pytest.raises(CommandError, match="There is no keyword 4711"):
        run("--keyword", "4711")


def test_due_and_keyword_together_are_refused(keyword) -> None:
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("check", "--due", f"--keyword={keyword.pk}")


def test_a_check_that_is_skipped_says_why_and_fails(brand, keyword) -> None:
    type(brand).objects.filter(pk=brand.pk).update(account=None)
    with pytest.raises(CommandError, match="no provider account is set"):
        run("--keyword", str(keyword.pk))


def test_the_outcomes_of_a_real_exchange_are_counted_and_explained(
    brand, keyword, serp_stub, settings, monkeypatch
) -> None:
    provider = serp_stub()
    settings.ALLOWED_PROVIDER_HOSTS = ["127.0.0.1"]
    # The process keeps one fetch; this one knows the settings of the test.
    monkeypatch.setattr("serp.asking.bounded_fetch", bounded_fetch.__wrapped__)
    good = ProviderAccount.objects.create(
        name="Stub", provider="serpapi", key="k", base_url=provider.url, brand=brand
    )
    nowhere = ProviderAccount.objects.create(
        name="Paused", provider="serpapi", key="k", is_paused=True, brand=brand
    )
    bad = Keyword.objects.create(brand=brand, phrase="bad", account=nowhere)
    Keyword.objects.filter(pk=keyword.pk).update(account=good, depth=10)
    make_due(keyword)
    make_due(bad)
    text = run("--due")
    assert "1 measured" in text
    assert "1 skipped" in text
    assert "bad: the account “Paused” is paused" in text
    assert Snapshot.objects.get().provider == "serpapi"
