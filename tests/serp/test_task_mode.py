"""Task mode posts a check once, finds it again whatever happens, and books exactly what it was billed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from serp import limits, money, task_mode, task_posting, task_queue
from serp.asking import bounded_fetch
from serp.models import (
    Brand,
    BudgetUse,
    Check,
    Keyword,
    LedgerEntry,
    Notice,
    Pause,
    ProviderAccount,
    RawAnswer,
    Snapshot,
)
from serp.permits import LimitsDown, OwnLimits
from serp.run import Tally
from serp.scheduling import offer_all, resume
from serp.task_collecting import Collector
from serp.tasks import work_off_queues
from serp.tracking import check_due
from tests.cast import NOW
from tests.dataforseo_stub import Stub, running

pytestmark = pytest.mark.django_db(transaction=True)
State = Check.State
MINUTE = timedelta(minutes=1)
REPOSITORY = Path(__file__).resolve().parents[2]


class Clock:
    """A clock that a test turns on; the stand-in goes by it as well."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stub(clock: Clock, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    with running(clock=clock, delay=5 * MINUTE) as server:
        settings.ALLOWED_PROVIDER_HOSTS = [server.url.removeprefix("http://")]
        settings.PROVIDER_DEADLINE = 5.0
        bounded_fetch.cache_clear()
        limits.limits.cache_clear()
        yield server
        bounded_fetch.cache_clear()
        limits.limits.cache_clear()


@pytest.fixture
def queue_account(account: ProviderAccount, stub: Stub) -> ProviderAccount:
    account.provider = "dataforseo"
    account.key = "login:password"
    account.base_url = stub.url
    account.options = {"mode": "task"}
    account.max_in_flight = 50
    account.save()
    return account


@pytest.fixture
def due(brand: Brand, queue_account: ProviderAccount, clock: Clock) -> Callable[[int], None]:
    """Make so many keywords whose check is due now."""

    def make(number: int, *, depth: int = 10, begin: int = 0) -> None:
        for n in range(begin, begin + number):
            keyword = Keyword.objects.create(brand=brand, phrase=f"coffee {n}", depth=depth)
            resume(keyword, clock())
        offer_all(clock())

    return make


def work(clock: Clock) -> Tally:
    return task_mode.work(clock=clock)


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Check.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def spent() -> Decimal:
    """What the ledger says was spent: the cost where it is known, else what was set aside."""
    return sum(
        (
            entry.reserved if entry.cost is None else entry.cost
            for entry in LedgerEntry.objects.all()
        ),
        Decimal(0),
    )


def booked() -> Decimal:
    """What the checks say they cost."""
    return sum(Check.objects.values_list("cost", flat=True), Decimal(0))


def used(owner: str) -> Decimal:
    rows = BudgetUse.objects.filter(**{f"{owner}__isnull": False}, span=BudgetUse.Span.DAY)
    return sum(rows.values_list("used", flat=True), Decimal(0))


def test_250_keywords_are_three_posts_and_the_ledger_is_the_bill(
    due: Any, stub: Stub, clock: Clock
) -> None:
    due(250, depth=20)
    assert str(work(clock)) == "nothing was due"
    assert stub.sizes == [100, 100, 50]
    assert states() == {"sent": 250}
    assert spent() == stub.billed == 250 * Decimal("0.00105"), "billed when it is posted"
    clock.turn(minutes=6)
    assert str(work(clock)) == "250 measured"
    assert Snapshot.objects.count() == 250
    assert stub.asked["post"] == 3
    assert stub.asked["get"] == 250
    assert spent() == stub.billed == used("account") == used("brand")
    assert booked() == stub.billed
    assert set(LedgerEntry.objects.values_list("state", "calls", "outcome")) == {
        ("settled", 1, "measured")
    }
    assert RawAnswer.objects.count() == 250
    assert not Check.objects.exclude(task="").exists()
    clock.turn(minutes=6)
    assert str(work(clock)) == "nothing was due"
    assert stub.asked["get"] == 250


def test_a_reading_holds_the_keywords_own_result_at_the_time_it_was_taken(
    due: Any, stub: Stub, clock: Clock
) -> None:
    due(3)
    work(clock)
    clock.turn(minutes=9)
    work(clock)
    for snapshot in Snapshot.objects.select_related("keyword", "check_row"):
        assert snapshot.taken_at == NOW + 5 * MINUTE
        assert snapshot.depth == 3
        assert snapshot.provider == "dataforseo"
        assert snapshot.keyword.latest_id == snapshot.pk
        (page,) = {
            row.rpartition("/")[2]
            for row in snapshot.keyword.sightings.values_list("page__url", flat=True)
        }
        assert page == snapshot.keyword.phrase.replace(" ", "-")


