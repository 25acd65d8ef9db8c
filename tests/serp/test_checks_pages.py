"""The page “Keywords and checks”: what is watched, whether it works, what it costs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from serp.models import Check, Heartbeat, Keyword, ProviderAccount
from serp.pulse import pulse_of
from serp.scheduling import request_check
from serp.spending import spendings
from serp.tracking import check_due
from tests.cast import NOW

URL = "/b/hallway/checks/"


@pytest.fixture
def page(client, viewer):
    """Read the page as a viewer: `page("?q=…")`."""
    client.force_login(viewer, backend="django.contrib.auth.backends.ModelBackend")

    def read(query: str = "") -> str:
        answer = client.get(URL + query)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def finished(keyword: Keyword, state: str, *, at=NOW, **fields) -> Check:
    check = request_check(keyword, at)
    Check.objects.filter(pk=check.pk).update(state=state, finished_at=at, **fields)
    Keyword.objects.filter(pk=keyword.pk).update(last_check=check)
    return check


def test_an_empty_brand_says_what_to_do_next(brand, client, manager, page) -> None:
    assert "Ask a manager" in page()
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    assert "Add the first keywords" in client.get(URL).content.decode()


def test_made_up_data_are_said_to_be_made_up(brand, keyword, page, make_snapshot) -> None:
    make_snapshot("neutral")
    assert "the sample world, not from a search engine" in page()
    assert ">made-up data<" in page()
    real = ProviderAccount.objects.create(name="Real", provider="serper", key="k", brand=brand)
    type(brand).objects.filter(pk=brand.pk).update(account=real)
    ProviderAccount.objects.filter(provider="sample").delete()
    assert ">made-up data<" not in page()


def test_a_silent_worker_is_told_first(brand, keyword, page) -> None:
    assert "was never seen" in page()
    Heartbeat.beat("worker", timezone.now() - timedelta(minutes=10))
    assert "Nothing is checked at the moment" in page()
    Heartbeat.beat("worker", timezone.now())
    assert "Nothing is checked at the moment" not in page()


def test_the_first_line_counts_what_was_read_what_failed_and_what_waits(
    brand, keyword, page
) -> None:
    failing = Keyword.objects.create(brand=brand, phrase="hallway recall")
    Keyword.objects.create(brand=brand, phrase="hallway grinder")
    Keyword.objects.create(brand=brand, phrase="hallway old", is_paused=True)
    finished(keyword, Check.State.MEASURED)
    finished(failing, Check.State.FAILED, error_kind="bad_key")
    pulse = pulse_of(brand, NOW)
    assert (pulse.well, pulse.watched, pulse.failing, pulse.never, pulse.paused) == (1, 3, 1, 1, 1)
    text = page()
    assert "1 of 3 watched keywords" in text
    assert "the provider refused the key" in text


def test_a_skipped_check_says_why(brand, keyword, page) -> None:
    finished(keyword, Check.State.SKIPPED, message="the account “Real” is paused")
    assert "the account “Real” is paused" in page()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"hallway coffee", "hallway recall", "hallway old"}),
        ("?state=failing", {"hallway recall"}),
        ("?state=never", {"hallway coffee"}),
        ("?state=paused", {"hallway old"}),
        ("?q=RECALL", {"hallway recall"}),
        ("?q=nothing+fits", set()),
        ("?state=nonsense&page=nonsense", {"hallway coffee", "hallway recall", "hallway old"}),
        ("?q=%00", {"hallway coffee", "hallway recall", "hallway old"}),
    ],
)
def test_the_list_is_narrowed_by_word_and_state(brand, keyword, page, query, shown) -> None:
    failing = Keyword.objects.create(brand=brand, phrase="hallway recall")
    Keyword.objects.create(brand=brand, phrase="hallway old", is_paused=True)
    finished(failing, Check.State.FAILED, error_kind="timeout")
    text = page(query)
    found = {row.phrase for row in Keyword.objects.all() if f">{row.phrase}</a>" in text}
    assert found == shown


def test_the_number_of_queries_does_not_grow_with_keywords_or_accounts(
    brand, keyword, page, make_snapshot
) -> None:
    make_snapshot("neutral")
    page()

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            page()
        return len(caught)

    before = count()
    for number in range(20):
        more = Keyword.objects.create(brand=brand, phrase=f"hallway {number}")
        make_snapshot("neutral", of=more)
        finished(more, Check.State.MEASURED)
        own = ProviderAccount.objects.create(
            name=f"A{number}", provider="serper", key="k", brand=brand
        )
        Keyword.objects.filter(pk=more.pk).update(second_account=own, quarantined_at=NOW)
    assert count() == before


def test_spending_counts_this_months_checks_and_what_the_cadences_will_cost(brand, keyword) -> None:
    paid = ProviderAccount.objects.create(
        name="Paid", provider="serper", key="k", brand=brand, price=Decimal("0.01")
    )
    Keyword.objects.filter(pk=keyword.pk).update(account=paid)
    Keyword.objects.create(brand=brand, phrase="paused", account=paid, is_paused=True)
    first = NOW.replace(day=1, hour=0, minute=0)
    old = first - timedelta(seconds=1)
    finished(keyword, Check.State.MEASURED, at=old, cost=Decimal("9"), sent_at=old, account=paid)
    finished(keyword, Check.State.MEASURED, cost=Decimal("0.04"), sent_at=first, account=paid)
    (one,) = (row for row in spendings(brand, NOW) if row.account == paid)
    assert (one.keywords, one.spent) == (1, Decimal("0.04"))
    assert one.ahead == Decimal("0.60"), "30 days x 2 pages x 0.01"


def test_check_now_asks_once_and_says_when_it_is_too_soon(client, brand, keyword, editor) -> None:
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("checks-one", args=[brand.slug, keyword.pk])
    assert "is checked within the minute" in client.post(url, follow=True).content.decode()
    assert "under way already" in client.post(url, follow=True).content.decode()
    assert Check.objects.count() == 1


def test_check_all_leaves_out_what_was_just_read_and_what_is_paused(
    client, brand, keyword, editor
) -> None:
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    Keyword.objects.create(brand=brand, phrase="hallway recall")
    Keyword.objects.create(brand=brand, phrase="hallway old", is_paused=True)
    request_check(keyword, timezone.now())
    check_due()
    text = client.post(reverse("checks-now", args=[brand.slug]), follow=True).content.decode()
    assert "1 keyword is checked within the minute. 1 was read a moment ago" in text


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/b/hallway/grid/", "/b/hallway/grid/"),
        ("https://elsewhere.example/", URL),
        ("//elsewhere.example/", URL),
        ("javascript:alert(1)", URL),
    ],
)
def test_the_way_back_leads_to_our_own_pages_only(
    client, brand, keyword, editor, asked, goes
) -> None:
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("checks-one", args=[brand.slug, keyword.pk])
    assert client.post(url, {"next": asked})["Location"] == goes


def test_a_keyword_in_quarantine_is_shown_and_let_go_on_by_a_form(
    client, brand, keyword, editor, page
) -> None:
    Keyword.objects.create(brand=brand, phrase="hallway recall")
    finished(keyword, Check.State.QUARANTINED, error_kind="crash")
    Keyword.objects.filter(pk=keyword.pk).update(quarantined_at=NOW, next_check_at=None)
    text = page("?state=quarantined")
    assert "hallway coffee" in text
    assert "hallway recall" not in text
    assert ">in quarantine<" in text
    assert pulse_of(brand, NOW).failing == 1
    url = reverse("checks-release", args=[brand.slug, keyword.pk])
    assert url not in text, "a viewer has no button"
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert url in client.get(URL).content.decode()
    assert client.get(url).status_code == 405
    assert "goes on" in client.post(url, follow=True).content.decode()
    keyword.refresh_from_db()
    assert keyword.quarantined_at is None
    assert keyword.next_check_at is not None
    assert "is not in quarantine" in client.post(url, follow=True).content.decode()


def test_a_keyword_says_where_its_reading_came_from_and_who_stands_in(
    brand, keyword, page, make_snapshot
) -> None:
    second = ProviderAccount.objects.create(name="Stand-in", provider="serper", key="k")
    make_snapshot("neutral")
    assert "from Sample world" in page()
    assert "second account" not in page()
    Keyword.objects.filter(pk=keyword.pk).update(second_account=second)
    assert "second account: Stand-in" in page()
    type(keyword.latest).objects.update(provider="another-tracker")
    assert "from another-tracker" in page()


def test_a_page_works_with_the_wrong_encryption_key(brand, keyword, page, settings) -> None:
    ProviderAccount.objects.create(name="Real", provider="serper", key="k", brand=brand)
    settings.ENCRYPTION_KEY = "another one"
    assert "Real" in page()


def test_phrases_are_drawn_as_text_never_as_markup(brand, page) -> None:
    Keyword.objects.create(brand=brand, phrase="<script>alert(1)</script>")
    assert "<script>alert" not in page()
