"""What machines ask answers in plain lines, says what fails, and shows its numbers to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from reputation import readiness
from serp.models import Brand, BudgetUse, Check, Heartbeat, Keyword, Notice, Pause, ProviderAccount
from serp.notices import open_notice
from serp.scheduling import request_check
from tests.cast import MakeSnapshot
from tests.reputation.views.conftest import NOON, SignedIn

pytestmark = pytest.mark.django_db
TOKEN = "a-token-that-only-the-scraper-knows"


@pytest.fixture
def ready() -> None:
    """A worker has just given a sign of life."""
    Heartbeat.beat("worker", NOON - timedelta(seconds=5))


@pytest.fixture
def database_away() -> Callable[..., Any]:
    """A context in which every query fails like a connection that is gone."""

    def away(error: Exception) -> Any:
        def refuse(execute: Any, *args: Any) -> None:
            raise error

        return connection.execute_wrapper(refuse)

    return away


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_machines_are_answered_where_people_are_sent_to_https(
    path: str, settings: Any, ready: None
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    assert client.get("/login/").status_code == 301, "the control: the redirect is on"
    answer = client.get(path)
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "error", [OperationalError("no route to 10.0.0.1"), InterfaceError("closed")]
)
def test_without_a_database_both_say_so_in_one_line_and_without_a_trace(
    error: Exception, database_away: Callable[..., Any], ready: None
) -> None:
    client = Client(raise_request_exception=False)
    with database_away(error):
        health, readiness_ = client.get("/healthz"), client.get("/readyz")
    assert (health.status_code, health.content) == (503, b"the database does not answer\n")
    assert (readiness_.status_code, readiness_.content) == (503, b"database: does not answer\n")
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200


def test_a_worker_that_was_never_seen_or_is_silent_makes_it_not_ready() -> None:
    client = Client()
    assert client.get("/readyz").content == b"worker: never seen\n"
    Heartbeat.beat("worker", NOON - timedelta(minutes=5))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"worker: silent for 300 s\n")
    Heartbeat.beat("worker", NOON)
    assert client.get("/readyz").status_code == 200
    assert client.get("/healthz").status_code == 200, "the process itself was well all the time"


def test_a_paused_installation_is_not_ready_and_does_not_tell_the_world_why(ready: None) -> None:
    Pause.begin("restored for the lawsuit", NOON)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.content == b"paused: since 2026-11-18 11:00 UTC\n"
    Pause.end()
    assert Client().get("/readyz").status_code == 200


def test_a_database_that_lacks_a_migration_is_not_ready(ready: None) -> None:
    recorder = MigrationRecorder(connection)
    app, name = max(leaf for leaf in readiness.last_migrations() if leaf[0] == "serp")
    if not recorder.migration_qs.filter(app=app, name=name).exists():
        pytest.fail("the control: the migration is applied")
    recorder.record_unapplied(app, name)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"migrations: 1 not applied\n")


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "nonsense"])
def test_an_installation_with_redis_is_not_ready_without_it(
    url: str, settings: Any, ready: None
) -> None:
    settings.REDIS_URL = url
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"redis: does not answer\n")


def test_an_installation_with_redis_is_ready_with_it(
    redis_url: str, settings: Any, ready: None
) -> None:
    settings.REDIS_URL = redis_url
    assert Client().get("/readyz").status_code == 200


def test_every_part_that_fails_has_its_line(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    Pause.begin("x", NOON)
    lines = Client().get("/readyz").content.decode().splitlines()
    assert [line.split(":")[0] for line in lines] == ["redis", "worker", "paused"]


def test_readiness_is_cheap(ready: None, django_assert_max_num_queries: Any) -> None:
    Client().get("/readyz")
    with django_assert_max_num_queries(5):
        Client().get("/readyz")


def numbers(text: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, these in the order of their names."""
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def scrape(settings: Any) -> Callable[[], dict[tuple[str, ...], float]]:
    settings.METRICS_TOKEN = TOKEN

    def ask() -> dict[tuple[str, ...], float]:
        answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain; version=")
        return numbers(answer.content.decode())

    return ask


