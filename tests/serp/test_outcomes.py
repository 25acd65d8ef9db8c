"""Every answer that a provider can give, over real HTTP and the whole path of a check: the one
documented outcome, and no harm to anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from serp import asking, breaker
from serp.breaker import Answered, Health
from serp.limits import limits
from serp.models import Brand, Check, Keyword, ProviderAccount, RawAnswer, Snapshot
from serp.providers.base import ErrorKind
from serp.raw import unpack
from serp.tracking import check_due
from tests.cast import NOW
from tests.hostile_provider import WAYS, hostile
from tests.serp.outcome_cases import ASKED, CASES, UNREACHABLE, Case, Ends, State
from tests.serp.outcome_table import TARGET, table
from tests.serp.providers.answers import ENGINE, JSON_PROVIDERS, KEY
from tests.serp.providers.faulty_server import Server

ALL = [case for cases in CASES.values() for case in cases]
ENDLESS = {"hang", "drip", "drip-headers", "later-hang"}
LATER = NOW + timedelta(hours=3)
"""When every wait that a provider named is over."""


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with hostile() as running:
        settings.ALLOWED_PROVIDER_HOSTS = [running.host, "127.0.0.1:9"]
        settings.CHECKS_IN_FLIGHT = 30
        asking.bounded_fetch.cache_clear()
        limits.cache_clear()
        yield running
        asking.bounded_fetch.cache_clear()
        limits.cache_clear()


def base_url(server: Server, case: Case, provider: str) -> str:
    return UNREACHABLE.get(case.way) or f"{server.url}/{case.way}/{provider}"


def watch(brand: Brand, case: Case, *, provider: str, url: str) -> Keyword:
    """A keyword with an account of its own, so that no account is held for another's answers."""
    account = ProviderAccount.objects.create(
        name=f"{provider} {case.way}"[:80], provider=provider, base_url=url, key=KEY, per_second=1000
    )  # fmt: skip
    keyword = Keyword.objects.create(
        brand=brand,
        phrase=f"{case.way} {provider}",
        engine="altavista" if case.way == "unsupported" else ENGINE.get(provider, "google"),
        depth=ASKED,
        account=account,
    )
    Check.objects.create(keyword=keyword, period=NOW, not_before=NOW)
    return keyword


def yesterday(keyword: Keyword) -> Snapshot:
    """A reading that was there before."""
    snapshot = Snapshot.objects.create(
        keyword=keyword, taken_at=NOW - timedelta(days=1), depth=10, asked=10, provider="sample"
    )
    Keyword.objects.filter(pk=keyword.pk).update(latest=snapshot)
    return snapshot


def rest(keyword: Keyword) -> float:
    """Seconds for which the keyword's account is asked nothing."""
    until = ProviderAccount.objects.values_list("held_until", flat=True).get(keywords=keyword)
    return (until - NOW).total_seconds() if until else 0.0


def run(at: datetime, settings: Any) -> None:
    """One pass; what providers asked to wait for is over by the clock, and so for the gate.

    Only what never ends is given a short deadline, so that a busy machine makes nothing else late.
    """
    rows = list(Check.objects.values_list("pk", "keyword__phrase"))
    endless = [pk for pk, phrase in rows if phrase.split()[0] in ENDLESS]
    for deadline, only in ((2.0, endless), (60.0, [pk for pk, _ in rows if pk not in endless])):
        settings.PROVIDER_DEADLINE = deadline
        asking.bounded_fetch.cache_clear()
        limits.cache_clear()
        check_due(clock=lambda: at, only=only)


def ended(check: Check) -> Ends:
    kind = ErrorKind(check.error_kind) if check.error_kind else None
    return Ends(check.state, kind, check.depth)


