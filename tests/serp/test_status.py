"""The status of the machinery: each number counts what it says, for the right people, in few queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from serp.durations import in_words
from serp.models import (
    Brand,
    BudgetUse,
    Check,
    Heartbeat,
    Keyword,
    Membership,
    Notice,
    Pause,
    ProviderAccount,
)
from serp.notices import close_notice, open_notice
from serp.scheduling import request_check
from serp.status import Load, Status, outcomes_today, state_of, status
from tests.cast import NOW, MakeSnapshot

MINUTE = timedelta(minutes=1)
Page = Callable[..., str]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def of_all() -> Status:
    return status(Brand.objects.all(), ProviderAccount.objects.all(), NOW)


def load(brand: Brand) -> Load:
    return next(one.load for one in of_all().brands if one.brand == brand)


@pytest.fixture
def page(viewer: User) -> Page:
    """Read a page as text: as the viewer of our brand, or as somebody else."""

    def read(path: str = "/b/hallway/status/", user: User = viewer) -> str:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(path)
        assert answer.status_code == 200
        return " ".join(answer.content.decode().replace("\u00a0", " ").split())

    return read


def test_an_installation_without_anything_has_a_status(db: None) -> None:
    found = of_all()
    assert found.load == Load()
    assert (found.beat, found.silence, found.is_silent, found.pause) == (None, None, True, None)
    assert found.queue_age == timedelta(0)
    assert found.load.coverage is None


def test_covered_are_watched_keywords_read_in_the_slot_that_runs_now(
    brand: Brand, other_brand: Brand, make_snapshot: MakeSnapshot
) -> None:
    make_snapshot("neutral", at=NOW)
    yesterday = Keyword.objects.create(brand=brand, phrase="hallway recall")
    make_snapshot("neutral", of=yesterday, at=NOW - timedelta(days=1))
    Keyword.objects.create(brand=brand, phrase="hallway new")
    paused = Keyword.objects.create(brand=brand, phrase="hallway old", is_paused=True)
    make_snapshot("neutral", of=paused, at=NOW)
    assert (load(brand).covered, load(brand).watched) == (1, 3)
    assert load(other_brand) == Load()
    assert of_all().load.coverage == pytest.approx(1 / 3)


def test_timely_are_readings_as_new_as_their_cadence_asks(
    brand: Brand, keyword: Keyword, make_snapshot: Any
) -> None:
    make_snapshot("neutral", at=NOW - timedelta(hours=36))
    late = Keyword.objects.create(brand=brand, phrase="hallway recall")
    make_snapshot("neutral", of=late, at=NOW - timedelta(hours=36, seconds=1))
    Keyword.objects.create(brand=brand, phrase="hallway new")
    paused = Keyword.objects.create(brand=brand, phrase="hallway old", is_paused=True)
    make_snapshot("neutral", of=paused, at=NOW - timedelta(days=9))
    found = load(brand)
    assert (found.timely, found.late, found.never, found.watched) == (1, 1, 1, 3)
    assert found.punctual == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, (1, 1, 20)),
        ({"not_before": NOW - 10 * MINUTE}, (1, 0, 10)),
        ({"not_before": NOW - 10 * MINUTE - timedelta(seconds=1)}, (1, 1, 10)),
        ({"not_before": NOW + 5 * MINUTE}, (1, 0, 0)),
        ({"state": "sent"}, (1, 1, 0)),
        ({"state": "sent", "task": "at-the-provider"}, (1, 0, 0)),
        ({"state": "measured"}, (0, 0, 0)),
        ({"state": "quarantined"}, (0, 0, 0)),
    ],
)
def test_open_overdue_and_the_age_of_the_queue(
    fields: dict[str, Any], counts: tuple[int, int, int], brand: Brand, keyword: Keyword
) -> None:
    check = request_check(keyword, NOW - 20 * MINUTE)
    Check.objects.filter(pk=check.pk).update(**fields)
    found = of_all()
    age = found.queue_age // MINUTE
    assert (found.load.open, found.load.overdue, age) == counts


def test_a_keyword_whose_check_nobody_made_is_overdue_too(brand: Brand, keyword: Keyword) -> None:
    """A dead scheduler leaves no Check behind: its silence must not look like an empty queue."""
    Keyword.objects.filter(pk=keyword.pk).update(next_check_at=NOW - 30 * MINUTE)
    found = of_all()
    assert (found.load.open, found.load.overdue, found.queue_age) == (0, 1, 30 * MINUTE)
    for idle in ({"is_paused": True}, {"is_paused": False, "quarantined_at": NOW}):
        Keyword.objects.filter(pk=keyword.pk).update(**idle)
        assert of_all().load.overdue == 0


def test_the_queue_of_several_brands_is_as_old_as_its_oldest_check(
    brand: Brand, other_brand: Brand, keyword: Keyword
) -> None:
    request_check(keyword, NOW - 5 * MINUTE)
    request_check(Keyword.objects.create(brand=other_brand, phrase="kettle"), NOW - 15 * MINUTE)
    found = of_all()
    assert (found.load.open, found.load.overdue, found.queue_age) == (2, 1, 15 * MINUTE)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "never"),
        ({"answered_at": NOW}, "answers"),
        ({"answered_at": NOW, "failures": 2}, "failing"),
        ({"failures": 7, "held_until": NOW + MINUTE}, "held"),
        ({"failures": 7, "held_until": NOW - MINUTE}, "failing"),
        ({"is_paused": True, "held_until": NOW + MINUTE}, "paused"),
    ],
)
def test_an_account_stands_in_one_state(fields: dict[str, Any], state: str, db: None) -> None:
    row = ProviderAccount.objects.create(name="A", provider="serper", key="k", **fields)
    assert state_of(row, NOW) == state


def test_an_account_whose_key_cannot_be_read_says_so(settings: Any, db: None) -> None:
    ProviderAccount.objects.create(name="A", provider="serper", key="k", answered_at=NOW)
    assert of_all().accounts[0].state == "answers"
    settings.ENCRYPTION_KEY = "another one"
    assert of_all().accounts[0].state == "unreadable"
    assert of_all().held == 1


def test_spent_and_left_are_of_today_and_this_month_in_utc(
    brand: Brand, account: ProviderAccount
) -> None:
    Brand.objects.filter(pk=brand.pk).update(month_budget=Decimal("3"))
    ProviderAccount.objects.filter(pk=account.pk).update(day_budget=Decimal("1"))
    today = NOW.date()
    for owner in ({"account": account}, {"brand": brand}):
        for span, day, used in (
            ("day", today, "0.4"),
            ("day", today - timedelta(days=1), "7"),
            ("month", today.replace(day=1), "3.5"),
            ("month", today.replace(month=10, day=1), "9"),
        ):
            BudgetUse.objects.create(span=span, starts_on=day, used=Decimal(used), **owner)
    found = of_all()
    purse = found.accounts[0].purse
    assert (purse.day.used, purse.day.left) == (Decimal("0.4"), Decimal("0.6"))
    assert (purse.month.used, purse.month.left) == (Decimal("3.5"), None)
    purse = found.brands[0].purse
    assert (purse.day.used, purse.day.left) == (Decimal("0.4"), None)
    assert (purse.month.used, purse.month.left) == (Decimal("3.5"), Decimal(0))


def test_outcomes_count_what_ended_since_midnight_utc(brand: Brand, keyword: Keyword) -> None:
    midnight = NOW.replace(hour=0, minute=0)
    for state, at in (("failed", midnight), ("measured", midnight - timedelta(seconds=1))):
        check = request_check(keyword, NOW)
        Check.objects.filter(pk=check.pk).update(state=state, finished_at=at)
    found = outcomes_today(Brand.objects.all(), NOW)
    assert found["failed"] == 1
    assert sum(found.values()) == 1
    assert set(found) == {str(outcome) for outcome in Check.OUTCOMES}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (119, "1 min"), (120, "2 min"), (3900, "1 h 5 min"), (86400 * 3, "3 days")],
)
def test_durations_are_spoken_in_units_that_say_something(seconds: int, words: str) -> None:
    assert in_words(timedelta(seconds=seconds), with_seconds=True).replace("\u00a0", " ") == words


def test_the_page_says_what_each_number_counts(
    brand: Brand, keyword: Keyword, account: ProviderAccount, page: Page, make_snapshot: Any
) -> None:
    make_snapshot("neutral", at=NOW)
    Heartbeat.beat("worker", NOW - timedelta(seconds=8))
    request_check(
        Keyword.objects.create(brand=brand, phrase="hallway recall"), NOW - timedelta(minutes=12)
    )
    text = page()
    assert "Do not rely on these numbers today." in text
    assert "1 of 2 was not read yet. 1 of 2 watched keywords (50 %) have a reading as new" in text
    assert "1 of 2 (50 %) read in the slot that runs now" in text
    assert "07:00 CET, 8 s ago" in text or "06:59 CET, 8 s ago" in text
    assert "has been due for 12 min" in text
    assert "due for more than 10 min without an outcome" in text
    assert "As of 07:00:00 CET" in text


def test_the_part_that_is_renewed_is_no_whole_page(brand: Brand, page: Page) -> None:
    part = page("/b/hallway/status/?part=1")
    assert "<html" not in part
    assert part in page()
    assert 'data-refresh="?part=1"' in page()
    assert "<html" not in page("/status/?part=1")


def test_a_shared_accounts_totals_are_for_who_runs_the_installation(
    brand: Brand, account: ProviderAccount, page: Page, admin_user: User
) -> None:
    BudgetUse.objects.create(
        account=account, span="day", starts_on=NOW.date(), used=Decimal("77.70")
    )
    own = ProviderAccount.objects.create(name="Own", provider="serper", key="k", brand=brand)
    BudgetUse.objects.create(account=own, span="day", starts_on=NOW.date(), used=Decimal("5.55"))
    for path in ("/b/hallway/status/", "/status/"):
        assert "77.70" not in page(path)
        assert "5.55" in page(path)
        assert "77.70" in page(path, user=admin_user)


def test_everybody_sees_his_own_brands_and_their_accounts_only(
    brand: Brand,
    other_brand: Brand,
    keyword: Keyword,
    page: Page,
    stranger: User,
    admin_user: User,
) -> None:
    for one, name in ((brand, "Coffee"), (other_brand, "Kettle")):
        ProviderAccount.objects.create(
            name=f"Money of {name}", provider="serper", key="k", brand=one
        )
        open_notice(Notice.Kind.DRIFT, f"drift:{name}", f"Run of {name}.", NOW, brand=one)
        open_notice(Notice.Kind.DRIFT, f"old:{name}", f"Past of {name}.", NOW, brand=one)
        close_notice(f"old:{name}", NOW)
        Keyword.objects.create(brand=one, phrase=f"poison {name}", quarantined_at=NOW)
    secrets = ("Money of {}", "Run of {}.", "Past of {}.", "poison {}")
    for path, user, seen, hidden in (
        ("/status/", stranger, "Kettle", "Coffee"),
        ("/b/kettle/status/", stranger, "Kettle", "Coffee"),
        ("/b/hallway/status/", admin_user, "Coffee", "Kettle"),
    ):
        text = page(path, user=user)
        for secret in secrets:
            assert secret.format(seen) in text, (path, secret)
            assert secret.format(hidden) not in text, (path, secret)
    everything = page("/status/", user=admin_user)
    assert all(secret.format(n) in everything for secret in secrets for n in ("Coffee", "Kettle"))


def test_a_person_without_a_brand_sees_an_empty_page(db: None, page: Page, stranger: User) -> None:
    Membership.objects.filter(user=stranger).delete()
    assert "No keyword is watched: there are no numbers" in page("/status/", user=stranger)


def test_notices_stand_open_first_and_past_ones_by_pages(brand: Brand, page: Page) -> None:
    for number in range(25):
        key = f"drift:{number}"
        open_notice(Notice.Kind.DRIFT, key, f"Run {number:02}.", NOW + number * MINUTE, brand=brand)
        close_notice(key, NOW + number * MINUTE, ending=f"Over {number:02}.")
    open_notice(Notice.Kind.QUARANTINE, "quarantine:1", "Still there.", NOW, brand=brand)
    first, second = page(), page("/b/hallway/status/?page=2")
    assert first.index("Still there.") < first.index("Run 24.")
    assert "Over 24." in first
    assert "Run 04." not in first
    assert "Run 04." in second
    for odd in ("0", "-1", "nonsense", "999999999999", "%00"):
        assert "Past notices" in page(f"/b/hallway/status/?page={odd}&part=2")


def test_what_a_notice_says_is_text_and_never_markup(brand: Brand, page: Page) -> None:
    Keyword.objects.create(brand=brand, phrase="<script>k()</script>", quarantined_at=NOW)
    open_notice(Notice.Kind.DRIFT, "drift:1", "<script>n()</script>", NOW, brand=brand)
    text = page()
    assert "<script>k" not in text
    assert "<script>n" not in text
    assert "&lt;script&gt;n()" in text


@pytest.mark.parametrize("path", ["/b/hallway/status/", "/status/", "/b/hallway/grid/"])
def test_a_page_asks_as_often_with_many_rows_as_with_few(
    path: str, brand: Brand, keyword: Keyword, page: Page, admin_user: User, make_snapshot: Any
) -> None:
    make_snapshot("neutral", at=NOW)

    def fill(number: int) -> None:
        row = Keyword.objects.create(
            brand=brand, phrase=f"hallway {number}", quarantined_at=NOW, is_quiet=True
        )
        make_snapshot("neutral", of=row)
        request_check(row, NOW - timedelta(hours=1))
        for key in (f"open:{number}", f"past:{number}"):
            open_notice(Notice.Kind.DRIFT, key, "A run.", NOW, brand=brand)
        close_notice(f"past:{number}", NOW)
        other = Brand.objects.create(name=f"B{number}", slug=f"b{number}", time_zone="Asia/Tokyo")
        ProviderAccount.objects.create(
            name=f"A{number}", provider="serper", key="k", brand=other, stretch=2
        )

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            page(path, user=admin_user)
        return len(caught)

    fill(100)
    before = count()
    for number in range(12):
        fill(number)
    assert count() == before


def test_only_who_runs_the_installation_lets_it_go_on(
    brand: Brand, keyword: Keyword, page: Page, manager: User, admin_user: User
) -> None:
    Pause.begin("restored from a backup", NOW)
    text = page(user=manager)
    assert "Pushdown is paused since today 07:00 CET: restored from a backup." in text
    assert reverse("status-go") not in text
    assert reverse("status-go") in page(user=admin_user)
    assert "restored from a backup" in page("/status/", user=admin_user)
    client = Client()
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("status-go")).status_code == 403
    assert Pause.current() is not None
    client.force_login(admin_user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("status-go")).status_code == 405
    assert Pause.current() is not None
    assert client.post(reverse("status-go")).status_code == 302
    assert Pause.current() is None


def test_letting_it_go_on_needs_the_token_of_the_form(db: None, admin_user: User) -> None:
    Pause.begin("restored", NOW)
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("status-go")).status_code == 403
    assert Pause.current() is not None
