"""A real Celery worker on real Redis and PostgreSQL checks 200 keywords against the local provider."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.faults.ground import TAPPED, Tap
from tests.installation import Installation
from tests.local_provider import LocalProvider

KEYWORDS = 200
Start = Callable[..., Installation]
LIMITS = '{"per_second": 1000, "max_in_flight": 20}'


def let_leases_run_out(site: Installation) -> None:
    """Time passes for what a dead worker had in hand."""
    with psycopg.connect(site.database) as connection:
        connection.execute("UPDATE serp_check SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL")  # fmt: skip


@pytest.fixture
def installation(tmp_path: Path, postgres_url: str, redis_url: str) -> Iterator[Start]:
    started: list[Installation] = []

    def start(provider: LocalProvider, **settings: str) -> Installation:
        site = Installation(
            tmp_path,
            database=postgres_url,
            redis=redis_url,
            provider=provider.url,
            settings={"TAP_LOG": str(tmp_path / "calls"), **settings},
        )
        started.append(site)
        site.manage("migrate", "-v0")
        site.watch(KEYWORDS, url=provider.url, limits=LIMITS)
        site.start_worker(app=TAPPED)
        return site

    yield start
    for one in started:
        one.stop()
        with psycopg.connect(one.database, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        with redis.Redis.from_url(redis_url) as broker:
            broker.flushdb()


def test_200_keywords_become_200_snapshots(
    installation: Start, serp_stub: Callable[..., LocalProvider]
) -> None:
    provider = serp_stub(latency_ms=20)
    site = installation(provider)
    assert site.finish(KEYWORDS) == {"measured": KEYWORDS}
    assert site.ask("SELECT count(*) FROM serp_snapshot") == [(KEYWORDS,)]
    assert provider.stats()["requests"] == KEYWORDS, "one call a keyword, and none twice"
    assert provider.stats()["max_inflight"] <= 20


def test_under_faults_every_check_has_the_outcome_that_the_provider_gave_it(
    installation: Start, serp_stub: Callable[..., LocalProvider]
) -> None:
    provider = serp_stub(error_rate=0.1, malformed_rate=0.1, retry_after=1)
    site = installation(provider)
    states = site.finish(KEYWORDS)
    stats = provider.stats()
    answered = stats["outcomes"]
    bitten = sum(number for what, number in answered.items() if what != "ok")
    assert bitten > 20, "the control: the faults really came"
    tries = dict(site.ask("SELECT keyword_id, tries FROM serp_check"))
    assert sum(tries.values()) == stats["requests"]
    assert max(tries.values()) <= 2
    assert states["measured"] == answered["ok"]
    assert states["measured"] + states.get("failed", 0) == KEYWORDS
    assert site.ask("SELECT count(*) FROM serp_snapshot") == [(states["measured"],)]
    assert site.ask("SELECT count(*) FROM serp_snapshot WHERE depth <> 10") == [(0,)]
    kinds = {kind for (kind,) in site.ask("SELECT DISTINCT error_kind FROM serp_check WHERE state = 'failed'")}  # fmt: skip
    assert kinds <= {"malformed", "captcha", "rate_limited", "server"}


def test_a_worker_killed_in_mid_flight_costs_nothing_but_the_calls_it_had_out(
    installation: Start, serp_stub: Callable[..., LocalProvider]
) -> None:
    provider = serp_stub(latency_ms=400)
    site = installation(provider)
    until = time.monotonic() + 60
    site.tick()
    states = site.states()
    while states.get("measured", 0) < 30 or states.get("sent", 0) < 10:
        assert time.monotonic() < until, states
        time.sleep(0.02)
        states = site.states()
    site.kill(site.processes[0])
    before = site.states()
    assert before.get("sent", 0) > 0, "the control: checks were in flight"
    assert before.get("due", 0) > 0, "the control: others had not begun"

    site.start_worker(app=TAPPED)
    let_leases_run_out(site)
    assert site.finish(KEYWORDS) == {"measured": KEYWORDS}
    assert site.ask("SELECT count(*), count(DISTINCT keyword_id) FROM serp_snapshot") == [(KEYWORDS, KEYWORDS)]  # fmt: skip
    stats = provider.stats()
    times = {int(number): queries for number, queries in stats["requests_per_query"].items()}
    assert sum(times.values()) == KEYWORDS
    assert max(times) == 2, "the control: some were asked twice"
    noted = site.ask("SELECT sum(tries), max(tries) FROM serp_check")
    assert noted == [(KEYWORDS + before["sent"], 2)], "nothing but what was in flight"
    assert stats["requests"] <= noted[0][0], "every call was noted before it was made"


def test_two_workers_share_the_checks_and_ask_nothing_twice(
    installation: Start, serp_stub: Callable[..., LocalProvider], tmp_path: Path
) -> None:
    provider = serp_stub(latency_ms=200)
    site = installation(provider, CHECKS_IN_FLIGHT="4")
    site.set_due(False)
    site.start_worker(app=TAPPED)
    site.wait_for(lambda: site.are_ready(2), 30)
    site.set_due(True)
    tap = Tap(tmp_path / "calls")

    def both_work() -> bool:
        site.tick()  # one worker may take several of them
        return tap.processes() == 2

    site.wait_for(both_work, 30)
    assert site.finish(KEYWORDS) == {"measured": KEYWORDS}
    stats = provider.stats()
    assert stats["requests"] == KEYWORDS
    assert stats["max_inflight"] <= 20, "the account's limit is for all processes together"
    assert site.ask("SELECT count(*) FROM serp_snapshot") == [(KEYWORDS,)]
