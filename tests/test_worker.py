"""A real Celery worker on real Redis and PostgreSQL checks 200 keywords against the local provider."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.local_provider import LocalProvider

REPOSITORY = Path(__file__).resolve().parent.parent
KEYWORDS = 200
SETUP = """
from django.utils import timezone
from serp.models import *
from serp.scheduling import resume
account = ProviderAccount.objects.create(
    name="Local", provider="serpapi", base_url="{url}", key="key", per_second=1000, max_in_flight=20
)
brand = Brand.objects.create(name="Acme", slug="acme", account=account)
for number in range({keywords}):
    keyword = Keyword.objects.create(brand=brand, phrase=f"acme {{number}}", depth=10)
    resume(keyword, timezone.now())
"""


class Installation:
    """A worker with a database and a broker of its own, as on a real server."""

    def __init__(self, folder: Path, postgres_url: str, redis_url: str, provider: str) -> None:
        self.url = postgres_url
        self.environment = os.environ | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": postgres_url,
            "REDIS_URL": redis_url,
            "DJANGO_SETTINGS_MODULE": "reputation.settings",
            "SECRET_KEY": "a key for this test only, and long enough for the purpose",
            "ALLOWED_PROVIDER_HOSTS": provider.removeprefix("http://"),
            "RETRY_DELAY": "1",
        }
        self.manage("migrate", "-v0")
        self.manage("shell", "-v0", "-c", SETUP.format(url=provider, keywords=KEYWORDS))
        self.start()

    def start(self) -> None:
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "reputation", "worker", "-P", "threads", "-c", "2", "-l", "WARNING"],
            cwd=REPOSITORY,
            env=self.environment,
        )  # fmt: skip

    def kill(self) -> None:
        """End the worker as a lost machine would: no signal that it could answer."""
        self.worker.kill()
        self.worker.wait()

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=REPOSITORY, env=self.environment, check=True)

    def tick(self) -> None:
        """What beat does: one message that is only a hint."""
        subprocess.run(
            [sys.executable, "-m", "celery", "-A", "reputation", "call", "serp.tasks.check_due_keywords"],
            cwd=REPOSITORY, env=self.environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def ask(self, sql: str) -> list[Any]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql).fetchall()

    def states(self) -> dict[str, int]:
        return dict(self.ask("SELECT state, count(*) FROM serp_check GROUP BY state"))

    def let_leases_run_out(self) -> None:
        """Three minutes pass for what a dead worker had in hand."""
        with psycopg.connect(self.url) as connection:
            connection.execute("UPDATE serp_check SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL")  # fmt: skip

    def finish(self, seconds: float = 90) -> dict[str, int]:
        """Tick until every check has its outcome; returns how many have which."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.tick()
            states = self.states()
            if sum(states.values()) == KEYWORDS and not {"due", "claimed", "sent"} & set(states):
                return states
            time.sleep(1)
        raise AssertionError(f"not finished after {seconds} s: {states}")

    def stop(self) -> None:
        self.worker.terminate()
        try:
            self.worker.wait(20)
        except subprocess.TimeoutExpired:
            self.worker.kill()


@pytest.fixture
def installation(
    tmp_path: Path, postgres_url: str, redis_url: str
) -> Iterator[Callable[[LocalProvider], Installation]]:
    started: list[Installation] = []

    def start(provider: LocalProvider) -> Installation:
        started.append(Installation(tmp_path, postgres_url, redis_url, provider.url))
        return started[-1]

    yield start
    for one in started:
        one.stop()
        with psycopg.connect(one.url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")


def test_200_keywords_become_200_snapshots(
    installation: Callable[[LocalProvider], Installation], serp_stub: Callable[..., LocalProvider]
) -> None:
    provider = serp_stub(latency_ms=20)
    site = installation(provider)
    assert site.finish() == {"measured": KEYWORDS}
    assert site.ask("SELECT count(*) FROM serp_snapshot") == [(KEYWORDS,)]
    assert provider.stats()["requests"] == KEYWORDS, "one call a keyword, and none twice"
    assert provider.stats()["max_inflight"] <= 20


def test_under_faults_every_check_has_the_outcome_that_the_provider_gave_it(
    installation: Callable[[LocalProvider], Installation], serp_stub: Callable[..., LocalProvider]
) -> None:
    provider = serp_stub(error_rate=0.1, malformed_rate=0.1, retry_after=1)
    site = installation(provider)
    states = site.finish()
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
    installation: Callable[[LocalProvider], Installation], serp_stub: Callable[..., LocalProvider]
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
    site.kill()
    before = site.states()
    assert before.get("sent", 0) > 0, "the control: checks were in flight"
    assert before.get("due", 0) > 0, "the control: others had not begun"

    site.start()
    site.let_leases_run_out()
    assert site.finish() == {"measured": KEYWORDS}
    assert site.ask("SELECT count(*), count(DISTINCT keyword_id) FROM serp_snapshot") == [(KEYWORDS, KEYWORDS)]  # fmt: skip
    stats = provider.stats()
    times = {int(number): queries for number, queries in stats["requests_per_query"].items()}
    assert sum(times.values()) == KEYWORDS
    assert max(times) == 2, "the control: some were asked twice"
    noted = site.ask("SELECT sum(tries), max(tries) FROM serp_check")
    assert noted == [(KEYWORDS + before["sent"], 2)], "nothing but what was in flight"
    assert stats["requests"] <= noted[0][0], "every call was noted before it was made"


def test_two_workers_share_the_checks_and_ask_nothing_twice(
    installation: Callable[[LocalProvider], Installation], serp_stub: Callable[..., LocalProvider]
) -> None:
    provider = serp_stub(latency_ms=100)
    site = installation(provider)
    first = site.worker
    site.start()
    try:
        site.tick()
        site.tick()
        assert site.finish() == {"measured": KEYWORDS}
    finally:
        first.terminate()
        first.wait(20)
    stats = provider.stats()
    assert stats["requests"] == KEYWORDS
    assert stats["max_inflight"] > 20, "the control: both worked at the same time"
    assert site.ask("SELECT count(*) FROM serp_snapshot") == [(KEYWORDS,)]
