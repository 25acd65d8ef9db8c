"""`manage.py doctor`: says whether this installation works: settings, database, broker, worker, providers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import redis
from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from serp.asking import bounded_fetch, provider_of
from serp.delivery import send_waiting
from serp.models import Brand, Check, Heartbeat, Keyword, Pause, ProviderAccount
from serp.models.secret import WRONG_KEY, Unreadable
from serp.monitoring import watch
from serp.providers.base import ERROR_TEXT, ProviderError, Query
from serp.providers.registry import PROVIDERS
from serp.pulse import WORKER_SILENCE

LEAST_CONNECTIONS = 50
"""Three web processes of four threads, two workers of four, each thread with one; and twice as much air."""


class Finding(NamedTuple):
    is_fine: bool
    text: str


class Command(BaseCommand):
    help = (
        "Look at settings, database, broker, worker, the last good check and the provider accounts. "
        "Exit code 1 when something wants mending."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--try-providers",
            action="store_true",
            help="send one real, possibly paid, search with every account that is not paused",
        )
        parser.add_argument(
            "--notify",
            action="store_true",
            help="raise the alarm when nothing is measured, and send the notices that wait: for cron "
            "or a timer, which notice that no worker runs",
        )

    def handle(self, *, try_providers: bool, notify: bool, **options: Any) -> None:
        troubles = 0
        parts = [self.settings, self.broker, self.database, self.worker, self.checks, self.accounts]
        for part in [*parts, self.tries] if try_providers else parts:
            try:
                for finding in part():
                    troubles += self.show(finding)
            except DatabaseError as error:
                # All that follows asks the database too.
                troubles += self.show(Finding(False, f"Database: {str(error).splitlines()[0]}"))
                break
        if notify:
            troubles += self.notify()
        if troubles:
            raise CommandError(f"{troubles} thing{'s' if troubles > 1 else ''} to mend.")
        self.stdout.write("All is well.")

    def notify(self) -> int:
        """Tell people by mail what only somebody outside the worker sees."""
        now = timezone.now()
        try:
            watch(now, is_worker=False)
            sent = send_waiting(now)
        except DatabaseError as error:
            return self.show(
                Finding(False, f"Notices could not be looked at: {str(error).splitlines()[0]}")
            )
        self.stdout.write(f"{sent} message{'' if sent == 1 else 's'} sent.")
        return 0

    def show(self, finding: Finding) -> int:
        style = self.style.SUCCESS if finding.is_fine else self.style.ERROR
        self.stdout.write(style("ok    " if finding.is_fine else "MEND  ") + finding.text)
        return not finding.is_fine

    def settings(self) -> Iterator[Finding]:
        yield Finding(
            not settings.DEBUG or settings.IS_EMBEDDED,
            f"DEBUG is {'on: turn it off on a real installation' if settings.DEBUG else 'off'}",
        )
        if not settings.IS_EMBEDDED:
            yield Finding(
                settings.IS_HTTPS,
                f"SITE_URL is {settings.SITE_URL}"
                + (
                    "" if settings.IS_HTTPS else ": begin it with https:// so that cookies are safe"
                ),
            )

    def database(self) -> Iterator[Finding]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        yield Finding(True, f"Database answers: {connection.vendor}")
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        yield Finding(
            not waiting,
            f"Tables: {len(waiting)} migrations wait. Run `manage.py migrate`"
            if waiting
            else "Tables are up to date",
        )
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SHOW max_connections")
                yield connections_finding(int(cursor.fetchone()[0]))
        if not waiting and (pause := Pause.current()):
            yield Finding(
                False,
                f"Paused since {pause.since:%Y-%m-%d %H:%M} UTC: {pause.reason}. "
                "Nothing is checked or sent until `manage.py resume`",
            )

    def broker(self) -> Iterator[Finding]:
        if settings.IS_EMBEDDED:
            yield Finding(
                True, "Broker: embedded, in the server's own process (REDIS_URL is empty)"
            )
            return
        try:
            with current_app.connection_for_write() as broker:
                broker.ensure_connection(max_retries=1, timeout=3)
            yield Finding(True, "Broker: Redis answers")
            with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3) as client:
                yield from redis_settings(client.info())
        except Exception as error:  # whatever the driver raises, the answer is the same
            yield Finding(False, f"Broker: no answer from REDIS_URL ({type(error).__name__})")

    def worker(self) -> Iterator[Finding]:
        last = Heartbeat.last("worker")
        if last is None:
            yield Finding(
                False,
                "Worker and beat: never seen. Start `manage.py serve`, or a Celery worker and beat",
            )
            return
        silence = timezone.now() - last
        yield Finding(
            silence < WORKER_SILENCE,
            f"Worker and beat: last sign of life {int(silence.total_seconds())} s ago"
            + ("" if silence < WORKER_SILENCE else ". Start again whichever is down"),
        )

    def checks(self) -> Iterator[Finding]:
        last = (
            Check.objects.filter(state=Check.State.MEASURED)
            .order_by("-finished_at")
            .select_related("keyword")
            .first()
        )
        watched = Keyword.objects.watched().count()
        yield Finding(True, f"{Brand.objects.count()} brands, {watched} keywords watched")
        if last is None:
            yield Finding(not watched, "No check has succeeded yet")
        elif last.finished_at is not None:
            hours = (timezone.now() - last.finished_at).total_seconds() / 3600
            yield Finding(True, f"Last good check: “{last.keyword}”, {hours:.1f} hours ago")

    def accounts(self) -> Iterator[Finding]:
        accounts = list(ProviderAccount.objects.all())
        if not accounts:
            yield Finding(False, "No provider account: add one under “Keywords and checks”")
        for account in accounts:
            trouble = trouble_of(account)
            kind = PROVIDERS[account.provider].title if account.provider in PROVIDERS else "?"
            text = f"Account “{account}” ({kind})"
            yield Finding(not trouble, f"{text}: {trouble}" if trouble else text)

    def tries(self) -> Iterator[Finding]:
        for account in ProviderAccount.objects.filter(is_paused=False):
            if not trouble_of(account):
                yield self.ask(account)

    @staticmethod
    def ask(account: ProviderAccount) -> Finding:
        """One search with this account, as a check would send it."""
        provider = provider_of(account, bounded_fetch())
        engine = "google" if "google" in provider.engines else sorted(provider.engines)[0]
        query = Query(phrase="weather", engine=engine, at=timezone.now(), brand="Weather")
        try:
            serp = provider.fetch(query)
        except ProviderError as error:
            return Finding(False, f"Account “{account}”: {ERROR_TEXT[error.kind]}. {error}")
        return Finding(True, f"Account “{account}” answered with {len(serp.items)} results")


def redis_settings(info: Mapping[str, Any]) -> Iterator[Finding]:
    """Whether Redis, by what it tells of itself, forgets messages when it is full or restarted."""
    policy = info.get("maxmemory_policy", "unknown")
    yield Finding(
        policy == "noeviction",
        f"Redis, when full: {policy}"
        + (
            ""
            if policy == "noeviction"
            else ". It may drop limits and messages: set `maxmemory-policy noeviction`"
        ),
    )
    keeps = bool(info.get("aof_enabled"))
    yield Finding(
        keeps,
        "Redis keeps an append-only file"
        if keeps
        else "Redis forgets all when it restarts: set `appendonly yes`",
    )


def connections_finding(allowed: int) -> Finding:
    """Whether PostgreSQL takes as many connections as web, workers, beat and a backup may open."""
    return Finding(
        allowed >= LEAST_CONNECTIONS,
        f"Database takes {allowed} connections"
        + (
            ""
            if allowed >= LEAST_CONNECTIONS
            else f": set `max_connections` to {LEAST_CONNECTIONS} or more"
        ),
    )


def trouble_of(account: ProviderAccount) -> str:
    """Why no check can be made with this account, in words; empty when one can."""
    if account.provider not in PROVIDERS:
        return f"there is no provider “{account.provider}” any more"
    if isinstance(account.key, Unreadable):
        return WRONG_KEY
    if PROVIDERS[account.provider].needs_key and not account.key:
        return "it has no key: enter it"
    return ""