def test_every_answer_of_every_provider_has_its_one_outcome(
    server: Server, brand: Brand, settings: Any
) -> None:
    cases = {(case.way, name): case for case in ALL for name in case.only}
    watched = {
        key: watch(brand, case, provider=key[1], url=base_url(server, case, key[1]))
        for key, case in cases.items()
    }
    before = {key: yesterday(keyword) for key, keyword in watched.items()}

    run(NOW, settings)
    again = {key: keyword.checks.get().state == State.DUE for key, keyword in watched.items()}
    waits = {key: rest(keyword) for key, keyword in watched.items() if rest(keyword)}
    run(LATER, settings)

    ends = {key: case.ends_at(key[1]) for key, case in cases.items()}
    checks = {key: keyword.checks.get() for key, keyword in watched.items()}
    wrong = {
        key: (ended(check), check.message)
        for key, check in checks.items()
        if ended(check) != ends[key]
    }
    assert wrong == {}
    assert again == {key: wanted.is_tried_again for key, wanted in ends.items()}
    assert {key: check.tries for key, check in checks.items()} == {
        key: 2 if wanted.is_tried_again else 1 for key, wanted in ends.items()
    }
    assert waits == {
        key: pytest.approx(case.wait, abs=11)
        for key, case in cases.items()
        if case.wait and ends[key].state in (State.FAILED, State.PARTIAL)
    }
    for key, keyword in watched.items():
        keyword.refresh_from_db()
        new = keyword.snapshots.exclude(pk=before[key].pk)
        if ends[key].state in Check.READ:
            snapshot = new.get()
            assert len(snapshot.results) == snapshot.depth == ends[key].depth > 0, key
            assert None not in snapshot.results, key
            assert snapshot.is_partial == (ends[key].state == State.PARTIAL), key
            assert keyword.latest == snapshot, key
        else:
            assert not new.exists(), key
            assert keyword.latest == before[key], key
    assert not any(KEY.encode() in unpack(row).body for row in RawAnswer.objects.all())


def test_retry_after_of_a_later_page_is_obeyed(server: Server, brand: Brand, settings: Any) -> None:
    """The reading stands, and the account is asked nothing for the time named."""
    by_way = {case.way: case for case in ALL}
    told, silent = (
        watch(brand, by_way[way], provider="serpapi", url=base_url(server, by_way[way], "serpapi"))
        for way in ("later-wait", "later-500")
    )

    run(NOW, settings)

    def permits(keyword: Keyword) -> int:
        assert keyword.account_id
        return len(limits().acquire(keyword.account_id, wanted=1, per_second=10, in_flight=10))

    assert (permits(told), permits(silent)) == (0, 1)


def test_one_bad_account_leaves_the_others_alone(
    server: Server, brand: Brand, settings: Any
) -> None:
    """All the hostile answers at once, beside sound keywords of other accounts: those are measured."""
    sound = next(case for case in ALL if case.way == "sound")
    bad = [case for case in ALL if case.ends.state == State.FAILED and "serpapi" in case.only]
    for case in bad:
        watch(brand, case, provider="serpapi", url=base_url(server, case, "serpapi"))
    good = [
        watch(brand, sound, provider=name, url=base_url(server, sound, name))
        for name in JSON_PROVIDERS
    ]

    run(NOW, settings)

    states = Counter(Check.objects.values_list("state", flat=True))
    assert states[State.MEASURED] == len(good)
    assert states[State.DUE] + states[State.FAILED] == len(bad)
    assert all(keyword.checks.get().state == State.MEASURED for keyword in good)
    assert Snapshot.objects.count() == len(good)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.way)
def test_account_is_held_as_the_table_says(case: Case) -> None:
    """Five such answers in a row hold the account where the table says “after 5”, else never."""
    kind = case.ends.kind if case.ends.state == State.FAILED else None
    health = Health()
    for _ in range(breaker.TRIP):
        health = breaker.after(health, [Answered(kind)], NOW)

    assert (health.held_until is not None) == (kind in breaker.OUTAGES)


def test_every_way_of_the_hostile_provider_has_its_case() -> None:
    ways = Counter(case.way for case in ALL)

    assert set(ways) == set(WAYS) | set(UNREACHABLE)
    assert set(ways.values()) == {1}


def test_every_kind_of_error_of_a_provider_is_in_the_table() -> None:
    kinds = {ends.kind for case in ALL for ends in (case.ends, *case.but.values())}

    assert kinds - {None} == set(ErrorKind) - {ErrorKind.LIMITS, ErrorKind.CRASH}


def test_the_documentation_is_the_list_of_cases() -> None:
    assert TARGET.read_text(encoding="utf-8") == table(), "run python -m tests.serp.outcome_table"
