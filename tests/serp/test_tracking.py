"""Checks end in exactly one outcome, are claimed by one worker, and a failed one touches no history."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from serp import tracking
from serp.claiming import LEASE, claim
from serp.limits import likely_cost
from serp.models import Brand, Check, Keyword, ProviderAccount, Sighting, Snapshot
from serp.providers import registry
from serp.providers.base import (
    ErrorKind,
    Item,
    Provider,
    ProviderError,
    Query,
    Request,
    Serp,
)
from serp.scheduling import (
    MANUAL_INTERVAL,
    OVERTAKEN,
    TooSoon,
    offer_due,
    pause,
    request_check,
    resume,
)
from serp.tracking import check, check_due
from tests.cast import NOW

pytestmark = pytest.mark.django_db
State = Check.State


class Scripted(Provider):
    """A provider whose answers a test writes: the only fake, at the network's edge."""

    name = "scripted"
    title = "Scripted"
    engines = frozenset({"google"})
    needs_key = False
    price = Decimal("0.01")
    script: list[Any] = []
    asked: list[Query] = []

    def fetch(self, query: Query) -> Serp:
        type(self).asked.append(query)
        answer = type(self).script.pop(0) if type(self).script else serp(3)
        if isinstance(answer, Exception):
            raise answer
        return answer


def serp(size: int, **fields: Any) -> Serp:
    items = tuple(
        Item(n, f"https://host{n}.example/page", f"Title {n}", f"Snippet {n}")
        for n in range(1, size + 1)
    )
    return Serp(items, depth=size, **{"cost": Decimal("0.01"), **fields})


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, account: ProviderAccount) -> list[Any]:
    monkeypatch.setitem(registry.PROVIDERS, "scripted", Scripted)
    Scripted.script, Scripted.asked = [], []
    account.provider = "scripted"
    account.save()
    return Scripted.script


def clock_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def due(keyword: Keyword, at: datetime = NOW) -> None:
    resume(keyword, at)


def test_a_due_keyword_is_measured_once(keyword: Keyword, script: list[Any]) -> None:
    due(keyword)
    assert str(check_due(clock=clock_at(NOW))) == "1 measured"
    assert str(check_due(clock=clock_at(NOW))) == "nothing was due"
    (snapshot,) = Snapshot.objects.all()
    assert len(snapshot.results) == 3
    assert snapshot.depth == 3
    assert snapshot.taken_at == NOW
    keyword.refresh_from_db()
    assert keyword.latest == snapshot
    assert keyword.last_check.state == State.MEASURED
    assert keyword.last_check.cost == Decimal("0.01")
    assert keyword.next_check_at > NOW