@pytest.mark.parametrize("shift", [-10 * MINUTE, timedelta(hours=3)])
def test_a_result_dated_before_its_post_or_in_the_future_is_taken_as_of_now(
    due: Any, stub: Stub, clock: Clock, shift: timedelta
) -> None:
    def misdated(task: Any) -> dict[str, Any]:
        at = task.posted_at + shift
        return {**stub.page(task), "datetime": f"{at:%Y-%m-%d %H:%M:%S} +00:00"}

    stub.results = misdated
    due(1)
    work(clock)
    clock.turn(minutes=6)
    work(clock)
    assert Snapshot.objects.get().taken_at == clock()


def crash_before_ids_are_stored(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """Let the worker die when the post was answered, before anything of the answer is stored."""

    class Killed(BaseException):
        pass

    def die(*args: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(task_posting, "accept", die)
        with pytest.raises(Killed):
            work(clock)


@pytest.mark.parametrize("way", ["ready", "list"])
def test_what_was_posted_before_a_crash_is_found_by_its_tag(
    due: Any, stub: Stub, clock: Clock, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    stub.forgets_ready = way == "list"
    if way == "ready":
        stub.down["list"] = (404, b"{}")
    due(40)
    crash_before_ids_are_stored(monkeypatch, clock)
    assert stub.sizes == [40]
    assert Check.objects.filter(task__startswith="pushdown-", lease_until=None).count() == 40
    for _ in range(8):
        clock.turn(minutes=3)
        work(clock)
        check_due(clock=clock)
    assert states() == {"measured": 40}
    assert stub.sizes == [40], "never posted twice"
    assert spent() >= stub.billed
    if way == "list":
        assert spent() == stub.billed
    assert Snapshot.objects.count() == 40


def test_control_without_the_search_by_tag_the_crash_is_paid_twice(
    due: Any, stub: Stub, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(40)
    crash_before_ids_are_stored(monkeypatch, clock)
    stub.forgets_ready = stub.forgets_list = True
    for _ in range(8):
        clock.turn(minutes=3)
        work(clock)
    assert stub.sizes == [40, 40]


def test_a_lost_answer_is_looked_for_and_a_post_that_never_came_is_made_again(
    due: Any, stub: Stub, clock: Clock
) -> None:
    due(3)
    stub.vanish = 1
    work(clock)
    assert not stub.tasks
    clock.turn(minutes=5)
    work(clock)
    assert states() == {"sent": 3}, "not before the grace is over"
    clock.turn(minutes=10)
    work(clock)
    assert stub.sizes == [3]
    clock.turn(minutes=6)
    assert str(work(clock)) == "3 measured"
    assert LedgerEntry.objects.filter(state="unknown").count() == 3, "the lost post counts as spent"
    assert spent() == 2 * stub.billed == used("account")
    assert booked() == spent()


def test_a_swallowed_answer_is_not_paid_again(due: Any, stub: Stub, clock: Clock) -> None:
    due(30)
    stub.swallow = 1
    work(clock)
    assert len(stub.tasks) == 30
    for _ in range(5):
        clock.turn(minutes=4)
        work(clock)
    assert states() == {"measured": 30}
    assert stub.sizes == [30]
    assert spent() == stub.billed


def test_a_post_that_never_comes_twice_fails(due: Any, stub: Stub, clock: Clock) -> None:
    due(1)
    stub.vanish = 99
    for _ in range(12):
        clock.turn(minutes=5)
        work(clock)
    check = Check.objects.get()
    assert (check.state, check.error_kind, check.tries) == ("failed", "connection", 2)
    assert stub.asked["post"] == 2
    assert check.task == ""


def test_the_tag_tells_installations_apart_that_share_an_account(
    due: Any, stub: Stub, clock: Clock
) -> None:
    due(1)
    stub.vanish = 1
    work(clock)
    check = Check.objects.get()
    theirs = f"{task_queue.prefix_of(check)}-00000000"
    stub.take([{"keyword": "something else", "tag": theirs, "depth": 10}])
    clock.turn(minutes=6)
    work(clock)
    assert Check.objects.get().task == check.task, "not taken for ours"
    assert not Snapshot.objects.exists()


def test_one_refused_task_among_a_hundred_fails_alone(due: Any, stub: Stub, clock: Clock) -> None:
    due(100)
    stub.refusals["coffee 7"] = (40501, "Invalid Field: 'keyword'.")
    assert str(work(clock)) == "1 failed"
    clock.turn(minutes=6)
    assert str(work(clock)) == "99 measured"
    failed = Check.objects.get(state="failed")
    assert (failed.error_kind, failed.keyword.phrase) == ("bad_request", "coffee 7")
    assert "40501" in failed.message
    assert failed.cost == 0
    assert spent() == stub.billed == used("account")


def test_a_question_that_cannot_be_put_is_not_posted(
    due: Any, stub: Stub, clock: Clock, brand: Brand
) -> None:
    due(2)
    Keyword.objects.filter(phrase="coffee 1").update(country="xx")
    work(clock)
    assert stub.sizes == [1]
    failed = Check.objects.get(state="failed")
    assert (failed.keyword.phrase, failed.calls, failed.cost) == ("coffee 1", 0, 0)


@pytest.mark.parametrize("code", [40601, 40602, 20100])
def test_a_task_in_the_queue_is_asked_for_ever_less_often(
    due: Any, stub: Stub, clock: Clock, code: int
) -> None:
    stub.delay, stub.queue_code, stub.forgets_ready = timedelta(hours=5), code, True
    due(1)
    asked_at = []
    for minute in [*range(63), *range(63, 6 * 60, 10)]:
        clock.at = NOW + minute * MINUTE
        before = stub.asked["get"]
        work(clock)
        if stub.asked["get"] > before:
            asked_at.append(minute)
    assert asked_at[:6] == [1, 3, 7, 15, 31, 61]
    assert len(asked_at) < 16
    assert states() == {"measured": 1}
    check = Check.objects.get()
    assert (check.attempts, check.tries) == (1, 1)
    assert Snapshot.objects.get().taken_at == NOW + timedelta(hours=5)


def test_the_providers_list_of_the_done_saves_waiting_for_the_next_turn(
    due: Any, stub: Stub, clock: Clock
) -> None:
    stub.delay = 64 * MINUTE
    due(1)
    for _ in range(66):
        work(clock)
        clock.turn(minutes=1)
    assert states() == {"measured": 1}, "at 64 minutes; its own turn would be at 91"


def test_the_live_engine_never_takes_a_check_that_waits_in_the_queue(
    due: Any, stub: Stub, clock: Clock
) -> None:
    stub.delay = timedelta(hours=12)
    due(5)
    work(clock)
    for _ in range(4):
        clock.turn(hours=1)
        check_due(clock=clock)
    assert states() == {"sent": 5}
    assert stub.sizes == [5]


def test_live_checks_do_not_take_what_is_due_in_task_mode(
    due: Any, stub: Stub, clock: Clock
) -> None:
    due(3)
    check_due(clock=clock)
    assert states() == {"due": 3}
    assert not stub.asked


def test_after_24_hours_a_task_is_given_up_and_counts_as_spent(
    due: Any, stub: Stub, clock: Clock
) -> None:
    stub.delay = timedelta(days=9)
    due(2)
    work(clock)
    for _ in range(49):
        clock.turn(minutes=30)
        work(clock)
    assert states() == {"failed": 2}
    check = Check.objects.first()
    assert check is not None
    assert (check.error_kind, check.message) == (
        "timeout",
        "The provider had no result within 24 hours.",
    )
    assert spent() == stub.billed
    assert not Snapshot.objects.exists()
    assert stub.sizes == [2]


def test_a_result_that_lay_ready_for_days_is_still_collected_after_a_pause(
    due: Any, stub: Stub, clock: Clock
) -> None:
    due(3)
    work(clock)
    Pause.begin("restored", clock())
    asked = sum(stub.asked.values())
    clock.turn(days=2)
    due(2, begin=3)
    work(clock)
    assert sum(stub.asked.values()) == asked, "a paused installation calls nobody"
    Pause.end()
    assert str(work(clock)) == "3 measured"


@pytest.mark.parametrize(("status", "kind"), [(401, "bad_key"), (402, "payment")])
def test_a_refused_post_makes_no_task_and_costs_nothing(
    due: Any, stub: Stub, clock: Clock, status: int, kind: str
) -> None:
    stub.down["post"] = (status, b'{"status_code": 40100, "status_message": "no"}')
    due(150)
    work(clock)
    assert set(Check.objects.values_list("state", "error_kind", "cost")) <= {
        ("failed", kind, Decimal(0)),
        ("due", "", Decimal(0)),
    }
    assert stub.asked["post"] <= 5
    assert spent() == used("account") == 0
    assert not Check.objects.filter(state="sent").exists()


@pytest.mark.parametrize("status", [401, 402, 429, 500, 503])
def test_a_refusal_at_collecting_loses_no_paid_result(
    due: Any, stub: Stub, clock: Clock, status: int
) -> None:
    due(20)
    work(clock)
    stub.down["get"] = stub.down["ready"] = (status, b"{}")
    for _ in range(4):
        clock.turn(minutes=3)
        work(clock)
    assert states() == {"sent": 20}
    assert stub.asked["get"] <= 20
    stub.down.clear()
    for _ in range(6):
        clock.turn(minutes=20)
        work(clock)
    assert states() == {"measured": 20}
    assert stub.sizes == [20]
    assert spent() == stub.billed
    assert not Notice.objects.open().filter(kind=Notice.Kind.ACCOUNT).exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"<html>captcha</html>", b'{"status_code": 20000}', b"\xff\x00", b"null"],
)
def test_a_malformed_answer_to_a_post_leaves_the_checks_to_be_found(
    due: Any, stub: Stub, clock: Clock, body: bytes
) -> None:
    due(2)
    stub.down["post"] = (200, body)
    work(clock)
    assert states() == {"sent": 2}
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize(
    "body", [b"{", b"<html>captcha</html>", b'{"status_code": 20000, "tasks": []}', b"\xff\x00"]
)
def test_a_result_that_cannot_be_read_is_asked_for_once_more(
    due: Any, stub: Stub, clock: Clock, body: bytes
) -> None:
    due(2)
    work(clock)
    stub.down["get"] = (200, body)
    clock.turn(minutes=6)
    work(clock)
    assert states() == {"sent": 2}
    del stub.down["get"]
    clock.turn(minutes=8)
    assert str(work(clock)) == "2 measured"


def test_a_result_that_can_never_be_read_fails_after_a_second_paid_try(
    due: Any, stub: Stub, clock: Clock
) -> None:
    stub.results = lambda task: {"type": "organic", "items": "none"}
    due(1)
    for _ in range(60):
        work(clock)
        clock.turn(minutes=2)
    check = Check.objects.get()
    assert (check.state, check.error_kind, check.tries) == ("failed", "malformed", 2)
    assert stub.sizes == [1, 1]
    assert spent() == stub.billed == check.cost
    assert not Snapshot.objects.exists()
    assert RawAnswer.objects.count() == 2, "kept, for a better adapter"


def test_a_task_that_the_engine_failed_is_posted_a_second_time_and_no_third(
    due: Any, stub: Stub, clock: Clock
) -> None:
    due(1)
    stub.endings["coffee 0"] = (40101, "Internal SE Server Error.")
    for _ in range(12):
        work(clock)
        clock.turn(minutes=6)
    check = Check.objects.get()
    assert (check.state, check.error_kind) == ("failed", "engine")
    assert stub.posted() == {"coffee 0": 2}
    assert spent() == stub.billed == check.cost == used("account")


def test_an_engine_without_results_is_empty_and_no_reading(
    due: Any, stub: Stub, clock: Clock
) -> None:
    due(1)
    stub.endings["coffee 0"] = (40102, "No Search Results.")
    work(clock)
    clock.turn(minutes=6)
    assert str(work(clock)) == "1 engine has no results"
    assert not Snapshot.objects.exists()


def test_a_task_that_is_gone_is_not_waited_for(due: Any, stub: Stub, clock: Clock) -> None:
    due(1)
    work(clock)
    stub.tasks.clear()
    clock.turn(minutes=6)
    work(clock)
    assert Check.objects.get().error_kind == "server"
    assert Check.objects.get().state == State.DUE


def test_tasks_that_were_made_twice_are_read_once_and_billed_twice(
    due: Any, stub: Stub, clock: Clock
) -> None:
    stub.twice = True
    due(3)
    work(clock)
    clock.turn(minutes=6)
    assert str(work(clock)) == "3 measured"
    assert len(stub.tasks) == 6
    assert spent() == stub.billed == used("account")


def test_a_budget_smaller_than_the_batch_posts_what_it_can_pay(
    due: Any, stub: Stub, clock: Clock, queue_account: ProviderAccount
) -> None:
    queue_account.day_budget = Decimal("0.03")
    queue_account.save()
    due(100)
    work(clock)
    assert stub.sizes == [50]
    assert stub.billed == Decimal("0.03") == used("account")
    assert states() == {"sent": 50, "skipped": 50}
    assert Notice.objects.open().filter(kind=Notice.Kind.BUDGET_OUT).count() == 1
    clock.turn(minutes=6)
    assert str(work(clock)) == "50 measured"


def test_the_price_of_task_mode_is_reserved(due: Any, queue_account: ProviderAccount) -> None:
    assert money.price_of(queue_account) == Decimal("0.0006")
    queue_account.options = {}
    assert money.price_of(queue_account) == Decimal("0.002")


def test_a_late_task_of_an_overtaken_check_counts_as_money_only(
    due: Any, stub: Stub, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(1)
    crash_before_ids_are_stored(monkeypatch, clock)
    stub.forgets_ready = stub.forgets_list = True
    clock.turn(minutes=11)
    work(clock)
    assert stub.sizes == [1, 1], "the provider hid the first, so it was posted again"
    stub.forgets_ready = stub.forgets_list = False
    stub.results = lambda task: {
        **stub.page(task),
        "items": stub.page(task)["items"][: len(stub.tasks)],
    }
    clock.turn(minutes=6)
    assert str(work(clock)) == "1 measured"
    clock.turn(minutes=6)
    assert str(work(clock)) == "nothing was due"
    assert Snapshot.objects.count() == 1
    assert spent() == stub.billed == used("account")


def test_a_result_that_comes_after_the_check_was_claimed_anew_is_not_stored(
    due: Any, stub: Stub, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(1)
    work(clock)
    clock.turn(minutes=6)
    store = Collector.store

    def overtaken(self: Collector, answers: Any) -> None:
        Check.objects.update(fence=9)
        store(self, answers)

    monkeypatch.setattr(Collector, "store", overtaken)
    tally = work(clock)
    assert (tally.finished, tally.late) == (0, 1)
    assert not Snapshot.objects.exists()
    assert spent() == stub.billed


def test_a_keyword_whose_result_kills_the_worker_does_so_three_times_and_harms_no_other(
    due: Any, stub: Stub, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    store, deaths = Collector.store, []

    def poisoned(self: Collector, answers: Any) -> None:
        if any(ticket.keyword.phrase == "coffee 3" for ticket, _ in answers):
            deaths.append(clock())
            raise Killed
        store(self, answers)

    monkeypatch.setattr(Collector, "store", poisoned)
    due(8)
    work(clock)
    for _ in range(40):
        clock.turn(minutes=2)
        try:
            work(clock)
        except Killed:
            continue
    assert len(deaths) == 3
    assert states() == {"measured": 7, "quarantined": 1}
    assert Notice.objects.open().filter(kind=Notice.Kind.QUARANTINE).count() == 1
    assert stub.sizes == [8]


def test_without_the_shared_limits_nothing_is_posted_and_nothing_lost(
    due: Any, stub: Stub, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(self: OwnLimits, *args: object, **named: object) -> None:
        raise LimitsDown("Redis does not answer")

    due(5)
    with monkeypatch.context() as patch:
        patch.setattr(OwnLimits, "acquire", down)
        work(clock)
        assert states() == {"due": 5}
        assert not stub.asked
        assert spent() == 0
    work(clock)
    assert states() == {"sent": 5}


def test_a_held_account_is_not_asked(
    due: Any, stub: Stub, clock: Clock, queue_account: ProviderAccount
) -> None:
    due(2)
    work(clock)
    due(2, begin=2)
    asked = sum(stub.asked.values())
    ProviderAccount.objects.update(held_until=clock() + 30 * MINUTE, failures=9)
    clock.turn(minutes=10)
    work(clock)
    assert sum(stub.asked.values()) == asked
    clock.turn(minutes=21)
    work(clock)
    assert states() == {"measured": 2, "sent": 2}


def test_a_removed_account_leaves_nothing_waiting(
    due: Any, stub: Stub, clock: Clock, queue_account: ProviderAccount, brand: Brand
) -> None:
    due(2)
    work(clock)
    Brand.objects.update(account=None)
    queue_account.delete()
    assert str(work(clock)) == "2 skipped"


def test_two_collectors_at_once_read_each_result_once(
    due: Any, stub: Stub, clock: Clock, queue_account: ProviderAccount
) -> None:
    due(4)
    work(clock)
    clock.turn(minutes=6)
    first = task_queue.hold(queue_account, clock(), ready={}, limit=3)
    second = task_queue.hold(queue_account, clock(), ready={}, limit=3)
    assert [len(first), len(second)] == [3, 1]
    assert not {t.check.pk for t in first} & {t.check.pk for t in second}
    clock.turn(minutes=6)
    assert str(work(clock)) == "4 measured", "what a dead worker held is asked for again"


def test_many_lost_posts_are_looked_for_with_few_requests(
    due: Any, stub: Stub, clock: Clock
) -> None:
    due(220)
    stub.swallow = 3
    work(clock)
    clock.turn(minutes=2)
    work(clock)
    assert stub.asked["list"] == 1
    clock.turn(minutes=6)
    work(clock)
    assert states() == {"measured": 220}
    assert spent() == stub.billed


def test_the_checks_page_tells_since_when_a_check_waits_at_the_provider(
    due: Any, stub: Stub, clock: Clock, brand: Brand, manager: User, client: Client
) -> None:
    due(1)
    client.force_login(manager)
    page = reverse("checks", args=[brand.slug])
    words = "in the provider’s queue since"
    assert words not in client.get(page).content.decode()
    work(clock)
    assert words in client.get(page).content.decode()
    clock.turn(minutes=6)
    work(clock)
    assert words not in client.get(page).content.decode()


def test_the_tick_works_off_the_queues(due: Any, stub: Stub) -> None:
    due(2)
    work_off_queues()
    assert stub.sizes == [2]


SETUP = """
from django.utils import timezone
from serp.models import Brand, Keyword, ProviderAccount
from serp.scheduling import offer_all, resume
account = ProviderAccount.objects.create(
    name="Queue", provider="dataforseo", base_url="{url}", key="login:password",
    options={{"mode": "task"}}, per_second=1000, max_in_flight=20,
)
brand = Brand.objects.create(name="Acme", slug="acme", account=account)
for number in range(30):
    resume(Keyword.objects.create(brand=brand, phrase=f"acme {{number}}", depth=10), timezone.now())
offer_all(timezone.now())
"""
WORK = "from serp.task_mode import work; work()"
LATER = """
from datetime import timedelta
from django.utils import timezone
from serp.task_mode import work
for minutes in (3, 15, 40):
    work(clock=lambda: timezone.now() + timedelta(minutes=minutes))
"""


def test_a_worker_killed_between_post_and_answer_pays_nothing_twice(tmp_path: Path) -> None:
    """Real processes and a real SIGKILL: the provider has the tasks, the worker never hears of it."""
    with running() as server:
        environment = os.environ | {
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "reputation.settings",
            "SECRET_KEY": "a key for this test only, and long enough for the purpose",
            "ALLOWED_PROVIDER_HOSTS": server.url.removeprefix("http://"),
        }
        for name in ("DATABASE_URL", "REDIS_URL"):
            environment.pop(name, None)

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [sys.executable, "manage.py", *arguments], cwd=REPOSITORY, env=environment
            )

        assert start("migrate", "-v0").wait() == 0
        assert start("shell", "-v0", "-c", SETUP.format(url=server.url)).wait() == 0
        server.gate.clear()
        worker = start("shell", "-v0", "-c", WORK)
        assert server.received.wait(120)
        worker.kill()
        worker.wait()
        server.gate.set()
        database = sqlite3.connect(next(tmp_path.glob("*.sqlite3")))
        question = "SELECT state, count(*), sum(task LIKE 'pushdown-%') FROM serp_check GROUP BY 1"
        assert database.execute(question).fetchall() == [("sent", 30, 30)]
        server.clock = lambda: datetime.now(UTC) + timedelta(hours=1)
        assert start("shell", "-v0", "-c", LATER).wait() == 0
        assert database.execute(question).fetchall() == [("measured", 30, 0)]
        assert server.sizes == [30]
        booked_costs = database.execute("SELECT round(sum(cost), 5) FROM serp_ledgerentry")
        assert booked_costs.fetchone() == (float(server.billed),)
        database.close()