@pytest.mark.parametrize(
    ("token", "sent", "status"),
    [
        ("", None, 404),
        ("", "Bearer ", 404),
        ("", f"Bearer {TOKEN}", 404),
        (TOKEN, None, 404),
        (TOKEN, "Bearer ", 404),
        (TOKEN, "Bearer wrong", 404),
        (TOKEN, TOKEN, 404),
        (TOKEN, f"Basic {TOKEN}", 404),
        (TOKEN, "Bearer ünïcode", 404),
        (TOKEN, f"Bearer {TOKEN}", 200),
    ],
)
def test_metrics_are_there_for_the_token_only(
    token: str, sent: str | None, status: int, settings: Any, brand: Brand
) -> None:
    settings.METRICS_TOKEN = token
    headers = {"Authorization": sent} if sent is not None else {}
    answer = Client().get("/metrics", headers=headers)
    assert answer.status_code == status
    assert (b"pushdown_" in answer.content) is (status == 200)


def test_metrics_are_there_for_superusers_and_for_no_other_person(
    manager: User, admin_user: User, signed_in: SignedIn
) -> None:
    assert signed_in(manager).get("/metrics").status_code == 404
    assert signed_in(admin_user).get("/metrics").status_code == 200


def test_metrics_count_what_is_there(
    scrape: Any, brand: Brand, keyword: Keyword, account: ProviderAccount, make_snapshot: Any
) -> None:
    make_snapshot("neutral", at=NOON - timedelta(hours=2))
    Heartbeat.beat("worker", NOON - timedelta(seconds=7))
    waiting = Keyword.objects.create(brand=brand, phrase="hallway recall")
    request_check(waiting, NOON - timedelta(minutes=20))
    failed = request_check(keyword, NOON - timedelta(minutes=30))
    Check.objects.filter(pk=failed.pk).update(
        state=Check.State.FAILED, finished_at=NOON - timedelta(minutes=1)
    )
    held = ProviderAccount.objects.create(
        name='Odd "name"\n', provider="serper", key="k", held_until=NOON + timedelta(minutes=5)
    )
    ProviderAccount.objects.filter(pk=account.pk).update(day_budget=Decimal("2"))
    BudgetUse.objects.create(
        account=account, span="day", starts_on=NOON.date(), used=Decimal("0.5")
    )
    open_notice(Notice.Kind.ACCOUNT, "account:1", "It is held.", NOON)
    found = scrape()
    assert found["pushdown_beat_age_seconds",] == 7
    assert found["pushdown_queue_age_seconds",] == 1200
    assert found["pushdown_checks_open",] == 1
    assert found["pushdown_checks_overdue",] == 1
    assert found["pushdown_checks_ended_today", "failed"] == 1
    assert found["pushdown_checks_ended_today", "measured"] == 0
    assert found["pushdown_keywords_watched", "hallway"] == 2
    assert found["pushdown_keywords_covered", "hallway"] == 1
    assert found["pushdown_accounts", "held"] == 1
    assert found["pushdown_account_held", str(held.pk), held.name] == 1
    assert found["pushdown_account_held", str(account.pk), account.name] == 0
    assert found["pushdown_spent_dollars", str(account.pk), "account", "day"] == 0.5
    assert found["pushdown_left_dollars", str(account.pk), "account", "day"] == 1.5
    assert ("pushdown_left_dollars", str(account.pk), "account", "month") not in found
    assert found["pushdown_notices_open", "account"] == 1
    assert found["pushdown_notices_open", "drift"] == 0
    assert found["pushdown_snapshots_waiting",] == 0
    assert found["pushdown_paused",] == 0


def test_a_beat_that_was_never_seen_is_absent_and_not_zero(scrape: Any, brand: Brand) -> None:
    assert ("pushdown_beat_age_seconds",) not in scrape()


def test_snapshots_that_wait_to_be_judged_are_counted(
    scrape: Any, keyword: Keyword, make_snapshot: MakeSnapshot
) -> None:
    snapshot = make_snapshot("neutral", at=NOON)
    assert scrape()["pushdown_snapshots_waiting",] == 0
    snapshot.judgement.is_stale = True
    snapshot.judgement.save()
    assert scrape()["pushdown_snapshots_waiting",] == 1
    snapshot.judgement.delete()
    assert scrape()["pushdown_snapshots_waiting",] == 1


def test_a_scrape_asks_as_often_with_many_rows_as_with_few(
    scrape: Any, brand: Brand, keyword: Keyword
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            scrape()
        return len(caught)

    before = count()
    for number in range(15):
        other = Brand.objects.create(
            name=f"B{number}", slug=f"b{number}", time_zone=("Asia/Tokyo", "UTC")[number % 2]
        )
        row = Keyword.objects.create(brand=other, phrase="x")
        request_check(row, NOON)
        ProviderAccount.objects.create(name=f"A{number}", provider="serper", key="k", brand=other)
    assert count() == before