def test_the_period_of_a_check_has_one_row_however_often_it_is_offered(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    assert offer_due(NOW) == 1
    due(keyword)
    assert offer_due(NOW) == 0
    assert Check.objects.count() == 1


def test_failed_check_keeps_history(keyword: Keyword, script: list[Any]) -> None:
    due(keyword)
    check_due(clock=clock_at(NOW))
    before = Snapshot.objects.get()
    tomorrow = NOW + timedelta(days=1)
    due(keyword, tomorrow)
    script += [ProviderError("no", kind=ErrorKind.BAD_KEY, calls=1)]
    assert str(check_due(clock=clock_at(tomorrow))) == "1 failed"
    keyword.refresh_from_db()
    assert Snapshot.objects.get() == before
    assert keyword.latest == before
    assert keyword.last_check.state == State.FAILED
    assert keyword.last_check.reason == "the provider refused the key"


def test_a_passing_fault_is_tried_a_second_time_and_no_third(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    script += [ProviderError("slow", kind=ErrorKind.TIMEOUT, calls=1)] * 2
    tally = check_due(clock=clock_at(NOW))
    assert (tally.put_back, tally.finished) == (1, 0)
    assert not claim(NOW + timedelta(seconds=30), 10), "it waits a minute"
    assert str(check_due(clock=clock_at(NOW + timedelta(minutes=2)))) == "1 failed"
    assert str(check_due(clock=clock_at(NOW + timedelta(minutes=9)))) == "nothing was due"
    assert len(Scripted.asked) == 2
    assert Check.objects.get().cost == Decimal("0.02"), "an unknown cost counts as spent"


def test_retry_after_is_a_time_in_the_database(keyword: Keyword, script: list[Any]) -> None:
    due(keyword)
    script += [ProviderError("busy", kind=ErrorKind.RATE_LIMITED, retry_after=600, calls=1)]
    check_due(clock=clock_at(NOW))
    assert Check.objects.get().not_before == NOW + timedelta(seconds=600)


def test_a_short_reading_is_partial_and_says_why(keyword: Keyword, script: list[Any]) -> None:
    due(keyword)
    script += [serp(7, shortfall=ProviderError("cut", kind=ErrorKind.TIMEOUT, calls=1))]
    assert str(check_due(clock=clock_at(NOW))) == "1 partly read"
    row = Check.objects.get()
    assert (row.depth, row.reason) == (7, "the provider did not answer in time")
    assert Snapshot.objects.get().is_partial


def test_an_engine_without_results_is_empty_and_writes_no_snapshot(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    script += [serp(0)]
    assert str(check_due(clock=clock_at(NOW))) == "1 engine has no results"
    assert not Snapshot.objects.exists()


def test_without_an_account_the_check_is_skipped_with_the_reason(
    keyword: Keyword, brand: Brand
) -> None:
    brand.account = None
    brand.save()
    due(keyword)
    assert str(check_due(clock=clock_at(NOW))) == "1 skipped"
    assert "no provider account" in Check.objects.get().reason


def test_a_budget_stops_paid_calls_and_says_so(
    brand: Brand, account: ProviderAccount, script: list[Any]
) -> None:
    account.day_budget = Decimal("0.02")
    account.save()
    for number in range(5):
        due(Keyword.objects.create(brand=brand, phrase=f"phrase {number}", depth=10))
    tally = check_due(clock=clock_at(NOW), in_flight=1)
    assert tally.outcomes == {"measured": 2, "skipped": 3}
    assert len(Scripted.asked) == 2
    assert "day's budget" in Check.objects.filter(state=State.SKIPPED)[0].reason


def test_several_checks_in_flight_do_not_overrun_the_budget(
    brand: Brand, account: ProviderAccount, script: list[Any]
) -> None:
    account.day_budget = Decimal("0.02")
    account.save()
    for number in range(8):
        due(Keyword.objects.create(brand=brand, phrase=f"phrase {number}", depth=10))
    check_due(clock=clock_at(NOW), in_flight=8)
    assert len(Scripted.asked) == 2


def test_of_two_claims_only_one_gets_the_check(keyword: Keyword, script: list[Any]) -> None:
    due(keyword)
    offer_due(NOW)
    assert len(claim(NOW, 10)) == 1
    assert claim(NOW, 10) == []


def test_a_check_left_behind_by_a_dead_worker_is_claimed_again_after_its_lease(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    offer_due(NOW)
    claim(NOW, 10)
    assert str(check_due(clock=clock_at(NOW + timedelta(seconds=60)))) == "nothing was due"
    assert str(check_due(clock=clock_at(NOW + LEASE * 1.1))) == "1 measured"


def test_a_check_that_kills_its_worker_is_given_up(keyword: Keyword, script: list[Any]) -> None:
    due(keyword)
    offer_due(NOW)
    moment = NOW
    for _ in range(tracking.MAX_ATTEMPTS):
        assert claim(moment, 10)
        moment += LEASE * 1.1
    assert str(check_due(clock=clock_at(moment))) == "1 failed"
    assert Check.objects.get().error_kind == ErrorKind.CRASH
    assert not Scripted.asked


def test_a_worker_that_wakes_up_late_overwrites_nothing(
    keyword: Keyword, script: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first worker waits for its answer its lease runs out and a second one measures."""
    due(keyword)
    offer_due(NOW)
    later = NOW + LEASE * 1.1
    first = tracking.Run(clock=clock_at(NOW), in_flight=1, only=None, progress=lambda tally: None)
    (slow,) = first.send(claim(NOW, 1))
    assert str(check_due(clock=clock_at(later))) == "1 measured"
    answer: Future[Serp] = Future()
    answer.set_result(serp(9))
    first.finish([(slow, answer)])
    assert first.tally.late == 1
    assert Snapshot.objects.get().depth == 3, "the late answer of nine results is not stored"
    assert Check.objects.get().depth == 3


def test_one_answer_that_cannot_be_stored_takes_no_other_with_it(
    brand: Brand, script: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        due(Keyword.objects.create(brand=brand, phrase=f"phrase {number}"))
    bad = Serp((Item(1, "https://host.example/", "Bad", ""), Item(1_000_000_000, "https://b.example/", "", "")), depth=2)  # fmt: skip
    script += [serp(3), bad, serp(3), serp(3)]
    real = tracking.recording.record

    def record(readings: list[Any]) -> Any:
        if any(item.position > 1000 for reading in readings for item in reading.items):
            raise ValueError("not to be stored")
        return real(readings)

    monkeypatch.setattr(tracking.recording, "record", record)
    tally = check_due(clock=clock_at(NOW), in_flight=4)
    assert tally.outcomes.get("measured") == 3
    assert tally.put_back == 1
    assert Snapshot.objects.count() == 3
    stored = Check.objects.filter(state=State.MEASURED)
    assert set(stored.values_list("cost", flat=True)) == {Decimal("0.01")}, "settled once"
    lost = Check.objects.get(state=State.DUE)
    assert lost.cost == likely_cost(lost.keyword, lost.account), "it counts as spent"


def test_checking_by_hand_counts_on_within_the_period(keyword: Keyword, script: list[Any]) -> None:
    assert check(keyword, clock=timezone.now) is not None
    with pytest.raises(TooSoon):
        check(keyword, clock=timezone.now)
    later = timezone.now() + MANUAL_INTERVAL * 1.1
    request_check(keyword, later)
    assert sorted(Check.objects.values_list("sequence", flat=True))[0] == 0
    assert Check.objects.count() == 2


def test_pausing_skips_what_waits(keyword: Keyword, script: list[Any]) -> None:
    due(keyword)
    offer_due(NOW)
    pause(keyword)
    assert Check.objects.get().state == State.SKIPPED
    assert str(check_due(clock=clock_at(NOW))) == "nothing was due"


def test_a_page_is_stored_once_and_a_text_once(keyword: Keyword, script: list[Any]) -> None:
    for day in range(3):
        moment = NOW + timedelta(days=day)
        due(keyword, moment)
        check_due(clock=clock_at(moment))
    assert Snapshot.objects.count() == 3
    results = Snapshot.objects.values_list("results", flat=True)
    assert all(row == results[0] for row in results)
    assert set(Sighting.objects.values_list("first_seen_at", flat=True)) == {NOW}


def test_the_queries_of_a_run_hardly_grow_with_the_results(
    brand: Brand, script: list[Any], django_assert_max_num_queries: Any
) -> None:
    keyword = Keyword.objects.create(brand=brand, phrase="deep", depth=100)
    due(keyword)
    script += [serp(100)]
    with django_assert_max_num_queries(45):
        check_due(clock=clock_at(NOW))
    assert len(Snapshot.objects.get().results) == 100


def test_a_key_reaches_the_provider_and_no_table(account: ProviderAccount) -> None:
    account.key = "very secret key"
    account.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM serp_provideraccount")
        (stored,) = cursor.fetchone()
    assert "secret" not in stored
    assert ProviderAccount.objects.get().key == "very secret key"


def test_a_crash_in_mid_fetch_counts_as_spent_and_no_cost_falls_below_nothing(
    keyword: Keyword, account: ProviderAccount, script: list[Any]
) -> None:
    due(keyword)
    script += [RuntimeError("a defect"), ProviderError("no", kind=ErrorKind.BAD_KEY)]
    check_due(clock=clock_at(NOW))
    reserve = likely_cost(keyword, account)
    assert Check.objects.get().cost == reserve == Decimal("0.02")
    assert str(check_due(clock=clock_at(NOW + timedelta(minutes=2)))) == "1 failed"
    assert Check.objects.get().cost == reserve, "a call that was never made costs nothing"


def test_a_second_try_that_is_hindered_leaves_the_money_of_the_first(
    keyword: Keyword, account: ProviderAccount, script: list[Any]
) -> None:
    due(keyword)
    script += [ProviderError("slow", kind=ErrorKind.TIMEOUT, calls=1)]
    run = tracking.Run(clock=clock_at(NOW), in_flight=1, only=None, progress=lambda tally: None)
    offer_due(NOW)
    run.go(None)
    account.is_paused = True
    account.save()
    run.clock = clock_at(NOW + timedelta(minutes=2))
    run.go(None)
    row = Check.objects.get()
    assert (row.state, row.cost, row.calls) == (State.SKIPPED, Decimal("0.01"), 1)


def test_a_late_failure_counts_its_calls_and_changes_nothing_else(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    offer_due(NOW)
    first = tracking.Run(clock=clock_at(NOW), in_flight=1, only=None, progress=lambda tally: None)
    (slow,) = first.send(claim(NOW, 1))
    check_due(clock=clock_at(NOW + LEASE * 1.1))
    answer: Future[Serp] = Future()
    answer.set_exception(ProviderError("slow", kind=ErrorKind.TIMEOUT, calls=1))
    first.finish([(slow, answer)])
    row = Check.objects.get()
    assert (row.state, row.calls, row.cost) == (State.MEASURED, 2, Decimal("0.02"))
    assert first.tally.late == 1


def test_a_keyword_that_is_deleted_in_mid_flight_leaves_nothing(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    offer_due(NOW)
    run = tracking.Run(clock=clock_at(NOW), in_flight=1, only=None, progress=lambda tally: None)
    (sent,) = run.send(claim(NOW, 1))
    Keyword.objects.all().delete()
    answer: Future[Serp] = Future()
    answer.set_result(serp(3))
    run.finish([(sent, answer)])
    assert not Check.objects.exists()
    assert not Snapshot.objects.exists()


def test_an_account_that_goes_between_claim_and_call_is_not_asked(
    keyword: Keyword, brand: Brand, account: ProviderAccount, script: list[Any]
) -> None:
    due(keyword)
    offer_due(NOW)
    claimed = claim(NOW, 1)
    Brand.objects.update(account=None)
    ProviderAccount.objects.all().delete()
    run = tracking.Run(clock=clock_at(NOW), in_flight=1, only=None, progress=lambda tally: None)
    assert run.send(claimed) == []
    assert Check.objects.get().state == State.SKIPPED


def test_a_keyword_paused_in_mid_flight_gets_no_second_try(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    offer_due(NOW)
    run = tracking.Run(clock=clock_at(NOW), in_flight=1, only=None, progress=lambda tally: None)
    (sent,) = run.send(claim(NOW, 1))
    pause(keyword)
    answer: Future[Serp] = Future()
    answer.set_exception(ProviderError("slow", kind=ErrorKind.TIMEOUT, calls=1))
    run.finish([(sent, answer)])
    assert Check.objects.get().state == State.FAILED
    assert str(check_due(clock=clock_at(NOW + timedelta(minutes=5)))) == "nothing was due"


def test_a_keyword_resumed_in_the_period_that_its_pause_skipped_is_checked(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    offer_due(NOW)
    pause(keyword)
    resume(keyword, NOW + timedelta(minutes=1))
    assert str(check_due(clock=clock_at(NOW + timedelta(minutes=1)))) == "1 measured"
    resume(keyword, NOW + timedelta(minutes=2))
    assert str(check_due(clock=clock_at(NOW + timedelta(minutes=2)))) == "nothing was due"


def test_after_an_outage_a_keyword_is_read_once_and_not_once_a_missed_period(
    keyword: Keyword, script: list[Any]
) -> None:
    Keyword.objects.update(cadence="30m")
    due(keyword)
    offer_due(NOW)
    claim(NOW, 1)
    later = NOW + timedelta(hours=3)
    assert str(check_due(clock=clock_at(later))) == "1 measured"
    assert len(Scripted.asked) == 1
    old, new = Check.objects.order_by("period")
    assert (old.state, old.message, new.state) == (State.SKIPPED, OVERTAKEN, State.MEASURED)


def test_a_check_in_hand_is_not_overtaken(keyword: Keyword, script: list[Any]) -> None:
    Keyword.objects.update(cadence="30m")
    at = NOW + timedelta(minutes=29)
    due(keyword, at)
    offer_due(at)
    claim(at, 1)
    later = NOW + timedelta(minutes=31)
    due(keyword, later)
    assert str(check_due(clock=clock_at(later))) == "1 measured", "that of the next period"
    assert Check.objects.get(period=NOW).state == State.CLAIMED


def test_no_more_checks_are_claimed_than_their_account_lets_through_in_time(
    brand: Brand, account: ProviderAccount, script: list[Any]
) -> None:
    account.per_second = 0.1
    account.save()
    other = ProviderAccount.objects.create(name="Other", provider="scripted", max_in_flight=2)
    for number in range(10):
        due(Keyword.objects.create(brand=brand, phrase=f"slow {number}"))
    for number in range(4):
        due(Keyword.objects.create(brand=brand, phrase=f"other {number}", account=other))
    offer_due(NOW)
    first = claim(NOW, 12)
    assert len(first) == 3 + 2, "30 s at 0.1 a second, and two in flight"
    assert claim(NOW, 20, held={account.pk: 3, other.pk: 2}) == []
    assert len(claim(NOW, 20, held={account.pk: 3, other.pk: 1})) == 1
    Brand.objects.update(account=None)
    assert len(claim(NOW, 20)) == 7 + 1, "without an account they are claimed too, to be skipped"


def test_a_check_that_takes_too_long_asks_for_no_further_page(
    keyword: Keyword, script: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request] = []
    monkeypatch.setattr(tracking, "bounded_fetch", lambda: asked.append)
    for limit in (90.0, -1.0):
        monkeypatch.setattr(tracking, "CHECK_SECONDS", limit)

        def fetch(self: Scripted, query: Query) -> Serp:
            self.send(Request("GET", "https://provider.example/"))
            return serp(3)

        monkeypatch.setattr(Scripted, "fetch", fetch)
        due(keyword)
        check_due(clock=clock_at(NOW))
        keyword.checks.filter(state=State.MEASURED).update(period=NOW - timedelta(days=9))
    assert len(asked) == 1, "the control: within the time the page is asked for"
    assert Check.objects.get(state=State.DUE).error_kind == ErrorKind.TIMEOUT


def test_a_key_that_cannot_be_read_is_no_reason_to_ask_without_one(
    keyword: Keyword, account: ProviderAccount, script: list[Any], settings: Any
) -> None:
    account.key = "very secret key"
    account.save()
    settings.ENCRYPTION_KEY = "another key than the one it was stored with"
    due(keyword)
    assert str(check_due(clock=clock_at(NOW))) == "1 skipped"
    assert "ENCRYPTION_KEY" in Check.objects.get().reason
    assert not Scripted.asked
