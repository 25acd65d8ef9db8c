"""`manage.py doctor`: finds each trouble and says in words what to mend; exit code 1 while there is one."""

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import redis
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from serp.asking import bounded_fetch
from serp.management.commands.doctor import connections_finding, redis_settings
from serp.models import Check, Heartbeat, Pause, ProviderAccount
from serp.scheduling import request_check

pytestmark = pytest.mark.django_db
REPOSITORY = Path(__file__).resolve().parents[2]


def doctor(*arguments: str) -> tuple[str, str]:
    """What it printed, and the error that it ended with (empty: exit code 0)."""
    output = StringIO()
    try:
        call_command("doctor", *arguments, stdout=output, no_color=True)
    except CommandError as error:
        return output.getvalue(), str(error)
    return output.getvalue(), ""


@pytest.fixture
def healthy(keyword, settings):
    """An installation in which nothing is wrong."""
    settings.DEBUG = False
    Heartbeat.beat("worker", timezone.now())
    row = request_check(keyword, timezone.now())
    Check.objects.filter(pk=row.pk).update(
        state=Check.State.MEASURED, finished_at=timezone.now() - timedelta(hours=2)
    )
    return keyword


def test_a_healthy_installation_is_told_so(healthy) -> None:
    text, error = doctor()
    assert error == ""
    assert "MEND" not in text
    assert "1 brands, 1 keywords watched" in text
    assert "Last good check: “hallway coffee”, 2.0 hours ago" in text
    assert text.endswith("All is well.\n")


def test_no_worker_is_told(healthy) -> None:
    Heartbeat.objects.all().delete()
    text, error = doctor()
    assert "MEND  Worker and beat: never seen" in text
    assert error == "1 thing to mend."


def test_a_worker_that_fell_silent_is_told(healthy) -> None:
    Heartbeat.beat("worker", timezone.now() - timedelta(minutes=5))
    text, error = doctor()
    assert (
        "MEND  Worker and beat: last sign of life 300 s ago. Start again whichever is down" in text
    )
    assert error


def test_a_wrong_encryption_key_is_told_and_breaks_nothing_else(healthy, settings) -> None:
    ProviderAccount.objects.create(name="Real", provider="serper", key="k-1")
    assert doctor()[1] == ""
    settings.ENCRYPTION_KEY = "another one"
    text, error = doctor()
    assert "MEND  Account “Real” (Serper): the stored key cannot be read: ENCRYPTION_KEY" in text
    assert error == "1 thing to mend."


def test_migrations_that_wait_are_told(healthy) -> None:
    MigrationRecorder(connection).migration_qs.filter(app="content").delete()
    text, error = doctor()
    assert "migrations wait. Run `manage.py migrate`" in text
    assert error


def test_an_account_without_its_key_and_one_of_a_gone_provider_are_told(healthy) -> None:
    ProviderAccount.objects.create(name="Keyless", provider="serper")
    ProviderAccount.objects.create(name="Old", provider="altavista", key="k")
    text, error = doctor()
    assert "MEND  Account “Keyless” (Serper): it has no key: enter it" in text
    assert "MEND  Account “Old” (?): there is no provider “altavista” any more" in text
    assert error == "2 things to mend."


def test_no_account_and_no_good_check_are_told(keyword) -> None:
    Heartbeat.beat("worker", timezone.now())
    type(keyword.brand).objects.update(account=None)
    ProviderAccount.objects.all().delete()
    text, _ = doctor()
    assert "MEND  No provider account" in text
    assert "MEND  No check has succeeded yet" in text


def test_a_fresh_installation_without_keywords_misses_no_check(account) -> None:
    Heartbeat.beat("worker", timezone.now())
    assert "ok    No check has succeeded yet" in doctor()[0]


def test_plain_http_and_a_broker_that_is_down_are_told_in_production(healthy, settings) -> None:
    settings.IS_EMBEDDED, settings.IS_HTTPS = False, False
    text, error = doctor()
    assert "begin it with https://" in text
    assert "Broker:" in text
    assert error


def test_providers_are_tried_only_on_request(healthy, monkeypatch) -> None:
    def never(account, fetch):
        raise AssertionError("a search was paid")

    monkeypatch.setattr("serp.management.commands.doctor.provider_of", never)
    assert doctor()[1] == ""
    with pytest.raises(AssertionError):
        doctor("--try-providers")


def test_each_account_is_tried_against_a_real_exchange(
    healthy, serp_stub, settings, monkeypatch
) -> None:
    settings.ALLOWED_PROVIDER_HOSTS = ["127.0.0.1"]
    # The process keeps one fetch; this one knows the settings of the test.
    monkeypatch.setattr("serp.management.commands.doctor.bounded_fetch", bounded_fetch.__wrapped__)
    good, bad = serp_stub(), serp_stub(error_rate=1.0)
    for name, provider in (("Good", good), ("Bad", bad)):
        ProviderAccount.objects.create(
            name=name, provider="serpapi", key="k-secret", base_url=provider.url
        )
    ProviderAccount.objects.create(name="Rest", provider="serpapi", key="k", is_paused=True)
    text, error = doctor("--try-providers")
    assert "ok    Account “Good” answered with 1" in text
    assert "MEND  Account “Bad”: " in text
    assert "“Rest” answered" not in text
    assert "k-secret" not in text
    assert error == "1 thing to mend."


def test_a_pause_is_told_with_the_way_out(healthy) -> None:
    Pause.begin("restored from the backup of 2026-11-22 03:00 UTC", timezone.now())
    text, error = doctor()
    assert "restored from the backup of 2026-11-22 03:00 UTC. Nothing is checked" in text
    assert "`manage.py resume`" in text
    assert error == "1 thing to mend."


def test_a_redis_that_may_forget_is_told(redis_url) -> None:
    with redis.Redis.from_url(redis_url) as client:
        forgetful = [
            finding.text for finding in redis_settings(client.info()) if not finding.is_fine
        ]
        assert forgetful == ["Redis forgets all when it restarts: set `appendonly yes`"]
        client.config_set("appendonly", "yes")
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            evicting = [one.text for one in redis_settings(client.info()) if not one.is_fine]
            assert "Redis, when full: allkeys-lru. It may drop limits" in evicting[0]
            client.config_set("maxmemory-policy", "noeviction")
            assert all(finding.is_fine for finding in redis_settings(client.info()))
        finally:
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("appendonly", "no")


def test_too_few_database_connections_are_told() -> None:
    assert connections_finding(100).is_fine
    finding = connections_finding(20)
    assert not finding.is_fine
    assert finding.text == "Database takes 20 connections: set `max_connections` to 50 or more"


def test_exit_codes_of_the_real_command(tmp_path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL", "DEBUG", "SITE_URL")
        }
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=environment | {"DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    before = run("doctor")
    assert before.returncode == 1
    assert "migrations wait" in before.stdout
    assert "Traceback" not in before.stderr
    run("migrate", "-v0")
    script = (
        "from django.utils import timezone; from serp.models import Heartbeat, ProviderAccount; "
        "Heartbeat.beat('worker', timezone.now()); "
        "ProviderAccount.objects.create(name='Sample', provider='sample')"
    )
    assert run("shell", "-c", script).returncode == 0
    after = run("doctor")
    assert after.returncode == 0, after.stdout + after.stderr
    assert "All is well." in after.stdout
