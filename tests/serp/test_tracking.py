"""Checks end in exactly one outcome, are claimed by one worker, and a failed one touches no history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from serp import asking, run
from serp.asking import Fetched
from serp.claiming import LEASE, MAX_TRIES, Claimed, Ticket
from serp.claiming import claim as claim_at
from serp.models import (
    Brand,
    Check,
    Keyword,
    LedgerEntry,
    Notice,
    Pause,
    ProviderAccount,
    Sighting,
    Snapshot,
)
from serp.money import likely_cost
from serp.permits import OwnLimits
from serp.providers import registry
from serp.providers.base import (
    Answer,
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
    release,
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


def claim(now: datetime, limit: int, **options: Any) -> list[Ticket]:
    return claimed(now, limit, **options).tickets


def claimed(now: datetime, limit: int, **options: Any) -> Claimed:
    return claim_at(now, limit, gate=OwnLimits(), **options)


def run_at(now: datetime) -> run.Run:
    return run.Run(clock=clock_at(now), in_flight=1, only=None, progress=lambda tally: None)


def fetched(answer: Serp | ProviderError) -> Fetched:
    if isinstance(answer, Serp):
        return Fetched(answer, None, NOW)
    return Fetched(None, answer, NOW)


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
    assert offer_due(NOW) == 1, "the control: it was looked at again"
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
    assert str(check_due(clock=clock_at(NOW + LEASE / 2))) == "nothing was due"
    assert str(check_due(clock=clock_at(NOW + LEASE * 1.1))) == "1 measured"


def test_a_check_that_loses_its_worker_again_and_again_goes_into_quarantine(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    offer_due(NOW)
    moment = NOW
    for _ in range(MAX_TRIES):
        assert claim(moment, 10)
        moment += LEASE * 1.1
    assert str(check_due(clock=clock_at(moment))) == "1 in quarantine"
    keyword.refresh_from_db()
    assert keyword.quarantined_at == moment
    assert keyword.last_check.error_kind == ErrorKind.CRASH
    assert not Scripted.asked
    assert Notice.objects.open().get().key == f"quarantine:{keyword.pk}"
    entries = LedgerEntry.objects.filter(state=LedgerEntry.State.UNKNOWN)
    assert entries.count() == MAX_TRIES, "what nobody knows counts as spent"
    assert Check.objects.get().cost == MAX_TRIES * entries[0].reserved

    tomorrow = moment + timedelta(days=1)
    assert str(check_due(clock=clock_at(tomorrow))) == "nothing was due"
    release(keyword, tomorrow)
    assert str(check_due(clock=clock_at(tomorrow))) == "1 measured"
    assert not Notice.objects.open().exists()


def test_a_check_that_was_begun_before_waits_behind_the_others(
    brand: Brand, script: list[Any]
) -> None:
    first, second = (Keyword.objects.create(brand=brand, phrase=text) for text in "ab")
    due(first)
    offer_due(NOW)
    claim(NOW, 1)
    later = NOW + LEASE * 1.1
    due(second, later)
    offer_due(later)
    (got,) = claim(later, 1)
    assert got.keyword == second


def test_checks_with_which_a_worker_was_lost_are_made_one_at_a_time(
    brand: Brand, script: list[Any]
) -> None:
    """The next loss would otherwise take innocent ones with it a second time."""
    for number in range(4):
        due(Keyword.objects.create(brand=brand, phrase=f"phrase {number}"))
    offer_due(NOW)
    assert len(claim(NOW, 4)) == 4, "the control: fresh ones come together"
    later = NOW + LEASE * 1.1
    assert claim(later, 4, suspects=False) == []
    assert len(claim(later, 4)) == 1
    assert str(check_due(clock=clock_at(later), in_flight=4)) == "3 measured"


def test_brands_take_turns(brand: Brand, other_brand: Brand, script: list[Any]) -> None:
    for number in range(20):
        due(Keyword.objects.create(brand=brand, phrase=f"large {number}"))
    offer_due(NOW)
    for number in range(2):
        due(Keyword.objects.create(brand=other_brand, phrase=f"small {number}"))
    offer_due(NOW + timedelta(seconds=1))
    got = claim(NOW + timedelta(seconds=1), 4)
    assert [ticket.keyword.brand for ticket in got].count(other_brand) == 2


def test_a_worker_that_lives_keeps_its_claims_and_one_that_is_dead_does_not(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    offer_due(NOW)
    living = run_at(NOW + LEASE / 2)
    (ticket,) = claim(NOW, 1)
    living.pending[object()] = ticket  # type: ignore[index]
    living.renew_at = 0.0
    living.renew()
    assert claim(NOW + LEASE * 1.2, 1) == []
    assert len(claim(NOW + LEASE * 1.6, 1)) == 1, "the control: nobody renewed it any more"


def test_while_the_installation_is_paused_nobody_is_asked(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    Pause.begin("restored from a backup", NOW)
    assert str(check_due(clock=clock_at(NOW))) == "nothing was due"
    assert not Check.objects.exists()
    Pause.end()
    assert str(check_due(clock=clock_at(NOW))) == "1 measured"


def test_a_second_account_is_asked_when_the_first_fails(
    keyword: Keyword, account: ProviderAccount, script: list[Any]
) -> None:
    second = ProviderAccount.objects.create(name="Second", provider="scripted")
    Keyword.objects.update(second_account=second)
    due(keyword)
    script += [ProviderError("no", kind=ErrorKind.BAD_KEY, calls=1)]
    assert str(check_due(clock=clock_at(NOW))) == "1 measured"
    entries = LedgerEntry.objects.order_by("pk").values_list("account", "outcome")
    assert list(entries) == [(account.pk, "bad_key"), (second.pk, "measured")]
    assert Check.objects.get().account == second


def test_a_second_account_is_asked_at_once_while_the_first_is_held(
    keyword: Keyword, account: ProviderAccount, script: list[Any]
) -> None:
    second = ProviderAccount.objects.create(name="Second", provider="scripted")
    ProviderAccount.objects.filter(pk=account.pk).update(held_until=NOW + timedelta(hours=1))
    due(keyword)
    assert str(check_due(clock=clock_at(NOW))) == "nothing was due", "the control: nobody to ask"
    Keyword.objects.update(second_account=second)
    assert str(check_due(clock=clock_at(NOW))) == "1 measured"
    assert Check.objects.get().account == second


def test_a_second_account_is_asked_when_the_money_of_the_first_is_used_up(
    brand: Brand, account: ProviderAccount, script: list[Any]
) -> None:
    account.day_budget, account.price = Decimal("0.01"), Decimal("0.01")
    account.save()
    second = ProviderAccount.objects.create(name="Second", provider="scripted")
    for number in range(3):
        keyword = Keyword.objects.create(
            brand=brand, phrase=f"phrase {number}", depth=10, second_account=second
        )
        due(keyword)
    check_due(clock=clock_at(NOW), in_flight=4)
    assert Check.objects.filter(state=State.MEASURED).count() == 3
    paid = LedgerEntry.objects.order_by("pk").values_list("account", flat=True)
    assert list(paid) == [account.pk, second.pk, second.pk]
    last = Keyword.objects.create(brand=brand, phrase="without a second one", depth=10)
    due(last)
    check_due(clock=clock_at(NOW), in_flight=1)
    assert last.checks.get().state == State.SKIPPED, "the control"


def test_a_worker_that_wakes_up_late_overwrites_nothing(
    keyword: Keyword, script: list[Any]
) -> None:
    """While the first worker waits for its answer its lease runs out and a second one measures."""
    due(keyword)
    offer_due(NOW)
    first = run_at(NOW)
    (slow,) = claim(NOW, 1)
    assert str(check_due(clock=clock_at(NOW + LEASE * 1.1))) == "1 measured"
    first.finish([(slow, fetched(serp(9)))])
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
    real = run.recording.record

    def record(readings: list[Any]) -> Any:
        if any(item.position > 1000 for reading in readings for item in reading.items):
            raise ValueError("not to be stored")
        return real(readings)

    monkeypatch.setattr(run.recording, "record", record)
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


def test_the_queries_of_a_run_do_not_grow_with_the_results(brand: Brand, script: list[Any]) -> None:
    numbers = []
    for size in (10, 100):
        due(Keyword.objects.create(brand=brand, phrase=f"{size} deep", depth=size))
        script += [serp(size)]
        with CaptureQueriesContext(connection) as queries:
            check_due(clock=clock_at(NOW))
        numbers.append(len(queries))
    assert numbers[1] <= numbers[0] + 8, "a few for the pages and texts that are new"
    assert len(Snapshot.objects.get(keyword__depth=100).results) == 100


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
    check_due(clock=clock_at(NOW))
    account.is_paused = True
    account.save()
    check_due(clock=clock_at(NOW + timedelta(minutes=2)))
    row = Check.objects.get()
    assert (row.state, row.cost, row.calls) == (State.SKIPPED, Decimal("0.01"), 1)


def test_a_late_failure_counts_its_calls_and_changes_nothing_else(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    offer_due(NOW)
    first = run_at(NOW)
    (slow,) = claim(NOW, 1)
    check_due(clock=clock_at(NOW + LEASE * 1.1))
    first.finish([(slow, fetched(ProviderError("slow", kind=ErrorKind.TIMEOUT, calls=1)))])
    row = Check.objects.get()
    assert (row.state, row.calls, row.cost) == (State.MEASURED, 2, Decimal("0.02"))
    assert first.tally.late == 1
    known = LedgerEntry.objects.values_list("state", "calls", "cost")
    assert list(known) == [("settled", 1, Decimal("0.01"))] * 2


def test_a_keyword_that_is_deleted_in_mid_flight_leaves_nothing_but_its_cost(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    offer_due(NOW)
    first = run_at(NOW)
    (sent,) = claim(NOW, 1)
    Keyword.objects.all().delete()
    first.finish([(sent, fetched(serp(3)))])
    assert not Check.objects.exists()
    assert not Snapshot.objects.exists()
    assert LedgerEntry.objects.get().cost == Decimal("0.01")


def test_a_keyword_paused_in_mid_flight_gets_no_second_try(
    keyword: Keyword, script: list[Any]
) -> None:
    due(keyword)
    offer_due(NOW)
    first = run_at(NOW)
    (sent,) = claim(NOW, 1)
    pause(keyword)
    first.finish([(sent, fetched(ProviderError("slow", kind=ErrorKind.TIMEOUT, calls=1)))])
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
    later = NOW + timedelta(minutes=30)
    Check.objects.update(lease_until=later + LEASE)
    due(keyword, later)
    assert str(check_due(clock=clock_at(later))) == "1 measured", "that of the next period"
    assert Check.objects.get(period=NOW).state == State.SENT


def test_no_more_checks_are_claimed_than_their_account_lets_through(
    brand: Brand, account: ProviderAccount, script: list[Any]
) -> None:
    account.per_second = 0.1
    account.save()
    other = ProviderAccount.objects.create(name="Other", provider="scripted", max_in_flight=2)
    for number in range(3):
        due(Keyword.objects.create(brand=brand, phrase=f"slow {number}"))
    for number in range(4):
        due(Keyword.objects.create(brand=brand, phrase=f"other {number}", account=other))
    offer_due(NOW)
    first = claimed(NOW, 12)
    accounts = [ticket.account for ticket in first.tickets]
    assert (accounts.count(account), accounts.count(other)) == (1, 2)
    assert set(first.full) == {account.pk, other.pk}
    assert claim(NOW, 12, full=[account.pk, other.pk]) == []
    Brand.objects.update(account=None)
    skipped = claimed(NOW, 20, full=[account.pk, other.pk])
    assert skipped.closed == {State.SKIPPED: 2, State.QUARANTINED: 0}, "no account: told at once"


def test_a_check_that_takes_too_long_asks_for_no_further_page(
    keyword: Keyword, script: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return Answer(200, {}, b"")

    monkeypatch.setattr(asking, "bounded_fetch", lambda: answer)
    for limit in (90.0, -1.0):
        monkeypatch.setattr(asking, "CHECK_SECONDS", limit)

        def fetch(self: Scripted, query: Query) -> Serp:
            for _ in range(2):
                self.send(Request("GET", "https://provider.example/"))
            return serp(3)

        monkeypatch.setattr(Scripted, "fetch", fetch)
        due(keyword)
        check_due(clock=clock_at(NOW))
        keyword.checks.filter(state=State.MEASURED).update(period=NOW - timedelta(days=9))
    assert len(asked) == 2 + 1, "the control: within the time both pages are asked for"
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
